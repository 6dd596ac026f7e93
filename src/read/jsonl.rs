//! JSON Lines: an article a line.
//!
//! In: lines such as `{"id": "afp-12", "text": "« Nous partons », dit-elle.", "url": "https://…"}`; `id` is text or a number
//! and may be missing (the article is then `PATH#LINE`), so may the others; blank lines are passed over.
//! Out: a document a line. Not done: no repair of faulty lines, each is reported and the next is read; only half a surrogate
//! pair (`\ud83d` alone), which Python writes without a word, is replaced by U+FFFD.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::Deserializer;
use serde_json::Value;

use super::columns::{are_rows, fit, listed, Fields, Part, PARTS};
use super::encoding::{decode, BYTE_ORDER_MARK};
use super::feed::Feed;
use super::{Body, Document, Options, Outcome, Place, ReadError};

const EXAMPLE: &str = r#"write an object a line, like {"id": "1", "text": "…"}"#;

/// The lines of a file, cut.
pub(super) struct Lines<'o> {
    place: Place,
    feed: Feed,
    options: &'o Options,
}

impl<'o> Lines<'o> {
    pub(super) fn new(place: Place, mut feed: Feed, options: &'o Options) -> Lines<'o> {
        let marked = feed.hold(BYTE_ORDER_MARK.len()).is_ok() && feed.held().starts_with(BYTE_ORDER_MARK);
        if marked {
            feed.pass(BYTE_ORDER_MARK.len());
        }
        Lines { place, feed, options }
    }

    /// Holds the next line; gives its length with its end, `None` at the end of the file.
    fn hold(&mut self) -> Result<Option<usize>, ReadError> {
        let mut seen = 0;
        loop {
            let held = self.feed.held();
            if let Some(length) = memchr(b'\n', &held[seen..]) {
                return Ok(Some(seen + length + 1));
            }
            seen = held.len();
            let place = self.place.here(1, self.feed.offset());
            if seen as u64 > self.options.max_bytes {
                // A fault on the way is met again by the next line.
                if let Err(cause) = self.feed.pass_until(b'\n') {
                    self.feed.fail(cause);
                }
                return Err(place.too_long(self.options.max_bytes));
            }
            match self.feed.more() {
                Ok(true) => {}
                Ok(false) => return Ok(Some(seen).filter(|&length| length > 0)),
                Err(cause) => {
                    // A damaged stretch takes the line with it that it begins in.
                    self.feed.pass(seen);
                    return Err(place.io(&cause));
                }
            }
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        loop {
            let held = self.hold();
            let place = self.place.here(1, self.feed.offset());
            self.place.number = place.number;
            let length = match held {
                Ok(None) => return None,
                Ok(Some(length)) => length,
                Err(error) => return Some(Document::failed(error)),
            };
            if length as u64 > self.options.max_bytes + 1 {
                self.feed.pass(length);
                return Some(Document::failed(place.too_long(self.options.max_bytes)));
            }
            if self.feed.held()[..length].trim_ascii().is_empty() {
                self.feed.pass(length);
                continue;
            }
            return Some(Document::new(place, Body::Json(self.feed.take(length))));
        }
    }
}

/// The article of a line.
pub(super) fn read(bytes: Vec<u8>, place: &Place, options: &Options) -> Outcome {
    let mut bytes = bytes;
    bytes.truncate(bytes.trim_ascii_end().len());
    let decoded = decode(bytes, options.encoding, &[]);
    let mut doubts = decoded.doubts;
    match object(&decoded.text, options) {
        Ok(object) => object.article(place, options, doubts),
        Err(cause) if cause.to_string().contains("surrogate") || cause.to_string().contains("hex escape") => {
            let (mended, count) = without_lone_surrogates(&decoded.text);
            match object(&mended, options) {
                Ok(object) => {
                    let halves = if count == 1 { "half of a surrogate pair" } else { "halves of surrogate pairs" };
                    doubts.push(format!("{count} {halves}: U+FFFD stands there; mend it where it comes from"));
                    object.article(place, options, doubts)
                }
                Err(_) => Outcome::Failed(faulty(&decoded.text, place, &cause)),
            }
        }
        Err(cause) => Outcome::Failed(faulty(&decoded.text, place, &cause)),
    }
}

fn faulty(text: &str, place: &Place, cause: &serde_json::Error) -> ReadError {
    let (what, column) = if text.trim_start().starts_with('{') {
        let message = cause.to_string();
        (format!("faulty JSON ({})", message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message)), cause.column())
    } else {
        ("no JSON object".into(), 1)
    };
    let column = column.max(1) as u64;
    let mut error = place.error(&what, EXAMPLE);
    (error.column, error.offset) = (Some(column), Some(place.offset + column - 1));
    error
}

fn object(text: &str, options: &Options) -> serde_json::Result<Object> {
    let mut from = serde_json::Deserializer::from_str(text);
    let object = from.deserialize_map(Wanted { options })?;
    from.end()?;
    Ok(object)
}

/// What a line holds under the keys that are asked for.
struct Object {
    parts: [Option<(usize, Value)>; PARTS.len()],
    kept: Vec<Value>,
    names: Vec<String>,
    /// The first key that stands twice.
    twice: Option<String>,
}

impl Object {
    fn article(self, place: &Place, options: &Options, mut doubts: Vec<String>) -> Outcome {
        if let Some(key) = &self.twice {
            doubts.push(format!("the key {key:?} stands twice: the last is read"));
        }
        if self.parts[..3].iter().all(Option::is_none) {
            if are_rows(&self.names) {
                return Outcome::Skipped { place: place.to_string(), why: "a row of guillemet" };
            }
            let wanted = options.columns.text.as_deref().unwrap_or("text");
            let there = if self.names.is_empty() { "the object is empty".into() } else { format!("there are {}", listed(&self.names)) };
            return Outcome::Failed(
                place.error(&format!("no {wanted:?}"), &format!("{there}: name the key with the words by --text-column")),
            );
        }
        let mut fields = Fields { kept: Some(self.kept.into_iter().map(shown).collect()), ..Fields::default() };
        for ((_, value), part) in self.parts.into_iter().zip(PARTS).filter_map(|(value, part)| Some((value?, part))) {
            let words = match value {
                Value::Null => continue,
                Value::String(words) => words,
                Value::Number(number) if matches!(part, Part::Id | Part::Date) => number.to_string(),
                _ => {
                    let name = options.columns.named(part);
                    let what = if part == Part::Id { "is neither text nor a number" } else { "is no text" };
                    let or = if matches!(part, Part::Text | Part::Html | Part::Path) { "" } else { ", or leave it out" };
                    return Outcome::Failed(place.error(&format!("{name:?} {what}"), &format!("write it in quotation marks{or}")));
                }
            };
            match part {
                Part::Text => fields.text = Some(words),
                Part::Html => fields.html = Some(words),
                Part::Path => fields.path = Some(words),
                Part::Id => fields.id = words,
                Part::Url => fields.url = words,
                Part::Title => fields.title = words,
                Part::Date => fields.date = words,
                Part::Language => fields.language = words,
            }
        }
        fields.article(place, options, doubts)
    }
}

/// A value as a column shows it.
fn shown(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(words) => words,
        other => other.to_string(),
    }
}

