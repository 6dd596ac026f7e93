//! `guillemet score`: how much of what is found is right.
//!
//! In: folders of gold with their articles. Out: tables for a reader; in files, the calibration and its plot.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use guillemet::grammar::Grammar;
use guillemet::score::{self, Validation};
use guillemet::write::{Output, WriteError};

use super::{say, Count, Words};

/// Measure on articles whose quotations are known which rows are right
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet score my-gold                                     NAME.ann.json beside NAME.txt
  guillemet score data/gold --articles data/articles          annotations and articles apart
  guillemet score my-gold --cross-validate --plot plot.svg    what confidence is worth
  guillemet score my-gold --calibration mine/calibration.csv  for extract --grammar mine

data/README.md of guillemet says how an annotation is written.

Exit: 0 done, 2 wrong usage or nothing could be done, 3 some gold failed and the rest is done.")]
pub struct Score {
    /// Folder of annotations (NAME.ann.json), each with its article (NAME.txt)
    #[arg(value_name = "GOLD")]
    gold: Vec<PathBuf>,
    /// Folder of the articles, where they are not beside their annotations
    #[arg(long, value_name = "DIR")]
    articles: Option<PathBuf>,
    /// Write to FILE how often each rule with each link was right (rule,kind,link,full_name,right,of)
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Measure confidence too: counted on one half of the articles and measured on the other, both ways
    #[arg(long)]
    cross_validate: bool,
    /// Draw to FILE (.svg) what confidence says against what is right
    #[arg(long, value_name = "FILE", requires = "cross_validate")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    words: Words,
}

impl Score {
    /// Reads the gold, compares it with the rows of its articles, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(!self.gold.is_empty(), "no GOLD: nothing to score: give a folder that holds NAME.ann.json files");
        if let Some(folder) = &self.articles {
            anyhow::ensure!(folder.is_dir(), "{}: no such folder: give the one that holds the articles", folder.display());
        }
        let grammar = self.words.load()?;
        let grammar = grammar.as_ref().unwrap_or_else(|| Grammar::builtin());
        let mut count = Count { read: 0, failed: 0 };
        let mut known = Vec::new();
        for sample in self.gold.iter().flat_map(|gold| score::samples(gold, self.articles.as_deref())) {
            match sample {
                Ok(sample) => {
                    known.push(sample);
                    count.read += 1;
                }
                Err(error) => {
                    say(&error.to_string());
                    count.failed += 1;
                }
            }
        }
        if count.nothing_done() {
            return Ok(count.exit());
        }
        let score = score::Score::of(&known, grammar);
        let mut told = score.describe();
        if self.cross_validate {
            anyhow::ensure!(known.len() > 1, "one article: --cross-validate needs two or more: give more gold");
            let validation = Validation::of(&known, grammar);
            told.push('\n');
            told.push_str(&validation.describe());
            if let Some(path) = &self.plot {
                write(path, &validation.plot())?;
            }
        }
        if let Some(path) = &self.calibration {
            write(path, &score.calibration.to_string())?;
        }
        let mut output = Output::stdout();
        output.write_all(told.as_bytes()).map_err(|cause| WriteError { name: output.name().to_owned(), cause })?;
        output.finish()?;
        Ok(count.exit())
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut output = Output::file(path)?;
    output.write_all(text.as_bytes()).map_err(|cause| WriteError { name: output.name().to_owned(), cause })?;
    Ok(output.finish()?)
}
