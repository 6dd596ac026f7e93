//! Matching: which row stands for which gold item, and whether its speaker is the same.
//!
//! In: the rows of an article and its gold. Out: a [`Judgement`]. A row and an item match where they share most of their words;
//! marked and indirect speech are matched apart, each item with one row, the nearest first.
//! Deliberately not done: nothing here looks at the confidence of a row, so that measuring twice gives the same counts.

use std::collections::HashSet;

use super::gold::{Gold, Item};
use crate::row::{Kind, Row};
use crate::text::{bare, is_mark, is_space};

/// A stretch of the text, in code points.
pub type Place = (usize, usize);

/// A row and an item are the same words where they share this much of what they cover together.
const SAME_WORDS: f64 = 0.8;

/// Two names are of one speaker where they share this much of their words.
const SAME_NAMES: f64 = 0.6;

/// The words of names that do not tell who: articles, possessives, titles.
const SILENT: &str = include_str!("../../data/silent.txt");

/// What is true of the rows of one article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgement<'r> {
    /// The rows that name a speaker, each with whether its words and its speaker are those of an item.
    pub verdicts: Vec<(&'r Row, bool)>,
    /// Words between marks.
    pub marked: Tally,
    /// Words without marks.
    pub indirect: Tally,
    /// Marked words that nobody says, by gold.
    pub labels: usize,
    /// How often a row has somebody say them.
    pub misnamed: usize,
}

/// What was counted, of one sort of speech.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Items of gold.
    pub items: usize,
    /// Rows.
    pub rows: usize,
    /// Rows that match an item.
    pub found: usize,
    /// Items whose speaker is known.
    pub named_items: usize,
    /// Rows that name a speaker.
    pub named_rows: usize,
    /// Rows that match an item and name its speaker.
    pub joint: usize,
}

/// How good a count is: of the rows, of the gold, and of both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The share of the rows that is right.
    pub precision: f64,
    /// The share of the gold that is found.
    pub recall: f64,
}

impl Measure {
    fn new(right: usize, rows: usize, items: usize) -> Measure {
        Measure { precision: share(right, rows), recall: share(right, items) }
    }

    /// The harmonic mean of the two.
    pub fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 {
            2.0 * self.precision * self.recall / sum
        } else {
            0.0
        }
    }
}

/// A share of a whole, 0 where there is none.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

impl Tally {
    /// The right words, whoever says them.
    pub fn found(&self) -> Measure {
        Measure::new(self.found, self.rows, self.items)
    }

    /// The right words and the right speaker: of the rows and items that name one.
    pub fn joint(&self) -> Measure {
        Measure::new(self.joint, self.named_rows, self.named_items)
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Tally) {
        self.items += other.items;
        self.rows += other.rows;
        self.found += other.found;
        self.named_items += other.named_items;
        self.named_rows += other.named_rows;
        self.joint += other.joint;
    }
}

/// Compares the rows of a text with its gold.
///
/// ```
/// use guillemet::{grammar::Grammar, row::Article, rows, score::{judge, Gold}};
/// let article = Article { text: "« Oui », a dit Ana Diop.".into(), ..Article::default() };
/// let json = r#"{"quotes": [{"quote": "Oui", "kind": "direct", "speaker": "Ana Diop"}], "not_quotes": []}"#;
/// let gold = Gold::parse("a.ann.json", json, &article.text).unwrap();
/// assert_eq!(judge(&article.text, &gold, &rows(&article, Grammar::builtin())).marked.joint, 1);
/// ```
pub fn judge<'r>(text: &str, gold: &Gold, rows: &'r [Row]) -> Judgement<'r> {
    let letters: Vec<char> = text.chars().collect();
    let placed: Vec<(Place, &Row)> =
        rows.iter().filter(|r| r.kind != Kind::None).map(|r| (trimmed(&letters, (r.start, r.end)), r)).collect();
    let named = |row: &Row| row.kind != Kind::Indirect && !row.speaker.is_empty();
    let says = |label: Place| placed.iter().filter(|(place, row)| named(row) && overlap(*place, label) >= SAME_WORDS).count();
    let mut judgement =
        Judgement { labels: gold.labels.len(), misnamed: gold.labels.iter().map(|label| says(*label)).sum(), ..Judgement::default() };
    for indirect in [false, true] {
        let items: Vec<&Item> = gold.items.iter().filter(|item| (item.kind == Kind::Indirect) == indirect).collect();
        let rows: Vec<(Place, &Row)> = placed.iter().filter(|(_, row)| (row.kind == Kind::Indirect) == indirect).copied().collect();
        let matched = matched(&items, &rows);
        let mut tally = Tally {
            items: items.len(),
            rows: rows.len(),
            found: matched.iter().flatten().count(),
            named_items: items.iter().filter(|item| item.speaker.is_some()).count(),
            ..Tally::default()
        };
        for ((_, row), item) in rows.into_iter().zip(matched).filter(|((_, row), _)| !row.speaker.is_empty()) {
            let right = item.and_then(|item| item.speaker.as_deref()).is_some_and(|speaker| same_speaker(&row.speaker, speaker));
            tally.named_rows += 1;
            tally.joint += usize::from(right);
            judgement.verdicts.push((row, right));
        }
        *(if indirect { &mut judgement.indirect } else { &mut judgement.marked }) = tally;
    }
    judgement
}

