//! `guillemet extract`: articles in, rows out.
//!
//! In: paths. Out: rows in one form, on standard output or in a file that can be gone on with; how far the run is and what went
//! wrong on standard error, and for programs in `--report`. Not done: no row is made or changed here, only left out: `none`
//! rows without `--all`, and rows below `--min-confidence`, whose number is said, so that nobody takes what is left for all
//! there is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::Args;
use guillemet::batch::{self, Done, Job, Note, Wanted};
use guillemet::grammar::Grammar;
use guillemet::read;
use guillemet::row::{rows, Article, Kind};
use guillemet::write::{digits, parquet, Counts, Form, Format, Left, Resumable};
use indicatif::HumanCount;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::progress::{told, Progress};
use super::{done, heed, say, stopped, Pace, Reading, Words};

/// How much is read between two checkpoints, in bytes, once the run has warmed up: a broken run does that much again.
const BETWEEN: u64 = 32 << 20;

/// What is said beside an error that a run can go on after.
const KEPT: &str = "what was done is kept: when this is mended, run again with --resume";

/// Write a row for each quotation: who, the exact words, which article
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet extract article.txt                     rows on the screen
  guillemet extract articles/ > quotes.csv          a folder, for a spreadsheet
  guillemet extract archive.jsonl -o quotes.jsonl   an archive, for a program
  guillemet extract articles/ --excel -o quotes.csv a folder, for a French Excel
  guillemet extract articles/ -o corpus.xml         the articles as TEI, with their quotations marked
  pdftotext dossier.pdf - | guillemet extract -     a text from another program
  guillemet extract articles/ --all                 also the marked words that nobody says
  guillemet extract articles/ --min-confidence 0.8  only what is likely right, for a first look
  guillemet extract archive/ -o quotes.csv --resume go on with a long run that was broken off

Exit: 0 done, 2 wrong usage or nothing could be done, 3 some input failed and the rest is done,
130 or 143 stopped by Ctrl-C or by another program.")]
pub struct Extract {
    #[command(flatten)]
    reading: Reading,
    /// Form of the rows: csv, jsonl (JSON Lines, with the places of mention and cue), parquet, tei (the articles with who says
    /// what marked in their text), annotations (W3C Web Annotation) or quotation (schema.org) [default: csv, or by the name of
    /// -o: .csv, .jsonl, .ndjson, .parquet, .xml, .tei]
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// CSV as a French Excel opens it: byte order mark, semicolons, CRLF, decimal commas, and an apostrophe before each cell
    /// that it would run as a formula
    #[arg(long)]
    excel: bool,
    /// Write to FILE, complete or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also the words between marks that nobody says, each with the reason
    #[arg(long)]
    all: bool,
    /// Leave out rows whose confidence is below X (0 to 1; rows without a speaker have 0), and say on standard error how many
    #[arg(long, value_name = "X", default_value = "0", hide_default_value = true, value_parser = share)]
    min_confidence: f64,
    /// Go on with a run of -o that was broken off: with the same inputs, options and rules, to the same bytes
    #[arg(long, help_heading = "Long runs", requires = "output")]
    resume: bool,
    /// Write to FILE what failed and what was skipped, a JSON object a line, and how many of each there were
    #[arg(long, help_heading = "Long runs", value_name = "FILE")]
    report: Option<PathBuf>,
    /// Keep in DIR the text of each article, in which start and end count: NUMBER-SOURCE.txt
    #[arg(long, help_heading = "Long runs", value_name = "DIR")]
    keep_text: Option<PathBuf>,
    #[command(flatten)]
    pace: Pace,
    #[command(flatten)]
    words: Words,
}

