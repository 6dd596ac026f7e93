//! What differs between two texts, word by word.
//!
//! In: two texts. Out: stretches that both have, that only the old one has, and that only the new one has. Put together, the
//! first two sorts are the old text, the first and the last the new one. A word is letters and figures; everything else is a
//! piece of its own, so that a comma added is a comma added.

use similar::{Algorithm, DiffTag};

/// A stretch of one text or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch<'t> {
    Both(&'t str),
    Old(&'t str),
    New(&'t str),
}

/// Beyond this many words of one times words of the other, all between the first and the last difference is one.
const WEIGHED: usize = 1 << 24;

/// The stretches, in reading order; what is taken out stands before what is put in its place.
pub(super) fn stretches<'t>(old: &'t str, new: &'t str) -> Vec<Stretch<'t>> {
    let (ours, theirs) = (pieces(old), pieces(new));
    let before = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    let most = ours.len().min(theirs.len()) - before;
    let after = ours.iter().rev().zip(theirs.iter().rev()).take_while(|(a, b)| a == b).count().min(most);
    let length = |pieces: &[&str]| pieces.iter().map(|piece| piece.len()).sum::<usize>();
    let lead = length(&ours[..before]);
    let (ours, theirs) = (&ours[before..ours.len() - after], &theirs[before..theirs.len() - after]);

    // Stretches that differ, as bytes of the middle of each text: (old start, old end, new start, new end).
    let mut differing: Vec<[usize; 4]> = Vec::new();
    let mut differs = |next: [usize; 4]| match differing.last_mut() {
        Some(last) if last[1] == next[0] && last[3] == next[2] => (last[1], last[3]) = (next[1], next[3]),
        _ => differing.push(next),
    };
    let (mut at, mut there) = (0, 0);
    if ours.len().saturating_mul(theirs.len()) > WEIGHED {
        differs([0, length(ours), 0, length(theirs)]);
    } else {
        for operation in similar::capture_diff_slices(Algorithm::Myers, ours, theirs) {
            let (tag, from, to) = operation.as_tag_tuple();
            let (from, to) = (&ours[from], &theirs[to]);
            let next = [at, at + length(from), there, there + length(to)];
            // Spaces alone between two differences join them. (The first and the last operation are differences.)
            if tag != DiffTag::Equal || from.iter().all(|piece| piece.trim().is_empty()) {
                differs(next);
            }
            (at, there) = (next[1], next[3]);
        }
    }

    let mut found = Vec::new();
    let mut done = 0;
    for [from, to, start, end] in differing {
        found.push(Stretch::Both(&old[done..lead + from]));
        found.push(Stretch::Old(&old[lead + from..lead + to]));
        found.push(Stretch::New(&new[lead + start..lead + end]));
        done = lead + to;
    }
    found.push(Stretch::Both(&old[done..]));
    found.retain(|stretch| !matches!(stretch, Stretch::Both("") | Stretch::Old("") | Stretch::New("")));
    found
}

/// Words, spaces, and every other sign by itself.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let sort = |letter: char| if letter.is_alphanumeric() { 1 } else { u8::from(letter.is_whitespace()) * 2 };
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last = 0;
    for (i, letter) in text.char_indices() {
        let own = sort(letter);
        if i > start && (own != last || own == 0) {
            pieces.push(&text[start..i]);
            start = i;
        }
        last = own;
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Stretch::{Both, New, Old};
    use super::*;

    #[test]
    fn only_the_words_that_differ_are_marked() {
        assert_eq!(stretches("Nous partirons demain", "Nous partirons demain"), [Both("Nous partirons demain")]);
        assert_eq!(stretches("", "Oui"), [New("Oui")]);
        assert_eq!(
            stretches("Nous partirons demain.", "Nous partirons mardi, demain."),
            [Both("Nous partirons "), New("mardi, "), Both("demain.")]
        );
        // Two words beside each other are one difference, not two with a space between them.
        assert_eq!(
            stretches("L'eau monte vite ici", "L'eau descend lentement ici"),
            [Both("L'eau "), Old("monte vite"), New("descend lentement"), Both(" ici")]
        );
    }

    #[test]
    fn a_book_against_a_book_is_one_difference() {
        let book = |word: &str| format!("Début {} fin", format!("{word} et ").repeat(5_000));
        let (old, new) = (book("eau"), book("feu"));
        let found = stretches(&old, &new);
        assert_eq!((found[0], found.len()), (Both("Début "), 4));
    }

    proptest! {
        #[test]
        fn stretches_make_up_both_texts(old in "[ab«é ,']{0,30}", new in "[ab«é ,']{0,30}") {
            let (mut ours, mut theirs) = (String::new(), String::new());
            for stretch in stretches(&old, &new) {
                if let Both(text) | Old(text) = stretch {
                    ours.push_str(text);
                }
                if let Both(text) | New(text) = stretch {
                    theirs.push_str(text);
                }
            }
            prop_assert_eq!((ours, theirs), (old, new));
        }
    }
}
