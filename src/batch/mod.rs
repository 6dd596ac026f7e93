//! Many documents at once: read, searched and rendered on several threads, handed over in the order of the input.
//!
//! In: documents, and what is to be done with an article. Out: a [`Done`] for each block of them, in order, so that the bytes
//! are the same whatever the number of threads. A fixed number of blocks is under way at any time: memory does not
//! grow with the archive, and a slow disk or a slow reader of the output slows the reading down.
//! One document's panic costs one document: it fails, is named, and the next is read.
//! Deliberately not done: nothing is written here but the texts of `texts`; nothing is said.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::read::{Document, Options, Outcome, ReadError};
use crate::row::{Article, Row};
use crate::write::{Block, Counts, Form, WriteError};

/// How many bytes of documents a block holds, at the start and when the run has warmed up: a short run is shared out too,
/// and in a long one the threads seldom meet.
const BLOCK: [usize; 2] = [1 << 14, 1 << 17];

/// The rows of an article that are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// They are written.
    pub rows: Vec<Row>,
    /// How many were left out because they are not sure enough.
    pub unsure: u64,
}

/// What is made of an article.
#[derive(Debug, Clone, Default)]
pub struct Made<T> {
    /// Itself.
    pub made: T,
    /// How many rows are in it.
    pub rows: u64,
    /// How many were left out because they are not sure enough.
    pub unsure: u64,
}

/// What is to be done with documents.
pub struct Job<'a, T> {
    /// How many threads look for rows, at least one. Reading and writing have one each beside them.
    pub threads: usize,
    /// How documents become articles.
    pub options: &'a Options,
    /// Makes something of an article, whose number in the whole input it is told: its rows as bytes, see [`rendered`].
    pub make: &'a (dyn Fn(u64, &Article) -> Made<T> + Sync),
    /// A folder for the text of each article, which the rows' offsets count in: `00000012-SOURCE.txt`.
    pub texts: Option<&'a Path>,
    /// How many documents at the start are passed over: an earlier run has done them.
    pub skip: u64,
    /// Asked before each block is read: whether to stop there.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

/// What became of a block of documents.
#[derive(Debug)]
pub struct Done<T> {
    /// What was made of those that were read, in their order.
    pub made: Vec<T>,
    /// What there is to say of single documents, in their order.
    pub notes: Vec<Note>,
    /// How many there were.
    pub counts: Counts,
    /// A text that could not be kept: the run cannot go on.
    pub broken: Option<WriteError>,
}

/// What there is to say of a document.
#[derive(Debug)]
pub enum Note {
    /// It cannot be read.
    Failed(ReadError),
    /// It cannot be searched: a mistake of ours.
    Panicked {
        /// Where it is.
        place: String,
        /// What was said when it happened.
        what: String,
    },
    /// It is read, but something about it, or about the input that it comes from, is to be known: in one line that names it.
    Warning(String),
    /// There is nothing to read in it.
    Skipped {
        /// Where it is.
        place: String,
        /// Why.
        why: &'static str,
    },
}

/// Some documents that follow each other.
struct Load {
    /// Counts the loads.
    ticket: u64,
    /// The number of the first document in the whole input.
    first: u64,
    documents: Vec<Document>,
}

