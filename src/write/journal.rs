//! The journal of a run: how far it has come, so that another can go on.
//!
//! In: counts and lengths. Out: lines of text, each sealed with a hash of itself and of the line before:
//!
//! ```text
//! guillemet 1 RUN seal
//! DOCUMENTS READ FAILED SKIPPED ROWS UNSURE BYTES WRITTEN REPORTED HASH seal
//! ```
//!
//! Read back, a journal is believed up to its first line that is torn or changed: what follows such a line is as if it had
//! never been written.
//! Deliberately not done: nothing is read or written here.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// How many documents there were, and what became of them: `documents` is the sum of `read`, `failed` and `skipped`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents in all.
    pub documents: u64,
    /// Those that are articles.
    pub read: u64,
    /// Those that could not be read.
    pub failed: u64,
    /// Those in which there was nothing to read.
    pub skipped: u64,
    /// Rows written.
    pub rows: u64,
    /// Rows left out because they are not sure enough.
    pub unsure: u64,
    /// Bytes of the documents, as they were held in memory.
    pub bytes: u64,
}

impl Counts {
    /// Adds those of other documents.
    pub fn add(&mut self, other: &Counts) {
        self.documents += other.documents;
        self.read += other.read;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.rows += other.rows;
        self.unsure += other.unsure;
        self.bytes += other.bytes;
    }
}

/// A place from which a run can go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) counts: Counts,
    /// How many bytes of the rows' file belong to these documents.
    pub(super) written: u64,
    /// How many bytes of the report's.
    pub(super) reported: u64,
    /// The SHA-256 of those bytes of the rows' file, in hexadecimal digits.
    pub(super) hash: String,
}

/// A hash as hexadecimal digits: `ab12`.
pub fn digits(hash: &[u8]) -> String {
    hash.iter().fold(String::with_capacity(2 * hash.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A journal in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Journal {
    /// What the run does, see [`super::Resumable`].
    pub(super) run: String,
    /// The last place from which it can go on.
    pub(super) checkpoint: Option<Checkpoint>,
    seal: String,
    /// How many bytes of its file are believed.
    pub(super) sound: u64,
}

impl Journal {
    /// The first line of a new journal. A run is told by a word without spaces.
    pub(super) fn begin(run: &str) -> (Journal, String) {
        let mut journal = Journal { run: run.to_string(), ..Journal::default() };
        let line = journal.sealed(&format!("guillemet 1 {run}"));
        (journal, line)
    }

    /// The line of a checkpoint.
    pub(super) fn note(&mut self, checkpoint: Checkpoint) -> String {
        let Counts { documents, read, failed, skipped, rows, unsure, bytes } = checkpoint.counts;
        let Checkpoint { written, reported, hash, .. } = &checkpoint;
        let text = format!("{documents} {read} {failed} {skipped} {rows} {unsure} {bytes} {written} {reported} {hash}");
        self.checkpoint = Some(checkpoint);
        self.sealed(&text)
    }

    fn sealed(&mut self, text: &str) -> String {
        self.seal = seal(&self.seal, text);
        let line = format!("{text} {}\n", self.seal);
        self.sound += line.len() as u64;
        line
    }

    /// Reads a journal back; `None` where not even its first line is whole.
    pub(super) fn read(bytes: &[u8]) -> Option<Journal> {
        let mut journal: Option<Journal> = None;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            let Some(text) = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok()) else { break };
            let Some((text, given)) = text.rsplit_once(' ') else { break };
            let before = journal.as_ref().map_or("", |journal| &journal.seal);
            if seal(before, text) != given {
                break;
            }
            match &mut journal {
                None => journal = Some(Journal { run: text.strip_prefix("guillemet 1 ")?.to_string(), ..Journal::default() }),
                Some(journal) => match checkpoint(text) {
                    Some(checkpoint) => journal.checkpoint = Some(checkpoint),
                    None => break,
                },
            }
            if let Some(journal) = &mut journal {
                journal.seal = given.to_string();
                journal.sound += line.len() as u64;
            }
        }
        journal
    }
}

fn seal(before: &str, text: &str) -> String {
    let hash = Sha256::new().chain_update(before).chain_update(text).finalize();
    digits(&hash[..8])
}

fn checkpoint(text: &str) -> Option<Checkpoint> {
    let (numbers, hash) = text.rsplit_once(' ')?;
    let numbers: Vec<u64> = numbers.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [documents, read, failed, skipped, rows, unsure, bytes, written, reported] = numbers[..] else { return None };
    let counts = Counts { documents, read, failed, skipped, rows, unsure, bytes };
    Some(Checkpoint { counts, written, reported, hash: hash.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> (Vec<u8>, Vec<Checkpoint>) {
        let (mut journal, mut text) = Journal::begin("ab12");
        let checkpoints: Vec<Checkpoint> = (1..4)
            .map(|i| Checkpoint {
                counts: Counts { documents: 10 * i, read: 9 * i, failed: i, rows: 7 * i, bytes: 1000 * i, ..Counts::default() },
                written: 100 * i,
                reported: i,
                hash: digits(&[i as u8; 32]),
            })
            .collect();
        for checkpoint in &checkpoints {
            text.push_str(&journal.note(checkpoint.clone()));
        }
        (text.into_bytes(), checkpoints)
    }

    #[test]
    fn a_journal_is_read_back() {
        let (bytes, checkpoints) = three();
        let journal = Journal::read(&bytes).unwrap();
        assert_eq!((journal.run.as_str(), journal.checkpoint.as_ref()), ("ab12", checkpoints.last()));
        assert_eq!(journal.sound, bytes.len() as u64);
    }

    #[test]
    fn cut_anywhere_it_gives_the_last_whole_line() {
        let (bytes, checkpoints) = three();
        let ends: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i] == b'\n').map(|i| i + 1).collect();
        for cut in 0..=bytes.len() {
            let lines = ends.iter().filter(|&&end| end <= cut).count();
            let journal = Journal::read(&bytes[..cut]);
            assert_eq!(journal.is_some(), lines > 0, "{cut}");
            let last = lines.checked_sub(2).map(|i| &checkpoints[i]);
            assert_eq!(journal.as_ref().and_then(|journal| journal.checkpoint.as_ref()), last, "{cut}");
            assert_eq!(journal.map_or(0, |journal| journal.sound), lines.checked_sub(1).map_or(0, |i| ends[i] as u64), "{cut}");
        }
    }

    #[test]
    fn with_any_bit_changed_it_gives_an_earlier_line_or_none() {
        let (bytes, checkpoints) = three();
        for i in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[i] ^= 1 << bit;
                let line = bytes[..i].iter().filter(|&&byte| byte == b'\n').count();
                let journal = Journal::read(&changed);
                let believed = journal.as_ref().and_then(|journal| journal.checkpoint.as_ref());
                assert_eq!(journal.is_some(), line > 0, "byte {i}");
                assert_eq!(believed, line.checked_sub(2).map(|i| &checkpoints[i]), "byte {i}");
            }
        }
    }
}
