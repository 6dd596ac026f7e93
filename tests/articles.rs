//! The sample articles in `data/articles`: what is found in them, and how much of that is right.
//!
//! A snapshot records behaviour: the rows of one article, to be read beside it. Gold records truth: who said what by the
//! judgement of a careful reader. `data/calibration.csv`, where the confidence of a row comes from, is measured on gold as
//! `guillemet score` does it, and `data/calibration.svg` shows what that confidence is worth.

#![cfg(feature = "command")]

use guillemet::calibration::Calibration;
use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Row};
use guillemet::score::{Sample, Score, Validation};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const ARTICLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
const GOLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/gold");
const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/articles");
const CALIBRATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/calibration.csv");
const MEASURED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/measured.csv");
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/calibration.svg");

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

/// The samples: the articles that have gold, with it.
fn samples() -> Vec<Sample> {
    let found = guillemet::score::samples(Path::new(GOLD), Some(Path::new(ARTICLES)));
    let (samples, complaints): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    let complaints: Vec<String> = complaints.into_iter().filter_map(Result::err).map(|e| e.to_string()).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    samples.into_iter().flatten().collect()
}

#[test]
fn gold_stands_in_its_articles() {
    assert!(samples().len() > 10);
}

#[test]
fn confidence_is_as_measured_on_gold() {
    let (samples, grammar) = (samples(), Grammar::builtin());
    let mut calibration = Score::of(&samples, grammar).calibration;
    calibration.merge(&Calibration::parse(&fs::read_to_string(MEASURED).unwrap()).unwrap());
    let calibration = calibration.to_string();
    let plot = Validation::of(&samples, grammar).plot();
    for (path, now) in [(CALIBRATION, calibration), (PLOT, plot)] {
        if std::env::var_os("GUILLEMET_UPDATE").is_some() {
            fs::write(path, &now).unwrap();
            continue;
        }
        let before = fs::read_to_string(path).unwrap_or_default();
        let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), now.lines().collect());
        let gone = old.difference(&new).map(|line| format!("- {line}"));
        let come = new.difference(&old).map(|line| format!("+ {line}"));
        let changes: Vec<String> = gone.chain(come).collect();
        assert!(
            before == now,
            "{} is not what gold says now:\n{}\nIf the change is meant, run GUILLEMET_UPDATE=1 cargo test --test articles, then cargo test again.\n",
            Path::new(path).file_name().unwrap().display(),
            changes.join("\n")
        );
    }
}
