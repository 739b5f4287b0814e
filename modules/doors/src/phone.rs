//! Numbers: how one is read, kept and shown, and the codes that are sent there. A number is known by its blind index; what
//! is answered never says whether anybody here has it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result};
use tongxin_kernel::{Kernel, Tenant, TextMessage};

use crate::store;

/// A code is good for five minutes.
const GOOD_FOR: Duration = Duration::from_secs(5 * 60);
/// A code may be tried so often.
const TRIES: i64 = 5;
/// Another code goes after this long.
pub const AGAIN: Duration = Duration::from_secs(60);
/// Codes that one number gets in a day: each costs money, and somebody's sleep.
const PER_DAY: i64 = 8;

/// A mobile number of the mainland, eleven digits; `None` where it is none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number(String);

impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Number(..)")
    }
}

impl Number {
    /// Reads what people write: `138 0013 8000`, `+86 13800138000`, full width too.
    pub fn parse(typed: &str) -> Option<Self> {
        let stray = |letter: char| !letter.is_numeric() && !" -+()（）＋　".contains(letter);
        if typed.contains(stray) {
            return None;
        }
        let digits = crate::factors::digits(typed);
        let bare = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(&digits);
        let mobile = bare.len() == 11 && bare.starts_with('1') && !matches!(bare.as_bytes()[1], b'0'..=b'2');
        mobile.then(|| Self(bare.to_owned()))
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With its middle hidden.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

/// A kept number, with its middle hidden.
pub fn shown(kept: String) -> String {
    Number(kept).masked()
}

/// Whether codes can be sent at all.
pub fn is_open(kernel: &Kernel) -> bool {
    kernel.texter().is_some()
}

/// Sends a code to a number, unless one went there a moment ago or too many did today; the answer is the same.
///
/// # Errors
/// `Unavailable` where nobody carries messages; else as `Db::write`.
pub async fn send(kernel: &Kernel, tenant: &Tenant, number: &Number) -> Result<()> {
    let texter = kernel.texter().ok_or(Error::Unavailable)?;
    let code = format!("{:06}", kernel.world().below(1_000_000));
    let (id, now) = (tenant.id, kernel.world().now());
    let (to, kept) = (number.clone(), code.clone());
    let day = tongxin_kernel::day_number(now, tenant.zone());
    let put = move |tx: &mut tongxin_db::Tx<'_>| {
        store::put_phone_code(tx, id, (to.as_str(), &kept), (now, now - AGAIN, now + GOOD_FOR), (day, PER_DAY))
    };
    if !kernel.db().write(id, "doors.send_code", put).await? {
        return Ok(());
    }
    let message = TextMessage { number: number.as_str().to_owned(), code, minutes: GOOD_FOR.as_secs() / 60 };
    // Not waited for: how long it takes would say that a code went.
    tokio::spawn(async move {
        if let Err(why) = texter.send(message).await {
            tracing::warn!(%why, "a code could not be sent");
        }
    });
    Ok(())
}

/// Whether a code is the one that was sent to a number; it is good once.
///
/// # Errors
/// As `Db::write`.
pub async fn check(kernel: &Kernel, tenant: &Tenant, number: &Number, typed: &str) -> Result<bool> {
    let (id, now) = (tenant.id, kernel.world().now());
    let (number, typed) = (number.clone(), crate::factors::digits(typed));
    let check = move |tx: &mut tongxin_db::Tx<'_>| {
        let right = store::try_phone_code(tx, id, (number.as_str(), &typed), (now, TRIES))?;
        if right {
            store::end_phone_code(tx, id, number.as_str())?;
        }
        Ok(right)
    };
    kernel.db().write(id, "doors.try_code", check).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for typed in
            ["13800138000", " 138 0013 8000", "+86 138-0013-8000", "0086(138)00138000", "１３８００１３８０００"]
        {
            assert_eq!(Number::parse(typed).map(|number| number.0).as_deref(), Some("13800138000"), "{typed}");
        }
        for wrong in ["", "1380013800", "138001380000", "12800138000", "0477-8581234", "13800138000x", "a"] {
            assert!(Number::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(Number::parse("13800138000").expect("a number").masked(), "138****8000");
        assert_eq!(format!("{:?}", Number::parse("13800138000")), "Some(Number(..))");
    }
}
