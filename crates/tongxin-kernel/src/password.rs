//! Passwords: argon2id, off the threads that answer and off the writer, a few at a time.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use tongxin_base::{Error, Result, World};

/// A password longer than this is refused before it is hashed: hashing must not be a way to keep us busy.
const LONGEST: usize = 256;
/// A password has at least this many characters (NIST SP 800-63B asks for eight).
pub const SHORTEST_PASSWORD: usize = 8;

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

    /// The hash of a password, in the PHC string form.
    ///
    /// # Errors
    /// `Invalid` where the password is too long.
    pub fn hash(self, world: &World, password: &str) -> Result<String> {
        if password.len() > LONGEST {
            return Err(Error::field("password", "form-too-long"));
        }
        let salt = SaltString::encode_b64(&world.bytes::<16>()).map_err(Error::internal)?;
        let hash = self.argon2().hash_password(password.as_bytes(), &salt).map_err(Error::internal)?;
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
        if password.len() > LONGEST {
            return Ok(false);
        }
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let cost = self.cost;
        let right = tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
            Ok::<_, Error>(cost.argon2().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(right.await.map_err(Error::internal)?? && known)
    }
}
