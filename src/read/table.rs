//! Tables: CSV, TSV and their kin, an article a row.
//!
//! In: rows, with a header that names the columns; the delimiter is found where the user does not tell it. Out: a document a
//! row. What opens with a quotation mark ends with one, and may hold line ends, as RFC 4180 says.
//!
//! Rows are cut and split by hand, not by the `csv` crate: to that a stray mark at the start of a cell is no error, and the
//! rest of the file one row. Here a mark that is never closed, or closed in the middle of a cell on another line, costs the
//! line that it stands in: reading goes on with the next one. (Nothing is read more than twice: behind a mark that is not
//! closed marks stand in pairs only, so that no later one is left open there.)
//!
//! Deliberately not done: a table without a header is not read, but for that of trafilatura, which is known by its shape.

use std::borrow::Cow;
use std::sync::Arc;

use encoding_rs::Encoding;
use memchr::{memchr, memchr_iter};

use super::columns::{fit, Layout, Part};
use super::encoding::{decode, BYTE_ORDER_MARK};
use super::feed::Feed;
use super::{Body, Document, Options, Outcome, Place, ReadError};

/// What separates columns, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The start of a file that the delimiter is found by.
const START: usize = 1 << 16;

/// The columns of trafilatura's own CSV, which is separated by tabs and has no header; `null` stands for nothing.
const TRAFILATURA: &str = "url id fingerprint hostname title image date text comments license pagetype";

/// What a table is like.
pub(super) struct Table {
    delimiter: u8,
    line_end: u8,
    names: Vec<String>,
    layout: Layout,
    /// The encoding of its start, where that is not UTF-8: a short row tells little.
    encoding: Option<&'static Encoding>,
    /// The word that stands for an empty cell.
    nothing: &'static str,
}

/// The rows of a file, cut.
pub(super) struct Rows<'o> {
    place: Place,
    feed: Feed,
    options: &'o Options,
    table: Result<Arc<Table>, Option<ReadError>>,
    note: Option<String>,
}

/// Where a row ends, in bytes of what is held.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// With the line end.
    At(usize),
    /// A mark opens that is closed nowhere, or only within a cell of another line. Its own line ends here.
    Open(usize),
    /// More is to be read.
    Unknown,
}

impl<'o> Rows<'o> {
    pub(super) fn new(mut place: Place, mut feed: Feed, delimiter: Option<u8>, options: &'o Options) -> Rows<'o> {
        place.number = Some(0);
        let mut note = None;
        let table = Table::open(&mut place, &mut feed, options.delimiter.or(delimiter), options, &mut note);
        Rows { place, feed, options, table: table.map(Arc::new).map_err(Some), note }
    }
}

impl Table {
    fn open(
        place: &mut Place,
        feed: &mut Feed,
        delimiter: Option<u8>,
        options: &Options,
        note: &mut Option<String>,
    ) -> Result<Table, ReadError> {
        feed.hold(START).map_err(|cause| place.io(&cause))?;
        if feed.held().starts_with(BYTE_ORDER_MARK) {
            feed.pass(BYTE_ORDER_MARK.len());
        }
        if let Some((what, advice)) = super::encoding::no_text(feed.held()) {
            return Err(ReadError::new(&place.path, &what, advice));
        }
        let line_end = if memchr(b'\n', feed.held()).is_none() && memchr(b'\r', feed.held()).is_some() { b'\r' } else { b'\n' };
        let mut delimiter = delimiter;
        // A line for Excel, before the header: sep=;
        let first = feed.held().split(|&byte| byte == line_end).next().unwrap_or_default();
        if let [b's', b'e', b'p', b'=', hint] = *first.trim_ascii_end() {
            delimiter = delimiter.or(Some(hint));
            let length = first.len() + 1;
            feed.pass(length);
            place.number = Some(1);
        }
        let asked = delimiter.is_some();
        let start = &feed.held()[..feed.held().len().min(START)];
        let start = match start.iter().rposition(|&byte| byte == line_end) {
            Some(last) if start.len() == START => &start[..last],
            _ => start,
        };
        let encoding = options.encoding.or_else(|| super::encoding::not_utf8(start));
        let found = delimiter.unwrap_or_else(|| sniffed(start, line_end));
        let mut table = Table { delimiter: found, line_end, names: Vec::new(), layout: Layout::default(), encoding, nothing: "" };
        let end = table.end(feed, options.max_bytes).map_err(|cause| place.io(&cause))?;
        let End::At(length @ 1..) = end else {
            let what = if feed.held().is_empty() { "an empty table" } else { "a header whose quotation mark is not closed" };
            return Err(ReadError::new(&place.path, what, "give a table with a line that names the columns"));
        };
        let header = feed.held()[..length].to_vec();
        if header.len() as u64 > options.max_bytes {
            return Err(place.here(1, feed.offset()).too_long(options.max_bytes));
        }
        let header = decode(header, encoding, &[]).text;
        let names: Vec<String> = table.cells(&header).into_iter().map(|name| name.trim().to_string()).collect();
        if of_trafilatura(&names) {
            table.nothing = "null";
            table.names = TRAFILATURA.split(' ').map(String::from).collect();
        } else {
            table.names = names;
            let lines = memchr_iter(line_end, &feed.held()[..length]).count() as u64;
            place.number = place.number.map(|number| number + lines);
            feed.pass(length);
        }
        table.layout = Layout::of(&table.names, options).map_err(|(what, advice)| ReadError::new(&place.path, &what, &advice))?;
        let mut told = Vec::new();
        if found != b',' && !asked && table.nothing.is_empty() {
            told.push(format!("columns are separated by {}: if they are not, give --delimiter", spelt(found)));
        }
        let mut read = table.layout.needed().into_iter().map(|column| &table.names[column]);
        if let Some(name) = read.find(|name| table.names.iter().filter(|other| other == name).count() > 1) {
            told.push(format!("two columns are called {name:?}: the first is read"));
        }
        if !told.is_empty() {
            *note = Some(format!("{}: {}", place.path, told.join("; ")));
        }
        Ok(table)
    }

