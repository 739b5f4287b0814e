//! The second factors: an app that shows codes, and recovery codes on paper.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::json;
use tongxin_base::{Error, Result, Time, World};
use tongxin_kernel::{Kernel, PersonId, Role, Secret, Tenant};
use totp_rs::{Builder, Totp};

use crate::actions::{Change, change};
use crate::store;

/// Recovery codes of one sheet.
const CODES: usize = 10;
/// The bytes of an app's secret: as many as its hash has (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// The letters of a recovery code: none that looks like another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The second factors of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Factors {
    /// Since when they have an app.
    pub app_since: Option<Time>,
    /// Recovery codes that are left.
    pub codes: i64,
    /// How many passkeys they have.
    pub passkeys: usize,
}

impl Factors {
    /// Those of a person.
    ///
    /// # Errors
    /// As `Read::rows`.
    pub fn of(read: &mut tongxin_db::Read<'_>, tenant: tongxin_base::TenantId, person: PersonId) -> Result<Self> {
        Ok(Self {
            app_since: store::app(read, tenant, person)?.map(|(_, _, since)| since),
            codes: store::codes_left(read, tenant, person)?,
            passkeys: store::passkeys(read, tenant, person)?.len(),
        })
    }

    /// Whether somebody who showed one thing is asked for a second: with an app always, with passkeys alone where their
    /// role wants it.
    pub fn asks(&self, wanted: bool) -> bool {
        self.app_since.is_some() || (wanted && self.passkeys > 0)
    }
}

/// Whether a role of these wants a second factor here.
pub fn wanted(tenant: &Tenant, roles: impl IntoIterator<Item = Role>) -> bool {
    roles.into_iter().any(|role| tenant.settings.second_factor_for.contains(&role))
}

/// The generator of an app's codes. SHA-1 and six digits, since that is what all apps know.
///
/// # Errors
/// `Internal` where the secret is none.
pub fn generator(secret: &[u8], issuer: &str, account: &str) -> Result<Totp> {
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(1)
        .with_account_name(plain(account))
        .with_issuer(Some(plain(issuer)))
        .build()
        .map_err(|error| Error::internal(format!("{error:?}")))
}

fn seconds(now: Time) -> u64 {
    u64::try_from(now.micros() / 1_000_000).unwrap_or(0)
}

/// The digits of what was typed: people write blanks into codes.
pub fn digits(typed: &str) -> String {
    typed
        .chars()
        .filter_map(|letter| letter.to_digit(10).or_else(|| wide(letter)))
        .map(|digit| digit.to_string())
        .collect()
}

/// A digit of a Chinese keyboard's full width.
fn wide(letter: char) -> Option<u32> {
    let from = u32::from('０');
    u32::from(letter).checked_sub(from).filter(|digit| *digit < 10)
}

/// The step of a code, if it is one of a secret's now: the step before and after count, clocks differ.
///
/// # Errors
/// `Internal` where the secret is none.
pub fn step_of(secret: &[u8], typed: &str, now: Time) -> Result<Option<i64>> {
    let step = generator(secret, "", "-")?.check(&digits(typed), seconds(now));
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Keeps a new app for a person, in place of any other, and gives them recovery codes.
///
/// # Errors
/// As `Kernel::act`.
pub async fn keep_app(
    kernel: &Kernel,
    tenant: &std::sync::Arc<Tenant>,
    person: PersonId,
    (secret, step): (&[u8], i64),
) -> Result<Vec<String>> {
    let (id, codes, kept) = (tenant.id, draw(kernel.world()), BASE64.encode(secret));
    let digests: Vec<[u8; 32]> = codes.iter().map(|code| code_digest(kernel.secret(), person, code)).collect();
    let added = Change { person, action: "doors.add_app", payload: json!({}), notice: "doors-notice-app-added" };
    change(kernel, tenant, added, move |act| {
        let now = act.call.now;
        store::put_app(act.tx, id, person, (&kept, step), now)?;
        store::put_codes(act.tx, id, person, &digests)
    })
    .await?;
    Ok(codes)
}

/// Takes a person's app and its codes away.
///
/// # Errors
/// As `Kernel::act`.
pub async fn drop_app(kernel: &Kernel, tenant: &std::sync::Arc<Tenant>, person: PersonId) -> Result<()> {
    let id = tenant.id;
    let gone = Change { person, action: "doors.drop_app", payload: json!({}), notice: "doors-notice-app-removed" };
    change(kernel, tenant, gone, move |act| {
        store::drop_app(act.tx, id, person)?;
        store::put_codes(act.tx, id, person, &[])
    })
    .await
}

/// Gives a person new recovery codes in place of all others.
///
/// # Errors
/// As `Kernel::act`.
pub async fn new_codes(kernel: &Kernel, tenant: &std::sync::Arc<Tenant>, person: PersonId) -> Result<Vec<String>> {
    let (id, codes) = (tenant.id, draw(kernel.world()));
    let digests: Vec<[u8; 32]> = codes.iter().map(|code| code_digest(kernel.secret(), person, code)).collect();
    let made = Change { person, action: "doors.new_codes", payload: json!({}), notice: "doors-notice-codes-new" };
    change(kernel, tenant, made, move |act| store::put_codes(act.tx, id, person, &digests)).await?;
    Ok(codes)
}

/// Twenty-four letters in six groups: 120 bits, on paper, so that the digest of one says nothing to whoever tries them all.
fn draw(world: &World) -> Vec<String> {
    let code = |_| {
        let letters: String =
            world.bytes::<24>().iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
        let groups: Vec<&str> = (0..6).filter_map(|i| letters.get(4 * i..4 * i + 4)).collect();
        groups.join("-")
    };
    (0..CODES).map(code).collect()
}

/// What is kept of a recovery code: keyed with what is not in the database.
fn code_digest(secret: &Secret, person: PersonId, typed: &str) -> [u8; 32] {
    let read = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let plain: String = typed.chars().map(read).filter(char::is_ascii_alphanumeric).collect();
    secret.derive(&[b"recovery code", person.uuid().as_bytes(), plain.as_bytes()])
}

/// Which second factor was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A code of the app.
    App,
    /// A recovery code.
    Paper,
    /// Neither.
    Nothing,
}

