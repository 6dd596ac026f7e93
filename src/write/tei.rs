//! TEI: a corpus, one `TEI` element an article, with who says what marked in its text.
//!
//! In: articles and their rows. Out: for each article a header (title, source, address, date, language, speakers) and its text.
//! Lines are paragraphs; in them a row is `<said who="#…" direct="true">` around its words (`direct` is false for indirect
//! speech), or `<q>` where nobody says them; `ana` tells the kind, `n` the rule, `cert` the confidence. Rows nest; where one
//! crosses another or a paragraph it is cut in parts that `next` and `prev` join.
//! The text of a `body` is that of the article, character for character, so offsets hold; only characters that XML cannot hold
//! are U+FFFD.
//! Deliberately not done: mention, cue and via are not marked (JSON Lines has them), and without an article the corpus is empty,
//! which TEI does not allow.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::Writer;

use super::place::places;
use super::{two_decimals, uri, Form};
use crate::row::{Article, Kind, Row};
use crate::text::Span;
use crate::words::ends_line;

pub(super) fn head() -> Vec<u8> {
    let version = env!("CARGO_PKG_VERSION");
    let head = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">
<teiHeader>
<fileDesc>
<titleStmt><title>Who said what</title></titleStmt>
<publicationStmt><p>Made by guillemet {version}.</p></publicationStmt>
<sourceDesc><p>Each article names its own source.</p></sourceDesc>
</fileDesc>
<encodingDesc>
<appInfo><application ident="guillemet" version="{version}"><label>guillemet</label></application></appInfo>
<editorialDecl>
<quotation marks="all"><p>said: words that somebody says; who: the speaker, where the article tells; ana: the kind of report; cert: how likely words and speaker are right, 0 to 1; n: the rule that found them. q: words between marks that nobody says; n: why. The quotation marks stay in the text.</p></quotation>
<normalization><p>None, but that characters which XML cannot hold are U+FFFD.</p></normalization>
</editorialDecl>
<classDecl>
<taxonomy xml:id="kind">
<category xml:id="direct"><catDesc>the exact words, in marks</catDesc></category>
<category xml:id="mixed"><catDesc>quoted words in the sentence of the journalist</catDesc></category>
<category xml:id="indirect"><catDesc>a reported clause, without marks</catDesc></category>
<category xml:id="none"><catDesc>marked words for which no speech was found</catDesc></category>
</taxonomy>
</classDecl>
</encodingDesc>
</teiHeader>
"#
    );
    head.into_bytes()
}

pub(super) fn tail() -> Vec<u8> {
    b"</teiCorpus>\n".to_vec()
}

pub(super) struct Block<'f> {
    form: &'f Form,
    xml: Xml,
}

