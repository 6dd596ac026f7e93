//! Cues: the words that report.
//!
//! In: a sentence's letters. Out: every stretch that a rule of `cues.toml` finds, with its kind and its verb's
//! classes: *a indiqué*, *a-t-il ajouté*, *selon*, *n'a pas dit* (denied).
//! Deliberately not done: whether a cue reports anything is for the attribution to say.

use crate::class::{self, Set};
use crate::grammar::{Grammar, Reader, REPORT};
use crate::quotation::Quotations;
use crate::sentence::Sentence;
use crate::text::Span;
use crate::words::Word;
use std::ops::Range;

/// What a cue's subject is: a place of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A mention of the line, by its index.
    Mention(usize),
    /// The inverted pronoun of a cue of the line, by its index: *a-t-il*.
    Inverted(usize),
}

/// The words that report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// Its items in the sentence.
    pub items: Range<usize>,
    /// Its words.
    pub span: Span,
    /// Its kind and the classes of its verb.
    pub set: Set,
    /// Gender and number, where a participle or pronoun tells.
    pub features: u8,
    /// The inverted pronoun within: an item.
    pub pronoun: Option<usize>,
    /// The words of that pronoun.
    pub pronoun_span: Option<Span>,
    /// The rule of the page, by number.
    pub rule: usize,
    /// Whose it is, with the rule of `subjects.toml` that says so, by number.
    pub subject: Option<(Subject, usize)>,
}

/// Finds the cues of a sentence, and adds them to a list.
pub fn cues(
    sentence: Sentence<'_>,
    words: &[Word],
    quotations: &Quotations,
    grammar: &Grammar,
    reader: &mut Reader<'_>,
    out: &mut Vec<Cue>,
) {
    let verbs = class::REPORTING | class::REFLEXIVE;
    if !sentence.letters.iter().any(|l| {
        grammar.set(*l) & (verbs | class::FRAME | class::RELAYING | class::POUR | class::SEMI | class::LEARNT | class::UNREAL | class::HIDE)
            != 0
    }) {
        return;
    }
    let page = reader.page();
    reader.spell(sentence.letters);
    let mut from = 0;
    while let Some((rule, items)) = reader.scan(from) {
        from = items.end;
        let kind = page.kinds[rule];
        // What is found to be no cue.
        if kind == class::TIME {
            continue;
        }
        let reporting = items.clone().rev().find(|i| grammar.set(sentence.letters[*i]) & verbs != 0);
        // *ne pas cacher* says: it counts as a verb of saying.
        let set = reporting.map_or(if kind & class::CUE != 0 { class::DIRE } else { 0 }, |i| grammar.set(sentence.letters[i]) & REPORT);
        let pronoun = items.clone().find(|i| grammar.set(sentence.letters[*i]) & class::INVERTED != 0);
        let teller = pronoun.or(reporting.filter(|_| set & class::PARTICIPLE != 0));
        let features = teller.and_then(|i| sentence.word(i, words)).map_or(0, |w| w.features);
        // *a-t-on appris* is told apart: its speaker is whoever it was learnt from.
        let on = items.clone().fold(0, |on, i| on | grammar.set(sentence.letters[i]) & class::ON);
        // What is denied reports in no form.
        let forms = class::FINITE | class::PARTICIPLE | class::GERUND | class::INFINITIVE;
        let set = if kind & class::DENIED != 0 { set & !forms } else { set };
        let span = sentence.span_of(items.clone(), words, quotations);
        // A frame keeps its own letter, so that *aux yeux du* can be seen to hold an article.
        let pronoun_span = pronoun.and_then(|i| sentence.word(i, words)).map(Word::span);
        out.push(Cue { items, span, set: kind | set | on, features, pronoun, pronoun_span, rule, subject: None });
    }
}
