//! Gold: who said what by the judgement of a careful reader.
//!
//! In: `NAME.ann.json` with the article `NAME.txt`. Out: [`Sample`]s, their items at places of the text, or the [`GoldError`]
//! that says why there is none: one bad file never stops the others.
//! Deliberately not done: nothing is repaired. Words that do not stand in the article, in its order, are a mistake.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::matching::{trimmed, words_alone, Place};
use crate::read::{articles, Format, Options, ReadError};
use crate::row::{Article, Kind};
use crate::text::CodePoints;

/// How gold files end.
const ENDING: &str = ".ann.json";

const HELP: &str = "write it as data/README.md of guillemet shows";

/// An article with its gold.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The name of both files, without their endings.
    pub name: String,
    /// The text.
    pub article: Article,
    /// What is true of it.
    pub gold: Gold,
}

/// Who says what in an article, and the marked words that nobody says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gold {
    /// What somebody says, in the order of the text.
    pub items: Vec<Item>,
    /// Where marked words stand that nobody says.
    pub labels: Vec<Place>,
}

/// One thing that somebody says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it stands, without what stands at its ends and is no matter of who said what.
    pub place: Place,
    /// What sort of report.
    pub kind: Kind,
    /// Who that is: the fullest name in the article, else the words of the sentence; `None` where no reader could tell.
    pub speaker: Option<String>,
}

#[derive(Deserialize)]
struct Annotation {
    quotes: Vec<Quote>,
    not_quotes: Vec<String>,
}

#[derive(Deserialize)]
struct Quote {
    quote: String,
    kind: Report,
    speaker: Option<String>,
    speaker_resolved: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Report {
    Direct,
    Mixed,
    Indirect,
}

impl Gold {
    /// Reads an annotation of a text. `file` is its name in messages.
    ///
    /// ```
    /// use guillemet::score::Gold;
    /// let json = r#"{"quotes": [{"quote": "Oui", "kind": "direct", "speaker": "Ana"}], "not_quotes": []}"#;
    /// assert_eq!(Gold::parse("a.ann.json", json, "« Oui », dit Ana.").unwrap().items[0].place, (2, 5));
    /// ```
    pub fn parse(file: &str, json: &str, text: &str) -> Result<Gold, GoldError> {
        let annotation: Annotation = serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            let [line, column] = [error.line(), error.column()].map(|number| Some(number as u64).filter(|number| *number > 0));
            GoldError { line, column, ..GoldError::new(file, &format!("faulty annotation ({message})"), HELP) }
        })?;
        let letters: Vec<char> = text.chars().collect();
        let missing = |words: &str| {
            let what = format!("not in the article, or not in its order: {words:?}");
            GoldError::new(file, &what, "copy the words as they stand, in the order of the text")
        };
        let strange = |words: &str| {
            let what = format!("speaker not in the article: {words:?}");
            GoldError::new(file, &what, "copy the name as it stands somewhere in the text")
        };
        let quoted = places(text, annotation.quotes.iter().map(|q| q.quote.as_str())).map_err(missing)?;
        let labels = places(text, annotation.not_quotes.iter().map(String::as_str)).map_err(missing)?;
        let mut items = Vec::new();
        for (quote, place) in annotation.quotes.into_iter().zip(quoted) {
            let kind = match quote.kind {
                Report::Direct => Kind::Direct,
                Report::Mixed => Kind::Mixed,
                Report::Indirect => Kind::Indirect,
            };
            let names = [quote.speaker_resolved, quote.speaker].into_iter().flatten().filter(|name| !name.is_empty());
            let names: Vec<String> = names.collect();
            if let Some(name) = names.iter().find(|name| !text.contains(name.as_str())) {
                return Err(strange(name));
            }
            items.push(Item { place: trimmed(&letters, place), kind, speaker: names.into_iter().next() });
        }
        Ok(Gold { items, labels: labels.into_iter().map(|place| words_alone(&letters, place)).collect() })
    }
}

/// Where each string stands, in code points: searched from the start of the one before, past it where it is the same again.
fn places<'a>(text: &str, strings: impl Iterator<Item = &'a str>) -> Result<Vec<Place>, &'a str> {
    let mut points = CodePoints::new(text);
    let (mut from, mut last) = (0, "");
    let place = |string: &'a str| {
        let skip = if string == last { string.chars().next().map_or(0, char::len_utf8) } else { 0 };
        let start = from + skip + text[from + skip..].find(string).ok_or(string)?;
        (from, last) = (start, string);
        Ok((points.at(start), points.at(start + string.len())))
    };
    strings.map(place).collect()
}