impl<'f> Block<'f> {
    pub(super) fn new(form: &'f Form) -> Block<'f> {
        Block { form, xml: Xml(Writer::new(Vec::new())) }
    }

    pub(super) fn article(&mut self, number: u64, article: &Article, rows: &[Row]) {
        let id = format!("a{}", number + 1);
        // Each speaker's first row, and by name which of them it is.
        let mut speakers: Vec<&Row> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for row in rows.iter().filter(|row| row.kind != Kind::None && !row.speaker.is_empty()) {
            numbers.entry(&row.speaker).or_insert_with(|| {
                speakers.push(row);
                speakers.len() - 1
            });
        }
        self.xml.open("TEI", &[("xml:id", &id)]);
        self.xml.line();
        self.header(article, &id, &speakers);
        self.text(article, rows, &id, &numbers);
        self.xml.close("TEI");
        self.xml.line();
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.xml.0.into_inner()
    }

    fn header(&mut self, article: &Article, id: &str, speakers: &[&Row]) {
        let xml = &mut self.xml;
        let title = if article.title.is_empty() { &article.source } else { &article.title };
        xml.open("teiHeader", &[]);
        xml.line();
        xml.open("fileDesc", &[]);
        xml.open("titleStmt", &[]);
        xml.element("title", &[], title);
        xml.close("titleStmt");
        xml.open("publicationStmt", &[]);
        xml.element("p", &[], "See the source.");
        xml.close("publicationStmt");
        xml.open("sourceDesc", &[]);
        xml.open("bibl", &[]);
        if !article.title.is_empty() {
            xml.element("title", &[], &article.title);
        }
        match day(&article.date) {
            _ if article.date.is_empty() => {}
            Some(day) => xml.element("date", &[("when", day)], &article.date),
            None => xml.element("date", &[], &article.date),
        }
        xml.element("idno", &[("type", "source")], &article.source);
        if let Some(address) = uri::of_address(&article.url) {
            xml.element("ptr", &[("target", &address)], "");
        }
        for (column, name) in self.form.kept.iter().enumerate() {
            xml.element("note", &[("n", name)], super::kept(article, column));
        }
        xml.close("bibl");
        xml.close("sourceDesc");
        xml.close("fileDesc");
        xml.line();
        let language = language(&article.language);
        if language.is_some() || !speakers.is_empty() {
            xml.open("profileDesc", &[]);
            if let Some(language) = language {
                xml.open("langUsage", &[]);
                xml.element("language", &[("ident", language)], language);
                xml.close("langUsage");
            }
            if !speakers.is_empty() {
                xml.open("particDesc", &[]);
                xml.open("listPerson", &[]);
                xml.line();
                for (i, row) in speakers.iter().enumerate() {
                    let id = speaker_id(id, i);
                    // Only a person has a gender; who has none may be a body.
                    if row.gender.is_empty() {
                        xml.open("person", &[("xml:id", &id)]);
                        xml.element("name", &[], &row.speaker);
                    } else {
                        xml.open("person", &[("xml:id", &id), ("sex", &row.gender)]);
                        xml.element("persName", &[], &row.speaker);
                    }
                    xml.close("person");
                    xml.line();
                }
                xml.close("listPerson");
                xml.close("particDesc");
            }
            xml.close("profileDesc");
            xml.line();
        }
        xml.close("teiHeader");
        xml.line();
    }

    fn text(&mut self, article: &Article, rows: &[Row], id: &str, speakers: &HashMap<&str, usize>) {
        let steps = steps(&article.text, rows);
        let mut parts = vec![0; rows.len()];
        for step in &steps {
            if let Step::Open(row, _) = step {
                parts[*row] += 1;
            }
        }
        let xml = &mut self.xml;
        match language(&article.language) {
            Some(language) => xml.open("text", &[("xml:lang", language)]),
            None => xml.open("text", &[]),
        }
        xml.open("body", &[]);
        let mut empty = true;
        for step in steps {
            match step {
                Step::Paragraph => {
                    empty = false;
                    xml.open("p", &[]);
                }
                Step::ParagraphEnd => xml.close("p"),
                Step::Words(span) => xml.words(span.of(&article.text)),
                Step::Close(row) => xml.close(element(&rows[row])),
                Step::Open(i, part) => {
                    let row = &rows[i];
                    let name = |part: usize| format!("{id}-r{}.{part}", i + 1);
                    let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(8);
                    if parts[i] > 1 {
                        attributes.push(("xml:id", name(part).into()));
                        if part > 1 {
                            attributes.push(("prev", format!("#{}", name(part - 1)).into()));
                        }
                        if part < parts[i] {
                            attributes.push(("next", format!("#{}", name(part + 1)).into()));
                        }
                    }
                    if row.kind != Kind::None {
                        if let Some(speaker) = speakers.get(row.speaker.as_str()) {
                            attributes.push(("who", format!("#{}", speaker_id(id, *speaker)).into()));
                            attributes.push(("cert", two_decimals(row.confidence).to_string().into()));
                        }
                        attributes.push(("direct", if row.kind == Kind::Indirect { "false" } else { "true" }.into()));
                    }
                    attributes.push(("ana", format!("#{}", row.kind.name()).into()));
                    attributes.push(("n", row.rule.as_str().into()));
                    let attributes: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_ref())).collect();
                    xml.open(element(row), &attributes);
                }
            }
        }
        if empty {
            xml.element("p", &[], "");
        }
        xml.close("body");
        xml.close("text");
        xml.line();
    }
}

fn element(row: &Row) -> &'static str {
    if row.kind == Kind::None {
        "q"
    } else {
        "said"
    }
}

fn speaker_id(article: &str, speaker: usize) -> String {
    format!("{article}-s{}", speaker + 1)
}

