//! Articles in.
//!
//! In: a file, a folder, or `-` for standard input. Out: an iterator of [`Article`]s, one in memory at a time, each of them
//! or the [`ReadError`] that says why there is none: one bad article never stops the others.
//!
//! Deliberately not done: nothing is repaired or guessed. Bytes that are not UTF-8 are reported, not decoded; the text keeps
//! its spaces, apostrophes and line ends, so that offsets fit the file. Only a byte order mark at its very start is dropped.

mod jsonl;
mod text;

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use crate::row::Article;

/// The longest article that is read, in bytes: what is longer is a whole archive in one piece, or a device without an end.
pub const LONGEST: u64 = 20_000_000;

/// How the bytes of an input hold articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    /// By the name: `.jsonl` and `.ndjson` are JSON Lines, everything else is text.
    Auto,
    /// One article, as UTF-8 text.
    Text,
    /// An article a line: `{"id": "…", "text": "…", "url": "…"}`.
    Jsonl,
}

/// What is known before anything is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How the bytes of the inputs hold articles.
    pub format: Format,
}

/// What should be one article: a file, a line, a record of an archive. Its bytes are at hand, or the reason why they are
/// not; what they say is found out by [`Document::read`], on any thread.
pub struct Document(Result<Article, ReadError>);

/// What became of a document.
#[derive(Debug)]
pub enum Outcome {
    /// It is an article.
    Article(Article),
    /// There is nothing to read in it, and nothing is wrong.
    Skipped {
        /// Where it is, as messages name it: `crawl.warc.gz:12`.
        place: String,
        /// Why, in a few words that are the same for all of its sort: `no text`.
        why: &'static str,
    },
    /// It cannot be read.
    Failed(ReadError),
}

impl Document {
    /// Makes an article of it.
    pub fn read(self, _options: &Options) -> Outcome {
        self.0.map_or_else(Outcome::Failed, Outcome::Article)
    }

    /// Where it is, as messages name it: `presse/note.txt`, `archive.jsonl:12`.
    pub fn place(&self) -> String {
        match &self.0 {
            Ok(article) => article.source.clone(),
            Err(error) => error.path.clone(),
        }
    }

    /// How many bytes it keeps in memory.
    pub fn size(&self) -> usize {
        self.0.as_ref().map_or(0, |article| article.text.len())
    }
}

/// The documents of inputs, in the order in which the inputs are given, of the paths in a folder, and of the lines of a file.
/// What cannot be opened is a document too, one that fails.
pub fn documents<'o>(inputs: &'o [PathBuf], options: &'o Options) -> impl Iterator<Item = Document> + 'o {
    inputs.iter().flat_map(|input| every(input, options.format)).map(Document)
}

/// What tells the inputs of one run from those of another: each file's path, length and time of change.
pub fn fingerprint(inputs: &[PathBuf], mut hash: impl FnMut(&[u8])) {
    for input in inputs {
        hash(format!("{input:?}").as_bytes());
        if let Ok(found) = std::fs::metadata(input) {
            hash(format!("{} {:?}", found.len(), found.modified().ok()).as_bytes());
        }
    }
}

/// The articles of one input, those that cannot be read as the reason why.
///
/// ```
/// use guillemet::read::{articles, Options};
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("gare.txt"), "« Nous partons », dit-elle.")?;
/// let articles: Result<Vec<_>, _> = articles(folder.path(), &Options::default()).collect();
/// assert_eq!(articles?[0].text, "« Nous partons », dit-elle.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn articles(input: &Path, options: &Options) -> impl Iterator<Item = Result<Article, ReadError>> {
    let options = options.clone();
    every(input, options.format).map(Document).filter_map(move |document| match document.read(&options) {
        Outcome::Article(article) => Some(Ok(article)),
        Outcome::Skipped { .. } => None,
        Outcome::Failed(error) => Some(Err(error)),
    })
}

type Articles = Box<dyn Iterator<Item = Result<Article, ReadError>>>;

/// Reads an input: a file, a folder with all that is below it, or `-`.
fn every(input: &Path, format: Format) -> Articles {
    if input == Path::new("-") {
        let source = String::from("-");
        match format {
            Format::Jsonl => Box::new(jsonl::Lines::new(source, io::stdin().lock())),
            Format::Auto | Format::Text => one(text::article(source, io::stdin().lock())),
        }
    } else if input.is_dir() {
        folder(input, format)
    } else {
        file(input, format)
    }
}

