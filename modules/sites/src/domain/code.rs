//! The code on a site's sign: short enough to be read out on the phone, with a check character that catches every single
//! wrong character and every two that changed places.

use std::fmt;

use tongxin_base::World;

/// Crockford's base 32: no I, L, O or U, so nothing is mistaken for something else.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters in front of the check character; 33 million codes, of which 32 in 37 are given out.
const DIGITS: usize = 5;

/// A code: five characters and the check character, in capitals, such as `7K2MB0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteCode(String);

impl SiteCode {
    /// Reads what somebody typed: small letters, blanks and hyphens do not matter, and neither do I, L and O for 1 and 0.
    /// `None` where it cannot be a code.
    pub fn parse(text: &str) -> Option<Self> {
        let mut plain = String::with_capacity(DIGITS + 1);
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
            plain.push(match c.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                c if c.is_ascii() && LETTERS.contains(&(c as u8)) => c,
                _ => return None,
            });
            if plain.len() > DIGITS + 1 {
                return None;
            }
        }
        let (digits, check) = plain.split_at_checked(DIGITS)?;
        (check.chars().next()? == check_character(digits)?).then_some(Self(plain))
    }

    /// A new code, drawn by lot. Whether it is taken is for the register to say.
    pub fn draw(world: &World) -> Self {
        loop {
            let digits: String = (0..DIGITS).map(|_| char::from(LETTERS[world.below(32) as usize])).collect();
            if let Some(check) = check_character(&digits) {
                return Self(format!("{digits}{check}"));
            }
        }
    }

    /// The code as it is stored, linked and printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code in two halves, which are easier to read out: `7K2 MB0`.
    pub fn spoken(&self) -> String {
        let (first, second) = self.0.split_at(3);
        format!("{first} {second}")
    }
}

impl fmt::Display for SiteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Crockford's check: the number modulo 37. Five of its 37 signs are no letters or digits; codes that would end in one
/// are not given out.
fn check_character(digits: &str) -> Option<char> {
    let value = digits.bytes().try_fold(0_usize, |value, byte| {
        Some((value * 32 + LETTERS.iter().position(|letter| *letter == byte)?) % 37)
    })?;
    LETTERS.get(value).copied().map(char::from)
}
