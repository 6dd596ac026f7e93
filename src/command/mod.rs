//! The commands and what they share: options, messages, exit codes.
//!
//! In: parsed arguments. Out: an exit code. This is the only module that writes to standard error, so that nothing an article
//! or a file name holds reaches a terminal as a control character.

mod archive;
mod check;
mod compare;
mod completions;
mod conflicts;
mod explain;
mod extract;
mod index;
mod man;
mod progress;
mod rules;
mod score;
mod search;
mod speakers;

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::Arc;
use std::thread;

use clap::{Args, Parser, Subcommand};
use guillemet::grammar::Grammar;
use guillemet::read::{self, Outcome};
use guillemet::row::Article;
use guillemet::write::{printable, Output, WriteError};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

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
  guillemet compare quotes.csv new.csv       which rows changed, and by which rule
  guillemet index articles/ --db quotes.db   an archive to be asked again and again
  guillemet search port --db quotes.db       who said what about it
  guillemet speakers --db quotes.db          who speaks, as what, how often
  guillemet check claims.csv --db quotes.db  whether they said that
  guillemet conflicts --db quotes.db         where articles disagree

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
    Compare(compare::Compare),
    Index(index::Index),
    Search(search::Search),
    Speakers(speakers::Speakers),
    Check(check::Check),
    Conflicts(conflicts::Conflicts),
    Completions(completions::Completions),
    Man(man::Manual),
}

