//! The programme a house begins with: the basic one inside the binary, or a folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tongxin_base::{Label, Result};
use tongxin_kernel::{Kernel, Level, Tenant, Unit, put_unit};
use tongxin_requests::setup::{Lists, set_up};
use tongxin_web::setup::PackSeen;

use crate::demo::parse_units;

const CATEGORIES: &str = include_str!("../../../../programmes/basic/categories.csv");
const POOLS: &str = include_str!("../../../../programmes/basic/pools.csv");
const PHRASES: &str = include_str!("../../../../programmes/basic/phrases.csv");

/// A programme, read and found good.
#[derive(Debug, Clone)]
pub struct Programme {
    /// Its name: `basic`, or that of its folder.
    pub name: String,
    units: Vec<Unit>,
    lists: Lists,
}

impl Programme {
    /// The one that is in the binary.
    ///
    /// # Errors
    /// Never, as long as its tests pass.
    pub fn basic() -> Result<Self, Vec<String>> {
        let lists = Lists::parse(CATEGORIES, POOLS, PHRASES).map_err(|error| vec![error.to_string()])?;
        Ok(Self { name: "basic".to_owned(), units: Vec::new(), lists })
    }

    /// One in a folder.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(folder: &Path) -> Result<Self, Vec<String>> {
        let text = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|error| vec![format!("{}: {error}", path.display())])
        };
        let said = |error: tongxin_base::Error| vec![error.to_string()];
        let units = parse_units(&text("units.csv")?).map_err(said)?;
        let lists = Lists::parse(&text("categories.csv")?, &text("pools.csv")?, &text("phrases.csv")?).map_err(said)?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, units, lists })
    }

    /// The subdistrict it is of; none for the basic one.
    pub fn subdistrict(&self) -> Option<(&Label, &str)> {
        let root = self.units.iter().find(|unit| unit.level == Level::Subdistrict)?;
        Some((&root.name, &root.code))
    }

    /// What is in it, for who looks it over.
    pub fn seen(&self) -> PackSeen {
        let name = self.subdistrict().map_or_else(|| self.name.clone(), |(name, code)| format!("{} {code}", name.zh));
        let counts = [
            ("units", self.units.len()),
            ("categories", self.lists.categories.len()),
            ("pools", self.lists.pools.len()),
            ("phrases", self.lists.phrases.len()),
        ];
        PackSeen { name, lines: counts.map(|(what, count)| format!("{count} {what}")).to_vec() }
    }

    /// Puts it in place; run again, it changes nothing. Answers the path of the subdistrict.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn put(&self, kernel: &Kernel, tenant: &Arc<Tenant>, code: &str) -> Result<String> {
        let root = Unit {
            path: format!("{code}/"),
            code: code.to_owned(),
            level: Level::Subdistrict,
            name: tenant.name.clone(),
            point: None,
            area: None,
            compound: None,
        };
        let path = root.path.clone();
        let (id, now, mut units) = (tenant.id, kernel.world().now(), self.units.clone());
        if units.is_empty() {
            units.push(root);
        }
        let write = move |tx: &mut tongxin_db::Tx<'_>| units.iter().try_for_each(|unit| put_unit(tx, id, now, unit));
        kernel.db().write(id, "programme.units", write).await?;
        set_up(kernel, tenant, self.lists.clone()).await?;
        Ok(path)
    }
}
