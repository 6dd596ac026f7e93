//! Words as they are looked for: case, accents, ligatures and endings make no difference.
//!
//! In: quotes, speakers, and what a user asks for. Out: folded words and their stems. The tokenizer of SQLite folds case and
//! accents as well, but takes no *œ* for *oe*.
//! Deliberately not done: no word is left out, however small: *ne* and *pas* are what a fact-checker looks for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};

use super::hash_of;
use crate::text::{bare_char, fold};

/// Folds words and finds their stems.
pub struct Folder(Stemmer);

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Folder")
    }
}

impl Default for Folder {
    fn default() -> Self {
        Folder(Stemmer::new(Algorithm::French))
    }
}

impl Folder {
    /// The words of a text, each folded, and where it stands, in bytes: *L'Œuvre* is *l* and *oeuvre*.
    ///
    /// ```
    /// use guillemet::database::Folder;
    /// let words: Vec<String> = Folder::words("L’Œuvre, à Évry").map(|(word, _)| word).collect();
    /// assert_eq!(words, ["l", "oeuvre", "a", "evry"]);
    /// ```
    pub fn words(text: &str) -> impl Iterator<Item = (String, Range<usize>)> + '_ {
        places(text).map(|at| (folded(&text[at.clone()]), at))
    }

    /// The folded words of a text with spaces between.
    pub(super) fn joined(text: &str) -> String {
        Folder::words(text).map(|(word, _)| word).collect::<Vec<_>>().join(" ")
    }

    /// The stem of a word, folded: *rouvrira* and *rouvrir* have the same.
    pub fn stem(&self, text: &str) -> String {
        self.0.stem(&lowered(text)).chars().map(bare_char).collect()
    }

    /// The folded words of a text and their stems.
    pub(super) fn folded(&self, text: &str) -> Folded {
        let mut all = Folded { words: String::with_capacity(text.len()), stems: String::with_capacity(text.len()), hashes: Vec::new() };
        MEMO.with_borrow_mut(|memo| {
            for range in places(text) {
                let word = &text[range];
                if let Some(known) = memo.get(word) {
                    all.push(known);
                    continue;
                }
                let stem = self.stem(word);
                let one = Known { word: folded(word).into(), hash: hash_of(&stem), stem: stem.into() };
                all.push(&one);
                if memo.len() >= REMEMBERED {
                    memo.clear();
                }
                memo.insert(word.into(), one);
            }
        });
        all.hashes.sort_unstable();
        all.hashes.dedup();
        all
    }
}

/// The words of a text, folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    /// With spaces between.
    pub words: String,
    /// Their stems, with spaces between.
    pub stems: String,
    /// The hashes of the stems as the database has them, each once.
    pub hashes: Vec<i64>,
}

impl Folded {
    fn push(&mut self, one: &Known) {
        for (all, one) in [(&mut self.words, &one.word), (&mut self.stems, &one.stem)] {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(one);
        }
        self.hashes.push(one.hash);
    }
}

/// How many words each thread remembers.
const REMEMBERED: usize = 1 << 15;

/// How a word is folded.
struct Known {
    word: Box<str>,
    stem: Box<str>,
    /// Of the stem.
    hash: i64,
}

thread_local! {
    /// Words as they stand: news has the same over and over.
    static MEMO: RefCell<HashMap<Box<str>, Known>> = RefCell::default();
}

/// Where the words of a text stand.
fn places(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while rest.next_if(|(_, c)| !c.is_alphanumeric()).is_some() {}
        let start = rest.peek()?.0;
        let mut end = start;
        while let Some((at, c)) = rest.next_if(|(_, c)| c.is_alphanumeric() || is_accent(*c) || is_unseen(*c)) {
            // What is not seen at the end of a word is no part of it.
            if !is_unseen(c) {
                end = at + c.len_utf8();
            }
        }
        Some(start..end)
    })
}

/// A word without case, accents and ligatures.
fn folded(word: &str) -> String {
    lowered(word).chars().filter(|c| !is_accent(*c)).map(bare_char).collect()
}

/// A word in small letters, without ligatures: *Œuvre* is *oeuvre*.
fn lowered(word: &str) -> String {
    let word = fold(word).replace('œ', "oe").replace('æ', "ae");
    if word.contains(is_unseen) {
        return word.replace(is_unseen, "");
    }
    word
}

/// What stands in a word and is not seen: a soft hyphen, a space without width.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// An accent that is a character of its own, as some systems write it.
pub(super) fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_case_and_accents_make_no_difference() {
        let folder = Folder::default();
        for (a, b) in [("rouvrira", "rouvriront"), ("Élections", "élection"), ("œuvres", "OEUVRE"), ("nationales", "nationale")] {
            assert_eq!(folder.stem(a), folder.stem(b), "{a} {b}");
        }
        assert_ne!(folder.stem("retraite"), folder.stem("traité"));
        assert_eq!(folder.folded("L’Été, 64 ans").words, "l ete 64 ans");
        assert_eq!(folder.folded("e\u{301}te\u{301}").words, "ete");
        assert_eq!(folder.folded("l'ad\u{ad}mi\u{ad}nis\u{ad}tra\u{ad}tion\u{ad} «").words, "l administration");
        assert_eq!(folder.stem("admi\u{ad}nistration"), folder.stem("administrations"));
        assert!(folder.folded(" – ! ").words.is_empty());
    }
}
