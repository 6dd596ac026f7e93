//! The shape of the source: one direction, words in `data/`, nothing unsafe.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// More words than this in one list belong in a lexicon.
const MOST_WORDS: usize = 12;

/// Every source file with its text, without its tests and comments: they may look anywhere and say anything.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::from(SRC)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or("");
                let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                found.insert(path.strip_prefix(SRC).unwrap().to_path_buf(), code.join("\n"));
            }
        }
    }
    found
}

/// The module of the library that a file belongs to: its name, or that of its folder.
fn module(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_string()
}

fn word_at(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
}

#[test]
fn modules_use_only_modules_above_them() {
    let sources = sources();
    let order: Vec<&str> =
        sources[Path::new("lib.rs")].lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 10, "lib.rs lists its modules as `pub mod name;`: {order:?}");
    let mut complaints = Vec::new();
    for (path, code) in &sources {
        let Some(own) = order.iter().position(|m| *m == module(path)) else { continue };
        for (i, _) in code.match_indices("crate::") {
            let used = word_at(&code[i + "crate::".len()..]);
            match order.iter().position(|m| *m == used) {
                Some(place) if place <= own => {}
                Some(_) => complaints.push(format!("{} uses {used}, which stands below it in lib.rs", path.display())),
                // Names that lib.rs hands on come from anywhere.
                None => complaints.push(format!("{}: crate::{used} names no module: write crate::module::{used}", path.display())),
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn words_of_french_stand_in_data() {
    let mut complaints = Vec::new();
    for (path, code) in sources() {
        // Lists in square brackets or joined by |: "dire", "penser" …
        for list in code.split(['[', ']', '{', '}', ';']) {
            let words = list.split('"').skip(1).step_by(2).filter(|w| !w.is_empty() && w.chars().all(|c| c.is_lowercase())).count();
            let own = list.contains(" = \"") || path == Path::new("row.rs");
            if words > MOST_WORDS && !own {
                complaints.push(format!(
                    "{}: a list of {words} words: {}",
                    path.display(),
                    list.trim().chars().take(60).collect::<String>()
                ));
            }
        }
    }
    assert!(complaints.is_empty(), "lists of words belong in data/lexicons:\n{}\n", complaints.join("\n"));
}

#[test]
fn nothing_is_unsafe() {
    for (path, code) in sources() {
        assert!(!code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe"), "{}", path.display());
    }
}
