//! Wording: the words of a quotation as a fact-checker compares them.
//!
//! In: text. Out: [`Word`]s in order. Typography makes no difference (apostrophes, spaces, dashes, case, marks, accents on
//! capitals, ligatures, soft hyphens, how a number is grouped); a changed word always does, and so does an accent: *tue* is not
//! *tué*. Words that somebody left out on purpose, `[…]` and `(…)`, are a word of their own.
//! Deliberately not done: no stem, no synonym, and no sign of a number: *-5* is *5*.

use unicode_normalization::UnicodeNormalization;

use super::words::{is_accent, is_unseen};
use crate::text::{add_to_hash, bare_char, fold_char, is_space, HASH_OF_NOTHING};

/// A word of a quotation.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The hash of the word without case and accents: what an alignment goes by.
    pub id: u64,
    /// The word with its case and accents, joined and without what nobody sees.
    letters: Box<str>,
    /// Where it stands, in bytes of its text.
    pub span: (usize, usize),
    /// Whether a sentence begins with it.
    pub begins: bool,
    /// Whether it stands for words that were left out.
    pub gap: Option<Gap>,
}

/// How words that were left out are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// `[…]` or `(...)`.
    Brackets,
    /// Dots alone, which are as often a speaker's hesitation.
    Dots,
}

impl Word {
    /// Whether two words are the same to a fact-checker: *École*, *ECOLE* and *école*, but not *du* and *dû*.
    pub fn same(&self, other: &Word) -> bool {
        if self.id != other.id {
            return false;
        }
        let mut letters = (self.letters.chars(), other.letters.chars());
        loop {
            let (a, b) = match (letters.0.next(), letters.1.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) => (a, b),
                _ => return false,
            };
            let (small_a, small_b) = (fold_char(a), fold_char(b));
            // A capital may do without its accent.
            let lacks = |c: char, small: char| c != small && bare_char(small) == small;
            let same = small_a == small_b || (bare_char(small_a) == bare_char(small_b) && (lacks(a, small_a) || lacks(b, small_b)));
            if !same {
                return false;
            }
        }
    }

    /// Whether it begins with a capital where no sentence begins, as names do.
    pub fn is_named(&self) -> bool {
        !self.begins && self.letters.chars().nth(1).is_some() && self.letters.starts_with(char::is_uppercase)
    }

    /// Whether it has a figure.
    pub fn is_number(&self) -> bool {
        self.letters.contains(|c: char| c.is_numeric())
    }

    fn new(letters: String, span: (usize, usize), begins: bool) -> Word {
        let id = letters.chars().fold(HASH_OF_NOTHING, |hash, c| add_to_hash(hash, bare_char(fold_char(c))));
        Word { id, letters: letters.into(), span, begins, gap: None }
    }

    fn gap(gap: Gap, span: (usize, usize)) -> Word {
        Word { gap: Some(gap), ..Word::new("…".to_string(), span, false) }
    }
}

/// The words that an article quotes.
pub(super) fn quoted(text: &str) -> Vec<Word> {
    let mut words = words(text);
    words.retain(|word| word.gap != Some(Gap::Dots));
    words
}

/// The words of a claim: dots may stand for words that are left out, but not at its ends.
pub(super) fn claimed(text: &str) -> Vec<Word> {
    let mut words = words(text);
    let last = words.iter().rposition(|word| word.gap.is_none()).map_or(0, |last| last + 1);
    words.truncate(last);
    let first = words.iter().position(|word| word.gap.is_none()).unwrap_or(words.len());
    words.drain(..first);
    words
}

/// From the first of some words to the last, in bytes; nothing where there are none.
pub(super) fn ends(words: &[Word]) -> (usize, usize) {
    words.first().zip(words.last()).map_or((0, 0), |(first, last)| (first.span.0, last.span.1))
}

/// The text from the first of some words to the last.
pub(super) fn stretch<'t>(text: &'t str, words: &[Word]) -> &'t str {
    let (start, end) = ends(words);
    text.get(start..end).unwrap_or_default()
}

/// The hash of a single word, without case and accents.
pub(super) fn id(word: &str) -> u64 {
    Word::new(word.to_string(), (0, 0), false).id
}

