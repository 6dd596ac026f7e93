//! What holds for the rows of every text whatever: used by the tests and, so that both believe the same, by the fuzz targets.

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Kind, Row};
use guillemet::text::{is_mark, is_space};
use std::collections::HashSet;
use std::sync::OnceLock;

/// How far from its words a mark may stand, spaces not counted.
const NEAR: usize = 3;

/// An article of this text alone.
pub fn article(text: &str) -> Article {
    Article { source: "a".to_string(), text: text.to_string(), ..Article::default() }
}

/// Says what is wrong with the rows of a text.
pub fn wrong(text: &str) -> Result<(), String> {
    let found = rows(&article(text), Grammar::builtin());
    let (characters, bytes) = (text.chars().collect::<Vec<char>>(), places(text));
    for row in &found {
        fits(row, text, &bytes).map_err(|what| format!("{what}: {row:?}"))?;
    }
    let order = |row: &Row| (row.start, row.end, row.kind as u8);
    if let Some(pair) = found.windows(2).find(|pair| order(&pair[0]) > order(&pair[1])) {
        return Err(format!("rows out of order: {:?} before {:?}", pair[0], pair[1]));
    }
    let marked: Vec<&Row> = found.iter().filter(|r| r.kind != Kind::Indirect).collect();
    for (i, a) in marked.iter().enumerate() {
        // One quotation may lie within another; that two cross is a mistake.
        if let Some(b) = marked[i + 1..].iter().find(|b| a.start < b.start && b.start < a.end && a.end < b.end) {
            return Err(format!("two rows cross: {:?} by {}, {:?} by {}", a.quote, a.rule, b.quote, b.rule));
        }
    }
    match (0..characters.len()).find(|&i| is_mark(characters[i]) && !accounted(i, &characters, &found)) {
        Some(i) => {
            Err(format!("the mark {} at {i} is in no row: {:?}", characters[i], found.iter().map(|r| (r.start, r.end)).collect::<Vec<_>>()))
        }
        None => Ok(()),
    }
}

/// The byte at which each code point begins, and the length of the text.
fn places(text: &str) -> Vec<usize> {
    text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect()
}

/// Says what is wrong with a row by itself; `bytes` has the place of each code point.
fn fits(row: &Row, text: &str, bytes: &[usize]) -> Result<(), &'static str> {
    static RULES: OnceLock<HashSet<&str>> = OnceLock::new();
    let rules = RULES.get_or_init(|| Grammar::builtin().pages().iter().flat_map(|p| &p.rules).map(|r| r.id.as_str()).collect());
    let words = |(start, end): (usize, usize)| text.get(*bytes.get(start)?..*bytes.get(end)?);
    let holds = [
        (words((row.start, row.end)) == Some(row.quote.as_str()), "text[start..end] is not the quote"),
        (
            row.mention_span.map_or(row.mention.is_empty(), |span| words(span).is_some_and(|w| w.ends_with(&row.mention))),
            "the mention is not in its place",
        ),
        (row.cue_span.map_or(row.cue.is_empty(), |span| words(span) == Some(row.cue.as_str())), "the cue is not in its place"),
        (text.contains(&row.speaker), "the speaker is not in the text"),
        (text.contains(&row.via), "the voice in between is not in the text"),
        (rules.contains(row.rule.as_str()), "the rule is on no page"),
        (row.speaker.is_empty() == row.link.is_empty(), "a speaker without its link, or a link without a speaker"),
        (row.kind != Kind::None || row.speaker.is_empty(), "nobody says it, and somebody does"),
        ((0.0..=1.0).contains(&row.confidence), "a confidence that is no share"),
    ];
    holds.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err(what))
}

/// Whether a mark is in a row or beside one.
fn accounted(mark: usize, text: &[char], rows: &[Row]) -> bool {
    let between = |from: usize, to: usize| text[from.min(to)..to].iter().filter(|c| !is_space(**c)).count();
    rows.iter().any(|row| {
        // An incise inside the marks is cut out of the words: the mark may stand on its other side.
        let incise = [row.cue_span, row.mention_span].into_iter().flatten().filter(|_| row.rule.starts_with("inside"));
        let (start, end) = incise.fold((row.start, row.end), |(a, b), (c, d)| (a.min(c), b.max(d)));
        if mark < start {
            between(mark, start) <= NEAR
        } else {
            mark < end || between(end, mark + 1) <= NEAR
        }
    })
}
