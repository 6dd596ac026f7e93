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
        Found::Stdin => cut(Place::new("-".into()), None, Box::new(Counted::new(io::stdin().lock(), 0, options.read.clone())), options),
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
            let by_name = (ending.as_deref() == Some("ssv")).then_some(b';');
            let delimiter = if format == Format::Tsv { Some(b'\t') } else { by_name };
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
        let decoded = encoding::utf16(start).map(|encoding| encoding.decode_with_bom_removal(start).0.into_owned());
        let start = decoded.as_ref().map_or(start, String::as_bytes);
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use flate2::Compression;

    use super::*;

    /// A reader that gives bytes in pieces of these lengths, over and over.
    struct Pieces {
        bytes: io::Cursor<Vec<u8>>,
        lengths: Vec<usize>,
        next: usize,
    }

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.lengths[self.next % self.lengths.len()].min(into.len());
            self.next += 1;
            self.bytes.read(&mut into[..length])
        }
    }

    fn in_pieces(name: &str, bytes: &[u8], lengths: &[usize], options: &Options) -> Vec<(Outcome, Option<String>)> {
        let pieces = Pieces { bytes: io::Cursor::new(bytes.to_vec()), lengths: lengths.to_vec(), next: 0 };
        let documents = cut(Place::new(name.into()), inputs::ending(Path::new(name)), Box::new(pieces), options);
        documents
            .map(|document| (document.note().map(String::from), document))
            .map(|(note, document)| (document.read(options), note))
            .collect()
    }

    /// What becomes of each document of a file, and the note that comes before it.
    pub(super) fn read(name: &str, bytes: &[u8], options: &Options) -> Vec<(Outcome, Option<String>)> {
        in_pieces(name, bytes, &[usize::MAX], options)
    }

    /// A line for each: `source: text`, `! error`, `- skipped`, `? warning`, `# note`.
    pub(super) fn told(outcomes: &[(Outcome, Option<String>)]) -> Vec<String> {
        let mut lines = Vec::new();
        for (outcome, note) in outcomes {
            lines.extend(note.iter().map(|note| format!("# {note}")));
            match outcome {
                Outcome::Article { article, warnings } => {
                    lines.push(format!("{}: {}", article.source, article.text));
                    lines.extend(warnings.iter().map(|warning| format!("? {warning}")));
                }
                Outcome::Skipped { place, why } => lines.push(format!("- {place}: {why}")),
                Outcome::Failed(error) => lines.push(format!("! {error}")),
            }
        }
        lines
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn record(kind: &str, head: &str, body: &str) -> Vec<u8> {
        let content = format!("{head}{body}");
        let url = "https://exemple.fr/port";
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-14T08:00:00Z\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n", content.len()).into_bytes()
    }

    const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
    const PAGE: &str = "<html lang=fr><head><title>Le port rouvre</title></head><body><p>« Le port rouvrira mardi », a indiqué Solveig Mahé.</p></body></html>";

    /// A file of each format, with something wrong in the middle where the format can go on.
    fn samples() -> Vec<(&'static str, Vec<u8>)> {
        let long = "« Le port rouvrira mardi », a indiqué Solveig Mahé. ".repeat(2_000);
        let line = |id: usize, text: &str| format!("{{\"id\": {id}, \"text\": \"{text}\"}}\n");
        let jsonl = [line(1, "Un."), line(2, &long), "{\"id\": 3\n".into(), line(4, "Quatre."), "\n".into(), line(5, "Cinq.")].concat();
        let csv = format!("\u{FEFF}id;text\n1;\"Un, \"\"deux\"\".\nTrois.\"\n2;{long}\n3;\"Perdu\n4;Quatre.\n\n5;Cinq.");
        let utf16: Vec<u8> = format!("\u{FEFF}{csv}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let article = |id: &str, words: &str| {
            format!("<article><header><div class=\"DocPublicationName\">Gazette de Brécey, no. 12</div><div class=\"titreArticle\">Un titre</div></header><div class=\"docOcurrContainer\"><p>{words}</p></div><div class=\"publiC-lblNodoc\">{id}</div></article>")
        };
        let europresse = format!(
            "<html><head><meta charset=utf-8></head><body>{}{}</body></html>",
            article("news·20260314·GB·001", "Un."),
            article("news·20260315·GB·002", &long)
        );
        let pages = [
            record("warcinfo", "", "software: test"),
            record("response", ANSWER, PAGE),
            b"rien du tout\r\n".to_vec(),
            record("response", ANSWER, &PAGE.replace("mardi", &"mardi ".repeat(20_000))),
        ];
        let members: Vec<u8> = pages.iter().flat_map(|page| gzip(page)).collect();
        let damaged: Vec<u8> = {
            let mut middle = gzip(&pages[1]);
            let place = middle.len() - 6;
            middle[place] ^= 0xFF;
            [gzip(&pages[1]), middle, gzip(&pages[1]), b"\0\0rien\0".to_vec(), gzip(&pages[1]), vec![0; 700]].concat()
        };
        vec![
            ("a.txt", long.clone().into_bytes()),
            ("b.txt", encoding_rs::WINDOWS_1252.encode(&long).0.into_owned()),
            ("c.txt.gz", [gzip(b"Un. "), gzip(long.as_bytes()), b"rien".to_vec()].concat()),
            ("d.txt.zst", zstd::encode_all(long.as_bytes(), 3).unwrap()),
            ("e.jsonl", jsonl.clone().into_bytes()),
            ("f.jsonl.gz", [gzip(jsonl.as_bytes()), gzip(jsonl.as_bytes())].concat()),
            ("g.csv", csv.clone().into_bytes()),
            ("h.csv", utf16),
            ("i.html", PAGE.as_bytes().to_vec()),
            ("j.html", europresse.into_bytes()),
            ("k.warc", pages.concat()),
            ("l.warc.gz", members),
            ("m.warc.gz", damaged),
            ("-", csv.into_bytes()),
        ]
    }

    /// However the bytes of a file arrive, the same documents are cut from it.
    #[test]
    fn documents_do_not_depend_on_how_bytes_arrive() {
        let options = Options { keep: vec!["id".into()], ..Options::default() };
        let mut random = 7_usize;
        let mut some = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            1 + (random >> 40) % 3_000
        };
        let uneven: Vec<usize> = (0..97).map(|_| some()).collect();
        for (name, bytes) in samples() {
            let whole = told(&in_pieces(name, &bytes, &[usize::MAX], &options));
            assert!(whole.iter().any(|line| !line.starts_with('!')), "{name}: {whole:?}");
            for length in [1, 2, 3, 7, 4095, 4096, 4097, 65535, 65536, 65537] {
                assert_eq!(told(&in_pieces(name, &bytes, &[length], &options)), whole, "{name} by {length}");
            }
            assert_eq!(told(&in_pieces(name, &bytes, &uneven, &options)), whole, "{name} by random lengths");
        }
    }

    /// A file that ends anywhere, or of which any byte is wrong, is read or named, and never stops the rest.
    #[test]
    fn mutilated_files_are_read_as_far_as_they_go() {
        let options = Options::default();
        for (name, bytes) in samples().into_iter().filter(|(_, bytes)| bytes.len() < 5_000) {
            for place in (0..bytes.len()).step_by(7) {
                in_pieces(name, &bytes[..place], &[usize::MAX], &options);
                let mut wrong = bytes.clone();
                wrong[place] ^= 0x55;
                in_pieces(name, &wrong, &[usize::MAX], &options);
            }
        }
    }

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        for (name, bytes) in samples().into_iter().filter(|(name, _)| *name != "-") {
            let told = |name: &str| told(&in_pieces(name, &bytes, &[usize::MAX], &Options::default())).join("\n").replace(name, "…");
            assert_eq!(told("nom.inconnu"), told(name), "{name}");
        }
    }

    #[test]
    fn every_member_is_read_and_a_damaged_one_named() {
        let (_, bytes) = samples().into_iter().find(|(name, _)| *name == "m.warc.gz").unwrap();
        let lines = told(&read("m.warc.gz", &bytes, &Options::default()));
        let articles = lines.iter().filter(|line| line.starts_with("https://exemple.fr/port: « Le port")).count();
        assert_eq!(articles, 4, "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("damaged gzip")), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("bytes after gzip that are none")), "{lines:#?}");
    }

    #[test]
    fn bombs_are_stopped() {
        let options = Options { max_bytes: 1_000_000, ..Options::default() };
        let zeros = vec![b'a'; 30_000_000];
        let answer = ANSWER.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n");
        let content = [answer.as_bytes(), &gzip(&zeros)].concat();
        let head = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {}\r\n\r\n", content.len());
        let page = [head.as_bytes(), &content, b"\r\n\r\n", &record("response", ANSWER, PAGE)].concat();
        for (name, bytes, articles) in
            [("a.txt.gz", gzip(&zeros), 0), ("a.txt.zst", zstd::encode_all(zeros.as_slice(), 1).unwrap(), 0), ("a.warc", page, 1)]
        {
            let lines = told(&read(name, &bytes, &options));
            assert!(lines[0].contains("longer than 1 MB"), "{lines:?}");
            assert_eq!(lines.len(), 1 + articles, "{lines:?}");
        }
        assert!(told(&read("a.txt.gz", &gzip(&gzip(b"Un.")), &options))[0].contains("compressed twice"));
    }

    #[test]
    fn what_is_read_is_counted_and_known_before() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in samples().iter().filter(|(name, _)| *name != "-") {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let (inputs, options) = ([folder.path().to_path_buf()], Options::default());
        let total = total_bytes(&inputs, &options).unwrap();
        let known = fingerprint(&inputs, &options).unwrap();
        documents(&inputs, &options).for_each(drop);
        assert_eq!(options.read.load(std::sync::atomic::Ordering::Relaxed), total);
        assert_eq!(fingerprint(&inputs, &options).unwrap(), known);
        std::fs::write(folder.path().join("a.txt"), "Autre chose.").unwrap();
        assert_ne!(fingerprint(&inputs, &options).unwrap(), known);
        assert_eq!(total_bytes(&["-".into()], &options), None);
        assert_eq!(fingerprint(&["-".into()], &options), None);
    }
}
