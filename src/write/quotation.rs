//! schema.org: a `Quotation` in JSON-LD a line, for search engines and graphs.
//!
//! In: articles and their rows. Out: for each row its words, their speaker as `creator`, and the article as `isPartOf`. The
//! speaker is a `Person` where the article tells a gender; a body may be meant where it tells none, so there no type is given. A
//! speaker whom the article only describes (*le maire*) has a `description`, not a `name`.
//! Deliberately not done: words that nobody says are no quotation and are left out; rule, confidence, offsets and columns carried
//! through have no term in schema.org. `spokenByCharacter` is for fiction. No `ClaimReview`: whether it is true is for people.

use serde::Serialize;

use super::uri;
use crate::row::{Article, Kind, Row};

#[derive(Default)]
pub(super) struct Block {
    lines: Vec<u8>,
}

impl Block {
    pub(super) fn article(&mut self, article: &Article, rows: &[Row]) {
        let address = uri::of_address(&article.url);
        let language = some(&article.language);
        for row in rows.iter().filter(|row| row.kind != Kind::None) {
            let (start, end) = (row.start.to_string(), row.end.to_string());
            let quotation = Quotation {
                context: "https://schema.org",
                is: "Quotation",
                id: uri::uuid([&article.source, &article.url, &start, &end, row.kind.name(), &row.rule, &row.quote]),
                text: &row.quote,
                genre: row.kind.name(),
                language,
                creator: some(&row.speaker).map(|speaker| creator(speaker, &row.gender)),
                address: uri::of_address(&row.url),
                article: NewsArticle {
                    is: "NewsArticle",
                    headline: some(&article.title),
                    published: some(&article.date),
                    address: address.as_deref(),
                    language,
                    identifier: &article.source,
                },
            };
            // Memory takes every byte, and every field is text.
            let _ = serde_json::to_writer(&mut self.lines, &quotation);
            self.lines.push(b'\n');
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.lines
    }
}

fn some(words: &str) -> Option<&str> {
    Some(words).filter(|words| !words.is_empty())
}

fn creator<'a>(speaker: &'a str, gender: &str) -> Creator<'a> {
    let is_name = speaker.starts_with(char::is_uppercase);
    Creator {
        is: (!gender.is_empty()).then_some("Person"),
        name: is_name.then_some(speaker),
        description: (!is_name).then_some(speaker),
        gender: match gender {
            "f" => Some("https://schema.org/Female"),
            "m" => Some("https://schema.org/Male"),
            _ => None,
        },
    }
}

#[derive(Serialize)]
struct Quotation<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@type")]
    is: &'a str,
    #[serde(rename = "@id")]
    id: String,
    text: &'a str,
    genre: &'a str,
    #[serde(rename = "inLanguage", skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<Creator<'a>>,
    #[serde(rename = "url", skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(rename = "isPartOf")]
    article: NewsArticle<'a>,
}

#[derive(Serialize)]
struct Creator<'a> {
    #[serde(rename = "@type", skip_serializing_if = "Option::is_none")]
    is: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<&'a str>,
}

#[derive(Serialize)]
struct NewsArticle<'a> {
    #[serde(rename = "@type")]
    is: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'a str>,
    #[serde(rename = "datePublished", skip_serializing_if = "Option::is_none")]
    published: Option<&'a str>,
    #[serde(rename = "url", skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(rename = "inLanguage", skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    identifier: &'a str,
}
