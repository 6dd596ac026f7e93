//! Words: the text cut into tokens, each with the letter of its classes.
//!
//! In: the text and the vocabulary. Out: [`Word`]s in order, offsets into the original, no copy of any word.
//! An elision ends a word (*l'*), an inverted pronoun begins one (*-t-il*), an abbreviation keeps its stop (*M.*),
//! and a phrase of the lexicon is one word (*d'après*, *a fait savoir* → *a*, *fait savoir*).
//! Deliberately not done: no sentence is cut here, and no word loses a reading.

use crate::class::{self, shaped, Letter, Mixed, Set, Shape, FUNCTION, NOUN};
use crate::grammar::Grammar;
use crate::lexicon::{feature, Entry, Lexicon};
use crate::text::{hash, is_apostrophe, is_hyphen, is_mark, is_space, join_hash, Span};
use std::collections::HashSet;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The letter of its classes.
    pub letter: Letter,
    /// Its gender and number, see [`feature`].
    pub features: u8,
    /// Its lemma in the lexicon, 0 for none.
    pub lemma: u32,
}

impl Word {
    /// Its span.
    pub fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// One raw token, before look-up.
#[derive(Debug, Clone, Copy)]
struct Raw {
    start: usize,
    end: usize,
    hash: u64,
    set: Set,
    features: u8,
    lemma: u32,
    /// The number of its set in the lexicon, 0 where the letter must be found by the set.
    number: u16,
    begins: bool,
    shape: Shape,
    word: bool,
    start_of: bool,
}

/// Cuts a text into words.
pub fn words(text: &str, grammar: &Grammar) -> Vec<Word> {
    let mut raws: Vec<Raw> = Vec::with_capacity(text.len() / 5);
    cut(text, grammar, &mut raws);
    let seen: HashSet<u64, Mixed> = raws.iter().filter(|r| r.word && !r.start_of && r.shape == Shape::Capital).map(|r| r.hash).collect();
    let mut out = Vec::with_capacity(raws.len());
    let mut i = 0;
    while i < raws.len() {
        let raw = raws[i];
        if raw.begins {
            if let Some((used, entry, inverted)) = phrase(text, &raws, i, grammar) {
                let end = raws[i + used - 1].end;
                let set = shaped(entry.set, if raw.shape == Shape::Lower { Shape::Lower } else { Shape::Start });
                if inverted > 0 {
                    // *fait-il savoir*: the pronoun takes the tail along.
                    let pronoun = raws[i + inverted];
                    push(&mut out, grammar, raw.start, raw.end, set, entry.features, entry.lemma);
                    push(&mut out, grammar, pronoun.start, end, pronoun.set, pronoun.features, 0);
                } else {
                    push(&mut out, grammar, raw.start, end, set, entry.features, entry.lemma);
                }
                i += used;
                continue;
            }
        }
        if raw.number != 0 {
            let letter = grammar.shaped(raw.number, raw.shape);
            out.push(Word { start: raw.start as u32, end: raw.end as u32, letter, features: raw.features, lemma: raw.lemma });
            i += 1;
            continue;
        }
        let mut set = raw.set;
        if raw.word {
            set = shaped(raw.set, raw.shape);
            if set & class::START != 0 && seen.contains(&raw.hash) {
                set = class::NAME;
            }
            if raw.set == 0 && set == class::WORD {
                set |= grammar.lexicon.by_suffix(&text[raw.start..raw.end]);
            }
        }
        push(&mut out, grammar, raw.start, raw.end, set, raw.features, raw.lemma);
        i += 1;
    }
    out
}

fn push(out: &mut Vec<Word>, grammar: &Grammar, start: usize, end: usize, set: Set, features: u8, lemma: u32) {
    let letter = grammar.letter(set);
    out.push(Word { start: start as u32, end: end as u32, letter, features, lemma });
}

/// The longest phrase that starts at token `i`: how many tokens, its entry, and where an inverted pronoun stands in it.
fn phrase(text: &str, raws: &[Raw], i: usize, grammar: &Grammar) -> Option<(usize, Entry, usize)> {
    let lexicon = &grammar.lexicon;
    let mut key = raws[i].hash;
    let verb = raws[i].set & (class::FINITE | class::PARTICIPLE | class::GERUND | class::INFINITIVE) != 0;
    let mut best = None;
    let (mut j, mut inverted, mut skipped) = (i + 1, 0, 0);
    while let Some(raw) = raws.get(j) {
        if !raw.word || j - i > 9 || text[raws[j - 1].end..raw.start].contains('\n') {
            break;
        }
        let next = join_hash(key, raw.hash);
        if let Some(entry) = lexicon.phrase(next) {
            key = next;
            if entry.set != 0 {
                best = Some((j + 1 - i, entry, inverted));
            }
        } else if verb && skipped < 2 && raw.set & (class::INVERTED | class::ADVERB | class::NOT) != 0 {
            // *fait-il savoir*, *fait également savoir*
            if raw.set & class::INVERTED != 0 {
                inverted = j - i;
            }
            skipped += 1;
        } else {
            break;
        }
        j += 1;
    }
    best
}

fn cut(text: &str, grammar: &Grammar, raws: &mut Vec<Raw>) {
    let lexicon = &grammar.lexicon;
    let mut at = 0;
    let mut start_of = true;
    while let Some(c) = text[at..].chars().next() {
        let len = c.len_utf8();
        if is_space(c) {
            let mut lines = 0;
            let from = at;
            for c in text[at..].chars().take_while(|c| is_space(*c)) {
                lines += usize::from(c == '\n' || c == '\u{2028}' || c == '\u{2029}');
                at += c.len_utf8();
            }
            if lines > 0 && ends_line(&text[..from], &text[at..], lines) {
                raws.push(sign(from, at, class::BREAK));
                start_of = true;
            }
            continue;
        }
        if c.is_ascii_digit() {
            let end = at + number_length(&text[at..]);
            raws.push(sign(at, end, class::NUMBER));
            at = end;
            start_of = false;
            continue;
        }
        let starts = c.is_alphabetic() || (is_hyphen(c) || is_apostrophe(c)) && !raws.is_empty() && inside(text, at, c);
        if starts && double(text, at).is_none() {
            let end = at + word_length(&text[at..], lexicon);
            let before = raws.len();
            cut_word(text, at, end, grammar, raws, start_of);
            if text[at..end].contains('.') && text[at..end].starts_with(char::is_lowercase) {
                if let Some(last) = raws.last_mut() {
                    (last.set, last.shape, last.number) = (class::NAME, Shape::Capital, 0);
                }
            }
            // An abbreviation or initial takes its stop along.
            if text[end..].starts_with('.') {
                if let Some(&Raw { start, shape: last_shape, .. }) = raws.last() {
                    let word = &text[start..end + 1];
                    let entry = lexicon.abbreviation(word);
                    let next = text[end + 1..].trim_start_matches(is_space).chars().next();
                    let after_initial = before > 0 && raws[before - 1].set & (class::INITIAL | class::TITLE) != 0;
                    let goes_on = next.is_some_and(char::is_uppercase) || after_initial;
                    let initial = goes_on && word.chars().count() == 2 && last_shape != Shape::Lower;
                    let noun_before =
                        before > 0 && raws[before - 1].set & (class::WORD | NOUN) != 0 && raws[before - 1].shape == Shape::Lower;
                    if let Some(last) = raws.last_mut() {
                        if let Some(entry) = entry {
                            (last.end, last.set, last.features, last.number) = (end + 1, entry.set, entry.features, 0);
                        } else if initial && !noun_before {
                            (last.end, last.set, last.number) = (end + 1, class::INITIAL | class::NAME, 0);
                        }
                    }
                }
            }
            at = raws.last().map_or(end, |r| r.end).max(end);
            start_of = false;
            continue;
        }
        if let Some(end) = double(text, at) {
            raws.push(sign(at, end, class::MARK));
            at = end;
            start_of = true;
            continue;
        }
        let mut end = at + len;
        let set = match c {
            ',' | '،' => class::COMMA,
            ':' => class::COLON,
            ';' => class::SEMICOLON,
            '.' | '!' | '?' | '…' => {
                while text[end..].starts_with(['.', '!', '?', '…']) {
                    end += text[end..].chars().next().map_or(1, char::len_utf8);
                }
                class::STOP
            }
            '–' | '—' | '―' | '‒' | '-' | '‐' | '‑' => class::DASH,
            '(' | '[' => class::OPEN,
            ')' | ']' => class::CLOSE,
            c if is_mark(c) => class::MARK,
            '%' => class::PERCENT,
            _ => class::SIGN,
        };
        raws.push(sign(at, end, set));
        start_of = start_of && set & (class::SIGN | class::COMMA) != 0
            || set & (class::STOP | class::COLON | class::MARK | class::DASH | class::OPEN) != 0;
        at = end;
    }
}

/// Where two apostrophes end that stand for a mark: *''Oui''*. Within a word they are a slip of the hand.
fn double(text: &str, at: usize) -> Option<usize> {
    let mut two = text[at..].chars();
    let (a, b) = (two.next()?, two.next()?);
    if a != b || !matches!(a, '\'' | '’') {
        return None;
    }
    let within = text[..at].ends_with(char::is_alphabetic) && two.as_str().starts_with(char::is_alphabetic);
    (!within).then_some(at + 2 * a.len_utf8())
}

/// Whether a hyphen or apostrophe goes on a word that the last token began: *a* + *-t-il*.
fn inside(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + c.len_utf8()..].chars().next();
    is_hyphen(c) && before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
}

