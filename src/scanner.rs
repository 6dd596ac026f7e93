//! The scanner: every pattern of a page at once, over one line.
//!
//! In: the expressions of a page, over symbols: one byte a letter. Out: a [`Scanner`] that finds the leftmost stretch that
//! one of them matches; at one place the first of them wins.
//! It tries each place in turn from its first letter on, so that nothing need be read backwards to learn where a
//! stretch begins, and goes past letters with which no pattern begins.
//! Deliberately not done: what the groups of a pattern hold is asked of the pattern alone.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Config, WhichCaptures, NFA};
use regex_automata::util::pool::Pool;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, Input, MatchKind};
use std::fmt;
use std::ops::Range;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

/// What a search remembers, one for each thread at work.
type Caches = Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>>;

/// Every pattern of a page at once.
#[derive(Clone)]
pub struct Scanner(Arc<Inner>);

struct Inner {
    dfa: Arc<DFA>,
    caches: Caches,
    /// Whether a stretch may begin with a letter: at the head of a line, and elsewhere.
    begins: [[bool; 256]; 2],
}

/// How much a search may remember, in bytes. With the usual 2 MB, states are forgotten and made again.
const MEMORY: usize = 16 << 20;

impl Scanner {
    /// Puts expressions together.
    ///
    /// # Errors
    /// What is wrong with them, as a sentence.
    pub fn new(sources: &[String]) -> Result<Scanner, String> {
        let large = |e: &dyn fmt::Display| format!("the patterns together are too large: {e}");
        let bytes = syntax::Config::new().unicode(false).utf8(false);
        let nfa = NFA::compiler()
            .syntax(bytes)
            .configure(Config::new().utf8(false).which_captures(WhichCaptures::None))
            .build_many(sources)
            .map_err(|e| large(&e))?;
        let config = DFA::config().match_kind(MatchKind::LeftmostFirst).cache_capacity(MEMORY).skip_cache_capacity_check(true);
        let dfa = Arc::new(DFA::builder().configure(config).build_from_nfa(nfa).map_err(|e| large(&e))?);
        let mut cache = dfa.create_cache();
        let mut begins = [[true; 256]; 2];
        for (begins, before) in begins.iter_mut().zip([None, Some(0)]) {
            let place = start::Config::new().anchored(Anchored::Yes).look_behind(before);
            let state = dfa.start_state(&mut cache, &place).map_err(|e| large(&e))?;
            for symbol in 0..=u8::MAX {
                let next = dfa.next_state(&mut cache, state, symbol).map_err(|e| large(&e))?;
                begins[usize::from(symbol)] = !next.is_dead();
            }
        }
        let maker = Arc::clone(&dfa);
        let caches: Caches = Pool::new(Box::new(move || maker.create_cache()));
        Ok(Scanner(Arc::new(Inner { dfa, caches, begins })))
    }

    /// The first stretch at or after a place, and the number of the pattern that matches it. A pattern that matches no
    /// letter matches nothing.
    pub fn find(&self, line: &[u8], from: usize) -> Option<(usize, Range<usize>)> {
        let inner = &*self.0;
        let mut cache = inner.caches.get();
        for at in from..line.len() {
            if !inner.begins[usize::from(at > 0)][usize::from(line[at])] {
                continue;
            }
            let input = Input::new(line).range(at..).anchored(Anchored::Yes);
            // A search gives up only where it is told to.
            if let Ok(Some(end)) = inner.dfa.try_search_fwd(&mut cache, &input) {
                if end.offset() > at {
                    return Some((end.pattern().as_usize(), at..end.offset()));
                }
            }
        }
        None
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Scanner({} patterns)", self.0.dfa.pattern_len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[&str], line: &str) -> Vec<(usize, String)> {
        let scanner = Scanner::new(&sources.iter().map(|s| (*s).to_string()).collect::<Vec<_>>()).unwrap();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((pattern, range)) = scanner.find(line.as_bytes(), from) {
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
    fn the_head_of_a_line_is_known() {
        assert_eq!(found(&["^a", "(?:^|x)b"], "aab"), [(0, "a".to_string())]);
        assert_eq!(found(&["(?:^|x)b"], "bxb"), [(0, "b".to_string()), (0, "xb".to_string())]);
        assert_eq!(found(&["a$"], "aa"), [(0, "a".to_string())]);
    }
}
