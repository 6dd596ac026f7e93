//! The output of a long run: one that another run can go on with.
//!
//! In: rows and a report as bytes, and now and then a checkpoint. Out: the files under their names when all is done; until
//! then `.NAME.part`, and beside it `.NAME.journal`, which says how far they are to be believed.
//! A checkpoint first makes the bytes safe and then the line that vouches for them. A run that goes on cuts off what no
//! line vouches for, so the bytes are those of a run that was never broken.
//! Standard output, devices and pipes are written to straight away; nobody can go on with those.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::journal::{digits, Checkpoint, Counts, Journal};
use super::output::{beside, special, straight, sync_folder, Part, WriteError};

/// An output that may be gone on with. Dropped before [`Resumable::finish`], it stays as it is if there is a checkpoint in it.
pub struct Resumable {
    name: String,
    sink: Sink,
    report: Option<Report>,
}

enum Sink {
    Straight(Box<dyn Write>),
    Part(Box<Kept>),
}

struct Kept {
    part: Part,
    file: File,
    path: PathBuf,
    journal: Journal,
    hash: Sha256,
    written: u64,
}

struct Report {
    name: String,
    sink: ReportSink,
    written: u64,
}

enum ReportSink {
    Straight(File),
    Part(Part),
}

/// What another run has left, and what became of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Left {
    /// There is nothing to go on with.
    Nothing,
    /// Its first documents are done.
    Resumed(Counts),
    /// It was not to be gone on with, and is lost.
    Dropped,
    /// It cannot be believed (a changed byte, a file cut short), so all is done again.
    Damaged,
}

impl Resumable {
    /// Opens an output: a file, or standard output. `run` says in one word what the run does: what it reads, how, and by which
    /// rules. Only a run that does the same can go on, which happens where `resume` says so.
    ///
    /// # Errors
    /// Where it cannot be written, another run is writing it, or the unfinished one did something else.
    pub fn open(path: Option<&Path>, report: Option<&Path>, run: &str, resume: bool) -> Result<(Resumable, Left), WriteError> {
        let path = path.filter(|path| *path != Path::new("-"));
        let name = path.map_or_else(|| "standard output".into(), |path| path.to_string_lossy().into_owned());
        let failed = |cause| WriteError { name: name.clone(), cause };
        let (mut sink, mut left, mut reported) = (Sink::Straight(straight(io::stdout())), Left::Nothing, 0);
        if let Some(path) = path {
            match special(path).map_err(failed)? {
                Some(device) => sink = Sink::Straight(straight(device)),
                None => {
                    let (kept, found) = Kept::open(path, run, resume).map_err(failed)?;
                    reported = kept.journal.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.reported);
                    (sink, left) = (Sink::Part(Box::new(kept)), found);
                }
            }
        }
        let report = report.map(|path| Report::open(path, reported)).transpose()?;
        Ok((Resumable { name, sink, report }, left))
    }

    /// The place of the rows, as messages name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether there is something to go on with, should the run break here.
    pub fn kept(&self) -> bool {
        matches!(&self.sink, Sink::Part(kept) if kept.part.kept)
    }

    /// Adds bytes to the rows.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn rows(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let done = match &mut self.sink {
            Sink::Straight(sink) => sink.write_all(bytes),
            Sink::Part(kept) => kept.write(bytes),
        };
        done.map_err(|cause| WriteError { name: self.name.clone(), cause })
    }

    /// Adds bytes to the report, if one was asked for.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn report(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.report.as_mut().map_or(Ok(()), |report| report.write(bytes))
    }

    /// Notes that what has been written so far belongs to the documents counted.
    ///
    /// # Errors
    /// Where the files or the journal cannot be written.
    pub fn checkpoint(&mut self, counts: &Counts) -> Result<(), WriteError> {
        let Sink::Part(kept) = &mut self.sink else { return Ok(()) };
        if let Some(report) = &mut self.report {
            report.sync()?;
        }
        let reported = self.report.as_ref().map_or(0, |report| report.written);
        kept.checkpoint(counts, reported).map_err(|cause| WriteError { name: self.name.clone(), cause })
    }

    /// Every byte has been written: the files get their names. `last` makes what the file is to hold out of the rows that
    /// were written, where that is something else.
    ///
    /// # Errors
    /// Where the last bytes cannot be written; the file then keeps what it held before.
    pub fn finish(mut self, last: Option<&Last<'_>>) -> Result<(), WriteError> {
        let done = match &mut self.sink {
            Sink::Straight(sink) => sink.flush(),
            Sink::Part(kept) => kept.finish(last),
        };
        done.map_err(|cause| WriteError { name: self.name.clone(), cause })?;
        self.report.as_mut().map_or(Ok(()), Report::finish)
    }

    /// Nothing was done: no trace is left, and the files keep what they held before. The report gets its name all the same.
    ///
    /// # Errors
    /// Where the report cannot be written.
    pub fn abandon(mut self) -> Result<(), WriteError> {
        if let Sink::Part(kept) = &mut self.sink {
            kept.part.kept = false;
            let _ = fs::remove_file(&kept.path);
        }
        self.report.as_mut().map_or(Ok(()), Report::finish)
    }
}

