//! A programme pack as a zip file: read into memory with limits on everything, because whoever sends it may not know what is
//! in it. Nothing of it is written to the disk.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Component, Path, PathBuf};

use tongxin_base::FieldError;
use tongxin_kernel::Pack;
use zip::ZipArchive;

/// Entries of the archive, folders and what file managers leave behind included.
const MOST_ENTRIES: usize = 128;
/// The largest file, unpacked, in bytes: grounds of some hundred units drawn in detail.
const LARGEST_FILE: u64 = 8 << 20;
/// All files together, unpacked, in bytes.
const LARGEST_PACK: u64 = 16 << 20;
/// What a pack is made of.
const KINDS: [&str; 5] = ["csv", "toml", "geojson", "md", "txt"];

/// Reads a zip file.
///
/// # Errors
/// What is wrong with it, at the field `pack`.
pub fn unpack(zip: &[u8]) -> Result<Pack, FieldError> {
    let wrong = |key| FieldError::new("pack", key);
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| wrong("setup-zip-unreadable"))?;
    if archive.len() > MOST_ENTRIES {
        return Err(wrong("setup-zip-many").with("count", archive.len()).with("max", MOST_ENTRIES));
    }
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let mut left = LARGEST_PACK;
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|_| wrong("setup-zip-unreadable"))?;
        let name = file.name().map_err(|_| wrong("setup-zip-unreadable"))?.into_owned();
        let of_it = |key| wrong(key).with("name", &name);
        let Some(path) = inside(&name) else { return Err(of_it("setup-zip-outside")) };
        if file.is_symlink() {
            return Err(of_it("setup-zip-link"));
        }
        if file.is_dir() || is_litter(&path) {
            continue;
        }
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return Err(of_it("setup-zip-kind"));
        }
        // What the file says of its own size is not believed: it is read up to the limit and one byte more.
        let limit = left.min(LARGEST_FILE);
        let mut bytes = Vec::new();
        (&mut file).take(limit + 1).read_to_end(&mut bytes).map_err(|_| of_it("setup-zip-torn"))?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > limit {
            return Err(of_it("setup-zip-large").with("max", LARGEST_FILE >> 20).with("all", LARGEST_PACK >> 20));
        }
        left -= length;
        if files.insert(path, bytes).is_some() {
            return Err(of_it("setup-zip-twice"));
        }
    }
    flat(files)
}

/// Most programs pack the folder itself: then the pack is one step down. Deeper ones are not read.
fn flat(files: BTreeMap<PathBuf, Vec<u8>>) -> Result<Pack, FieldError> {
    if files.is_empty() {
        return Err(FieldError::new("pack", "setup-zip-empty"));
    }
    let folder = |path: &Path| {
        path.components()
            .next()
            .filter(|_| path.components().count() > 1)
            .map(Component::as_os_str)
            .map(ToOwned::to_owned)
    };
    let first = files.keys().next().and_then(|path| folder(path));
    let common = first.filter(|first| files.keys().all(|path| folder(path).as_ref() == Some(first)));
    let own = |path: &PathBuf| match &common {
        Some(folder) => path.strip_prefix(folder).ok().map(Path::to_path_buf),
        None => Some(path.clone()),
    };
    let plain = files.into_iter().filter_map(|(path, bytes)| {
        let path = own(&path).filter(|path| path.components().count() == 1)?;
        Some((path.to_string_lossy().into_owned(), bytes))
    });
    Pack::from_files(plain.collect()).map_err(|_| FieldError::new("pack", "setup-zip-unreadable"))
}

/// The path of an entry, if it stays inside and is no deeper than a pack is.
fn inside(name: &str) -> Option<PathBuf> {
    if name.contains(['\\', '\0', ':']) || name.len() > 200 {
        return None;
    }
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && path.components().count() <= 4).then(|| path.to_path_buf())
}

/// What file managers leave behind.
fn is_litter(path: &Path) -> bool {
    let name = |part: Component<'_>| part.as_os_str().to_string_lossy().into_owned();
    path.components().map(name).any(|name| name == "__MACOSX" || name.starts_with('.') || name == "Thumbs.db")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a file");
            writer.write_all(bytes).expect("its bytes");
        }
        writer.finish().expect("a zip").into_inner()
    }

    fn refused(zip: &[u8]) -> String {
        unpack(zip).expect_err("refused").key.into_owned()
    }

    #[test]
    fn a_pack_is_unpacked_with_or_without_its_folder() {
        for name in ["units.csv", "pack/units.csv"] {
            let zip = zipped(&[(name, b"code\n"), ("__MACOSX/._units.csv", b"x")]);
            assert_eq!(unpack(&zip).expect("a pack").bytes("units.csv"), Some(&b"code\n"[..]));
        }
    }

    #[test]
    fn what_leaves_the_folder_or_is_too_much_is_refused() {
        for name in ["../units.csv", "/etc/units.csv", "a/../../units.csv", "C:\\units.csv", "a/b/c/d/units.csv"] {
            assert_eq!(refused(&zipped(&[(name, b"x")])), "setup-zip-outside", "{name}");
        }
        assert_eq!(refused(&zipped(&[("run.sh", b"x")])), "setup-zip-kind");
        assert_eq!(refused(b"PK no"), "setup-zip-unreadable");
        assert_eq!(refused(&zipped(&[])), "setup-zip-empty");
        let many: Vec<String> = (0..129).map(|i| format!("{i}.csv")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert_eq!(refused(&zipped(&many)), "setup-zip-many");
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let nothing = vec![0; 9 << 20];
        let bomb = zipped(&[("units.csv", &nothing)]);
        assert!(bomb.len() < 100_000, "small outside: {}", bomb.len());
        assert_eq!(refused(&bomb), "setup-zip-large");
        let half = vec![0; 7 << 20];
        assert_eq!(refused(&zipped(&[("a.csv", &half), ("b.csv", &half), ("c.csv", &half)])), "setup-zip-large");
    }
}