    /// Holds the next row and says where it ends; at the end of the file `At(0)`, or where its last bytes are passed.
    fn end(&self, feed: &mut Feed, most: u64) -> std::io::Result<End> {
        let mut scan = Scan::default();
        loop {
            let end = scan.go(feed.held(), self.delimiter, self.line_end, false);
            if end != End::Unknown || feed.held().len() as u64 > most {
                return Ok(end);
            }
            if !feed.more()? {
                return Ok(scan.go(feed.held(), self.delimiter, self.line_end, true));
            }
        }
    }

    /// The cells of a row.
    fn cells<'t>(&self, row: &'t str) -> Vec<Cow<'t, str>> {
        let row = row.strip_suffix('\n').unwrap_or(row);
        let row = row.strip_suffix('\r').unwrap_or(row);
        let delimiter = char::from(self.delimiter);
        let mut cells = Vec::new();
        let mut rest = row;
        loop {
            let (cell, after) = match rest.strip_prefix('"') {
                None => rest.split_once(delimiter).map_or((Cow::Borrowed(rest), None), |(cell, after)| (cell.into(), Some(after))),
                Some(marked) => unmarked(marked, delimiter),
            };
            cells.push(cell);
            match after {
                Some(after) => rest = after,
                None => return cells,
            }
        }
    }

    /// The article of a row.
    pub(super) fn read(&self, bytes: Vec<u8>, place: &Place, options: &Options) -> Outcome {
        let decoded = match self.encoding {
            Some(encoding) if std::str::from_utf8(&bytes).is_err() || options.encoding.is_some() => decode(bytes, Some(encoding), &[]),
            _ => decode(bytes, None, &[]),
        };
        let mut cells = self.cells(&decoded.text);
        if cells.len() > self.names.len() && cells[self.names.len()..].iter().any(|cell| !cell.trim().is_empty()) {
            let what = format!("{} cells, where the header names {}", cells.len(), self.names.len());
            let advice = format!("put cells that hold {} between quotation marks", spelt(self.delimiter));
            return Outcome::Failed(place.error(&what, &advice));
        }
        let mut cell = |column: usize| {
            let words = cells.get_mut(column).map(|cell| cell.clone().into_owned()).unwrap_or_default();
            if !self.nothing.is_empty() && words == self.nothing {
                String::new()
            } else {
                words
            }
        };
        let fields = self.layout.fields(&mut cell);
        fields.article(place, options, decoded.doubts)
    }
}

/// What a cell that opens with a mark holds, and what stands after the cell.
fn unmarked(marked: &str, delimiter: char) -> (Cow<'_, str>, Option<&str>) {
    let mut words = String::new();
    let mut rest = marked;
    while let Some(place) = memchr(b'"', rest.as_bytes()) {
        if let Some(after) = rest[place + 1..].strip_prefix('"') {
            words.push_str(&rest[..=place]);
            rest = after;
            continue;
        }
        // Closed; what follows up to the delimiter, if anything does, belongs to the cell.
        let (tail, after) = match rest[place + 1..].split_once(delimiter) {
            Some((tail, after)) => (tail, Some(after)),
            None => (&rest[place + 1..], None),
        };
        if words.is_empty() && tail.is_empty() {
            return (Cow::Borrowed(&rest[..place]), after);
        }
        words.push_str(&rest[..place]);
        words.push_str(tail);
        return (Cow::Owned(words), after);
    }
    words.push_str(rest);
    (Cow::Owned(words), None)
}

