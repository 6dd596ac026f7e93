//! Where the bytes go: standard output, or a file.
//!
//! In: bytes. Out: a file that appears under its name complete or not at all: it is written beside it as `.NAME.part`,
//! synced, and renamed. What is no regular file (`/dev/null`, a named pipe) is written to directly: renaming would replace it.
//! One run at a time writes a file: the unfinished one is locked, and the lock ends with the run, however it ends.
//! Deliberately not done: nothing is gone on with, see [`super::Resumable`].

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::terminal::Screen;

/// An open output. Dropped before [`Output::finish`], it takes its unfinished file away.
pub struct Output {
    name: String,
    sink: Sink,
}

enum Sink {
    /// What is written straight away: standard output, a device, a pipe.
    Straight(Box<dyn Write>),
    Part(Part),
}

/// What is written straight away: every byte as it is, but on a terminal, what that would obey is shown.
pub(super) fn straight(to: impl Write + IsTerminal + 'static) -> Box<dyn Write> {
    if to.is_terminal() {
        Box::new(Screen::new(to))
    } else {
        Box::new(to)
    }
}

impl Output {
    /// Standard output.
    pub fn stdout() -> Output {
        Output { name: "standard output".into(), sink: Sink::Straight(straight(io::stdout().lock())) }
    }

    /// A file, `-` being standard output.
    ///
    /// # Errors
    /// Where it cannot be written, or another run is writing it.
    pub fn file(path: &Path) -> Result<Output, WriteError> {
        if path == Path::new("-") {
            return Ok(Output::stdout());
        }
        let name = path.to_string_lossy().into_owned();
        let open = || {
            Ok(match special(path)? {
                Some(device) => Sink::Straight(straight(device)),
                None => {
                    let part = Part::open(path)?;
                    part.file.set_len(0)?;
                    Sink::Part(part)
                }
            })
        };
        match open() {
            Ok(sink) => Ok(Output { name, sink }),
            Err(cause) => Err(WriteError { name, cause }),
        }
    }

    /// The place as messages name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every byte has been written: the file gets its name.
    ///
    /// # Errors
    /// Where the last bytes could not be written; the file then keeps what it held before.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let done = match &mut self.sink {
            Sink::Straight(sink) => sink.flush(),
            Sink::Part(part) => part.publish(),
        };
        done.map_err(|cause| WriteError { name: std::mem::take(&mut self.name), cause })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Straight(sink) => sink.write(bytes),
            Sink::Part(part) => part.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Straight(sink) => sink.flush(),
            Sink::Part(part) => part.file.flush(),
        }
    }
}

/// What a path leads to if that is no regular file: it is there already, and stays.
pub(super) fn special(path: &Path) -> io::Result<Option<File>> {
    let special = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
    special.then(|| File::options().write(true).open(path)).transpose()
}

/// A file that is being written, under another name and locked.
pub(super) struct Part {
    pub(super) file: File,
    written: PathBuf,
    wanted: PathBuf,
    /// Whether it stays where it is dropped unfinished.
    pub(super) kept: bool,
}

impl Part {
    /// Opens the unfinished file beside `path`, with what an earlier run may have left in it.
    pub(super) fn open(path: &Path) -> io::Result<Part> {
        // Through a link, so that the link stays one.
        let wanted = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        Part::open_as(beside(&wanted, ".part")?, wanted)
    }

    /// Opens an unfinished file by its own name.
    pub(super) fn open_as(written: PathBuf, wanted: PathBuf) -> io::Result<Part> {
        loop {
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&written)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let advice = "another run is writing it: wait until it ends, or write elsewhere";
                    return Err(io::Error::new(io::ErrorKind::ResourceBusy, advice));
                }
                Err(TryLockError::Error(cause)) => return Err(cause),
            }
            // Between opening and locking, the run that had it may have given it its name.
            if same(&file, &written) {
                return Ok(Part { file, written, wanted, kept: false });
            }
        }
    }

    /// Where the bytes are.
    pub(super) fn written(&self) -> &Path {
        &self.written
    }

    /// The name it will have.
    pub(super) fn wanted(&self) -> &Path {
        &self.wanted
    }

    /// Gives it its name. The new name must outlive a power cut too.
    pub(super) fn publish(&mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.written, &self.wanted)?;
        self.kept = true;
        sync_folder(&self.wanted);
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            // Nobody is left to tell; the next run writes over it.
            let _ = fs::remove_file(&self.written);
        }
    }
}

/// A hidden name beside a file: `.NAME` and an ending.
pub(super) fn beside(path: &Path, ending: &str) -> io::Result<PathBuf> {
    let name = path.file_name().filter(|_| !path.is_dir()).ok_or(io::ErrorKind::IsADirectory)?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    Ok(path.with_file_name(hidden))
}

/// Makes the names in a file's folder outlive a power cut. Some systems cannot: then the rename has to do.
pub(super) fn sync_folder(file: &Path) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Whether an open file is the one that now has this name.
#[cfg(unix)]
fn same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(named)) = (file.metadata(), fs::metadata(path)) else { return false };
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

/// Elsewhere an open file cannot be renamed by another run.
#[cfg(not(unix))]
fn same(_file: &File, _path: &Path) -> bool {
    true
}

/// Why an output cannot be written: where, what, and what to do, in one line.
///
/// `rows.csv: no space left: make room, or write elsewhere`
#[derive(Debug, thiserror::Error)]
#[error("{name}: {}", told(cause))]
pub struct WriteError {
    /// The file, or `standard output`.
    pub name: String,
    /// What the system said.
    pub cause: io::Error,
}

impl WriteError {
    /// The reader of a pipe has seen enough (`guillemet … | head`): no error for a command.
    pub fn is_closed_pipe(&self) -> bool {
        self.cause.kind() == io::ErrorKind::BrokenPipe
    }
}

fn told(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "no space left: make room, or write elsewhere".into(),
        io::ErrorKind::NotFound => "no such folder: make it first".into(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "permission denied: write elsewhere".into(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => "is a file: give the name of a folder".into(),
        io::ErrorKind::IsADirectory => "is a folder: give the name of a file".into(),
        // Said in full where it arose, with what to do.
        io::ErrorKind::ResourceBusy | io::ErrorKind::InvalidData => cause.to_string(),
        _ => format!("{cause}: check the place, or write elsewhere"),
    }
}