/// Takes the wanted keys of an object and passes over the others.
struct Wanted<'o> {
    options: &'o Options,
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Object;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object, M::Error> {
        let keep = &self.options.keep;
        let mut object = Object { parts: Default::default(), kept: vec![Value::Null; keep.len()], names: Vec::new(), twice: None };
        while let Some(name) = map.next_key_seed(Name)? {
            let fits = PARTS.map(|part| fit(part, &name, &self.options.columns));
            let kept = keep.iter().any(|wanted| *wanted == name);
            if object.names.iter().any(|known| *known == name) && (kept || fits.iter().any(Option::is_some)) {
                object.twice.get_or_insert_with(|| name.to_string());
            }
            if !kept && fits.iter().all(Option::is_none) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value: Value = map.next_value()?;
                for (place, _) in keep.iter().enumerate().filter(|(_, wanted)| **wanted == name) {
                    object.kept[place] = value.clone();
                }
                // A name fits one part; the likelier of two names wins, wherever it stands.
                if let Some((own, fit)) = object.parts.iter_mut().zip(fits).find_map(|(own, fit)| Some((own, fit?))) {
                    if own.as_ref().is_none_or(|(known, _)| fit <= *known) {
                        *own = Some((fit, value));
                    }
                }
            }
            if object.names.len() < 100 {
                object.names.push(name.into_owned());
            }
        }
        Ok(object)
    }
}

/// A key, borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Cow<'de, str>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_string()))
    }
}

