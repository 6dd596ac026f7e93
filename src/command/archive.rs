//! The database that commands ask: where it is, who is whom in it by the word of the user, and how lists of answers end.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use guillemet::database::{aliases, Database};
use guillemet::write::Output;
use indicatif::HumanCount;

use super::search::NOTHING;
use super::{put, say};

/// How many answers are shown as text.
const SHOWN: usize = 20;

/// The database to ask.
#[derive(Args)]
pub(super) struct Archive {
    /// The database that guillemet index made
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    /// Table (.csv, UTF-8) with the columns alias and speaker: who is whom, whatever the articles prove
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,
}

/// A form of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    Text,
    Csv,
    Jsonl,
}

impl Archive {
    /// Opens it, and names each line of the aliases that leads to nobody.
    pub fn open(&self) -> anyhow::Result<Database> {
        let mut database = Database::open(&self.db)?;
        let Some(path) = &self.aliases else { return Ok(database) };
        let name = path.display();
        let mut all = Vec::new();
        for line in aliases(&table(path)?).map_err(|error| anyhow::anyhow!("{name}:{error}"))? {
            match line {
                Ok(alias) => all.push(alias),
                Err(error) => say(&format!("{name}:{error}")),
            }
        }
        database.go_by(&all)?.iter().for_each(|error| say(&format!("{name}:{error}")));
        Ok(database)
    }
}

/// Writes the first of what was found, says how many there are, and gives the exit code.
pub(super) fn answer<T>(
    mut found: Vec<T>,
    (format, limit): (Shape, Option<usize>),
    write: impl FnOnce(&[T]) -> Vec<u8>,
) -> anyhow::Result<ExitCode> {
    let all = found.len();
    found.truncate(limit.or((format == Shape::Text).then_some(SHOWN)).unwrap_or(usize::MAX));
    let mut output = Output::stdout();
    put(&mut output, &write(&found))?;
    output.finish()?;
    if found.len() < all {
        say(&format!("{} of {} are shown: --limit N shows more", found.len(), HumanCount(all as u64)));
    }
    Ok(ExitCode::from(if all == 0 { NOTHING } else { 0 }))
}

/// The bytes of a table, or of standard input.
pub(super) fn table(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || -> io::Result<Vec<u8>> {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
        fs::read(path)
    };
    read().map_err(|cause| anyhow::anyhow!("{}: cannot be read ({cause}): check the path", path.display()))
}

/// A line of a table of answers.
pub(super) fn record(cells: &[String]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Bytes in memory are always taken.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// Text on one line.
pub(super) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
