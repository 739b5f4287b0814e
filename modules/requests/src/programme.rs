//! What a programme brings to this room: categories with their limits, pools, and the lists that staff choose from.

use std::collections::BTreeSet;

use tongxin_base::{Error, FieldError};
use tongxin_kernel::{Line, PackFile, Part, ProgrammeReader, Reading, Role};

use crate::actions::{RawCategory, RawPhrase};
use crate::domain::{Category, Phrase, PhraseKind, Pool};
use crate::store::{categories, phrases};

const CATEGORIES: PackFile = PackFile {
    name: "categories.csv",
    columns: &[
        "code",
        "parent",
        "name",
        "name_en",
        "contact_limit",
        "grab_limit",
        "start_limit",
        "finish_limit",
        "radius_m",
        "skill",
    ],
};
const POOLS: PackFile = PackFile { name: "pools.csv", columns: &["code", "name", "name_en", "skill", "kind"] };
const PHRASES: PackFile =
    PackFile { name: "phrases.csv", columns: &["kind", "code", "name", "name_en", "text", "text_en"] };

/// See [`ProgrammeReader`].
pub const READER: ProgrammeReader = ProgrammeReader { files: &[CATEGORIES, POOLS, PHRASES], read };

fn read(reading: &mut Reading<'_>) -> Part {
    let phrases = read_phrases(reading);
    let skills: BTreeSet<String> =
        phrases.iter().filter(|phrase| phrase.kind == PhraseKind::Skill).map(|phrase| phrase.code.clone()).collect();
    let categories = read_categories(reading, &skills);
    let pools = read_pools(reading, &skills);
    Part {
        counts: vec![("categories", categories.len()), ("pools", pools.len()), ("phrases", phrases.len())],
        put: Box::new(move |act| {
            let tenant = act.call.tenant.id;
            for (category, position) in categories.iter().zip(0..) {
                categories::put(act.tx, tenant, category, position)?;
            }
            pools.iter().try_for_each(|pool| categories::put_pool(act.tx, tenant, pool))?;
            for (phrase, position) in phrases.iter().zip(0..) {
                phrases::put(act.tx, tenant, phrase, position)?;
            }
            Ok(())
        }),
    }
}

/// Names what does not hold under the name its column has in the table.
fn blame(reading: &mut Reading<'_>, line: &Line, error: Error, column_of: impl Fn(&str) -> &'static str) {
    if let Error::Invalid(fields) = error {
        for mut field in fields {
            let column = column_of(&field.field);
            column.clone_into(&mut field.field);
            line.wrong_with(reading, field.with("value", line.get(column)));
        }
    }
}

fn read_categories(reading: &mut Reading<'_>, skills: &BTreeSet<String>) -> Vec<Category> {
    if reading.bytes(CATEGORIES.name).is_none() {
        reading.wrong(CATEGORIES.name, None, FieldError::new("", "programme-missing-file"));
        return Vec::new();
    }
    let limits = ["code", "name", "contact_limit", "grab_limit", "start_limit", "finish_limit", "radius_m"];
    let lines = reading.table(CATEGORIES.name, CATEGORIES.columns, &limits);
    let mut known: Vec<Category> = Vec::new();
    for line in &lines {
        let written = |column: &str| line.get(column).to_owned();
        let raw = RawCategory {
            code: written("code"),
            parent: written("parent"),
            name: written("name"),
            name_en: written("name_en"),
            contact: written("contact_limit"),
            grab: written("grab_limit"),
            start: written("start_limit"),
            finish: written("finish_limit"),
            radius: written("radius_m"),
            skill: written("skill"),
            active: true,
        };
        let category = match raw.parse() {
            Ok((category, _)) => category,
            Err(error) => {
                let column = |field: &str| {
                    let mut columns = CATEGORIES.columns.iter();
                    columns.find(|column| column.trim_end_matches("_limit").trim_end_matches("_m") == field)
                };
                blame(reading, line, error, |field| column(field).copied().unwrap_or("code"));
                continue;
            }
        };
        if known.iter().any(|other| other.code == category.code) {
            line.wrong(reading, "code", "programme-twice");
        }
        match category.parent.as_ref().map(|code| known.iter().find(|other| other.code == *code)) {
            Some(None) => line.wrong(reading, "parent", "programme-unknown-parent"),
            Some(Some(above)) if above.parent.is_some() => {
                line.wrong(reading, "parent", "requests-pack-third-level");
            }
            _ => {}
        }
        if category.skill.as_ref().is_some_and(|skill| !skills.contains(skill)) {
            line.wrong(reading, "skill", "requests-pack-skill");
        }
        known.push(category);
    }
    if lines.is_empty() {
        reading.wrong(CATEGORIES.name, None, FieldError::new("", "requests-pack-no-categories"));
    }
    known
}

