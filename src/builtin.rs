//! The built-in grammar: the pages, lexicons and calibration of `data/`, compiled in.
//!
//! In: their text, and the same as bytes that `build.rs` packed when the program was compiled. Out: the built-in
//! [`Grammar`], and others that replace parts of it by a user's files.
//! Deliberately not done: nothing of `data/` is read or compiled when the program runs, unless a user's file joins it.

use crate::grammar::{Grammar, GrammarError, PAGES};
use once_cell::sync::Lazy;
use std::path::{Path, PathBuf};

macro_rules! texts {
    ($($kind:literal / $name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../data/", $kind, "/", $name)))),*]
    };
}

/// The pages compiled in.
pub const BUILTIN_PAGES: &[(&str, &str)] = texts!(
    "grammar" / "homographs.toml",
    "grammar" / "cues.toml",
    "grammar" / "mentions.toml",
    "grammar" / "labels.toml",
    "grammar" / "subjects.toml",
    "grammar" / "attributions.toml",
    "grammar" / "woven.toml",
    "grammar" / "indirect.toml",
    "grammar" / "vias.toml",
    "grammar" / "discourse.toml",
);

/// The lexicons compiled in.
pub const BUILTIN_LEXICONS: &[(&str, &str)] = texts!(
    "lexicons" / "abbreviations.csv",
    "lexicons" / "adjectives.csv",
    "lexicons" / "conjugations.csv",
    "lexicons" / "forenames.csv",
    "lexicons" / "kin.csv",
    "lexicons" / "nouns.csv",
    "lexicons" / "places.csv",
    "lexicons" / "roles.csv",
    "lexicons" / "suffixes.csv",
    "lexicons" / "verbs.csv",
    "lexicons" / "words.csv",
);

/// How often each rule with each link was right on the project's own gold.
const BUILTIN_CALIBRATION: (&str, &str) = ("calibration.csv", include_str!("../data/calibration.csv"));

/// All of these, as `build.rs` made them.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/grammar"));

#[allow(clippy::unreachable, reason = "without a grammar there is nothing to do, and what is compiled in is tried by the tests")]
static BUILTIN: Lazy<Grammar> = Lazy::new(|| match postcard::from_bytes(PACKED) {
    Ok(grammar) => grammar,
    // The build script packed it with the very same code, and a test unpacks it: a fault never leaves the house.
    Err(e) => unreachable!("the built-in grammar: {e}"),
});

impl Grammar {
    /// The grammar that is compiled in.
    ///
    /// ```
    /// let grammar = guillemet::grammar::Grammar::builtin();
    /// assert!(grammar.page("attributions").rules.iter().any(|r| r.id == "incise"));
    /// ```
    pub fn builtin() -> &'static Grammar {
        &BUILTIN
    }

    /// The built-in grammar, with the pages and lexicons of a folder in the place of its own of the same
    /// name, and more lexicons read after it. A folder holds `cues.toml`, `verbs.csv` and the like; a
    /// `calibration.csv` in it says how sure its rows are.
    ///
    /// # Errors
    /// A file that cannot be read, or a mistake in it: file, line and what to do.
    pub fn load(dir: Option<&Path>, lexicons: &[PathBuf]) -> Result<Grammar, GrammarError> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|e| GrammarError {
                file: path.display().to_string(),
                line: 0,
                message: format!("cannot be read: {e}; give a UTF-8 file"),
            })
        };
        let choose = |&(name, text): &(&str, &str)| {
            let own = dir.map(|d| d.join(name)).filter(|p| p.is_file());
            own.map_or_else(|| Ok((name.to_string(), text.to_string())), |p| read(&p).map(|text| (p.display().to_string(), text)))
        };
        let pages = BUILTIN_PAGES.iter().map(choose).collect::<Result<Vec<_>, _>>()?;
        let mut words = BUILTIN_LEXICONS.iter().map(choose).collect::<Result<Vec<_>, _>>()?;
        let calibration = choose(&BUILTIN_CALIBRATION)?;
        if let Some(dir) = dir {
            if !dir.is_dir() {
                return Err(GrammarError {
                    file: dir.display().to_string(),
                    line: 0,
                    message: "no such folder: give one that holds pages or lexicons".into(),
                });
            }
            let any = BUILTIN_PAGES.iter().chain(BUILTIN_LEXICONS).chain([&BUILTIN_CALIBRATION]).any(|(name, _)| dir.join(name).is_file());
            if !any {
                return Err(GrammarError {
                    file: dir.display().to_string(),
                    line: 0,
                    message: format!(
                        "holds no page or lexicon: name them like those of data/ ({}.toml, verbs.csv, …)",
                        PAGES.join(".toml, ")
                    ),
                });
            }
        }
        for path in lexicons {
            words.push((path.display().to_string(), read(path)?));
        }
        let pages: Vec<(&str, &str)> = pages.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let words: Vec<(&str, &str)> = words.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        Grammar::build(&pages, &words, (&calibration.0, &calibration.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_what_the_files_say_now() {
        let built = Grammar::load(None, &[]).unwrap();
        // Not by assert_eq: megabytes make no message.
        assert!(
            postcard::to_allocvec(&built).unwrap() == PACKED,
            "the build script and the library build different grammars of the same files"
        );
        assert!(postcard::to_allocvec(Grammar::builtin()).unwrap() == PACKED, "what was packed is unpacked as something else");
    }
}
