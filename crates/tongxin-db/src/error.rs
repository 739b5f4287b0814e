//! What a driver said, reduced to what the engine must know: may the batch be run again, and what does the log say.

use tongxin_base::Error;

/// A failure of a statement, a connection or a commit.
#[derive(Debug, Clone)]
pub(crate) struct DbError {
    /// What to do about it.
    pub kind: Kind,
    /// For the log; never shown to a person.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The statement is wrong or broke a constraint: running it again would not help.
    Statement,
    /// Serialization failure, deadlock or a busy database: run it again, alone.
    Retry,
    /// The connection or the disk is gone.
    Lost,
    /// The deadline of a read passed.
    Deadline,
}

impl DbError {
    pub fn new(kind: Kind, text: impl std::fmt::Display) -> Self {
        Self { kind, text: text.to_string() }
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let kind = match error.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Kind::Retry,
            Some(Code::OperationInterrupted) => Kind::Deadline,
            Some(
                Code::SystemIoFailure | Code::DiskFull | Code::CannotOpen | Code::DatabaseCorrupt | Code::NotADatabase,
            ) => Kind::Lost,
            _ => Kind::Statement,
        };
        Self::new(kind, error)
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(answer) = error.as_db_error() else {
            return Self::new(Kind::Lost, chain(&error));
        };
        let kind = match answer.code().code() {
            "40001" | "40P01" => Kind::Retry,
            "57014" => Kind::Deadline,
            code if code.starts_with("57P") || code.starts_with("08") => Kind::Lost,
            _ => Kind::Statement,
        };
        Self::new(kind, format!("{} {}", answer.code().code(), answer.message()))
    }
}

/// The error with its causes: a lost connection says why only in its source.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error.kind {
            Kind::Statement => Self::Internal(error.text),
            Kind::Retry | Kind::Lost | Kind::Deadline => {
                tracing::warn!(kind = ?error.kind, why = error.text, "the database did not answer");
                Self::Unavailable
            }
        }
    }
}
