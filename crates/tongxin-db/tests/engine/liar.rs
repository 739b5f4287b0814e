//! The lying disk: a small C library, loaded in front of the C library of a child process, that loses what was not
//! synced. Compiled once a run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The compiled shim.
pub fn shim() -> &'static Path {
    static SHIM: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("liar.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/faults/liar.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&path)
            .arg(source)
            .args(["-ldl", "-lpthread"])
            .status()
            .expect("a C compiler, which SQLite needs too");
        assert!(compiled.success(), "liar.c does not compile");
        (folder, path)
    });
    path
}
