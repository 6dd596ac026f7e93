//! Where the bytes go: standard output, or a file.
//!
//! In: bytes. Out: a file that appears under its name complete or not at all: it is written beside it as `.NAME.part`,
//! synced, and renamed. What is no regular file (`/dev/null`, a named pipe) is written to directly: renaming would replace it.
//! Deliberately not done: no lock; two runs with one output file leave the rows of the one that ends last.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::terminal::Screen;

/// An open output. Dropped before [`Output::finish`], it takes its unfinished file away.
pub struct Output {
    name: String,
    sink: Box<dyn Write>,
    part: Option<Part>,
}

struct Part {
    file: File,
    written: PathBuf,
    wanted: PathBuf,
    renamed: bool,
}

impl Output {
    /// Standard output: every byte as it is, but on a terminal, what that would obey is shown.
    pub fn stdout() -> Output {
        let stdout = io::stdout().lock();
        let sink: Box<dyn Write> = if stdout.is_terminal() { Box::new(Screen::new(stdout)) } else { Box::new(stdout) };
        Output { name: "standard output".into(), sink, part: None }
    }

    /// A file, `-` being standard output.
    pub fn file(path: &Path) -> Result<Output, WriteError> {
        if path == Path::new("-") {
            return Ok(Output::stdout());
        }
        let name = path.to_string_lossy().into_owned();
        Output::open(path, name.clone()).map_err(|cause| WriteError { name, cause })
    }

    fn open(path: &Path, name: String) -> io::Result<Output> {
        // Through a link, so that the link stays one.
        let wanted = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let special = fs::metadata(&wanted).is_ok_and(|found| !found.is_file() && !found.is_dir());
        if special {
            let sink = File::options().write(true).open(&wanted)?;
            return Ok(Output { name, sink: Box::new(sink), part: None });
        }
        let file_name = wanted.file_name().filter(|_| !wanted.is_dir()).ok_or(io::ErrorKind::IsADirectory)?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(file_name);
        hidden.push(".part");
        let written = wanted.with_file_name(hidden);
        let file = File::create(&written)?;
        let sink = Box::new(file.try_clone()?);
        Ok(Output { name, sink, part: Some(Part { file, written, wanted, renamed: false }) })
    }

    /// The place as messages name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every byte has been written: the file gets its name.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let done = self.sink.flush().and_then(|()| self.part.as_mut().map_or(Ok(()), Part::publish));
        done.map_err(|cause| WriteError { name: std::mem::take(&mut self.name), cause })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl Part {
    fn publish(&mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.written, &self.wanted)?;
        self.renamed = true;
        // The new name must outlive a power cut too. Some systems cannot sync a folder: then the rename has to do.
        let folder = self.wanted.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.renamed {
            // Nobody is left to tell; the next run writes over it.
            let _ = fs::remove_file(&self.written);
        }
    }
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
        io::ErrorKind::IsADirectory => "is a folder: give the name of a file".into(),
        _ => format!("{cause}: check the place, or write elsewhere"),
    }
}