/// The samples of a folder, in the order of their names, or that of one annotation file. An article `NAME.txt` is looked for
/// in the folder `beside` where one is given, else beside its annotation.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("a.txt"), "« Oui », dit Ana.")?;
/// std::fs::write(folder.path().join("a.ann.json"), r#"{"quotes": [], "not_quotes": ["Oui"]}"#)?;
/// let samples: Result<Vec<_>, _> = guillemet::score::samples(folder.path(), None).into_iter().collect();
/// assert_eq!(samples?[0].gold.labels, [(2, 5)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn samples(gold: &Path, articles: Option<&Path>) -> Vec<Result<Sample, GoldError>> {
    let files = if gold.is_dir() { annotations(gold) } else { Ok(vec![gold.to_path_buf()]) };
    match files {
        Ok(files) => files.iter().map(|file| sample(file, articles)).collect(),
        Err(error) => vec![Err(error)],
    }
}

fn annotations(folder: &Path) -> Result<Vec<PathBuf>, GoldError> {
    let shown = folder.display().to_string();
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(|cause| GoldError::io(&shown, &cause))?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| stem(path).is_some()).collect();
    files.sort();
    if files.is_empty() {
        return Err(GoldError::new(&shown, "no gold in this folder", &format!("give one that holds NAME{ENDING} files")));
    }
    Ok(files)
}

fn stem(file: &Path) -> Option<&str> {
    file.file_name()?.to_str()?.strip_suffix(ENDING)
}

fn sample(file: &Path, folder: Option<&Path>) -> Result<Sample, GoldError> {
    let shown = file.display().to_string();
    let json = fs::read_to_string(file).map_err(|cause| GoldError::io(&shown, &cause))?;
    let name =
        stem(file).ok_or_else(|| GoldError::new(&shown, "no annotation by its name", &format!("give a folder, or a NAME{ENDING} file")))?;
    let text = format!("{name}.txt");
    let beside = file.with_file_name(&text);
    let path = folder.map(|folder| folder.join(&text)).filter(|path| path.is_file()).unwrap_or(beside);
    if !path.is_file() {
        let wanted = folder.map_or(path.clone(), |folder| folder.join(&text));
        let advice = "put it there, or say with --articles where it is";
        return Err(GoldError::new(&shown, &format!("its article is missing: {}", wanted.display()), advice));
    }
    // A text file is exactly one article, or the reason why it is none.
    let read = articles(&path, &Options { format: Format::Text, ..Options::default() }).pop();
    let article = read.ok_or_else(|| GoldError::new(&shown, "its article is missing", "write it"))??;
    let gold = Gold::parse(&shown, &json, &article.text)?;
    Ok(Sample { name: name.to_string(), article, gold })
}

/// Why gold cannot be read: where, what, and what to do, in one line.
///
/// `gold/gare.ann.json:3:12: faulty annotation (unknown variant): …`
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct GoldError {
    /// The annotation, its article, or the folder.
    pub path: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column of that line, from 1.
    pub column: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl GoldError {
    fn new(path: &str, what: &str, advice: &str) -> GoldError {
        GoldError { path: path.into(), line: None, column: None, what: what.into(), advice: advice.into() }
    }

    fn io(path: &str, cause: &io::Error) -> GoldError {
        match cause.kind() {
            io::ErrorKind::NotFound => GoldError::new(path, "no such file or folder", "check the path"),
            io::ErrorKind::PermissionDenied => GoldError::new(path, "permission denied", "ask for the right to read it"),
            io::ErrorKind::InvalidData => GoldError::new(path, "not UTF-8", "convert it, for instance with iconv"),
            _ => GoldError::new(path, &cause.to_string(), "check that it can be read, then run again"),
        }
    }
}

impl From<ReadError> for GoldError {
    fn from(error: ReadError) -> GoldError {
        GoldError { path: error.path, line: error.line, column: error.column, what: error.what, advice: error.advice }
    }
}

impl fmt::Display for GoldError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(out, ":{number}")?;
        }
        write!(out, ": {}: {}", self.what, self.advice)
    }
}
