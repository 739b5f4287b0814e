//! Tenants: one subdistrict each. Everything else is found through one.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tongxin_base::calendar::{Calendar, Quiet, WorkHours};
use tongxin_base::{Error, Label, Result, TenantId, Time};
use tongxin_db::{Read, Row, Tx, params, sql};

use crate::people::Role;
use crate::unit::UnitTree;

/// What an administrator sets for the whole tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The time zone of its calendar, an IANA name.
    pub zone: String,
    /// The number printed on every page for those who would rather call.
    pub service_phone: String,
    /// How many open orders one worker may hold.
    pub open_orders_cap: i64,
    /// The office hours of a workday.
    pub hours: WorkHours,
    /// When nothing buzzes.
    pub quiet: Quiet,
    /// A finished matter that nobody asked more of is closed after so many days.
    pub close_after_days: u16,
    /// A session at a desk that was not used for so many minutes is over.
    pub session_idle_minutes: u16,
    /// Who holds one of these roles needs a second factor besides a password.
    pub second_factor_for: Vec<Role>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: "Asia/Shanghai".to_owned(),
            service_phone: "12345".to_owned(),
            open_orders_cap: 5,
            hours: WorkHours::default(),
            quiet: Quiet::default(),
            close_after_days: 15,
            session_idle_minutes: 60,
            second_factor_for: Vec::new(),
        }
    }
}

/// One subdistrict.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its number.
    pub id: TenantId,
    /// Its short code, in links and tokens.
    pub code: String,
    /// Its name.
    pub name: Label,
    /// Its settings.
    pub settings: Settings,
    /// Rules of its own, in Cedar: they can only forbid what the rooms permit.
    pub house_rules: String,
    /// Its working time.
    pub calendar: Calendar,
    /// Its units.
    pub units: Arc<UnitTree>,
}

impl Tenant {
    /// A tenant without days of its own and without units.
    pub(crate) fn new(id: TenantId, code: String, name: Label, settings: Settings) -> Result<Self> {
        let zone = TimeZone::get(&settings.zone).map_err(Error::internal)?;
        let calendar = Calendar { zone, hours: settings.hours.clone(), ..Calendar::china() };
        Ok(Self { id, code, name, settings, house_rules: String::new(), calendar, units: Arc::default() })
    }

    /// Its time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.calendar.zone
    }
}

fn tenant(row: &mut Row) -> Result<Tenant> {
    let (id, code) = (row.take()?, row.take()?);
    let name = Label::new(row.take::<String>()?, row.take::<String>()?);
    let settings: Settings = serde_json::from_str(&row.take::<String>()?).map_err(Error::internal)?;
    Ok(Tenant { house_rules: row.take()?, ..Tenant::new(id, code, name, settings)? })
}

/// All tenants, by number.
pub(crate) fn all(read: &mut Read<'_>) -> Result<Vec<Tenant>> {
    let mut all: Vec<Tenant> =
        read.rows(sql!("SELECT id, code, name, name_en, settings, house_rules FROM tenant ORDER BY id"), &[], tenant)?;
    for tenant in &mut all {
        crate::workdays::lay_over(read, tenant.id, &mut tenant.calendar)?;
        tenant.units = Arc::new(UnitTree::load(read, tenant.id)?);
    }
    Ok(all)
}

/// The numbers and codes of all tenants.
///
/// # Errors
/// As [`Read::rows`].
pub fn ids(read: &mut Read<'_>) -> Result<Vec<(TenantId, String)>> {
    read.rows(sql!("SELECT id, code FROM tenant ORDER BY id"), &[], |row| Ok((row.take()?, row.take()?)))
}

/// Makes a tenant with an empty journal, and answers whether it did; nothing where one with this number stands already.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    id: TenantId,
    code: &str,
    name: &Label,
    settings: &Settings,
    now: Time,
) -> Result<bool> {
    let settings = serde_json::to_string(settings).map_err(Error::internal)?;
    let made = tx.exec(
        sql!(
            "INSERT INTO tenant(id, code, name, name_en, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO NOTHING"
        ),
        params![id, code, &name.zh, &name.en, &settings, now],
    )?;
    tx.exec(
        sql!(
            "INSERT INTO journal_head(tenant_id, size, frontier, events) VALUES ($1, 0, $2, 0)
             ON CONFLICT (tenant_id) DO NOTHING"
        ),
        params![id, &[0_u8; 0]],
    )?;
    if made == 1 {
        crate::keys::begin(tx, id, now, true)?;
    }
    Ok(made == 1)
}

/// Changes the name and the settings of a tenant.
///
/// # Errors
/// As [`Tx::exec`].
pub fn change(tx: &mut Tx<'_>, id: TenantId, name: &Label, settings: &Settings) -> Result<()> {
    let settings = serde_json::to_string(settings).map_err(Error::internal)?;
    tx.exec(
        sql!("UPDATE tenant SET name = $2, name_en = $3, settings = $4 WHERE id = $1"),
        params![id, &name.zh, &name.en, &settings],
    )?;
    Ok(())
}

/// Sets a tenant's own rules.
pub(crate) fn set_house_rules(tx: &mut Tx<'_>, id: TenantId, text: &str) -> Result<()> {
    tx.exec(sql!("UPDATE tenant SET house_rules = $2 WHERE id = $1"), params![id, text])?;
    Ok(())
}
