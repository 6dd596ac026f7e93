//! `guillemet index`: articles in, a database out.
//!
//! In: paths. Out: the articles and who said what in them in one SQLite file; how far the run is and what went wrong on
//! standard error. Not done: what is in the database already is not read again, and nothing that is not among the inputs is
//! taken out of it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::Args;
use guillemet::batch::{self, Done, Job, Made, Note};
use guillemet::database::{Added, Database, Entry, Folder, Rules};
use guillemet::grammar::Grammar;
use guillemet::read;
use guillemet::role::rows_and_roles;
use guillemet::row::Article;
use guillemet::write::Counts;
use indicatif::HumanCount;

use super::progress::{told, Progress};
use super::{done, heed, say, stopped, Pace, Reading, Words};

/// Put articles, and who said what in them, into a database for search
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet index articles/ --db quotes.db        a folder
  guillemet index archive.jsonl --db quotes.db    more articles
  guillemet search port --db quotes.db            then: who said what about it
  datasette quotes.db                             or with any program that opens SQLite

Articles that are there already are not read again; a changed one takes the place of the one with
its source. Whatever breaks off, the file is sound, and the same command goes on. To look at there
are quotes, speakers and articles.

Exit: 0 done, 2 wrong usage or nothing could be done, 3 some input failed and the rest is done,
130 or 143 stopped by Ctrl-C or by another program.")]
pub struct Index {
    #[command(flatten)]
    reading: Reading,
    /// The database: an SQLite file, made where there is none
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    #[command(flatten)]
    pace: Pace,
    #[command(flatten)]
    words: Words,
}

impl Index {
    /// Reads every article that is new, adds it, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        self.reading.check()?;
        anyhow::ensure!(!self.reading.names(&self.db), "{}: is an article to read: put the database elsewhere", self.db.display());
        anyhow::ensure!(self.reading.keep.is_empty(), "--keep: a database has columns of its own: leave it out");
        let grammar = self.words.load()?;
        let grammar = grammar.as_ref().unwrap_or_else(|| Grammar::builtin());
        let options = self.reading.options();
        let mut database = Database::create(&self.db)?;
        let (known, rules, folder) = (database.digests()?, Rules::new(grammar), Folder::default());
        let make = |_: u64, article: &Article| {
            let digest = rules.digest(article);
            if known.contains(&digest) {
                return Made::<Option<Entry>>::default();
            }
            let entry = Entry::new(article, digest, rows_and_roles(article, grammar), &folder, grammar);
            Made { rows: entry.rows() as u64, unsure: 0, made: Some(entry) }
        };
        let mut counts = Counts::default();
        let mut progress = Progress::new(self.pace.progress, false, || read::total_bytes(&self.reading.paths, &options), counts);
        let signal = heed(self.reading.asks_stdin())?;
        let stop = || signal.load(Ordering::Relaxed) != 0;
        let job = Job { threads: self.pace.threads(), options: &options, make: &make, texts: None, skip: 0, stop: &stop };
        let mut adding = database.adding()?;
        let run = batch::run(
            || read::documents(&self.reading.paths, &options),
            &job,
            |done: Done<Option<Entry>>| -> anyhow::Result<()> {
                for note in done.notes.iter().filter(|note| !matches!(note, Note::Skipped { .. })) {
                    progress.say(&note.line());
                }
                for entry in done.made.iter().flatten() {
                    adding.add(entry)?;
                }
                counts.add(&done.counts);
                progress.note(&counts, options.read.load(Ordering::Relaxed));
                Ok(())
            },
        );
        progress.finish();
        run?;
        let added = adding.keep()?;
        self.sum_up(&counts, added);
        let signal = signal.load(Ordering::Relaxed);
        if signal != 0 {
            say("stopped: what was done is kept, and the same command goes on");
            return Ok(stopped(signal));
        }
        Ok(done(counts.read, counts.failed))
    }

    fn sum_up(&self, counts: &Counts, added: Added) {
        let Added { new, changed, rows } = added;
        let number = HumanCount;
        let same = counts.read - (new + changed).min(counts.read);
        let failed = if counts.failed > 0 { format!(", {} failed", number(counts.failed)) } else { String::new() };
        let skipped = if counts.skipped > 0 { format!(", {} skipped", number(counts.skipped)) } else { String::new() };
        say(&format!(
            "{}: {} added, {} changed, {} there already{failed}{skipped}; {} added",
            self.db.display(),
            told(new, "article"),
            number(changed),
            number(same),
            told(rows, "quotation")
        ));
    }
}
