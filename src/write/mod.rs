//! Rows out.
//!
//! In: articles with their [`Row`]s. Out: bytes in one [`Form`], made on any thread a [`Block`] at a time, which follow each
//! other between a head and a tail; and an [`Output`], where they go.
//!
//! Deliberately not done: nothing in a row is changed for the sake of a spreadsheet (no semicolons, no guard before `=`), and
//! nothing is sorted: rows come out in the order they are given.

mod csv;
mod jsonl;
mod output;
mod terminal;

pub use self::output::{Output, WriteError};
pub use self::terminal::printable;
use crate::row::{Article, Row};

/// The format of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// UTF-8, commas, a header, one line end (LF) a row.
    #[default]
    Csv,
    /// A JSON object a line.
    Jsonl,
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
    /// The names of the columns that are carried through from the input ([`Article::kept`]), in the same order.
    pub kept: Vec<String>,
}

impl Form {
    /// What stands before the first row, even where none follows: the header of a CSV.
    pub fn head(&self) -> Vec<u8> {
        match self.format {
            Format::Csv => csv::head(self),
            Format::Jsonl => Vec::new(),
        }
    }

    /// What stands after the last row.
    pub fn tail(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// The rows of some articles, as bytes of one form.
pub struct Block<'f>(Sort<'f>);

enum Sort<'f> {
    Csv(Box<csv::Block<'f>>),
    Jsonl(jsonl::Block<'f>),
}

impl<'f> Block<'f> {
    /// A block without rows.
    pub fn new(form: &'f Form) -> Block<'f> {
        Block(match form.format {
            Format::Csv => Sort::Csv(Box::new(csv::Block::new(form))),
            Format::Jsonl => Sort::Jsonl(jsonl::Block::new(form)),
        })
    }

    /// Adds an article with those of its rows that are wanted.
    pub fn article(&mut self, article: &Article, rows: &[Row]) {
        match &mut self.0 {
            Sort::Csv(block) => block.article(article, rows),
            Sort::Jsonl(block) => block.article(article, rows),
        }
    }

    /// The bytes.
    pub fn bytes(self) -> Vec<u8> {
        match self.0 {
            Sort::Csv(block) => block.bytes(),
            Sort::Jsonl(block) => block.bytes(),
        }
    }
}

/// A measured share says no more than its second decimal; the same number stands in every form.
fn two_decimals(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}
