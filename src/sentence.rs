//! Sentences: words and quotations in reading order, one level at a time.
//!
//! In: words and quotations. Out: the sentences of the running text, and those inside each quotation, each an
//! ordered list of words and (one level down) quotations. A stop within a quotation ends no sentence around it.
//! Deliberately not done: nothing is found in a sentence here.

use crate::class::{self, Letter, Set};
use crate::grammar::{Grammar, Group};
use crate::quotation::Quotations;
use crate::text::Span;
use crate::words::Word;

/// One place of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A word, by its index.
    Word(usize),
    /// A quotation, by its index.
    Quotation(usize),
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its words and quotations.
    pub items: Vec<Item>,
    /// One letter an item, homographs decided.
    pub letters: Vec<Letter>,
    /// The quotation it stands in, or none for the running text.
    pub within: Option<usize>,
    /// The number of its paragraph.
    pub paragraph: usize,
    /// From its first item to its last.
    pub span: Span,
}

/// How many items a sentence may have: a longer one is cut, so that hostile text costs no more than French.
const LONGEST: usize = 180;

/// Cuts the text into sentences.
pub fn sentences(text: &str, words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Vec<Sentence> {
    let mut builder = Builder { text, words, quotations, grammar, out: Vec::new(), paragraph: 0 };
    // Which quotation opens at a word: its opening mark stands just before its first word.
    let mut opens = vec![None; words.len() + 1];
    for (q, quotation) in quotations.list.iter().enumerate() {
        opens[quotation.opening()] = Some(q);
    }
    builder.level(0, words.len(), None, &opens);
    for (q, quotation) in quotations.list.iter().enumerate() {
        builder.paragraph = 0;
        builder.level(quotation.first, quotation.last, Some(q), &opens);
    }
    let mut out = builder.out;
    out.sort_by_key(|s| (s.span.start, s.within.is_some()));
    // Paragraph numbers of the running text hold for what stands inside as well.
    let outer: Vec<(Span, usize)> = out.iter().filter(|s| s.within.is_none()).map(|s| (s.span, s.paragraph)).collect();
    for sentence in out.iter_mut().filter(|s| s.within.is_some()) {
        let i = outer.partition_point(|(span, _)| span.start <= sentence.span.start);
        sentence.paragraph = i.checked_sub(1).map_or(0, |i| outer[i].1);
    }
    out
}

struct Builder<'a> {
    text: &'a str,
    words: &'a [Word],
    quotations: &'a Quotations,
    grammar: &'a Grammar,
    out: Vec<Sentence>,
    paragraph: usize,
}

impl Builder<'_> {
    fn level(&mut self, from: usize, to: usize, within: Option<usize>, opens: &[Option<usize>]) {
        let mut items: Vec<Item> = Vec::new();
        let mut i = from;
        while i < to {
            let word = &self.words[i];
            let set = self.grammar.set(word.letter);
            if let Some(q) = opens[i].filter(|q| within != Some(*q)) {
                let quotation = &self.quotations.list[q];
                items.push(Item::Quotation(q));
                i = (quotation.last + 1).max(i + 1);
                // No closing mark: nothing stands at `last` to be jumped over.
                if (quotation.repaired || quotation.turn)
                    && self.words.get(quotation.last).is_some_and(|w| !quotation.outer.holds(w.span()))
                {
                    i = quotation.last.max(quotation.first);
                }
                let ends = quotation.inner.of(self.text).ends_with(['.', '!', '?', '…']);
                let next = self.words.get(i).filter(|_| i < to).map(|w| self.grammar.set(w.letter));
                let fresh = i < to
                    && (opens[i].is_some() || self.words.get(i).is_some_and(|w| w.span().of(self.text).starts_with(char::is_uppercase)));
                if ends && fresh && next.is_some() || items.len() >= LONGEST {
                    self.close(&mut items, within);
                }
                continue;
            }
            if set & class::BREAK != 0 {
                // *Il avait conclu :* and the quotation on the next line are one sentence.
                let announces = matches!(items.last(), Some(Item::Word(w)) if self.grammar.set(self.words[*w].letter) & class::COLON != 0);
                if !(announces && self.quotation_follows(i, to, opens)) {
                    self.close(&mut items, within);
                }
                self.paragraph += 1;
                i += 1;
                continue;
            }
            if set & class::MARK != 0 {
                // A mark that opens and closes nothing.
                i += 1;
                continue;
            }
            items.push(Item::Word(i));
            i += 1;
            if set & class::STOP != 0 {
                let next = self.words.get(i).filter(|_| i < to).map(|w| w.span().of(self.text));
                let goes_on = next.is_some_and(|n| n.starts_with(|c: char| c.is_lowercase() || c == ','));
                if !goes_on {
                    self.close(&mut items, within);
                }
            } else if items.len() >= LONGEST {
                self.close(&mut items, within);
            }
        }
        self.close(&mut items, within);
    }

    /// Whether the first thing after some breaks is a quotation.
    fn quotation_follows(&self, from: usize, to: usize, opens: &[Option<usize>]) -> bool {
        let is_break = |i: &usize| self.grammar.set(self.words[*i].letter) & class::BREAK != 0;
        (from..to).find(|i| !is_break(i)).is_some_and(|i| opens[i].is_some_and(|q| !self.quotations.list[q].turn))
    }

    fn close(&mut self, items: &mut Vec<Item>, within: Option<usize>) {
        if items.is_empty() {
            return;
        }
        // Copied, so that there is room for the items of the next sentence already.
        let own = items.clone();
        items.clear();
        let items = own;
        let span_of = |item: &Item| match *item {
            Item::Word(w) => self.words[w].span(),
            Item::Quotation(q) => self.quotations.list[q].outer,
        };
        let span = Span::new(span_of(&items[0]).start, items.last().map_or(0, |i| span_of(i).end));
        let letters = items
            .iter()
            .map(|item| match *item {
                Item::Word(w) => self.words[w].letter,
                Item::Quotation(q) => {
                    self.grammar.letter(class::QUOTATION | shape(self.text, self.words, self.quotations, q, self.grammar))
                }
            })
            .collect();
        self.out.push(Sentence { items, letters, within, paragraph: self.paragraph, span });
    }
}

