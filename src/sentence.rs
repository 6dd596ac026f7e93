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
use std::ops::Range;

/// One place of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A word, by its index.
    Word(u32),
    /// A quotation, by its index.
    Quotation(u32),
}

impl Item {
    /// Where it stands, a quotation with its marks.
    #[inline]
    pub fn span(self, words: &[Word], quotations: &Quotations) -> Span {
        match self {
            Item::Word(w) => words[w as usize].span(),
            Item::Quotation(q) => quotations.list[q as usize].outer,
        }
    }
}

/// A sentence, as [`Sentences`] hold it.
#[derive(Debug, Clone, Copy)]
pub struct Sentence<'s> {
    /// Its words and quotations.
    pub items: &'s [Item],
    /// One letter an item, homographs decided.
    pub letters: &'s [Letter],
    /// The quotation it stands in, or none for the running text.
    pub within: Option<usize>,
    /// The number of its paragraph.
    pub paragraph: usize,
    /// From its first item to its last.
    pub span: Span,
}

/// The sentences of a text. What they hold stands in one list for all: a list of its own for each would take longer to make
/// than to fill.
#[derive(Debug, Clone, Default)]
pub struct Sentences {
    list: Vec<Extent>,
    items: Vec<Item>,
    letters: Vec<Letter>,
}

/// Where a sentence stands.
#[derive(Debug, Clone)]
struct Extent {
    /// Its items among those of all.
    items: Range<usize>,
    within: Option<usize>,
    paragraph: usize,
    span: Span,
}

impl Sentences {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A sentence by its number.
    pub fn at(&self, s: usize) -> Sentence<'_> {
        let Extent { items, within, paragraph, span } = &self.list[s];
        let (items, letters) = (&self.items[items.clone()], &self.letters[items.clone()]);
        Sentence { items, letters, within: *within, paragraph: *paragraph, span: *span }
    }

    /// The sentences in the order of the text, each before what is inside its quotations.
    pub fn iter(&self) -> impl Iterator<Item = Sentence<'_>> {
        (0..self.len()).map(|s| self.at(s))
    }

    /// The letters of a sentence, to be changed.
    pub fn letters_mut(&mut self, s: usize) -> &mut [Letter] {
        &mut self.letters[self.list[s].items.clone()]
    }
}

/// How many items a sentence may have: a longer one is cut, so that hostile text costs no more than French.
const LONGEST: usize = 180;

/// Cuts the text into sentences.
pub fn sentences(text: &str, words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Sentences {
    let list = Vec::with_capacity(words.len() / 16 + 4);
    let out = Sentences { list, items: Vec::with_capacity(words.len()), letters: Vec::with_capacity(words.len()) };
    let mut builder = Builder { text, words, quotations, grammar, out, from: 0, paragraph: 0 };
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
    out.list.sort_by_key(|s| (s.span.start, s.within.is_some()));
    // Paragraph numbers of the running text hold for what stands inside as well.
    let mut outer = 0;
    for sentence in &mut out.list {
        if sentence.within.is_none() {
            outer = sentence.paragraph;
        } else {
            sentence.paragraph = outer;
        }
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
    out: Sentences,
    /// Where the items of the sentence under way begin.
    from: usize,
    paragraph: usize,
}

impl Builder<'_> {
    fn level(&mut self, from: usize, to: usize, within: Option<usize>, opens: &[u32]) {
        let mut i = from;
        while i < to {
            // Most words are neither the end of anything nor the beginning of a quotation.
            let limit = to.min(i + LONGEST.saturating_sub(self.len()).max(1));
            let plain = |(word, opens): (&Word, &u32)| *opens == NONE && self.grammar.signs(word.letter) & (BREAK | MARK | STOP) == 0;
            let run = self.words[i..limit].iter().zip(&opens[i..limit]).take_while(|pair| plain(*pair)).count();
            if run > 0 {
                self.out.items.extend((i as u32..(i + run) as u32).map(Item::Word));
                self.out.letters.extend(self.words[i..i + run].iter().map(|word| word.letter));
                if self.len() >= LONGEST {
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
                let shape = shape(self.text, self.words, self.quotations, q, self.grammar);
                self.out.items.push(Item::Quotation(q as u32));
                self.out.letters.push(self.grammar.letter(class::QUOTATION | shape));
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
                if ends && fresh || self.len() >= LONGEST {
                    self.close(within);
                }
                continue;
            }
            i += 1;
            if signs & BREAK != 0 {
                // *Il avait conclu :* and the quotation on the next line are one sentence.
                let announces = self.out.letters[self.from..].last().is_some_and(|l| self.grammar.signs(*l) & COLON != 0);
                if !(announces && self.quotation_follows(i, to, opens)) {
                    self.close(within);
                }
                self.paragraph += 1;
            } else if signs & MARK == 0 {
                self.out.items.push(Item::Word(i as u32 - 1));
                self.out.letters.push(word.letter);
                let next = self.words.get(i).filter(|_| i < to).map(|w| w.span().of(self.text));
                let goes_on = next.is_some_and(|n| n.starts_with(|c: char| c.is_lowercase() || c == ','));
                if signs & STOP != 0 && !goes_on || signs & STOP == 0 && self.len() >= LONGEST {
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

    /// How many items the sentence under way has.
    fn len(&self) -> usize {
        self.out.items.len() - self.from
    }

    fn close(&mut self, within: Option<usize>) {
        let items = self.from..self.out.items.len();
        let (Some(first), Some(last)) = (self.out.items[items.clone()].first(), self.out.items.last()) else { return };
        let span = Span::new(first.span(self.words, self.quotations).start, last.span(self.words, self.quotations).end);
        self.from = items.end;
        self.out.list.push(Extent { items, within, paragraph: self.paragraph, span });
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

impl Sentence<'_> {
    /// The span of some of its items.
    pub fn span_of(&self, items: Range<usize>, words: &[Word], quotations: &Quotations) -> Span {
        match (self.items.get(items.start), items.end.checked_sub(1).and_then(|e| self.items.get(e))) {
            (Some(first), Some(last)) => Span::new(first.span(words, quotations).start, last.span(words, quotations).end),
            _ => Span::default(),
        }
    }

    /// The word at an item, if it is one.
    pub fn word<'w>(&self, item: usize, words: &'w [Word]) -> Option<&'w Word> {
        match self.items.get(item) {
            Some(Item::Word(w)) => words.get(*w as usize),
            _ => None,
        }
    }
}

/// Decides homographs by their neighbours: *la note* is a noun, *elle note* a verb.
pub fn decide(sentences: &mut Sentences, grammar: &Grammar) {
    let page = grammar.page("homographs");
    let mut reader = page.reader();
    for s in 0..sentences.len() {
        let letters = sentences.letters_mut(s);
        reader.spell(letters);
        let mut from = 0;
        while let Some((rule, range)) = reader.scan(from) {
            let at = reader.read(rule, range.clone()).and_then(|m| m.group(Group::Word)).map_or(range.start, |r| r.start);
            let letter = letters[at];
            let left = grammar.set(letter) & !page.kinds[rule];
            let decided = grammar.letter(if left == 0 { class::WORD } else { left });
            letters[at] = decided;
            reader.set(at, decided);
            // A word that was decided may be the neighbour that decides the next: *devant la note*.
            from = if decided == letter || at == from { at + 1 } else { at };
        }
    }
}
