//! Sorting what does not fit into memory.
//!
//! In: values in any order. Out: the same in order, as often as wanted. What is held in memory can be put away at any time, as
//! a sorted run in a temporary file that has no name and goes with the process; reading merges the runs.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde::Serialize;

/// A temporary file for runs, made when the first is put away.
#[derive(Default)]
pub(super) struct Spill {
    file: Option<Rc<File>>,
    length: u64,
}

struct Run {
    file: Rc<File>,
    at: u64,
    end: u64,
}

impl Spill {
    fn put(&mut self, values: &[impl Serialize]) -> io::Result<Run> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(Rc::new(tempfile::tempfile()?)),
        };
        let mut counted = BufWriter::with_capacity(1 << 16, &**file);
        counted.seek(SeekFrom::Start(self.length))?;
        for value in values {
            serde_json::to_writer(&mut counted, value).map_err(io::Error::from)?;
            counted.write_all(b"\n")?;
        }
        let at = std::mem::replace(&mut self.length, counted.stream_position()?);
        counted.flush()?;
        drop(counted);
        Ok(Run { file: Rc::clone(file), at, end: self.length })
    }
}

/// Values to be sorted.
pub(super) struct Sorter<T> {
    held: Vec<T>,
    runs: Vec<Run>,
}

impl<T> Default for Sorter<T> {
    fn default() -> Sorter<T> {
        Sorter { held: Vec::new(), runs: Vec::new() }
    }
}

impl<T: Ord + Clone + Serialize + DeserializeOwned> Sorter<T> {
    pub(super) fn push(&mut self, value: T) {
        self.held.push(value);
    }

    /// Puts away what is in memory.
    pub(super) fn put_away(&mut self, spill: &RefCell<Spill>) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        self.held.sort();
        self.runs.push(spill.borrow_mut().put(&self.held)?);
        self.held = Vec::new();
        Ok(())
    }

    /// No more values: from here on they can be read.
    pub(super) fn finish(&mut self) {
        self.held.sort();
    }

    /// All values in order.
    pub(super) fn iter(&self) -> Merge<'_, T> {
        let runs = self.runs.iter().map(|run| {
            let run = Run { file: Rc::clone(&run.file), at: run.at, end: run.end };
            Values::Run(BufReader::with_capacity(1 << 16, run), Vec::new())
        });
        let mut values: Vec<Values<'_, T>> = runs.collect();
        values.push(Values::Held(self.held.iter()));
        Merge { values, first: BinaryHeap::new(), begun: false, broken: false }
    }
}

/// Sorted values of several runs, in order.
pub(super) struct Merge<'s, T> {
    values: Vec<Values<'s, T>>,
    /// The next of each run.
    first: BinaryHeap<Reverse<(T, usize)>>,
    begun: bool,
    broken: bool,
}

enum Values<'s, T> {
    Run(BufReader<Run>, Vec<u8>),
    Held(std::slice::Iter<'s, T>),
}

impl<T: Clone + DeserializeOwned> Values<'_, T> {
    fn next(&mut self) -> io::Result<Option<T>> {
        match self {
            Values::Held(values) => Ok(values.next().cloned()),
            Values::Run(run, line) => {
                line.clear();
                if run.read_until(b'\n', line)? == 0 {
                    return Ok(None);
                }
                Ok(Some(serde_json::from_slice(line).map_err(io::Error::from)?))
            }
        }
    }
}

impl<T: Ord + Clone + DeserializeOwned> Merge<'_, T> {
    fn fill(&mut self, run: usize) -> io::Result<()> {
        if let Some(value) = self.values[run].next()? {
            self.first.push(Reverse((value, run)));
        }
        Ok(())
    }
}

impl<T: Ord + Clone + DeserializeOwned> Iterator for Merge<'_, T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        let filled = if self.begun { Ok(()) } else { (0..self.values.len()).try_for_each(|run| self.fill(run)) };
        self.begun = true;
        let next = filled.and_then(|()| {
            let Some(Reverse((value, run))) = self.first.pop() else { return Ok(None) };
            self.fill(run)?;
            Ok(Some(value))
        });
        self.broken = next.is_err();
        next.transpose()
    }
}

impl Read for Run {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = bytes.len().min(usize::try_from(self.end - self.at).unwrap_or(usize::MAX));
        let mut file = &*self.file;
        // Runs share the file and its place in it.
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(&mut bytes[..most])?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_order_whether_put_away_or_not() {
        let spill = RefCell::new(Spill::default());
        let mut sorter: Sorter<(u64, String)> = Sorter::default();
        let mut wanted = Vec::new();
        for i in 0..1000_u64 {
            let value = (i * 7919 % 251, format!("« {i} »\n"));
            wanted.push(value.clone());
            sorter.push(value);
            if i % 97 == 96 {
                sorter.put_away(&spill).unwrap();
            }
        }
        wanted.sort();
        sorter.finish();
        assert_eq!(sorter.runs.len(), 10);
        assert_eq!(sorter.held.len(), 30);
        for _ in 0..2 {
            assert_eq!(sorter.iter().collect::<io::Result<Vec<_>>>().unwrap(), wanted);
        }
    }
}
