//! Passwords: argon2id, off the threads that answer and off the writer, a few at a time.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use icu_normalizer::ComposingNormalizerBorrowed;
use tokio::sync::Semaphore;
use tongxin_base::{Error, FieldError, Result, World};

/// A password of more characters is refused before it is hashed: hashing must not be a way to keep us busy.
pub const LONGEST_PASSWORD: usize = 256;
/// What somebody who guesses tries first: a password is refused that falls within so many tries, in powers of ten. Lists of
/// passwords that were stolen before are tried to about a million.
const TRIES_LOG10: f64 = 6.0;
/// A password has at least this many characters (NIST SP 800-63B asks for eight).
pub const SHORTEST_PASSWORD: usize = 8;

/// A password as it is hashed: in one Unicode form (NFKC, NIST SP 800-63B), since keyboards write one letter in several ways.
fn one_form(password: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(password).into_owned()
}

/// Whether a password may be chosen: long enough, and not one of those that are guessed first. What kinds of letters it has
/// is nobody's business. `context` holds what everybody knows of its owner: login, name, the names of the house.
///
/// # Errors
/// `Invalid` for the field `password`, with what to do instead.
pub fn check_password(password: &str, context: &[&str]) -> Result<()> {
    let length = password.chars().count();
    let password = &one_form(password);
    if length < SHORTEST_PASSWORD {
        let short = FieldError::new("password", "form-too-short").with("min", SHORTEST_PASSWORD);
        return Err(Error::Invalid(vec![short]));
    }
    if length > LONGEST_PASSWORD {
        return Err(Error::field("password", "form-too-long"));
    }
    let lower = password.to_lowercase();
    let known: Vec<String> =
        context.iter().map(|word| word.to_lowercase()).filter(|word| word.chars().count() > 1).collect();
    if known.contains(&lower) {
        return Err(Error::field("password", "password-is-known"));
    }
    let words: Vec<&str> = known.iter().map(String::as_str).chain(HERE.iter().copied()).collect();
    // Chinese words are not in its lists: what of a password is known of its owner counts as one letter.
    let rest = words.iter().fold(lower, |rest, word| rest.replace(word, ""));
    let guessed = zxcvbn::zxcvbn(password, &words).guesses_log10() < TRIES_LOG10 || rest.chars().count() < 4;
    if guessed { Err(Error::field("password", "password-is-guessed")) } else { Ok(()) }
}

/// What is tried first here and is not in lists made elsewhere: the product, and words that are typed in pinyin.
const HERE: &[&str] = &[
    "tongxin", "同心", "woaini", "aini", "5201314", "1314", "520", "zhongguo", "china", "mima", "qwe", "asd", "zxc",
    "abc", "admin", "wangge", "shequ", "jiedao", "123456", "88888888", "666666",
];

/// How much work one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordCost {
    /// OWASP's advice for argon2id: 19 MiB, two passes, one lane.
    Strong,
    /// As cheap as can be; for tests only.
    Cheap,
}

impl PasswordCost {
    fn argon2(self) -> Argon2<'static> {
        let (memory, passes) = match self {
            Self::Strong => (19 * 1024, 2),
            Self::Cheap => (8, 1),
        };
        let params = Params::new(memory, passes, 1, None).expect("these parameters are within argon2's bounds");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// Whether a hash was made at another cost.
    pub(crate) fn is_other_than(self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return true };
        let made = Params::try_from(&hash).map(|params| (params.m_cost(), params.t_cost(), params.p_cost()));
        let params = self.argon2().params().clone();
        made.ok() != Some((params.m_cost(), params.t_cost(), params.p_cost()))
    }

    /// The hash of a password, in the PHC string form.
    ///
    /// # Errors
    /// `Invalid` where the password is too long.
    pub fn hash(self, world: &World, password: &str) -> Result<String> {
        if password.chars().count() > LONGEST_PASSWORD {
            return Err(Error::field("password", "form-too-long"));
        }
        let salt = SaltString::encode_b64(&world.bytes::<16>()).map_err(Error::internal)?;
        let hash = self.argon2().hash_password(one_form(password).as_bytes(), &salt).map_err(Error::internal)?;
        Ok(hash.to_string())
    }
}

