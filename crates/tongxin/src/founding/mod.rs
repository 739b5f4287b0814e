//! Making a house: what `tongxin init` and the pages of the set-up do once every answer is there.

mod foundry;
mod programme;
mod settings;
mod zip_pack;

use tongxin_base::{Error, Result};
use tongxin_kernel::{Kernel, Pack, Programme};
use tongxin_web::setup::NewHouse;

pub use foundry::Foundry;
pub use settings::{Settings, tls};
pub use zip_pack::unpack;

/// A house that stands.
#[derive(Debug, Clone)]
pub struct Stands {
    /// The first administrator's link.
    pub link: String,
    /// The settings that were added to their file.
    pub added: Vec<&'static str>,
}

/// The programme of a house: a pack of its own, or the basic one.
///
/// # Errors
/// `Invalid` with everything that is wrong with the pack; a conflict where it is another subdistrict's.
pub fn programme_of(house: &NewHouse, pack: Option<&Pack>) -> Result<Programme> {
    let programme = match pack {
        Some(pack) => programme::own(pack, house)?,
        None => programme::basic(house)?,
    };
    if programme.code != house.code {
        let other = Error::conflict("setup-pack-other").with("name", &programme.name.zh);
        return Err(other.with("code", &programme.code));
    }
    Ok(programme)
}

/// Makes a house. Broken off at any moment, it is begun again with the same answers: the settings are written whole or not at
/// all, and the rest is one write.
///
/// # Errors
/// `Conflict` where there is a house already; `Invalid` where the settings cannot be written.
pub async fn found(kernel: &Kernel, house: &NewHouse, programme: Programme, settings: &Settings) -> Result<Stands> {
    let added = settings.write()?;
    let token = kernel.found(programme, house.admin.clone()).await?;
    Ok(Stands { link: format!("{}/welcome/{token}", house.url), added })
}