/// How far the search for the end of a row has come.
#[derive(Default)]
struct Scan {
    /// What is behind is done with.
    at: usize,
    /// Where a cell opened with a mark.
    open: Option<usize>,
}

impl Scan {
    fn go(&mut self, held: &[u8], delimiter: u8, line_end: u8, ended: bool) -> End {
        loop {
            if let Some(open) = self.open {
                // The end of the line in which the mark opens.
                let line = |held: &[u8]| memchr(line_end, &held[open..]).map(|end| open + end + 1);
                let Some(place) = memchr(b'"', &held[self.at..]).map(|place| self.at + place) else {
                    self.at = held.len();
                    return if ended { End::Open(line(held).unwrap_or(held.len())) } else { End::Unknown };
                };
                match held.get(place + 1) {
                    None if !ended => {
                        self.at = place;
                        return End::Unknown;
                    }
                    Some(b'"') => {
                        self.at = place + 2;
                        continue;
                    }
                    None => {}
                    Some(&next) if next == delimiter || next == line_end || next == b'\r' => {}
                    // Within a line that is sloppy; across lines another mark has been taken for the closing one.
                    Some(_) => {
                        if let Some(line) = line(&held[..place]) {
                            return End::Open(line);
                        }
                    }
                }
                self.open = None;
                self.at = place + 1;
                continue;
            }
            let end = memchr(line_end, &held[self.at..]).map(|end| self.at + end);
            let upto = end.unwrap_or(held.len());
            let mut from = self.at;
            let opens = loop {
                let Some(place) = memchr(b'"', &held[from..upto]).map(|place| from + place) else { break None };
                if place == 0 || held[place - 1] == delimiter {
                    break Some(place);
                }
                from = place + 1;
            };
            match (opens, end) {
                (Some(place), _) => (self.open, self.at) = (Some(place), place + 1),
                (None, Some(end)) => return End::At(end + 1),
                (None, None) => {
                    self.at = held.len();
                    return if ended { End::At(held.len()) } else { End::Unknown };
                }
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let table = match &mut self.table {
            Ok(table) => table.clone(),
            Err(error) => return error.take().map(Document::failed),
        };
        loop {
            let end = table.end(&mut self.feed, self.options.max_bytes);
            let place = self.place.here(1, self.feed.offset());
            let most = self.options.max_bytes;
            let (length, error) = match end {
                Ok(End::At(0)) => return None,
                Ok(End::At(length)) if length as u64 > most => (length, Some(place.too_long(most))),
                Ok(End::At(length)) => (length, None),
                Ok(End::Open(length)) => {
                    let advice = "close it, and double each mark within a cell; the next line is read as a new row";
                    (length, Some(place.error("a cell opens with a quotation mark that is not closed", advice)))
                }
                Ok(End::Unknown) => {
                    // Too long, and its end not in sight: a mark that is not closed costs its line alone.
                    let line = memchr(table.line_end, self.feed.held()).map(|end| end + 1);
                    let error = place.too_long(most);
                    match line {
                        Some(length) => (length, Some(error)),
                        None => {
                            self.place.number = place.number;
                            let _ = self.feed.pass_until(table.line_end);
                            return Some(Document::failed(error));
                        }
                    }
                }
                Err(cause) => {
                    // A damaged stretch takes the row with it that it begins in.
                    let held = self.feed.held();
                    self.place.number = place.number.map(|number| number + memchr_iter(table.line_end, held).count() as u64);
                    self.feed.pass(held.len());
                    return Some(Document::failed(place.io(&cause)));
                }
            };
            let row = &self.feed.held()[..length];
            let lines = memchr_iter(table.line_end, row).count() as u64;
            self.place.number = self.place.number.map(|number| number + lines.max(1));
            if let Some(error) = error {
                self.feed.pass(length);
                return Some(Document::failed(error));
            }
            if row.trim_ascii().is_empty() {
                self.feed.pass(length);
                continue;
            }
            let document = Document::new(place, Body::Row(self.feed.take(length), table));
            return Some(Document { note: self.note.take(), ..document });
        }
    }
}

/// The delimiter that cuts the first rows alike, into more than one cell.
fn sniffed(start: &[u8], line_end: u8) -> u8 {
    let score = |delimiter: u8| {
        let (mut rest, mut header, mut alike, mut rows) = (start, 0, 0, 0);
        while !rest.is_empty() && rows < 20 {
            let length = match Scan::default().go(rest, delimiter, line_end, true) {
                End::At(length) | End::Open(length) => length,
                End::Unknown => rest.len(),
            };
            let cells = separated(&rest[..length], delimiter);
            if rows == 0 {
                header = cells;
            }
            alike += usize::from(cells == header);
            rows += 1;
            rest = &rest[length..];
        }
        if header < 2 {
            (0, 0)
        } else {
            (alike * 100 / rows, header)
        }
    };
    // The first wins where two are as good.
    DELIMITERS.into_iter().rev().max_by_key(|&delimiter| score(delimiter)).unwrap_or(b',')
}

/// How many cells a row has.
fn separated(row: &[u8], delimiter: u8) -> usize {
    let (mut cells, mut at) = (1, 0);
    loop {
        if row.get(at) == Some(&b'"') {
            at += 1;
            while let Some(place) = memchr(b'"', &row[at..]) {
                at += place + 1;
                if row.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
        }
        match memchr(delimiter, &row[at..]) {
            Some(place) => (cells, at) = (cells + 1, at + place + 1),
            None => return cells,
        }
    }
}

/// Whether text that has no name to go by is a table: its first line is a header with a usual name.
pub(super) fn is_table(start: &[u8], options: &Options) -> bool {
    let line = start.split(|&byte| byte == b'\n' || byte == b'\r').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let delimiter = options.delimiter.unwrap_or_else(|| sniffed(start, b'\n'));
    let names: Vec<&str> = line.split(char::from(delimiter)).map(|name| name.trim().trim_matches('"')).collect();
    let known = |name: &&str| [Part::Text, Part::Html, Part::Path].iter().any(|part| fit(*part, name, &options.columns).is_some());
    let short = names.iter().all(|name| name.chars().count() <= 40 && !name.ends_with('.'));
    names.len() > 1 && (short && names.iter().any(known) || of_trafilatura(&names))
}

/// Whether the first row of a table is one of trafilatura's, which have no header.
fn of_trafilatura(cells: &[impl AsRef<str>]) -> bool {
    let known =
        |place: usize, holds: fn(&str) -> bool| cells.get(place).is_some_and(|cell| cell.as_ref() == "null" || holds(cell.as_ref()));
    let is_date = |cell: &str| cell.len() >= 10 && cell.bytes().take(4).all(|byte| byte.is_ascii_digit()) && cell.as_bytes()[4] == b'-';
    cells.len() == TRAFILATURA.split(' ').count() && known(0, |url| url.starts_with("http")) && known(6, is_date)
}

/// A delimiter as a message names it.
fn spelt(delimiter: u8) -> String {
    if delimiter == b'\t' {
        "tabs".into()
    } else {
        char::from(delimiter).to_string()
    }
}

/// A delimiter as the user names it: one character, `tab` or `\t`.
///
/// # Errors
/// Anything else.
pub fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => Ok(*byte),
        _ => Err("give one character, such as ; or tab".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, told};
    use super::*;
    use proptest::prelude::*;

    fn shown(file: &str) -> Vec<String> {
        told(&read("a.csv", file.as_bytes(), &Options::default()))
    }

    #[test]
    fn delimiters_are_found() {
        assert_eq!(shown("id,text\n1,Un.\n"), ["1: Un."]);
        assert_eq!(
            shown("id;text\n1;« Oui », dit-il, puis rien.\n"),
            ["# a.csv: columns are separated by ;: if they are not, give --delimiter", "1: « Oui », dit-il, puis rien."]
        );
        assert_eq!(shown("sep=|\nid|text\n1|Un, deux.\n"), ["1: Un, deux."]);
        assert!(shown("id\ttext\n1\tUn; deux.\n")[0].contains("separated by tabs"));
        assert_eq!(told(&read("a.tsv", b"id\ttext\n1\tUn; deux.\n", &Options::default())), ["1: Un; deux."]);
        assert_eq!(shown("id,text\r1,Un.\r2,Deux.\r"), ["1: Un.", "2: Deux."]);
    }

    #[test]
    fn a_mark_that_is_not_closed_costs_its_line() {
        let advice = "close it, and double each mark within a cell; the next line is read as a new row";
        let lost = |line: usize, byte: usize| {
            format!("! a.csv:{line}: a cell opens with a quotation mark that is not closed, byte {byte}: {advice}")
        };
        assert_eq!(
            shown("id,text\n1,Un.\n2,\"Deux.\n3,Trois.\n4,\"Qua\"\"tre.\"\n"),
            ["1: Un.".to_string(), lost(3, 14), "3: Trois.".into(), "4: Qua\"tre.".into(),]
        );
        assert_eq!(shown("id,text\n1,\"Un.\n2,\"Deux.\"\n"), [lost(2, 8), "2: Deux.".into()]);
        // Sloppy, but all on one line; and a mark within a cell is only a mark.
        assert_eq!(shown("id,text\n1,\"Un\" deux.\n2,Il mesure 3\".\n"), ["1: Un deux.", "2: Il mesure 3\"."]);
    }

    #[test]
    fn a_row_that_is_too_long_costs_that_row() {
        let options = Options { max_bytes: 50, ..Options::default() };
        let long = format!("id,text\n1,Un.\n2,\"{}\n\"\n3,Trois.\n4,\"Quatre {}", "mot ".repeat(50_000), "\n5,Cinq.".repeat(20_000));
        let shown = told(&read("a.csv", long.as_bytes(), &options));
        assert_eq!(shown[0], "1: Un.");
        assert!(shown[1].starts_with("! a.csv:3: longer than 50 bytes, byte 14"), "{}", shown[1]);
        let again = shown.iter().position(|line| line == "3: Trois.").unwrap();
        assert!(shown[again + 1].starts_with("! a.csv:6: longer than 50 bytes"), "{}", shown[again + 1]);
        assert_eq!(shown[again + 2..].iter().filter(|line| *line == "5: Cinq.").count(), 20_000);
    }

    #[test]
    fn cells_too_many_are_told() {
        assert_eq!(
            shown("id,text\n1,Oui, dit-il.\n2,Deux.,\n3\n4,Quatre.\n"),
            [
                "! a.csv:2: 3 cells, where the header names 2, byte 8: put cells that hold , between quotation marks",
                "2: Deux.",
                "- a.csv:4: no text",
                "4: Quatre.",
            ]
        );
    }

    #[test]
    fn columns_are_found_by_the_usual_names() {
        assert_eq!(shown("canonical_url,title,content,author\nhttps://exemple.fr/1,Un titre,Le texte.,Ana\n"), ["a.csv#2: Le texte."]);
        assert_eq!(shown("url,body\nhttps://exemple.fr/1,<html><body><p>Le texte.</p></body></html>\n"), ["a.csv#2: Le texte."]);
        let without = shown("stories_id,title,url,media_name\n1,Un,https://exemple.fr/1,Gazette\n");
        assert_eq!(without, ["! a.csv: no column with the words of articles, only addresses: there are \"stories_id\", \"title\", \"url\", \"media_name\": name one with --text-column, or fetch the pages first, for instance with minet"]);
        let row = "https://exemple.fr/1\tnull\tf00\texemple.fr\tUn titre\tnull\t2026-03-14\tLe texte.\tnull\tnull\tarticle\n";
        let outcomes = read("a.csv", row.as_bytes(), &Options { keep: vec!["title".into(), "id".into()], ..Options::default() });
        let [(Outcome::Article { article, .. }, _)] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert_eq!((article.text.as_str(), article.date.as_str()), ("Le texte.", "2026-03-14"));
        assert_eq!(article.kept, ["Un titre", ""]);
    }

    #[test]
    fn columns_that_are_not_there_are_told() {
        let options = Options { keep: vec!["journal".into()], ..Options::default() };
        assert_eq!(
            told(&read("a.csv", b"id,text\n1,Un.\n", &options)),
            ["! a.csv: no column \"journal\" to keep: there are \"id\", \"text\""]
        );
        assert_eq!(shown(""), ["! a.csv: an empty table: give a table with a line that names the columns"]);
    }

    proptest! {
        /// What the csv crate writes is read as it was.
        #[test]
        fn rows_are_those_of_the_csv_crate(cells in prop::collection::vec(prop::collection::vec("[a-é\",;\n\r ]{0,6}", 3), 1..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["id", "text", "note"]).unwrap();
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let file = writer.into_inner().unwrap();
            let options = Options { keep: ["id", "text", "note"].map(String::from).to_vec(), delimiter: Some(b','), ..Options::default() };
            let kept: Vec<Vec<String>> = read("a.csv", &file, &options).into_iter().filter_map(|(outcome, _)| match outcome {
                Outcome::Article { article, .. } => Some(article.kept),
                _ => None,
            }).collect();
            let wanted: Vec<Vec<String>> = cells.into_iter().filter(|row| !row[1].trim().is_empty()).collect();
            prop_assert_eq!(kept, wanted);
        }
    }
}
