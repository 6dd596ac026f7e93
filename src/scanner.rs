//! The scanner: the patterns of a page at work on a line.
//!
//! In: the [`Program`] of a page, and lines over symbols: one byte a letter. Out: the leftmost stretch that one of the
//! patterns matches, where at one place the first of them wins; or the first pattern that matches anywhere; and what the
//! groups of one pattern hold.
//! It tries each place in turn from its first letter on, so that nothing need be read backwards to learn where a
//! stretch begins. Which states of the program may be meant after the letters so far is one row of a table. A row is made
//! when it is first needed, so that of the thousands that there might be only those exist that the text asked for.
//! Groups are read by trying the ways of one pattern one after the other, over the few letters that it matched, and no
//! choice twice at one letter.
//! Deliberately not done: nothing is read backwards, and no line is remembered.

use crate::class::Mixed;
use crate::program::{has, Place, Program, State, Symbols};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How many groups a pattern may have.
pub const GROUPS: usize = 13;

/// Where the groups of a pattern begin and end, from the first letter of the stretch on. Many are made and copied: they are
/// kept small, for no line has as many letters as a number of two bytes can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Groups {
    /// The end of the whole.
    end: u16,
    marks: [u16; 2 * GROUPS],
}

impl Groups {
    const NONE: Groups = Groups { end: 0, marks: [UNSET; 2 * GROUPS] };

    /// Where a group stands, if it took part.
    pub fn get(&self, group: usize) -> Option<Range<usize>> {
        let (start, end) = (self.marks[2 * group], self.marks[2 * group + 1]);
        (start != UNSET && end != UNSET).then_some(usize::from(start)..usize::from(end))
    }

    /// Where the whole ends.
    pub fn end(&self) -> usize {
        usize::from(self.end)
    }
}

/// The patterns of a page, and what searches with them remember.
#[derive(Default, Serialize, Deserialize)]
#[serde(from = "Program", into = "Program")]
pub struct Scanner {
    program: Arc<Program>,
    /// What to look for in a line before anything is tried.
    meets: Vec<u128>,
    /// By rule and symbol, whether a stretch may begin with it but at the head of a line.
    firsts: Vec<[bool; 256]>,
    begins: Begins,
    /// One for each search that was at work at one time.
    memories: Mutex<Vec<Memory>>,
}

/// A search at work: it has what was remembered for itself until it ends.
pub struct Search<'s> {
    scanner: &'s Scanner,
    memory: Memory,
}

/// What searches remember.
#[derive(Default)]
struct Memory {
    /// A row for each list of states that may be meant at one time: the number of the rule that is found there and of the one
    /// found if the line ends there, plus 1 and 0 for none, then the number of the next row for each symbol.
    rows: Vec<u16>,
    /// The states of each row, in the order in which they count.
    lists: Vec<Vec<Place>>,
    index: HashMap<Vec<Place>, u16, Mixed>,
    /// The rows where each rule begins, and after them that of all rules: at the head of a line, and elsewhere.
    starts: Vec<[u16; 2]>,
    /// How many numbers a row takes.
    stride: usize,
    reached: Reached,
    visited: Vec<u64>,
    jobs: Vec<Job>,
    /// What the groups hold depends on the rule and the letters alone. Most stretches are short and come again: for each that
    /// is known, the number of what its groups hold, for that is the same for many.
    known: HashMap<u128, u32, Mixed>,
    /// The same for the shortest, which are most: half as wide, they stay near the processor.
    near: HashMap<u64, u32, Mixed>,
    held: Vec<Groups>,
    numbers: HashMap<Groups, u32>,
}

/// States that are reached without a letter, in their order, each once.
#[derive(Default)]
struct Reached {
    list: Vec<Place>,
    /// By state, the last walk that came by.
    seen: Vec<u32>,
    walk: u32,
    stack: Vec<Place>,
}

/// What is left to try when groups are read.
#[derive(Clone, Copy)]
enum Job {
    /// A state at a letter.
    Try(Place, u16),
    /// Where a mark stood before it was set.
    Restore(u8, u16),
}