/// Runs a job over documents, and gives each block to `each`, in order, on the calling thread. `documents` makes them on a thread
/// of its own. An error of `each` stops everything and comes back.
///
/// # Errors
/// What `each` says.
pub fn run<T, D, E>(documents: impl FnOnce() -> D + Send, job: &Job<'_, T>, mut each: impl FnMut(Done<T>) -> Result<(), E>) -> Result<(), E>
where
    T: Send,
    D: Iterator<Item = Document>,
{
    let threads = job.threads.max(1);
    // Enough that no thread waits for the slowest block, few enough for memory.
    let under_way = 2 * threads + 2;
    thread::scope(|scope| {
        let (permit, permits) = sync_channel::<()>(under_way);
        for _ in 0..under_way {
            let _ = permit.send(());
        }
        let (load, loads) = sync_channel::<Load>(threads);
        let (done, dones) = sync_channel::<(u64, Done<T>)>(under_way);
        let loads = Arc::new(Mutex::new(loads));
        scope.spawn(move || read(documents(), job.skip, job.stop, &permits, &load));
        for _ in 0..threads {
            let (loads, done) = (Arc::clone(&loads), done.clone());
            scope.spawn(move || work(job, &loads, &done));
        }
        // The channels close when the threads end, and the threads end when the channels close.
        drop((done, loads));
        let mut next = 0;
        let mut early = BTreeMap::new();
        for (ticket, done) in dones {
            early.insert(ticket, done);
            while let Some(done) = early.remove(&next) {
                next += 1;
                each(done)?;
                let _ = permit.send(());
            }
        }
        Ok(())
    })
}

/// Cuts the documents into loads.
fn read(documents: impl Iterator<Item = Document>, skip: u64, stop: &dyn Fn() -> bool, permits: &Receiver<()>, loads: &SyncSender<Load>) {
    let mut documents = documents.skip(usize::try_from(skip).unwrap_or(usize::MAX)).peekable();
    let (mut ticket, mut first, mut wanted) = (0, skip, BLOCK[0]);
    while !stop() && documents.peek().is_some() {
        if permits.recv().is_err() {
            return;
        }
        let mut load = Load { ticket, first, documents: Vec::new() };
        let mut size = 0;
        while size < wanted {
            let Some(document) = documents.next() else { break };
            // A document has a cost of its own, however short it is.
            size += document.size() + 256;
            load.documents.push(document);
        }
        ticket += 1;
        first += load.documents.len() as u64;
        wanted = (2 * wanted).min(BLOCK[1]);
        if loads.send(load).is_err() {
            return;
        }
    }
}

fn work<T>(job: &Job<'_, T>, loads: &Mutex<Receiver<Load>>, dones: &SyncSender<(u64, Done<T>)>) {
    loop {
        let load = loads.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(load) = load else { return };
        let mut done = Done { made: Vec::new(), notes: Vec::new(), counts: Counts::default(), broken: None };
        for (number, document) in (load.first..).zip(load.documents) {
            one(job, number, document, &mut done);
        }
        if dones.send((load.ticket, done)).is_err() {
            return;
        }
    }
}

fn one<T>(job: &Job<'_, T>, number: u64, document: Document, done: &mut Done<T>) {
    let place = document.place();
    done.counts.documents += 1;
    done.counts.bytes += document.size() as u64;
    done.notes.extend(document.note().map(|note| Note::Warning(note.to_string())));
    let panicked = |done: &mut Done<T>, what| {
        done.counts.failed += 1;
        done.notes.push(Note::Panicked { place, what });
    };
    match caught(|| document.read(job.options)) {
        Ok(Outcome::Article { article, warnings }) => match caught(|| (job.make)(number, &article)) {
            Ok(Made { made, rows, unsure }) => {
                done.notes.extend(warnings.into_iter().map(Note::Warning));
                done.counts.read += 1;
                done.counts.rows += rows;
                done.counts.unsure += unsure;
                done.made.push(made);
                if let Some(folder) = job.texts {
                    let path = folder.join(text_name(number, &article.source));
                    if let Err(cause) = fs::write(&path, &article.text) {
                        done.broken.get_or_insert(WriteError { name: path.to_string_lossy().into_owned(), cause });
                    }
                }
            }
            Err(what) => panicked(done, what),
        },
        Ok(Outcome::Skipped { place, why }) => {
            done.counts.skipped += 1;
            done.notes.push(Note::Skipped { place, why });
        }
        Ok(Outcome::Failed(error)) => {
            done.counts.failed += 1;
            done.notes.push(Note::Failed(error));
        }
        Err(what) => panicked(done, what),
    }
}

/// Makes of articles their rows as bytes of a form. A block an article: one that panics leaves nothing half done.
pub fn rendered<'a>(form: &'a Form, rows: impl Fn(&Article) -> Wanted + Sync + 'a) -> impl Fn(u64, &Article) -> Made<Vec<u8>> + Sync + 'a {
    move |number, article| {
        let wanted = rows(article);
        let mut block = Block::new(form);
        block.article(number, article, &wanted.rows);
        Made { made: block.bytes(), rows: wanted.rows.len() as u64, unsure: wanted.unsure }
    }
}

/// What something gives, or what its panic said.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        text.unwrap_or("no message").to_string()
    })
}

/// The name of an article's text in the folder of the texts: the number of the document in the input, from 1, then its source
/// with only letters, digits and `.-_`, so that no source leads out of the folder.
///
/// ```
/// assert_eq!(guillemet::batch::text_name(11, "presse/été.html").to_str(), Some("00000012-presse_été.html.txt"));
/// ```
pub fn text_name(number: u64, source: &str) -> PathBuf {
    // File systems take 255 bytes; the end of a source tells more than its start.
    const LETTERS: usize = 60;
    let safe: Vec<char> = source.chars().map(|c| if c.is_alphanumeric() || "-._".contains(c) { c } else { '_' }).collect();
    let end: String = safe[safe.len().saturating_sub(LETTERS)..].iter().collect();
    PathBuf::from(format!("{:08}-{end}.txt", number + 1))
}

impl Note {
    /// Where, what, and what to do, in one line.
    pub fn line(&self) -> String {
        match self {
            Note::Failed(error) => error.to_string(),
            Note::Warning(line) => line.clone(),
            Note::Panicked { place, what } => format!("{place}: a mistake of guillemet ({what}): report it with this article"),
            Note::Skipped { place, why } => format!("{place}: skipped: {why}"),
        }
    }
}

/// Makes the folder of the texts.
///
/// # Errors
/// Where it cannot be made.
pub fn make_folder(folder: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(folder).map_err(|cause: io::Error| WriteError { name: folder.to_string_lossy().into_owned(), cause })
}