/// Makes the file that is wanted out of the rows that were written.
pub type Last<'a> = dyn Fn(&mut dyn io::BufRead, &mut File) -> io::Result<()> + 'a;

impl Kept {
    fn open(path: &Path, run: &str, resume: bool) -> io::Result<(Kept, Left)> {
        let part = Part::open(path)?;
        let journal_path = beside(part.wanted(), ".journal")?;
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&journal_path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let found = Journal::read(&bytes);
        let mut left = match &found {
            None if bytes.is_empty() => Left::Nothing,
            None => Left::Damaged,
            Some(journal) if !resume => journal.checkpoint.as_ref().map_or(Left::Nothing, |_| Left::Dropped),
            Some(journal) if journal.run != run => {
                // It stays: another run may go on with it.
                let mut part = part;
                part.kept = true;
                let what = "the unfinished run had other inputs, options or rules: give the same, or leave --resume out to start again";
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            Some(journal) => journal.checkpoint.as_ref().map_or(Left::Nothing, |checkpoint| Left::Resumed(checkpoint.counts)),
        };
        if let (Left::Resumed(_), Some(journal)) = (&left, found) {
            if let Some(checkpoint) = journal.checkpoint.clone() {
                if let Some(hash) = vouched(&part.file, &checkpoint)? {
                    let mut kept = Kept { part, file, path: journal_path, journal, hash, written: checkpoint.written };
                    kept.part.kept = true;
                    kept.part.file.set_len(kept.written)?;
                    kept.part.file.seek(SeekFrom::End(0))?;
                    kept.file.set_len(kept.journal.sound)?;
                    kept.file.seek(SeekFrom::End(0))?;
                    return Ok((kept, left));
                }
                left = Left::Damaged;
            }
        }
        if !resume && left == Left::Damaged {
            left = Left::Nothing;
        }
        // The journal first: bytes that nobody vouches for are harmless, a line that vouches for other bytes is not.
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        let (journal, line) = Journal::begin(run);
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        part.file.set_len(0)?;
        sync_folder(part.wanted());
        Ok((Kept { part, file, path: journal_path, journal, hash: Sha256::new(), written: 0 }, left))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.part.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn checkpoint(&mut self, counts: &Counts, reported: u64) -> io::Result<()> {
        self.part.file.sync_data()?;
        let hash = digits(&self.hash.clone().finalize());
        let line = self.journal.note(Checkpoint { counts: *counts, written: self.written, reported, hash });
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        // From here on it is worth keeping.
        self.part.kept = true;
        Ok(())
    }

    fn finish(&mut self, last: Option<&Last<'_>>) -> io::Result<()> {
        match last {
            None => self.part.publish()?,
            Some(last) => {
                self.part.file.sync_data()?;
                let wanted = self.part.wanted();
                let mut made = Part::open_as(beside(wanted, ".made")?, wanted.to_path_buf())?;
                made.file.set_len(0)?;
                let mut rows = BufReader::with_capacity(1 << 16, File::open(self.part.written())?);
                last(&mut rows, &mut made.file)?;
                made.publish()?;
                self.part.kept = false;
            }
        }
        // The rows have their name: nobody needs to go on.
        fs::remove_file(&self.path)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.part.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The hash of the bytes that a checkpoint vouches for, if they are still these.
fn vouched(file: &File, checkpoint: &Checkpoint) -> io::Result<Option<Sha256>> {
    let mut hash = Sha256::new();
    let mut from = file.take(checkpoint.written);
    let mut chunk = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(cause),
        };
        hash.update(&chunk[..read]);
        length += read as u64;
    }
    let same = length == checkpoint.written && digits(&hash.clone().finalize()) == checkpoint.hash;
    Ok(same.then_some(hash))
}

impl Report {
    fn open(path: &Path, reported: u64) -> Result<Report, WriteError> {
        let name = path.to_string_lossy().into_owned();
        let open = || {
            if let Some(device) = special(path)? {
                return Ok((ReportSink::Straight(device), 0));
            }
            let mut part = Part::open(path)?;
            // A report that was cut short goes on from there: the rows do not depend on it.
            let written = reported.min(part.file.metadata()?.len());
            part.file.set_len(written)?;
            part.file.seek(SeekFrom::End(0))?;
            part.kept = reported > 0;
            Ok((ReportSink::Part(part), written))
        };
        match open() {
            Ok((sink, written)) => Ok(Report { name, sink, written }),
            Err(cause) => Err(WriteError { name, cause }),
        }
    }

    fn failed(&self, done: io::Result<()>) -> Result<(), WriteError> {
        done.map_err(|cause| WriteError { name: self.name.clone(), cause })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.written += bytes.len() as u64;
        let done = match &mut self.sink {
            ReportSink::Straight(file) => file.write_all(bytes),
            ReportSink::Part(part) => part.file.write_all(bytes),
        };
        self.failed(done)
    }

    fn sync(&mut self) -> Result<(), WriteError> {
        let ReportSink::Part(part) = &mut self.sink else { return Ok(()) };
        part.kept = true;
        let done = part.file.sync_data();
        self.failed(done)
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        let ReportSink::Part(part) = &mut self.sink else { return Ok(()) };
        let done = part.publish();
        self.failed(done)
    }
}