/// The entry of a row that was not made yet.
const UNKNOWN: u16 = 0;
/// The entry where nothing matches any more.
const DEAD: u16 = 1;
/// A row at whose place a rule is found has this bit in its entries.
const FINDS: u16 = 1 << 15;
/// What stands in a row before its entries.
const HEAD: usize = 2;
/// How many rows there may be before all are forgotten: 7 MB, where rows are as wide as they can be. All that news of many
/// years ask for are some thousands.
const MOST: usize = 14_000;
/// How many stretches may be known before all are forgotten: about 5 MB.
const KNOWN: usize = 100_000;
/// The longest stretch that is remembered: with the rule and its place in the line it makes a number of 16 bytes.
const SHORT: usize = 13;
/// The same for a number of 8 bytes.
const SHORTEST: usize = 5;
/// A mark that was not set.
const UNSET: u16 = u16::MAX;

impl Scanner {
    /// The scanner of a program.
    pub fn new(program: Program) -> Scanner {
        let meets = (0..=u8::MAX).map(|symbol| program.meets(symbol)).collect();
        let mut reached = Reached { seen: vec![0; program.places()], ..Reached::default() };
        let by_symbol = |set: Symbols| std::array::from_fn(|symbol| has(&set, symbol as u8));
        let firsts = (0..program.len()).map(|rule| by_symbol(reached.takes(&program, program.start(rule)))).collect();
        let begins = Begins::new(&program, &mut reached);
        Scanner { program: Arc::new(program), meets, firsts, begins, memories: Mutex::default() }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The same without the pattern of a rule.
    pub fn without(&self, rule: usize) -> Scanner {
        let mut program = Program::clone(&self.program);
        program.silence(rule);
        Scanner::new(program)
    }

    /// Begins a search. What it remembers is handed on to the next.
    pub fn search(&self) -> Search<'_> {
        let memory = self.memories.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Search { scanner: self, memory: memory.unwrap_or_else(|| Memory::new(&self.program)) }
    }
}

impl From<Program> for Scanner {
    fn from(program: Program) -> Scanner {
        Scanner::new(program)
    }
}

impl From<Scanner> for Program {
    fn from(scanner: Scanner) -> Program {
        Program::clone(&scanner.program)
    }
}

impl Clone for Scanner {
    fn clone(&self) -> Scanner {
        Scanner {
            program: Arc::clone(&self.program),
            meets: self.meets.clone(),
            firsts: self.firsts.clone(),
            begins: self.begins.clone(),
            memories: Mutex::default(),
        }
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Scanner({} patterns)", self.program.len())
    }
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        self.scanner.memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    }
}

impl Search<'_> {
    /// The first stretch at or after a place, and the number of the pattern that matches it. A pattern that matches no
    /// letter matches nothing.
    pub fn find(&mut self, line: &[u8], from: usize) -> Option<(usize, Range<usize>)> {
        let program = &*self.scanner.program;
        let mut from = from;
        let begins = |line: &[u8]| self.scanner.begins.before(line);
        while let Some((rule, range)) = self.memory.next(program, program.len(), line, from, begins) {
            if !range.is_empty() {
                return Some((rule, range));
            }
            from = range.end + 1;
        }
        None
    }

    /// The first pattern, of those that are `allowed`, that matches anywhere in a line, and its leftmost stretch.
    pub fn first(&mut self, line: &[u8], allowed: impl Fn(usize) -> bool) -> Option<(usize, Range<usize>)> {
        let missing = !line.iter().fold(0, |met, symbol| met | self.scanner.meets[usize::from(*symbol)]);
        let program = &*self.scanner.program;
        let possible = program.needs().iter().enumerate().filter(|(rule, need)| *need & missing == 0 && allowed(*rule));
        let mut stretches = possible.map(|(rule, _)| (rule, leftmost(self.scanner, &mut self.memory, rule, line)));
        stretches.find_map(|(rule, stretch)| stretch.map(|range| (rule, range)))
    }

    /// The leftmost stretch that one pattern matches.
    pub fn leftmost(&mut self, rule: usize, line: &[u8]) -> Option<Range<usize>> {
        leftmost(self.scanner, &mut self.memory, rule, line)
    }

    /// What the groups of a pattern hold that matches a stretch of a line, or its beginning. Of the line the pattern sees
    /// no more than whether the stretch is its `head` and its `end`. What a short stretch holds is remembered: most come again.
    pub fn groups(&mut self, rule: usize, stretch: &[u8], head: bool, end: bool) -> Option<Groups> {
        if stretch.len() > SHORT {
            return self.memory.groups(&self.scanner.program, rule, stretch, head, end);
        }
        // No letter has the symbol 0, so that the letters tell how many they are.
        let letters = stretch.iter().fold(0, |letters, symbol| letters << 8 | u128::from(*symbol));
        let place = (usize::from(head) << 1 | usize::from(end)) << 16 | rule;
        let key = (place as u128) << (8 * SHORT) | letters;
        // The same in 8 bytes, its bits spread.
        let near = || ((place as u64) << (8 * SHORTEST) | letters as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let near = (stretch.len() <= SHORTEST).then(near);
        let known = near.map_or_else(|| self.memory.known.get(&key), |near| self.memory.near.get(&near));
        if let Some(number) = known {
            return Some(self.memory.held[*number as usize]);
        }
        let groups = self.memory.groups(&self.scanner.program, rule, stretch, head, end)?;
        let number = self.memory.know(groups);
        match near {
            Some(near) => self.memory.near.insert(near, number),
            None => self.memory.known.insert(key, number),
        };
        Some(groups)
    }
}

