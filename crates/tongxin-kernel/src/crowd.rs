//! The one place that every figure about people passes before it leaves its unit: what counts fewer than ten is not shown, and
//! neither is whatever would let it be worked out from the figures beside it.
//!
//! A table is a list of figures and the sums that hold among them (a row and its total, a column and its total, a part that two
//! tables share). A hidden figure can be worked out exactly if the sums determine it once the shown figures are put in; that is
//! looked at by elimination, and while it is so, one more figure is hidden.

/// A figure of fewer people is not shown (k-anonymity).
pub const CROWD: i64 = 10;
/// A table has at most so many figures; elimination takes their cube.
const MOST_FIGURES: usize = 400;
/// Elimination is done modulo this prime (2^31 - 1): exact, and a false "can be worked out" only hides more.
const PRIME: i64 = 2_147_483_647;

/// One sum that holds: the figures of `parts` make up the figure `whole`, by their places in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// What they make up.
    pub whole: usize,
    /// The parts.
    pub parts: Vec<usize>,
}

/// The figures as they may be shown: `None` where a figure is hidden.
///
/// # Panics
/// Where a sum names a figure that there is not, does not hold, or where there are more than four hundred figures: mistakes of
/// the caller that must not go out.
pub fn shown(figures: &[i64], sums: &[Sum]) -> Vec<Option<i64>> {
    assert!(figures.len() <= MOST_FIGURES, "a table of at most {MOST_FIGURES} figures");
    for sum in sums {
        let parts: i64 = sum.parts.iter().map(|part| figures[*part]).sum();
        assert_eq!(figures[sum.whole], parts, "a sum that does not hold");
    }
    let mut hidden: Vec<bool> = figures.iter().map(|figure| *figure < CROWD).collect();
    while let Some(known) = worked_out(&hidden, sums) {
        // Of the figures that stand in a sum with it, the smallest that is still shown.
        let beside = sums.iter().filter(|sum| sum.whole == known || sum.parts.contains(&known));
        let all = beside.flat_map(|sum| sum.parts.iter().copied().chain([sum.whole]));
        let next = all.filter(|at| !hidden[*at]).min_by_key(|at| (figures[*at], *at));
        let any = || (0..figures.len()).filter(|at| !hidden[*at]).min_by_key(|at| (figures[*at], *at));
        let Some(next) = next.or_else(any) else { break };
        hidden[next] = true;
    }
    figures.iter().zip(hidden).map(|(figure, hidden)| (!hidden).then_some(*figure)).collect()
}

/// A hidden figure that the sums determine, if there is one.
fn worked_out(hidden: &[bool], sums: &[Sum]) -> Option<usize> {
    let places: Vec<usize> = (0..hidden.len()).filter(|at| hidden[*at]).collect();
    let column = |at: usize| places.binary_search(&at).ok();
    let mut rows: Vec<Vec<i64>> = Vec::new();
    for sum in sums {
        let mut row = vec![0; places.len()];
        for part in sum.parts.iter().filter_map(|part| column(*part)) {
            row[part] = (row[part] + 1) % PRIME;
        }
        if let Some(whole) = column(sum.whole) {
            row[whole] = (row[whole] + PRIME - 1) % PRIME;
        }
        if row.iter().any(|x| *x != 0) {
            rows.push(row);
        }
    }
    reduce(&mut rows);
    // In reduced form a figure is determined where a row holds nothing but it.
    let alone = |row: &Vec<i64>| {
        let mut held = row.iter().enumerate().filter(|(_, x)| **x != 0).map(|(at, _)| at);
        held.next().filter(|_| held.next().is_none())
    };
    rows.iter().find_map(alone).map(|at| places[at])
}

