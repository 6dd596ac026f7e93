//! A comparison as CSV: a change a line, every column that both outputs have, as it was and as it is.
//!
//! In: a comparison. Out: UTF-8, commas, LF, like the CSV of `extract`; a side that there is none of is empty. `columns` names
//! those that differ, with `|` between them. Not done: no guard before `=`: the words stay exact.

use std::io::{self, Write};

use super::Comparison;

pub(super) fn write(comparison: &Comparison, output: &mut impl Write) -> io::Result<()> {
    let layout = &comparison.layout;
    let mut header: Vec<String> =
        ["change", "rule_old", "rule_new", "source", "start_old", "end_old", "start_new", "end_new", "columns"].map(String::from).into();
    // The rule stands in front already.
    let cells: Vec<usize> = (0..layout.columns().len()).filter(|&column| layout.name(column) != "rule").collect();
    header.extend(cells.iter().flat_map(|&column| ["old", "new"].map(|side| format!("{}_{side}", layout.name(column)))));

    let mut csv = csv::Writer::from_writer(output);
    csv.write_record(&header).map_err(cause)?;
    for group in &comparison.groups {
        for change in group.changes() {
            let change = change?;
            let (old, new) = (change.before(), change.after());
            let mut record = vec![change.name().to_owned()];
            record.extend([old, new].map(|row| row.map_or("", |row| row.rule()).to_owned()));
            record.push(change.row().source.clone());
            record.extend(
                [old, new]
                    .into_iter()
                    .flat_map(|row| row.map_or_else(|| [String::new(), String::new()], |row| [row.start.to_string(), row.end.to_string()])),
            );
            record.push(match &change {
                super::Change::Changed { columns, .. } => columns.iter().map(|&column| layout.name(column)).collect::<Vec<_>>().join("|"),
                _ => String::new(),
            });
            for &column in &cells {
                record.extend([old, new].map(|row| row.map_or("", |row| &row.cells[column]).to_owned()));
            }
            csv.write_record(&record).map_err(cause)?;
        }
    }
    csv.flush()
}

fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => io::Error::other(format!("{other:?}")),
    }
}