/// The leftmost stretch that one pattern matches.
fn leftmost(scanner: &Scanner, memory: &mut Memory, rule: usize, line: &[u8]) -> Option<Range<usize>> {
    let first = &scanner.firsts[rule];
    let begins = |line: &[u8]| line.iter().position(|symbol| first[usize::from(*symbol)]).unwrap_or(line.len());
    memory.next(&scanner.program, rule, line, 0, begins).map(|(_, range)| range)
}

/// A way along the rows, letter by letter.
struct Walk {
    row: u16,
    at: usize,
    /// The last rule found, plus 1, and where it ended.
    found: u16,
    end: usize,
}

impl Walk {
    fn new(row: u16, at: usize) -> Walk {
        Walk { row, at, found: 0, end: at }
    }

    /// Goes on as far as rows are made: whether that was to the end. If not, the row after the letter at `at` is to be made;
    /// or, where there is no row at all, the first.
    #[inline(always)]
    fn along(&mut self, rows: &[u16], stride: usize, line: &[u8]) -> bool {
        while self.row > DEAD {
            let row = usize::from(self.row & !FINDS) * stride;
            let row = &rows[row..row + stride];
            if self.row & FINDS != 0 {
                (self.found, self.end) = (row[0], self.at);
            }
            let Some(symbol) = line.get(self.at) else {
                // What is found at the end of the line alone may count before what is found anywhere.
                if row[1] != 0 {
                    (self.found, self.end) = (row[1], self.at);
                }
                return true;
            };
            // No pattern takes a symbol beyond the width of a row.
            let next = row.get(HEAD + usize::from(*symbol)).copied().unwrap_or(DEAD);
            if next == UNKNOWN {
                return false;
            }
            self.row = next;
            self.at += 1;
        }
        self.row == DEAD
    }

    /// The rule that was found and where it ends.
    fn found(&self) -> Option<(usize, usize)> {
        (self.found != 0).then(|| (usize::from(self.found) - 1, self.end))
    }
}

impl Memory {
    fn new(program: &Program) -> Memory {
        let reached = Reached { seen: vec![0; program.places()], ..Reached::default() };
        let mut memory = Memory { reached, stride: HEAD + program.width(), ..Memory::default() };
        memory.forget(program);
        memory
    }

    fn forget(&mut self, program: &Program) {
        self.lists.clear();
        self.index.clear();
        self.starts.clear();
        self.starts.resize(program.len() + 1, [UNKNOWN; 2]);
        // No row has the number 0 or 1, which say something else.
        self.rows.clear();
        self.rows.resize(2 * self.stride, 0);
        self.lists.resize(2, Vec::new());
    }

    /// The number of what the groups of a rule hold.
    #[cold]
    fn know(&mut self, groups: Groups) -> u32 {
        if self.known.len() + self.near.len() >= KNOWN {
            self.known.clear();
            self.near.clear();
            self.numbers.clear();
            self.held.clear();
        }
        *self.numbers.entry(groups).or_insert_with(|| {
            self.held.push(groups);
            self.held.len() as u32 - 1
        })
    }