/// The text with `\ufffd` for each half of a surrogate pair that stands alone, and how many there were.
fn without_lone_surrogates(text: &str) -> (String, usize) {
    let mut mended = String::with_capacity(text.len());
    let (mut rest, mut count) = (text, 0);
    let unit = |at: &str| at.strip_prefix("\\u").and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
    while let Some(place) = rest.find('\\') {
        mended.push_str(&rest[..place]);
        rest = &rest[place..];
        let length = match unit(rest) {
            Some(0xD800..=0xDBFF) if rest.get(6..).and_then(unit).is_some_and(|low| (0xDC00..=0xDFFF).contains(&low)) => 12,
            Some(0xD800..=0xDFFF) => {
                count += 1;
                mended.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // An escaped backslash is not the start of another escape.
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    mended.push_str(rest);
    (mended, count)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, told};
    use super::*;

    #[test]
    fn a_faulty_line_costs_that_line() {
        let file = "{\"id\": 1, \"text\": \"Un.\"}\r\n\n{\"id\": 2, \"text\": \"Sans fin\n{\"corps\": \"Trois.\"}\n[4]\n{\"text\": null}\n{\"id\": 5, \"text\": \"Cinq.\"}";
        let shown = told(&read("a.jsonl", file.as_bytes(), &Options::default()));
        assert_eq!(
            shown,
            [
                "1: Un.",
                "! a.jsonl:3:27: faulty JSON (EOF while parsing a string), byte 53: write an object a line, like {\"id\": \"1\", \"text\": \"…\"}",
                "! a.jsonl:4: no \"text\", byte 55: there are \"corps\": name the key with the words by --text-column",
                "! a.jsonl:5:1: no JSON object, byte 75: write an object a line, like {\"id\": \"1\", \"text\": \"…\"}",
                "- a.jsonl:6: no text",
                "5: Cinq.",
            ]
        );
    }

    #[test]
    fn keys_are_chosen_and_kept() {
        let mut options = Options { keep: vec!["rubrique".into(), "n".into(), "date".into()], ..Options::default() };
        options.columns.text = Some("corps".into());
        let file = r#"{"corps": "Un.", "text": "Non.", "rubrique": "Ville", "n": 3, "date": "2026-03-14", "url": "https://exemple.fr/1"}
                      {"corps": "Deux.", "n": true}"#;
        let articles: Vec<_> = read("a.jsonl", file.as_bytes(), &options)
            .into_iter()
            .filter_map(|(outcome, _)| match outcome {
                Outcome::Article { article, .. } => Some((article.source, article.text, article.url, article.kept)),
                _ => None,
            })
            .collect();
        let kept = |values: [&str; 3]| values.map(String::from).to_vec();
        assert_eq!(
            articles,
            [
                ("a.jsonl#1".into(), "Un.".into(), "https://exemple.fr/1".into(), kept(["Ville", "3", "2026-03-14"])),
                ("a.jsonl#2".into(), "Deux.".into(), String::new(), kept(["", "true", ""])),
            ]
        );
    }

    #[test]
    fn half_a_pair_is_replaced_and_told() {
        let line = br#"{"text": "Oui \ud83d, \\ud83d, \ud83d\ude00 et \udc00."}"#;
        assert_eq!(
            told(&read("a.jsonl", line, &Options::default())),
            [
                "a.jsonl#1: Oui \u{FFFD}, \\ud83d, 😀 et \u{FFFD}.",
                "? a.jsonl:1: 2 halves of surrogate pairs: U+FFFD stands there; mend it where it comes from",
            ]
        );
        let twice = br#"{"text": "Un.", "text": "Deux."}"#;
        assert_eq!(told(&read("a.jsonl", twice, &Options::default()))[1], "? a.jsonl:1: the key \"text\" stands twice: the last is read");
    }

    #[test]
    fn a_line_without_end_costs_that_line() {
        let options = Options { max_bytes: 100, ..Options::default() };
        let file = format!("{{\"text\": \"Un.\"}}\n{{\"text\": \"{}\"}}\n{{\"text\": \"Trois.\"}}\n", "mot ".repeat(100_000));
        let shown = told(&read("a.jsonl", file.as_bytes(), &options));
        assert_eq!(shown[0], "a.jsonl#1: Un.");
        assert!(shown[1].starts_with("! a.jsonl:2: longer than 100 bytes, byte 16"), "{}", shown[1]);
        assert_eq!(shown[2], "a.jsonl#3: Trois.");
    }
}
