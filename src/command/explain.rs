//! `guillemet explain`: why each row says what it says.
//!
//! In: paths, as for `extract`. Out: text for a reader, an article after the other.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use guillemet::explain::explain;
use guillemet::grammar::Grammar;
use guillemet::write::{Output, WriteError};

use super::{Reading, Words};

/// Tell for each quotation which rule found its speaker, and why
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet explain article.txt          every step, sentence by sentence
  guillemet explain articles/ | less     page by page

Exit: 0 done, 2 wrong usage or nothing could be done, 3 some input failed and the rest is done.")]
pub struct Explain {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    words: Words,
}

impl Explain {
    /// Reads every article, tells how its rows came about, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        self.reading.check()?;
        let grammar = self.words.load()?;
        let grammar = grammar.as_ref().unwrap_or_else(|| Grammar::builtin());
        let mut output = Output::stdout();
        let count = self.reading.each(|article| {
            let told = output.write_all(explain(article, grammar).as_bytes());
            Ok(told.map_err(|cause| WriteError { name: output.name().to_owned(), cause })?)
        })?;
        output.finish()?;
        Ok(count.exit())
    }
}
