//! A programme pack as a zip file: read into memory with limits on everything, because whoever sends it may not know what is
//! in it. Nothing of it is written to the disk.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Component, Path, PathBuf};

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
/// In words, what is wrong with it.
pub fn unpack(zip: &[u8]) -> Result<Pack, String> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|error| error.to_string())?;
    if archive.len() > MOST_ENTRIES {
        return Err(format!("{} entries are in it, and a pack has at most {MOST_ENTRIES}", archive.len()));
    }
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let mut left = LARGEST_PACK;
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|error| error.to_string())?;
        let name = file.name().map_err(|error| error.to_string())?.into_owned();
        let Some(path) = inside(&name) else { return Err(format!("{name:?} is no place inside a folder")) };
        if file.is_symlink() {
            return Err(format!("{name:?} points elsewhere"));
        }
        if file.is_dir() || is_litter(&path) {
            continue;
        }
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return Err(format!("{name:?} is neither a table nor a text"));
        }
        // What the file says of its own size is not believed: it is read up to the limit and one byte more.
        let limit = left.min(LARGEST_FILE);
        let mut bytes = Vec::new();
        (&mut file).take(limit + 1).read_to_end(&mut bytes).map_err(|error| format!("{name:?}: {error}"))?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > limit {
            return Err(format!("{name:?} is too large: a file has at most 8 MB, a pack 16 MB"));
        }
        left -= length;
        if files.insert(path, bytes).is_some() {
            return Err(format!("{name:?} is in it twice"));
        }
    }
    flat(files)
}

/// Most programs pack the folder itself: then the pack is one step down. Deeper ones are not read.
fn flat(files: BTreeMap<PathBuf, Vec<u8>>) -> Result<Pack, String> {
    if files.is_empty() {
        return Err("it is empty".to_owned());
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
    Pack::from_files(plain.collect())
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
        unpack(zip).expect_err("refused")
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
            assert!(refused(&zipped(&[(name, b"x")])).contains("no place inside"), "{name}");
        }
        assert!(refused(&zipped(&[("run.sh", b"x")])).contains("neither a table nor a text"));
        assert!(refused(b"PK no").len() > 3);
        assert!(refused(&zipped(&[])).contains("empty"));
        let many: Vec<String> = (0..129).map(|i| format!("{i}.csv")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert!(refused(&zipped(&many)).contains("at most 128"));
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let nothing = vec![0; 9 << 20];
        let bomb = zipped(&[("units.csv", &nothing)]);
        assert!(bomb.len() < 100_000, "small outside: {}", bomb.len());
        assert!(refused(&bomb).contains("too large"));
        let half = vec![0; 7 << 20];
        assert!(refused(&zipped(&[("a.csv", &half), ("b.csv", &half), ("c.csv", &half)])).contains("too large"));
    }
}
