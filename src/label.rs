//! Labels: quotations whose words are a name, a title or a term.
//!
//! In: the sentences. Out: for each quotation that is a label, the rule of `labels.toml` that says so; its letter
//! changes from quotation to label. A stretch that recurs through the article as a short noun phrase is one too.
//! Deliberately not done: a label under a governing cue may still be speech, which the attribution decides.

use crate::class;
use crate::grammar::Grammar;
use crate::quotation::Quotations;
use crate::sentence::{shape, Item, Sentence};
use crate::text::hash;
use crate::words::Word;

/// How often the same short words in marks make a name. Twice is enough for most: but what a headline quotes comes back
/// once in its article as well.
const RECURRING: usize = 3;

/// Which quotations are labels: the number of the rule for each.
pub fn labels(text: &str, sentences: &mut [Sentence], words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Vec<Option<usize>> {
    let page = grammar.page("labels");
    let mut found: Vec<Option<usize>> = vec![None; quotations.list.len()];
    if quotations.list.is_empty() {
        return found;
    }
    let mut reader = page.reader();
    for sentence in sentences.iter() {
        if !sentence.items.iter().any(|i| matches!(i, Item::Quotation(_))) {
            continue;
        }
        reader.spell(&sentence.letters);
        let mut from = 0;
        while let Some((rule, range)) = reader.scan(from) {
            from = range.end;
            for item in &sentence.items[range] {
                if let Item::Quotation(q) = item {
                    found[*q].get_or_insert(rule);
                }
            }
        }
    }
    // The same short words in marks again and again are a name: «gilets jaunes».
    if let Some(recurring) = page.decided("recurring") {
        // Words with the same hash are the same.
        let mut places: Vec<(u64, usize)> = Vec::new();
        for (q, quotation) in quotations.list.iter().enumerate() {
            let set = shape(text, words, quotations, q, grammar);
            if set & class::SHORT != 0 && set & class::CLAUSE == 0 {
                places.push((hash(quotation.inner.of(text)), q));
            }
        }
        places.sort_unstable();
        let introduced = introduced(sentences, quotations.list.len(), grammar);
        // *prêt à partir*, *oui* are said; a name is a noun, and not news each time: *les «robes grises»*.
        let verbal = class::INFINITIVE | class::ADVERB | class::PARTICIPLE | class::ADJECTIVE;
        let first = |q: usize| words.get(quotations.list[q].first).map_or(0, |w| grammar.set(w.letter));
        let noun = |q: usize| first(q) & verbal == 0 || first(q) & class::NOUN != 0;
        let twice = |same: &[(u64, usize)]| noun(same[0].1) && !same.iter().all(|(_, q)| introduced[*q]);
        let name = |same: &&[(u64, usize)]| same.len() >= RECURRING || same.len() > 1 && twice(same);
        for same in places.chunk_by(|a, b| a.0 == b.0).filter(name) {
            for (_, q) in same {
                found[*q].get_or_insert(recurring);
            }
        }
    }
    for sentence in sentences.iter_mut() {
        for (i, item) in sentence.items.iter().enumerate() {
            if let Item::Quotation(q) = item {
                if found[*q].is_some() {
                    let set = grammar.set(sentence.letters[i]);
                    sentence.letters[i] = grammar.letter(set & !class::QUOTATION | class::LABEL);
                }
            }
        }
    }
    found
}

/// Which quotations follow an article that introduces something new: *un «cabinet noir»*.
fn introduced(sentences: &[Sentence], quotations: usize, grammar: &Grammar) -> Vec<bool> {
    let mut found = vec![false; quotations];
    for sentence in sentences {
        for (i, item) in sentence.items.iter().enumerate() {
            let Item::Quotation(q) = item else { continue };
            let before = i.checked_sub(1).map_or(0, |b| grammar.set(sentence.letters[b]));
            found[*q] = before & class::INTRODUCING != 0 && before & class::DE == 0;
        }
    }
    found
}
