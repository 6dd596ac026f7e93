//! Quotations: marks paired, repaired and nested.
//!
//! In: the words, their marks among them. Out: every stretch between marks, in order, with its parent where one
//! lies in another, and the marks that pair with nothing. A missing mark costs one paragraph at most.
//! Deliberately not done: whether the words are anybody's speech is not asked here.

use crate::class::{self, signs, Signs};
use crate::grammar::Grammar;
use crate::text::{is_space, Span};
use crate::words::Word;

/// A stretch between marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The words inside, without the marks: indices into the words.
    pub first: usize,
    /// One past the last word inside.
    pub last: usize,
    /// From the opening mark to the closing one, in bytes.
    pub outer: Span,
    /// The exact words, without marks and the spaces next to them.
    pub inner: Span,
    /// The quotation around it, if any.
    pub parent: Option<usize>,
    /// The quotation of the paragraph before that it goes on from.
    pub continues: Option<usize>,
    /// Whether a mark was missing.
    pub repaired: bool,
    /// Whether the layout tells it and no marks do: a line of dialogue, an answer.
    pub turn: bool,
}

impl Quotation {
    /// Where it begins: the opening mark, or the first word of a turn.
    pub fn opening(&self) -> usize {
        self.first - usize::from(!self.turn)
    }
}

/// The quotations of a text and the marks left over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quotations {
    /// In the order of their opening marks.
    pub list: Vec<Quotation>,
    /// Marks that open or close nothing: indices into the words.
    pub stray: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Guillemet,
    Curly,
    Straight,
    Angle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Opens,
    Closes,
    Either,
}

struct Open {
    word: usize,
    family: Family,
    slot: usize,
}

/// How deep quotations may nest; further marks stand alone.
const DEEPEST: usize = 4;
/// How many marks ahead a missing closing mark is looked for.
const AHEAD: usize = 1;

const MARK: Signs = signs(class::MARK);
const BREAK: Signs = signs(class::BREAK);

/// The marks of a text and the breaks between them.
fn marks(words: &[Word], grammar: &Grammar) -> Vec<usize> {
    words.iter().enumerate().filter(|(_, word)| grammar.signs(word.letter) & (MARK | BREAK) != 0).map(|(i, _)| i).collect()
}

