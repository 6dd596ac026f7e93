//! CSV: the columns of [`COLUMNS`], UTF-8, commas, LF, quotation marks only where needed.
//!
//! In: rows. Out: a header, always, then a record a row. Not done: the spans of mention and cue, which JSON Lines has.

use std::io::{self, Write};

use csv::Writer;

use super::two_decimals;
use crate::row::{Kind, Row, COLUMNS};

pub(super) fn start<W: Write>(output: W) -> io::Result<Writer<W>> {
    let mut output = Writer::from_writer(output);
    output.write_record(COLUMNS).map_err(cause)?;
    Ok(output)
}

pub(super) fn row<W: Write>(output: &mut Writer<W>, row: &Row) -> io::Result<()> {
    let kind = match row.kind {
        Kind::Direct => "direct",
        Kind::Mixed => "mixed",
        Kind::Indirect => "indirect",
        Kind::None => "none",
    };
    let confidence = format!("{:.2}", two_decimals(row.confidence));
    let (start, end) = (row.start.to_string(), row.end.to_string());
    let cells: [&str; COLUMNS.len()] = [
        &row.speaker,
        &row.quote,
        &row.source,
        kind,
        &row.mention,
        &row.cue,
        &row.via,
        &row.rule,
        &row.link,
        &confidence,
        &row.gender,
        &start,
        &end,
        &row.url,
    ];
    output.write_record(cells).map_err(cause)
}

pub(super) fn finish<W: Write>(mut output: Writer<W>) -> io::Result<W> {
    output.flush()?;
    output.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// The error below the csv crate's own, whose kind tells a closed pipe from a full disk.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => io::Error::other(format!("{other:?}")),
    }
}