    /// Runs a rule, or all where it is one more than the last, from a place on: the rule that is found and where it ends.
    fn run(&mut self, program: &Program, rule: usize, line: &[u8], from: usize) -> Option<(usize, usize)> {
        let mut walk = Walk::new(self.starts[rule][usize::from(from > 0)], from);
        while !walk.along(&self.rows, self.stride, line) {
            self.make(program, rule, line, &mut walk);
        }
        walk.found()
    }

    /// Makes the row that a walk is to go on with.
    #[cold]
    fn make(&mut self, program: &Program, rule: usize, line: &[u8], walk: &mut Walk) {
        if walk.row == UNKNOWN {
            walk.row = self.start(program, rule, walk.at == 0);
        } else {
            walk.row = self.step(program, walk.row & !FINDS, line[walk.at]);
            walk.at += 1;
        }
    }

    /// The first stretch at or after a place that a rule matches, or any where it is one more than the last, and the rule.
    /// `begins` tells how many letters come before one with which a stretch may begin.
    fn next(
        &mut self,
        program: &Program,
        rule: usize,
        line: &[u8],
        from: usize,
        begins: impl Fn(&[u8]) -> usize,
    ) -> Option<(usize, Range<usize>)> {
        let mut from = from;
        if from == 0 {
            // At the head of a line more may begin.
            if let Some((found, end)) = self.run(program, rule, line, 0) {
                return Some((found, 0..end));
            }
            from = 1;
        }
        while from <= line.len() {
            from += begins(&line[from..]);
            if let Some((found, end)) = self.run(program, rule, line, from) {
                return Some((found, from..end));
            }
            from += 1;
        }
        None
    }

    /// The row where a rule begins, or all.
    fn start(&mut self, program: &Program, rule: usize, head: bool) -> u16 {
        self.reached.begin();
        let rules = if rule == program.len() { 0..rule } else { rule..rule + 1 };
        for rule in rules {
            if self.reached.add(program, program.start(rule), head) {
                break;
            }
        }
        let (row, _) = self.row(program);
        self.starts[rule][usize::from(!head)] = row;
        row
    }

    /// Makes an entry of a row: the row of what may be meant after one more symbol.
    fn step(&mut self, program: &Program, row: u16, symbol: u8) -> u16 {
        self.reached.begin();
        for place in &self.lists[usize::from(row)] {
            if let State::Take(set, next) = program.at(*place) {
                if has(program.symbols(set), symbol) && self.reached.add(program, next, false) {
                    break;
                }
            }
        }
        let (next, kept) = self.row(program);
        if kept {
            self.rows[usize::from(row) * self.stride + HEAD + usize::from(symbol)] = next;
        }
        next
    }

    /// The row of the states that were reached, and whether the others are still there.
    fn row(&mut self, program: &Program) -> (u16, bool) {
        if self.reached.list.is_empty() {
            return (DEAD, true);
        }
        if let Some(row) = self.index.get(&self.reached.list) {
            return (*row, true);
        }
        let kept = self.lists.len() < MOST;
        if !kept {
            self.forget(program);
        }
        let list = self.reached.list.clone();
        let found = |place: &Place| match program.at(*place) {
            State::Found(rule) => rule + 1,
            _ => 0,
        };
        let anywhere = list.last().map_or(0, found);
        let at_end = self.reached.at_end(program, &list);
        let first = self.rows.len();
        self.rows.resize(first + self.stride, UNKNOWN);
        (self.rows[first], self.rows[first + 1]) = (anywhere, at_end);
        let row = self.lists.len() as u16 | if anywhere != 0 { FINDS } else { 0 };
        self.index.insert(list.clone(), row);
        self.lists.push(list);
        (row, kept)
    }