/// Pairs the marks of a text.
///
/// « Il a crié “stop” », dit Maud: one quotation, and one within it.
pub fn quotations(text: &str, words: &[Word], grammar: &Grammar) -> Quotations {
    let marks = marks(words, grammar);
    let mut found = Quotations::default();
    if !marks.iter().any(|i| grammar.signs(words[*i].letter) & MARK != 0) {
        return found;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut continued: Option<usize> = None;
    for (m, &i) in marks.iter().enumerate() {
        if grammar.signs(words[i].letter) & BREAK != 0 {
            let next = marks[m + 1..].iter().take(AHEAD).copied().find(|&j| grammar.signs(words[j].letter) & MARK != 0);
            let opens_next = next == Some(i + 1);
            let closes = || open.first().is_some_and(|o| closes_below(text, words, grammar, &marks[m + 1..], o.family));
            if !opens_next && closes() {
                // The closing mark stands in a later paragraph.
                continue;
            }
            continued = if opens_next { open.first().map(|o| o.slot) } else { None };
            abandon(&mut found, &mut open, text, words, i, opens_next);
            continue;
        }
        let family = family(text, words, i);
        let side = side(text, words, i, family);
        let at_break = i == 0 || grammar.signs(words[i - 1].letter) & BREAK != 0;
        // « or » repeated where a paragraph of the same speech begins.
        if at_break && continued.is_some() && family == Family::Guillemet {
            let slot = begin(&mut found, &open, words, i);
            found.list[slot].continues = continued.take();
            open.push(Open { word: i, family, slot });
            continue;
        }
        let holder = open.iter().rposition(|o| o.family == family);
        let closes = match side {
            Side::Opens => false,
            Side::Closes => true,
            Side::Either => holder.is_some(),
        };
        if closes {
            // A mark of another family may close it: «Oui”.
            let holder = holder.or_else(|| {
                (side == Side::Closes && open.len() == 1 && !closes_below(text, words, grammar, &marks[m + 1..], open[0].family))
                    .then_some(0)
            });
            match holder {
                Some(h) => {
                    while open.len() > h + 1 {
                        drop_inner(&mut found, &mut open, words);
                    }
                    if let Some(o) = open.pop() {
                        finish(&mut found.list[o.slot], text, words, o.word, i);
                    }
                }
                None => found.stray.push(i),
            }
        } else if open.len() >= DEEPEST {
            found.stray.push(i);
        } else {
            let slot = begin(&mut found, &open, words, i);
            open.push(Open { word: i, family, slot });
        }
    }
    abandon(&mut found, &mut open, text, words, words.len(), false);
    found.stray.sort_unstable();
    tidy(&mut found, words);
    found
}

fn family(text: &str, words: &[Word], i: usize) -> Family {
    match words[i].span().of(text).chars().next() {
        Some('«' | '»') => Family::Guillemet,
        Some('‹' | '›') => Family::Angle,
        Some('"' | '＂' | '\'' | '’') if words[i].span().of(text) != "’" => Family::Straight,
        _ => Family::Curly,
    }
}

/// On which side of a quotation a mark stands, from its shape and the characters beside it.
fn side(text: &str, words: &[Word], i: usize, family: Family) -> Side {
    let span = words[i].span();
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let free = |c: Option<char>| c.is_none_or(is_space);
    let can_open = (free(before) || before.is_some_and(|c| matches!(c, '(' | '[' | '\'' | '’' | '«' | '“' | '–' | '—' | ':' | '-' | '/')))
        && !free(after);
    let can_close =
        !free(before) && (free(after) || after.is_some_and(|c| c.is_ascii_punctuation() || matches!(c, '…' | '»' | '”' | '–' | '—')));
    let shape = match span.of(text).chars().next() {
        Some('«' | '‹' | '„') => Side::Opens,
        Some('»' | '›') => Side::Closes,
        // In some papers the same curly mark opens and closes.
        Some('“') if can_close && !can_open => Side::Either,
        Some('“') => Side::Opens,
        Some('”') if can_open && !can_close => Side::Either,
        Some('”' | '‟') => Side::Closes,
        _ => Side::Either,
    };
    match (shape, family, can_open, can_close) {
        (Side::Either, Family::Straight, true, false) => Side::Opens,
        (Side::Either, Family::Straight, false, true) => Side::Closes,
        (shape, ..) => shape,
    }
}

/// Whether the next mark of this family closes: nothing opens in between.
fn closes_below(text: &str, words: &[Word], grammar: &Grammar, marks: &[usize], of: Family) -> bool {
    let mut breaks = 0;
    for &j in marks.iter().take(24) {
        if grammar.signs(words[j].letter) & BREAK != 0 {
            breaks += 1;
            if breaks > 6 {
                return false;
            }
        } else if family(text, words, j) == of {
            return side(text, words, j, of) == Side::Closes;
        }
    }
    false
}

fn begin(found: &mut Quotations, open: &[Open], words: &[Word], i: usize) -> usize {
    found.list.push(Quotation {
        first: i + 1,
        last: i + 1,
        outer: words[i].span(),
        inner: Span::new(words[i].end as usize, words[i].end as usize),
        parent: open.last().map(|o| o.slot),
        continues: None,
        repaired: false,
        turn: false,
    });
    found.list.len() - 1
}

fn finish(quotation: &mut Quotation, text: &str, words: &[Word], from: usize, to: usize) {
    quotation.last = to;
    quotation.outer = Span::new(words[from].start as usize, words[to].end as usize);
    quotation.inner = inside(text, Span::new(words[from].end as usize, words[to].start as usize));
}

/// What is said between two marks: marks of a quotation within stay; without a word it is nothing.
fn inside(text: &str, between: Span) -> Span {
    let words = between.trimmed(text);
    if words.is_empty() {
        words
    } else {
        between.trimmed_spaces(text)
    }
}

/// An inner quotation without its closing mark: its mark is left over.
fn drop_inner(found: &mut Quotations, open: &mut Vec<Open>, words: &[Word]) {
    if let Some(o) = open.pop() {
        found.stray.push(o.word);
        let quotation = &mut found.list[o.slot];
        quotation.last = quotation.first;
        quotation.inner = Span::new(words[o.word].end as usize, words[o.word].end as usize);
        quotation.repaired = true;
    }
}

/// The paragraph ends before the closing mark: the outermost quotation ends with it, or before the next that opened.
fn abandon(found: &mut Quotations, open: &mut Vec<Open>, text: &str, words: &[Word], end: usize, goes_on: bool) {
    while open.len() > 1 {
        drop_inner(found, open, words);
    }
    let Some(o) = open.pop() else { return };
    let child = found.list[o.slot + 1..].iter().find(|q| !q.inner.is_empty()).map(|q| q.first - 1);
    // Where the next paragraph opens with a mark, the speech goes on and what opened within stays within.
    let stop = child.filter(|_| !goes_on).unwrap_or(end);
    let quotation = &mut found.list[o.slot];
    quotation.repaired = true;
    quotation.last = stop;
    let last = words[stop.saturating_sub(1).max(o.word)].end as usize;
    quotation.outer = Span::new(words[o.word].start as usize, last);
    quotation.inner = inside(text, Span::new(words[o.word].end as usize, last));
}

/// Drops empty quotations (their marks are left over) and mends the links between the others.
fn tidy(found: &mut Quotations, words: &[Word]) {
    let mut place = vec![None; found.list.len()];
    let mut kept: Vec<Quotation> = Vec::with_capacity(found.list.len());
    for (i, quotation) in found.list.iter().enumerate() {
        if quotation.inner.is_empty() {
            for mark in [quotation.first - 1, quotation.last] {
                let is_its = words.get(mark).is_some_and(|w| quotation.outer.holds(w.span()));
                if is_its {
                    found.stray.push(mark);
                }
            }
            continue;
        }
        place[i] = Some(kept.len());
        let mut quotation = quotation.clone();
        let parent = quotation.parent.and_then(|p| place[p]);
        quotation.parent = parent.filter(|&p| kept[p].outer.holds(quotation.outer));
        quotation.continues = quotation.continues.and_then(|c| place[c]);
        kept.push(quotation);
    }
    found.list = kept;
    found.stray.sort_unstable();
    found.stray.dedup();
}
