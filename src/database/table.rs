//! Tables of a user: named columns in, lines out.
//!
//! In: the bytes of a CSV file. Out: the cells of each line in the columns that were asked for; what cannot be read, with its
//! line and what to do. What separates the columns, a comma, a semicolon or a tab, is found by the header.

use std::str;

/// What is wrong with a table, with its line and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {what}")]
pub struct LineError {
    /// The line of the table.
    pub line: u64,
    /// What is wrong and what to do.
    pub what: String,
}

/// What a table holds, line by line: its number and what it says, or why it says nothing.
pub type Lines<T> = Vec<Result<(u64, T), LineError>>;

/// What the lines of a table say in some columns, of which the first must be there; a cell of another is empty.
pub(super) fn lines<const N: usize, T>(
    table: &[u8],
    columns: [&str; N],
    needed: usize,
    read: impl Fn([&str; N]) -> Result<T, String>,
) -> Result<Lines<T>, LineError> {
    let missing = |what: String| LineError { line: 1, what };
    if table.starts_with(b"\xff\xfe") || table.starts_with(b"\xfe\xff") {
        return Err(missing("is UTF-16: save it as CSV UTF-8".to_string()));
    }
    let table = table.strip_prefix("\u{feff}".as_bytes()).unwrap_or(table);
    let header = table.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|one| header.iter().filter(|byte| *byte == one).count());
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter.unwrap_or(b',')).from_reader(table);
    let header = reader.byte_headers().map_err(|cause| missing(format!("cannot be read ({cause})")))?.clone();
    let places = columns.map(|name| header.iter().position(|other| other.trim_ascii().eq_ignore_ascii_case(name.as_bytes())));
    if places[..needed].contains(&None) {
        let names: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
        let wanted = columns[..needed].join(" and ");
        return Err(missing(format!("no columns {wanted}, but {:?}: name them so in the first line", names.join(","))));
    }
    let mut found = Vec::new();
    for record in reader.byte_records() {
        let (line, said) = match record {
            Ok(record) => {
                let cells = places.map(|at| str::from_utf8(at.and_then(|at| record.get(at)).unwrap_or_default()));
                let said = if cells.iter().any(Result::is_err) {
                    Err("is not UTF-8: save the table as CSV UTF-8".to_string())
                } else {
                    read(cells.map(Result::unwrap_or_default))
                };
                (record.position().map_or(0, csv::Position::line), said)
            }
            Err(cause) => (cause.position().map_or(0, csv::Position::line), Err(format!("cannot be read ({cause})"))),
        };
        found.push(said.map(|said| (line, said)).map_err(|what| LineError { line, what }));
    }
    Ok(found)
}
