//! Rust source in pieces: code, comments and strings apart, so that a rule about code is not misled by a text.

/// What a piece of source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Code, with what separates it.
    Code,
    /// What stands between the quotes of a string, as written.
    Text,
    /// A comment, with its marks.
    Comment,
}

/// A piece of source.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// The line it begins on, from 1.
    pub line: usize,
    /// Its characters.
    pub text: &'a str,
}

/// Takes Rust source apart. Broken source gives some pieces, never a panic.
pub fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut line = 1;
    let mut rest = source;
    let mut code = 0; // bytes of code at the front of `rest` that are in no piece yet
    while code < rest.len() {
        let here = &rest[code..];
        let before = rest[..code].bytes().next_back().unwrap_or(b' ');
        // Its kind, and the lengths of what opens it, of its inside and of what closes it.
        let found = if here.starts_with("//") {
            Some((Kind::Comment, 0, here.find('\n').unwrap_or(here.len()), 0))
        } else if here.starts_with("/*") {
            Some((Kind::Comment, 0, block_comment(here), 0))
        } else if let Some(inside) = here.strip_prefix('"') {
            Some((Kind::Text, 1, quoted(inside), 1))
        } else if here.starts_with('r') && !(before.is_ascii_alphanumeric() && before != b'b' || before == b'_') {
            raw(here)
        } else {
            None
        };
        let Some((kind, open, inner, close)) = found else {
            code += character(here);
            continue;
        };
        let (front, tail) = rest.split_at((code + open).min(rest.len()));
        let (text, tail) = tail.split_at(inner.min(tail.len()));
        if !front.is_empty() {
            pieces.push(Piece { kind: Kind::Code, line, text: front });
            line += front.matches('\n').count();
        }
        pieces.push(Piece { kind, line, text });
        line += text.matches('\n').count();
        rest = tail;
        code = close.min(rest.len());
    }
    if !rest.is_empty() {
        pieces.push(Piece { kind: Kind::Code, line, text: rest });
    }
    pieces
}

/// The length of a `/* */` comment, with those inside it.
fn block_comment(source: &str) -> usize {
    let mut depth = 0;
    let bytes = source.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    source.len()
}

/// The length of a string's inside, up to its closing quote.
fn quoted(source: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in source.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    source.len()
}

/// A raw string: the lengths of what opens it, of its inside and of what closes it.
fn raw(source: &str) -> Option<(Kind, usize, usize, usize)> {
    let hashes = source[1..].bytes().take_while(|byte| *byte == b'#').count();
    let inside = source[1 + hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&closing).unwrap_or(inside.len());
    Some((Kind::Text, hashes + 2, length, closing.len()))
}

/// The length of the next character, or of a character in quotes (which may be a quote).
fn character(source: &str) -> usize {
    let mut chars = source.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    if first == '\'' {
        if source[1..].starts_with('\\') {
            // Past the escaped character, which may itself be a quote.
            return source.get(3..).and_then(|tail| tail.find('\'')).map_or(1, |at| at + 4);
        }
        if let (Some(_), Some((at, '\''))) = (chars.next(), chars.next()) {
            return at + 1;
        }
    }
    first.len_utf8()
}

/// The words of code (letters, digits and `_`), each with its line.
pub fn words(source: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    for piece in pieces(source).iter().filter(|piece| piece.kind == Kind::Code) {
        for (index, text) in piece.text.split('\n').enumerate() {
            let parts = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.extend(parts.filter(|word| !word.is_empty()).map(|word| (piece.line + index, word)));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, kind: Kind) -> Vec<(usize, &str)> {
        pieces(source).iter().filter(|piece| piece.kind == kind).map(|piece| (piece.line, piece.text)).collect()
    }

    #[test]
    fn strings_code_and_comments_are_told_apart() {
        let source = "let a = \"x\\\"y\"; // \"no\"\nlet b = r#\"q\"q\"#;\n/* \"n\" /* o */ */ let c = ['\"', '\\'', '\\\\', 'ü'];\n\
            fn f<'a>(x: &'a str) { b\"bytes\" }\nfor r in \"\" {}";
        assert_eq!(texts(source, Kind::Text), [(1, "x\\\"y"), (2, "q\"q"), (4, "bytes"), (5, "")]);
        assert_eq!(texts(source, Kind::Comment), [(1, "// \"no\""), (3, "/* \"n\" /* o */ */")]);
        let whole: String = pieces(source).iter().map(|piece| piece.text).collect();
        assert_eq!(whole, source, "nothing is lost");
    }

    #[test]
    fn broken_source_is_no_panic() {
        for source in ["\"", "r#\"", "/*", "'", "'\\", "r", "\"\\", "'\\'"] {
            pieces(source);
        }
    }

    #[test]
    fn words_have_their_lines() {
        assert_eq!(words("a b\n// c\n\"d\" e_f"), [(1, "a"), (1, "b"), (3, "e_f")]);
    }
}
