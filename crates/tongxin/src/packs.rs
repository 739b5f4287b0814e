//! The programme packs that come with the binary.

use std::collections::BTreeMap;

use rust_embed::RustEmbed;
use tongxin_kernel::Pack;

#[derive(RustEmbed)]
#[folder = "../../programmes"]
struct Programmes;

/// The pack in a folder of `programmes/`; empty where there is none.
pub fn pack(name: &str) -> Pack {
    let prefix = format!("{name}/");
    let files = Programmes::iter().filter_map(|path| {
        let file = path.strip_prefix(&prefix).filter(|file| !file.contains('/'))?.to_owned();
        Some((file, Programmes::get(&path)?.data.into_owned()))
    });
    Pack::from_files(files.collect::<BTreeMap<_, _>>()).unwrap_or_default()
}
