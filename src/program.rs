//! Programs: the patterns of a page as one automaton.
//!
//! In: regular expressions over bytes, one a rule. Out: a [`Program`], a nondeterministic automaton whose states say what
//! may stand next. It can be packed, so that it is made when the library is built.
//! Of what may match, a state tries its choices in their order: the first that leads to the end wins, as in the `regex` crate.
//! Deliberately not done: nothing is run here, and of looking around only `^` and `$` exist.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use regex_syntax::ParserBuilder;
use serde::{Deserialize, Serialize};

/// The number of a state.
pub type Place = u32;

/// A set of symbols, one bit each.
pub type Symbols = [u64; 4];

/// What may stand at a place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// One symbol of a set, by the number of the set.
    Take(u16, Place),
    /// The first of several ways that leads to the end: where their list begins, and how many they are.
    Choose(Place, u16),
    /// Nothing; a group begins or ends here. Group *n* begins at 2*n* and ends at 2*n* + 1.
    Mark(u8, Place),
    /// Nothing, at the head of a line only.
    Head(Place),
    /// Nothing, at the end of a line only.
    End(Place),
    /// The pattern of a rule is at its end.
    Found(u16),
    /// Nothing at all.
    Never,
}

/// The patterns of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    states: Vec<State>,
    /// The ways of all choices.
    ways: Vec<Place>,
    sets: Vec<Symbols>,
    /// Where each rule begins.
    starts: Vec<Place>,
    /// Where the states of each rule begin in `states`; they end where those of the next begin.
    firsts: Vec<Place>,
    /// What a line must hold for a rule to match, a bit for each of `asked`.
    needs: Vec<u128>,
    /// The sets of which a line must hold a symbol, by number.
    asked: Vec<u16>,
}

/// How many states the patterns of a page may have. The largest page has some thousands.
const MOST: usize = 200_000;

/// Whether a set has a symbol.
pub fn has(set: &Symbols, symbol: u8) -> bool {
    set[usize::from(symbol >> 6)] >> (symbol & 63) & 1 != 0
}