    fn groups(&mut self, program: &Program, rule: usize, stretch: &[u8], head: bool, end: bool) -> Option<Groups> {
        let places = program.places_of(rule);
        let letters = stretch.len() + 1;
        if letters >= usize::from(UNSET) {
            return None;
        }
        self.visited.clear();
        self.visited.resize((places.len() * letters).div_ceil(64), 0);
        self.jobs.clear();
        self.jobs.push(Job::Try(program.start(rule), 0));
        let mut groups = Groups::NONE;
        let marks = &mut groups.marks;
        while let Some(job) = self.jobs.pop() {
            let (mut place, mut at) = match job {
                Job::Try(place, at) => (place, at),
                Job::Restore(mark, at) => {
                    marks[usize::from(mark)] = at;
                    continue;
                }
            };
            loop {
                match program.at(place) {
                    State::Take(set, next) => {
                        if !stretch.get(usize::from(at)).is_some_and(|symbol| has(program.symbols(set), *symbol)) {
                            break;
                        }
                        at += 1;
                        place = next;
                    }
                    State::Choose(first, count) => {
                        // All ways lead through choices: it is enough that no choice is made twice at one letter.
                        let bit = (place - places.start) as usize * letters + usize::from(at);
                        if self.visited[bit / 64] >> (bit % 64) & 1 != 0 {
                            break;
                        }
                        self.visited[bit / 64] |= 1 << (bit % 64);
                        // A way that cannot take the letter that comes is not noted.
                        let letter = stretch.get(usize::from(at));
                        let open = |way: &&Place| match program.at(**way) {
                            State::Take(set, _) => letter.is_some_and(|letter| has(program.symbols(set), *letter)),
                            State::Never => false,
                            _ => true,
                        };
                        let ways = program.ways(first, count);
                        let Some(first) = ways.iter().position(|way| open(&way)) else { break };
                        self.jobs.extend(ways[first + 1..].iter().rev().filter(open).map(|way| Job::Try(*way, at)));
                        place = ways[first];
                    }
                    State::Mark(mark, next) => {
                        if let Some(old) = marks.get_mut(usize::from(mark)) {
                            self.jobs.push(Job::Restore(mark, *old));
                            *old = at;
                        }
                        place = next;
                    }
                    State::Head(next) if head && at == 0 => place = next,
                    State::End(next) if end && usize::from(at) == stretch.len() => place = next,
                    State::Found(_) => {
                        groups.end = at;
                        return Some(groups);
                    }
                    State::Head(_) | State::End(_) | State::Never => break,
                }
            }
        }
        None
    }
}

/// With which two symbols a stretch of any rule may begin but at the head of a line: by the first, the set of the second.
#[derive(Clone)]
struct Begins(Box<[Symbols; 256]>);

impl Default for Begins {
    fn default() -> Begins {
        Begins(Box::new([Symbols::default(); 256]))
    }
}

impl Begins {
    fn new(program: &Program, reached: &mut Reached) -> Begins {
        let Begins(mut seconds) = Begins::default();
        let mut known: HashMap<Place, Symbols> = HashMap::new();
        for rule in 0..program.len() {
            reached.begin();
            if reached.add(program, program.start(rule), false) {
                return Begins(Box::new([[u64::MAX; 4]; 256]));
            }
            for place in std::mem::take(&mut reached.list) {
                let State::Take(set, next) = program.at(place) else { continue };
                let second = *known.entry(next).or_insert_with(|| reached.takes(program, next));
                for symbol in (0..=u8::MAX).filter(|symbol| has(program.symbols(set), *symbol)) {
                    let all = &mut seconds[usize::from(symbol)];
                    *all = std::array::from_fn(|n| all[n] | second[n]);
                }
            }
        }
        Begins(seconds)
    }

    /// How many letters come before the first two with which a stretch may begin; the last letter may always begin one.
    /// Most letters begin nothing, or nothing that goes on with the letter after.
    fn before(&self, line: &[u8]) -> usize {
        let begins = |(first, second): (&u8, &u8)| has(&self.0[usize::from(*first)], *second);
        line.iter().zip(line.iter().skip(1)).position(begins).unwrap_or(line.len().saturating_sub(1))
    }
}

impl Reached {
    /// The symbols that may stand next at a state but at the head of a line; all where nothing need.
    fn takes(&mut self, program: &Program, from: Place) -> Symbols {
        self.begin();
        if self.add(program, from, false) {
            return [u64::MAX; 4];
        }
        let mut all = Symbols::default();
        for place in &self.list {
            match program.at(*place) {
                State::Take(set, _) => all = std::array::from_fn(|n| all[n] | program.symbols(set)[n]),
                // The end of the line may stand there as well, which is no symbol.
                _ => return [u64::MAX; 4],
            }
        }
        all
    }

    fn begin(&mut self) {
        self.list.clear();
        self.walk();
    }

    /// Begins a walk on which no state was seen yet.
    fn walk(&mut self) {
        self.walk = self.walk.wrapping_add(1);
        if self.walk == 0 {
            self.seen.fill(0);
            self.walk = 1;
        }
    }

