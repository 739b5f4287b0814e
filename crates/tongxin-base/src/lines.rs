//! Which line of a text a byte stands in. A reader of CSV that ends a record at the first half of CR LF finds the next one a
//! line too early; counted from the text itself it stands where an editor shows it.

/// Counts lines forwards through a text.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    /// At the first line of a text.
    pub fn of(text: &'t str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the record that begins at a byte or right after the line breaks there. Bytes are asked for in their order.
    pub fn line_at(&mut self, byte: u64) -> u64 {
        let mut end = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len()).max(self.at);
        while self.text.get(end).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            end += 1;
        }
        self.line += self.text[self.at..end].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = end;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_stands_where_an_editor_shows_it() {
        let mut lines = Lines::of("a\r\n\"b\r\nb\"\r\n\r\nc\r\n");
        assert_eq!([0, 2, 10].map(|byte| lines.line_at(byte)), [1, 2, 5]);
        let mut lines = Lines::of("a\nb\n\nc");
        assert_eq!([0, 2, 5, 99].map(|byte| lines.line_at(byte)), [1, 2, 4, 4]);
    }
}
