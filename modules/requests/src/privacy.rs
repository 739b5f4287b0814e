//! The field register of this room's tables.

use tongxin_db::{Sealed, sealed};
use tongxin_kernel::{Basis, PersonalField};

/// Two years after a matter is closed its reporter's words are emptied.
const TWO_YEARS: u32 = 730;

const fn plain(column: &'static str) -> PersonalField {
    PersonalField::Plain { column }
}

const fn reported(column: &'static str) -> PersonalField {
    PersonalField::Personal { column, basis: Basis::Service, retention_days: TWO_YEARS }
}

/// What workers say of themselves goes a year after they left.
const fn work(column: &'static str) -> PersonalField {
    PersonalField::Personal { column, basis: Basis::Employment, retention_days: 365 }
}

/// Every text column.
pub const FIELDS: &[PersonalField] = &[
    plain("requests_category.code"),
    plain("requests_category.parent"),
    plain("requests_category.name"),
    plain("requests_category.name_en"),
    plain("requests_category.contact_limit"),
    plain("requests_category.finish_limit"),
    plain("requests_pool.code"),
    plain("requests_pool.name"),
    plain("requests_pool.name_en"),
    plain("requests_pool.skill"),
    plain("requests_pool.kind"),
    plain("requests_category.grab_limit"),
    plain("requests_category.start_limit"),
    plain("requests_category.skill"),
    plain("requests_batch.file"),
    plain("requests_batch.digest"),
    plain("requests_source.source"),
    plain("requests_source.source_id"),
    plain("requests_source.channel"),
    plain("requests_source.office"),
    plain("requests_request.number"),
    plain("requests_request.category"),
    plain("requests_request.unit_path"),
    plain("requests_request.site"),
    plain("requests_request.channel"),
    plain("requests_request.status"),
    plain("requests_request.finish_limit"),
    plain("requests_request.held"),
    plain("requests_request.pause_reason"),
    plain("requests_request.card"),
    reported("requests_request.reason"),
    reported("requests_report.name"),
    reported("requests_report.phone"),
    plain("requests_report.locale"),
    reported("requests_report.email"),
    reported("requests_report.place"),
    reported("requests_report.words"),
    plain("requests_report.link_digest"),
    plain("requests_order.pool"),
    plain("requests_order.unit_path"),
    plain("requests_order.category"),
    plain("requests_order.state"),
    plain("requests_order.within"),
    plain("requests_order.skill"),
    plain("requests_order.kind"),
    plain("requests_order.why"),
    reported("requests_order.reason"),
    reported("requests_order.note"),
    plain("requests_photo.kind"),
    plain("requests_pause.reason"),
    plain("requests_material.name"),
    plain("requests_material.amount"),
    plain("requests_delegation.unit_path"),
    plain("requests_delegation.time_limit"),
    reported("requests_delegation.words"),
    reported("requests_delegation.answer"),
    plain("requests_exclusion.reason"),
    reported("requests_exclusion.words"),
    reported("requests_release.words"),
    reported("requests_release.outcome"),
    plain("requests_phrase.kind"),
    plain("requests_phrase.code"),
    plain("requests_phrase.name"),
    plain("requests_phrase.name_en"),
    plain("requests_phrase.text"),
    plain("requests_phrase.text_en"),
    plain("requests_message.kind"),
    reported("requests_message.text"),
    work("requests_duty.hours"),
    work("requests_duty.skills"),
    work("requests_duty.lat"),
    work("requests_duty.lon"),
    work("requests_leave.reason"),
    work("requests_saved.name"),
    work("requests_saved.query"),
];

/// What is kept sealed: whatever somebody wrote in their own words, and how they are called and reached.
pub const SEALED: &[Sealed] = &[
    sealed!("requests_request", "id", "reason"),
    sealed!("requests_report", "id", "name"),
    sealed!("requests_report", "id", "phone"),
    sealed!("requests_report", "id", "email"),
    sealed!("requests_report", "id", "place"),
    sealed!("requests_report", "id", "words"),
    sealed!("requests_order", "id", "reason"),
    sealed!("requests_order", "id", "note"),
    sealed!("requests_delegation", "id", "words"),
    sealed!("requests_delegation", "id", "answer"),
    sealed!("requests_exclusion", "id", "words"),
    sealed!("requests_message", "id", "text"),
    sealed!("requests_leave", "id", "reason"),
    sealed!("requests_saved", "id", "name"),
    sealed!("requests_saved", "id", "query"),
];