impl Guillemet {
    /// Does what was asked.
    pub fn run(self) -> ExitCode {
        // A mistake of ours is told like any other trouble: what it quotes of an article must not reach the terminal as it is.
        std::panic::set_hook(Box::new(|panic| say(&format!("a mistake of guillemet: {panic}"))));
        let done = match self.command {
            Command::Extract(command) => command.run(),
            Command::Explain(command) => command.run(),
            Command::Rules(command) => command.run(),
            Command::Score(command) => command.run(),
            Command::Compare(command) => command.run(),
            Command::Index(command) => command.run(),
            Command::Search(command) => command.run(),
            Command::Speakers(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Conflicts(command) => command.run(),
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        };
        done.unwrap_or_else(|error| {
            if error.downcast_ref::<WriteError>().is_some_and(WriteError::is_closed_pipe) {
                return ExitCode::SUCCESS;
            }
            // What went wrong before what may be done about it.
            error.chain().rev().for_each(|said| say(&said.to_string()));
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
    /// File, folder, pattern such as 'archive/**/*.html', or - for standard input. Read are .txt, .html (pages, and the export
    /// of Europresse), .csv, .tsv, .jsonl, .parquet and .warc, each also as .gz or .zst
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read also the inputs that FILE names, a path a line; - is standard input
    #[arg(long = "paths", value_name = "FILE", help_heading = "Input")]
    lists: Vec<PathBuf>,
    /// How inputs hold articles: text, html, csv, tsv, jsonl, europresse, parquet or warc; auto goes by the name, else by what
    /// they look like
    #[arg(long, value_name = "FORMAT", default_value = "auto", hide_possible_values = true, help_heading = "Input")]
    input_format: read::Format,
    /// Encoding of all inputs, such as windows-1252 [default: found for each article]
    #[arg(short = 'E', long, value_name = "LABEL", value_parser = read::encoding, help_heading = "Input")]
    encoding: Option<&'static encoding_rs::Encoding>,
    /// What separates the columns of a table: one character, or tab [default: found by the first rows]
    #[arg(short, long, value_name = "CHAR", value_parser = read::delimiter, help_heading = "Input")]
    delimiter: Option<u8>,
    /// Longest article, decompressed, such as 500k or 20M; a longer one fails
    #[arg(long, value_name = "BYTES", default_value = "20M", value_parser = bytes, help_heading = "Input")]
    max_doc_bytes: u64,
    /// Column or key with the words [default: text, content and other usual names]
    #[arg(short = 'c', long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    text_column: Option<String>,
    /// Column whose cells are pages, as HTML [default: html, body, raw_html]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    html_column: Option<String>,
    /// Column whose cells are paths of files with the words [default: path, file, filename]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    path_column: Option<String>,
    /// Folder that these paths start from and do not leave [default: that of the table]
    #[arg(short = 'I', long, value_name = "DIR", help_heading = "Columns of tables, keys of JSON")]
    input_dir: Option<PathBuf>,
    /// Column with the name of the article, its source in the rows [default: id, article_id, doc_id]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    id_column: Option<String>,
    /// Column with its address [default: url, canonical_url, link]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    url_column: Option<String>,
    /// Column with its title [default: title, titre, headline]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    title_column: Option<String>,
    /// Column with its date [default: date, publish_date, published]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    date_column: Option<String>,
    /// Column with its language [default: language, lang, langue]
    #[arg(long, value_name = "COLUMN", help_heading = "Columns of tables, keys of JSON")]
    language_column: Option<String>,
    /// Columns that are carried through to the rows, in this order; of files without columns: title, date, language, url, id,
    /// publication
    #[arg(short, long, value_name = "COLUMN,…", value_delimiter = ',', help_heading = "Columns of tables, keys of JSON")]
    keep: Vec<String>,
}

impl Reading {
    /// What the reader is to know.
    fn options(&self) -> read::Options {
        read::Options {
            format: self.input_format,
            encoding: self.encoding,
            delimiter: self.delimiter,
            columns: read::Columns {
                text: self.text_column.clone(),
                html: self.html_column.clone(),
                path: self.path_column.clone(),
                id: self.id_column.clone(),
                url: self.url_column.clone(),
                title: self.title_column.clone(),
                date: self.date_column.clone(),
                language: self.language_column.clone(),
            },
            input_dir: self.input_dir.clone(),
            keep: self.keep.iter().filter(|name| !name.is_empty()).cloned().collect(),
            lists: self.lists.clone(),
            max_bytes: self.max_doc_bytes,
            ..read::Options::default()
        }
    }

    /// Gives each article to `work`, names each that cannot be read, and counts both. `work` stops everything by an error.
    fn each(&self, mut work: impl FnMut(&Article) -> anyhow::Result<()>) -> anyhow::Result<Count> {
        let mut count = Count { read: 0, failed: 0 };
        let options = self.options();
        for document in read::documents(&self.paths, &options) {
            if let Some(note) = document.note() {
                say(note);
            }
            match document.read(&options) {
                Outcome::Article { article, warnings } => {
                    warnings.iter().for_each(|warning| say(warning));
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

    /// Whether a file is named among the inputs: writing there would destroy what is to be read.
    fn names(&self, output: &Path) -> bool {
        self.paths.iter().any(|input| same_file(input, output))
    }

    /// Whether standard input is among the inputs.
    fn asks_stdin(&self) -> bool {
        self.paths.iter().chain(&self.lists).any(|path| path.as_os_str() == "-")
    }

    fn check(&self) -> anyhow::Result<()> {
        let nothing = self.paths.is_empty() && self.lists.is_empty();
        anyhow::ensure!(!nothing, "no PATH: nothing to read: give a file, a folder, or - for standard input");
        let stdin = self.paths.iter().chain(&self.lists).filter(|path| path.as_os_str() == "-").count();
        anyhow::ensure!(stdin < 2, "-: standard input can be read only once: give - in one place");
        Ok(())
    }
}

/// A number of bytes, such as `20M`.
fn bytes(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1_000),
        Some(b'M') => (&text[..text.len() - 1], 1_000_000),
        Some(b'G') => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    // Not so many that one more could not be counted.
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    number.filter(|number| (1..1 << 40).contains(number)).ok_or_else(|| "give a number of bytes, such as 500k or 20M".into())
}

/// How reading went.
struct Count {
    read: u64,
    failed: u64,
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
        done(self.read, self.failed)
    }
}

/// How a long run goes.
#[derive(Args)]
struct Pace {
    /// Threads that look for quotations [default: as many as there are cores]
    #[arg(long, help_heading = "Long runs", value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Tell on standard error how far the run is: auto (a bar on a terminal, else a line every ten seconds), bar, lines, never
    #[arg(
        long,
        help_heading = "Long runs",
        value_name = "HOW",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    progress: progress::Show,
}

impl Pace {
    /// How many threads look for quotations.
    fn threads(&self) -> usize {
        self.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
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

/// Would writing to one path destroy what is to be read from another?
fn same_file(input: &Path, output: &Path) -> bool {
    fs::canonicalize(input).is_ok_and(|input| input.is_file() && fs::canonicalize(output).is_ok_and(|output| output == input))
}

/// The number of the signal that asks to stop, once one does. A second one ends the run at once.
fn heed(waits: bool) -> anyhow::Result<Arc<AtomicUsize>> {
    let signal = Arc::new(AtomicUsize::new(0));
    // Who waits for standard input cannot look up: the signal then does what it always does.
    if !waits {
        let armed = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM] {
            flag::register_conditional_default(number, Arc::clone(&armed))?;
            flag::register(number, Arc::clone(&armed))?;
            flag::register_usize(number, Arc::clone(&signal), usize::try_from(number)?)?;
        }
    }
    Ok(signal)
}

/// How a run ends that was stopped by a signal.
fn stopped(signal: usize) -> ExitCode {
    ExitCode::from(u8::try_from(128 + signal).unwrap_or(WRONG))
}

/// How a run ends that is done, by how many articles were read and how many failed.
fn done(read: u64, failed: u64) -> ExitCode {
    match (read, failed) {
        (_, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(WRONG),
        _ => ExitCode::from(SOME_FAILED),
    }
}

/// Writes bytes to an output.
fn put(output: &mut Output, bytes: &[u8]) -> Result<(), WriteError> {
    output.write_all(bytes).map_err(|cause| WriteError { name: output.name().to_owned(), cause })
}

/// One line on standard error.
fn say(message: &str) {
    // A broken standard error leaves nobody to tell.
    let _ = writeln!(io::stderr(), "guillemet: {}", printable(message));
}