impl Extract {
    /// Reads every article, writes its rows, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        self.reading.check()?;
        self.check()?;
        let grammar = self.words.load()?;
        let grammar = grammar.as_ref().unwrap_or_else(|| Grammar::builtin());
        let options = self.reading.options();
        let form = self.form(&options)?;
        let (mut output, left) = self.open(&options, &form, grammar)?;
        // A run that was stopped before its first block has a head all the same.
        let (begun, before) = match left {
            Left::Resumed(counts) => (true, counts),
            _ => (false, Counts::default()),
        };
        let mut progress =
            Progress::new(self.pace.progress, self.output.is_none(), || read::total_bytes(&self.reading.paths, &options), before);
        self.tell(&left, &progress);
        if let Some(folder) = &self.keep_text {
            batch::make_folder(folder)?;
        }
        let signal = heed(self.reading.asks_stdin())?;
        let stop = || signal.load(Ordering::Relaxed) != 0;
        let make = batch::rendered(&form, |article: &Article| self.wanted(article, grammar));
        let job = Job {
            threads: self.pace.threads(),
            options: &options,
            make: &make,
            texts: self.keep_text.as_deref(),
            skip: before.documents,
            stop: &stop,
        };

        if !begun {
            output.rows(&form.head())?;
        }
        let mut counts = before;
        let mut skipped: BTreeMap<&'static str, u64> = BTreeMap::new();
        let (mut noted, mut between) = (before.bytes, 0);
        let run = batch::run(
            || read::documents(&self.reading.paths, &options),
            &job,
            |done: Done<Vec<u8>>| -> anyhow::Result<()> {
                for note in &done.notes {
                    output.report(line(note).as_bytes())?;
                    match note {
                        Note::Skipped { why, .. } => *skipped.entry(why).or_default() += 1,
                        _ => progress.say(&note.line()),
                    }
                }
                output.rows(&done.made.concat())?;
                counts.add(&done.counts);
                if let Some(error) = done.broken {
                    return Err(error.into());
                }
                if counts.bytes - noted > between {
                    output.checkpoint(&counts)?;
                    // Soon at first, so that a short run can be gone on with too.
                    (noted, between) = (counts.bytes, (2 * between + 1).min(BETWEEN));
                }
                progress.note(&counts, options.read.load(Ordering::Relaxed));
                Ok(())
            },
        );
        let summary = progress.finish();
        if let Err(error) = run {
            return Err(if output.kept() { error.context(KEPT) } else { error });
        }
        let signal = signal.load(Ordering::Relaxed);
        if signal != 0 {
            output.checkpoint(&counts)?;
            let advice = if self.output.is_some() { ": run again with --resume to go on" } else { "" };
            say(&format!("stopped after {}{advice}", told(counts.documents, "document")));
            return Ok(stopped(signal));
        }
        output.report(end(&counts).as_bytes())?;
        let nothing_done = counts.read == 0 && counts.failed > 0;
        // With nothing read, an earlier result stays as it was.
        if nothing_done {
            output.abandon()?;
        } else {
            output.rows(&form.tail())?;
            let parquet = |mut lines: &mut dyn BufRead, file: &mut File| parquet::from_lines(&mut lines, file, &form).map(drop);
            output.finish(form.intermediate().then_some(&parquet))?;
        }
        self.sum_up(&counts, &skipped, summary);
        Ok(done(counts.read, counts.failed))
    }

    fn wanted(&self, article: &Article, grammar: &Grammar) -> Wanted {
        let mut rows = rows(article, grammar);
        rows.retain(|row| self.all || row.kind != Kind::None);
        let found = rows.len();
        rows.retain(|row| row.confidence >= self.min_confidence);
        Wanted { unsure: (found - rows.len()) as u64, rows }
    }

    fn check(&self) -> anyhow::Result<()> {
        if let Some(output) = &self.output {
            anyhow::ensure!(!self.reading.names(output), "{}: is an article to read: write elsewhere", output.display());
        }
        Ok(())
    }

    fn open(&self, options: &read::Options, form: &Form, grammar: &Grammar) -> anyhow::Result<(Resumable, Left)> {
        let mut hash = Sha256::new();
        if self.output.is_some() {
            let asked = (self.all, self.min_confidence, &self.keep_text, &self.report);
            hash.update(format!("{} {form:?} {options:?} {asked:?}", env!("CARGO_PKG_VERSION")));
            hash.update(postcard::to_allocvec(grammar)?);
            let inputs = read::fingerprint(&self.reading.paths, options);
            anyhow::ensure!(inputs.is_some() || !self.resume, "--resume: standard input and pipes cannot be read again: give files");
            hash.update(inputs.unwrap_or_default());
        }
        let run = digits(&hash.finalize()[..16]);
        Ok(Resumable::open(self.output.as_deref(), self.report.as_deref(), &run, self.resume)?)
    }

    fn tell(&self, left: &Left, progress: &Progress) {
        let name = self.output.as_deref().unwrap_or(Path::new("-")).display();
        match left {
            Left::Nothing => {}
            Left::Resumed(counts) => progress.say(&format!("{name}: going on after {}", told(counts.documents, "document"))),
            Left::Dropped => progress.say(&format!("{name}: an unfinished run is started again: --resume would go on with it")),
            Left::Damaged => progress.say(&format!("{name}: what is left of the unfinished run is damaged: starting again")),
        }
    }

    fn sum_up(&self, counts: &Counts, skipped: &BTreeMap<&'static str, u64>, summary: bool) {
        let Counts { documents, read, failed, skipped: passed, rows, unsure, .. } = *counts;
        if unsure > 0 {
            let found = rows + unsure;
            say(&format!("{unsure} of {} left out: confidence below {}", told(found, "row"), self.min_confidence));
        }
        if summary || failed + passed > 0 {
            let why: Vec<String> = skipped.iter().map(|(why, number)| format!("{why}: {number}")).collect();
            let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
            let number = HumanCount;
            let documents = told(documents, "document");
            let parts = format!("{} read, {} failed, {} skipped{why}", number(read), number(failed), number(passed));
            say(&format!("{documents}: {parts}; {}", told(rows, "row")));
        }
    }

    fn form(&self, options: &read::Options) -> anyhow::Result<Form> {
        let format = self.format.or_else(|| Format::of(self.output.as_deref()?)).unwrap_or_default();
        let to_file = self.output.as_deref().is_some_and(|path| path != Path::new("-"));
        anyhow::ensure!(
            format != Format::Parquet || to_file,
            "parquet is no text for a screen or a pipe: write it to a file with -o rows.parquet"
        );
        anyhow::ensure!(!self.excel || format == Format::Csv, "--excel is for CSV: leave it out, or give -f csv");
        Ok(Form { format, excel: self.excel, kept: options.keep.clone() })
    }
}

