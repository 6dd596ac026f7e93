//! Turns: speech that the layout tells and no marks enclose.
//!
//! In: the words and the quotations between marks. Out: the same with the lines of a dialogue (*– Oui, dit Ana.*) and the
//! answers of an interview (*Ana Diop : Par ennui.*) among them. Whoever asks in an interview is no speaker: the paper.
//! Deliberately not done: a list has dashes as well, so a line with a dash is speech only where it asks, answers, or
//! speaks and is reported; an answer that neither label nor dash tells from its question is left in the text.

use crate::class::{self, Set};
use crate::grammar::Grammar;
use crate::quotation::{Quotation, Quotations};
use crate::text::{fold, Span};
use crate::words::Word;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How many words a label may have: *Le Courrier du Lac*.
const LABEL: usize = 6;

/// A paragraph that opens with a label or a dash.
struct Turn {
    /// The label, folded; empty for a dash.
    label: String,
    /// Its words after the colon or the dash.
    words: Range<usize>,
    /// The number of its paragraph.
    paragraph: usize,
    asks: bool,
}

/// Adds the turns of dialogues and interviews to the quotations of a text.
///
/// – Vous partez ? demanda Ana.: one turn, *Vous partez ?*, once the incise is cut out.
pub fn turns(text: &str, words: &[Word], mut quotations: Quotations, grammar: &Grammar) -> Quotations {
    let found = candidates(text, words, grammar);
    if found.is_empty() {
        return quotations;
    }
    // How often each label asks, out of how many times.
    let mut asking: HashMap<&str, (usize, usize)> = HashMap::new();
    for turn in &found {
        let (asks, of) = asking.entry(turn.label.as_str()).or_default();
        *asks += usize::from(turn.asks);
        *of += 1;
    }
    let asks = |turn: &Turn| asking.get(turn.label.as_str()).is_some_and(|(asks, of)| asks * 2 > *of);
    let mut answering: HashSet<&str> = HashSet::new();
    for pair in found.windows(2) {
        let near = pair[1].paragraph - pair[0].paragraph <= 2 && pair[0].label != pair[1].label;
        if near && pair[0].asks && !pair[1].label.is_empty() && asks(&pair[0]) && !asks(&pair[1]) {
            answering.insert(pair[1].label.as_str());
        }
    }
    let mut added = Vec::new();
    for (t, turn) in found.iter().enumerate() {
        let speech = if turn.label.is_empty() {
            // An answer to a line that asks, or a line that speaks and tells who.
            let before = t.checked_sub(1).map(|t| &found[t]);
            before.is_some_and(|b| b.asks && b.label.is_empty() && b.paragraph + 1 == turn.paragraph) && !turn.asks
                || speaks(text, words, &turn.words, grammar) && is_reported(words, &turn.words, grammar)
        } else {
            answering.contains(turn.label.as_str())
        };
        if speech {
            added.push(turn.words.clone());
        }
    }
    add(text, words, &mut quotations, &added);
    quotations
}

/// The paragraphs that open with a label and a colon, or with a dash.
fn candidates(text: &str, words: &[Word], grammar: &Grammar) -> Vec<Turn> {
    let set = |i: usize| words.get(i).map_or(class::BREAK, |w| grammar.set(w.letter));
    let (mut found, mut from, mut paragraph) = (Vec::new(), 0, 0);
    while from < words.len() {
        let mut to = from;
        while set(to) & class::BREAK == 0 {
            to += 1;
        }
        let colon = (from..to.min(from + LABEL + 1)).find(|&i| set(i) & class::COLON != 0);
        let named = |i: usize| set(i) & (class::NAME | class::TITLE | class::DE | class::DETERMINER) != 0;
        let first = match colon {
            Some(c) if c > from && (from..c).all(named) && set(from) & (class::NAME | class::TITLE | class::DETERMINER) != 0 => Some(c + 1),
            _ if set(from) & class::DASH != 0 => Some(from + 1),
            _ => None,
        };
        if let Some(first) = first.filter(|&f| f < to && set(f) & (class::MARK | class::DASH) == 0) {
            let label = if set(from) & class::DASH != 0 {
                String::new()
            } else {
                fold(&text[words[from].start as usize..words[first - 2].end as usize])
            };
            let asks = words[to - 1].span().of(text).ends_with('?');
            found.push(Turn { label, words: first..to, paragraph, asks });
        }
        from = to + 1;
        paragraph += 1;
    }
    found
}

