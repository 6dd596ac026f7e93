//! Articles in.
//!
//! In: files, folders, patterns, lists of paths, `-` for standard input. Out: [`documents`], cut by one thread and cheap to cut,
//! of which [`Document::read`] makes an [`Article`] on any thread, or says why there is none: one bad document never stops the
//! others. One document at a time is held, and none that is longer than [`Options::max_bytes`].
//!
//! Deliberately not done: the words of an article are never changed, so that offsets fit. What is doubtful (bytes that cannot
//! be decoded, a text that was encoded twice) is said and read as it is. Pages are text without their markup; their offsets
//! are those of that text.

mod columns;
mod encoding;
mod error;
mod europresse;
mod feed;
mod html;
mod inputs;
mod jsonl;
mod parquet;
mod table;
mod text;
mod warc;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::row::Article;
use columns::Fields;
use feed::{decompressed, Bytes, Counted, Feed};
use inputs::Found;
use table::Table;
use warc::Record;

pub use columns::Columns;
pub use encoding::encoding;
pub use error::ReadError;
pub use inputs::{fingerprint, total_bytes};
pub use table::delimiter;

/// The longest document that is read where nothing else is asked for, in bytes: what is longer is a whole archive in one piece,
/// or a device without an end.
pub const LONGEST: u64 = 20_000_000;

/// How the bytes of an input hold articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    /// By the name, `.gz` and `.zst` taken away; without a known name by what the first bytes look like.
    Auto,
    /// One article, as text.
    Text,
    /// One page.
    Html,
    /// A table with a header, an article a row; what separates the columns is found.
    Csv,
    /// A table whose columns are separated by tabs.
    Tsv,
    /// An article a line: `{"id": "…", "text": "…", "url": "…"}`.
    Jsonl,
    /// The HTML export of Europresse, many articles.
    Europresse,
    /// Parquet, an article a row.
    Parquet,
    /// What a crawler kept, an article a page.
    Warc,
}

/// What is known before anything is read.
#[derive(Debug, Clone)]
pub struct Options {
    /// How the bytes of the inputs hold articles.
    pub format: Format,
    /// The encoding of all inputs, where the user knows it.
    pub encoding: Option<&'static Encoding>,
    /// What separates the columns of a table, where the user knows it.
    pub delimiter: Option<u8>,
    /// Which columns or keys hold what.
    pub columns: Columns,
    /// The folder that paths in a table start from, and do not leave; else that of the table.
    pub input_dir: Option<PathBuf>,
    /// The columns that are carried through, into [`Article::kept`], in this order. Where articles have no columns: `id`, `url`,
    /// `title`, `date`, `language` and `publication`.
    pub keep: Vec<String>,
    /// Files that name inputs, a path a line; `-` is standard input. They come after the inputs that are given.
    pub lists: Vec<PathBuf>,
    /// The longest document that is read, in bytes, counted after decompression. What is longer fails.
    pub max_bytes: u64,
    /// Bytes of the inputs read so far, compressed where they are: what [`total_bytes`] is compared with.
    pub read: Arc<AtomicU64>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            format: Format::Auto,
            encoding: None,
            delimiter: None,
            columns: Columns::default(),
            input_dir: None,
            keep: Vec::new(),
            lists: Vec::new(),
            max_bytes: LONGEST,
            read: Arc::default(),
        }
    }
}

/// Where a document is: its file, and which one of that file it is.
#[derive(Debug, Clone)]
struct Place {
    path: Arc<str>,
    /// Line, record or row, from 1; none where the file is one document.
    number: Option<u64>,
    /// Its first byte, after decompression.
    offset: u64,
}

impl Place {
    fn new(path: String) -> Place {
        Place { path: path.into(), number: None, offset: 0 }
    }

    /// The place so many documents further on.
    fn here(&self, further: u64, offset: u64) -> Place {
        Place { path: self.path.clone(), number: Some(self.number.unwrap_or(0) + further), offset }
    }

    fn error(&self, what: &str, advice: &str) -> ReadError {
        self.placed(ReadError::new(&self.path, what, advice))
    }

    fn io(&self, cause: &io::Error) -> ReadError {
        self.placed(ReadError::io(&self.path, cause))
    }

    fn too_long(&self, most: u64) -> ReadError {
        self.placed(ReadError::too_long(&self.path, most))
    }