/// A sign that is read aloud: *50 %* is not *50*.
fn is_sign(c: char) -> bool {
    matches!(c, '%' | '‰' | '€' | '$' | '£' | '°' | '&' | '+' | '=' | '@')
}

/// Whether a plus stands in the place of a quotation mark: before a letter, or behind one where another did. *Canal+* has none.
fn is_mark(chars: &[(usize, char)], at: usize, open: bool) -> bool {
    let is_letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|(_, c)| c.is_alphabetic());
    if open {
        is_letter(at.checked_sub(1))
    } else {
        is_letter(Some(at + 1)) && !is_letter(at.checked_sub(1))
    }
}

fn words(text: &str) -> Vec<Word> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| chars.get(i).map_or(text.len(), |(byte, _)| *byte);
    let char_at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let mut found: Vec<Word> = Vec::new();
    let (mut i, mut ended) = (0, true);
    // Agencies mark words within a quotation so: *les +gilets jaunes+*.
    let mut plus = false;
    while let Some(c) = char_at(i) {
        let start = i;
        if c.is_alphanumeric() {
            i = end_of_word(&chars, i);
            let mut letters = letters(&text[at(start)..at(i)]);
            if is_digits(&letters) {
                i = end_of_number(&chars, start, i, &mut letters);
            }
            let begins = ended && (found.is_empty() || letters.starts_with(|c: char| c.is_uppercase() || c.is_numeric()));
            ended = false;
            found.push(Word::new(letters, (at(start), at(i)), begins));
        } else if c == '+' && is_mark(&chars, i, plus) {
            i += 1;
            plus = !plus;
        } else if is_sign(c) {
            i += 1;
            found.push(Word::new(c.to_string(), (at(start), at(i)), false));
        } else if let Some(end) = dots(&chars, i) {
            i = end;
            // Whatever stands behind them may begin a sentence.
            ended = true;
            found.push(Word::gap(Gap::Dots, (at(start), at(i))));
        } else if let Some(end) = brackets(&chars, i) {
            i = end;
            found.push(Word::gap(Gap::Brackets, (at(start), at(i))));
        } else {
            i += 1;
            // *M. Mahé* is one sentence.
            let initial = found.last().is_some_and(|word| word.letters.chars().count() == 1 && word.letters.contains(char::is_uppercase));
            ended |= c == '\n' || matches!(c, '!' | '?') || (c == '.' && !initial);
        }
    }
    found
}

fn end_of_word(chars: &[(usize, char)], from: usize) -> usize {
    let within = |c: char| c.is_alphanumeric() || is_accent(c) || is_unseen(c);
    let length = chars[from..].iter().take_while(|(_, c)| within(*c)).count();
    // What is not seen at the end of a word is no part of it.
    let unseen = chars[from..from + length].iter().rev().take_while(|(_, c)| is_unseen(*c)).count();
    from + length - unseen
}

/// The letters of a word: accents joined, ligatures apart.
fn letters(word: &str) -> String {
    let seen = word.chars().filter(|c| !is_unseen(*c));
    let mut letters = String::with_capacity(word.len());
    for c in if word.contains(is_accent) { seen.nfc().collect::<String>() } else { seen.collect() }.chars() {
        match c {
            'œ' => letters.push_str("oe"),
            'Œ' => letters.push_str("OE"),
            'æ' => letters.push_str("ae"),
            'Æ' => letters.push_str("AE"),
            c => letters.push(c),
        }
    }
    letters
}

