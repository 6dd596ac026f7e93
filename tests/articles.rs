//! The sample articles in `data/articles`: what is found in them, and how much of that is right.
//!
//! A snapshot records behaviour: the rows of one article, to be read beside it. Gold records truth: who said what by the
//! judgement of a careful reader. `data/calibration.csv`, where the confidence of a row comes from, is measured here on gold,
//! and nothing here looks at that confidence, so that measuring twice gives the same file.

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Kind, Row};
use guillemet::text::{bare, is_mark, is_space};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const ARTICLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
const GOLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/gold");
const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/articles");
const CALIBRATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/calibration.csv");

/// Files of a folder by their names without the ending.
fn read(dir: &str, ending: &str) -> BTreeMap<String, String> {
    let files = fs::read_dir(dir).unwrap_or_else(|e| panic!("{dir}: {e}")).map(|f| f.unwrap().path());
    let named = files.filter_map(|path| {
        let name = path.file_name()?.to_str()?.strip_suffix(ending)?.to_string();
        Some((name, fs::read_to_string(&path).unwrap()))
    });
    named.collect()
}

fn found(name: &str, text: &str) -> Vec<Row> {
    rows(&Article { source: name.to_string(), text: text.to_string(), ..Article::default() }, Grammar::builtin())
}

#[test]
fn rows_are_as_in_their_snapshots() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(SNAPSHOTS);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in read(ARTICLES, ".txt") {
            insta::assert_snapshot!(name.as_str(), shown(&found(&name, &text)));
        }
    });
}