/// A line of the report.
#[derive(Default, Serialize)]
struct Line<'a> {
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'a str>,
}

/// A note as a line of the report.
fn line(note: &Note) -> String {
    text(&match note {
        Note::Failed(error) => Line {
            status: "failed",
            path: Some(&error.path),
            line: error.line,
            column: error.column,
            byte: error.offset,
            what: Some(&error.what),
            advice: Some(&error.advice),
        },
        Note::Panicked { place, what } => Line { status: "failed", path: Some(place), what: Some(what), ..Line::default() },
        Note::Warning(line) => Line { status: "warning", what: Some(line), ..Line::default() },
        Note::Skipped { place, why } => Line { status: "skipped", path: Some(place), what: Some(why), ..Line::default() },
    })
}

/// The last line of the report.
#[derive(Serialize)]
struct End {
    status: &'static str,
    documents: u64,
    read: u64,
    failed: u64,
    skipped: u64,
    rows: u64,
    left_out: u64,
}

fn end(counts: &Counts) -> String {
    let Counts { documents, read, failed, skipped, rows, unsure, .. } = *counts;
    text(&End { status: "done", documents, read, failed, skipped, rows, left_out: unsure })
}

fn text(line: &impl Serialize) -> String {
    // Text and numbers always become JSON.
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "give a number from 0 to 1, such as 0.8".into())
}