/// The day of a date that begins as ISO 8601 wants it: `2026-03-14T08:00`.
fn day(date: &str) -> Option<&str> {
    let day = date.get(..10).filter(|_| date.len() == 10 || date[10..].starts_with(['T', ' ']))?;
    let mut numbers =
        day.splitn(3, '-').map(|number| number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse::<u32>().ok()).flatten());
    let (year, month, of_month) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    let right = day.as_bytes()[4] == b'-' && day.as_bytes()[7] == b'-' && year > 0 && (1..=longest).contains(&of_month);
    right.then_some(day)
}

/// The language where it is told by a tag: `fr`, `fr-BE`.
fn language(tag: &str) -> Option<&str> {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.split('-').all(is_part)).then_some(tag)
}

/// What a text is made of, in reading order.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Paragraph,
    ParagraphEnd,
    Words(Span),
    /// A row, and which part of it, from 1.
    Open(usize, usize),
    Close(usize),
}

/// The text with the rows set into its paragraphs: what is opened last is closed first.
fn steps(text: &str, rows: &[Row]) -> Vec<Step> {
    let places = places(text, rows);
    let span = |row: usize| places[row].bytes;
    let mut order: Vec<usize> = (0..rows.len()).filter(|row| !span(*row).is_empty()).collect();
    order.sort_by_key(|row| (span(*row).start, std::cmp::Reverse(span(*row).end)));
    let mut parts = vec![0; rows.len()];
    let mut steps = Vec::new();
    let mut coming = order.into_iter().peekable();
    // Rows that begin before the end of the paragraph and do not end before it.
    let mut live: Vec<usize> = Vec::new();
    let mut at = 0;
    for paragraph in paragraphs(text) {
        if at < paragraph.start {
            steps.push(Step::Words(Span::new(at, paragraph.start)));
        }
        at = paragraph.end;
        while let Some(row) = coming.next_if(|row| span(*row).start < paragraph.end) {
            live.push(row);
        }
        live.retain(|row| span(*row).end > paragraph.start);
        let mut edges: Vec<usize> = live.iter().flat_map(|row| [span(*row).start, span(*row).end]).collect();
        edges.extend([paragraph.start, paragraph.end]);
        edges.retain(|edge| (paragraph.start..=paragraph.end).contains(edge));
        edges.sort_unstable();
        edges.dedup();

        steps.push(Step::Paragraph);
        let mut open: Vec<usize> = Vec::new();
        let mut next_live = 0;
        for edge in edges.windows(2) {
            let (from, to) = (edge[0], edge[1]);
            // What ends here is closed, with all that was opened in it; what of that goes on is opened again.
            let mut opening: Vec<usize> = Vec::new();
            if let Some(first) = open.iter().position(|row| span(*row).end <= from) {
                for row in open.drain(first..).rev() {
                    steps.push(Step::Close(row));
                    if span(row).end > from {
                        opening.push(row);
                    }
                }
            }
            while let Some(row) = live.get(next_live).filter(|row| span(**row).start <= from) {
                opening.push(*row);
                next_live += 1;
            }
            // The longest is outermost.
            opening.sort_by_key(|row| (std::cmp::Reverse(span(*row).end), *row));
            for row in opening {
                parts[row] += 1;
                steps.push(Step::Open(row, parts[row]));
                open.push(row);
            }
            steps.push(Step::Words(Span::new(from, to)));
        }
        steps.extend(open.into_iter().rev().map(Step::Close));
        steps.push(Step::ParagraphEnd);
    }
    if at < text.len() {
        steps.push(Step::Words(Span::new(at, text.len())));
    }
    steps
}

const XML_SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// The paragraphs, without the spaces between them: lines, but that a sentence which goes on in the next line holds both together.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut paragraphs: Vec<Span> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at = span.end;
        // Between paragraphs TEI allows only what XML calls a space.
        let left = line.trim_start_matches(XML_SPACES);
        let start = span.end - left.len();
        let span = Span::new(start, start + left.trim_end_matches(XML_SPACES).len());
        if span.is_empty() {
            continue;
        }
        match paragraphs.last_mut() {
            Some(last) if !ends_line(last.of(text), span.of(text), line_ends(text, last.end, span.start)) => last.end = span.end,
            _ => paragraphs.push(span),
        }
    }
    paragraphs
}

