//! What every other crate stands on: identities, time, randomness, language, errors and the working-time calendar.
//! Pure: nothing here opens a file, a socket or a database.

pub mod calendar;
mod clock;
mod coordinates;
mod email;
mod error;
mod ground;
mod id;
mod lines;
mod locale;
mod phone;
mod random;

pub use clock::{Clock, FixedClock, SystemClock, Time};
pub use coordinates::Coordinates;
pub use email::{masked_email, parse_email};
pub use error::{Arg, Error, FieldError, Key, Result};
pub use ground::{metres, parse_point};
pub use id::{Id, TenantId};
pub use lines::Lines;
pub use locale::{Label, Language, Locale};
pub use phone::{comparable_phone, masked_phone, parse_mobile};
pub use random::{Random, Seeded, SystemRandom, World};