    fn placed(&self, error: ReadError) -> ReadError {
        match self.number {
            Some(number) => error.at(number, None, self.offset),
            None => error,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        self.number.map_or(Ok(()), |number| write!(out, ":{number}"))
    }
}

/// What should be one article: a file, a line, a record of an archive. Its bytes are at hand, or the reason why they are
/// not; what they say is found out by [`Document::read`], on any thread.
pub struct Document {
    place: Place,
    body: Body,
    note: Option<String>,
}

/// The bytes of a document, as far as they are understood when they are cut.
enum Body {
    Failed(ReadError),
    Skipped(&'static str),
    Text(Vec<u8>),
    Html(Vec<u8>),
    Json(Vec<u8>),
    Row(Vec<u8>, Arc<Table>),
    /// With the encoding that the file declares.
    Europresse(Vec<u8>, Option<&'static Encoding>),
    Record(Box<Record>),
    Fields(Box<Fields>),
}

/// What became of a document.
#[derive(Debug)]
pub enum Outcome {
    /// It is an article.
    Article {
        /// The article.
        article: Article,
        /// What is doubtful about it, each in one line that names it: `note.txt: the text was encoded twice …`.
        warnings: Vec<String>,
    },
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
    fn new(place: Place, body: Body) -> Document {
        Document { place, body, note: None }
    }

    fn failed(error: ReadError) -> Document {
        Document::new(Place { path: error.path.as_str().into(), number: error.line, offset: 0 }, Body::Failed(error))
    }

    /// Makes an article of it.
    pub fn read(self, options: &Options) -> Outcome {
        match self.body {
            Body::Failed(error) => Outcome::Failed(error),
            Body::Skipped(why) => Outcome::Skipped { place: self.place.to_string(), why },
            Body::Text(bytes) => text::read(bytes, &self.place, options),
            Body::Html(bytes) => html::read(bytes, None, Fields::default(), &self.place, options),
            Body::Json(bytes) => jsonl::read(bytes, &self.place, options),
            Body::Row(bytes, table) => table.read(bytes, &self.place, options),
            Body::Europresse(bytes, declared) => europresse::read(bytes, declared, &self.place, options),
            Body::Record(record) => record.read(&self.place, options),
            Body::Fields(fields) => parquet::read(*fields, &self.place, options),
        }
    }

    /// Where it is, as messages name it: `presse/note.txt`, `archive.jsonl:12`.
    pub fn place(&self) -> String {
        self.place.to_string()
    }

    /// How many bytes it keeps in memory.
    pub fn size(&self) -> usize {
        match &self.body {
            Body::Failed(_) | Body::Skipped(_) => 0,
            Body::Text(bytes) | Body::Html(bytes) | Body::Json(bytes) => bytes.len(),
            Body::Row(bytes, _) | Body::Europresse(bytes, _) => bytes.len(),
            Body::Record(record) => record.content.len(),
            Body::Fields(fields) => fields.size(),
        }
    }

    /// What is to be said once about the input that it comes from, before anything about itself: in one line, that names the
    /// input. Only the first document of an input has one.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

/// The documents of inputs, in the order in which the inputs are given, of the paths in a folder, and of the lines of a file.
/// What cannot be opened is a document too, one that fails.
pub fn documents<'o>(inputs: &'o [PathBuf], options: &'o Options) -> impl Iterator<Item = Document> + 'o {
    inputs::files(inputs, options).flat_map(|found| match found {
        Found::File(path) => file(&path, options),
        Found::Stdin => cut(Place::new("-".into()), None, Box::new(io::stdin().lock()), options),
        Found::Failed(error) => one(Document::failed(error)),
    })
}

/// The articles of one input, those that cannot be read as the reason why; what is skipped and what is doubtful is not told.
///
/// ```
/// use guillemet::read::{articles, Options};
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("gare.txt"), "« Nous partons », dit-elle.")?;
/// let articles = articles(folder.path(), &Options::default());
/// assert_eq!(articles[0].as_ref().unwrap().text, "« Nous partons », dit-elle.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn articles(input: &Path, options: &Options) -> Vec<Result<Article, ReadError>> {
    let read = |document: Document| match document.read(options) {
        Outcome::Article { article, .. } => Some(Ok(article)),
        Outcome::Skipped { .. } => None,
        Outcome::Failed(error) => Some(Err(error)),
    };
    documents(&[input.to_path_buf()], options).filter_map(read).collect()
}

/// How Parquet begins.
const PARQUET: &[u8; 4] = b"PAR1";

type Documents<'o> = Box<dyn Iterator<Item = Document> + 'o>;

fn one<'o>(document: Document) -> Documents<'o> {
    Box::new(std::iter::once(document))
}

fn file<'o>(path: &Path, options: &'o Options) -> Documents<'o> {
    let place = Place::new(inputs::shown(path));
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    match opened {
        Err(cause) => one(Document::failed(place.io(&cause))),
        Ok((data, mut file)) => {
            let ending = inputs::ending(path);
            // Parquet begins at its end: the file itself is needed.
            if data.is_file() && is_parquet(&mut file, ending.as_deref(), options) {
                return rows(place, file, options);
            }
            let length = if data.is_file() { data.len() } else { 0 };
            cut(place, ending, Box::new(Counted::new(file, length, options.read.clone())), options)
        }
    }
}

