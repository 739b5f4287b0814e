//! Making a house: what `tongxin init` and the pages of the set-up do once every answer is there.

mod foundry;
mod programme;
mod settings;
mod zip_pack;

use tongxin_base::{Error, Result};
use tongxin_kernel::{Kernel, Settings as TenantSettings};
use tongxin_web::setup::NewHouse;

pub use foundry::Foundry;
pub use programme::Programme;
pub use settings::{Settings, tls};

/// A house that stands.
#[derive(Debug, Clone)]
pub struct Stands {
    /// The first administrator's link.
    pub link: String,
    /// What was done to the settings, a line each.
    pub notes: Vec<String>,
}

/// Makes a house. Broken off at any moment, it is begun again with the same answers: the settings are written whole or not at
/// all, every step after them may be done twice, and only the last one lets somebody in.
///
/// # Errors
/// `Conflict` where there is a house already or another one was begun; `Internal` with what could not be written.
pub async fn found(kernel: &Kernel, house: &NewHouse, programme: &Programme, settings: &Settings) -> Result<Stands> {
    if let Some(there) = kernel.founded() {
        return Err(Error::conflict("setup-exists").with("name", &there.name.zh));
    }
    let mark = format!("{} {}", house.code, programme.name);
    let kept = TenantSettings { founding: None, ..house.settings.clone() };
    let begun = kernel.begin_founding(&house.short_code, house.name.clone(), kept.clone(), &mark).await?;
    let notes = settings.write().map_err(|error| Error::Internal(format!("{error:#}")))?;
    let root = programme.put(kernel, &begun, &house.code).await?;
    let token = kernel.finish_founding(&begun, (house.name.clone(), kept), &root, house.admin.clone()).await?;
    Ok(Stands { link: format!("{}/welcome/{token}", house.url), notes })
}