impl Program {
    /// Adds the pattern of one more rule; `groups` are the names that its groups may have, and no group is without a name.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn add(&mut self, source: &str, groups: &[&str]) -> Result<(), String> {
        let mut parser = ParserBuilder::new().unicode(false).utf8(false).dot_matches_new_line(true).build();
        let pattern = parser.parse(source).map_err(|e| {
            let told = e.to_string();
            let last = told.lines().last().unwrap_or(&told).trim_start_matches("error: ").to_string();
            format!("the pattern is no regular expression: {last}")
        })?;
        let rule = u16::try_from(self.starts.len()).map_err(|_| "too many rules: use fewer on a page".to_string())?;
        self.firsts.push(self.states.len() as Place);
        let found = self.state(State::Found(rule))?;
        let start = self.compile(&pattern, found, groups)?;
        self.starts.push(start);
        let mut needs = Vec::new();
        required(&pattern, &mut needs);
        let mut bits = 0;
        for set in needs {
            let set = self.set(set)?;
            let known = self.asked.iter().position(|s| *s == set);
            let bit = known.unwrap_or_else(|| {
                self.asked.push(set);
                self.asked.len() - 1
            });
            // What is one too many to be asked for is tried.
            bits |= 1u128.checked_shl(bit as u32).unwrap_or(0);
        }
        self.needs.push(bits);
        Ok(())
    }

    /// Makes the pattern of a rule match nothing.
    pub fn silence(&mut self, rule: usize) {
        let never = self.firsts[rule] as usize;
        self.states[never] = State::Never;
        self.starts[rule] = never as Place;
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// What may stand at a place.
    pub fn at(&self, place: Place) -> State {
        self.states[place as usize]
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.states.len()
    }

    /// The ways of a choice.
    pub fn ways(&self, from: Place, count: u16) -> &[Place] {
        &self.ways[from as usize..from as usize + usize::from(count)]
    }

    /// A set by its number.
    pub fn symbols(&self, set: u16) -> &Symbols {
        &self.sets[usize::from(set)]
    }

    /// Where a rule begins.
    pub fn start(&self, rule: usize) -> Place {
        self.starts[rule]
    }

    /// The places of a rule.
    pub fn places_of(&self, rule: usize) -> std::ops::Range<Place> {
        self.firsts[rule]..self.firsts.get(rule + 1).copied().unwrap_or(self.states.len() as Place)
    }

    /// By rule, what a line must hold for it to match: a bit for each set of which it must hold a symbol.
    pub fn needs(&self) -> &[u128] {
        &self.needs
    }

    /// The bits of [`Program::needs`] that a symbol meets.
    pub fn meets(&self, symbol: u8) -> u128 {
        let asked = self.asked.iter().take(128).enumerate();
        asked.filter(|(_, set)| has(self.symbols(**set), symbol)).fold(0, |bits, (bit, _)| bits | 1 << bit)
    }

    /// One more than the last symbol that a pattern takes.
    pub fn width(&self) -> usize {
        let last = |set: &Symbols| (0..=u8::MAX).rev().find(|s| has(set, *s)).map_or(0, |s| usize::from(s) + 1);
        self.sets.iter().map(last).max().unwrap_or(0)
    }

    fn state(&mut self, state: State) -> Result<Place, String> {
        if self.states.len() >= MOST {
            return Err("the patterns together are too large: repeat less often in braces".to_string());
        }
        self.states.push(state);
        Ok(self.states.len() as Place - 1)
    }

    fn set(&mut self, set: Symbols) -> Result<u16, String> {
        let known = self.sets.iter().position(|s| *s == set);
        let number = known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        u16::try_from(number).map_err(|_| "the patterns together tell too many sets of words apart: use fewer placeholders".to_string())
    }

    fn take(&mut self, set: Symbols, next: Place) -> Result<Place, String> {
        let set = self.set(set)?;
        self.state(State::Take(set, next))
    }

    fn choose(&mut self, ways: &[Place]) -> Result<State, String> {
        let from = self.ways.len() as Place;
        self.ways.extend_from_slice(ways);
        let count = u16::try_from(ways.len()).map_err(|_| "an alternative has too many ways: use a lexicon".to_string())?;
        Ok(State::Choose(from, count))
    }

    /// The states of a pattern that goes on at `next`; where it begins.
    fn compile(&mut self, pattern: &Hir, next: Place, groups: &[&str]) -> Result<Place, String> {
        match pattern.kind() {
            HirKind::Empty => Ok(next),
            HirKind::Literal(bytes) => bytes.0.iter().rev().try_fold(next, |next, byte| self.take(single(*byte), next)),
            HirKind::Class(class) => self.take(symbols(class), next),
            HirKind::Look(Look::Start) => self.state(State::Head(next)),
            HirKind::Look(Look::End) => self.state(State::End(next)),
            HirKind::Look(_) => Err("the pattern looks around: of that only ^ and $ exist".to_string()),
            HirKind::Capture(group) => {
                let name = group.name.as_deref().unwrap_or_default();
                let known = groups.iter().position(|g| *g == name);
                let number = known.ok_or_else(|| format!("unknown group {name:?} (use {})", groups.join(", ")))? as u8;
                let close = self.state(State::Mark(2 * number + 1, next))?;
                let inside = self.compile(&group.sub, close, groups)?;
                self.state(State::Mark(2 * number, inside))
            }
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.compile(part, next, groups)),
            HirKind::Alternation(parts) => {
                let ways = parts.iter().map(|part| self.compile(part, next, groups)).collect::<Result<Vec<_>, _>>()?;
                let choice = self.choose(&ways)?;
                self.state(choice)
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, next, groups),
        }
    }

    fn repeat(&mut self, repetition: &Repetition, next: Place, groups: &[&str]) -> Result<Place, String> {
        let Repetition { min, max, greedy, sub } = repetition;
        let order = |again: Place, leave: Place| if *greedy { [again, leave] } else { [leave, again] };
        let mut start = next;
        let mut least = *min;
        match max {
            None => {
                // The last of those that must be stands in the loop.
                let empty = sub.properties().minimum_len().is_none_or(|least| least == 0);
                let choice = self.state(State::Never)?;
                let inside = self.compile(sub, choice, groups)?;
                self.states[choice as usize] = self.choose(&order(inside, next))?;
                start = match (least, empty) {
                    (0, false) => choice,
                    // What may be empty is (x+)?: a second choice before the loop.
                    (0, true) => {
                        let choice = self.choose(&order(inside, next))?;
                        self.state(choice)?
                    }
                    _ => inside,
                };
                least = least.saturating_sub(1);
            }
            Some(max) => {
                for _ in *min..*max {
                    let inside = self.compile(sub, start, groups)?;
                    let choice = self.choose(&order(inside, next))?;
                    start = self.state(choice)?;
                }
            }
        }
        (0..least).try_fold(start, |next, _| self.compile(sub, next, groups))
    }
}

fn single(symbol: u8) -> Symbols {
    let mut set = Symbols::default();
    set[usize::from(symbol >> 6)] |= 1 << (symbol & 63);
    set
}

fn symbols(class: &Class) -> Symbols {
    let mut set = Symbols::default();
    let mut add = |start: u8, end: u8| {
        for symbol in start..=end {
            set[usize::from(symbol >> 6)] |= 1 << (symbol & 63);
        }
    };
    match class {
        Class::Bytes(class) => class.iter().for_each(|r| add(r.start(), r.end())),
        // Without Unicode there are none but for bytes; those below 128 are the same.
        Class::Unicode(class) => {
            let byte = |c: char| u8::try_from(c as u32).unwrap_or(127).min(127);
            class.iter().filter(|r| r.start() < '\u{80}').for_each(|r| add(byte(r.start()), byte(r.end())));
        }
    }
    set
}

/// The sets of which whatever a pattern matches holds a symbol.
fn required(pattern: &Hir, out: &mut Vec<Symbols>) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(bytes) => out.extend(bytes.0.iter().map(|b| single(*b))),
        HirKind::Class(class) => out.push(symbols(class)),
        HirKind::Capture(group) => required(&group.sub, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| required(part, out)),
        HirKind::Repetition(repetition) => {
            if repetition.min > 0 {
                required(&repetition.sub, out);
            }
        }
        // Of each way its rarest.
        HirKind::Alternation(parts) => {
            let size = |set: &Symbols| set.iter().map(|w| w.count_ones()).sum::<u32>();
            let mut any = Symbols::default();
            for part in parts {
                let mut sets = Vec::new();
                required(part, &mut sets);
                let Some(rarest) = sets.iter().min_by_key(|s| size(s)) else { return };
                any.iter_mut().zip(rarest).for_each(|(a, b)| *a |= b);
            }
            out.push(any);
        }
    }
}
