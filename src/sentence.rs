//! Sentences: words and quotations in reading order, one level at a time.
//!
//! In: words and quotations. Out: the sentences of the running text, and those inside each quotation, each an
//! ordered list of words and (one level down) quotations. A stop within a quotation ends no sentence around it.
//! Deliberately not done: nothing is found in a sentence here.

use crate::class::{self, signs, Letter, Set, Signs};
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
    let (items, letters, out) = (Vec::with_capacity(LONGEST), Vec::with_capacity(LONGEST), Vec::new());
    let mut builder = Builder { text, words, quotations, grammar, out, items, letters, paragraph: 0 };
    // Which quotation opens at a word: its opening mark stands just before its first word.
    let mut opens = vec![NONE; words.len() + 1];
    for (q, quotation) in quotations.list.iter().enumerate() {
        opens[quotation.opening()] = q as u32;
    }
    builder.level(0, words.len(), None, &opens);
    for (q, quotation) in quotations.list.iter().enumerate() {
        builder.paragraph = 0;
        builder.level(quotation.first, quotation.last, Some(q), &opens);
    }
    let mut out = builder.out;
    if quotations.list.is_empty() {
        return out;
    }
    out.sort_by_key(|s| (s.span.start, s.within.is_some()));
    // Paragraph numbers of the running text hold for what stands inside as well.
    let outer: Vec<(Span, usize)> = out.iter().filter(|s| s.within.is_none()).map(|s| (s.span, s.paragraph)).collect();
    for sentence in out.iter_mut().filter(|s| s.within.is_some()) {
        let i = outer.partition_point(|(span, _)| span.start <= sentence.span.start);
        sentence.paragraph = i.checked_sub(1).map_or(0, |i| outer[i].1);
    }
    out
}

/// No quotation opens here.
const NONE: u32 = u32::MAX;
const BREAK: Signs = signs(class::BREAK);
const MARK: Signs = signs(class::MARK);
const STOP: Signs = signs(class::STOP);
const COLON: Signs = signs(class::COLON);

struct Builder<'a> {
    text: &'a str,
    words: &'a [Word],
    quotations: &'a Quotations,
    grammar: &'a Grammar,
    out: Vec<Sentence>,
    /// The sentence under way.
    items: Vec<Item>,
    letters: Vec<Letter>,
    paragraph: usize,
}

