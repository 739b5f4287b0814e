//! Which column of a file is what: a mapping laid over the names that the file has.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::tz::TimeZone;
use serde::Serialize;
use tongxin_base::Result;

use super::mapping::{BUILT_IN, Mapping, Names, zone};
use super::table::unreadable;

/// What an import is told beside the file.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// A mapping and its name, instead of the one of ours that fits best.
    pub mapping: Option<(String, Mapping)>,
    /// The sheet of a workbook, instead of the first with a header.
    pub sheet: Option<String>,
    /// The zone of times that name none, instead of the mapping's.
    pub timezone: Option<String>,
    /// Whose numbers the ids are, instead of the mapping's word for it.
    pub source: Option<String>,
    /// Names and telephones are read, where the mapping says in which columns they are.
    pub with_contacts: bool,
}

/// A column that is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Used {
    /// As what.
    pub field: &'static str,
    /// Its name in the file.
    pub column: String,
}

/// Where the fields of a mapping are in the rows of one file.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub name: String,
    pub mapping: Mapping,
    pub zone: TimeZone,
    /// The columns of each list of names, first choice first.
    places: BTreeMap<Vec<String>, Vec<usize>>,
    pub used: Vec<Used>,
    pub left_out: Vec<String>,
}

impl Fit {
    /// Lays a mapping over the columns of a file, whatever is missing.
    fn of(name: &str, mapping: Mapping, columns: &[String], asked: &Asked) -> Result<Self> {
        let plain_columns: Vec<(String, String)> = columns.iter().map(|name| plain(name)).collect();
        let mut places = BTreeMap::new();
        let mut used = Vec::new();
        let mut read = vec![false; columns.len()];
        for (field, names) in mapping.fields() {
            if !asked.with_contacts && matches!(field, "name" | "phone") {
                continue;
            }
            let mut found: Vec<usize> = Vec::new();
            for name in &names.0 {
                let wanted = plain(name);
                let exact = plain_columns.iter().position(|(whole, _)| *whole == wanted.0);
                let found_at = exact.or_else(|| plain_columns.iter().position(|(_, short)| *short == wanted.0));
                found.extend(found_at.filter(|at| !found.contains(at)));
            }
            for at in &found {
                read[*at] = true;
                used.push(Used { field, column: columns[*at].clone() });
            }
            places.insert(names.0.clone(), found);
        }
        part(&mapping, columns, &mut places, &mut used);
        let left_out = columns.iter().zip(&read).filter(|(name, read)| !**read && !name.is_empty());
        Ok(Self {
            name: name.to_owned(),
            zone: zone(asked.timezone.as_deref().unwrap_or(&mapping.timezone))?,
            left_out: left_out.map(|(name, _)| name.clone()).collect(),
            mapping,
            places,
            used,
        })
    }

