//! JSON Lines: the columns of the CSV in their order, then the places of mention and cue, then the columns carried through.
//!
//! In: rows. Out: an object a line, `null` where a row has no mention or cue. Not done: no escaping beyond what JSON asks for.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{kept, two_decimals, Form, PLACES};
use crate::row::{Article, Row};

pub(super) struct Block {
    /// The names of the columns carried through.
    kept: Vec<String>,
    lines: Vec<u8>,
}

impl Block {
    pub(super) fn new(form: &Form) -> Block {
        Block { kept: form.kept_names(), lines: Vec::new() }
    }

    pub(super) fn article(&mut self, article: &Article, rows: &[Row]) {
        for row in rows {
            // Memory takes every byte, and every field is text or a number.
            let _ = serde_json::to_writer(&mut self.lines, &Line { row, article, kept: &self.kept });
            self.lines.push(b'\n');
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.lines
    }
}

struct Line<'a> {
    row: &'a Row,
    article: &'a Article,
    kept: &'a [String],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let row = self.row;
        let mut line = to.serialize_map(None)?;
        line.serialize_entry("speaker", &row.speaker)?;
        line.serialize_entry("quote", &row.quote)?;
        line.serialize_entry("source", &row.source)?;
        line.serialize_entry("kind", row.kind.name())?;
        line.serialize_entry("mention", &row.mention)?;
        line.serialize_entry("cue", &row.cue)?;
        line.serialize_entry("via", &row.via)?;
        line.serialize_entry("rule", &row.rule)?;
        line.serialize_entry("link", &row.link)?;
        line.serialize_entry("confidence", &two_decimals(row.confidence))?;
        line.serialize_entry("gender", &row.gender)?;
        line.serialize_entry("start", &row.start)?;
        line.serialize_entry("end", &row.end)?;
        line.serialize_entry("url", &row.url)?;
        let (mention, cue) = (row.mention_span, row.cue_span);
        let places = [mention.map(|span| span.0), mention.map(|span| span.1), cue.map(|span| span.0), cue.map(|span| span.1)];
        for (name, place) in PLACES.iter().zip(places) {
            line.serialize_entry(name, &place)?;
        }
        for (column, name) in self.kept.iter().enumerate() {
            line.serialize_entry(name, kept(self.article, column))?;
        }
        line.end()
    }
}