fn is_parquet(file: &mut File, ending: Option<&str>, options: &Options) -> bool {
    let named = options.format == Format::Parquet
        || options.format == Format::Auto && ending.is_none_or(|own| Format::of_ending(own).is_none_or(|format| format == Format::Parquet));
    let mut start = [0; 4];
    let starts = named && file.read_exact(&mut start).is_ok() && start == *PARQUET;
    // What cannot be wound back will not be read either, and say so.
    let _ = file.rewind();
    starts
}

fn rows<'o>(place: Place, file: File, options: &'o Options) -> Documents<'o> {
    let path = place.path.clone();
    match parquet::Rows::open(place, file, options) {
        Ok(rows) => Box::new(rows),
        Err((what, advice)) => one(Document::failed(ReadError::new(&path, &what, &advice))),
    }
}

/// Cuts an opened input into its documents. `ending` is that of its name.
fn cut<'o>(place: Place, ending: Option<String>, from: Bytes, options: &'o Options) -> Documents<'o> {
    let mut feed = match decompressed(from) {
        Ok(from) => Feed::new(from),
        Err(cause) => return one(Document::failed(place.io(&cause))),
    };
    let mut format = match options.format {
        Format::Auto => ending.as_deref().and_then(Format::of_ending).unwrap_or_else(|| Format::of_start(&mut feed, options)),
        format => format,
    };
    if format == Format::Html && options.format == Format::Auto && europresse::is_europresse(feed.peek(1 << 16)) {
        format = Format::Europresse;
    }
    let lines = |feed| feed::ascii_kept(feed, options.encoding).map_err(|cause| one(Document::failed(place.io(&cause))));
    match format {
        Format::Auto | Format::Text => one(whole(place, feed, options, Body::Text)),
        Format::Html => one(whole(place, feed, options, Body::Html)),
        Format::Jsonl => lines(feed).map_or_else(|failed| failed, |feed| Box::new(jsonl::Lines::new(place.clone(), feed, options))),
        Format::Csv | Format::Tsv => {
            let delimiter = (format == Format::Tsv).then_some(b'\t');
            lines(feed).map_or_else(|failed| failed, |feed| Box::new(table::Rows::new(place.clone(), feed, delimiter, options)))
        }
        Format::Europresse => {
            lines(feed).map_or_else(|failed| failed, |feed| Box::new(europresse::Articles::new(place.clone(), feed, options)))
        }
        Format::Warc => Box::new(warc::Records::new(place, feed, options)),
        Format::Parquet => {
            if !feed.peek(PARQUET.len()).starts_with(PARQUET) {
                let what = if feed.held().is_empty() { "an empty file" } else { "no Parquet" };
                return one(Document::failed(place.error(what, "give a Parquet file, or another --input-format")));
            }
            match parquet::spooled(feed.into_bytes()) {
                Ok(file) => rows(place, file, options),
                Err(cause) => one(Document::failed(place.io(&cause))),
            }
        }
    }
}

/// A file as one document.
fn whole(place: Place, mut feed: Feed, options: &Options, body: impl FnOnce(Vec<u8>) -> Body) -> Document {
    let mut note = None;
    loop {
        match feed.more() {
            Ok(true) if feed.held().len() as u64 > options.max_bytes => return Document::failed(place.too_long(options.max_bytes)),
            Ok(true) => {}
            Ok(false) => break,
            Err(cause) if cause.get_ref().is_some_and(|inner| inner.is::<feed::NoMember>()) => {
                note = Some(format!("{place}: {cause}: they are passed over"));
                break;
            }
            Err(cause) => return Document::failed(place.io(&cause)),
        }
    }
    let bytes = feed.take(feed.held().len());
    Document { note, ..Document::new(place, body(bytes)) }
}

impl Format {
    /// By the ending of a file.
    fn of_ending(ending: &str) -> Option<Format> {
        Some(match ending {
            "txt" => Format::Text,
            "html" | "htm" | "xhtml" => Format::Html,
            "csv" | "ssv" => Format::Csv,
            "tsv" => Format::Tsv,
            "jsonl" | "ndjson" => Format::Jsonl,
            "parquet" => Format::Parquet,
            "warc" | "wet" => Format::Warc,
            _ => return None,
        })
    }

    /// By the first bytes.
    fn of_start(feed: &mut Feed, options: &Options) -> Format {
        let start = feed.peek(1 << 14);
        let start = start.strip_prefix(encoding::BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
        if start.starts_with(PARQUET) {
            Format::Parquet
        } else if start.starts_with(b"WARC/") {
            Format::Warc
        } else if start.starts_with(b"{") && start[1..].trim_ascii_start().starts_with(b"\"") {
            Format::Jsonl
        } else if html::is_page(&String::from_utf8_lossy(&start[..start.len().min(1 << 10)])) {
            Format::Html
        } else if table::is_table(start, options) {
            Format::Csv
        } else {
            Format::Text
        }
    }
}
