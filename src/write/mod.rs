//! Rows out.
//!
//! In: articles with their [`Row`]s. Out: bytes in one [`Form`], made on any thread a [`Block`] at a time, which follow each
//! other between a head and a tail; and where they go: an [`Output`], or a [`Resumable`] one. Parquet alone is no such row of
//! blocks: it is made of their lines when all are there ([`parquet::from_lines`]).
//!
//! Deliberately not done: nothing in a row is changed, except for the sake of a spreadsheet where that is asked for
//! ([`Form::excel`]); and nothing is sorted: rows come out in the order they are given.

mod annotations;
mod csv;
mod journal;
mod jsonl;
mod output;
pub mod parquet;
mod place;
mod quotation;
mod resumable;
mod tei;
mod terminal;
mod uri;

use std::ffi::OsStr;
use std::path::Path;

pub use self::csv::{guard, unguard};
pub use self::journal::{digits, Counts};
pub use self::output::{Output, WriteError};
pub use self::resumable::{Last, Left, Resumable};
pub use self::terminal::printable;
use crate::row::{Article, Row, COLUMNS};

/// The format of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// UTF-8, commas, a header, one line end (LF) a row.
    #[default]
    Csv,
    /// A JSON object a line.
    #[value(alias = "ndjson")]
    Jsonl,
    /// Columns of strings and numbers, compressed.
    Parquet,
    /// The articles as a TEI corpus, with who says what marked in their text.
    Tei,
    /// A W3C Web Annotation a line.
    Annotations,
    /// A schema.org Quotation a line.
    Quotation,
}

impl Format {
    /// The format that the name of a file asks for: `rows.parquet`, `corpus.xml`. `None` where its ending says nothing.
    pub fn of(path: &Path) -> Option<Format> {
        let extension = path.extension().and_then(OsStr::to_str)?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" => Format::Csv,
            "jsonl" | "ndjson" => Format::Jsonl,
            "parquet" => Format::Parquet,
            "xml" | "tei" => Format::Tei,
            _ => return None,
        })
    }
}

/// How rows are written: the same for the whole output.
///
/// ```
/// use guillemet::write::Form;
/// assert!(Form::default().head().starts_with(b"speaker,quote,source,"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// The format.
    pub format: Format,
    /// CSV as a French Excel opens it: a byte order mark, semicolons, CRLF, decimal commas, and no cell that it would run as a
    /// formula ([`guard`]). No other format heeds it.
    pub excel: bool,
    /// The names of the columns that are carried through from the input ([`Article::kept`]), in the same order.
    pub kept: Vec<String>,
}

impl Form {
    /// Whether head, blocks and tail are not the output yet, but lines that [`parquet::from_lines`] makes it of.
    pub fn intermediate(&self) -> bool {
        self.format == Format::Parquet
    }

    /// What stands before the first row, even where none follows: the header of a CSV.
    pub fn head(&self) -> Vec<u8> {
        match self.format {
            Format::Csv => csv::head(self),
            Format::Tei => tei::head(),
            Format::Jsonl | Format::Parquet | Format::Annotations | Format::Quotation => Vec::new(),
        }
    }

    /// What stands after the last row.
    pub fn tail(&self) -> Vec<u8> {
        match self.format {
            Format::Tei => tei::tail(),
            _ => Vec::new(),
        }
    }

    /// The names of the columns carried through, told apart from those of the rows and from each other: a second `url` is
    /// `input_url`.
    fn kept_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::with_capacity(self.kept.len());
        for name in &self.kept {
            let mut name = name.clone();
            while COLUMNS.contains(&name.as_str()) || PLACES.contains(&name.as_str()) || names.contains(&name) {
                name.insert_str(0, "input_");
            }
            names.push(name);
        }
        names
    }
}

/// The columns that only forms for programs have: where mention and cue are, in code points.
const PLACES: [&str; 4] = ["mention_start", "mention_end", "cue_start", "cue_end"];

/// What an article holds in a column that is carried through.
fn kept(article: &Article, column: usize) -> &str {
    article.kept.get(column).map_or("", String::as_str)
}

/// The rows of some articles, as bytes of one form.
pub struct Block<'f>(Sort<'f>);

enum Sort<'f> {
    Csv(Box<csv::Block<'f>>),
    Lines(jsonl::Block),
    Tei(tei::Block<'f>),
    Annotations(annotations::Block<'f>),
    Quotation(quotation::Block),
}

impl<'f> Block<'f> {
    /// A block without rows.
    pub fn new(form: &'f Form) -> Block<'f> {
        Block(match form.format {
            Format::Csv => Sort::Csv(Box::new(csv::Block::new(form))),
            Format::Jsonl | Format::Parquet => Sort::Lines(jsonl::Block::new(form)),
            Format::Tei => Sort::Tei(tei::Block::new(form)),
            Format::Annotations => Sort::Annotations(annotations::Block::new(form)),
            Format::Quotation => Sort::Quotation(quotation::Block::default()),
        })
    }

    /// Adds an article with those of its rows that are wanted. An article without rows counts too: it is a text of the corpus.
    /// `number` is that of its document in the whole input, from 0: TEI tells articles apart by it, which may be the same twice.
    pub fn article(&mut self, number: u64, article: &Article, rows: &[Row]) {
        match &mut self.0 {
            Sort::Csv(block) => block.article(article, rows),
            Sort::Lines(block) => block.article(article, rows),
            Sort::Tei(block) => block.article(number, article, rows),
            Sort::Annotations(block) => block.article(article, rows),
            Sort::Quotation(block) => block.article(article, rows),
        }
    }

    /// The bytes.
    pub fn bytes(self) -> Vec<u8> {
        match self.0 {
            Sort::Csv(block) => block.bytes(),
            Sort::Lines(block) => block.bytes(),
            Sort::Tei(block) => block.bytes(),
            Sort::Annotations(block) => block.bytes(),
            Sort::Quotation(block) => block.bytes(),
        }
    }
}

/// A measured share says no more than its second decimal; the same number stands in every form.
fn two_decimals(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_asks_for_its_format() {
        for (name, format) in [
            ("rows.csv", Some(Format::Csv)),
            ("rows.JSONL", Some(Format::Jsonl)),
            ("rows.ndjson", Some(Format::Jsonl)),
            ("a.b/rows.parquet", Some(Format::Parquet)),
            ("corpus.xml", Some(Format::Tei)),
            ("corpus.tei", Some(Format::Tei)),
            ("rows.txt", None),
            ("parquet", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn no_two_columns_have_one_name() {
        let kept = ["auteur", "url", "url", "cue_end", "auteur"].map(String::from).to_vec();
        let form = Form { kept, ..Form::default() };
        assert_eq!(form.kept_names(), ["auteur", "input_url", "input_input_url", "input_cue_end", "input_auteur"]);
    }
}
