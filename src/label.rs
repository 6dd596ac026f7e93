//! Labels: quotations whose words are a name, a title or a term.
//!
//! In: the sentences. Out: for each quotation that is a label, the rule of `labels.toml` that says so; its letter
//! changes from quotation to label. A stretch that recurs through the article as a short noun phrase is one too.
//! Deliberately not done: a label under a governing cue may still be speech, which the attribution decides.

use crate::class;
use crate::grammar::Grammar;
use crate::quotation::Quotations;
use crate::sentence::{shape, Item, Sentences};
use crate::text::hash;
use crate::words::Word;

/// How often the same short words in marks make a name. Twice is enough for most: but what a headline quotes comes back
/// once in its article as well.
const RECURRING: usize = 3;

/// Which quotations are labels: the number of the rule for each.
pub fn labels(text: &str, sentences: &mut Sentences, words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Vec<Option<usize>> {
    let page = grammar.page("labels");
    let mut found: Vec<Option<usize>> = vec![None; quotations.list.len()];
    if quotations.list.is_empty() {
        return found;
    }
    // Where quotations stand: sentence, item, quotation.
    let mut places: Vec<(usize, usize, usize)> = Vec::with_capacity(quotations.list.len());
    for (s, sentence) in sentences.iter().enumerate() {
        let quoted =
            sentence
                .items
                .iter()
                .enumerate()
                .filter_map(|(i, item)| if let Item::Quotation(q) = item { Some((i, *q as usize)) } else { None });
        places.extend(quoted.map(|(i, q)| (s, i, q)));
    }
    let mut reader = page.reader();
    for of_one in places.chunk_by(|a, b| a.0 == b.0) {
        let sentence = sentences.at(of_one[0].0);
        reader.spell(sentence.letters);
        let mut from = 0;
        while let Some((rule, range)) = reader.scan(from) {
            from = range.end;
            for item in &sentence.items[range] {
                if let Item::Quotation(q) = item {
                    found[*q as usize].get_or_insert(rule);
                }
            }
        }
    }
    // The same short words in marks again and again are a name: «gilets jaunes».
    if let Some(recurring) = page.decided("recurring") {
        // Words with the same hash are the same.
        let mut short: Vec<(u64, usize)> = Vec::new();
        for (q, quotation) in quotations.list.iter().enumerate() {
            let set = shape(text, words, quotations, q, grammar);
            if set & class::SHORT != 0 && set & class::CLAUSE == 0 {
                short.push((hash(quotation.inner.of(text)), q));
            }
        }
        short.sort_unstable();
        // Which quotations follow an article that introduces something new: *un «cabinet noir»*.
        let mut introduced = vec![false; quotations.list.len()];
        for &(s, i, q) in &places {
            let before = i.checked_sub(1).map_or(0, |b| grammar.set(sentences.at(s).letters[b]));
            introduced[q] = before & class::INTRODUCING != 0 && before & class::DE == 0;
        }
        // *prêt à partir*, *oui* are said; a name is a noun, and not news each time: *les «robes grises»*.
        let verbal = class::INFINITIVE | class::ADVERB | class::PARTICIPLE | class::ADJECTIVE;
        let first = |q: usize| words.get(quotations.list[q].first).map_or(0, |w| grammar.set(w.letter));
        let noun = |q: usize| first(q) & verbal == 0 || first(q) & class::NOUN != 0;
        let twice = |same: &[(u64, usize)]| noun(same[0].1) && !same.iter().all(|(_, q)| introduced[*q]);
        let name = |same: &&[(u64, usize)]| same.len() >= RECURRING || same.len() > 1 && twice(same);
        for same in short.chunk_by(|a, b| a.0 == b.0).filter(name) {
            for (_, q) in same {
                found[*q].get_or_insert(recurring);
            }
        }
    }
    for (s, i, _) in places.into_iter().filter(|(.., q)| found[*q].is_some()) {
        let letter = &mut sentences.letters_mut(s)[i];
        *letter = grammar.letter(grammar.set(*letter) & !class::QUOTATION | class::LABEL);
    }
    found
}
