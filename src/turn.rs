//! Turns: speech that the layout tells and no marks enclose.
//!
//! In: the words and the quotations between marks. Out: the same with the lines of a dialogue (*– Oui, dit Ana.*) and the
//! answers of an interview (*Ana Diop : Par ennui.*) among them. Whoever asks in an interview is no speaker: the paper.
//! Deliberately not done: a list has dashes as well, so a line with a dash is speech only where it asks, answers, or
//! speaks and is reported; an answer that neither label nor dash tells from its question is left in the text.

use crate::class::{self, signs, Set, Signs};
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
    if !added.is_empty() {
        quotations.list = with_turns(text, words, quotations.list, added);
    }
    quotations
}

/// The paragraphs that open with a label and a colon, or with a dash.
fn candidates(text: &str, words: &[Word], grammar: &Grammar) -> Vec<Turn> {
    const BREAK: Signs = signs(class::BREAK);
    let set = |i: usize| words.get(i).map_or(class::BREAK, |w| grammar.set(w.letter));
    let (mut found, mut from, mut paragraph) = (Vec::new(), 0, 0);
    while from < words.len() {
        let length = words[from..].iter().position(|w| grammar.signs(w.letter) & BREAK != 0);
        let to = from + length.unwrap_or(words.len() - from);
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

/// Puts turns in their places, around the quotations within; none where it would cross one. Both come in order and no turn
/// crosses another, so one walk along both is enough.
fn with_turns(text: &str, words: &[Word], quotations: Vec<Quotation>, turns: Vec<Range<usize>>) -> Vec<Quotation> {
    let mut list: Vec<Quotation> = Vec::with_capacity(quotations.len() + turns.len());
    // The place of each quotation in the new list, and the turn around it.
    let mut places: Vec<(usize, Option<usize>)> = Vec::with_capacity(quotations.len());
    // Where the quotations so far end at the latest.
    let mut reach = 0;
    for range in turns {
        let span = Span::new(words[range.start].start as usize, words[range.end - 1].end as usize);
        while let Some(quotation) = quotations.get(places.len()).filter(|q| q.outer.start < span.start) {
            reach = reach.max(quotation.outer.end);
            places.push((list.len(), None));
            list.push(quotation.clone());
        }
        let within = quotations[places.len()..].iter().take_while(|q| q.outer.start < span.end);
        if reach > span.start || within.clone().any(|q| q.outer.end > span.end) {
            continue;
        }
        let turn = list.len();
        let inner = span.trimmed_spaces(text);
        let (first, last) = (range.start, range.end);
        list.push(Quotation { first, last, outer: inner, inner, parent: None, continues: None, repaired: false, turn: true });
        for quotation in within {
            places.push((list.len(), Some(turn)));
            list.push(quotation.clone());
        }
        reach = reach.max(span.end);
    }
    for quotation in &quotations[places.len()..] {
        places.push((list.len(), None));
        list.push(quotation.clone());
    }
    for (place, turn) in &places {
        let quotation = &mut list[*place];
        quotation.parent = quotation.parent.map(|p| places[p].0).or(*turn);
        quotation.continues = quotation.continues.map(|c| places[c].0);
    }
    list
}