/// Whether somebody can be heard: a first or second person, a call, a question.
fn speaks(text: &str, words: &[Word], range: &Range<usize>, grammar: &Grammar) -> bool {
    let spoken = class::FIRST | class::SPOKEN;
    words[range.clone()].iter().any(|w| grammar.set(w.letter) & spoken != 0 || w.span().of(text).starts_with(['?', '!']))
}

/// Whether a reporting verb follows a comma, a stop or a dash, as an incise does.
fn is_reported(words: &[Word], range: &Range<usize>, grammar: &Grammar) -> bool {
    let set = |i: usize| -> Set { grammar.set(words[i].letter) };
    let light = class::CLITIC | class::SE | class::ADVERB | class::AVOIR;
    range.clone().filter(|&i| set(i) & (class::COMMA | class::STOP | class::DASH) != 0).any(|i| {
        let verb = (i + 1..range.end).find(|&j| set(j) & light == 0 || set(j) & class::REPORTING != 0);
        verb.is_some_and(|j| set(j) & (class::REPORTING | class::REFLEXIVE) != 0 && set(j) & (class::FINITE | class::PARTICIPLE) != 0)
    })
}

/// Puts turns in their places, around the quotations within; none where it would cross one. They come in text order and do not
/// overlap, so both lists are gone through side by side.
fn add(text: &str, words: &[Word], quotations: &mut Quotations, turns: &[Range<usize>]) {
    let old = std::mem::take(&mut quotations.list);
    let mut list: Vec<Quotation> = Vec::with_capacity(old.len() + turns.len());
    // Where each quotation stands in the new list, and which of the new places lie within which turn.
    let mut places = Vec::with_capacity(old.len());
    let mut parents = Vec::new();
    let mut rest = old.into_iter().peekable();
    // How far the quotations reach that begin before a turn.
    let mut reached = 0;
    for range in turns {
        let span = Span::new(words[range.start].start as usize, words[range.end - 1].end as usize);
        while let Some(before) = rest.next_if(|q| q.outer.start < span.start) {
            reached = reached.max(before.outer.end);
            places.push(list.len());
            list.push(before);
        }
        let mut within = Vec::new();
        while let Some(inside) = rest.next_if(|q| q.outer.start < span.end) {
            within.push(inside);
        }
        let crosses = reached > span.start || within.iter().any(|q| !span.holds(q.outer));
        let turn = (!crosses).then_some(list.len());
        if turn.is_some() {
            let inner = span.trimmed_spaces(text);
            let (first, last) = (range.start, range.end);
            list.push(Quotation { first, last, outer: inner, inner, parent: None, continues: None, repaired: false, turn: true });
        }
        for inside in within {
            reached = reached.max(inside.outer.end);
            places.push(list.len());
            if let Some(turn) = turn.filter(|_| inside.parent.is_none()) {
                parents.push((list.len(), turn));
            }
            list.push(inside);
        }
    }
    for after in rest {
        places.push(list.len());
        list.push(after);
    }
    for quotation in list.iter_mut().filter(|q| !q.turn) {
        for link in [&mut quotation.parent, &mut quotation.continues].into_iter().flatten() {
            *link = places[*link];
        }
    }
    for (place, turn) in parents {
        list[place].parent = Some(turn);
    }
    quotations.list = list;
}
