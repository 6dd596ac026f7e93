//! Changes: what a claim has made of the words of an article, and which of that changes the meaning.
//!
//! In: an alignment. Out: [`Change`]s, each with its [`Sort`]s. Which words deny, count, date or tell how much is told by
//! `data/changes.csv`.
//! Deliberately not done: nobody is told what a change means, nor whether somebody meant it.

use std::collections::HashMap;

use once_cell::sync::Lazy;

use super::align::Alignment;
use super::wording::{id, stretch, Gap, Word};

/// Why a change may change the meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Sort {
    /// *ne*, *pas*, *jamais*, *aucun* …
    Negation,
    /// A figure, *deux*, *la moitié*, *%*.
    Number,
    /// *mardi*, *juillet*, *demain*.
    Date,
    /// *tous*, *seulement*, *parfois*.
    Quantity,
    /// A word with a capital within a sentence.
    Name,
    /// Three words and more that are left out without a mark, or a mark of the article that is.
    Omission,
    /// The same words in another order.
    Order,
    /// The same letters with another accent: *tue* for *tué*.
    Accent,
}

impl Sort {
    /// Its name in outputs.
    ///
    /// ```
    /// assert_eq!(guillemet::database::Sort::Negation.name(), "negation");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Sort::Negation => "negation",
            Sort::Number => "number",
            Sort::Date => "date",
            Sort::Quantity => "quantity",
            Sort::Name => "name",
            Sort::Omission => "omission",
            Sort::Order => "order",
            Sort::Accent => "accent",
        }
    }
}

/// Words of a claim in the place of words of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The words of the article; none where the claim adds some.
    pub dropped: String,
    /// The words of the claim; none where it leaves some out.
    pub added: String,
    /// Why it may change the meaning; none where it is a word like any other.
    pub sorts: Vec<Sort>,
}

/// How many words in a row that are left out are an omission, not a word.
const OMITTED: usize = 3;

const LEXICON: &str = include_str!("../../data/changes.csv");

/// The sorts of words, by their ids. A faulty line stops the tests, and stands for nothing.
static SORTS: Lazy<HashMap<u64, Sort>> = Lazy::new(|| {
    let known = [Sort::Negation, Sort::Number, Sort::Date, Sort::Quantity];
    let mut sorts = HashMap::new();
    for record in csv::Reader::from_reader(LEXICON.as_bytes()).records().flatten() {
        if let (Some(form), Some(sort)) = (record.get(0), known.iter().find(|sort| Some(sort.name()) == record.get(1))) {
            sorts.insert(id(form), *sort);
        }
    }
    sorts
});

/// What a claim changed of a quotation: their words, their texts, and how they are aligned.
pub(super) fn changes(claim: (&[Word], &str), quote: (&[Word], &str), alignment: &Alignment) -> Vec<Change> {
    let (ours, theirs) = (claim.0, quote.0);
    let mut moved: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
    let mut changes = Vec::new();
    for difference in &alignment.differences {
        let (added, dropped) = (&ours[difference.claim.clone()], &theirs[difference.quote.clone()]);
        moved[0].extend(added.iter().map(|word| word.id));
        moved[1].extend(dropped.iter().map(|word| word.id));
        changes.push(Change {
            dropped: stretch(quote.1, dropped).to_string(),
            added: stretch(claim.1, added).to_string(),
            sorts: sorts(added, dropped),
        });
    }
    moved.iter_mut().for_each(|words| words.sort_unstable());
    // Each word that is taken out somewhere is put in somewhere.
    if changes.len() > 1 && moved[0] == moved[1] {
        changes.iter_mut().for_each(|change| change.sorts = vec![Sort::Order]);
    }
    changes
}

