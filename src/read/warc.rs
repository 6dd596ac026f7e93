//! WARC: what a crawler kept, as Common Crawl, wget and browsers' recorders write it.
//!
//! In: records, each in a gzip member of its own or not. Out: a document for each page that was answered, for each file that
//! was kept without its answer (`resource`), and for each text that was made of a page (`conversion`, in WET files). Its url is
//! the target of the record, its source too; its date is that of the page, else of the record.
//! Records that are no documents (requests, notes about records) are passed over without a word. A page that was not found, an
//! image or a repeated visit is skipped, and counted.
//!
//! A record whose length is wrong costs that record: the next is looked for behind it.
//! Deliberately not done: pages compressed by Brotli are skipped; records in pieces (`continuation`) are not put together.

use std::io::Read;

use memchr::{memchr, memmem};

use super::columns::Fields;
use super::feed::{is_compressed, Feed};
use super::{Body, Document, Options, Outcome, Place, ReadError};

/// The longest head of a record.
const LONGEST_HEAD: usize = 1 << 20;

/// No record is longer: what says so is wrong.
const ABSURD: u64 = 1 << 40;

const ADVICE: &str = "the record is passed over; if there are many, get the file again";

/// What a record is, and its bytes.
pub(super) struct Record {
    kind: Kind,
    url: String,
    date: String,
    /// What the record says its content is.
    content_type: String,
    pub content: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An answer with its HTTP head.
    Response,
    /// Content alone.
    Content,
    /// The same as a page that was kept before.
    Revisit,
}

/// The records of a file, cut.
pub(super) struct Records<'o> {
    place: Place,
    feed: Feed,
    options: &'o Options,
}

enum Cut {
    Document(Body),
    /// No document.
    Other,
    Failed(ReadError),
    End,
}