fn sign(start: usize, end: usize, set: Set) -> Raw {
    Raw { start, end, hash: 0, set, features: 0, lemma: 0, number: 0, begins: false, shape: Shape::Lower, word: false, start_of: false }
}

/// Whether a line ends something: always at an empty line; at a single line end, unless the sentence goes on.
pub(crate) fn ends_line(before: &str, after: &str, lines: usize) -> bool {
    if lines > 1 || after.is_empty() {
        return true;
    }
    let last = before.chars().next_back();
    let next = after.chars().next();
    let open = last.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '-' | '\'' | '’' | ';'));
    !(open && next.is_some_and(char::is_lowercase))
}

fn number_length(text: &str) -> usize {
    let mut end = 0;
    for (i, c) in text.char_indices() {
        let next = text[i + c.len_utf8()..].chars().next();
        if c.is_alphanumeric() || matches!(c, '.' | ',') && next.is_some_and(|n| n.is_ascii_digit()) {
            end = i + c.len_utf8();
        } else {
            break;
        }
    }
    end
}

/// Letters, with hyphens and apostrophes between letters.
fn word_length(text: &str, lexicon: &Lexicon) -> usize {
    // Most words are plain letters up to a space.
    let plain = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if plain > 0 && text.as_bytes().get(plain).is_none_or(|b| matches!(b, b' ' | b',' | b')' | b'\n')) {
        return plain;
    }
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|p| p.1);
        let joins = (is_hyphen(c) || is_apostrophe(c)) && (i == 0 || next.is_some_and(char::is_alphanumeric));
        // Letters of a word of capitals with stops: O.N.U.
        let dotted = c == '.'
            && end <= 2 * 4
            && text[..end].chars().next_back().is_some_and(char::is_uppercase)
            && next.is_some_and(char::is_uppercase)
            && alternating(&text[..i])
            && !text[i + 1..].chars().nth(1).is_some_and(char::is_lowercase);
        // Two names of one person: *Ana Diop/Mahé*.
        let slash = c == '/'
            && next.is_some_and(char::is_uppercase)
            && text.starts_with(char::is_uppercase)
            && text[..i].contains(char::is_lowercase);
        // A name on the Web: *le-port.be*.
        let domain = c == '.' && i > 0 && next.is_some_and(char::is_lowercase) && is_domain(&text[i..], lexicon);
        // An apostrophe that closes an elision: *l'* before a space or a mark.
        let elides =
            is_apostrophe(c) && c != '‘' && (1..=6).contains(&i) && !next.is_some_and(char::is_alphanumeric) && double(text, i).is_none();
        if c.is_alphanumeric() || joins || dotted || domain || slash || c == '\u{ad}' || is_combining(c) {
            end = i + c.len_utf8();
        } else if elides {
            end = i + c.len_utf8();
            break;
        } else {
            break;
        }
    }
    end.max(text.chars().next().map_or(0, char::len_utf8))
}

