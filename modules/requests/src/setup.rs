//! What an administrator brings before the first report: categories, pools and phrases, from data files.

use std::sync::Arc;

use tongxin_base::{Error, Label, Result};
use tongxin_kernel::{Kernel, Tenant};

use crate::domain::{Category, Phrase, PhraseKind, Pool};
use crate::store::{categories, phrases};

/// Reads `code,parent,name,name_en,contact_limit,grab_limit,start_limit,finish_limit,radius_m,skill`.
///
/// # Errors
/// `Internal` naming the line and the column.
pub fn parse_categories(csv: &str) -> Result<Vec<Category>> {
    let category = |line: &Line<'_>| {
        let limit = |name: &str| line.get(name).parse().map_err(|error| line.wrong(&format!("{name}: {error}")));
        Ok(Category {
            code: line.get("code"),
            parent: line.some("parent"),
            name: line.label("name", "name_en"),
            contact_limit: limit("contact_limit")?,
            grab_limit: limit("grab_limit")?,
            start_limit: limit("start_limit")?,
            finish_limit: limit("finish_limit")?,
            radius_m: line.get("radius_m").parse().map_err(|error| line.wrong(&format!("radius_m: {error}")))?,
            skill: line.some("skill"),
        })
    };
    lines("categories", csv, category)
}

/// Reads `code,name,name_en,skill,kind`.
///
/// # Errors
/// As [`parse_categories`].
pub fn parse_pools(csv: &str) -> Result<Vec<Pool>> {
    lines("pools", csv, |line| {
        let (skill, kind) = (line.some("skill"), line.some("kind"));
        Ok(Pool { code: line.get("code"), name: line.label("name", "name_en"), skill, kind })
    })
}

/// Reads `kind,code,name,name_en,text,text_en`.
///
/// # Errors
/// As [`parse_categories`].
pub fn parse_phrases(csv: &str) -> Result<Vec<Phrase>> {
    lines("phrases", csv, |line| {
        let kind = PhraseKind::parse(&line.get("kind")).ok_or_else(|| line.wrong("kind: there is no such list"))?;
        let (name, text) = (line.label("name", "name_en"), line.label("text", "text_en"));
        Ok(Phrase { kind, code: line.get("code"), name, text, active: true })
    })
}

/// One line of a data file, its cells by the names of their columns.
struct Line<'a> {
    file: &'static str,
    number: usize,
    header: &'a csv::StringRecord,
    cells: csv::StringRecord,
}

impl Line<'_> {
    fn get(&self, column: &str) -> String {
        let at = self.header.iter().position(|name| name == column);
        at.and_then(|at| self.cells.get(at)).unwrap_or_default().trim().to_owned()
    }

    fn some(&self, column: &str) -> Option<String> {
        Some(self.get(column)).filter(|text| !text.is_empty())
    }

    fn label(&self, zh: &str, en: &str) -> Label {
        Label::new(self.get(zh), self.get(en))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::Internal(format!("{}, line {}: {what}", self.file, self.number))
    }
}

fn lines<T>(file: &'static str, csv: &str, parse: impl Fn(&Line<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().map_err(Error::internal)?.clone();
    let mut out = Vec::new();
    for (number, cells) in (2..).zip(reader.records()) {
        let cells = cells.map_err(Error::internal)?;
        out.push(parse(&Line { file, number, header: &header, cells })?);
    }
    Ok(out)
}

/// What a programme brings to this room.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// The categories, in their order.
    pub categories: Vec<Category>,
    /// The pools.
    pub pools: Vec<Pool>,
    /// The phrases, in their order.
    pub phrases: Vec<Phrase>,
}

impl Lists {
    /// From the texts of `categories.csv`, `pools.csv` and `phrases.csv`.
    ///
    /// # Errors
    /// As [`parse_categories`].
    pub fn parse(categories: &str, pools: &str, phrases: &str) -> Result<Self> {
        Ok(Self {
            categories: parse_categories(categories)?,
            pools: parse_pools(pools)?,
            phrases: parse_phrases(phrases)?,
        })
    }
}

/// Puts the lists in place, or changes those that are there.
///
/// # Errors
/// As `Db::write`.
pub async fn set_up(kernel: &Kernel, tenant: &Arc<Tenant>, lists: Lists) -> Result<()> {
    let id = tenant.id;
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (category, position) in lists.categories.iter().zip(0..) {
            categories::put(tx, id, category, position)?;
        }
        lists.pools.iter().try_for_each(|pool| categories::put_pool(tx, id, pool))?;
        for (phrase, position) in lists.phrases.iter().zip(0..) {
            phrases::put(tx, id, phrase, position)?;
        }
        Ok(())
    };
    kernel.db().write(id, "requests.set_up", write).await
}
