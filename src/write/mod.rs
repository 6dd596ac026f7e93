//! Rows out.
//!
//! In: [`Row`]s, one at a time. Out: CSV or JSON Lines with the same columns in the same order, to standard output or to a
//! file that appears under its name only when it is complete.
//!
//! Deliberately not done: nothing in a row is changed for the sake of a spreadsheet (no semicolons, no guard before `=`), and
//! nothing is sorted: rows come out in the order they are given.

mod csv;
mod jsonl;
mod output;

use std::io::{self, Write};

pub use self::output::{Output, WriteError};
use crate::row::Row;

/// The form of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// UTF-8, commas, a header, one line end (LF) a row.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

/// Writes rows in one form.
///
/// ```
/// use guillemet::write::{Format, Writer};
/// let csv = Writer::new(Format::Csv, Vec::new())?.finish()?;
/// assert!(csv.starts_with(b"speaker,quote,source,"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Only [`Writer::finish`] knows that every row has arrived: a writer that is dropped has promised nothing.
pub enum Writer<W: Write> {
    /// A header, even where no row follows, then a record a row.
    Csv(Box<::csv::Writer<W>>),
    /// An object a row.
    Jsonl(io::BufWriter<W>),
}

impl<W: Write> Writer<W> {
    /// Starts the output, with the header where the form has one.
    pub fn new(format: Format, output: W) -> io::Result<Writer<W>> {
        Ok(match format {
            Format::Csv => Writer::Csv(Box::new(csv::start(output)?)),
            Format::Jsonl => Writer::Jsonl(io::BufWriter::new(output)),
        })
    }

    /// Writes a row.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        match self {
            Writer::Csv(output) => csv::row(output, row),
            Writer::Jsonl(output) => jsonl::row(output, row),
        }
    }

    /// Hands every byte on and gives the output back.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Writer::Csv(output) => csv::finish(*output),
            Writer::Jsonl(output) => output.into_inner().map_err(io::IntoInnerError::into_error),
        }
    }
}

/// A measured share says no more than its second decimal; the same number stands in every form.
fn two_decimals(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}