/// Whether some words go on with the end of a name on the Web: *.be*.
fn is_domain(text: &str, lexicon: &Lexicon) -> bool {
    let end = text[1..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |i| i + 1);
    lexicon.abbreviation(&text[..end]).is_some()
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether capitals and stops alternate: *O.N*
fn alternating(words: &str) -> bool {
    words.chars().enumerate().all(|(i, c)| if i % 2 == 0 { c.is_uppercase() } else { c == '.' })
}

/// Looks one word up, cut at an elision or before an inverted pronoun where the lexicon has the parts.
fn cut_word(text: &str, start: usize, end: usize, grammar: &Grammar, raws: &mut Vec<Raw>, start_of: bool) {
    let lexicon = &grammar.lexicon;
    let (mut at, mut start_of) = (start, start_of);
    let mut rounds = 0;
    while at < end {
        let word = &text[at..end];
        rounds += 1;
        let key = hash(word);
        let known = lexicon.hashed(key);
        if known.set == 0 && rounds < 5 {
            if let Some(i) = word.find(is_apostrophe) {
                let cut = i + word[i..].chars().next().map_or(1, char::len_utf8);
                let part = hash(&word[..cut]);
                let entry = lexicon.hashed(part);
                // *M'hamdi*, *N'Guessan*: no elision stands before a word that French does not know.
                let name = word.starts_with(['M', 'N', 'T', 'S']) && i == 1 && lexicon.word(&word[cut..]).is_none() && word.len() > cut;
                if entry.set != 0 && !name {
                    look_up(text, at, at + cut, part, entry, grammar, raws, start_of);
                    start_of = false;
                    at += cut;
                    continue;
                }
            }
            let hyphen =
                word.char_indices().skip(1).filter(|(_, c)| is_hyphen(*c)).map(|(i, _)| i).find(|&i| lexicon.word(&word[i..]).is_some());
            if let Some(i) = hyphen {
                for (from, to, start_of) in [(at, at + i, start_of), (at + i, end, false)] {
                    let part = hash(&text[from..to]);
                    look_up(text, from, to, part, lexicon.hashed(part), grammar, raws, start_of);
                }
                return;
            }
        }
        look_up(text, at, end, key, known, grammar, raws, start_of);
        return;
    }
}

/// Adds one word with what the lexicon knows of it.
#[allow(clippy::too_many_arguments)]
fn look_up(text: &str, start: usize, end: usize, key: u64, known: Entry, grammar: &Grammar, raws: &mut Vec<Raw>, start_of: bool) {
    let lexicon = &grammar.lexicon;
    let word = &text[start..end];
    let shape = shape(word, start_of);
    let abbreviation = if shape == Shape::Lower { None } else { lexicon.abbreviation(word) };
    // *A Paris*, *A en croire*: a capital takes no accent.
    let bare = abbreviation.is_none() && word == "A" && text[end..].starts_with(is_space);
    let (key, known) = if bare { (hash("à"), lexicon.word("à").unwrap_or_default()) } else { (key, known) };
    let mut entry = abbreviation.unwrap_or(known);
    if shape != Shape::Lower {
        match lexicon.capitalised(word) {
            Some(bare) if entry.set == 0 => entry = bare,
            Some(bare) if bare.set & (class::NAME | class::FORENAME) != 0 && entry.set & FUNCTION == 0 => {
                let own = entry.features != 0 && entry.set & NOUN != 0 && bare.set & class::FORENAME == 0;
                let features = if own { entry.features } else { bare.features };
                entry = Entry { set: entry.set | bare.set, features, number: 0, ..entry };
            }
            _ => {}
        }
    }
    if entry.set == 0 {
        if let Some(hyphen) = word.rfind(is_hyphen) {
            // *vice-présidente* by its last part, *Jean-Luc* by its first.
            let last = &word[hyphen + word[hyphen..].chars().next().map_or(1, char::len_utf8)..];
            let first = &word[..word.find(is_hyphen).unwrap_or(hyphen)];
            let noun = NOUN | class::ADJECTIVE;
            if shape == Shape::Lower {
                if let Some(part) = lexicon.word(last).filter(|e| e.set & noun != 0) {
                    entry = Entry { set: part.set & (noun | class::TAKING_UP), number: 0, begins: false, ..part };
                }
            } else if let Some(part) = lexicon.capitalised(first).filter(|e| e.set & class::FORENAME != 0) {
                entry = Entry { set: class::FORENAME | class::NAME, features: part.features, ..Entry::default() };
            }
        }
    }
    let features = if entry.set & class::FORENAME != 0 && entry.set & NOUN == 0 { entry.features & !feature::P } else { entry.features };
    let Entry { set, lemma, number, .. } = entry;
    raws.push(Raw { start, end, hash: key, set, features, lemma, number, begins: known.begins, shape, word: true, start_of });
}

fn shape(word: &str, start_of: bool) -> Shape {
    let mut chars = word.chars().filter(|c| c.is_alphabetic());
    match chars.next() {
        Some(c) if c.is_lowercase() => Shape::Lower,
        Some(c) if c.is_uppercase() => {
            let rest: Vec<char> = chars.take(4).collect();
            if !rest.is_empty() && rest.iter().all(|c| c.is_uppercase()) {
                Shape::Capitals
            } else if start_of {
                Shape::Start
            } else {
                Shape::Capital
            }
        }
        _ => Shape::Lower,
    }
}
