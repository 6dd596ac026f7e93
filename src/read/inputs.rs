//! Inputs to files: folders, globs, lists of paths.
//!
//! In: the paths that a user gives. Out: files in an order that is the same on every run, and what is known of them before
//! they are read: how many bytes there are, and a fingerprint that tells whether they changed.
//! Deliberately not done: no file is opened here, but for a list of paths.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use globset::GlobBuilder;
use ignore::WalkBuilder;
use memchr::memchr2;
use sha2::{Digest, Sha256};

use super::feed::{ascii_kept, decompressed, Feed};
use super::{Options, ReadError};

/// The endings of files that are read when they are found in a folder, each also with `.gz` or `.zst` after it.
const ENDINGS: [&str; 12] = ["txt", "html", "htm", "xhtml", "csv", "tsv", "ssv", "jsonl", "ndjson", "parquet", "warc", "wet"];

/// A file that is to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    File(PathBuf),
    Stdin,
    Failed(ReadError),
}

type Files<'o> = Box<dyn Iterator<Item = Found> + 'o>;

/// Every file of the inputs and of the lists of paths, in their order.
pub(super) fn files<'o>(inputs: &'o [PathBuf], options: &'o Options) -> impl Iterator<Item = Found> + 'o {
    let given = inputs.iter().flat_map(|input| if input == Path::new("-") { one(Found::Stdin) } else { below(input) });
    given.chain(options.lists.iter().flat_map(|list| listed(list)))
}

fn one<'o>(found: Found) -> Files<'o> {
    Box::new(std::iter::once(found))
}

fn below<'o>(input: &Path) -> Files<'o> {
    // A file that has such a name wins over the pattern.
    let pattern = fs::symlink_metadata(input).is_err() && input.to_string_lossy().contains(['*', '?', '[', '{']);
    if pattern {
        matching(input)
    } else if input.is_dir() {
        folder(input)
    } else {
        one(Found::File(input.to_path_buf()))
    }
}

/// All that is below a folder, in the order of the paths. An archive is not a repository: what a .gitignore or a leading dot
/// would hide is there all the same. Links are followed, and the walk reports loops.
fn walk(folder: &Path) -> impl Iterator<Item = Result<ignore::DirEntry, ReadError>> {
    let root = shown(folder);
    let walk = WalkBuilder::new(folder).standard_filters(false).follow_links(true).sort_by_file_path(Ord::cmp).build();
    walk.map(move |entry| entry.map_err(|cause| ReadError::new(&root, &cause.to_string(), "mend or remove it")))
}

fn folder<'o>(folder: &Path) -> Files<'o> {
    let mut found = walk(folder)
        .filter_map(|entry| match entry {
            Ok(entry) => {
                // A pipe or a device in a folder would never end.
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                (is_file && has_known_ending(entry.path())).then(|| Found::File(entry.into_path()))
            }
            Err(error) => Some(Found::Failed(error)),
        })
        .peekable();
    if found.peek().is_none() {
        let advice = "give one that holds .txt, .html, .csv, .tsv, .jsonl, .parquet or .warc files, compressed (.gz, .zst) or not";
        return one(Found::Failed(ReadError::new(&shown(folder), "no article in this folder", advice)));
    }
    Box::new(found)
}

/// What a pattern matches that no shell has expanded: `archive/**/*.html`. A folder that it matches is read whole.
fn matching<'o>(pattern: &Path) -> Files<'o> {
    let failed = |what: &str, advice: &str| one(Found::Failed(ReadError::new(&shown(pattern), what, advice)));
    let Some(text) = pattern.to_str() else { return failed("no such file or folder", "check the path") };
    let glob = match GlobBuilder::new(text.strip_prefix("./").unwrap_or(text)).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(cause) => return failed(&format!("no such file, and no pattern ({})", cause.kind()), "check the path"),
    };
    let is_plain = |part: &std::path::Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
    let base: PathBuf = pattern.components().take_while(is_plain).collect();
    let base = if base.as_os_str().is_empty() { PathBuf::from(".") } else { base };
    let mut whole: Option<PathBuf> = None;
    let mut found = walk(&base)
        .filter_map(move |entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return Some(Found::Failed(error)),
            };
            let path = entry.path().strip_prefix(".").unwrap_or(entry.path());
            let kind = entry.file_type()?;
            let below = whole.as_ref().is_some_and(|folder| path.starts_with(folder));
            if below {
                return (kind.is_file() && has_known_ending(path)).then(|| Found::File(path.to_path_buf()));
            }
            if !glob.is_match(path) {
                return None;
            }
            if kind.is_dir() {
                whole = Some(path.to_path_buf());
            }
            kind.is_file().then(|| Found::File(path.to_path_buf()))
        })
        .peekable();
    if found.peek().is_none() {
        return failed("no file matches", "check the pattern: * stops at /, ** does not");
    }
    Box::new(found)
}

