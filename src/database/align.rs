//! Alignment: where a claim stands in a quotation, and which of its words differ.
//!
//! In: the words of both. Out: an [`Alignment`]: the stretch of the quotation that the claim fits best, and its [`Difference`]s.
//! The stretch is the one with the fewest words changed, dropped or added; words of the quotation before and after it cost
//! nothing, nor do those in place of dots that the claim has. Between the two, `similar` tells what differs.

use std::ops::Range;

use similar::{Algorithm, DiffTag};

use super::wording::Word;

/// Beyond this many words of one times words of the other nothing is compared: a book against a book.
const WEIGHED: usize = 1 << 24;

/// How many words a cut counts for.
const CUT: usize = 2;

/// Where a claim stands in a quotation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alignment {
    /// The words of the quotation.
    pub stretch: Range<usize>,
    /// What differs, in reading order.
    pub differences: Vec<Difference>,
    /// How many words are the same, as a part of the longer of the two; a cut counts for two words at most.
    pub similarity: f64,
    /// How many words are the same.
    pub same: usize,
    /// Whether the claim leaves words out and says so.
    pub elided: bool,
}

/// Words of a claim in the place of words of a quotation; one of both may be empty.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    pub claim: Range<usize>,
    pub quote: Range<usize>,
}

/// Where a claim fits best.
pub(super) fn align(claim: &[Word], quote: &[Word]) -> Option<Alignment> {
    if claim.is_empty() || quote.is_empty() || claim.len().saturating_mul(quote.len()) > WEIGHED {
        return None;
    }
    let mut stretch = stretch(claim, quote);
    let (mut differences, elided) = differences(claim, quote, stretch.clone());
    // Words added at an end stand in the place of as many of the same sentence.
    if let Some(first) = differences.first_mut().filter(|first| first.claim.start == 0 && first.quote.is_empty()) {
        let free = (1..=stretch.start).rev().take_while(|at| quote.get(*at).is_none_or(|word| !word.begins)).count();
        stretch.start -= free.min(first.claim.len());
        first.quote.start = stretch.start;
    }
    if let Some(last) = differences.last_mut().filter(|last| last.claim.end == claim.len() && last.quote.is_empty()) {
        let free = quote[stretch.end..].iter().take_while(|word| !word.begins).count();
        stretch.end += free.min(last.claim.len());
        last.quote.end = stretch.end;
    }
    let words = claim.iter().filter(|word| word.gap.is_none()).count();
    let changed: usize = differences.iter().map(|difference| difference.claim.len()).sum();
    // Words in a row that the claim leaves out are one cut, however many.
    let weight = |one: &Difference| if one.claim.is_empty() { one.quote.len().min(CUT) } else { one.quote.len() };
    let dropped: usize = differences.iter().map(weight).sum();
    let same = words.saturating_sub(changed);
    let similarity = same as f64 / words.max(same + dropped).max(1) as f64;
    Some(Alignment { stretch, differences, similarity, same, elided })
}

/// What it costs to put a word in the place of another, to add one, and to drop one: as many words as can be are the same.
const CHANGED: usize = 5;
const ADDED: usize = 5;
const DROPPED: usize = 1;

/// The stretch of a quotation from which the cheapest way leads to the claim.
fn stretch(claim: &[Word], quote: &[Word]) -> Range<usize> {
    // For each place in the quotation: the cost of the words of the claim so far, and where their stretch begins.
    let mut before: Vec<(usize, usize)> = (0..=quote.len()).map(|at| (0, at)).collect();
    let mut here = before.clone();
    for (n, word) in claim.iter().enumerate() {
        here[0] = ((n + 1) * ADDED, 0);
        for (at, theirs) in quote.iter().enumerate() {
            here[at + 1] = if word.gap.is_some() {
                before[at + 1].min(here[at])
            } else {
                let (over, up, left) = (before[at], before[at + 1], here[at]);
                let change = (over.0 + if word.same(theirs) { 0 } else { CHANGED }, over.1);
                // Of ways as short as each other, words in the place of words, then words added.
                [change, (up.0 + ADDED, up.1), (left.0 + DROPPED, left.1)].into_iter().min_by_key(|way| way.0).unwrap_or(change)
            };
        }
        std::mem::swap(&mut before, &mut here);
    }
    let end = (0..before.len()).min_by_key(|at| before[*at].0).unwrap_or(0);
    before[end].1..end
}

