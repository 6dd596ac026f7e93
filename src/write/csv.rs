//! CSV: the columns of [`COLUMNS`], UTF-8, commas, LF, quotation marks only where needed.
//!
//! In: rows. Out: a header, always, then a record a row. Not done: the spans of mention and cue, which JSON Lines has.

use csv::{Writer, WriterBuilder};

use super::{two_decimals, Form};
use crate::row::{Article, Row, COLUMNS};

pub(super) fn head(form: &Form) -> Vec<u8> {
    let mut block = Block::new(form);
    block.record(COLUMNS.iter().copied().chain(form.kept.iter().map(String::as_str)));
    block.bytes()
}

pub(super) struct Block<'f> {
    form: &'f Form,
    records: Writer<Vec<u8>>,
}

impl<'f> Block<'f> {
    pub(super) fn new(form: &'f Form) -> Block<'f> {
        Block { form, records: WriterBuilder::new().has_headers(false).from_writer(Vec::new()) }
    }

    pub(super) fn article(&mut self, article: &Article, rows: &[Row]) {
        for row in rows {
            let confidence = format!("{:.2}", two_decimals(row.confidence));
            let (start, end) = (row.start.to_string(), row.end.to_string());
            let cells: [&str; COLUMNS.len()] = [
                &row.speaker,
                &row.quote,
                &row.source,
                row.kind.name(),
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
            let kept = (0..self.form.kept.len()).map(|i| article.kept.get(i).map_or("", String::as_str));
            self.record(cells.into_iter().chain(kept));
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        // Bytes in memory are always taken.
        self.records.into_inner().unwrap_or_default()
    }

    fn record<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        // Memory takes every byte, and the records are all of one length.
        let _ = self.records.write_record(cells);
    }
}