/// The stretch of a quotation that a claim goes by, with what differs: `nous [-ne-] fermons [-pas-] {+bien+} le port`.
pub(super) fn marked(claim: (&[Word], &str), quote: (&[Word], &str), alignment: &Alignment) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut at = alignment.stretch.start;
    for difference in &alignment.differences {
        parts.push(stretch(quote.1, &quote.0[at..difference.quote.start]).to_string());
        let dropped = stretch(quote.1, &quote.0[difference.quote.clone()]);
        let added = stretch(claim.1, &claim.0[difference.claim.clone()]);
        parts.push(if dropped.is_empty() { String::new() } else { format!("[-{dropped}-]") });
        parts.push(if added.is_empty() { String::new() } else { format!("{{+{added}+}}") });
        at = difference.quote.end;
    }
    parts.push(stretch(quote.1, &quote.0[at..alignment.stretch.end]).to_string());
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// Whether some words deny.
pub(super) fn denies(words: &[Word]) -> bool {
    words.iter().any(|word| SORTS.get(&word.id) == Some(&Sort::Negation))
}

fn sorts(added: &[Word], dropped: &[Word]) -> Vec<Sort> {
    let lacks = |words: &[Word], word: &Word| !words.iter().any(|other| other.same(word));
    let alone = added.iter().filter(|word| lacks(dropped, word)).chain(dropped.iter().filter(|word| lacks(added, word)));
    let mut sorts = Vec::new();
    for word in alone {
        sorts.extend(SORTS.get(&word.id).copied());
        if word.is_number() {
            sorts.push(Sort::Number);
        }
        if word.is_named() {
            sorts.push(Sort::Name);
        }
    }
    let marked = dropped.iter().any(|word| word.gap == Some(Gap::Brackets));
    if (added.is_empty() && dropped.len() >= OMITTED) || marked {
        sorts.push(Sort::Omission);
    }
    if added.len() == dropped.len() && added.iter().zip(dropped).all(|(a, b)| a.id == b.id) {
        sorts.push(Sort::Accent);
    }
    sorts.sort_unstable();
    sorts.dedup();
    sorts
}

#[cfg(test)]
mod tests {
    use super::super::align::align;
    use super::super::wording::{claimed, quoted};
    use super::*;

    fn told(claim: &str, quote: &str) -> Vec<(String, String, Vec<&'static str>)> {
        let (ours, theirs) = (claimed(claim), quoted(quote));
        let alignment = align(&ours, &theirs).unwrap();
        let names = |change: Change| (change.dropped, change.added, change.sorts.into_iter().map(Sort::name).collect());
        changes((&ours, claim), (&theirs, quote), &alignment).into_iter().map(names).collect()
    }

    #[test]
    fn what_changes_the_meaning_is_told() {
        for (claim, quote, dropped, added, sorts) in [
            ("nous fermons le port", "nous ne fermons le port", "ne", "", vec!["negation"]),
            ("il y a 20 morts ici", "il y a 12 morts ici", "12", "20", vec!["number"]),
            ("la moitié des ports ferme", "la plupart des ports ferme", "plupart", "moitié", vec!["number", "quantity"]),
            ("elle viendra à Brest demain", "elle viendra à Vannes demain", "Vannes", "Brest", vec!["name"]),
            ("le port ferme lundi matin", "le port ferme mardi matin", "mardi", "lundi", vec!["date"]),
            ("nous partons ce soir", "nous partons si le temps le permet ce soir", "si le temps le permet", "", vec!["omission"]),
            ("nous partons ce soir", "nous partons [...] ce soir", "[...]", "", vec!["omission"]),
            ("nous partons vite ce soir", "nous partons ce soir", "", "vite", vec![]),
            ("le loup tue ici", "le loup tué ici", "tué", "tue", vec!["accent"]),
        ] {
            assert_eq!(told(claim, quote), [(dropped.to_string(), added.to_string(), sorts)], "{claim}");
        }
        let moved = told("le port ferme toujours demain soir", "le port demain ferme toujours soir");
        assert!(moved.iter().all(|(_, _, sorts)| sorts == &["order"]), "{moved:?}");
    }

    #[test]
    fn every_line_of_the_lexicon_is_read() {
        let lines: Vec<&str> = LEXICON.lines().skip(1).collect();
        assert_eq!(SORTS.len(), lines.len(), "a form twice, or a sort that nobody knows");
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "sorted");
    }
}
