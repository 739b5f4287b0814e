//! Telephone numbers, written as people write them, in the one form in which two can be compared.

/// A Chinese mobile number in its eleven digits: `13800000000`, whether it was written with +86, 0086, blanks, dashes, brackets or
/// full-width digits. `None` where it is none.
pub fn parse_mobile(text: &str) -> Option<String> {
    let digits = plain_digits(text)?;
    let number = ["+86", "0086"].iter().find_map(|code| digits.strip_prefix(code)).unwrap_or(&digits);
    let number = if number.len() == 13 { number.strip_prefix("86").unwrap_or(number) } else { number };
    let mut letters = number.bytes();
    let good = number.len() == 11
        && letters.next() == Some(b'1')
        && letters.next().is_some_and(|c| (b'3'..=b'9').contains(&c));
    good.then(|| number.to_owned())
}

/// Any telephone number in the form to look it up by: a mobile one as [`parse_mobile`], another one as its digits, with a
/// `+` in front if it had one. `None` where there are other letters in it, or fewer than seven digits.
pub fn comparable_phone(text: &str) -> Option<String> {
    parse_mobile(text).or_else(|| plain_digits(text).filter(|digits| digits.trim_start_matches('+').len() >= 7))
}

/// A number as it may be shown to those whom it does not concern: `138****0000`.
pub fn masked_phone(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    if letters.len() < 8 {
        return "****".to_owned();
    }
    let (first, last) = (&letters[..3], &letters[letters.len() - 4..]);
    format!("{}****{}", first.iter().collect::<String>(), last.iter().collect::<String>())
}

/// ASCII digits and a leading `+`, with what people put between them left out; `None` where there is anything else.
fn plain_digits(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.push(char::from_digit(u32::from(c) - u32::from('０'), 10)?),
            '+' | '＋' if digits.is_empty() => digits.push('+'),
            ' ' | '\u{a0}' | '\u{3000}' | '\t' | '-' | '－' | '–' | '—' | '(' | ')' | '（' | '）' | '.' | '·' =>
                {}
            _ => return None,
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mobile_number_however_it_is_written() {
        for written in [
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "+86 138 1234 5678",
            "+86-13812345678",
            "0086 138 1234 5678",
            "8613812345678",
            "１３８１２３４５６７８",
            "＋８６　１３８－１２３４－５６７８",
            "(+86) 138.1234.5678",
            " 13812345678\t",
        ] {
            assert_eq!(parse_mobile(written).as_deref(), Some("13812345678"), "{written}");
        }
        for other in
            ["", "1381234567", "138123456789", "12812345678", "010-88886666", "138 1234 567x", "+1 13812345678"]
        {
            assert_eq!(parse_mobile(other), None, "{other}");
        }
    }

    #[test]
    fn other_numbers_compare_by_their_digits() {
        assert_eq!(comparable_phone("（010）8888-6666").as_deref(), Some("01088886666"));
        assert_eq!(comparable_phone("+49 30 1234567").as_deref(), Some("+49301234567"));
        assert_eq!(comparable_phone("+86 13812345678"), comparable_phone("138 1234 5678"));
        assert_eq!(comparable_phone("12345"), None);
        assert_eq!(comparable_phone("call me"), None);
    }

    #[test]
    fn a_masked_number_keeps_three_and_four() {
        assert_eq!(masked_phone("13812345678"), "138****5678");
        assert_eq!(masked_phone("12345"), "****");
    }
}
