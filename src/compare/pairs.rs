//! Which rows of one article belong together.
//!
//! In: the rows of an article, old and new, each sorted. Out: pairs, the surest first: the same words at the same place, then
//! the same words elsewhere (a text was added above them), then spans that share letters, those that share most first.
//! Each row is in one pair at most, and old and new may be swapped: the pairs are the same.
//!
//! Deliberately not done: rows of different articles are never paired, nor are rows that share neither words nor place.

use std::collections::BTreeMap;

use super::table::Row;

/// More pairs than this are not weighed against each other: rows are then paired in their order.
const WEIGHED: usize = 1 << 20;

/// Pairs of old and new by their number, in no order.
pub(super) fn pairs(old: &[Row], new: &[Row]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::with_capacity(old.len().min(new.len()));
    let mut free = Free { old: Vec::new(), new: Vec::new() };
    // Rows that are the same throughout: nearly all, most of the time.
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        match old[i].cmp(&new[j]) {
            std::cmp::Ordering::Less => {
                free.old.push(i);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                free.new.push(j);
                j += 1;
            }
            std::cmp::Ordering::Equal => {
                pairs.push((i, j));
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    free.old.extend(i..old.len());
    free.new.extend(j..new.len());

    free.alike(|i| (old[i].start, old[i].end, old[i].quote()), |j| (new[j].start, new[j].end, new[j].quote()), &mut pairs, in_order);
    let nearest = |ours: &[usize], theirs: &[usize]| {
        let apart = |i: usize, j: usize| Some(old[i].start.abs_diff(new[j].start));
        if old[ours[0]].quote().is_empty() {
            Vec::new()
        } else if ours.len() == theirs.len() {
            // As many as before: they have moved together.
            in_order(ours, theirs)
        } else {
            best(ours, theirs, apart).unwrap_or_else(|| in_order(ours, theirs))
        }
    };
    free.alike(|i| old[i].quote(), |j| new[j].quote(), &mut pairs, nearest);
    free.overlapping(old, new, &mut pairs);
    pairs
}

/// Rows that have no partner yet, in their order.
struct Free {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl Free {
    /// Pairs rows with the same key, as `choose` likes.
    fn alike<K: Ord>(
        &mut self,
        old_key: impl Fn(usize) -> K,
        new_key: impl Fn(usize) -> K,
        pairs: &mut Vec<(usize, usize)>,
        choose: impl Fn(&[usize], &[usize]) -> Vec<(usize, usize)>,
    ) {
        if self.old.is_empty() || self.new.is_empty() {
            return;
        }
        let mut groups: BTreeMap<K, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for &i in &self.old {
            groups.entry(old_key(i)).or_default().0.push(i);
        }
        for &j in &self.new {
            if let Some(group) = groups.get_mut(&new_key(j)) {
                group.1.push(j);
            }
        }
        let before = pairs.len();
        for (ours, theirs) in groups.values().filter(|(_, theirs)| !theirs.is_empty()) {
            pairs.extend(choose(ours, theirs));
        }
        self.leave(&pairs[before..]);
    }

    /// Pairs rows whose spans share letters.
    fn overlapping(&mut self, old: &[Row], new: &[Row], pairs: &mut Vec<(usize, usize)>) {
        // Stretches of text that rows cover without a gap; only within one can rows overlap.
        let (mut ours, mut theirs) = (self.old.iter().copied().peekable(), self.new.iter().copied().peekable());
        let before = pairs.len();
        loop {
            let first = ours.peek().map(|&i| old[i].start).into_iter().chain(theirs.peek().map(|&j| new[j].start)).min();
            let Some(mut end) = first.map(|first| first.saturating_add(1)) else { break };
            let (mut these, mut those) = (Vec::new(), Vec::new());
            loop {
                if let Some(i) = ours.next_if(|&i| old[i].start < end) {
                    end = end.max(old[i].end);
                    these.push(i);
                } else if let Some(j) = theirs.next_if(|&j| new[j].start < end) {
                    end = end.max(new[j].end);
                    those.push(j);
                } else {
                    break;
                }
            }
            if these.is_empty() || those.is_empty() {
                continue;
            }
            // What is not shared, in thousand millionths of what both cover: a whole number compares the same everywhere.
            let apart = |i: usize, j: usize| {
                let shared = old[i].end.min(new[j].end).saturating_sub(old[i].start.max(new[j].start));
                let all = old[i].end.max(new[j].end).saturating_sub(old[i].start.min(new[j].start));
                let same = old[i].start == new[j].start && old[i].end == new[j].end;
                let share = if same { 1_000_000_000 } else { u128::from(shared) * 1_000_000_000 / u128::from(all.max(1)) };
                (same || shared > 0).then(|| 1_000_000_000 - share as u64)
            };
            pairs.extend(best(&these, &those, apart).unwrap_or_else(|| {
                let (mut a, mut b) = (0, 0);
                let mut found = Vec::new();
                while let (Some(&i), Some(&j)) = (these.get(a), those.get(b)) {
                    let together = apart(i, j).is_some();
                    if together {
                        found.push((i, j));
                    }
                    (a, b) = (a + usize::from(together || old[i].end <= new[j].end), b + usize::from(together || new[j].end <= old[i].end));
                }
                found
            }));
        }
        self.leave(&pairs[before..]);
    }

    fn leave(&mut self, paired: &[(usize, usize)]) {
        if paired.is_empty() {
            return;
        }
        let (mut ours, mut theirs): (Vec<usize>, Vec<usize>) = paired.iter().copied().unzip();
        ours.sort_unstable();
        theirs.sort_unstable();
        self.old.retain(|i| ours.binary_search(i).is_err());
        self.new.retain(|j| theirs.binary_search(j).is_err());
    }
}

fn in_order(ours: &[usize], theirs: &[usize]) -> Vec<(usize, usize)> {
    ours.iter().copied().zip(theirs.iter().copied()).collect()
}

/// The pairs that are least `apart` (`None`: no pair), the closest first; nothing where there are too many to weigh.
fn best(ours: &[usize], theirs: &[usize], apart: impl Fn(usize, usize) -> Option<u64>) -> Option<Vec<(usize, usize)>> {
    if ours.len().saturating_mul(theirs.len()) > WEIGHED {
        return None;
    }
    let mut pairs: Vec<(u64, usize, usize)> = Vec::new();
    for &i in ours {
        pairs.extend(theirs.iter().filter_map(|&j| Some((apart(i, j)?, i, j))));
    }
    // The smaller number before the larger, whichever side it is of: two pairs that share a row never come out equal,
    // and old and new may be swapped.
    pairs.sort_by_key(|&(apart, i, j)| (apart, i.min(j), i.max(j)));
    let (mut taken, mut given) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    let free = |&(_, i, j): &(u64, usize, usize)| {
        let free = !taken.contains(&i) && !given.contains(&j);
        if free {
            taken.insert(i);
            given.insert(j);
        }
        free
    };
    Some(pairs.into_iter().filter(free).map(|(_, i, j)| (i, j)).collect())
}
