//! Builds the built-in grammar when the program is compiled: what `data/` says as bytes that the library takes in, so that
//! nothing is parsed, conjugated or compiled at start.
//!
//! The modules that read a grammar are compiled here as well, under the names that they have in the library: a user's files
//! (`--grammar`, `--lexicon`) are read by the very same code when the program runs. `src/builtin.rs` tests that both agree.

// The modules hold more than is needed here.
#![allow(dead_code)]

#[path = "src/calibration.rs"]
mod calibration;
#[path = "src/class.rs"]
mod class;
#[path = "src/grammar.rs"]
mod grammar;
#[path = "src/lexicon.rs"]
mod lexicon;
#[path = "src/program.rs"]
mod program;
#[path = "src/scanner.rs"]
mod scanner;
#[path = "src/table.rs"]
mod table;
#[path = "src/text.rs"]
mod text;

use grammar::{Grammar, PAGES};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=data/grammar");
    println!("cargo:rerun-if-changed=data/lexicons");
    println!("cargo:rerun-if-changed=data/calibration.csv");
    if let Err(e) = pack() {
        // The place and the advice of a mistake in a page or lexicon, as the program itself would say it.
        println!("cargo::error={}", e.to_string().replace('\n', " "));
    }
}

/// Writes the grammar of `data/`.
fn pack() -> Result<(), Box<dyn Error>> {
    let data = Path::new("data");
    let pages = PAGES.map(|page| data.join("grammar").join(format!("{page}.toml")));
    let mut lexicons = fs::read_dir(data.join("lexicons"))?.map(|f| Ok(f?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    lexicons.sort_unstable();
    let (pages, lexicons, calibration) = (named(&pages)?, named(&lexicons)?, named(&[data.join("calibration.csv")])?);
    let grammar = Grammar::build(&borrowed(&pages), &borrowed(&lexicons), borrowed(&calibration)[0])?;
    fs::write(Path::new(&std::env::var("OUT_DIR")?).join("grammar"), postcard::to_allocvec(&grammar)?)?;
    Ok(())
}

/// Each file's name and text.
fn named(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}: the built-in grammar needs it", path.display()))?;
        Ok((path.display().to_string(), text))
    };
    paths.iter().map(read).collect()
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}
