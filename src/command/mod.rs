//! The commands and what they share: options, messages, exit codes.
//!
//! In: parsed arguments. Out: an exit code. This is the only module that writes to standard error, so that nothing an article
//! or a file name holds reaches a terminal as a control character.

mod explain;
mod extract;
mod rules;
mod score;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use guillemet::grammar::Grammar;
use guillemet::read::{self, Outcome};
use guillemet::row::Article;
use guillemet::write::{printable, WriteError};

const WRONG: u8 = 2;
const SOME_FAILED: u8 = 3;

/// Reads French news and writes who said what: a row for each quotation.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  guillemet extract articles/ > quotes.csv   every quotation of a folder, for a spreadsheet
  guillemet explain article.txt              why each row says what it says
  guillemet rules                            the rules, each with its reason and examples
  guillemet score my-gold                    how much of what is found is right

guillemet COMMAND --help tells more."
)]
pub struct Guillemet {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Extract(extract::Extract),
    Explain(explain::Explain),
    Rules(rules::Rules),
    Score(score::Score),
}

impl Guillemet {
    /// Does what was asked.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Extract(command) => command.run(),
            Command::Explain(command) => command.run(),
            Command::Rules(command) => command.run(),
            Command::Score(command) => command.run(),
        };
        done.unwrap_or_else(|error| {
            if error.downcast_ref::<WriteError>().is_some_and(WriteError::is_closed_pipe) {
                return ExitCode::SUCCESS;
            }
            say(&error.to_string());
            ExitCode::from(WRONG)
        })
    }
}

/// What is not a command: help and version go to standard output, mistakes to standard error.
pub fn explain_usage(usage: &clap::Error) -> ExitCode {
    if usage.use_stderr() {
        let usage = usage.to_string();
        let lines: Vec<_> = usage.lines().map(printable).collect();
        // A broken standard error leaves nobody to tell.
        let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
        return ExitCode::from(WRONG);
    }
    match usage.print() {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(WRONG),
        _ => ExitCode::SUCCESS,
    }
}

/// What to read, and how.
#[derive(Args)]
struct Reading {
    /// Article, folder of articles (.txt, .jsonl, .ndjson), or - for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How articles are held: auto goes by the name, text is an article a file, jsonl an article a line with its "text"
    /// and, if known, "id" and "url"
    #[arg(long, value_name = "FORMAT", default_value = "auto", hide_possible_values = true)]
    input_format: read::Format,
}

impl Reading {
    /// Gives each article to `work`, names each that cannot be read, and counts both. `work` stops everything by an error.
    fn each(&self, mut work: impl FnMut(&Article) -> anyhow::Result<()>) -> anyhow::Result<Count> {
        let mut count = Count { read: 0, failed: 0 };
        let options = read::Options { format: self.input_format };
        for document in read::documents(&self.paths, &options) {
            match document.read(&options) {
                Outcome::Article(article) => {
                    work(&article)?;
                    count.read += 1;
                }
                Outcome::Skipped { .. } => {}
                Outcome::Failed(error) => {
                    say(&error.to_string());
                    count.failed += 1;
                }
            }
        }
        Ok(count)
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.paths.is_empty(), "no PATH: nothing to read: give a file, a folder, or - for standard input");
        Ok(())
    }
}

/// How reading went.
struct Count {
    read: usize,
    failed: usize,
}

impl Count {
    fn nothing_done(&self) -> bool {
        self.read == 0 && self.failed > 0
    }

    fn exit(&self) -> ExitCode {
        if self.failed == 0 {
            return ExitCode::SUCCESS;
        }
        say(&format!("{} article{} read, {} failed", self.read, if self.read == 1 { "" } else { "s" }, self.failed));
        ExitCode::from(if self.nothing_done() { WRONG } else { SOME_FAILED })
    }
}

/// Which words and rules to go by.
#[derive(Args)]
struct Words {
    /// Folder of grammar pages (.toml), lexicons and a calibration (.csv) that stand in for the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    grammar: Option<PathBuf>,
    /// Lexicon (.csv) added to the built-in ones; may be given several times
    #[arg(long, value_name = "FILE")]
    lexicon: Vec<PathBuf>,
}

impl Words {
    /// The grammar asked for, `None` being the one built in.
    fn load(&self) -> anyhow::Result<Option<Grammar>> {
        if self.grammar.is_none() && self.lexicon.is_empty() {
            return Ok(None);
        }
        Ok(Some(Grammar::load(self.grammar.as_deref(), &self.lexicon)?))
    }
}

/// One line on standard error.
fn say(message: &str) {
    // A broken standard error leaves nobody to tell.
    let _ = writeln!(io::stderr(), "guillemet: {}", printable(message));
}
