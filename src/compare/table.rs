//! An output of `extract`, read back.
//!
//! In: CSV as `extract` writes it, plain or for a spreadsheet (byte order mark, semicolons, CRLF, a guard `'` before what would
//! run as a formula), or JSON Lines. Which it is goes by the content; an empty input by its name. Out: the columns, then a
//! [`Row`] after the other, one in memory at a time. Columns are known by name, their order means nothing.
//!
//! Deliberately not done: nothing is repaired. A row that cannot be read ends the reading, for a comparison of what is left
//! would tell of rows that only seem to be missing.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::layout::{Layout, NEEDED, QUOTE};
use crate::write::unguard;

/// The longest row that is read, in bytes. What is longer has lost a quotation mark or a line end.
const LONGEST_ROW: u64 = 64_000_000;
/// How much is looked at to tell what an input is.
const HEAD: u64 = 1 << 20;
/// Up to this many bytes of standard input are kept in memory, more in a temporary file.
const KEPT: usize = 8 << 20;

const EXTRACT: &str = "give CSV or JSON Lines that guillemet extract wrote";

/// One row, with the columns that both outputs have. Offsets are code points, as in the output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// The article.
    pub source: String,
    /// First code point of the quote.
    pub start: u64,
    /// One past its last code point.
    pub end: u64,
    /// The other columns, as [`Layout::columns`] names them: speaker, quote, rule, then the rest.
    pub cells: Vec<String>,
}

impl Row {
    /// Who; empty where nobody was found.
    pub fn speaker(&self) -> &str {
        &self.cells[0]
    }

    /// The words.
    pub fn quote(&self) -> &str {
        &self.cells[QUOTE]
    }

    /// The rule that found it.
    pub fn rule(&self) -> &str {
        &self.cells[2]
    }

    /// About how many bytes it takes in memory.
    pub(super) fn size(&self) -> usize {
        size_of::<Row>() + self.source.len() + self.cells.iter().map(|cell| size_of::<String>() + cell.len()).sum::<usize>()
    }
}

/// An output of `extract` that can be read more than once.
pub struct Table {
    name: String,
    form: Form,
    /// Bytes before the first line: a byte order mark.
    skipped: u64,
    columns: Option<Vec<String>>,
    from: Box<dyn Source>,
}

trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv(u8),
    Jsonl,
}

impl Table {
    /// Opens a file, `-` being standard input. What cannot be read twice (a pipe) is kept in a temporary file.
    pub fn open(path: &Path) -> Result<Table, TableError> {
        if path == Path::new("-") {
            return Table::read("standard input", io::stdin().lock());
        }
        let name = path.to_string_lossy().into_owned();
        let failed = |cause: io::Error| TableError::io(&name, None, &cause);
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        if about.is_dir() {
            return Err(TableError::new(&name, None, "is a folder", EXTRACT));
        }
        if about.is_file() {
            Table::new(name, Box::new(file))
        } else {
            Table::read(&name, file)
        }
    }

    /// Takes an output from a stream; `name` is how reports and messages call it.
    ///
    /// ```
    /// let output = "speaker,quote,source,rule,start,end\nJeanne Dupont,Nous partons,gare.txt,incise,2,14\n";
    /// let table = guillemet::compare::Table::read("quotes.csv", output.as_bytes())?;
    /// assert_eq!(table.columns().map(|columns| columns.len()), Some(6));
    /// # Ok::<(), guillemet::compare::TableError>(())
    /// ```
    pub fn read(name: &str, mut from: impl Read) -> Result<Table, TableError> {
        let failed = |cause: io::Error| TableError::io(name, None, &cause);
        let mut head = Vec::new();
        from.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
        // Looked at before the rest, which may be without an end.
        form(name, &head)?;
        let mut kept = tempfile::SpooledTempFile::new(KEPT);
        io::copy(&mut head.as_slice().chain(from), &mut kept).map_err(failed)?;
        kept.rewind().map_err(failed)?;
        Table::new(name.into(), Box::new(kept))
    }