/// Brings rows into reduced form, modulo the prime.
fn reduce(rows: &mut [Vec<i64>]) {
    let width = rows.first().map_or(0, Vec::len);
    let mut done = 0;
    for column in 0..width {
        let Some(pivot) = (done..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
        rows.swap(done, pivot);
        let inverse = power(rows[done][column], PRIME - 2);
        rows[done].iter_mut().for_each(|x| *x = *x * inverse % PRIME);
        let lead = rows[done].clone();
        for (at, row) in rows.iter_mut().enumerate().filter(|(at, row)| *at != done && row[column] != 0) {
            debug_assert_ne!(at, done);
            let factor = row[column];
            row.iter_mut().zip(&lead).for_each(|(x, l)| *x = (*x + (PRIME - factor) * *l) % PRIME);
        }
        done += 1;
        if done == rows.len() {
            break;
        }
    }
}

fn power(mut base: i64, mut exponent: i64) -> i64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

/// A share as it may be shown: neither who counts nor who does not are so few that they could be named.
pub fn shown_share(numerator: Option<i64>, denominator: Option<i64>) -> Option<f64> {
    let (numerator, denominator) = (numerator?, denominator?);
    let enough = numerator >= CROWD && denominator - numerator >= CROWD;
    #[expect(clippy::cast_precision_loss, reason = "counts of matters are far below 2^53")]
    enough.then(|| numerator as f64 / denominator as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A table of rows and columns with all its totals, as a list of figures and its sums.
    fn table(cells: &[Vec<i64>]) -> (Vec<i64>, Vec<Sum>) {
        let (height, width) = (cells.len(), cells[0].len());
        let at = |row: usize, column: usize| row * (width + 1) + column;
        let mut figures = vec![0; (height + 1) * (width + 1)];
        let mut sums = Vec::new();
        for row in 0..height {
            for column in 0..width {
                figures[at(row, column)] = cells[row][column];
                figures[at(row, width)] += cells[row][column];
                figures[at(height, column)] += cells[row][column];
                figures[at(height, width)] += cells[row][column];
            }
        }
        for row in 0..=height {
            sums.push(Sum { whole: at(row, width), parts: (0..width).map(|column| at(row, column)).collect() });
        }
        for column in 0..=width {
            sums.push(Sum { whole: at(height, column), parts: (0..height).map(|row| at(row, column)).collect() });
        }
        (figures, sums)
    }

    #[test]
    fn few_are_hidden_with_what_would_give_them_away() {
        let (figures, sums) = table(&[vec![25, 4], vec![30, 40]]);
        let out = shown(&figures, &sums);
        assert_eq!(out[1], None, "four people");
        assert!(
            out[..2].iter().chain([&out[4], &out[7]]).filter(|x| x.is_none()).count() > 2,
            "not by subtraction: {out:?}"
        );
        let (figures, sums) = table(&[vec![25, 14], vec![30, 40]]);
        assert!(shown(&figures, &sums).iter().all(Option::is_some), "nothing is hidden without need");
    }

    #[test]
    fn shares_name_neither_side() {
        assert_eq!(shown_share(Some(50), Some(100)), Some(0.5));
        for (numerator, denominator) in
            [(Some(3), Some(100)), (Some(95), Some(100)), (Some(100), Some(100)), (None, Some(100))]
        {
            assert_eq!(shown_share(numerator, denominator), None);
        }
    }

    /// Differencing by hand, as somebody with a pencil does it: a line with one gap is filled, again and again.
    fn filled(mut out: Vec<Option<i64>>, sums: &[Sum]) -> Vec<Option<i64>> {
        loop {
            let mut learnt = false;
            for sum in sums {
                let gaps: Vec<usize> =
                    sum.parts.iter().copied().chain([sum.whole]).filter(|at| out[*at].is_none()).collect();
                let [gap] = gaps[..] else { continue };
                let parts: i64 = sum.parts.iter().filter(|at| **at != gap).map(|at| out[*at].expect("shown")).sum();
                out[gap] = Some(if gap == sum.whole { parts } else { out[sum.whole].expect("shown") - parts });
                learnt = true;
            }
            if !learnt {
                return out;
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_hidden_can_be_worked_out(cells in prop::collection::vec(prop::collection::vec(0_i64..60, 4), 2..6)) {
            let (figures, sums) = table(&cells);
            let out = shown(&figures, &sums);
            for (figure, shown) in figures.iter().zip(&out) {
                prop_assert!(shown.is_none_or(|shown| shown == *figure && shown >= CROWD));
            }
            let attacked = filled(out.clone(), &sums);
            prop_assert_eq!(&attacked, &out, "by subtraction");
            // And by all sums at once: moving along a loop of hidden figures changes no sum, so each hidden one lies on such a loop.
            let hidden: Vec<bool> = out.iter().map(Option::is_none).collect();
            prop_assert_eq!(worked_out(&hidden, &sums), None);
        }

        #[test]
        fn two_tables_that_share_figures_do_not_give_each_other_away(
            rows in prop::collection::vec((0_i64..40, 0_i64..40, 0_i64..40, 0_i64..100), 1..5)
        ) {
            // Each row: solved, not solved, unanswered; and the same people as satisfied, not satisfied, unanswered.
            let (mut figures, mut sums) = (Vec::new(), Vec::new());
            for (solved, not, unanswered, share) in &rows {
                let (at, rated) = (figures.len(), solved + not);
                let satisfied = rated * share / 100;
                figures.extend([*solved, *not, *unanswered, rated + unanswered, satisfied, rated - satisfied]);
                sums.push(Sum { whole: at + 3, parts: vec![at, at + 1, at + 2] });
                sums.push(Sum { whole: at + 3, parts: vec![at + 4, at + 5, at + 2] });
            }
            let out = shown(&figures, &sums);
            prop_assert_eq!(&filled(out.clone(), &sums), &out);
        }
    }
}