fn one(article: Result<Article, ReadError>) -> Articles {
    Box::new(std::iter::once(article))
}

fn file(path: &Path, format: Format) -> Articles {
    let source = source(path);
    match File::open(path) {
        Err(cause) => one(Err(ReadError::io(source, &cause))),
        Ok(bytes) if format == Format::Jsonl || (format == Format::Auto && has_extension(path, &["jsonl", "ndjson"])) => {
            Box::new(jsonl::Lines::new(source, BufReader::new(bytes)))
        }
        Ok(bytes) => one(text::article(source, bytes)),
    }
}

fn folder(folder: &Path, format: Format) -> Articles {
    // An archive is not a repository: what a .gitignore or a leading dot would hide is an article all the same. Links are
    // followed (the walk reports loops), but only to regular files: a pipe or a device in a folder would never end.
    let walk = ignore::WalkBuilder::new(folder).standard_filters(false).follow_links(true).sort_by_file_path(Ord::cmp).build();
    let root = source(folder);
    let mut found = walk
        .filter_map(move |entry| match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                (is_file && has_extension(entry.path(), &["txt", "jsonl", "ndjson"])).then(|| Ok(entry.into_path()))
            }
            Err(cause) => Some(Err(ReadError::new(&root, &cause.to_string(), "mend or remove it"))),
        })
        .peekable();
    if found.peek().is_none() {
        let advice = "give one that holds .txt, .jsonl or .ndjson files";
        return one(Err(ReadError::new(&source(folder), "no article in this folder", advice)));
    }
    Box::new(found.flat_map(move |path: Result<PathBuf, ReadError>| path.map_or_else(|error| one(Err(error)), |path| file(&path, format))))
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|own| extensions.iter().any(|wanted| own.eq_ignore_ascii_case(wanted)))
}

/// The path as rows and messages name it: with `/` on every system, so that the same archive gives the same bytes.
fn source(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.into_owned()
    }
}

/// Why an article could not be read: where, what, and what to do, in one line.
///
/// `presse/note.txt:3: not UTF-8 (0xE9), byte 212: convert it, …`
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ReadError {
    /// The input as it was given, or the file found below it; `-` for standard input.
    pub path: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Byte of that line, from 1.
    pub column: Option<u64>,
    /// Byte of the whole input, from 0, a byte order mark counted.
    pub offset: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl ReadError {
    fn new(path: &str, what: &str, advice: &str) -> ReadError {
        ReadError { path: path.into(), line: None, column: None, offset: None, what: what.into(), advice: advice.into() }
    }

    fn io(path: String, cause: &io::Error) -> ReadError {
        match cause.kind() {
            io::ErrorKind::NotFound => ReadError::new(&path, "no such file or folder", "check the path"),
            io::ErrorKind::PermissionDenied => ReadError::new(&path, "permission denied", "ask for the right to read it"),
            _ => ReadError::new(&path, &cause.to_string(), "check that it can be read, then run again"),
        }
    }

    fn too_long(path: &str) -> ReadError {
        let what = format!("longer than {} MB", LONGEST / 1_000_000);
        ReadError::new(path, &what, "split it: an article a file, or an article a line in JSON Lines")
    }

    /// `good` bytes of `bytes` are UTF-8, the next is not.
    fn not_utf8(path: &str, bytes: &[u8], good: usize) -> ReadError {
        let encoding = if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") { "UTF-16" } else { "WINDOWS-1252" };
        let what = bytes.get(good).map_or_else(|| "not UTF-8".into(), |byte| format!("not UTF-8 (0x{byte:02X})"));
        ReadError::new(path, &what, &format!("convert it, for instance with iconv -f {encoding} -t UTF-8"))
    }

    fn at(mut self, line: u64, column: Option<u64>, offset: u64) -> ReadError {
        (self.line, self.column, self.offset) = (Some(line), column, Some(offset));
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(out, ":{number}")?;
        }
        write!(out, ": {}", self.what)?;
        if let Some(offset) = self.offset {
            write!(out, ", byte {offset}")?;
        }
        write!(out, ": {}", self.advice)
    }
}
