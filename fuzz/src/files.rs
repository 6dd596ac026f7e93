//! Bytes read as a file of some name.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use guillemet::read::{documents, Options, Outcome};
use guillemet::row::Article;

use crate::hold;

/// A folder of this process: in memory where the system has such a place.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let folder = place.join(format!("guillemet-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the input");
        folder
    })
}

/// Reads bytes as a file with this ending. Readers take paths.
fn read(ending: &str, bytes: &[u8]) -> Vec<Outcome> {
    let path = folder().join(format!("input.{ending}"));
    fs::write(&path, bytes).expect("room for the input");
    let options = Options::default();
    let found = documents(&[path], &options).map(|document| document.read(&options)).collect();
    found
}

/// The articles of a file with this ending: the rows of each hold, and what cannot be read is told with advice.
pub fn articles(ending: &str, bytes: &[u8]) -> Vec<Article> {
    let mut articles = Vec::new();
    for outcome in read(ending, bytes) {
        match outcome {
            Outcome::Article { article, warnings } => {
                hold(&article.text);
                assert!(warnings.iter().all(|warning| !warning.is_empty()));
                articles.push(article);
            }
            Outcome::Skipped { why, .. } => assert!(!why.is_empty()),
            Outcome::Failed(error) => assert!(!error.what.is_empty() && !error.advice.is_empty(), "{error:?}"),
        }
    }
    articles
}
