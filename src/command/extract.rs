//! `guillemet extract`: articles in, rows out.
//!
//! In: paths. Out: CSV or JSON Lines. Not done: no row is made or changed here, only left out: `none` rows without `--all`, and
//! rows below `--min-confidence`, whose number is said, so that nobody takes what is left for all there is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use guillemet::grammar::Grammar;
use guillemet::row::{rows, Kind};
use guillemet::write::{Block, Form, Format, Output, WriteError};

use super::{say, Reading, Words};

/// Write a row for each quotation: who, the exact words, which article
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet extract article.txt                     rows on the screen
  guillemet extract articles/ > quotes.csv          a folder, for a spreadsheet
  guillemet extract archive.jsonl -o quotes.jsonl   an archive, for a program
  pdftotext dossier.pdf - | guillemet extract -     a text from another program
  guillemet extract articles/ --all                 also the marked words that nobody says
  guillemet extract articles/ --min-confidence 0.8  only what is likely right, for a first look

Exit: 0 done, 2 wrong usage or nothing could be done, 3 some input failed and the rest is done.")]
pub struct Extract {
    #[command(flatten)]
    reading: Reading,
    /// Form of the rows: csv or jsonl (JSON Lines, with the places of mention and cue) [default: csv, or by the name of -o]
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// Write to FILE, complete or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also the words between marks that nobody says, each with the reason
    #[arg(long)]
    all: bool,
    /// Leave out rows whose confidence is below X (0 to 1; rows without a speaker have 0), and say on standard error how many
    #[arg(long, value_name = "X", default_value = "0", hide_default_value = true, value_parser = share)]
    min_confidence: f64,
    #[command(flatten)]
    words: Words,
}

impl Extract {
    /// Reads every article, writes its rows, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        self.reading.check()?;
        let grammar = self.words.load()?;
        let grammar = grammar.as_ref().unwrap_or_else(|| Grammar::builtin());
        let mut output = self.open()?;
        let name = output.name().to_owned();
        let failed = |cause: io::Error| WriteError { name: name.clone(), cause };

        let form = Form { format: self.format(), kept: self.reading.options().keep };
        output.write_all(&form.head()).map_err(failed)?;
        let (mut seen, mut unsure) = (0, 0);
        let count = self.reading.each(|article| {
            let mut wanted = rows(article, grammar);
            wanted.retain(|row| self.all || row.kind != Kind::None);
            seen += wanted.len();
            wanted.retain(|row| row.confidence >= self.min_confidence);
            unsure += wanted.len();
            let mut block = Block::new(&form);
            block.article(article, &wanted);
            output.write_all(&block.bytes()).map_err(failed)?;
            Ok(())
        })?;
        let unsure = seen - unsure;
        output.write_all(&form.tail()).map_err(failed)?;
        // With nothing read, an earlier result stays as it was.
        if !count.nothing_done() {
            output.finish()?;
        }
        if unsure > 0 {
            say(&format!("{unsure} of {seen} row{} left out: confidence below {}", if seen == 1 { "" } else { "s" }, self.min_confidence));
        }
        Ok(count.exit())
    }

    fn open(&self) -> anyhow::Result<Output> {
        let Some(path) = &self.output else { return Ok(Output::stdout()) };
        let same = |input: &PathBuf| {
            fs::canonicalize(input).is_ok_and(|input| input.is_file() && fs::canonicalize(path).is_ok_and(|path| path == input))
        };
        anyhow::ensure!(!self.reading.paths.iter().any(same), "{}: is an article to read: write elsewhere", path.display());
        Ok(Output::file(path)?)
    }

    fn format(&self) -> Format {
        let extension = self.output.as_deref().and_then(Path::extension);
        let by_name = if extension.is_some_and(|own| own == "jsonl" || own == "ndjson") { Format::Jsonl } else { Format::Csv };
        self.format.unwrap_or(by_name)
    }
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "give a number from 0 to 1, such as 0.8".into())
}
