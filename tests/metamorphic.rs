//! What must not matter, does not: what white space stands before the text, how its lines end, a byte order mark, how its accents are written.
//!
//! In the repository: the sample articles, each in every disguise, and all of them must give the same rows. For an archive of
//! your own, `GUILLEMET_ARCHIVE=archive.jsonl cargo test --release --test metamorphic -- --nocapture` tells how many of its
//! articles do, and which do not; fewer than 999 of 1000 fail the test.

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Row};
use std::collections::BTreeMap;
use std::fs;
use unicode_normalization::UnicodeNormalization as _;

/// The share of cases in an archive that may differ.
const FEW: f64 = 0.001;

/// A disguise, none of which says anything (a paragraph put before would: the first one is the headline): its name, the text in it, and what undoes it in the words of a row.
struct Disguise {
    name: &'static str,
    text: fn(&str) -> String,
    undo: fn(&str) -> String,
    /// The characters that it puts before the text, where it changes nothing else.
    before: Option<usize>,
}

const DISGUISES: &[Disguise] = &[
    Disguise { name: "an empty line before", text: |text| format!("\n{text}"), undo: str::to_string, before: Some(1) },
    Disguise { name: "lines of spaces before", text: |text| format!("  \n\t\n\u{a0}\n{text}"), undo: str::to_string, before: Some(7) },
    Disguise { name: "a byte order mark before", text: |text| format!("\u{feff}{text}"), undo: str::to_string, before: Some(1) },
    Disguise { name: "CRLF", text: |text| text.replace('\n', "\r\n"), undo: |words| words.replace("\r\n", "\n"), before: None },
    Disguise { name: "NFD", text: |text| text.nfd().collect(), undo: |words| words.nfc().collect(), before: None },
];

/// The rows with their places moved back.
fn read(text: &str, before: usize) -> Vec<Row> {
    let mut found = rows(&Article { source: "a".into(), text: text.into(), ..Article::default() }, Grammar::builtin());
    for row in &mut found {
        let back = |place: usize| place.wrapping_sub(before);
        (row.start, row.end) = (back(row.start), back(row.end));
        row.mention_span = row.mention_span.map(|(a, b)| (back(a), back(b)));
        row.cue_span = row.cue_span.map(|(a, b)| (back(a), back(b)));
    }
    found
}

/// What a row says, whatever its words are made of.
fn said(row: &Row, undo: fn(&str) -> String) -> [String; 6] {
    [&row.quote, &row.speaker, &row.mention, &row.cue, &row.rule, &row.link].map(|words| undo(words))
}

/// Says how the rows of a text differ in a disguise.
fn differs(text: &str, plain: &[Row], disguise: &Disguise) -> Option<String> {
    let hidden = read(&(disguise.text)(text), disguise.before.unwrap_or(0));
    if disguise.before.is_some() {
        let pair = plain.iter().zip(&hidden).find(|(a, b)| a != b);
        return (plain != hidden).then(|| pair.map_or_else(|| "more rows or fewer".into(), |(a, b)| format!("{a:?}\n    {b:?}")));
    }
    let (plain, hidden): (Vec<_>, Vec<_>) =
        (plain.iter().map(|row| said(row, disguise.undo)).collect(), hidden.iter().map(|row| said(row, disguise.undo)).collect());
    let odd = plain.iter().find(|row| !hidden.contains(row)).map(|row| format!("- {row:?}"));
    let new = hidden.iter().find(|row| !plain.contains(row)).map(|row| format!("+ {row:?}"));
    (plain != hidden).then(|| [odd, new].into_iter().flatten().collect::<Vec<_>>().join("\n    "))
}

fn samples() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort_unstable();
    paths.iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

fn archive(path: &str) -> Vec<(String, String)> {
    let lines = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_string();
    lines.lines().enumerate().map(|(n, line)| (format!("{path}:{}", n + 1), text(line))).collect()
}

#[test]
fn a_disguise_changes_no_row() {
    let given = std::env::var("GUILLEMET_ARCHIVE").ok();
    let texts = given.as_deref().map_or_else(samples, archive);
    let mut complaints: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (place, text) in &texts {
        // A text in LF and NFC is what the disguises are put on.
        let text: String = text.replace("\r\n", "\n").nfc().collect();
        let plain = read(&text, 0);
        for disguise in DISGUISES {
            if let Some(how) = differs(&text, &plain, disguise) {
                complaints.entry(disguise.name).or_default().push(format!("{place}\n    {how}"));
            }
        }
    }
    let cases = texts.len() * DISGUISES.len();
    let odd: usize = complaints.values().map(Vec::len).sum();
    let told: Vec<String> = complaints.iter().map(|(name, all)| format!("{name}: {}\n{}", all.len(), all.join("\n"))).collect();
    println!("{cases} cases, {odd} differ\n{}", told.join("\n"));
    let allowed = if given.is_some() { cases as f64 * FEW } else { 0.0 };
    assert!(odd as f64 <= allowed, "{odd} of {cases} differ:\n{}\n", told.join("\n"));
}
