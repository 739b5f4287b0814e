//! One SQL text for both engines, registered where it is written so that a test can prepare them all.

use linkme::distributed_slice;

/// Every statement of every crate that is linked in.
#[distributed_slice]
pub static STATEMENTS: [Statement];

/// A statement in the common dialect: `$1` placeholders, `::type` where PostgreSQL needs to be told, `FOR UPDATE`
/// where a row must stand still. SQLite gets `?1`, no casts and no row locks (it has one writer).
#[derive(Debug)]
pub struct Statement {
    text: &'static str,
    file: &'static str,
    line: u32,
}

impl Statement {
    /// Made by [`sql!`], which also registers it.
    pub const fn new(text: &'static str, file: &'static str, line: u32) -> Self {
        Self { text, file, line }
    }

    /// The text as written, which is PostgreSQL's.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// `file:line` of where it is written.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// A number of its own: statements are statics, so their address will do.
    pub(crate) fn key(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// The text for SQLite.
    pub fn sqlite(&self) -> String {
        const LOCKS: [&str; 2] = [" FOR UPDATE SKIP LOCKED", " FOR UPDATE"];
        let mut out = String::with_capacity(self.text.len());
        let mut rest = self.text;
        while let Some(at) = rest.find(['$', ':', '\'', ' ']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            if let Some(literal) = from.strip_prefix('\'') {
                let end = literal.find('\'').map_or(literal.len(), |end| end + 1);
                out.push('\'');
                out.push_str(&literal[..end]);
                rest = &literal[end..];
            } else if let Some(cast) = from.strip_prefix("::") {
                rest = cast.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
            } else if let Some(after) = LOCKS.iter().find_map(|lock| from.strip_prefix(lock)) {
                rest = after;
            } else {
                out.push_str(if from.starts_with('$') { "?" } else { &from[..1] });
                rest = &from[1..];
            }
        }
        out.push_str(rest);
        out
    }
}

/// A registered [`Statement`]: `sql!("SELECT name FROM unit WHERE tenant_id = $1")`.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        #[$crate::linkme::distributed_slice($crate::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        #[expect(unsafe_code, reason = "linkme gathers statics through a link section")]
        static STATEMENT: $crate::Statement = $crate::Statement::new($text, file!(), line!());
        &STATEMENT
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_gets_numbered_placeholders_and_no_casts() {
        let s =
            Statement::new("SELECT 'a$1::x' FROM t WHERE a = $1 AND ($2::text IS NULL OR b = $12) FOR UPDATE", "", 0);
        assert_eq!(s.sqlite(), "SELECT 'a$1::x' FROM t WHERE a = ?1 AND (?2 IS NULL OR b = ?12)");
    }
}
