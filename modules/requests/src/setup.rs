//! What an administrator brings before the first report: categories and pools, from data files.

use std::sync::Arc;

use tongxin_base::{Error, Label, Result};
use tongxin_kernel::{Kernel, Tenant};

use crate::domain::Category;
use crate::store::categories;

/// Reads `code,parent,name,name_en,contact_limit,finish_limit,radius_m`.
///
/// # Errors
/// `Internal` naming the line and the column.
pub fn parse_categories(csv: &str) -> Result<Vec<Category>> {
    let mut out = Vec::new();
    for (line, record) in (2..).zip(csv::Reader::from_reader(csv.as_bytes()).records()) {
        let record = record.map_err(Error::internal)?;
        let wrong = |what: &str| Error::Internal(format!("categories, line {line}: {what}"));
        let text = |i: usize| record.get(i).unwrap_or_default().trim().to_owned();
        out.push(Category {
            code: text(0),
            parent: Some(text(1)).filter(|parent| !parent.is_empty()),
            name: Label::new(text(2), text(3)),
            contact_limit: text(4).parse().map_err(|error| wrong(&format!("contact_limit: {error}")))?,
            finish_limit: text(5).parse().map_err(|error| wrong(&format!("finish_limit: {error}")))?,
            radius_m: text(6).parse().map_err(|error| wrong(&format!("radius_m: {error}")))?,
        });
    }
    Ok(out)
}

/// Reads `code,name,name_en`.
///
/// # Errors
/// `Internal` where a line does not parse.
pub fn parse_pools(csv: &str) -> Result<Vec<(String, Label)>> {
    let pool = |record: csv::StringRecord| {
        let text = |i: usize| record.get(i).unwrap_or_default().trim().to_owned();
        (text(0), Label::new(text(1), text(2)))
    };
    let records = csv::Reader::from_reader(csv.as_bytes()).into_records();
    records.map(|record| record.map(pool).map_err(Error::internal)).collect()
}

/// Puts categories and pools in place, or changes those that are there.
///
/// # Errors
/// As `Db::write`.
pub async fn set_up(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    list: Vec<Category>,
    pools: Vec<(String, Label)>,
) -> Result<()> {
    let id = tenant.id;
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (category, position) in list.iter().zip(0..) {
            categories::put(tx, id, category, position)?;
        }
        for (code, name) in &pools {
            categories::put_pool(tx, id, code, name)?;
        }
        Ok(())
    };
    kernel.db().write(id, "requests.set_up", write).await
}