fn is_digits(letters: &str) -> bool {
    letters.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where a number ends whose first digits end at `end`; the others are added to them: *10 000* is *10000*, *1.5* is *1,5*.
fn end_of_number(chars: &[(usize, char)], start: usize, mut end: usize, letters: &mut String) -> usize {
    let char_at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let digits = |from: usize| {
        let length = chars.get(from..).unwrap_or_default().iter().take_while(|(_, c)| c.is_ascii_digit()).count();
        // Letters behind them make a word: *1 er*, *2e*.
        char_at(from + length).filter(|c| c.is_alphanumeric()).map_or(length, |_| 0)
    };
    // Where the next group begins: behind a stop or an apostrophe, or behind spaces.
    let group = |end: usize| match char_at(end) {
        Some('.' | '\'' | '’') => end + 1,
        _ => end + chars.get(end..).unwrap_or_default().iter().take_while(|(_, c)| is_space(*c)).count(),
    };
    if end - start <= 3 {
        while group(end) > end && digits(group(end)) == 3 {
            let next = group(end);
            letters.extend(chars[next..next + 3].iter().map(|(_, c)| c));
            end = next + 3;
        }
    }
    if char_at(end).is_some_and(|c| c == ',' || c == '.') && digits(end + 1) > 0 {
        letters.push(',');
        let length = digits(end + 1);
        letters.extend(chars[end + 1..end + 1 + length].iter().map(|(_, c)| c));
        end += 1 + length;
    }
    end
}

/// Where dots end that stand at `from`: one sign, or three and more, with or without spaces.
fn dots(chars: &[(usize, char)], from: usize) -> Option<usize> {
    let dot = |c: char| c == '.' || c == '…';
    let (mut end, mut count) = (from, 0);
    while let Some((_, c)) = chars.get(end).filter(|(_, c)| dot(*c)) {
        count += if *c == '…' { 3 } else { 1 };
        end += 1;
    }
    (count >= 3).then_some(end)
}

fn brackets(chars: &[(usize, char)], from: usize) -> Option<usize> {
    let close = match chars.get(from)?.1 {
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let skip = |mut i: usize| {
        while chars.get(i).is_some_and(|(_, c)| is_space(*c)) {
            i += 1;
        }
        i
    };
    let end = skip(dots(chars, skip(from + 1))?);
    (chars.get(end)?.1 == close).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let (a, b) = (quoted(a), quoted(b));
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.same(b))
    }

    #[test]
    fn typography_makes_no_difference() {
        for (a, b) in [
            ("L’école n'ouvrira pas", "l'ÉCOLE N’OUVRIRA PAS !"),
            ("L’ECOLE", "l'école"),
            ("Ecole", "École"),
            ("Le porte-parole", "le porte\u{2011}parole"),
            ("week-end", "week end"),
            ("l'œuvre", "l'oeuvre"),
            ("e\u{301}te\u{301}", "été"),
            ("régu\u{ad}lier", "régulier"),
            ("10\u{202f}000 euros, 1,5 %", "10.000 euros 1.5\u{a0}%"),
            ("10000 euros", "10 000 euros"),
            ("10  000 euros", "10 000 euros"),
            ("10\n000 euros", "10 000 euros"),
            ("Oui… non", "Oui... non"),
            ("« Oui » – non", "“Oui” - non"),
            ("les +gilets jaunes+ de Canal+", "les « gilets jaunes » de Canal+"),
        ] {
            assert!(same(a, b), "{a} | {b}: {:?} {:?}", quoted(a), quoted(b));
        }
    }

    #[test]
    fn a_word_a_number_and_an_accent_do() {
        for (a, b) in [
            ("il tue", "il tué"),
            ("Il a du pain", "il a dû pain"),
            ("50 %", "50"),
            ("Canal+ ferme", "Canal ferme"),
            ("+ 3 degrés", "3 degrés"),
            ("1,5 million", "15 millions"),
            ("2,5", "25"),
            ("en 2015 300 personnes", "en 2015300 personnes"),
            ("nous [...] partirons", "nous partirons"),
            ("ou", "où"),
            ("1 200", "1 20"),
        ] {
            assert!(!same(a, b), "{a} | {b}: {:?} {:?}", quoted(a), quoted(b));
        }
    }

    #[test]
    fn dots_of_a_claim_stand_for_words_left_out() {
        let gaps = |text: &str| claimed(text).iter().map(|word| word.gap).collect::<Vec<_>>();
        assert_eq!(gaps("… nous (…) partirons..."), [None, Some(Gap::Brackets), None]);
        assert_eq!(gaps("nous… partirons"), [None, Some(Gap::Dots), None]);
        assert!(claimed("… ! …").is_empty());
    }

    #[test]
    fn sentences_begin_with_a_capital_after_a_stop() {
        let begins = |text: &str| quoted(text).iter().map(|word| word.begins).collect::<Vec<_>>();
        assert_eq!(begins("nous partons. Demain ? Oui"), [true, false, true, true]);
        assert_eq!(begins("avec M. Mahé"), [true, false, false]);
    }
}