/// The item of each row: the pairs that share the most are taken first, and neither side twice.
fn matched<'g>(items: &[&'g Item], rows: &[(Place, &Row)]) -> Vec<Option<&'g Item>> {
    let mut pairs = Vec::new();
    for (i, item) in items.iter().enumerate() {
        for (r, (place, _)) in rows.iter().enumerate() {
            let near = overlap(*place, item.place);
            if near >= SAME_WORDS {
                pairs.push((near, i, r));
            }
        }
    }
    // Where two are as near, the later one first.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((b.1, b.2).cmp(&(a.1, a.2))));
    let mut of_row = vec![None; rows.len()];
    let mut taken = HashSet::new();
    for (_, i, r) in pairs {
        if of_row[r].is_none() && taken.insert(i) {
            of_row[r] = Some(items[i]);
        }
    }
    of_row
}

/// How much two places share, of what they cover together.
fn overlap((a, b): Place, (c, d): Place) -> f64 {
    share(b.min(d).saturating_sub(a.max(c)), b.max(d) - a.min(c))
}

/// A place without the spaces and marks at its ends.
pub(super) fn words_alone(text: &[char], (mut start, mut end): Place) -> Place {
    let edge = |c: char| is_space(c) || is_mark(c);
    while start < end && edge(text[start]) {
        start += 1;
    }
    while end > start && edge(text[end - 1]) {
        end -= 1;
    }
    (start, end)
}

/// The same without the stop or comma at its end: it is no matter of who said what.
pub(super) fn trimmed(text: &[char], place: Place) -> Place {
    let (start, mut end) = words_alone(text, place);
    while end > start && matches!(text[end - 1], '.' | ',' | ';') {
        end -= 1;
    }
    (start, end)
}