    fn new(name: String, mut from: Box<dyn Source>) -> Result<Table, TableError> {
        let mut head = Vec::new();
        from.by_ref().take(HEAD).read_to_end(&mut head).map_err(|cause| TableError::io(&name, None, &cause))?;
        let (form, skipped) = form(&name, &head)?;
        let mut table = Table { name, form, skipped, columns: None, from };
        let columns = table.records()?.columns()?;
        if let Some(columns) = &columns {
            let missing: Vec<String> =
                NEEDED.iter().filter(|needed| !columns.iter().any(|c| c == *needed)).map(|c| format!("\"{c}\"")).collect();
            if !missing.is_empty() {
                let what = format!("no column{} {}", if missing.len() == 1 { "" } else { "s" }, missing.join(", "));
                return Err(TableError::new(&table.name, Some(1), &what, EXTRACT));
            }
            let twice = columns.iter().enumerate().find(|(i, column)| columns[..*i].contains(column));
            if let Some((_, column)) = twice {
                return Err(TableError::new(&table.name, Some(1), &format!("two columns \"{column}\""), "rename one of them"));
            }
        }
        table.columns = columns;
        Ok(table)
    }

    /// How reports and messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of its columns; `None` where JSON Lines without a row do not tell.
    pub fn columns(&self) -> Option<&[String]> {
        self.columns.as_deref()
    }

    /// Its rows from the first, with the columns of a layout that was made of this table.
    pub fn rows(&mut self, layout: &Layout) -> Result<Rows<'_>, TableError> {
        let columns = self.columns.clone().unwrap_or_default();
        let place = |name: &str| columns.iter().position(|column| column == name);
        let places = layout.columns().iter().filter_map(|name| place(name)).collect();
        let key = ["source", "start", "end"].map(|name| place(name).unwrap_or(0));
        let confidence = layout.confidence();
        let mut records = self.records()?;
        if let Records { form: Reader::Csv(..), .. } = records {
            records.columns()?;
        }
        Ok(Rows { records, columns, places, key, confidence, cells: Vec::new() })
    }

    /// From the first line.
    fn records(&mut self) -> Result<Records<'_>, TableError> {
        self.from.seek(SeekFrom::Start(self.skipped)).map_err(|cause| TableError::io(&self.name, None, &cause))?;
        let left = Rc::new(Cell::new(LONGEST_ROW));
        let from = Metered { from: &mut *self.from, left: Rc::clone(&left) };
        let form = match self.form {
            Form::Csv(delimiter) => {
                let reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).buffer_capacity(1 << 16).from_reader(from);
                Reader::Csv(Box::new(reader), csv::StringRecord::new(), delimiter == b';')
            }
            Form::Jsonl => Reader::Jsonl(BufReader::with_capacity(1 << 16, from), Vec::new(), 0),
        };
        Ok(Records { name: &self.name, form, left })
    }
}

/// What the first bytes say, and how many of them are a byte order mark.
fn form(name: &str, head: &[u8]) -> Result<(Form, u64), TableError> {
    let wrong = |what: &str, advice: &str| Err(TableError::new(name, None, what, advice));
    const PACKED: [(&[u8], &str); 2] = [(b"\x1F\x8B", "gzip"), (b"\x28\xB5\x2F\xFD", "zstd")];
    if let Some((_, program)) = PACKED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return wrong("is compressed", &format!("unpack it first, or {program} -dc FILE | guillemet compare …, with - in its place"));
    }
    if head.starts_with(b"PAR1") || head.starts_with(b"PK\x03\x04") {
        return wrong("is neither CSV nor JSON Lines", EXTRACT);
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return wrong("not UTF-8", "convert it, for instance with iconv -f UTF-16 -t UTF-8");
    }
    let (head, skipped) = head.strip_prefix(b"\xEF\xBB\xBF").map_or((head, 0), |rest| (rest, 3));
    let extension = Path::new(name).extension().and_then(|own| own.to_str()).unwrap_or_default().to_ascii_lowercase();
    let first = head.trim_ascii_start().first();
    match first {
        Some(b'{') => return Ok((Form::Jsonl, skipped)),
        _ if extension == "jsonl" || extension == "ndjson" => return Ok((Form::Jsonl, skipped)),
        None if extension == "csv" => return wrong("empty, not even a header", EXTRACT),
        // JSON Lines without a row.
        None => return Ok((Form::Jsonl, skipped)),
        Some(_) => {}
    }
    let header = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if header.len() as u64 + skipped >= HEAD {
        return wrong(&format!("no line end within {} MB", HEAD >> 20), EXTRACT);
    }
    let count = |delimiter: &u8| header.iter().filter(|byte| *byte == delimiter).count();
    // The last of several with the same count: the comma.
    let delimiter = b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',');
    Ok((Form::Csv(delimiter), skipped))
}

