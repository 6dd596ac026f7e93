//! CSV: the columns of [`COLUMNS`], then those carried through, a record a row.
//!
//! In: rows. Out: a header, always, then the records: UTF-8, commas, LF, quotation marks only where needed, every cell exactly
//! as it is; or as a French Excel opens them ([`Form::excel`]): a byte order mark, semicolons, CRLF, decimal commas (0.95 would
//! be text or a date; `read.csv2` of R and `sep=";", decimal=","` of pandas read it), and cells guarded.
//! Deliberately not done: no `sep=` line (with it Excel drops the encoding that the byte order mark tells), and no places of
//! mention and cue, which JSON Lines has.

use std::borrow::Cow;

use csv::{Terminator, Writer, WriterBuilder};

use super::{kept, Form};
use crate::row::{Article, Row, COLUMNS};

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

pub(super) fn head(form: &Form) -> Vec<u8> {
    let mut block = Block::new(form);
    for name in COLUMNS.iter().copied().chain(form.kept_names().iter().map(String::as_str)) {
        block.cell(name);
    }
    block.end();
    let mut head = if form.excel { BYTE_ORDER_MARK.as_bytes().to_vec() } else { Vec::new() };
    head.extend(block.bytes());
    head
}

pub(super) struct Block<'f> {
    form: &'f Form,
    records: Writer<Vec<u8>>,
}

impl<'f> Block<'f> {
    pub(super) fn new(form: &'f Form) -> Block<'f> {
        let mut builder = WriterBuilder::new();
        // A block is often the few rows of one article: the room that the crate takes otherwise costs more than they do.
        builder.flexible(true).buffer_capacity(1 << 10);
        if form.excel {
            builder.delimiter(b';').terminator(Terminator::CRLF);
        }
        Block { form, records: builder.from_writer(Vec::new()) }
    }

    pub(super) fn article(&mut self, article: &Article, rows: &[Row]) {
        for row in rows {
            for cell in [&row.speaker, &row.quote, &row.source] {
                self.cell(cell);
            }
            self.field(row.kind.name().as_bytes());
            for cell in [&row.mention, &row.cue, &row.via, &row.rule, &row.link] {
                self.cell(cell);
            }
            let hundredths = (row.confidence * 100.0).round().clamp(0.0, 100.0) as u8;
            let point = if self.form.excel { b',' } else { b'.' };
            self.field(&[b'0' + hundredths / 100, point, b'0' + hundredths / 10 % 10, b'0' + hundredths % 10]);
            self.cell(&row.gender);
            self.number(row.start);
            self.number(row.end);
            self.cell(&row.url);
            for column in 0..self.form.kept.len() {
                self.cell(kept(article, column));
            }
            self.end();
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        // Bytes in memory are always taken.
        self.records.into_inner().unwrap_or_default()
    }

    fn cell(&mut self, words: &str) {
        if self.form.excel {
            self.field(guard(words).as_bytes());
        } else {
            self.field(words.as_bytes());
        }
    }

    fn number(&mut self, number: usize) {
        let mut digits = [0; 20];
        let (mut at, mut rest) = (digits.len(), number);
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.field(&digits[at..]);
    }

    fn field(&mut self, bytes: &[u8]) {
        // Memory takes every byte.
        let _ = self.records.write_field(bytes);
    }

    fn end(&mut self) {
        // Likewise.
        let _ = self.records.write_record(None::<&[u8]>);
    }
}

/// A cell that no spreadsheet runs as a formula: with an apostrophe before it where its first visible character would start one,
/// or is an apostrophe, or is no character of a text. [`unguard`] takes it back.
///
/// ```
/// use guillemet::write::{guard, unguard};
/// assert_eq!(guard("- Oui"), "'- Oui");
/// assert_eq!(guard("Oui - non"), "Oui - non");
/// assert_eq!(unguard("'- Oui"), "- Oui");
/// ```
pub fn guard(cell: &str) -> Cow<'_, str> {
    match cell.chars().find(|letter| !is_passed_over(*letter)) {
        Some(first) if starts_formula(first) => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// What was guarded: `unguard(&guard(cell)) == cell` for every cell.
pub fn unguard(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn starts_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\'' | '|' | '\t' | '\r' | '\n' | '\0')
}

/// Whether a reader does not see a character before a formula: spaces, controls, and what has no width.
fn is_passed_over(letter: char) -> bool {
    let seen = starts_formula(letter);
    let invisible = matches!(
        letter,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    );
    !seen && (letter.is_whitespace() || letter.is_control() || invisible)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_starts_a_formula_is_guarded_and_nothing_else() {
        for cell in [
            "=1+1",
            "+33 6",
            "-2,5 %",
            "@moi",
            "＝1",
            "＋1",
            "－1",
            "＠A1",
            "'=1",
            "|calc",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0=1",
            " =1",
            "\u{A0}=1",
            "\u{200B}=1",
            "\u{FEFF}=1",
            "\u{202F}\u{2060}\u{E0041}-1",
            "\u{1B}=1",
            "\tOui",
            "- Oui",
            "'Oui'",
        ] {
            assert_eq!(guard(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", " ", "Oui", "– Oui", "— Oui", "1+1", "«=1»", "\"=1", ";=1", "(-2)", "−2", "\u{301}=1", "l'eau"] {
            assert_eq!(guard(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn a_guard_is_taken_back(cell in r#"[='+@|\-\t\r\n\x00 \u{A0}\u{200B}\u{FEFF}＝a«;"]{0,6}.{0,4}"#) {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), &cell);
        }

        #[test]
        fn a_guarded_cell_begins_with_an_apostrophe_or_with_no_formula(cell in ".{0,8}") {
            let guarded = guard(&cell);
            let first = guarded.chars().find(|letter| !is_passed_over(*letter));
            prop_assert!(guarded.starts_with('\'') || !first.is_some_and(starts_formula));
        }
    }
}
