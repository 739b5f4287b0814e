//! Search by parts of words: one and two Chinese characters, whole words of other scripts. Filled by jobs, so that a
//! write never waits for it; what it finds is a candidate that the room checks against the text.

use std::collections::BTreeSet;

use tongxin_base::{Id, Result, TenantId};
use tongxin_db::{Param, Read, Tx, params, sql};

/// A text adds this many parts (some thousand characters), give or take one; more adds nothing to finding it.
const MOST_GRAMS: usize = 2000;
/// A word is cut to this many characters.
const LONGEST_WORD: usize = 32;
/// Parts that one statement adds; the statement has as many places. One by one, PostgreSQL spends most of its time between them.
const AT_ONCE: usize = 32;
/// A query looks at its first so many parts; the statement has as many places.
const QUERY_GRAMS: usize = 6;

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// The parts of a text, each once. For a `query`, pairs of characters alone where there are any: they say more.
pub fn grams(text: &str, query: bool) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut word = String::new();
    let mut run: Vec<char> = Vec::new();
    let lower = text.chars().flat_map(char::to_lowercase).chain(['\n']);
    for c in lower {
        if is_han(c) {
            run.push(c);
        } else if !run.is_empty() {
            // Side by side, so that of a text that is too long the beginning is found by both.
            for (at, one) in run.iter().enumerate() {
                if !query || run.len() == 1 {
                    out.insert(one.to_string());
                }
                out.extend(run.get(at + 1).map(|next| String::from_iter([one, next])));
                if out.len() >= MOST_GRAMS {
                    break;
                }
            }
            run.clear();
        }
        if c.is_alphanumeric() && !is_han(c) {
            if word.chars().count() < LONGEST_WORD {
                word.push(c);
            }
        } else if !word.is_empty() {
            out.insert(std::mem::take(&mut word));
        }
        if out.len() >= MOST_GRAMS {
            break;
        }
    }
    out
}

/// Makes a thing findable by a text; texts add up.
///
/// # Errors
/// As [`Tx::exec`].
pub fn index_text<K>(tx: &mut Tx<'_>, tenant: TenantId, kind: &str, id: Id<K>, text: &str) -> Result<()> {
    let grams: Vec<String> = grams(text, false).into_iter().collect();
    let rows: Vec<Vec<Param<'_>>> = grams.chunks(AT_ONCE).map(|some| row(tenant, kind, id, some)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO search_gram(tenant_id, kind, gram, subject_id) VALUES
               ($1, $2, $4, $3), ($1, $2, $5, $3), ($1, $2, $6, $3), ($1, $2, $7, $3), ($1, $2, $8, $3),
               ($1, $2, $9, $3), ($1, $2, $10, $3), ($1, $2, $11, $3), ($1, $2, $12, $3), ($1, $2, $13, $3),
               ($1, $2, $14, $3), ($1, $2, $15, $3), ($1, $2, $16, $3), ($1, $2, $17, $3), ($1, $2, $18, $3),
               ($1, $2, $19, $3), ($1, $2, $20, $3), ($1, $2, $21, $3), ($1, $2, $22, $3), ($1, $2, $23, $3),
               ($1, $2, $24, $3), ($1, $2, $25, $3), ($1, $2, $26, $3), ($1, $2, $27, $3), ($1, $2, $28, $3),
               ($1, $2, $29, $3), ($1, $2, $30, $3), ($1, $2, $31, $3), ($1, $2, $32, $3), ($1, $2, $33, $3),
               ($1, $2, $34, $3), ($1, $2, $35, $3)
             ON CONFLICT (tenant_id, kind, gram, subject_id) DO NOTHING"
        ),
        &rows.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    )
}

/// Makes a thing findable by a text no more.
///
/// # Errors
/// As [`Tx::exec`].
pub fn forget_text<K>(tx: &mut Tx<'_>, tenant: TenantId, kind: &str, id: Id<K>, text: &str) -> Result<()> {
    let grams = grams(text, false);
    let rows: Vec<[Param<'_>; 4]> =
        grams.iter().map(|gram| [tenant.into(), kind.into(), gram.into(), id.into()]).collect();
    tx.exec_many(
        sql!("DELETE FROM search_gram WHERE tenant_id = $1 AND kind = $2 AND gram = $3 AND subject_id = $4"),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

/// One statement's parameters; where there are fewer parts than places the last stands again, which changes nothing.
fn row<'a, K>(tenant: TenantId, kind: &'a str, id: Id<K>, some: &'a [String]) -> Vec<Param<'a>> {
    let mut row: Vec<Param<'a>> = vec![tenant.into(), kind.into(), id.into()];
    let last = some.last().map(String::as_str).unwrap_or_default();
    let padded = some.iter().map(String::as_str).chain(std::iter::repeat(last)).take(AT_ONCE);
    row.extend(padded.map(Param::from));
    row
}

/// The things that have all parts of the query, newest first, from `before` on downwards.
///
/// # Errors
/// As [`Read::rows`].
pub fn search<K>(
    read: &mut Read<'_>,
    tenant: TenantId,
    kind: &str,
    query: &str,
    before: Id<K>,
    limit: i64,
) -> Result<Vec<Id<K>>> {
    let mut grams: Vec<String> = grams(query, true).into_iter().collect();
    // Longer parts are rarer, so they come first.
    grams.sort_by_key(|gram| std::cmp::Reverse(gram.len()));
    grams.truncate(QUERY_GRAMS);
    let Some(first) = grams.first().cloned() else { return Ok(Vec::new()) };
    let wanted = i64::try_from(grams.len()).unwrap_or(i64::MAX);
    grams.resize(QUERY_GRAMS, first);
    read.rows(
        sql!(
            "SELECT subject_id FROM search_gram WHERE tenant_id = $1 AND kind = $2
             AND gram IN ($3, $4, $5, $6, $7, $8) AND subject_id < $9
             GROUP BY subject_id HAVING COUNT(*) = $10 ORDER BY subject_id DESC LIMIT $11"
        ),
        params![tenant, kind, &grams[0], &grams[1], &grams[2], &grams[3], &grams[4], &grams[5], before, wanted, limit],
        |row| row.take(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_mixed_text() {
        let parts: Vec<String> = grams("路灯坏了, Lamp 3!", false).into_iter().collect();
        assert_eq!(parts, ["3", "lamp", "了", "坏", "坏了", "灯", "灯坏", "路", "路灯"]);
        let query: Vec<String> = grams("路灯", true).into_iter().collect();
        assert_eq!(query, ["路灯"]);
    }
}
