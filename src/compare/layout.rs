//! Which columns are compared.
//!
//! In: the columns of two outputs. Out: those that both have, in one order, and those that one of them lacks.
//! Not done: columns are not guessed by their content; a renamed column is one lost and one won.

use std::cmp::Ordering;

use super::table::{Row, Table};
use crate::row::COLUMNS;

/// The columns that an output must have.
pub(super) const NEEDED: [&str; 6] = ["speaker", "quote", "rule", "source", "start", "end"];
/// How many of them are cells, the first ones of each row.
const CELLS: usize = 3;
/// Which of them holds the words.
pub(super) const QUOTE: usize = 1;

/// The columns of two outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    columns: Vec<String>,
    /// Of `columns`, then of start and end.
    compared: Vec<bool>,
    only_old: Vec<String>,
    only_new: Vec<String>,
}

impl Layout {
    /// What two outputs have in common. Columns in `ignored` are shown where they matter, but do not make a row differ.
    ///
    /// Gives back the first ignored column that neither output has.
    pub(super) fn of(old: &Table, new: &Table, ignored: &[String]) -> Result<Layout, String> {
        // Without a row there are no keys: such an output has whatever the other has.
        let needed: Vec<String> = NEEDED.map(String::from).into();
        let ours = old.columns().or(new.columns()).unwrap_or(&needed);
        let theirs = new.columns().unwrap_or(ours);
        if let Some(unknown) = ignored.iter().find(|column| !ours.contains(column) && !theirs.contains(column)) {
            return Err(unknown.clone());
        }
        let mut columns: Vec<String> = ours.iter().filter(|c| theirs.contains(c) && !NEEDED.contains(&c.as_str())).cloned().collect();
        columns.sort_by(|a, b| in_order(a, b));
        columns.splice(0..0, NEEDED[..CELLS].iter().map(|c| String::from(*c)));
        let compared = columns.iter().map(String::as_str).chain(["start", "end"]).map(|c| !ignored.iter().any(|i| i == c)).collect();
        let only = |own: &[String], other: &[String]| {
            let mut only: Vec<String> = own.iter().filter(|column| !other.contains(column)).cloned().collect();
            only.sort_by(|a, b| in_order(a, b));
            only
        };
        Ok(Layout { columns, compared, only_old: only(ours, theirs), only_new: only(theirs, ours) })
    }

    /// The cells of each row: speaker, quote, rule, then what else both have, as `extract` orders it, the user's own last.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Columns that the new output lacks.
    pub fn only_old(&self) -> &[String] {
        &self.only_old
    }

    /// Columns that the old output lacks.
    pub fn only_new(&self) -> &[String] {
        &self.only_new
    }

    /// The name of a column by its number: that of a cell, or `start` and `end` after them.
    pub fn name(&self, column: usize) -> &str {
        match column.checked_sub(self.columns.len()) {
            None => &self.columns[column],
            Some(0) => "start",
            Some(_) => "end",
        }
    }

    /// The number of a column.
    pub fn number(&self, name: &str) -> Option<usize> {
        (0..self.compared.len()).find(|&column| self.name(column) == name)
    }

    pub(super) fn confidence(&self) -> Option<usize> {
        self.number("confidence")
    }

    /// The columns in which two rows differ, by number.
    pub(super) fn differences(&self, old: &Row, new: &Row) -> Vec<usize> {
        let cells = old.cells.iter().zip(&new.cells).map(|(old, new)| old != new);
        let differ = cells.chain([old.start != new.start, old.end != new.end]);
        differ.zip(&self.compared).enumerate().filter(|(_, (differ, compared))| *differ && **compared).map(|(column, _)| column).collect()
    }
}

/// As `extract` orders them, others behind by name: the same order whichever output comes first.
fn in_order(a: &str, b: &str) -> Ordering {
    let place = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap_or(COLUMNS.len());
    place(a).cmp(&place(b)).then_with(|| a.cmp(b))
}
