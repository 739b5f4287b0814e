//! How far a long command is, on a terminal: what it does, how many are done, how fast, and how long it will go on.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A line is written anew at most this often; the eye is not faster.
const AGAIN: Duration = Duration::from_millis(100);
/// Before so much has passed nothing can be foretold.
const FIRST: Duration = Duration::from_millis(500);

/// One phase of a command. On anything but a terminal it says nothing.
pub struct Progress {
    name: &'static str,
    total: Option<usize>,
    began: Instant,
    said: Option<Instant>,
    watched: bool,
}

impl Progress {
    /// A phase begins; `total` is how many there will be, where that is known.
    pub fn new(name: &'static str, total: Option<usize>) -> Self {
        Self { name, total, began: Instant::now(), said: None, watched: std::io::stderr().is_terminal() }
    }

    /// So many are done.
    pub fn at(&mut self, done: usize) {
        let due = self.said.is_none_or(|said| said.elapsed() >= AGAIN);
        if self.watched && due {
            self.said = Some(Instant::now());
            eprint!("\r\x1b[K{}", line(self.name, done, self.total, self.began.elapsed()));
            drop(std::io::stderr().flush());
        }
    }

    /// The phase is over; its line goes. How long it took, in seconds.
    pub fn end(self) -> f64 {
        if self.watched && self.said.is_some() {
            eprint!("\r\x1b[K");
            drop(std::io::stderr().flush());
        }
        self.began.elapsed().as_secs_f64()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn line(name: &str, done: usize, total: Option<usize>, elapsed: Duration) -> String {
    let rate = if elapsed < FIRST { 0.0 } else { done as f64 / elapsed.as_secs_f64() };
    let mut line = match total {
        Some(total) => format!("{name}: {done} of {total}"),
        None => format!("{name}: {done}"),
    };
    if rate > 0.0 {
        line.push_str(&format!(", {rate:.0} a second"));
        if let Some(left) = total.map(|total| total.saturating_sub(done)).filter(|left| *left > 0) {
            line.push_str(&format!(", {:.0} s left", left as f64 / rate));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_says() {
        let after = Duration::from_secs;
        assert_eq!(line("writing", 0, Some(9), after(0)), "writing: 0 of 9");
        assert_eq!(line("writing", 500, Some(1500), after(5)), "writing: 500 of 1500, 100 a second, 10 s left");
        assert_eq!(line("reading", 500, None, after(5)), "reading: 500, 100 a second");
        assert_eq!(line("writing", 9, Some(9), after(3)), "writing: 9 of 9, 3 a second");
    }
}
