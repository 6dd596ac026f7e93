//! Tables: from the hash of a word to what is known of it, as plain bytes.
//!
//! In: pairs of a hash and a value. Out: a [`Table`], which is asked where it lies: one that is compiled in is not read,
//! copied or built at start, and of its pages only those are fetched that a text needs.
//! Deliberately not done: the word itself is not kept. Two words of one 64-bit hash would be taken for each other.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A pair in bytes: the hash, then the value, each least byte first; a hash of 0 is a free place.
type Slot = [u8; 16];

/// From hashes to values.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    #[serde(borrow)]
    bytes: Cow<'static, [u8]>,
    /// How many places a hash may be looked for first. A few follow, for those that find the last of them taken.
    homes: usize,
}

impl Table {
    /// A table of some pairs, in whatever order they come. Half of its places stay free, so that an unknown word is
    /// soon found to be one.
    pub fn new(pairs: impl Iterator<Item = (u64, u64)>) -> Table {
        let mut pairs: Vec<(u64, u64)> = pairs.filter(|(key, _)| *key != 0).collect();
        pairs.sort_unstable();
        let homes = 2 * pairs.len();
        let mut slots: Vec<Slot> = vec![[0; 16]; homes];
        for (key, value) in pairs {
            let mut at = home(key, homes);
            while slots.get(at).is_some_and(|slot| *slot != [0; 16]) {
                at += 1;
            }
            slots.resize(slots.len().max(at + 1), [0; 16]);
            slots[at][..8].copy_from_slice(&key.to_le_bytes());
            slots[at][8..].copy_from_slice(&value.to_le_bytes());
        }
        Table { bytes: slots.concat().into(), homes }
    }

    fn slots(&self) -> &[Slot] {
        self.bytes.as_chunks().0
    }

    /// The value of a hash.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u64> {
        // A free place ends the search, or the end of the table. The hash 0 stands for none.
        for slot in self.slots().get(home(key, self.homes)..)? {
            let (found, value) = halves(slot);
            if found == key && key != 0 {
                return Some(value);
            }
            if found == 0 {
                return None;
            }
        }
        None
    }

    /// Every value, in no order that tells anything.
    pub fn values(&self) -> impl Iterator<Item = u64> + '_ {
        self.slots().iter().map(halves).filter(|(key, _)| *key != 0).map(|(_, value)| value)
    }
}

/// Where a hash is looked for first. Words that differ in their last letter have hashes that differ in few bits: mixed,
/// they stand apart.
fn home(key: u64, homes: usize) -> usize {
    let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((u128::from(mixed) * homes as u128) >> 64) as usize
}

fn halves(slot: &Slot) -> (u64, u64) {
    let both = u128::from_le_bytes(*slot);
    (both as u64, (both >> 64) as u64)
}

impl std::fmt::Debug for Table {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Table({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let key = |n: u64| (n + 1).wrapping_mul(0x0100_0000_01b3);
        let table = Table::new((0..5000).map(|n| (key(n), n)));
        assert!((0..5000).all(|n| table.get(key(n)) == Some(n)));
        assert!((5000..20_000).all(|n| table.get(key(n)).is_none()));
        assert_eq!(table.values().count(), 5000);
        assert_eq!(table.get(0), None);
    }

    #[test]
    fn an_empty_table_knows_nothing() {
        assert_eq!(Table::default().get(7), None);
        assert_eq!(Table::new(std::iter::empty()).get(7), None);
    }

    #[test]
    fn the_order_of_the_pairs_makes_no_difference() {
        let pairs = [(5, 1), (1 << 60, 2), (9, 3)];
        assert_eq!(Table::new(pairs.into_iter()), Table::new(pairs.into_iter().rev()));
    }
}