/// The files that a list names, a path a line, or each ended by a zero byte, as `find -print0` writes them.
fn listed<'o>(list: &Path) -> Files<'o> {
    let name = shown(list);
    let from: io::Result<super::feed::Bytes> =
        if list == Path::new("-") { Ok(Box::new(io::stdin())) } else { File::open(list).map(|file| Box::new(file) as super::feed::Bytes) };
    let mut feed = match from.and_then(decompressed).and_then(|from| ascii_kept(Feed::new(from), None)) {
        Ok(feed) => feed,
        Err(cause) => return one(Found::Failed(ReadError::io(&name, &cause))),
    };
    let mut line = 0;
    let lines = std::iter::from_fn(move || {
        line += 1;
        let mut seen = 0;
        let length = loop {
            if let Some(end) = memchr2(b'\n', 0, &feed.held()[seen..]) {
                break seen + end + 1;
            }
            seen = feed.held().len();
            if seen > 1 << 16 {
                let passed = feed.pass_until(b'\n');
                let what = "longer than a path can be";
                let error = ReadError::new(&name, what, "give a list of paths, one a line").at(line, None, feed.offset());
                return passed.is_ok().then_some(Err(error));
            }
            match feed.more() {
                Ok(true) => {}
                Ok(false) if seen == 0 => return None,
                Ok(false) => break seen,
                Err(cause) => {
                    feed.pass(seen);
                    return Some(Err(ReadError::io(&name, &cause)));
                }
            }
        };
        let bytes = feed.take(length);
        let bytes = bytes.strip_suffix(b"\n").or_else(|| bytes.strip_suffix(b"\0")).unwrap_or(&bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let bytes = if line == 1 { bytes.strip_prefix(super::encoding::BYTE_ORDER_MARK).unwrap_or(bytes) } else { bytes };
        Some(Ok(path_of(bytes)))
    });
    Box::new(lines.flat_map(|path| match path {
        Ok(path) if path.as_os_str().is_empty() => Box::new(std::iter::empty()) as Files<'o>,
        Ok(path) => below(&path),
        Err(error) => one(Found::Failed(error)),
    }))
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The ending that tells how a file holds articles, in lower case, that of its compression taken away.
pub(super) fn ending(path: &Path) -> Option<String> {
    let of = |path: &Path| path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let ending = of(path)?;
    if matches!(ending.as_str(), "gz" | "zst" | "zstd") {
        return of(Path::new(path.file_stem()?));
    }
    Some(ending)
}

fn has_known_ending(path: &Path) -> bool {
    ending(path).is_some_and(|own| ENDINGS.contains(&own.as_str()))
}

/// The path as rows and messages name it: with `/` on every system, so that the same archive gives the same bytes.
pub(super) fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.into_owned()
    }
}

/// Whether the inputs can be gone through twice: standard input cannot.
fn can_be_read_again(inputs: &[PathBuf], options: &Options) -> bool {
    let again = |path: &PathBuf| path != Path::new("-") && fs::metadata(path).map_or(true, |data| data.is_file() || data.is_dir());
    inputs.iter().chain(&options.lists).all(again)
}

/// How many bytes there are to read, compressed where the files are; `None` where standard input or a pipe is among the inputs.
///
/// It goes through every folder: on a large archive that takes a moment, and may be done on a thread of its own.
pub fn total_bytes(inputs: &[PathBuf], options: &Options) -> Option<u64> {
    if !can_be_read_again(inputs, options) {
        return None;
    }
    let length = |found| match found {
        Found::File(path) => fs::metadata(path).map_or(0, |data| data.len()),
        Found::Stdin | Found::Failed(_) => 0,
    };
    Some(files(inputs, options).map(length).sum())
}

/// A hash of the list of files: the path, length and time of last change of each, in order. Where it is the same, a run that
/// was broken off may go on. `None` where standard input or a pipe is among the inputs, of which nothing is known.
pub fn fingerprint(inputs: &[PathBuf], options: &Options) -> Option<[u8; 32]> {
    if !can_be_read_again(inputs, options) {
        return None;
    }
    let mut hash = Sha256::new();
    for found in files(inputs, options) {
        match found {
            Found::File(path) => {
                let name = path.as_os_str().as_encoded_bytes();
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name);
                let data = fs::metadata(&path).ok();
                let changed = data.as_ref().and_then(|data| data.modified().ok()?.duration_since(UNIX_EPOCH).ok());
                hash.update(data.map_or(u64::MAX, |data| data.len()).to_le_bytes());
                hash.update(changed.map_or(0, |time| time.as_nanos()).to_le_bytes());
            }
            Found::Stdin => return None,
            Found::Failed(error) => hash.update(error.to_string()),
        }
    }
    Some(hash.finalize().into())
}