/// Rows for a reader's eye: the words first, then who says them, then why.
fn shown(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let _ = writeln!(out, "{}", row.quote.replace('\n', " ¶ "));
        let speaker = if row.speaker.is_empty() { "nobody" } else { &row.speaker };
        let gender = if row.gender.is_empty() { String::new() } else { format!(" ({})", row.gender) };
        let _ = writeln!(out, "    {} {speaker}{gender}", row.kind.name());
        let link = if row.link.is_empty() { String::new() } else { format!(", {}", row.link) };
        let _ = writeln!(out, "    by {}{link}", row.rule);
        for (what, words) in [("mention", &row.mention), ("cue", &row.cue), ("via", &row.via)] {
            if !words.is_empty() {
                let _ = writeln!(out, "    {what} {}", words.replace('\n', " "));
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn every_snapshot_has_its_article() {
    let articles: BTreeSet<String> = read(ARTICLES, ".txt").into_keys().map(|name| format!("{name}.snap")).collect();
    let files: BTreeSet<String> = fs::read_dir(SNAPSHOTS).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    let orphans: Vec<_> = files.difference(&articles).filter(|f| !f.ends_with(".snap.new")).collect();
    assert!(orphans.is_empty(), "snapshots without an article, delete them: {orphans:?}");
}

#[derive(Deserialize)]
struct Gold {
    quotes: Vec<Quote>,
    not_quotes: Vec<String>,
}

#[derive(Deserialize)]
struct Quote {
    quote: String,
    kind: String,
    speaker: Option<String>,
    speaker_resolved: Option<String>,
}

fn gold() -> BTreeMap<String, Gold> {
    read(GOLD, ".ann.json")
        .into_iter()
        .map(|(name, json)| (name.clone(), serde_json::from_str(&json).unwrap_or_else(|e| panic!("{name}: {e}"))))
        .collect()
}

/// Where each string stands, in bytes: searched from the start of the one before, past it where it is the same again.
fn places<'a>(text: &str, strings: impl Iterator<Item = &'a str>) -> Result<Vec<(usize, usize)>, &'a str> {
    let (mut from, mut last) = (0, "");
    strings
        .map(|string| {
            let skip = if string == last { string.chars().next().map_or(0, char::len_utf8) } else { 0 };
            let start = from + skip + text[from + skip..].find(string).ok_or(string)?;
            (from, last) = (start, string);
            Ok((start, start + string.len()))
        })
        .collect()
}

#[test]
fn gold_stands_in_its_articles() {
    let articles = read(ARTICLES, ".txt");
    let mut complaints = String::new();
    for (name, gold) in gold() {
        let Some(text) = articles.get(&name) else {
            let _ = writeln!(complaints, "{name}: no such article");
            continue;
        };
        let quotes = places(text, gold.quotes.iter().map(|q| q.quote.as_str()));
        let not_quotes = places(text, gold.not_quotes.iter().map(String::as_str));
        for missing in [quotes, not_quotes].into_iter().filter_map(Result::err) {
            let _ = writeln!(complaints, "{name}: not in the article, or not in its order: {missing}");
        }
        for quote in &gold.quotes {
            if !["direct", "mixed", "indirect"].contains(&quote.kind.as_str()) {
                let _ = writeln!(complaints, "{name}: kind {:?} of {}", quote.kind, quote.quote);
            }
            for speaker in [&quote.speaker, &quote.speaker_resolved].into_iter().flatten().filter(|s| !text.contains(s.as_str())) {
                let _ = writeln!(complaints, "{name}: speaker not in the article: {speaker}");
            }
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// How much two spans share, of what they cover together.
fn shared((a, b): (usize, usize), (c, d): (usize, usize)) -> f64 {
    let (inner, outer) = (b.min(d).saturating_sub(a.max(c)), b.max(d) - a.min(c));
    if outer == 0 {
        0.0
    } else {
        inner as f64 / outer as f64
    }
}

/// A span in code points without what stands at its ends and is no matter of who said what.
fn trimmed(text: &[char], (mut start, mut end): (usize, usize)) -> (usize, usize) {
    let edge = |c: char| is_space(c) || is_mark(c);
    while start < end && edge(text[start]) {
        start += 1;
    }
    while end > start && (edge(text[end - 1]) || matches!(text[end - 1], '.' | ',' | ';')) {
        end -= 1;
    }
    (start, end)
}

/// The words of a name that tell: no articles, no titles, no case, no accents.
fn telling(name: &str) -> Vec<String> {
    const SILENT: &str =
        " le la les l un une des du de d au aux son sa ses leur leurs cet cette ce ces notre nos m mm mme mmes mlle dr pr me mgr \
                          monsieur madame messieurs maitre docteur professeur ";
    let name = bare(name);
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !SILENT.contains(&format!(" {w} ")));
    words.map(str::to_string).collect()
}

/// Whether two names are of one speaker: the same words, or one within the other with its first or last word in common.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (telling(a), telling(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let (p, q): (HashSet<_>, HashSet<_>) = (a.iter().collect(), b.iter().collect());
    if p.is_subset(&q) || q.is_subset(&p) {
        return a.first() == b.first() || a.last() == b.last();
    }
    p.intersection(&q).count() as f64 / p.union(&q).count() as f64 >= 0.6
}

#[test]
fn names_are_compared_by_the_words_that_tell() {
    for (a, b) in [
        ("M. Lavrov", "Sergueï Lavrov"),
        ("le procureur", "Procureur de Nîmes"),
        ("L’Élysée", "l'Elysée"),
        ("Jean Dupont-Roy", "Jean Dupont Roy"),
    ] {
        assert!(same(a, b), "{a}, {b}");
    }
    for (a, b) in [("Jean Dupont", "Jean Roy"), ("", "Jean"), ("le", "la"), ("Jean", "Marie Jean Roy")] {
        assert!(!same(a, b), "{a}, {b}");
    }
}

/// Whether each row that names a speaker is right: its words are those of a gold item, marked or unmarked alike, and so is
/// its speaker. Each gold item vouches for one row, the nearest.
fn judged<'r>(text: &str, gold: &Gold, rows: &'r [Row]) -> Vec<(&'r Row, bool)> {
    let characters: Vec<char> = text.chars().collect();
    let code = |byte: usize| text[..byte].chars().count();
    let places = places(text, gold.quotes.iter().map(|q| q.quote.as_str())).unwrap();
    let items: Vec<(&Quote, (usize, usize))> =
        gold.quotes.iter().zip(places).map(|(q, (start, end))| (q, trimmed(&characters, (code(start), code(end))))).collect();
    let rows: Vec<&Row> = rows.iter().filter(|r| r.kind != Kind::None).collect();
    let mut pairs = Vec::new();
    for (r, row) in rows.iter().enumerate() {
        for (g, (quote, span)) in items.iter().enumerate() {
            let near = shared(trimmed(&characters, (row.start, row.end)), *span);
            if (row.kind == Kind::Indirect) == (quote.kind == "indirect") && near >= 0.8 {
                pairs.push((near, r, g));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut of_row = vec![None; rows.len()];
    let mut used = HashSet::new();
    for (_, r, g) in pairs {
        if of_row[r].is_none() && used.insert(g) {
            of_row[r] = Some(items[g].0);
        }
    }
    let verdict = |row: &Row, quote: Option<&Quote>| {
        let speaker = quote.and_then(|q| q.speaker_resolved.as_ref().or(q.speaker.as_ref()));
        speaker.is_some_and(|s| same(s, &row.speaker))
    };
    rows.into_iter().zip(of_row).filter(|(row, _)| !row.speaker.is_empty()).map(|(row, quote)| (row, verdict(row, quote))).collect()
}

/// The file: how many rows of each rule and link were right, of each rule (no link), and of all (neither).
fn measured() -> String {
    let articles = read(ARTICLES, ".txt");
    let mut counts: BTreeMap<(String, String), (u32, u32)> = BTreeMap::new();
    for (name, gold) in gold() {
        let text = &articles[&name];
        for (row, right) in judged(text, &gold, &found(&name, text)) {
            for key in [(row.rule.as_str(), row.link.as_str()), (row.rule.as_str(), ""), ("", "")] {
                let count = counts.entry((key.0.to_string(), key.1.to_string())).or_default();
                *count = (count.0 + u32::from(right), count.1 + 1);
            }
        }
    }
    let mut out = "rule,link,right,of\n".to_string();
    for ((rule, link), (right, of)) in counts {
        let _ = writeln!(out, "{rule},{link},{right},{of}");
    }
    out
}

#[test]
fn confidence_is_as_measured_on_gold() {
    let now = measured();
    if std::env::var_os("GUILLEMET_UPDATE").is_some() {
        fs::write(CALIBRATION, &now).unwrap();
        return;
    }
    let before = fs::read_to_string(CALIBRATION).unwrap();
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), now.lines().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let come = new.difference(&old).map(|line| format!("+ {line}"));
    let changes: Vec<String> = gone.chain(come).collect();
    assert!(
        before == now,
        "{} is not what gold says now:\n{}\nIf the change is meant, run GUILLEMET_UPDATE=1 cargo test --test articles, then cargo test again.\n",
        Path::new(CALIBRATION).file_name().unwrap().display(),
        changes.join("\n")
    );
}
