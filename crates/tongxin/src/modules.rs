//! The one list of rooms. A room that is not here is not in the house.

/// All rooms.
pub static MODULES: &[&tongxin_web::Module] = &[
    // In the order of the navigation and of the home page.
    &tongxin_requests::MODULE,
    &tongxin_ratings::MODULE,
    &tongxin_sites::MODULE,
    &tongxin_board::MODULE,
    &tongxin_proofs::MODULE,
    &tongxin_doors::MODULE,
    &tongxin_people::MODULE,
    &tongxin_rights::MODULE,
    &tongxin_backups::MODULE,
];
