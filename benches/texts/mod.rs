//! The texts that benchmarks make archives of.

use std::fs;

/// The sample articles.
pub fn samples() -> Vec<String> {
    let mut paths: Vec<_> =
        fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles")).unwrap().map(|f| f.unwrap().path()).collect();
    paths.sort_unstable();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The articles of a JSON Lines file, an object a line with its `text`.
pub fn archive(path: &str) -> Vec<String> {
    let lines = fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_string();
    lines.lines().filter(|line| !line.is_empty()).map(text).collect()
}
