//! The programme a house begins with: the basic one inside the binary, or a pack of its own, under the names that were answered.

use tongxin_base::{Error, Result};
use tongxin_kernel::{Pack, Programme};
use tongxin_web::setup::NewHouse;

use crate::commands::programme::check;
use crate::packs;

/// The basic programme for a house: its lists, with one unit, the subdistrict itself.
///
/// # Errors
/// `Internal` where it does not hold, which its tests would have told.
pub fn basic(house: &NewHouse) -> Result<Programme> {
    let mut settings = toml::Table::new();
    for (name, value) in [
        ("code", &house.code),
        ("short_code", &house.short_code),
        ("name", &house.name.zh),
        ("name_en", &house.name.en),
        ("zone", &house.settings.zone),
        ("service_phone", &house.settings.service_phone),
    ] {
        settings.insert(name.to_owned(), toml::Value::String(value.clone()));
    }
    let mut units = csv::Writer::from_writer(Vec::new());
    units.write_record(["code", "level", "parent", "name", "name_en"]).map_err(Error::internal)?;
    units.write_record([&house.code, "subdistrict", "", &house.name.zh, &house.name.en]).map_err(Error::internal)?;
    let units = units.into_inner().map_err(Error::internal)?;
    let pack = packs::pack("basic").with("programme.toml", settings.to_string()).with("units.csv", units);
    check(&pack).into_result()
}

/// A pack of one's own, under the name, zone and number that were answered; the rest of its settings is its own.
///
/// # Errors
/// `Invalid` with everything that is wrong with it.
pub fn own(pack: &Pack, house: &NewHouse) -> Result<Programme> {
    let mut programme = check(pack).into_result()?;
    programme.name.clone_from(&house.name);
    programme.short_code.clone_from(&house.short_code);
    programme.settings.zone.clone_from(&house.settings.zone);
    programme.settings.service_phone.clone_from(&house.settings.service_phone);
    Ok(programme)
}
