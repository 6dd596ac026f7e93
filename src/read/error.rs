//! Why something could not be read.
//!
//! In: what went wrong, as the system or a format says it. Out: one line: where, what, and what to do.

use std::fmt;
use std::io;

/// Why an article could not be read: where, what, and what to do, in one line.
///
/// `archive.jsonl:3:12: faulty JSON (EOF while parsing a string), byte 212: write an object a line, …`
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ReadError {
    /// The input as it was given, or the file found below it; `-` for standard input.
    pub path: String,
    /// Line of a text or table, record of an archive, row of Parquet, from 1.
    pub line: Option<u64>,
    /// Byte of that line, from 1.
    pub column: Option<u64>,
    /// Byte of the whole input, from 0: after decompression, a byte order mark counted.
    pub offset: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl ReadError {
    pub(super) fn new(path: &str, what: &str, advice: &str) -> ReadError {
        ReadError { path: path.into(), line: None, column: None, offset: None, what: what.into(), advice: advice.into() }
    }

    pub(super) fn io(path: &str, cause: &io::Error) -> ReadError {
        match cause.kind() {
            io::ErrorKind::NotFound => ReadError::new(path, "no such file or folder", "check the path"),
            io::ErrorKind::PermissionDenied => ReadError::new(path, "permission denied", "ask for the right to read it"),
            _ => ReadError::new(path, &cause.to_string(), "check that it can be read, then run again"),
        }
    }

    pub(super) fn too_long(path: &str, most: u64) -> ReadError {
        let what = if most < 1_000_000 { format!("longer than {most} bytes") } else { format!("longer than {} MB", most as f64 / 1e6) };
        ReadError::new(path, &what, "split it: an article a file, or an article a line in JSON Lines; or allow more by --max-doc-bytes")
    }

    pub(super) fn at(mut self, line: u64, column: Option<u64>, offset: u64) -> ReadError {
        (self.line, self.column, self.offset) = (Some(line), column, Some(offset));
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(out, ":{number}")?;
        }
        write!(out, ": {}", self.what)?;
        if let Some(offset) = self.offset {
            write!(out, ", byte {offset}")?;
        }
        write!(out, ": {}", self.advice)
    }
}