fn line_ends(text: &str, from: usize, to: usize) -> usize {
    text[from..to].matches('\n').count()
}

/// XML in memory, which takes every byte: nothing can fail.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.write(Event::Start(start(name, attributes)));
    }

    fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn words(&mut self, words: &str) {
        self.write(Event::Text(BytesText::from_escaped(partial_escape(legal(words)))));
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], words: &str) {
        if words.is_empty() {
            return self.write(Event::Empty(start(name, attributes)));
        }
        self.open(name, attributes);
        self.words(words);
        self.close(name);
    }

    fn line(&mut self) {
        self.words("\n");
    }

    fn write(&mut self, event: Event<'_>) {
        let _ = self.0.write_event(event);
    }
}

fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, legal(value).as_ref()));
    }
    start
}

/// The text with U+FFFD for every character that XML 1.0 cannot hold.
fn legal(text: &str) -> Cow<'_, str> {
    let illegal = |letter: char| matches!(letter, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    if text.contains(illegal) {
        Cow::Owned(text.replace(illegal, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(start: usize, end: usize) -> Row {
        let article = Article { text: "« Oui », dit-elle.".into(), ..Article::default() };
        let row = crate::rows(&article, crate::grammar::Grammar::builtin()).remove(0);
        Row { start, end, ..row }
    }

    /// The steps in short: `1.2[` opens the second part of row 1, `]` closes one, `{}` is a paragraph.
    fn shown(text: &str, rows: &[Row]) -> String {
        let shown = steps(text, rows).into_iter().map(|step| match step {
            Step::Paragraph => "{".to_string(),
            Step::ParagraphEnd => "}".to_string(),
            Step::Words(span) => span.of(text).replace('\n', "/"),
            Step::Open(row, part) => format!("{row}.{part}["),
            Step::Close(_) => "]".to_string(),
        });
        shown.collect()
    }

    #[test]
    fn rows_nest_and_are_parted_where_they_cross() {
        let text = "Aé bc de. Fg";
        assert_eq!(shown(text, &[]), "{Aé bc de. Fg}");
        assert_eq!(shown(text, &[row(3, 5), row(0, 8)]), "{1.1[Aé 0.1[bc] de]. Fg}");
        assert_eq!(shown(text, &[row(0, 5), row(0, 8), row(0, 5)]), "{1.1[0.1[2.1[Aé bc]] de]. Fg}");
        assert_eq!(shown(text, &[row(0, 5), row(3, 8)]), "{0.1[Aé 1.1[bc]]1.2[ de]. Fg}");
        assert_eq!(shown(text, &[row(0, 5), row(1, 8), row(3, 12)]), "{0.1[A1.1[é 2.1[bc]]]2.2[1.2[ de]. Fg]}");
        // Two that touch do not cross, and an empty one is nowhere.
        assert_eq!(shown(text, &[row(0, 3), row(3, 5), row(4, 4)]), "{0.1[Aé ]1.1[bc] de. Fg}");
    }

    #[test]
    fn rows_are_parted_by_paragraphs_and_lines_that_go_on_are_none() {
        assert_eq!(shown("\n Ab.\n\nCd.\n", &[row(3, 9)]), "/ {A0.1[b.]}//{0.2[Cd].}/");
        // What is between paragraphs belongs to none of them.
        assert_eq!(shown("\n Ab.\n\nCd.\n", &[row(0, 6)]), "/ {0.1[Ab.]}//{Cd.}/");
        assert_eq!(shown("Le pont\ntient. Bien.\nAb", &[row(3, 12)]), "{Le 0.1[pont/tien]t. Bien.}/{Ab}");
    }

    #[test]
    fn a_day_and_a_language_are_told_only_where_they_are_one() {
        for (date, day_of) in [
            ("2026-03-14", Some("2026-03-14")),
            ("2026-03-14T08:00", Some("2026-03-14")),
            ("2024-02-29", Some("2024-02-29")),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-3-14", None),
            ("14 mars 2026", None),
            ("2026-03-149", None),
            ("2026-03-1é", None),
            ("0000-01-01", None),
        ] {
            assert_eq!(day(date), day_of, "{date}");
        }
        assert_eq!(language("fr-FR"), Some("fr-FR"));
        assert_eq!(language("français"), None);
        assert_eq!(language(""), None);
    }
}
