//! JSON Lines: the columns of the CSV in their order, then the spans of mention and cue.
//!
//! In: rows. Out: an object a line, `null` where a row has no mention or cue. Not done: no escaping beyond what JSON asks for.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{two_decimals, Form};
use crate::row::{Article, Row};

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    row: Row,
    mention_start: Option<usize>,
    mention_end: Option<usize>,
    cue_start: Option<usize>,
    cue_end: Option<usize>,
    #[serde(flatten)]
    kept: Map<String, Value>,
}

pub(super) struct Block<'f> {
    form: &'f Form,
    lines: Vec<u8>,
}

impl<'f> Block<'f> {
    pub(super) fn new(form: &'f Form) -> Block<'f> {
        Block { form, lines: Vec::new() }
    }

    pub(super) fn article(&mut self, article: &Article, rows: &[Row]) {
        let kept: Map<String, Value> = self.form.kept.iter().cloned().zip(article.kept.iter().cloned().map(Value::String)).collect();
        for row in rows {
            let line = Line {
                row: Row { confidence: two_decimals(row.confidence), ..row.clone() },
                mention_start: row.mention_span.map(|span| span.0),
                mention_end: row.mention_span.map(|span| span.1),
                cue_start: row.cue_span.map(|span| span.0),
                cue_end: row.cue_span.map(|span| span.1),
                kept: kept.clone(),
            };
            // Memory takes every byte, and every field is text or a number.
            let _ = serde_json::to_writer(&mut self.lines, &line);
            self.lines.push(b'\n');
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.lines
    }
}
