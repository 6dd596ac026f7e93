//! Names: what a speaker is called, and whether two that are called so may be one.
//!
//! In: names and descriptions as articles and users write them. Out: a [`Name`] without titles, case and accents, and the
//! [`Relation`] of one speaker to another.
//! Deliberately not done: nobody is taken for somebody on a surname alone, and a body is never told from the person who speaks
//! for it.

use super::Folder;
use crate::class;
use crate::entity::{agrees, of_letter};
use crate::grammar::Grammar;
use crate::lexicon::feature;
use crate::text::Span;
use crate::words::Word;

/// What somebody is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// Its words, folded: *emmanuel*, *macron*. Of a description all of them.
    pub words: Vec<String>,
    /// Whether it is a description: *le maire*.
    pub described: bool,
}

impl Name {
    /// The name in some words: *M. Macron*, *le président Emmanuel Macron*.
    pub fn of(text: &str, grammar: &Grammar) -> Name {
        let proper = proper(text, grammar);
        let described = proper.is_empty();
        let words = Folder::words(if described { text } else { proper.of(text) }).map(|(word, _)| word).collect();
        Name { words, described }
    }

    /// The name of a key of the database.
    pub fn of_key(key: &str, described: bool) -> Name {
        Name { words: key.split_whitespace().map(str::to_string).collect(), described }
    }

    /// What the database knows it by.
    pub fn key(&self) -> String {
        self.words.join(" ")
    }

    fn holds(&self, shorter: &Name) -> bool {
        shorter.words.iter().all(|word| self.words.contains(word))
    }
}

/// The name proper within some words, without what stands before it; empty for a description.
fn proper(text: &str, grammar: &Grammar) -> Span {
    let words = crate::words::words(text, grammar);
    let capital = |n: usize| words.get(n).is_some_and(|word| word.span().of(text).starts_with(char::is_uppercase));
    let set = |n: usize| words.get(n).map_or(0, |word| grammar.set(word.letter));
    let small = class::TITLE | class::DETERMINER | class::DEFINITE;
    let mut first = 0;
    while first < words.len() {
        let is_role = |n: usize| set(n) & class::ROLE != 0 && set(n) & class::FORENAME == 0;
        // *Premier ministre* is one word of the lexicon.
        let small_end = |n: usize| {
            let last = words.get(n).and_then(|word| word.span().of(text).rsplit_once(' '));
            last.is_some_and(|(_, last)| last.starts_with(char::is_lowercase))
        };
        let role = is_role(first) && (capital(first + 1) || small_end(first));
        if capital(first) && set(first) & small == 0 && !role {
            break;
        }
        first += 1;
    }
    // *Un proche de Macron* and *les parents Macron* are not Macron.
    let several = |word: &Word| word.features & feature::P != 0 && word.features & feature::S == 0;
    let before = &words[..first];
    if before.iter().any(|word| grammar.set(word.letter) & (class::PREPOSITION | class::DE) != 0 || several(word)) {
        return Span::new(0, 0);
    }
    match (words.get(first), words.last()) {
        (Some(first), Some(last)) => Span::new(first.span().start, last.span().end),
        _ => Span::new(0, 0),
    }
}

/// Somebody who speaks.
#[derive(Debug, Clone, Default)]
pub(super) struct Who {
    /// Who that is across articles; nothing where nobody knows.
    pub person: Option<i64>,
    pub name: Name,
    /// `f`, `m` or nothing, which it is for a body as well.
    pub gender: String,
}

/// What one speaker is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// The same, proven.
    Same,
    /// A part of the same name, and nothing against it.
    Likely,
    /// A description, a body, or nobody told: neither proven nor excluded.
    Unclear,
    /// Somebody else.
    Other,
}

impl Who {
    /// What another speaker is to this one.
    pub fn relation(&self, other: &Who) -> Relation {
        if self.name.words.is_empty() || other.name.words.is_empty() {
            return Relation::Unclear;
        }
        if self.person.is_some() && self.person == other.person {
            return Relation::Same;
        }
        if !agrees(of_letter(&self.gender), of_letter(&other.gender)) {
            return Relation::Other;
        }
        let (ours, theirs) = (&self.name, &other.name);
        if ours.described || theirs.described {
            return Relation::Unclear;
        }
        if ours.words == theirs.words || ours.holds(theirs) || theirs.holds(ours) {
            return Relation::Likely;
        }
        // *Solveig Mahé et Hédi Mabrouki* said it both.
        let several = |name: &Name| name.words.iter().any(|word| word == "et");
        let shared = ours.words.iter().any(|word| theirs.words.contains(word));
        let full = ours.words.len() > 1 && theirs.words.len() > 1;
        let people = !self.gender.is_empty() && !other.gender.is_empty();
        // *Marine Le Pen* and *Jean-Marie Le Pen* share a surname.
        let apart = !shared || (full && ours.words.first() != theirs.words.first() && !several(ours) && !several(theirs));
        if people && apart {
            Relation::Other
        } else {
            Relation::Unclear
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::of(text, Grammar::builtin())
    }

    #[test]
    fn a_name_stands_without_what_is_before_it() {
        for (text, key, described) in [
            ("Solveig Mahé", "solveig mahe", false),
            ("Mme Mahé", "mahe", false),
            ("M. Hédi MABROUKI", "hedi mabrouki", false),
            ("la préfète Solveig Mahé", "solveig mahe", false),
            ("Le Premier ministre Hédi Mabrouki", "hedi mabrouki", false),
            ("L’Opinion", "opinion", false),
            ("le maire de Brécey", "le maire de brecey", true),
            ("un proche de Mahé", "un proche de mahe", true),
            ("les parents Mahé", "les parents mahe", true),
            ("le maire", "le maire", true),
            ("le Premier ministre français", "le premier ministre francais", true),
            ("Des témoins", "des temoins", true),
        ] {
            assert_eq!((name(text).key().as_str(), name(text).described), (key, described), "{text}");
        }
    }

    #[test]
    fn nobody_is_somebody_on_a_surname_alone() {
        let who = |text: &str, gender: &str, person: i64| Who { person: Some(person), name: name(text), gender: gender.to_string() };
        let mahe = who("Solveig Mahé", "f", 1);
        for (other, relation) in [
            (who("S. Mahé", "", 1), Relation::Same),
            (who("Mme Mahé", "f", 2), Relation::Likely),
            (who("M. Mahé", "m", 3), Relation::Other),
            (who("Hédi Mahé", "m", 4), Relation::Other),
            (who("Agathe Mahé", "f", 5), Relation::Other),
            (who("Hédi Mabrouki", "m", 6), Relation::Other),
            (who("Amnesty International", "", 7), Relation::Unclear),
            (who("la préfète", "f", 8), Relation::Unclear),
            (who("Ana Diop et Gaëlle Mahé", "", 9), Relation::Unclear),
            (Who::default(), Relation::Unclear),
        ] {
            assert_eq!(mahe.relation(&other), relation, "{other:?}");
            assert_eq!(other.relation(&mahe), relation, "{other:?}");
        }
    }
}