/// What differs between a claim and a stretch of a quotation, and whether the claim marks words that it leaves out.
fn differences(claim: &[Word], quote: &[Word], stretch: Range<usize>) -> (Vec<Difference>, bool) {
    let ids = |words: &[Word]| words.iter().map(|word| word.id).collect::<Vec<_>>();
    let (from, to) = (ids(&quote[stretch.clone()]), ids(claim));
    let mut found: Vec<Difference> = Vec::new();
    let mut elided = false;
    let mut differs = |claim: Range<usize>, quote: Range<usize>| match found.last_mut() {
        Some(last) if last.claim.end == claim.start && last.quote.end == quote.start => {
            (last.claim.end, last.quote.end) = (claim.end, quote.end);
        }
        _ => found.push(Difference { claim, quote }),
    };
    // The places of an operation are those before its neighbours were moved together; only their order and lengths are sure.
    let (mut our, mut their) = (0, stretch.start);
    for operation in similar::capture_diff_slices(Algorithm::Myers, &from, &to) {
        let (tag, theirs, ours) = operation.as_tag_tuple();
        let (theirs, ours) = match tag {
            DiffTag::Equal | DiffTag::Replace => (theirs.len(), ours.len()),
            DiffTag::Delete => (theirs.len(), 0),
            DiffTag::Insert => (0, ours.len()),
        };
        let (ours, theirs) = (our..our + ours, their..their + theirs);
        (our, their) = (ours.end, theirs.end);
        if tag == DiffTag::Equal {
            for (our, their) in ours.zip(theirs) {
                // Only their accents differ.
                if !claim[our].same(&quote[their]) {
                    differs(our..our + 1, their..their + 1);
                }
            }
        } else {
            differs(ours, theirs);
        }
    }
    // What dots stand for is no difference.
    found.retain_mut(|difference| {
        let mut gaps = difference.claim.clone().filter(|our| claim[*our].gap.is_some());
        let words = difference.claim.clone().filter(|our| claim[*our].gap.is_none()).count();
        if gaps.next().is_none() {
            return true;
        }
        elided |= !difference.quote.is_empty();
        words > 0
    });
    (found, elided)
}

#[cfg(test)]
mod tests {
    use super::super::wording::{claimed, quoted, stretch as stretch_of};
    use super::*;

    /// A claim as it stands in a quotation: the stretch, then `[-their words-]{+ours+}`.
    fn aligned(claim: &str, quote: &str) -> (String, Vec<String>) {
        let (ours, theirs) = (claimed(claim), quoted(quote));
        let found = align(&ours, &theirs).unwrap();
        let text = |words: &[Word], range: Range<usize>, all: &str| stretch_of(all, &words[range]).to_string();
        let differences = found
            .differences
            .iter()
            .map(|one| format!("{}>{}", text(&theirs, one.quote.clone(), quote), text(&ours, one.claim.clone(), claim)))
            .collect();
        (text(&theirs, found.stretch, quote), differences)
    }

    #[test]
    fn a_claim_fits_where_the_fewest_words_differ() {
        let quote = "Je le dis ici. Nous ne fermerons pas le port, ni demain ni jamais";
        for (claim, stretch, differences) in [
            ("nous ne fermerons pas le port", "Nous ne fermerons pas le port", vec![]),
            ("nous fermerons le port", "Nous ne fermerons pas le port", vec!["ne>", "pas>"]),
            ("nous ne fermerons pas la gare", "Nous ne fermerons pas le port", vec!["le port>la gare"]),
            ("nous ne fermerons (…) jamais", "Nous ne fermerons pas le port, ni demain ni jamais", vec![]),
            ("nous ne fermerons pas vraiment le port", "Nous ne fermerons pas le port", vec![">vraiment"]),
            ("Je le dis ici… ni demain", "Je le dis ici. Nous ne fermerons pas le port, ni demain", vec![]),
        ] {
            assert_eq!(aligned(claim, quote), (stretch.to_string(), differences.iter().map(|d| d.to_string()).collect()), "{claim}");
        }
    }

    #[test]
    fn differences_follow_each_other_within_their_stretch() {
        // All short texts over few words: whatever the ties, nothing overlaps.
        let texts: Vec<String> = (0..3_u32.pow(6))
            .map(|n| {
                (0..6)
                    .filter_map(|k| ["", "le", "la"].get((n / 3_u32.pow(k) % 3) as usize))
                    .filter(|w| !w.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        for (n, claim) in texts.iter().enumerate() {
            for quote in texts.iter().skip(n % 7).step_by(7) {
                let (ours, theirs) = (claimed(claim), quoted(quote));
                let Some(found) = align(&ours, &theirs) else { continue };
                let mut at = (0, found.stretch.start);
                for one in &found.differences {
                    let follows = one.claim.start >= at.0 && one.quote.start >= at.1;
                    assert!(
                        follows && one.claim.start <= one.claim.end && one.quote.start <= one.quote.end,
                        "{claim} | {quote}: {found:?}"
                    );
                    let same =
                        ours[at.0..one.claim.start].iter().map(|word| word.id).eq(theirs[at.1..one.quote.start].iter().map(|word| word.id));
                    assert!(same, "{claim} | {quote}: {found:?}");
                    at = (one.claim.end, one.quote.end);
                }
                let same = ours[at.0..].iter().map(|word| word.id).eq(theirs[at.1..found.stretch.end].iter().map(|word| word.id));
                assert!(same, "{claim} | {quote}: {found:?}");
            }
        }
    }

    #[test]
    fn an_accent_is_a_difference_and_dots_of_an_article_are_words() {
        assert_eq!(aligned("il la tue hier", "il l'a tué hier").1, ["l'a tué>la tue"]);
        assert_eq!(aligned("nous partirons mardi", "nous partirons […] mardi").1, ["[…]>"]);
        assert_eq!(aligned("nous partirons […] mardi", "nous partirons […] mardi").1, [""; 0]);
    }
}
