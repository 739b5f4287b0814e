//! The field register of this room's tables.

use tongxin_kernel::{Basis, PersonalField};

/// Two years after a matter is closed its reporter's words are emptied.
const TWO_YEARS: u32 = 730;

const fn plain(column: &'static str) -> PersonalField {
    PersonalField::Plain { column }
}

const fn reported(column: &'static str, purpose: &'static str) -> PersonalField {
    PersonalField::Personal { column, purpose, basis: Basis::Service, retention_days: TWO_YEARS }
}

/// What workers say of themselves goes a year after they left.
const fn work(column: &'static str, purpose: &'static str) -> PersonalField {
    PersonalField::Personal { column, purpose, basis: Basis::Employment, retention_days: 365 }
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
    plain("requests_batch.file"),
    plain("requests_batch.digest"),
    plain("requests_request.number"),
    plain("requests_request.category"),
    plain("requests_request.unit_path"),
    plain("requests_request.site"),
    plain("requests_request.channel"),
    plain("requests_request.status"),
    plain("requests_request.finish_limit"),
    reported("requests_request.reason", "tells the reporter why it was declined"),
    reported("requests_report.name", "to address the reporter"),
    reported("requests_report.phone", "to reach the reporter"),
    reported("requests_report.place", "to find the matter"),
    reported("requests_report.words", "to understand the matter"),
    plain("requests_report.link_digest"),
    plain("requests_order.pool"),
    plain("requests_order.unit_path"),
    plain("requests_order.category"),
    plain("requests_order.state"),
    reported("requests_order.reason", "tells the desk why an order came back"),
    reported("requests_order.note", "tells the reporter what was done"),
    plain("requests_message.kind"),
    reported("requests_message.text", "what was asked and answered about the matter"),
    work("requests_duty.hours", "to give work to those who are on duty"),
    work("requests_duty.skills", "to give work to those who know how"),
    work("requests_leave.reason", "tells the community why somebody is away"),
];