/// Uses what was typed as a second factor: a code of the app, or a recovery code. Either works once.
///
/// # Errors
/// As `Kernel::act`.
pub async fn show(kernel: &Kernel, tenant: &std::sync::Arc<Tenant>, person: PersonId, typed: &str) -> Result<Shown> {
    let (id, now) = (tenant.id, kernel.world().now());
    let kept = kernel.db().read(id, move |read| store::app(read, id, person)).await?;
    if let Some((secret, _, _)) = kept
        && let Some(step) = step_of(&BASE64.decode(secret).map_err(Error::internal)?, typed, now)?
    {
        let using = move |tx: &mut tongxin_db::Tx<'_>| store::use_step(tx, id, person, step);
        let fresh = kernel.db().write(id, "doors.use_app", using).await?;
        return Ok(if fresh { Shown::App } else { Shown::Nothing });
    }
    let digest = code_digest(kernel.secret(), person, typed);
    let (look, missing) = (digest, Error::rule("doors-code-wrong"));
    let used = Change { person, action: "doors.use_code", payload: json!({}), notice: "doors-notice-code-used" };
    let refused = missing.clone();
    let used = change(kernel, tenant, used, move |act| {
        if store::use_code(act.tx, id, person, &look)? { Ok(()) } else { Err(refused.clone()) }
    });
    match used.await {
        Ok(()) => Ok(Shown::Paper),
        Err(error) if error == missing => Ok(Shown::Nothing),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    /// The vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(step_of(secret, code, at(seconds)).expect("a step"), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_step_before_and_after_counts_and_no_other() {
        let secret = b"12345678901234567890";
        for (seconds, counts) in [
            (1_234_567_890 - 60, false),
            (1_234_567_890 - 30, true),
            (1_234_567_890 + 30, true),
            (1_234_567_890 + 60, false),
        ] {
            assert_eq!(step_of(secret, "005924", at(seconds)).expect("an answer").is_some(), counts, "{seconds}");
        }
        assert_eq!(step_of(secret, " 005 924", at(1_234_567_890)).expect("an answer"), Some(41_152_263));
        assert_eq!(step_of(secret, "００５９２４", at(1_234_567_890)).expect("an answer"), Some(41_152_263));
        for wrong in ["", "5924", "0059245", "abcdef", "1 2"] {
            assert_eq!(step_of(secret, wrong, at(1_234_567_890)).expect("an answer"), None);
        }
    }

    #[test]
    fn recovery_codes_are_read_as_people_write_them() {
        let (secret, person) = (Secret::new([1; 32]), World::system().id());
        let codes = draw(&World::system());
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().all(|code| code.len() == 29));
        let digest = |typed: &str| code_digest(&secret, person, typed);
        assert_eq!(digest("01ab-01ab-01ab-01ab"), digest(" OIAB olab 01AB01ab "));
        assert_ne!(digest("01ab-01ab-01ab-01ab"), digest("01ab-01ab-01ab-01ac"));
        assert_ne!(digest("x"), code_digest(&secret, World::system().id(), "x"));
    }
}