    /// Where these names are in the rows, first choice first.
    pub(super) fn at(&self, names: &Names) -> &[usize] {
        self.places.get(&names.0).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the file lacks to be of this kind.
    fn missing(&self, columns: &[String]) -> Option<String> {
        let mapping = &self.mapping;
        let has = |names: &Names| !self.at(names).is_empty();
        let there =
            |names: &&Names| names.0.iter().any(|name| columns.iter().any(|have| plain(have).0 == plain(name).0));
        if let Some(names) = mapping.needs.iter().find(|names| !there(names)) {
            return Some(names.to_string());
        }
        if !has(&mapping.columns.created) {
            return Some(mapping.columns.created.to_string());
        }
        if !mapping.columns.words.iter().any(has) {
            return Some(mapping.columns.words.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / "));
        }
        let category = &mapping.columns;
        let known = has(&category.category) || has(&category.category_above) || !mapping.category.is_empty();
        (!known).then(|| category.category.to_string())
    }

    /// How many of the mapping's fields the file has.
    fn score(&self) -> usize {
        self.places.values().filter(|found| !found.is_empty()).count()
    }

    /// The mapping that was named, or the one of ours that knows most of these columns.
    ///
    /// # Errors
    /// `Invalid`: what is missing, and from what.
    pub(super) fn find(columns: &[String], asked: &Asked) -> Result<Self> {
        if let Some((name, mapping)) = &asked.mapping {
            let fit = Self::of(name, mapping.clone(), columns, asked)?;
            return match fit.missing(columns) {
                None => Ok(fit),
                Some(missing) => {
                    unreadable("requests-unread-no-column", &[("missing", &missing), ("columns", &columns.join(", "))])
                }
            };
        }
        let mut best: Option<Self> = None;
        let mut nearest: Option<(usize, &str, String)> = None;
        for (name, text) in BUILT_IN {
            let fit = Self::of(name, Mapping::parse(text)?, columns, asked)?;
            match fit.missing(columns) {
                None if best.as_ref().is_none_or(|best| fit.score() > best.score()) => best = Some(fit),
                None => {}
                Some(missing) if nearest.as_ref().is_none_or(|(score, ..)| fit.score() > *score) => {
                    nearest = Some((fit.score(), name, missing));
                }
                Some(_) => {}
            }
        }
        if let Some(best) = best {
            return Ok(best);
        }
        let columns = columns.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        match nearest.filter(|(score, ..)| *score > 1) {
            Some((_, mapping, missing)) => {
                let values: [(&str, &dyn Display); 3] =
                    [("columns", &columns), ("mapping", &mapping), ("missing", &missing)];
                unreadable("requests-unread-nearly", &values)
            }
            None => unreadable("requests-unread-no-mapping", &[("columns", &columns)]),
        }
    }
}

/// A word such as 受理时间 is when a matter was reported in one office's sheet, and when it was taken on in another's: where a better
/// column says when it was reported, it is the latter, else the former alone.
fn part(mapping: &Mapping, columns: &[String], places: &mut BTreeMap<Vec<String>, Vec<usize>>, used: &mut Vec<Used>) {
    let (created, accepted) = (&mapping.columns.created.0, &mapping.columns.accepted.0);
    let (born, taken) = (places.get(created).cloned(), places.get(accepted).cloned());
    let (Some(born), Some(taken)) = (born.filter(|_| created != accepted), taken) else { return };
    let Some((first, others)) = born.split_first() else { return };
    let born: Vec<usize> =
        std::iter::once(first).chain(others.iter().filter(|at| !taken.contains(at))).copied().collect();
    let taken: Vec<usize> = taken.into_iter().filter(|at| at != first).collect();
    let keeps = |it: &Used| match it.field {
        "created" => born.iter().any(|at| columns[*at] == it.column),
        "accepted" => taken.iter().any(|at| columns[*at] == it.column),
        _ => true,
    };
    used.retain(keeps);
    places.insert(created.clone(), born);
    places.insert(accepted.clone(), taken);
}

/// A column's name without what differs from export to export: case, blanks, low lines, stars; and the same without what
/// stands in brackets behind it (`来电时间（必填）`).
fn plain(name: &str) -> (String, String) {
    let odd = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '*' | ':' | '：' | '\u{feff}');
    let whole: String = name.chars().flat_map(char::to_lowercase).filter(odd).collect();
    let short = whole.split(['(', '（']).next().unwrap_or_default().to_owned();
    let short = if short.is_empty() { whole.clone() } else { short };
    (whole, short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(columns: &str) -> Vec<String> {
        columns.split(',').map(str::to_owned).collect()
    }

    fn found(columns: &str) -> String {
        Fit::find(&names(columns), &Asked::default()).expect("a mapping fits").name
    }

    #[test]
    fn the_mapping_that_knows_most_is_taken() {
        for (columns, mapping) in [
            ("Id,Summary,Category,Created At Local", "seeclickfix"),
            ("id,status,summary,description,lat,lng,created_at,closed_at,request_type.title", "seeclickfix"),
            ("service_request_id,service_name,description,requested_datetime,lat,long,status", "open311"),
            ("留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数", "tipdm"),
            ("留言编号,留言用户,留言主题,留言时间,留言详情,一级标签", "tipdm"),
            ("留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间", "tipdm_replies"),
            ("工单编号,来电时间（必填）,诉求内容*,一级分类,办结时间", "hotline12345"),
            ("受理编号,受理 时间,问题描述,问题分类", "hotline12345"),
        ] {
            assert_eq!(found(columns), mapping, "{columns}");
        }
    }

    #[test]
    fn what_is_missing_is_said_with_the_nearest_mapping() {
        let said = Fit::find(&names("Id,Summary,Lat,Lng,Category"), &Asked::default()).expect_err("no time");
        let said = format!("{said:?}");
        let words = ["requests-unread-nearly", "seeclickfix", "Created At Local"];
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
        let said = format!("{:?}", Fit::find(&names("a,b"), &Asked::default()).expect_err("nothing"));
        assert!(said.contains("requests-unread-no-mapping"), "{said}");
    }

    #[test]
    fn personal_columns_are_read_where_that_is_asked_for_alone() {
        let columns = names("工单编号,来电时间,诉求内容,诉求类型,来电人,联系电话");
        let fit = Fit::find(&columns, &Asked::default()).expect("it fits");
        assert_eq!(fit.left_out, ["来电人", "联系电话"]);
        let asked = Asked { with_contacts: true, ..Asked::default() };
        assert!(Fit::find(&columns, &asked).expect("it fits").left_out.is_empty());
    }
}
