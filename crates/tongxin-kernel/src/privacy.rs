//! The field register: every column that can hold something about a person, why, on what basis and for how long. A
//! test walks the live schema and fails on a text column that is neither here nor declared plain. Those that say or tell how to
//! reach who somebody is are flagged beside it as sealed: the database alone does not tell them.

use tongxin_db::{Sealed, sealed};

/// The kernel's own columns that are kept sealed.
pub const SEALED: &[Sealed] = &[
    sealed!("person", "id", "name"),
    sealed!("person", "id", "public_name"),
    sealed!("person_contact", "person_id", "email"),
    sealed!("push_subscription", "id", "endpoint"),
    sealed!("push_subscription", "id", "keys"),
    sealed!("idempotency", "id", "answer"),
    sealed!("chore", "id", "asked"),
    sealed!("chore", "id", "told"),
];

/// On what legal ground a field is held (PIPL article 13, GDPR article 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The person asked for the service.
    Service,
    /// The person works for it.
    Employment,
    /// The law wants it kept.
    Law,
    /// The person agreed to this purpose.
    Consent,
}

/// One column of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalField {
    /// It can hold something about a person.
    Personal {
        /// `table.column`. What it is for is said by the word [`purpose_key`] in the locale files.
        column: &'static str,
        /// Why we may.
        basis: Basis,
        /// Days after the matter is closed or the person has left; then a job empties it.
        retention_days: u32,
    },
    /// It is text, but never about a person: codes, words of the field, data of the programme.
    Plain {
        /// `table.column`.
        column: &'static str,
    },
}

impl PersonalField {
    /// `table.column`.
    pub const fn column(&self) -> &'static str {
        match self {
            Self::Personal { column, .. } | Self::Plain { column } => column,
        }
    }
}

/// The word that says what a column is for: `field-person-name` for `person.name`.
pub fn purpose_key(column: &str) -> String {
    format!("field-{}", column.replace(['.', '_'], "-"))
}

const fn plain(column: &'static str) -> PersonalField {
    PersonalField::Plain { column }
}

const fn work(column: &'static str) -> PersonalField {
    PersonalField::Personal { column, basis: Basis::Employment, retention_days: 365 }
}

/// The kernel's own columns.
pub const FIELDS: &[PersonalField] = &[
    plain("tenant.code"),
    plain("tenant.name"),
    plain("tenant.name_en"),
    plain("tenant.settings"),
    plain("tenant.house_rules"),
    work("login.login"),
    plain("unit.path"),
    plain("unit.code"),
    plain("unit.level"),
    plain("measure_ever.measure"),
    plain("measure_ever.unit_path"),
    plain("unit.area"),
    plain("unit.compound"),
    plain("unit.name"),
    plain("unit.name_en"),
    work("person.name"),
    work("person.public_name"),
    plain("person.locale"),
    plain("post.unit_path"),
    plain("post.role"),
    work("password.hash"),
    plain("session.digest"),
    plain("session.how"),
    plain("session.scopes"),
    PersonalField::Personal { column: "session.device", basis: Basis::Service, retention_days: 1 },
    plain("invitation.digest"),
    plain("token.digest"),
    plain("token.name"),
    plain("token.scopes"),
    plain("journal_head.frontier"),
    plain("journal.actor"),
    plain("journal.action"),
    plain("journal.subject_kind"),
    plain("journal.payload"),
    plain("journal.digest"),
    plain("journal.leaf"),
    plain("journal_salt.salt"),
    plain("journal_node.hash"),
    plain("journal_checkpoint.root"),
    plain("journal_checkpoint.note"),
    plain("event.topic"),
    plain("event.subject_kind"),
    plain("event.payload"),
    plain("job.kind"),
    plain("job.payload"),
    plain("job.state"),
    plain("job.error"),
    plain("calendar_day.name"),
    plain("notice.channel"),
    plain("notice.to_kind"),
    plain("notice.subject_kind"),
    plain("notice.cause"),
    plain("notice.link_of"),
    plain("notice.key"),
    plain("notice.args"),
    plain("notice.link"),
    plain("notice.state"),
    plain("notice.error"),
    PersonalField::Personal { column: "person_contact.email", basis: Basis::Service, retention_days: 0 },
    PersonalField::Personal { column: "push_subscription.endpoint", basis: Basis::Consent, retention_days: 30 },
    PersonalField::Personal { column: "push_subscription.keys", basis: Basis::Consent, retention_days: 30 },
    PersonalField::Personal { column: "chore.asked", basis: Basis::Employment, retention_days: 1 },
    PersonalField::Personal { column: "chore.told", basis: Basis::Employment, retention_days: 1 },
    plain("chore.kind"),
    plain("chore.locale"),
    plain("chore.state"),
    plain("chore.result"),
    plain("push_subscription.session"),
    plain("push_subscription.mark"),
    plain("push_subscription.locale"),
    plain("push_subscription.told"),
    plain("post.stands_in_for"),
    plain("approval.asked_by"),
    plain("approval.decided_by"),
    plain("approval.act"),
    plain("approval.subject_kind"),
    plain("approval.args"),
    work("approval.reason"),
    plain("approval.state"),
    work("approval.answer"),
    plain("look.subject_kind"),
    plain("look.role"),
    plain("look.purpose"),
    plain("consent.purpose"),
    plain("measure_total.measure"),
    plain("measure_total.unit_path"),
    plain("idempotency.caller"),
    plain("idempotency.digest"),
    plain("idempotency.answer"),
    plain("counter.name"),
    plain("file.digest"),
    plain("file.subject_kind"),
    plain("search_gram.kind"),
    PersonalField::Personal { column: "search_gram.gram", basis: Basis::Service, retention_days: 365 },
    plain("sealing_key.proof"),
    plain("migration.module"),
    plain("migration.name"),
    plain("migration.text"),
];
