//! `guillemet rules`: the grammar as text.
//!
//! In: the built-in grammar or another. Out: its pages, rules, reasons and examples; with `--grammar`, also a check of them.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use guillemet::grammar::Grammar;
use guillemet::write::{Output, WriteError};

use super::Words;

/// Print the rules, each with its reason and examples
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet rules                        the built-in rules, in the order they are tried
  guillemet rules --grammar my-grammar   check and print your own

Exit: 0 done, 2 wrong usage or a mistake in the grammar.")]
pub struct Rules {
    #[command(flatten)]
    words: Words,
}

impl Rules {
    /// Prints the grammar and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let grammar = self.words.load()?;
        let grammar = grammar.as_ref().unwrap_or_else(|| Grammar::builtin());
        let mut output = Output::stdout();
        let told = output.write_all(grammar.describe().as_bytes());
        told.map_err(|cause| WriteError { name: output.name().to_owned(), cause })?;
        output.finish()?;
        Ok(ExitCode::SUCCESS)
    }
}
