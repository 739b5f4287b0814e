//! Where an imported matter stands: by the source's word for it, and where there is none, by the times of its steps. Pure.

use tongxin_base::Time;

use super::rows::RowIn;
use crate::domain::Status;

/// Where a matter stands, and since when, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub status: Status,
    /// When it was done. A matter that was opened again is not done, whatever was said before.
    pub done_at: Option<Time>,
    pub closed_at: Option<Time>,
    /// How often it was opened again, as far as the file tells.
    pub reopened: i64,
}

pub(super) fn outcome(row: &RowIn) -> Outcome {
    let RowIn { done, closed, reopened, .. } = *row;
    let again = reopened.is_some();
    // The same minute counts as before: files are not more exact, and many are closed and opened again in one click.
    let opened_after = reopened.is_some_and(|at| done.is_none_or(|done| at > done));
    let status = match row.status {
        Some(over @ (Status::Closed | Status::Declined | Status::Withdrawn)) => over,
        // It runs, so what was done before it was opened again did not last.
        Some(_) if again => Status::Reopened,
        Some(word) => word,
        None if opened_after => Status::Reopened,
        None if done.is_some() || closed.is_some() => Status::Closed,
        None if row.accepted.is_some() || row.started.is_some() => Status::Accepted,
        None => Status::Received,
    };
    let over = matches!(status, Status::Closed | Status::Declined | Status::Withdrawn);
    Outcome {
        status,
        done_at: done.filter(|_| status == Status::Closed),
        closed_at: closed.or(done).filter(|_| over),
        reopened: again.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> Time {
        Time::from_micros(minutes * 60_000_000)
    }

    fn row(status: Option<Status>, done: Option<i64>, reopened: Option<i64>) -> RowIn {
        RowIn { status, done: done.map(at), reopened: reopened.map(at), ..RowIn::default() }
    }

    #[test]
    fn words_first_then_times() {
        for (status, done, reopened, stands, done_at) in [
            (None, None, None, Status::Received, None),
            (None, Some(5), None, Status::Closed, Some(5)),
            (None, Some(5), Some(7), Status::Reopened, None),
            (None, Some(7), Some(5), Status::Closed, Some(7)),
            (Some(Status::Received), Some(5), Some(7), Status::Reopened, None),
            (Some(Status::Received), Some(7), Some(5), Status::Reopened, None),
            // Archived, but nobody wrote down when: it is over, and counts on no day.
            (Some(Status::Closed), None, None, Status::Closed, None),
            (Some(Status::Closed), Some(5), Some(7), Status::Closed, Some(5)),
            (Some(Status::Declined), Some(5), None, Status::Declined, None),
            (Some(Status::Accepted), None, None, Status::Accepted, None),
        ] {
            let found = outcome(&row(status, done, reopened));
            assert_eq!((found.status, found.done_at), (stands, done_at.map(at)), "{status:?} {done:?} {reopened:?}");
        }
    }

    proptest! {
        /// Only what is closed is done, what is done has the source's own time, and nothing gets a status without a way on.
        #[test]
        fn nothing_is_invented(
            word in proptest::option::of(0_usize..6), done in proptest::option::of(0_i64..9),
            closed in proptest::option::of(0_i64..9), reopened in proptest::option::of(0_i64..9),
        ) {
            let statuses = super::super::mapping::STATUSES;
            let mut row = row(word.map(|at| statuses[at]), done, reopened);
            row.closed = closed.map(at);
            let found = outcome(&row);
            prop_assert!(statuses.contains(&found.status));
            prop_assert!(found.done_at.is_none() || (found.status == Status::Closed && found.done_at == row.done));
            prop_assert!(found.closed_at.is_none() || found.closed_at == row.done || found.closed_at == row.closed);
        }
    }
}