/// Whether two names are of one speaker: the same words that tell, or one within the other with its first or last word in
/// common, or most of their words: *M. Lavrov* and *Sergueï Lavrov*.
pub fn same_speaker(a: &str, b: &str) -> bool {
    let (a, b) = (telling(a), telling(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let (p, q): (HashSet<_>, HashSet<_>) = (a.iter().collect(), b.iter().collect());
    if p.is_subset(&q) || q.is_subset(&p) {
        return a.first() == b.first() || a.last() == b.last();
    }
    share(p.intersection(&q).count(), p.union(&q).count()) >= SAME_NAMES
}

/// The words of a name that tell who: no articles, no titles, no case, no accents.
fn telling(name: &str) -> Vec<String> {
    let name: String = bare(name).chars().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).collect();
    let words =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty() && SILENT.lines().all(|silent| silent != *word));
    words.map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammar;
    use crate::row::{rows, Article};

    #[test]
    fn names_are_compared_by_the_words_that_tell() {
        for (a, b) in [
            ("M. Lavrov", "Sergueï Lavrov"),
            ("le procureur", "Procureur de Nîmes"),
            ("L’Élysée", "l'Elysée"),
            ("Jean Dupont-Roy", "Jean Dupont Roy"),
            ("Lea Ste\u{301}phane", "Léa Stéphane"),
            ("Ana Maria Diop Faye", "Ana Diop Faye Sarr"),
        ] {
            assert!(same_speaker(a, b) && same_speaker(b, a), "{a}, {b}");
        }
        for (a, b) in [("Jean Dupont", "Jean Roy"), ("", "Jean"), ("le", "la"), ("Jean", "Marie Jean Roy"), ("M.", "M. Roy")] {
            assert!(!same_speaker(a, b) && !same_speaker(b, a), "{a}, {b}");
        }
    }

    /// A text in which `[…]` is a row and `<…>` an item; both may stand around the same words.
    struct Drawn {
        text: String,
        rows: Vec<Row>,
        gold: Gold,
    }

    /// Draws rows and items, each with its kind and speaker, in the order in which they open.
    fn drawn(drawing: &str, rows: &[(Kind, &str)], items: &[(Kind, &str)]) -> Drawn {
        let blank = self::rows(&Article { text: "« Oui »".into(), ..Article::default() }, Grammar::builtin()).remove(0);
        let mut letters = Vec::new();
        let (mut found, mut true_ones) = (Vec::new(), Vec::new());
        for letter in drawing.chars() {
            match letter {
                '[' => found.push((letters.len(), 0)),
                ']' => found.iter_mut().rfind(|(_, end)| *end == 0).unwrap().1 = letters.len(),
                '<' => true_ones.push((letters.len(), 0)),
                '>' => true_ones.iter_mut().rfind(|(_, end)| *end == 0).unwrap().1 = letters.len(),
                letter => letters.push(letter),
            }
        }
        let rows = found.into_iter().zip(rows).map(|((start, end), (kind, speaker))| Row {
            kind: *kind,
            speaker: (*speaker).into(),
            start,
            end,
            ..blank.clone()
        });
        let items = true_ones.into_iter().zip(items).map(|(place, (kind, speaker))| Item {
            place: trimmed(&letters, place),
            kind: *kind,
            speaker: Some((*speaker).to_string()).filter(|speaker| !speaker.is_empty()),
        });
        Drawn { text: letters.iter().collect(), rows: rows.collect(), gold: Gold { items: items.collect(), labels: Vec::new() } }
    }

    #[test]
    fn a_row_is_right_by_its_words_and_its_speaker() {
        let direct = |name| (Kind::Direct, name);
        let drawn = drawn(
            "« <[Oui, demain.]> » « <[Non]> » « <[Jamais]> » « [Peut-être] » « <Tant pis> »",
            &[direct("Mme Diop"), direct("Ana Diop"), direct(""), direct("Ana Diop")],
            &[direct("Ana Diop"), direct("Jean Roy"), direct("Ana Diop"), direct("Ana Diop")],
        );
        let judgement = judge(&drawn.text, &drawn.gold, &drawn.rows);
        assert_eq!(judgement.verdicts.iter().map(|v| v.1).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(judgement.marked, Tally { items: 4, rows: 4, found: 3, named_items: 4, named_rows: 3, joint: 1 });
        assert_eq!(judgement.indirect, Tally::default());
        assert_eq!((judgement.marked.found().precision, judgement.marked.joint().recall), (0.75, 0.25));
        assert!((judgement.marked.joint().f1() - 2.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn an_item_vouches_for_one_row_the_nearest() {
        // Nine of ten letters, and all ten: the second is nearer.
        let both = [(Kind::Indirect, "Ana"), (Kind::Indirect, "Ana")];
        let drawn = drawn("[<[abcdefghi]j>]", &both, &both[..1]);
        let judgement = judge(&drawn.text, &drawn.gold, &drawn.rows);
        assert_eq!(judgement.verdicts.iter().map(|v| (v.0.end, v.1)).collect::<Vec<_>>(), [(10, true), (9, false)]);
        assert_eq!(judgement.indirect.found, 1);
    }

    #[test]
    fn marked_and_indirect_speech_are_matched_apart() {
        let drawn = drawn("<[abcdefghij]>", &[(Kind::Mixed, "Ana")], &[(Kind::Indirect, "Ana")]);
        let judgement = judge(&drawn.text, &drawn.gold, &drawn.rows);
        assert_eq!((judgement.marked.found, judgement.indirect.found), (0, 0));
        assert_eq!(judgement.marked.rows + judgement.indirect.items, 2);
    }

    #[test]
    fn less_than_four_fifths_is_no_match() {
        for (drawing, found) in [("<[abcdefgh]ij>", 1), ("<[abcdefg]hij>", 0), ("<« [abcdefgh], » >ij", 1)] {
            let drawn = drawn(drawing, &[(Kind::Direct, "")], &[(Kind::Direct, "")]);
            assert_eq!(judge(&drawn.text, &drawn.gold, &drawn.rows).marked.found, found, "{drawing}");
        }
    }

    #[test]
    fn a_speaker_of_marked_words_that_nobody_says_is_counted() {
        let mut drawn = drawn("le film « [Les Îles] »", &[(Kind::Mixed, "Ana")], &[]);
        drawn.gold.labels.push((10, 18));
        assert_eq!(judge(&drawn.text, &drawn.gold, &drawn.rows).misnamed, 1);
        drawn.rows[0].speaker.clear();
        assert_eq!(judge(&drawn.text, &drawn.gold, &drawn.rows).misnamed, 0);
    }

    #[test]
    fn the_same_words_twice_are_two_items() {
        let json = r#"{"quotes": [{"quote": "Oui", "kind": "direct"}, {"quote": "Oui", "kind": "direct"}], "not_quotes": []}"#;
        let gold = Gold::parse("a", json, "« Oui » et « Oui »").unwrap();
        assert_eq!(gold.items.iter().map(|item| item.place).collect::<Vec<_>>(), [(2, 5), (13, 16)]);
        assert!(Gold::parse("a", json, "« Oui »").is_err());
    }
}
