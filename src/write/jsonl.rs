//! JSON Lines: the columns of the CSV in their order, then the spans of mention and cue.
//!
//! In: rows. Out: an object a line, `null` where a row has no mention or cue. Not done: no escaping beyond what JSON asks for.

use std::io::{self, Write};

use serde::Serialize;

use super::two_decimals;
use crate::row::Row;

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    row: Row,
    mention_start: Option<usize>,
    mention_end: Option<usize>,
    cue_start: Option<usize>,
    cue_end: Option<usize>,
}

pub(super) fn row(output: &mut impl Write, row: &Row) -> io::Result<()> {
    let line = Line {
        row: Row { confidence: two_decimals(row.confidence), ..row.clone() },
        mention_start: row.mention_span.map(|span| span.0),
        mention_end: row.mention_span.map(|span| span.1),
        cue_start: row.cue_span.map(|span| span.0),
        cue_end: row.cue_span.map(|span| span.1),
    };
    // The io::Error below serde_json's own comes back with its kind.
    serde_json::to_writer(&mut *output, &line).map_err(io::Error::from)?;
    output.write_all(b"\n")
}