impl Builder<'_> {
    fn level(&mut self, from: usize, to: usize, within: Option<usize>, opens: &[u32]) {
        let mut i = from;
        while i < to {
            // Most words are neither the end of anything nor the beginning of a quotation.
            let limit = to.min(i + LONGEST.saturating_sub(self.items.len()).max(1));
            let plain = |(word, opens): (&Word, &u32)| *opens == NONE && self.grammar.signs(word.letter) & (BREAK | MARK | STOP) == 0;
            let run = self.words[i..limit].iter().zip(&opens[i..limit]).take_while(|pair| plain(*pair)).count();
            if run > 0 {
                self.items.extend((i..i + run).map(Item::Word));
                self.letters.extend(self.words[i..i + run].iter().map(|word| word.letter));
                if self.items.len() >= LONGEST {
                    self.close(within);
                }
                i += run;
                continue;
            }
            let word = &self.words[i];
            let signs = self.grammar.signs(word.letter);
            // A turn opens with its own first word.
            let opening = self.opening(opens[i]).filter(|q| within != Some(*q));
            if let Some(q) = opening {
                let quotation = &self.quotations.list[q];
                self.items.push(Item::Quotation(q));
                let shape = shape(self.text, self.words, self.quotations, q, self.grammar);
                self.letters.push(self.grammar.letter(class::QUOTATION | shape));
                i = (quotation.last + 1).max(i + 1);
                // No closing mark: nothing stands at `last` to be jumped over.
                if (quotation.repaired || quotation.turn)
                    && self.words.get(quotation.last).is_some_and(|w| !quotation.outer.holds(w.span()))
                {
                    i = quotation.last.max(quotation.first);
                }
                let ends = quotation.inner.of(self.text).ends_with(['.', '!', '?', '…']);
                let capital = |w: &Word| w.span().of(self.text).starts_with(char::is_uppercase);
                let fresh = i < to && (opens[i] != NONE || self.words.get(i).is_some_and(capital));
                if ends && fresh || self.items.len() >= LONGEST {
                    self.close(within);
                }
                continue;
            }
            i += 1;
            if signs & BREAK != 0 {
                // *Il avait conclu :* and the quotation on the next line are one sentence.
                let announces = self.letters.last().is_some_and(|l| self.grammar.signs(*l) & COLON != 0);
                if !(announces && self.quotation_follows(i, to, opens)) {
                    self.close(within);
                }
                self.paragraph += 1;
            } else if signs & MARK == 0 {
                self.items.push(Item::Word(i - 1));
                self.letters.push(word.letter);
                let next = self.words.get(i).filter(|_| i < to).map(|w| w.span().of(self.text));
                let goes_on = next.is_some_and(|n| n.starts_with(|c: char| c.is_lowercase() || c == ','));
                if signs & STOP != 0 && !goes_on || signs & STOP == 0 && self.items.len() >= LONGEST {
                    self.close(within);
                }
            }
            // A mark that opens and closes nothing is left out.
        }
        self.close(within);
    }

    fn opening(&self, q: u32) -> Option<usize> {
        (q != NONE).then_some(q as usize)
    }

    /// Whether the first thing after some breaks is a quotation.
    fn quotation_follows(&self, from: usize, to: usize, opens: &[u32]) -> bool {
        let is_break = |i: &usize| self.grammar.signs(self.words[*i].letter) & BREAK != 0;
        let next = (from..to).find(|i| !is_break(i)).and_then(|i| self.opening(opens[i]));
        next.is_some_and(|q| !self.quotations.list[q].turn)
    }

    fn close(&mut self, within: Option<usize>) {
        let (Some(first), Some(last)) = (self.items.first(), self.items.last()) else { return };
        let span_of = |item: &Item| match *item {
            Item::Word(w) => self.words[w].span(),
            Item::Quotation(q) => self.quotations.list[q].outer,
        };
        let span = Span::new(span_of(first).start, span_of(last).end);
        // Copies take no more room than they need, and the lists under way keep theirs for the next sentence.
        let (items, letters) = (self.items.clone(), self.letters.clone());
        self.out.push(Sentence { items, letters, within, paragraph: self.paragraph, span });
        self.items.clear();
        self.letters.clear();
    }
}

/// How many words a short quotation has at most.
const SHORT: usize = 4;

/// The shape of a quotation: whether it stands as a clause, opens with a capital, is short.
pub fn shape(text: &str, words: &[Word], quotations: &Quotations, q: usize, grammar: &Grammar) -> Set {
    let quotation = &quotations.list[q];
    let inside = &words[quotation.first.min(quotation.last)..quotation.last];
    let inner = quotation.inner.of(text);
    let (mut count, mut verb) = (0, false);
    for word in inside.iter().take(40) {
        let set = grammar.set(word.letter);
        count += usize::from(set & (class::COMMA | class::STOP | class::MARK | class::COLON) == 0);
        let noun = class::PREPOSITION | class::ROLE | class::BODY | class::SPEECH | class::DOCUMENT | class::THING | class::ADJECTIVE;
        verb |= set & class::FINITE != 0 && set & noun == 0 || set & (class::PRONOUN | class::FIRST) != 0;
        if verb && count > SHORT {
            break;
        }
    }
    let mut set = 0;
    if inner.ends_with(['.', '!', '?', '…']) && count > 1 || verb && count > 2 {
        set |= class::CLAUSE;
    }
    if inner.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) {
        set |= class::CAPITAL;
    }
    if count <= SHORT {
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
