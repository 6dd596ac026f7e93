//! Where rows are in their article, in the units that other programs count in.
//!
//! In: a text and its rows, whose offsets are code points. Out: for each row bytes (Rust) and UTF-16 units (JavaScript, Java),
//! by one walk over the text. Not done: no offset is mended; one past the end of the text means its end.

use crate::row::Row;
use crate::text::Span;

/// The stretch of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// In bytes.
    pub(super) bytes: Span,
    /// In UTF-16 units.
    pub(super) utf16: (usize, usize),
}

/// The places of the rows, in their order.
pub(super) fn places(text: &str, rows: &[Row]) -> Vec<Place> {
    let mut wanted: Vec<(usize, usize, bool)> = Vec::with_capacity(rows.len() * 2);
    for (i, row) in rows.iter().enumerate() {
        wanted.extend([(row.start, i, false), (row.end, i, true)]);
    }
    wanted.sort_unstable();
    let mut places = vec![Place::default(); rows.len()];
    let mut rest = text.chars();
    let (mut point, mut byte, mut unit) = (0, 0, 0);
    for (to, i, is_end) in wanted {
        while point < to {
            let Some(letter) = rest.next() else { break };
            point += 1;
            byte += letter.len_utf8();
            unit += letter.len_utf16();
        }
        let place = &mut places[i];
        if is_end {
            (place.bytes.end, place.utf16.1) = (byte, unit);
        } else {
            (place.bytes.start, place.utf16.0) = (byte, unit);
        }
    }
    places
}
