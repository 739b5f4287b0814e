//! Cells of tables that people open in a spreadsheet.

/// A text as a cell of a CSV file: quoted where it must be, and never a formula. A spreadsheet runs what begins with `=`, `+`, `-`,
/// `@`, a tab or a carriage return; an apostrophe in front makes it text again.
pub fn csv_cell(text: &str) -> String {
    let tame = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if tame.contains([',', '"', '\n', '\r', ';', '\'']) { format!("\"{}\"", tame.replace('"', "\"\"")) } else { tame }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("康城社区", "康城社区"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-1+2", "\"'-1+2\""),
            ("\t=1", "\"'\t=1\""),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}