    fn is_new(&mut self, place: Place) -> bool {
        let seen = &mut self.seen[place as usize];
        std::mem::replace(seen, self.walk) != self.walk
    }

    /// Adds what is reached from a state without a letter. Whether a rule is found: what comes after it does not count.
    fn add(&mut self, program: &Program, from: Place, head: bool) -> bool {
        self.stack.clear();
        self.stack.push(from);
        while let Some(place) = self.stack.pop() {
            if !self.is_new(place) {
                continue;
            }
            match program.at(place) {
                State::Take(..) | State::End(_) => self.list.push(place),
                State::Choose(first, count) => self.stack.extend(program.ways(first, count).iter().rev()),
                State::Mark(_, next) => self.stack.push(next),
                State::Head(next) if head => self.stack.push(next),
                State::Head(_) | State::Never => {}
                State::Found(_) => {
                    self.list.push(place);
                    return true;
                }
            }
        }
        false
    }

    /// The rule, plus 1, that is found first among some states where the line ends; 0 for none.
    fn at_end(&mut self, program: &Program, list: &[Place]) -> u16 {
        self.walk();
        self.stack.clear();
        self.stack.extend(list.iter().rev());
        while let Some(place) = self.stack.pop() {
            if !self.is_new(place) {
                continue;
            }
            match program.at(place) {
                State::Choose(first, count) => self.stack.extend(program.ways(first, count).iter().rev()),
                State::Mark(_, next) | State::End(next) => self.stack.push(next),
                State::Found(rule) => return rule + 1,
                State::Take(..) | State::Head(_) | State::Never => {}
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::bytes::{Regex, RegexBuilder};

    const NAMES: &[&str] = &["g", "h"];

    fn scanner(sources: &[&str]) -> Scanner {
        let mut program = Program::default();
        for source in sources {
            program.add(source, NAMES).unwrap();
        }
        let packed = postcard::to_allocvec(&program).unwrap();
        Scanner::new(postcard::from_bytes(&packed).unwrap())
    }

    fn found(sources: &[&str], line: &str) -> Vec<(usize, String)> {
        let scanner = scanner(sources);
        let mut search = scanner.search();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((pattern, range)) = search.find(line.as_bytes(), from) {
            from = range.end;
            found.push((pattern, line[range].to_string()));
        }
        found
    }

    #[test]
    fn the_leftmost_wins_and_at_one_place_the_first() {
        assert_eq!(found(&["b+", "ab?"], "xabbb"), [(1, "ab".to_string()), (0, "bb".to_string())]);
        assert_eq!(found(&["a", "ab"], "ab"), [(0, "a".to_string())]);
    }

    #[test]
    fn the_head_and_the_end_of_a_line_are_known() {
        assert_eq!(found(&["^a", "(?:^|x)b"], "aab"), [(0, "a".to_string())]);
        assert_eq!(found(&["(?:^|x)b"], "bxb"), [(0, "b".to_string()), (0, "xb".to_string())]);
        assert_eq!(found(&["a$"], "aa"), [(0, "a".to_string())]);
        assert_eq!(found(&["a(?:b$|)", "b"], "abab"), [(0, "a".to_string()), (1, "b".to_string()), (0, "ab".to_string())]);
    }

    #[test]
    fn a_pattern_taken_out_matches_nothing() {
        let scanner = scanner(&["a+", "(?P<g>a)b"]);
        let without = scanner.without(0);
        assert_eq!(scanner.search().find(b"aab", 0), Some((0, 0..2)));
        assert_eq!(without.search().find(b"aab", 0), Some((1, 1..3)));
        assert_eq!(without.search().first(b"aab", |_| true), Some((1, 1..3)));
        assert_eq!(without.search().first(b"aab", |r| r != 1), None);
    }

    #[test]
    fn a_faulty_pattern_is_told() {
        let told = |source: &str| Program::default().add(source, NAMES).unwrap_err();
        assert_eq!(told("a(b"), "the pattern is no regular expression: unclosed group");
        assert_eq!(told(r"a\bb"), "the pattern looks around: of that only ^ and $ exist");
        assert_eq!(told("(?P<other>a)"), "unknown group \"other\" (use g, h)");
        assert_eq!(told("(?:(?:a{1000}){1000}){9}"), "the patterns together are too large: repeat less often in braces");
    }

    #[test]
    fn what_is_remembered_is_forgotten_when_it_is_too_much() {
        // Each word of a's and b's of twelve letters leads to another row.
        let scanner = scanner(&[r"[ab]*a[ab]{14}c\x01?[\x02-\xff]?"]);
        let mut search = scanner.search();
        let mut largest = 0;
        for n in 0..40_000u32 {
            let word: Vec<u8> = (0..16).map(|bit| if n.wrapping_mul(0x9e37) >> bit & 1 == 0 { b'a' } else { b'b' }).chain(*b"c").collect();
            assert_eq!(search.first(&word, |_| true), (word[1] == b'a').then_some((0, 0..17)), "{n}");
            largest = largest.max(search.memory.lists.len());
        }
        assert!(largest <= MOST && largest > MOST / 2, "{largest}");
    }

    /// Patterns of three symbols, each group standing once.
    fn pattern() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            4 => prop::sample::select(vec!["a", "b", "c", "[ab]", "[^a]", "[bc]"]).prop_map(str::to_string),
            1 => prop::sample::select(vec!["^", "$", ".", "", "ab", "bca"]).prop_map(str::to_string),
        ];
        let times = prop::sample::select(vec!["*", "+", "?", "{0,2}", "{1,3}", "{2}", "{2,}", "*?", "+?", "??", "{0,2}?"]);
        let deep = leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                (inner.clone(), times.clone()).prop_map(|(p, times)| if p.is_empty() { p } else { format!("(?:{p}){times}") }),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
                (inner, any::<bool>()).prop_map(|(p, which)| format!("({}{p})", if which { "G" } else { "H" })),
            ]
        });
        // Groups get their names afterwards: the first of each sort has it.
        deep.prop_map(|p| {
            let p = p.replacen("(G", "(?P<g>", 1).replacen("(H", "(?P<h>", 1);
            p.replace("(G", "(?:").replace("(H", "(?:")
        })
    }

    fn naive(source: &str) -> Regex {
        RegexBuilder::new(source).unicode(false).dot_matches_new_line(true).build().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn every_search_finds_what_the_regex_crate_finds(
            sources in prop::collection::vec(pattern(), 1..4),
            lines in prop::collection::vec("[abc]{1,9}", 1..12),
        ) {
            let regexes: Vec<Regex> = sources.iter().map(|s| naive(s)).collect();
            let scanner = scanner(&sources.iter().map(String::as_str).collect::<Vec<_>>());
            let mut search = scanner.search();
            for line in lines.iter().map(|l| l.as_bytes()) {
                for from in 0..line.len() {
                    let here = |at: usize| regexes.iter().enumerate().find_map(|(rule, regex)| {
                        regex.find_at(line, at).filter(|m| m.start() == at).map(|m| (rule, m.range()))
                    });
                    let want = (from..line.len()).filter_map(here).find(|(_, range)| !range.is_empty());
                    prop_assert_eq!(search.find(line, from), want);
                }
                let want = regexes.iter().enumerate().find_map(|(rule, regex)| Some((rule, regex.find(line)?.range())));
                prop_assert_eq!(search.first(line, |_| true), want.clone());
                for (rule, regex) in regexes.iter().enumerate() {
                    let captures = regex.captures(line);
                    let whole = search.leftmost(rule, line);
                    prop_assert_eq!(whole.clone(), captures.as_ref().map(|c| c.get(0).unwrap().range()));
                    let Some(whole) = whole else { continue };
                    let groups = search.groups(rule, &line[whole.clone()], whole.start == 0, whole.end == line.len()).unwrap();
                    prop_assert_eq!(groups.end(), whole.len());
                    for (group, name) in NAMES.iter().enumerate() {
                        let want = captures.as_ref().and_then(|c| c.name(name)).map(|m| m.range());
                        prop_assert_eq!(groups.get(group).map(|r| r.start + whole.start..r.end + whole.start), want);
                    }
                    // A stretch alone, as a rule that was found reads it.
                    let stretch = &line[whole];
                    let want = naive(&format!(r"\A(?:{})", sources[rule])).find(stretch).map(|m| m.end());
                    // Twice: made and remembered.
                    for _ in 0..2 {
                        prop_assert_eq!(search.groups(rule, stretch, true, true).map(|groups| groups.end()), want);
                    }
                }
            }
        }
    }
}