fn read_pools(reading: &mut Reading<'_>, skills: &BTreeSet<String>) -> Vec<Pool> {
    let mut known: Vec<Pool> = Vec::new();
    if reading.bytes(POOLS.name).is_none() {
        reading.wrong(POOLS.name, None, FieldError::new("", "programme-missing-file"));
        return known;
    }
    for line in reading.table(POOLS.name, POOLS.columns, &["code", "name"]) {
        let (code, name) = (line.get("code").to_owned(), line.label("name", "name_en"));
        let (skill, kind) = (line.some("skill"), line.some("kind"));
        if code.is_empty() || code.len() > 20 || !code.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
            line.wrong(&mut *reading, "code", "requests-bad-code");
        }
        if known.iter().any(|pool| pool.code == code) {
            line.wrong(reading, "code", "programme-twice");
        }
        if name.zh.is_empty() || name.zh.chars().count() > 60 {
            line.wrong(reading, "name", "programme-name");
        }
        if skill.as_ref().is_some_and(|skill| !skills.contains(skill)) {
            line.wrong(reading, "skill", "requests-pack-skill");
        }
        if kind
            .as_ref()
            .is_some_and(|kind| ![Role::GridWorker, Role::PartTime].iter().any(|role| role.as_str() == kind))
        {
            line.wrong(reading, "kind", "requests-pack-worker-kind");
        }
        known.push(Pool { code, name, skill, kind });
    }
    if known.is_empty() {
        reading.wrong(POOLS.name, None, FieldError::new("", "requests-pack-no-pools"));
    }
    known
}

fn read_phrases(reading: &mut Reading<'_>) -> Vec<Phrase> {
    let mut known: Vec<Phrase> = Vec::new();
    for line in reading.table(PHRASES.name, PHRASES.columns, &["kind", "code", "name"]) {
        let Some(kind) = PhraseKind::parse(line.get("kind")) else {
            line.wrong(reading, "kind", "requests-pack-phrase-kind");
            continue;
        };
        let code = line.get("code");
        if code.is_empty() || code.len() > 20 || !code.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
            line.wrong(reading, "code", "requests-bad-code");
        }
        if known.iter().any(|phrase| phrase.kind == kind && phrase.code == code) {
            line.wrong(reading, "code", "programme-twice");
        }
        let written = |column: &str| line.get(column).to_owned();
        let (name, name_en) = (written("name"), written("name_en"));
        match (RawPhrase { name, name_en, text: written("text"), text_en: written("text_en") }).parse(kind, code) {
            Ok(phrase) => known.push(phrase),
            Err(error) => blame(reading, &line, error, |field| {
                PHRASES.columns.iter().find(|column| **column == field).copied().unwrap_or("name")
            }),
        }
    }
    for kind in [PhraseKind::Decline, PhraseKind::Return, PhraseKind::Wait, PhraseKind::Exclude] {
        if !known.iter().any(|phrase| phrase.kind == kind) {
            let what = FieldError::new("kind", "requests-pack-empty-list").with("value", kind.as_str());
            reading.advise(PHRASES.name, None, what);
        }
    }
    known
}