impl<'o> Records<'o> {
    pub(super) fn new(place: Place, feed: Feed, options: &'o Options) -> Records<'o> {
        Records { place, feed, options }
    }

    fn record(&mut self) -> Cut {
        let place = self.place.here(1, self.feed.offset());
        match self.cut(&place) {
            Ok(cut) => cut,
            Err(cause) => {
                // What is held of the record is lost with the damaged stretch; what comes next is the start of another, or
                // it is looked for.
                self.feed.pass(self.feed.held().len());
                Cut::Failed(place.io(&cause))
            }
        }
    }

    fn cut(&mut self, place: &Place) -> std::io::Result<Cut> {
        self.feed.hold(b"WARC/".len())?;
        if self.feed.held().is_empty() {
            return Ok(Cut::End);
        }
        if !self.feed.held().starts_with(b"WARC/") {
            self.seek()?;
            return Ok(Cut::Failed(place.error("no WARC record begins here", ADVICE)));
        }
        let Some(length) = self.head()? else {
            self.feed.pass(1);
            self.seek()?;
            return Ok(Cut::Failed(place.error("the head of a record has no end", ADVICE)));
        };
        let head = Head::of(&self.feed.held()[..length]);
        let content_length = match head.length() {
            Ok(content_length) => content_length,
            Err(what) => {
                self.feed.pass(length);
                self.seek()?;
                return Ok(Cut::Failed(place.error(what, ADVICE)));
            }
        };
        let kind = match head.get("warc-type").to_ascii_lowercase().as_str() {
            "response" => Some(Kind::Response),
            "resource" | "conversion" => Some(Kind::Content),
            "revisit" => Some(Kind::Revisit),
            _ => None,
        };
        let url = head.get("warc-target-uri").trim_matches(['<', '>']).to_string();
        let (date, content_type) = (head.get("warc-date").to_string(), head.get("content-type").to_ascii_lowercase());
        self.feed.pass(length);
        if content_length > self.options.max_bytes {
            // A film is no page that is too long.
            self.feed.hold(1 << 16)?;
            let head = end_of_head(self.feed.held(), 0).map(|length| Head::of(&self.feed.held()[..length]));
            let answered = head.map(|head| head.get("content-type").to_ascii_lowercase());
            let content_type = if kind == Some(Kind::Response) { answered.unwrap_or_default() } else { content_type };
            let there = self.feed.pass_all(content_length)?;
            self.blank();
            return Ok(if there < content_length {
                Cut::Failed(place.error("the file ends within this record", ADVICE))
            } else if kind.is_none() {
                Cut::Other
            } else if is_text(&content_type) {
                Cut::Failed(place.too_long(self.options.max_bytes))
            } else {
                Cut::Document(Body::Skipped("neither HTML nor text"))
            });
        }
        let content_length = content_length as usize;
        self.feed.hold(content_length)?;
        if self.feed.held().len() < content_length {
            self.resume(self.feed.held().len())?;
            return Ok(Cut::Failed(place.error("the file ends within this record", ADVICE)));
        }
        let content = self.feed.held()[..content_length].to_vec();
        if !self.ends_at(content_length)? {
            self.resume(content_length)?;
            return Ok(Cut::Failed(place.error("the length of this record is wrong", ADVICE)));
        }
        self.feed.pass(content_length);
        self.blank();
        Ok(kind.map_or(Cut::Other, |kind| Cut::Document(Body::Record(Box::new(Record { kind, url, date, content_type, content })))))
    }

    /// Whether a record may end behind so many bytes: an empty line follows, or another record, or nothing. Reading further
    /// may meet a fault, which is the next record's.
    fn ends_at(&mut self, length: usize) -> std::io::Result<bool> {
        let mut end = length;
        loop {
            while self.feed.held().get(end).is_some_and(|byte| b"\r\n".contains(byte)) {
                end += 1;
            }
            let rest = &self.feed.held()[end..];
            if self.feed.held()[length..end].iter().filter(|&&byte| byte == b'\n').count() > 1 {
                return Ok(true);
            }
            if rest.len() >= b"WARC/".len() {
                return Ok(rest.starts_with(b"WARC/"));
            }
            match self.feed.more() {
                Ok(true) => {}
                Ok(false) => return Ok(self.feed.held().len() == end),
                // A member of gzip ends with its record.
                Err(cause) if self.feed.held().len() == end => {
                    self.feed.fail(cause);
                    return Ok(true);
                }
                Err(cause) => return Err(cause),
            }
        }
    }

    /// After a record whose length is wrong: goes to the next that begins within it, or else behind it.
    fn resume(&mut self, length: usize) -> std::io::Result<()> {
        match memmem::find(&self.feed.held()[..length], b"\nWARC/") {
            Some(place) => self.feed.pass(place + 1),
            None => {
                // The start of the next may be cut in two by the end of this one.
                self.feed.pass(length.saturating_sub(b"\nWARC/".len()));
                self.seek()?;
            }
        }
        Ok(())
    }

    /// Passes over everything up to the next record, or the end.
    fn seek(&mut self) -> std::io::Result<()> {
        loop {
            let held = self.feed.held();
            if let Some(place) = memmem::find(held, b"\nWARC/") {
                self.feed.pass(place + 1);
                return Ok(());
            }
            self.feed.pass(held.len().saturating_sub(b"\nWARC".len()));
            if !self.feed.more()? {
                self.feed.pass(self.feed.held().len());
                return Ok(());
            }
        }
    }

    /// Passes over line ends. A fault that is met is the next record's.
    fn blank(&mut self) {
        loop {
            let blank = self.feed.held().iter().take_while(|byte| b"\r\n".contains(byte)).count();
            self.feed.pass(blank);
            if !self.feed.held().is_empty() {
                return;
            }
            match self.feed.more() {
                Ok(true) => {}
                Ok(false) => return,
                Err(cause) => return self.feed.fail(cause),
            }
        }
    }

    /// Holds the head of a record; gives its length with the blank line.
    fn head(&mut self) -> std::io::Result<Option<usize>> {
        let mut from = 0;
        loop {
            let held = self.feed.held();
            if let Some(length) = end_of_head(held, from) {
                return Ok(Some(length).filter(|&length| length <= LONGEST_HEAD));
            }
            if held.len() > LONGEST_HEAD {
                return Ok(None);
            }
            from = held.len().saturating_sub(2);
            if !self.feed.more()? {
                return Ok(None);
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        loop {
            let offset = self.feed.offset();
            let cut = self.record();
            let place = self.place.here(1, offset);
            self.place.number = place.number;
            match cut {
                Cut::Document(body) => return Some(Document::new(place, body)),
                Cut::Failed(error) => return Some(Document::failed(error)),
                Cut::Other => {}
                Cut::End => return None,
            }
        }
    }
}

/// Where a head ends: behind its first blank line. Lines end in CR LF, or in LF alone.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(place) = memchr(b'\n', &bytes[at..]) {
        at += place + 1;
        match bytes[at..] {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
    None
}

/// The lines `Name: value` of a record or of an answer, after a first line.
struct Head {
    first: String,
    lines: Vec<(String, String)>,
}

impl Head {
    fn of(bytes: &[u8]) -> Head {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_string();
        let pair = |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_string()));
        // Nobody needs more of them.
        Head { first, lines: lines.filter_map(pair).take(1000).collect() }
    }

    /// The first value of a name, empty where there is none.
    fn get(&self, name: &str) -> &str {
        self.lines.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The length of the content.
    fn length(&self) -> Result<u64, &'static str> {
        let mut values = self.lines.iter().filter(|(name, _)| name == "content-length").map(|(_, value)| value);
        let Some(first) = values.next() else { return Err("a record without its length") };
        if values.any(|other| other != first) {
            return Err("a record with two lengths");
        }
        let digits = first.bytes().all(|byte| byte.is_ascii_digit());
        first.parse().ok().filter(|length| digits && *length < ABSURD).ok_or("a record whose length is no length")
    }
}

fn is_page(content: &[u8]) -> bool {
    super::html::is_page(&String::from_utf8_lossy(&content[..content.len().min(512)]))
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/html") || content_type.starts_with("application/xhtml") || content_type.starts_with("text/plain")
}

impl Record {
    /// The article of a record.
    pub(super) fn read(self, place: &Place, options: &Options) -> Outcome {
        let skipped = |why| Outcome::Skipped { place: place.to_string(), why };
        let Record { kind, url, date, content_type, mut content } = self;
        let mut content_type = content_type;
        let mut doubts = Vec::new();
        match kind {
            Kind::Revisit => return skipped("the same as a page read before"),
            Kind::Content => {}
            Kind::Response => {
                if !content.starts_with(b"HTTP/") {
                    return Outcome::Failed(place.error("an answer without its HTTP head", ADVICE));
                }
                let Some(length) = end_of_head(&content, 0) else {
                    return Outcome::Failed(place.error("an answer whose HTTP head has no end", ADVICE));
                };
                let head = Head::of(&content[..length]);
                if head.first.split_whitespace().nth(1).and_then(|status| status.bytes().next()) != Some(b'2') {
                    return skipped("not found, moved or refused");
                }
                content_type = head.get("content-type").to_ascii_lowercase();
                if !content_type.is_empty() && !is_text(&content_type) {
                    return skipped("neither HTML nor text");
                }
                content.drain(..length);
                if head.get("transfer-encoding").to_ascii_lowercase().contains("chunked") {
                    let (whole, complete) = joined(&content);
                    // Crawlers put the chunks together and leave the header as it was.
                    if let Some(whole) = whole {
                        content = whole;
                        if !complete {
                            doubts.push(String::from("the answer is cut short: what there is of it is read"));
                        }
                    }
                }
                content = match decoded(content, &head.get("content-encoding").to_ascii_lowercase(), options.max_bytes) {
                    Ok(Some(content)) => content,
                    Ok(None) => return skipped("compressed by Brotli"),
                    Err(Some(cause)) => return Outcome::Failed(place.error(&format!("damaged compression ({cause})"), ADVICE)),
                    Err(None) => return Outcome::Failed(place.too_long(options.max_bytes)),
                };
            }
        }
        let fields = Fields { url: url.clone(), id: url, seen: date, ..Fields::default() };
        let read = if content_type.starts_with("text/plain") {
            let declared: Vec<_> = super::encoding::charset(content_type.as_bytes()).into_iter().collect();
            let decoded = super::encoding::decode(content, options.encoding, &declared);
            Fields { text: Some(decoded.text), ..fields }.article(place, options, decoded.doubts)
        } else if content_type.is_empty() && !is_page(&content) || !content_type.is_empty() && !is_text(&content_type) {
            return skipped("neither HTML nor text");
        } else {
            super::html::read(content, Some(&content_type), fields, place, options)
        };
        match read {
            Outcome::Article { article, mut warnings } => {
                warnings.extend(doubts.iter().map(|doubt| format!("{place}: {doubt}")));
                Outcome::Article { article, warnings }
            }
            other => other,
        }
    }
}

/// The chunks of an answer, put together, and whether they are all there; `None` where there are none.
fn joined(bytes: &[u8]) -> (Option<Vec<u8>>, bool) {
    let mut whole = Vec::new();
    let mut rest = bytes;
    loop {
        let size = memchr(b'\n', &rest[..rest.len().min(1 << 10)]).and_then(|end| {
            let line = std::str::from_utf8(&rest[..end]).ok()?;
            let digits = line.split(';').next()?.trim();
            Some((end + 1, u64::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?))
        });
        let Some((start, size)) = size else {
            let begun = rest.len() < bytes.len();
            return (begun.then_some(whole), false);
        };
        rest = &rest[start..];
        if size == 0 {
            return (Some(whole), true);
        }
        let there = rest.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        whole.extend_from_slice(&rest[..there]);
        if (there as u64) < size {
            return (Some(whole), false);
        }
        rest = &rest[there..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
}

/// The content without its compression; `Ok(None)` where it is one that is not read, `Err(None)` where there is too much.
fn decoded(content: Vec<u8>, encoding: &str, most: u64) -> Result<Option<Vec<u8>>, Option<std::io::Error>> {
    let mut whole = Vec::new();
    let read = if is_compressed(&content) && (encoding.contains("gzip") || encoding.contains("zstd")) {
        super::feed::decompressed(Box::new(std::io::Cursor::new(content))).and_then(|from| from.take(most + 1).read_to_end(&mut whole))
    } else if encoding.contains("deflate") && content.first().is_some_and(|byte| byte & 0x0F == 8) {
        flate2::read::ZlibDecoder::new(content.as_slice()).take(most + 1).read_to_end(&mut whole)
    } else if encoding.split(',').any(|one| one.trim() == "br") && !is_page(&content) {
        return Ok(None);
    } else {
        return Ok(Some(content));
    };
    match read {
        Ok(length) if length as u64 > most => Err(None),
        Ok(_) => Ok(Some(whole)),
        Err(cause) => Err(Some(cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, told};
    use super::*;

    const PAGE: &str = "<html><head><title>Un</title></head><body><p>« Le port rouvrira mardi », a indiqué Solveig Mahé.</p></body></html>";
    const WORDS: &str = "« Le port rouvrira mardi », a indiqué Solveig Mahé.";

    fn record(kind: &str, more: &str, content: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <https://exemple.fr/{kind}>\r\nWARC-Date: 2026-03-14T08:00:00Z\r\n{more}Content-Length: {}\r\n\r\n",
            content.len()
        );
        [head.as_bytes(), content, b"\r\n\r\n"].concat()
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes(), body].concat()
    }

    fn good() -> Vec<u8> {
        record("response", "", &answer("Content-Type: text/html\r\n", PAGE.as_bytes()))
    }

    /// What becomes of a record between two good ones.
    fn between(middle: &[u8]) -> Vec<String> {
        let lines = told(&read("a.warc", &[good().as_slice(), middle, &good()].concat(), &Options::default()));
        let own = format!("https://exemple.fr/response: {WORDS}");
        assert_eq!((lines.first(), lines.last()), (Some(&own), Some(&own)), "{lines:#?}");
        lines[1..lines.len() - 1].to_vec()
    }

    #[test]
    fn answers_are_articles_and_notes_are_none() {
        let outcomes = read("a.warc", &good(), &Options { keep: vec!["date".into(), "title".into()], ..Options::default() });
        let [(Outcome::Article { article, .. }, _)] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert_eq!((article.source.as_str(), article.url.as_str()), ("https://exemple.fr/response", "https://exemple.fr/response"));
        assert_eq!(article.kept, ["2026-03-14T08:00:00Z", "Un"]);

        for kind in ["warcinfo", "request", "metadata", "continuation"] {
            assert_eq!(between(&record(kind, "", b"GET / HTTP/1.1\r\n\r\n")), Vec::<String>::new());
        }
        assert_eq!(between(&record("revisit", "", &answer("", b""))), ["- a.warc:2: the same as a page read before"]);
        assert_eq!(
            between(&record("response", "", &answer("Content-Type: image/png\r\n", b"\x89PNG"))),
            ["- a.warc:2: neither HTML nor text"]
        );
        let gone = record("response", "", b"HTTP/1.1 404 Not Found\r\n\r\n<p>Rien</p>");
        assert_eq!(between(&gone), ["- a.warc:2: not found, moved or refused"]);
        // WET, and what wget keeps without an answer.
        let wet = record("conversion", "Content-Type: text/plain\r\n", WORDS.as_bytes());
        assert_eq!(between(&wet), [format!("https://exemple.fr/conversion: {WORDS}")]);
        let kept = record("resource", "Content-Type: text/html\r\n", PAGE.as_bytes());
        assert_eq!(between(&kept), [format!("https://exemple.fr/resource: {WORDS}")]);
    }

    #[test]
    fn transfers_are_undone() {
        let words = [format!("https://exemple.fr/response: {WORDS}")];
        let response =
            |head: &str, body: &[u8]| between(&record("response", "", &answer(&format!("Content-Type: text/html\r\n{head}"), body)));
        let (first, rest) = PAGE.as_bytes().split_at(50);
        let chunked = [
            format!("{:x}; note\r\n", first.len()).as_bytes(),
            first,
            format!("\r\n{:X}\r\n", rest.len()).as_bytes(),
            rest,
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        assert_eq!(response("Transfer-Encoding: chunked\r\n", &chunked), words);
        assert_eq!(response("Transfer-Encoding: chunked\r\n", PAGE.as_bytes()), words);
        let cut = &chunked[..chunked.len() - 30];
        assert!(response("Transfer-Encoding: chunked\r\n", cut)[1].starts_with("? a.warc:2: the answer is cut short"));
        let mut gzip = Vec::new();
        flate2::read::GzEncoder::new(PAGE.as_bytes(), flate2::Compression::fast()).read_to_end(&mut gzip).unwrap();
        assert_eq!(response("Content-Encoding: gzip\r\n", &gzip), words);
        assert_eq!(response("Content-Encoding: gzip\r\n", PAGE.as_bytes()), words);
        assert!(response("Content-Encoding: gzip\r\n", &gzip[..gzip.len() - 20])[0].contains("! a.warc:2: damaged compression"));
        let mut deflate = Vec::new();
        flate2::read::ZlibEncoder::new(PAGE.as_bytes(), flate2::Compression::fast()).read_to_end(&mut deflate).unwrap();
        assert_eq!(response("Content-Encoding: deflate\r\n", &deflate), words);
        assert_eq!(response("Content-Encoding: br\r\n", b"\x1B\x00\x00"), ["- a.warc:2: compressed by Brotli"]);
        let latin = encoding_rs::WINDOWS_1252.encode(PAGE).0;
        assert_eq!(between(&record("response", "", &answer("Content-Type: text/html; charset=iso-8859-1\r\n", &latin))), words);
    }

    #[test]
    fn a_faulty_record_costs_that_record() {
        let content = answer("Content-Type: text/html\r\n", PAGE.as_bytes());
        let right = format!("Content-Length: {}", content.len());
        let with = |length: &str| String::from_utf8(record("response", "", &content)).unwrap().replace(&right, length).into_bytes();
        let offset = good().len();
        for (length, what) in [
            ("Content-Length: 20", "the length of this record is wrong"),
            (&format!("Content-Length: {}", content.len() + 60), "the length of this record is wrong"),
            ("Content-Length: 9223372036854775808", "a record whose length is no length"),
            ("Content-Length: -5", "a record whose length is no length"),
            ("Content-Length: 12abc", "a record whose length is no length"),
            ("X-Length: 5", "a record without its length"),
            (&format!("Content-Length: 3\r\n{right}"), "a record with two lengths"),
        ] {
            let lines = between(&with(length));
            assert_eq!(lines, [format!("! a.warc:2: {what}, byte {offset}: {ADVICE}")], "{length}");
        }
        assert_eq!(between(b"rien du tout\r\n\r\n"), [format!("! a.warc:2: no WARC record begins here, byte {offset}: {ADVICE}")]);
        let headless = record("response", "", PAGE.as_bytes());
        assert_eq!(between(&headless), [format!("! a.warc:2: an answer without its HTTP head, byte {offset}: {ADVICE}")]);
        // A page that shows a record is no record.
        let shown = record("response", "", &answer("Content-Type: text/html\r\n", b"<p>Un.</p>\r\n\r\nWARC/1.0\r\n\r\n"));
        assert_eq!(between(&shown).len(), 1);
        // The last one is cut off.
        let cut = [good(), good()[..200].to_vec()].concat();
        assert!(told(&read("a.warc", &cut, &Options::default()))[1].contains("! a.warc:2: the file ends within this record"));
    }
}
