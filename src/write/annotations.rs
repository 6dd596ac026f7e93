//! W3C Web Annotations: a JSON-LD object a line, each whole in itself.
//!
//! In: articles and their rows. Out: for each row an annotation whose body is the speaker (none where nobody is known) and whose
//! target is the article at its words, told in three ways: the exact words with what stands before and after until they occur
//! once, offsets, and where the article has an address, a text fragment. `start` and `end` count code points, as the Web
//! Annotation Data Model asks (4.2.4, 4.2.5: *in terms of unicode code points, not in terms of code units*); `startUtf16` and
//! `endUtf16`, a term of our own, are what JavaScript slices by.
//! The same row has the same `id` in every run. Deliberately not done: no time stamps, for there is no clock here, and no
//! collection around them, so that outputs can be put together.

use serde::ser::{Serialize, Serializer};
use serde_json::{json, Map, Value};

use super::place::{places, Place};
use super::{kept, two_decimals, uri, Form};
use crate::deeplink::Landmarks;
use crate::row::{Article, Kind, Row};
use crate::text::Span;

/// What the context of the W3C has no term for. Its `via` is another.
const TERMS: [&str; 9] = ["kind", "rule", "link", "confidence", "mention", "cue", "voice", "startUtf16", "endUtf16"];

/// How many code points before and after the words are tried as their context.
const CONTEXT: [usize; 5] = [32, 64, 128, 256, 512];

pub(super) struct Block<'f> {
    form: &'f Form,
    context: Value,
    lines: Vec<u8>,
}

impl<'f> Block<'f> {
    pub(super) fn new(form: &'f Form) -> Block<'f> {
        let mut terms = Map::new();
        terms.insert("guillemet".into(), "urn:guillemet:".into());
        terms.extend(TERMS.iter().map(|term| (term.to_string(), format!("guillemet:{term}").into())));
        if !form.kept.is_empty() {
            // Columns may have any name, so they are one value.
            terms.insert("kept".into(), json!({"@id": "guillemet:kept", "@type": "@json"}));
        }
        Block { form, context: json!(["http://www.w3.org/ns/anno.jsonld", terms]), lines: Vec::new() }
    }

    pub(super) fn article(&mut self, article: &Article, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        let source = uri::of_address(&article.url).unwrap_or_else(|| uri::of_name("source", &article.source));
        let landmarks = Landmarks::new(&article.text);
        for (row, place) in rows.iter().zip(places(&article.text, rows)) {
            let speaker = Some(row.speaker.as_str()).filter(|speaker| row.kind != Kind::None && !speaker.is_empty());
            let (start, end) = (row.start.to_string(), row.end.to_string());
            let annotation = Annotation {
                context: &self.context,
                id: uri::uuid([&article.source, &article.url, &start, &end, row.kind.name(), &row.rule, &row.quote]),
                is: "Annotation",
                motivation: if speaker.is_some() { "identifying" } else { "highlighting" },
                generator: Generator { is: "Software", name: concat!("guillemet ", env!("CARGO_PKG_VERSION")) },
                body: speaker.map(|value| Body { is: "TextualBody", purpose: "identifying", value }),
                target: Target { source: &source, selector: selectors(article, row, place, &landmarks) },
                kind: row.kind.name(),
                rule: &row.rule,
                link: &row.link,
                mention: &row.mention,
                cue: &row.cue,
                voice: &row.via,
                confidence: two_decimals(row.confidence),
                kept: Kept { form: self.form, article },
            };
            // Memory takes every byte, and every field is text or a number.
            let _ = serde_json::to_writer(&mut self.lines, &annotation);
            self.lines.push(b'\n');
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.lines
    }
}

#[derive(serde::Serialize)]
struct Annotation<'a> {
    #[serde(rename = "@context")]
    context: &'a Value,
    id: String,
    #[serde(rename = "type")]
    is: &'a str,
    motivation: &'a str,
    generator: Generator<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body<'a>>,
    target: Target<'a>,
    kind: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    link: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    mention: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    cue: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    voice: &'a str,
    confidence: f64,
    #[serde(skip_serializing_if = "Kept::is_empty")]
    kept: Kept<'a>,
}

#[derive(serde::Serialize)]
struct Generator<'a> {
    #[serde(rename = "type")]
    is: &'a str,
    name: &'a str,
}

#[derive(serde::Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    is: &'a str,
    purpose: &'a str,
    value: &'a str,
}

#[derive(serde::Serialize)]
struct Target<'a> {
    source: &'a str,
    selector: Vec<Selector<'a>>,
}

#[derive(serde::Serialize)]
#[serde(tag = "type")]
enum Selector<'a> {
    #[serde(rename = "TextQuoteSelector")]
    Quote { exact: &'a str, prefix: &'a str, suffix: &'a str },
    #[serde(rename = "TextPositionSelector")]
    Position {
        start: usize,
        end: usize,
        #[serde(rename = "startUtf16")]
        start_utf16: usize,
        #[serde(rename = "endUtf16")]
        end_utf16: usize,
    },
    #[serde(rename = "FragmentSelector")]
    Fragment {
        #[serde(rename = "conformsTo")]
        conforms_to: &'a str,
        value: String,
    },
}

/// The columns carried through.
struct Kept<'a> {
    form: &'a Form,
    article: &'a Article,
}

impl Kept<'_> {
    fn is_empty(&self) -> bool {
        self.form.kept.is_empty()
    }
}

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.form.kept_names().iter().enumerate().map(|(column, name)| (name, kept(self.article, column))))
    }
}

/// Three ways to the words of a row, from the one that survives most changes of the page.
fn selectors<'a>(article: &'a Article, row: &Row, place: Place, landmarks: &Landmarks) -> Vec<Selector<'a>> {
    let text = article.text.as_str();
    let (prefix, suffix) = context(text, place.bytes, landmarks);
    let (start_utf16, end_utf16) = place.utf16;
    let mut selectors = vec![
        Selector::Quote { exact: place.bytes.of(text), prefix: prefix.of(text), suffix: suffix.of(text) },
        Selector::Position { start: row.start, end: row.end, start_utf16, end_utf16 },
    ];
    if let Some((_, fragment)) = row.url.split_once(":~:") {
        let conforms_to = "https://wicg.github.io/scroll-to-text-fragment/";
        selectors.push(Selector::Fragment { conforms_to, value: format!(":~:{fragment}") });
    }
    selectors
}

/// What stands before and after some words: as much as makes all of it occur once, or the most that is tried.
fn context(text: &str, words: Span, landmarks: &Landmarks) -> (Span, Span) {
    let mut sides = (words, words);
    for count in CONTEXT {
        let before = text[..words.start].char_indices().rev().take(count).last().map_or(words.start, |(at, _)| at);
        let after = text[words.end..].char_indices().nth(count).map_or(text.len(), |(at, _)| words.end + at);
        sides = (Span::new(before, words.start), Span::new(words.end, after));
        if landmarks.occurs_once(Span::new(before, after)) {
            break;
        }
    }
    // No accent is parted from its letter.
    let (before, mut after) = sides;
    let bare = before.of(text).trim_start_matches(is_accent).len();
    after.end += text[after.end..].chars().take(8).take_while(|letter| is_accent(*letter)).map(char::len_utf8).sum::<usize>();
    (Span::new(before.end - bare, before.end), after)
}

/// Whether a character belongs to the letter before it.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}
