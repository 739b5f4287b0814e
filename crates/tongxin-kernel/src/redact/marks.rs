//! Marks of a fixed form that tell who somebody is: bank cards by their check, passports and accounts by the word before them, doors
//! by the word behind them.

use super::{Hit, Telling, plain};

/// Figures as they are written by hand.
const FIGURES: &str = "〇零一二三四五六七八九十百";
/// Words before an account's name.
const ACCOUNTS: [&str; 9] = ["微信号", "微信", "微信id", "weixin", "wechat", "wx", "vx", "qq号", "qq"];

/// Sixteen to nineteen digits that begin like a card and whose last one checks (Luhn).
pub(super) fn is_card(run: &str) -> bool {
    let begins = run.starts_with(['3', '4', '5', '6']);
    let figures: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
    if !begins || figures.len() != run.len() || !(16..=19).contains(&figures.len()) {
        return false;
    }
    let doubled = |(at, figure): (usize, &u32)| if at % 2 == 1 { figure * 2 / 10 + figure * 2 % 10 } else { *figure };
    figures.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// All of them but the cards, which are runs of digits.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, plain(c).to_ascii_lowercase())).collect();
    passports(text, &chars, hits);
    accounts(text, &chars, hits);
    doors(text, &chars, hits);
}

/// The byte behind a character.
fn byte(text: &str, chars: &[(usize, char)], at: usize) -> usize {
    chars.get(at).map_or(text.len(), |(byte, _)| *byte)
}

/// A letter or two and seven or eight digits behind the word; of ours (E, G, D, S, P, H) without it as well.
fn passports(text: &str, chars: &[(usize, char)], hits: &mut Vec<Hit>) {
    for (start, (from, first)) in chars.iter().enumerate() {
        let alone = start == 0 || !chars[start - 1].1.is_ascii_alphanumeric();
        if !alone || !first.is_ascii_alphabetic() {
            continue;
        }
        let body: String =
            chars[start..].iter().map(|(_, c)| *c).take_while(char::is_ascii_alphanumeric).take(12).collect();
        let letters = body.chars().take_while(char::is_ascii_alphabetic).count();
        let digits = body.len() - letters;
        let all = body.chars().skip(letters).all(|c| c.is_ascii_digit());
        let before: String = chars[start.saturating_sub(6)..start].iter().map(|(_, c)| *c).collect();
        let said = ["护照", "通行证", "passport"].iter().any(|word| before.contains(word));
        let ours = letters == 1 && digits == 8 && "egdsph".contains(*first);
        if all && (ours || (said && (1..=2).contains(&letters) && (6..=9).contains(&digits))) {
            hits.push(Hit { range: *from..byte(text, chars, start + body.len()), what: Telling::Passport });
        }
    }
}

/// What stands behind 微信, vx or QQ and is a name there: six to twenty letters and digits, or five to eleven digits.
fn accounts(text: &str, chars: &[(usize, char)], hits: &mut Vec<Hit>) {
    for start in 0..chars.len() {
        let named = |word: &&&str| chars[start..].iter().map(|(_, c)| *c).take(word.chars().count()).eq(word.chars());
        let Some(word) = ACCOUNTS.iter().filter(named).max_by_key(|word| word.len()) else { continue };
        if start > 0 && word.is_ascii() && chars[start - 1].1.is_ascii_alphanumeric() {
            continue;
        }
        let behind = start + word.chars().count();
        let gap = chars[behind..]
            .iter()
            .take(4)
            .take_while(|(_, c)| matches!(c, ':' | ' ' | '：' | '是' | '为' | '号'))
            .count();
        let name = chars[behind + gap..].iter().take(21);
        let name = name.take_while(|(_, c)| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).count();
        let digits = chars[behind + gap..].iter().take(name).filter(|(_, c)| c.is_ascii_digit()).count();
        if (6..=20).contains(&name) || (name == digits && (5..=11).contains(&name)) {
            let (from, to) = (chars[behind + gap].0, byte(text, chars, behind + gap + name));
            hits.push(Hit { range: from..to, what: Telling::Account });
        }
    }
}

/// A flat (501室, 1203房, with the entrance before it): the house stays, it is where the matter is.
fn doors(text: &str, chars: &[(usize, char)], hits: &mut Vec<Hit>) {
    let figure = |c: char| c.is_ascii_digit() || FIGURES.contains(c);
    let back = |from: usize| chars[..from].iter().rev().take(6).take_while(|(_, c)| figure(*c)).count();
    for (at, (_, c)) in chars.iter().enumerate() {
        let flat = back(at);
        let written = chars[at - flat..at].iter().filter(|(_, c)| c.is_ascii_digit() || "零〇".contains(*c)).count();
        if !matches!(c, '室' | '房' | '户') || flat < 3 || (written == 0 && *c != '室') {
            continue;
        }
        let mut start = at - flat;
        let entrance: String = chars[start.saturating_sub(2)..start].iter().map(|(_, c)| *c).collect();
        if entrance == "单元" {
            start = start - 2 - back(start - 2);
        }
        hits.push(Hit { range: chars[start].0..byte(text, chars, at + 1), what: Telling::Door });
    }
}
