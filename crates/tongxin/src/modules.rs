//! The one list of rooms. A room that is not here is not in the house.

use tongxin_base::{FieldError, Locale};
use tongxin_web::words_of;

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

/// What rooms say of wrong fields, in the words of the command line.
pub(crate) fn in_words(fields: &[FieldError]) -> String {
    match words_of(MODULES, Locale::En) {
        Ok(w) => fields.iter().map(|field| w.field_error(field)).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}
