//! Every input that once broke something, as a file of its own in `tests/regressions`, named after what went wrong.
//!
//! The folder says how the file is read. Files are added, never taken away.

mod held;

use std::fs;
use std::path::{Path, PathBuf};

use held::wrong;

/// As many as there are: raised with each that is found.
const FOUND: usize = 3;

const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/regressions");

fn files(folder: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(Path::new(REGRESSIONS).join(folder)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort_unstable();
    paths
}

/// Fails with all complaints at once.
fn check(folder: &str, verdict: impl Fn(&Path) -> Result<(), String>) {
    let files = files(folder);
    assert!(!files.is_empty(), "{folder}: no file");
    let complaints: Vec<String> =
        files.iter().filter_map(|path| verdict(path).err().map(|what| format!("{}\n    {what}", path.display()))).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn texts_that_once_broke_hold() {
    check("text", |path| wrong(&String::from_utf8_lossy(&fs::read(path).unwrap())));
}

#[test]
fn none_is_taken_away() {
    let folders = fs::read_dir(REGRESSIONS).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: usize = folders.map(|folder| files(&folder).len()).sum();
    assert_eq!(found, FOUND, "files are added, never taken away: raise FOUND with each that is new");
}
