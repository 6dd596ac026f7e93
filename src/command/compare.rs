//! `guillemet compare`: what changed from one output of `extract` to another.
//!
//! In: two outputs. Out: a report, and exit code 1 where a row is not the same, so that a script can tell.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use guillemet::compare::{compare, Format, Options, Table};
use guillemet::write::{Output, WriteError};

use super::{same_file, say};

const DIFFER: u8 = 1;

/// Tell which rows two outputs of extract do not share, by the rule that found them
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet compare quotes.csv new.csv                          what was added, removed and changed
  guillemet extract articles/ | guillemet compare quotes.csv -  against what is found now
  guillemet compare quotes.csv new.csv -o changes.html          a page with the words that differ
  guillemet compare a.csv b.csv --ignore confidence,url         in these columns rows may differ

Rows of an article belong together where they have the same words, or share letters of the text.

Exit: 0 all rows are the same, 1 some differ, 2 wrong usage or an output could not be read.")]
pub struct Compare {
    /// Output of extract (CSV, also with --excel, or JSON Lines) as it was, or - for standard input
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Output of extract as it is now, in either form, or - for standard input
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Form of the report: text, csv (a change a line, every column) or html (a page in French) [default: text, or by the
    /// name of -o]
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// Write to FILE, complete or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// List rows that differ in their confidence alone too; without it they are only counted
    #[arg(long)]
    confidence: bool,
    /// Columns in which rows may differ and still be the same, with commas between them
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Show at most N rows of each rule in text and HTML, and count the rest
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

impl Compare {
    /// Compares the outputs, writes the report, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let dash = Path::new("-");
        anyhow::ensure!(self.old != dash || self.new != dash, "- twice: standard input holds one output: give the other as a file");
        if let Some(path) = &self.output {
            let same = [&self.old, &self.new].into_iter().any(|input| same_file(input, path));
            anyhow::ensure!(!same, "{}: is an output to compare: write elsewhere", path.display());
        }
        let (mut old, mut new) = (Table::open(&self.old)?, Table::open(&self.new)?);
        let options = Options { ignored: self.ignore.clone(), confidence: self.confidence, ..Options::default() };
        let comparison = compare(&mut old, &mut new, &options)?;
        let totals = comparison.totals;
        if comparison.shared == 0 && totals.old > 0 && totals.new > 0 {
            say("no article is in both outputs: rows are told apart by their source: extract both from the same paths");
        }

        let exit = ExitCode::from(if totals.differ() { DIFFER } else { 0 });
        let output = self.output.as_deref().map_or_else(|| Ok(Output::stdout()), Output::file)?;
        let name = output.name().to_owned();
        let mut buffered = std::io::BufWriter::new(output);
        let written = comparison.write(self.format(), self.limit, &mut buffered).and_then(|()| buffered.flush());
        let output = written.and_then(|()| buffered.into_inner().map_err(std::io::IntoInnerError::into_error));
        let finished = output.map_err(|cause| WriteError { name, cause }).and_then(Output::finish);
        match finished {
            // The reader has seen enough: what was found stays found.
            Err(error) if error.is_closed_pipe() => Ok(exit),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(exit),
        }
    }

    fn format(&self) -> Format {
        let extension = self.output.as_deref().and_then(Path::extension).and_then(|own| own.to_str()).unwrap_or_default();
        let by_name = match extension {
            "csv" => Format::Csv,
            "html" | "htm" => Format::Html,
            _ => Format::Text,
        };
        self.format.unwrap_or(by_name)
    }
}
