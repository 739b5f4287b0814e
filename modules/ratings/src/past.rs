//! Ratings that came with a history from elsewhere: kept as those given here, and counted in the same rates.

use tongxin_kernel::{PastRating, RatingBook, Solved};

use crate::domain::SATISFIED_FROM;
use crate::rates::{RATED, SATISFIED, SOLVED};
use crate::store;

/// How rooms that bring a history hand its ratings over.
pub const BOOK: RatingBook = RatingBook { keep: store::add_past, figures, forget: store::forget };

/// The figures that a past rating adds one to. What it does not say it does not count for.
fn figures(rating: &PastRating) -> Vec<&'static str> {
    let mut figures = Vec::new();
    if rating.solved.is_some() || rating.satisfied.is_some() {
        figures.push(RATED);
    }
    if rating.solved == Some(Solved::Yes) {
        figures.push(SOLVED);
    }
    if rating.satisfied.is_some_and(|stars| stars >= SATISFIED_FROM) {
        figures.push(SATISFIED);
    }
    figures
}

#[cfg(test)]
mod tests {
    use tongxin_base::{Id, Time};
    use tongxin_kernel::Subject;

    use super::*;

    #[test]
    fn half_a_rating_counts_for_its_half() {
        let figures = |solved, satisfied| {
            figures(&PastRating {
                subject: Subject::new("request", Id::<()>::NONE),
                rater: String::new(),
                unit_path: String::new(),
                done_at: Time::from_micros(0),
                solved,
                satisfied,
            })
        };
        assert!(figures(None, None).is_empty());
        assert_eq!(figures(Some(Solved::Yes), None), [RATED, SOLVED]);
        assert_eq!(figures(Some(Solved::Partly), Some(4)), [RATED, SATISFIED]);
        assert_eq!(figures(Some(Solved::No), Some(3)), [RATED]);
    }
}