/// The shape of a quotation: whether it stands as a clause, opens with a capital, is short.
pub fn shape(text: &str, words: &[Word], quotations: &Quotations, q: usize, grammar: &Grammar) -> Set {
    let quotation = &quotations.list[q];
    let inside = &words[quotation.first.min(quotation.last)..quotation.last];
    let inner = quotation.inner.of(text);
    let count =
        inside.iter().take(40).filter(|w| grammar.set(w.letter) & (class::COMMA | class::STOP | class::MARK | class::COLON) == 0).count();
    let verb = inside.iter().take(40).any(|w| {
        let set = grammar.set(w.letter);
        set & class::FINITE != 0
            && set & (class::PREPOSITION | class::ROLE | class::BODY | class::SPEECH | class::DOCUMENT | class::THING | class::ADJECTIVE)
                == 0
            || set & (class::PRONOUN | class::FIRST) != 0
    });
    let mut set = 0;
    if inner.ends_with(['.', '!', '?', '…']) && count > 1 || verb && count > 2 {
        set |= class::CLAUSE;
    }
    if inner.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) {
        set |= class::CAPITAL;
    }
    if count <= 4 {
        set |= class::SHORT;
    }
    set
}

impl Sentence {
    /// The span of some of its items.
    pub fn span_of(&self, items: std::ops::Range<usize>, words: &[Word], quotations: &Quotations) -> Span {
        let one = |item: &Item| match *item {
            Item::Word(w) => words[w].span(),
            Item::Quotation(q) => quotations.list[q].outer,
        };
        match (self.items.get(items.start), items.end.checked_sub(1).and_then(|e| self.items.get(e))) {
            (Some(first), Some(last)) => Span::new(one(first).start, one(last).end),
            _ => Span::default(),
        }
    }

    /// The word at an item, if it is one.
    pub fn word<'w>(&self, item: usize, words: &'w [Word]) -> Option<&'w Word> {
        match self.items.get(item) {
            Some(Item::Word(w)) => words.get(*w),
            _ => None,
        }
    }
}

/// Decides homographs by their neighbours: *la note* is a noun, *elle note* a verb.
pub fn decide(sentences: &mut [Sentence], grammar: &Grammar) {
    let page = grammar.page("homographs");
    let mut reader = page.reader();
    for sentence in sentences {
        reader.spell(&sentence.letters);
        let mut from = 0;
        while let Some((rule, range)) = reader.scan(from) {
            let at = reader.read(rule, range.clone()).and_then(|m| m.group(Group::Word)).map_or(range.start, |r| r.start);
            let letter = sentence.letters[at];
            let left = grammar.set(letter) & !page.kinds[rule];
            let decided = grammar.letter(if left == 0 { class::WORD } else { left });
            sentence.letters[at] = decided;
            reader.set(at, decided);
            // A word that was decided may be the neighbour that decides the next: *devant la note*.
            from = if decided == letter || at == from { at + 1 } else { at };
        }
    }
}