type Object = serde_json::Map<String, Value>;

/// Records of either form, with the line they begin at.
struct Records<'t> {
    name: &'t str,
    form: Reader<'t>,
    left: Rc<Cell<u64>>,
}

enum Reader<'t> {
    /// With the record read last, and whether its cells may be guarded.
    Csv(Box<csv::Reader<Metered<'t>>>, csv::StringRecord, bool),
    /// With the line read last, and its number.
    Jsonl(BufReader<Metered<'t>>, Vec<u8>, u64),
}

impl Records<'_> {
    /// The names of the columns: the header, or the keys of the first object.
    fn columns(&mut self) -> Result<Option<Vec<String>>, TableError> {
        match &self.form {
            Reader::Csv(..) => {
                let mut cells = Vec::new();
                Ok(self.next(&[], &mut cells)?.map(|_| cells))
            }
            Reader::Jsonl(..) => Ok(self.object()?.map(|(_, object)| object.into_iter().map(|(key, _)| key).collect())),
        }
    }

    /// Reads a record into `cells`, in the order of `columns`; gives its line, `None` at the end.
    fn next(&mut self, columns: &[String], cells: &mut Vec<String>) -> Result<Option<u64>, TableError> {
        self.left.set(LONGEST_ROW);
        if let Reader::Csv(reader, record, guarded) = &mut self.form {
            let read = reader.read_record(record).map_err(|error| TableError::csv(self.name, error))?;
            if !read {
                return Ok(None);
            }
            cells.resize_with(record.len(), String::new);
            for (cell, found) in cells.iter_mut().zip(record.iter()) {
                cell.clear();
                cell.push_str(if *guarded { unguard(found) } else { found });
            }
            return Ok(Some(record.position().map_or(0, csv::Position::line)));
        }
        let Some((line, mut object)) = self.object()? else { return Ok(None) };
        cells.clear();
        for column in columns {
            let Some(value) = object.remove(column) else {
                let what = format!("no \"{column}\", which the first line has");
                return Err(TableError::new(self.name, Some(line), &what, "give every line the same keys"));
            };
            cells.push(cell(value));
        }
        if let Some(key) = object.keys().next() {
            let what = format!("\"{key}\", which the first line has not");
            return Err(TableError::new(self.name, Some(line), &what, "give every line the same keys"));
        }
        Ok(Some(line))
    }

    /// The object of the next line that is not blank.
    fn object(&mut self) -> Result<Option<(u64, Object)>, TableError> {
        let Reader::Jsonl(reader, bytes, line) = &mut self.form else { return Ok(None) };
        loop {
            bytes.clear();
            *line += 1;
            self.left.set(LONGEST_ROW);
            let length = reader.read_until(b'\n', bytes).map_err(|cause| TableError::io(self.name, Some(*line), &cause))?;
            if length == 0 {
                return Ok(None);
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let wrong = |what: &str, advice: &str| TableError::new(self.name, Some(*line), what, advice);
            let text = std::str::from_utf8(bytes).map_err(|_| wrong("not UTF-8", "write it again, as UTF-8"))?;
            return match serde_json::from_str(text) {
                Ok(Value::Object(object)) => Ok(Some((*line, object))),
                Ok(_) => Err(wrong("no JSON object", EXTRACT)),
                Err(error) => {
                    let message = error.to_string();
                    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
                    Err(wrong(&format!("faulty JSON ({message})"), "is the file complete? Write it again"))
                }
            };
        }
    }
}

/// A value as the cell of a CSV would hold it. Other programs write 480 as 480.0.
fn cell(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        Value::Number(number) => match number.as_f64() {
            Some(whole) if number.is_f64() && whole.fract() == 0.0 && whole.abs() < 1e15 => format!("{whole:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// The rows of a [`Table`].
pub struct Rows<'t> {
    records: Records<'t>,
    columns: Vec<String>,
    places: Vec<usize>,
    key: [usize; 3],
    confidence: Option<usize>,
    cells: Vec<String>,
}

impl Rows<'_> {
    fn row(&mut self, line: u64) -> Result<Row, TableError> {
        let number = |cells: &[String], place: usize| {
            let text = &cells[place];
            text.parse().map_err(|_| {
                let what = format!("\"{}\" is no number: {}", self.columns[place], text.chars().take(40).collect::<String>());
                TableError::new(self.records.name, Some(line), &what, "is a cell missing? Write the file again")
            })
        };
        let (start, end) = (number(&self.cells, self.key[1])?, number(&self.cells, self.key[2])?);
        let mut cells: Vec<String> = self.places.iter().map(|&place| std::mem::take(&mut self.cells[place])).collect();
        if let Some(confidence) = self.confidence.and_then(|place| cells.get_mut(place)) {
            // 0.80 of a CSV is 0.8 of JSON Lines, and 0,80 of a spreadsheet.
            if let Ok(share) = confidence.replace(',', ".").parse::<f64>() {
                *confidence = share.to_string();
            }
        }
        Ok(Row { source: std::mem::take(&mut self.cells[self.key[0]]), start, end, cells })
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.records.next(&self.columns, &mut self.cells) {
            Ok(line) => line.map(|line| self.row(line)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Hands bytes on, but no more than `left` of them until it is set again.
struct Metered<'t> {
    from: &'t mut dyn Source,
    left: Rc<Cell<u64>>,
}

impl Read for Metered<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.from.read(bytes)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

/// Why an output cannot be read: where, what, and what to do, in one line.
///
/// `quotes.csv:12: 13 cells, the header has 14: …`
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}: {what}: {advice}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct TableError {
    /// The file, or `standard input`.
    pub name: String,
    /// The line that the row begins at, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl TableError {
    fn new(name: &str, line: Option<u64>, what: &str, advice: &str) -> TableError {
        TableError { name: name.into(), line, what: what.into(), advice: advice.into() }
    }

    fn io(name: &str, line: Option<u64>, cause: &io::Error) -> TableError {
        match cause.kind() {
            io::ErrorKind::NotFound => TableError::new(name, None, "no such file", "check the path"),
            io::ErrorKind::PermissionDenied => TableError::new(name, None, "permission denied", "ask for the right to read it"),
            io::ErrorKind::StorageFull => TableError::new(name, None, "no space left to keep it", "set TMPDIR to a folder with more room"),
            io::ErrorKind::FileTooLarge => {
                let what = format!("a row without an end within {} MB", LONGEST_ROW / 1_000_000);
                TableError::new(name, line, &what, "is a quotation mark or a line end missing? Write the file again")
            }
            _ => TableError::new(name, line, &cause.to_string(), "check that it can be read, then run again"),
        }
    }

    fn csv(name: &str, error: csv::Error) -> TableError {
        let line = error.position().map(csv::Position::line);
        match error.kind() {
            csv::ErrorKind::Io(cause) => TableError::io(name, line, cause),
            csv::ErrorKind::Utf8 { .. } => TableError::new(name, line, "not UTF-8", "write it again, as UTF-8"),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                let what = format!("{len} cell{}, the header has {expected_len}", if *len == 1 { "" } else { "s" });
                TableError::new(name, line, &what, "is the file complete? Write it again")
            }
            _ => TableError::new(name, line, &error.to_string(), EXTRACT),
        }
    }
}
