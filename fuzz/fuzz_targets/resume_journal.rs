//! A journal that was torn, changed or made up: a run goes on from bytes that are really there, or begins again.
//!
//! The input is a list of changes to a journal that a run left: two bytes say where, the third says what stands there; `0xFF`
//! as the third cuts the journal. An input that begins with `!` is a whole journal of its own.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use guillemet::write::{Counts, Left, Resumable};
use guillemet_fuzz::files::folder;
use libfuzzer_sys::fuzz_target;

const RUN: &str = "run-1";
const PART: &[u8] = b"speaker,quote\nSolveig,Non\nYanis,Oui\nBerthe,Peut-\xC3\xAAtre\n";

/// What a run left that was broken off after three checkpoints: the journal, and the paths of both files.
fn left() -> &'static (Vec<u8>, PathBuf, PathBuf, PathBuf) {
    static LEFT: OnceLock<(Vec<u8>, PathBuf, PathBuf, PathBuf)> = OnceLock::new();
    LEFT.get_or_init(|| {
        let wanted = folder().join("rows.csv");
        let (mut run, _) = Resumable::open(Some(&wanted), None, RUN, false).expect("a new run");
        let mut counts = Counts::default();
        for piece in [&PART[..26], &PART[26..36], &PART[36..]] {
            run.rows(piece).expect("rows are taken");
            counts.add(&Counts { documents: 2, read: 1, failed: 1, rows: 1, ..Counts::default() });
            run.checkpoint(&counts).expect("a checkpoint");
        }
        drop(run);
        let journal = folder().join(".rows.csv.journal");
        let bytes = fs::read(&journal).expect("the journal stays");
        (bytes, wanted, folder().join(".rows.csv.part"), journal)
    })
}

fuzz_target!(|bytes: &[u8]| {
    let (whole, wanted, part, journal) = left();
    let mut torn = whole.clone();
    if let Some(own) = bytes.strip_prefix(b"!") {
        torn = own.to_vec();
    } else {
        for change in bytes.chunks_exact(3).take(8) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % (torn.len() + 1);
            match torn.get_mut(at) {
                Some(byte) if change[2] != 0xFF => *byte = change[2],
                _ => torn.truncate(at),
            }
        }
    }
    fs::write(part, PART).expect("room for the part");
    fs::write(journal, &torn).expect("room for the journal");
    let _ = fs::remove_file(wanted);
    match Resumable::open(Some(wanted), None, RUN, true) {
        Ok((mut run, left)) => {
            run.rows(b"fin\n").expect("rows are taken");
            run.finish(None).expect("the file gets its name");
            let rows = fs::read(wanted).expect("the rows");
            let trusted = rows.strip_suffix(b"fin\n").expect("what was added stands at the end");
            assert!(PART.starts_with(trusted), "bytes that were never written");
            match left {
                Left::Resumed(counts) => assert_eq!(counts.documents, counts.read + counts.failed + counts.skipped),
                _ => assert!(trusted.is_empty(), "kept without a word"),
            }
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(!wanted.exists(), "refused, and written all the same");
        }
    }
});
