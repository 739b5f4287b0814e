//! The one list of rooms. A room that is not here is not in the house.

/// All rooms.
pub static MODULES: &[&tongxin_web::Module] = &[&tongxin_requests::MODULE, &tongxin_ratings::MODULE];
