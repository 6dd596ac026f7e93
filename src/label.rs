//! Labels: quotations whose words are a name, a title or a term.
//!
//! In: the sentences. Out: for each quotation that is a label, the rule of `labels.toml` that says so; its letter
//! changes from quotation to label. A stretch that recurs through the article as a short noun phrase is one too.
//! Deliberately not done: a label under a governing cue may still be speech, which the attribution decides.

use crate::class;
use crate::grammar::Grammar;
use crate::quotation::Quotations;
use crate::sentence::{shape, Item, Sentence};
use crate::text::fold;
use crate::words::Word;
use std::collections::HashMap;

/// Which quotations are labels: the number of the rule for each.
pub fn labels(text: &str, sentences: &mut [Sentence], words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Vec<Option<usize>> {
    let page = grammar.page("labels");
    let mut found: Vec<Option<usize>> = vec![None; quotations.list.len()];
    if quotations.list.is_empty() {
        return found;
    }
    let mut line = Vec::new();
    for sentence in sentences.iter() {
        if !sentence.items.iter().any(|i| matches!(i, Item::Quotation(_))) {
            continue;
        }
        page.spell(&sentence.letters, &mut line);
        for (rule, range) in page.scan(&line) {
            for item in &sentence.items[range] {
                if let Item::Quotation(q) = item {
                    found[*q].get_or_insert(rule);
                }
            }
        }
    }
    // The same short words in marks again and again are a name: «gilets jaunes».
    if let Some(recurring) = page.decided("recurring") {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (q, quotation) in quotations.list.iter().enumerate() {
            let set = shape(text, words, quotations, q, grammar);
            if set & class::SHORT != 0 && set & class::CLAUSE == 0 {
                places.entry(fold(quotation.inner.of(text))).or_default().push(q);
            }
        }
        for same in places.values().filter(|s| s.len() > 1) {
            for &q in same {
                found[q].get_or_insert(recurring);
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