/// Two hashes at a time: each takes 19 MiB and a core for some 20 ms.
#[derive(Clone)]
pub(crate) struct Passwords {
    cost: PasswordCost,
    places: Arc<Semaphore>,
    /// Checked where there is no such login, so that it takes as long as where there is one.
    decoy: Arc<str>,
}

impl Passwords {
    pub fn new(cost: PasswordCost, world: &World) -> Result<Self> {
        let decoy = cost.hash(world, &world.secret())?.into();
        Ok(Self { cost, places: Arc::new(Semaphore::new(2)), decoy })
    }

    /// The hash of a password.
    pub async fn hash(&self, world: World, password: String) -> Result<String> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        let cost = self.cost;
        tokio::task::spawn_blocking(move || cost.hash(&world, &password)).await.map_err(Error::internal)?
    }

    /// Whether `password` belongs to `hash`; `None` stands for a login that does not exist and is always wrong.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        if password.chars().count() > LONGEST_PASSWORD {
            return Ok(false);
        }
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let cost = self.cost;
        let right = tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
            Ok::<_, Error>(cost.argon2().verify_password(one_form(&password).as_bytes(), &hash).is_ok())
        });
        Ok(right.await.map_err(Error::internal)?? && known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        let context = ["wanglihua", "王丽华", "滨河街道", "Binhe"];
        for (password, key) in [
            ("1234567", "form-too-short"),
            ("12345678", "password-is-guessed"),
            ("password1", "password-is-guessed"),
            ("qwertyuiop", "password-is-guessed"),
            ("iloveyou", "password-is-guessed"),
            ("woaini1314", "password-is-guessed"),
            ("aaaaaaaaaaaa", "password-is-guessed"),
            ("tongxin123", "password-is-guessed"),
            ("Wanglihua", "password-is-known"),
            ("wanglihua12", "password-is-guessed"),
            ("滨河街道滨河街道", "password-is-guessed"),
            ("王丽华1990", "form-too-short"),
        ] {
            let Err(Error::Invalid(fields)) = check_password(password, &context) else { panic!("{password} is fine") };
            assert_eq!(fields[0].key, key, "{password}");
        }
        assert!(check_password(&"x1".repeat(129), &[]).is_err());
        for fine in ["kangcheng lilac bus", "唐努乌梁海的雪豹在跑", "vT9-qq-lamp", "correct horse battery staple"]
        {
            assert_eq!(check_password(fine, &context), Ok(()), "{fine}");
        }
        assert_eq!(check_password(&"落霞与孤鹜齐飞".repeat(36), &[]), Ok(()), "252 characters are not too many");
    }

    /// One password as two keyboards write it: composed or not, full width or not.
    #[tokio::test]
    async fn a_password_is_the_same_in_every_unicode_form() {
        let world = World::system();
        let passwords = Passwords::new(PasswordCost::Cheap, &world).expect("passwords");
        for (one, other) in [
            ("caf\u{e9} um halb neun", "cafe\u{301} um halb neun"),
            ("ｌｉｌａｃ１２bus", "lilac12bus"),
            ("ﬁnde ㌔", "finde キロ"),
        ] {
            for (chosen, typed) in [(one, other), (other, one)] {
                let hash = passwords.hash(world.clone(), chosen.to_owned()).await.expect("a hash");
                assert!(passwords.verify(typed.to_owned(), Some(hash.clone())).await.expect("an answer"), "{typed}");
                let wrong = passwords.verify(format!("{typed}x"), Some(hash)).await;
                assert!(!wrong.expect("an answer"));
            }
        }
        assert_eq!(
            check_password("ｐａｓｓｗｏｒｄ１", &[]),
            check_password("password1", &[]),
            "guessed in every form"
        );
        assert!(check_password("ｐａｓｓｗｏｒｄ１", &[]).is_err());
    }

    #[test]
    fn a_hash_of_another_cost_is_known() {
        let world = World::system();
        let cheap = PasswordCost::Cheap.hash(&world, "a password").expect("a hash");
        assert!(!PasswordCost::Cheap.is_other_than(&cheap) && PasswordCost::Strong.is_other_than(&cheap));
    }
}
