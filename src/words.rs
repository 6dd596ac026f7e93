//! Words: the text cut into tokens, each with the letter of its classes.
//!
//! In: the text and the vocabulary. Out: [`Word`]s in order, offsets into the original, no copy of any word.
//! An elision ends a word (*l'*), an inverted pronoun begins one (*-t-il*), an abbreviation keeps its stop (*M.*),
//! and a phrase of the lexicon is one word (*d'après*, *a fait savoir* → *a*, *fait savoir*).
//! Deliberately not done: no sentence is cut here, and no word loses a reading.
//!
//! Every character of a text passes here, so the plain words that French mostly is of take a short way: letters up to a
//! space or a sign, read and hashed byte by byte in one go (`letters`), with at most one elision before them. Whatever else
//! stands in a text is cut character by character (`word_length`, `cut_word`). Both ways give the same words, which a test holds.

use crate::class::{self, shaped, Letter, Set, Shape, FUNCTION, NOUN};
use crate::grammar::Grammar;
use crate::lexicon::{feature, Entry, Lexicon, WITHIN};
use crate::text::{add_to_hash, hash, is_apostrophe, is_hyphen, is_mark, is_space, join_hash, latin, Span, HASH_OF_NOTHING, LATIN};

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

/// What is kept of each word until the phrases are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trace {
    hash: u64,
    /// The number of its set of classes, in the lexicon or among those put together.
    number: u32,
    together: bool,
    shape: Shape,
    word: bool,
    /// Whether a line ends before it, and nothing else does.
    new_line: bool,
}

/// Cuts a text into words.
pub fn words(text: &str, grammar: &Grammar) -> Vec<Word> {
    let mut cutter = cut(text, grammar, true);
    cutter.name_starts();
    cutter.join_phrases();
    cutter.words
}

/// How many words may follow the first of a phrase.
const LONGEST: usize = 9;

/// A text being cut.
struct Cutter<'t> {
    text: &'t str,
    grammar: &'t Grammar,
    lexicon: &'t Lexicon,
    words: Vec<Word>,
    /// One for each word.
    traces: Vec<Trace>,
    /// The sets of classes that the lexicon has in parts only.
    together: Vec<Set>,
    /// The hashes of the words that stand with a capital within a sentence.
    capitals: Vec<u64>,
    /// The unknown words that stand with a capital at the start of one.
    starts: Vec<usize>,
    /// The words that a phrase may begin with, by what they are and by the word after them.
    beginnings: Vec<usize>,
    /// Whether the next word stands where anything is capitalised.
    start_of: bool,
    /// Whether a phrase may begin with the last word.
    begun: bool,
}

/// Cuts a text into tokens. The short way for plain words may be left out, which makes no difference but in time.
fn cut<'t>(text: &'t str, grammar: &'t Grammar, short_way: bool) -> Cutter<'t> {
    let bytes = text.as_bytes();
    let mut cutter = Cutter {
        text,
        grammar,
        lexicon: &grammar.lexicon,
        words: Vec::with_capacity(text.len() / 4),
        traces: Vec::with_capacity(text.len() / 4),
        together: Vec::new(),
        // About one word in ten has a capital, and one in twenty begins a phrase.
        capitals: Vec::with_capacity(text.len() / 64),
        starts: Vec::with_capacity(text.len() / 256),
        beginnings: Vec::with_capacity(text.len() / 128),
        start_of: true,
        begun: false,
    };
    let mut at = 0;
    let mut new_line = false;
    while let Some(&first) = bytes.get(at) {
        let mut byte = first;
        if let (b' ', Some(next)) = (byte, bytes.get(at + 1).filter(|next| next.is_ascii_graphic())) {
            byte = *next;
            at += 1;
        }
        let before = cutter.words.len();
        let plain = if short_way && (byte.is_ascii_alphabetic() || byte == LATIN) { cutter.plain_word(at) } else { None };
        if let Some(end) = plain {
            at = if bytes.get(end) == Some(&b'.') { cutter.with_stop(end, before) } else { end };
        } else if short_way && matches!(byte, b',' | b'.' | b':' | b';' | b'"' | b'(' | b')' | b'!' | b'?') {
            at = cutter.sign(at, char::from(byte));
        } else {
            let c = text[at..].chars().next().unwrap_or(' ');
            if is_space(c) {
                let mut lines = 0;
                let from = at;
                for c in text[at..].chars().take_while(|c| is_space(*c)) {
                    lines += usize::from(c == '\n' || c == '\u{2028}' || c == '\u{2029}');
                    new_line |= c == '\n';
                    at += c.len_utf8();
                }
                if lines > 0 && ends_line(&text[..from], &text[at..], lines) {
                    cutter.add_sign(from, at, class::BREAK);
                    new_line = false;
                    cutter.start_of = true;
                }
                continue;
            }
            if c.is_ascii_digit() {
                let end = at + number_length(&text[at..]);
                cutter.add_sign(at, end, class::NUMBER);
                at = end;
                cutter.start_of = false;
            } else if let Some(end) = double(text, at) {
                cutter.add_sign(at, end, class::MARK);
                at = end;
                cutter.start_of = true;
            } else if c.is_alphabetic() || is_hyphen(c) && before > 0 && inside(text, at, c) {
                let end = at + word_length(&text[at..], &grammar.lexicon);
                let start_of = cutter.start_of;
                cutter.cut_word(at, end);
                if text[at..end].contains('.') && text[at..end].starts_with(char::is_lowercase) {
                    cutter.change_last(class::NAME, Shape::Capital);
                    if !start_of || cutter.words.len() > before + 1 {
                        cutter.note_capital();
                    }
                }
                at = cutter.with_stop(end, before);
            } else {
                at = cutter.sign(at, c);
            }
        }
        if new_line {
            cutter.traces[before].new_line = true;
            new_line = false;
        }
    }
    cutter
}

/// Where a sign ends, and its class.
fn sign_at(text: &str, at: usize, c: char) -> (usize, Set) {
    let mut end = at + c.len_utf8();
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
    (end, set)
}

impl Cutter<'_> {
    /// Adds the sign at a place; where it ends.
    fn sign(&mut self, at: usize, c: char) -> usize {
        let (end, set) = sign_at(self.text, at, c);
        self.add_sign(at, end, set);
        self.start_of = self.start_of && set & (class::SIGN | class::COMMA) != 0
            || set & (class::STOP | class::COLON | class::MARK | class::DASH | class::OPEN) != 0;
        end
    }

    fn add_sign(&mut self, start: usize, end: usize, set: Set) {
        self.words.push(Word { start: start as u32, end: end as u32, letter: self.grammar.letter_of_one(set), features: 0, lemma: 0 });
        self.traces.push(Trace { hash: 0, number: 0, together: false, shape: Shape::Lower, word: false, new_line: false });
        self.begun = false;
    }

    /// Gives the last word other classes.
    fn change_last(&mut self, set: Set, shape: Shape) {
        let (Some(word), Some(trace)) = (self.words.last_mut(), self.traces.last_mut()) else { return };
        word.letter = self.grammar.letter(shaped(set, shape));
        *trace = Trace { number: self.together.len() as u32, together: true, shape, ..*trace };
        self.together.push(set);
        self.starts.pop_if(|start| *start + 1 == self.words.len());
    }

    /// The classes of a word before the case of its letters counts.
    fn set(&self, trace: &Trace) -> Set {
        if trace.together {
            self.together[trace.number as usize]
        } else {
            self.lexicon.set(trace.number as u16)
        }
    }

    /// An abbreviation or initial takes its stop along: where the last word ends now. `before` is the number of words before it.
    fn with_stop(&mut self, end: usize, before: usize) -> usize {
        let (Some(&Word { start, end: last_end, .. }), Some(&Trace { shape, .. })) = (self.words.last(), self.traces.last()) else {
            return end;
        };
        let last_end = (last_end as usize).max(end);
        if self.text.as_bytes().get(end) != Some(&b'.') {
            return last_end;
        }
        let word = &self.text[start as usize..end + 1];
        let found = if let Some(entry) = self.lexicon.abbreviation(word) {
            Some((entry.set, Some(entry.features)))
        } else if shape != Shape::Lower && word.chars().nth(2).is_none() {
            let next = self.text[end + 1..].trim_start_matches(is_space).chars().next();
            let earlier = before.checked_sub(1).map(|b| self.traces[b]);
            let after_initial = earlier.is_some_and(|trace| self.set(&trace) & (class::INITIAL | class::TITLE) != 0);
            let noun_before = earlier.is_some_and(|trace| trace.shape == Shape::Lower && self.set(&trace) & (class::WORD | NOUN) != 0);
            let initial = !noun_before && (after_initial || next.is_some_and(char::is_uppercase));
            initial.then_some((class::INITIAL | class::NAME, None))
        } else {
            None
        };
        let Some((set, features)) = found else { return last_end };
        self.change_last(set, shape);
        if let Some(last) = self.words.last_mut() {
            last.end = end as u32 + 1;
            last.features = features.unwrap_or(last.features);
        }
        last_end.max(end + 1)
    }

    /// A word that stands with a capital within a sentence is a name at the start of one as well.
    fn name_starts(&mut self) {
        self.capitals.sort_unstable();
        for start in &self.starts {
            if self.capitals.binary_search(&self.traces[*start].hash).is_ok() {
                self.words[*start].letter = self.grammar.letter(class::NAME);
            }
        }
    }

    /// Makes one word of each phrase.
    fn join_phrases(&mut self) {
        // What was looked at, and what of it was kept.
        let (mut seen, mut kept) = (0, 0);
        for b in 0..self.beginnings.len() {
            let first = self.beginnings[b];
            if first < seen {
                continue;
            }
            let Some((used, entry, inverted)) = self.phrase(first) else { continue };
            self.words.copy_within(seen..first, kept);
            kept += first - seen;
            seen = first + used;
            let shape = if self.traces[first].shape == Shape::Lower { Shape::Lower } else { Shape::Start };
            let letter = self.grammar.letter(shaped(entry.set, shape));
            let (word, end) = (self.words[first], self.words[seen - 1].end);
            let phrase = Word { letter, features: entry.features, lemma: entry.lemma, end, ..word };
            if inverted > 0 {
                // *fait-il savoir*: the pronoun takes the tail along.
                let letter = self.grammar.letter(self.set(&self.traces[first + inverted]));
                let pronoun = Word { letter, lemma: 0, end, ..self.words[first + inverted] };
                self.words[kept] = Word { end: word.end, ..phrase };
                self.words[kept + 1] = pronoun;
                kept += 2;
            } else {
                self.words[kept] = phrase;
                kept += 1;
            }
        }
        self.words.copy_within(seen.., kept);
        self.words.truncate(kept + self.words.len() - seen);
    }

    /// The longest phrase that starts at a word: how many words, its entry, and where an inverted pronoun stands in it.
    fn phrase(&self, i: usize) -> Option<(usize, Entry, usize)> {
        let mut key = self.traces[i].hash;
        let mut best = None;
        let (mut j, mut inverted, mut skipped) = (i + 1, 0, 0);
        while let Some(trace) = self.traces.get(j) {
            if !trace.word || trace.new_line || j - i > LONGEST {
                break;
            }
            let next = join_hash(key, trace.hash);
            if let Some(entry) = self.lexicon.phrase(next) {
                key = next;
                if entry.set != 0 {
                    best = Some((j + 1 - i, entry, inverted));
                }
            } else {
                // *fait-il savoir*, *fait également savoir*
                let verb = class::FINITE | class::PARTICIPLE | class::GERUND | class::INFINITIVE;
                let set = self.set(trace);
                if skipped == 2 || set & WITHIN == 0 || self.set(&self.traces[i]) & verb == 0 {
                    break;
                }
                if set & class::INVERTED != 0 {
                    inverted = j - i;
                }
                skipped += 1;
            }
            j += 1;
        }
        best
    }

    /// The short way: a word of letters that surely ends, with at most one elision before it. Gives where it ends.
    #[inline]
    fn plain_word(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let (end, key) = letters(bytes, at, HASH_OF_NOTHING);
        if end == at {
            return None;
        }
        if ends(bytes, end) {
            self.look_up_plain(at, end, key);
            return Some(end);
        }
        let cut = match &bytes[end..] {
            [b'\'', ..] => end + 1,
            [0xe2, 0x80, 0x99, ..] => end + 3,
            _ => return None,
        };
        let part = add_to_hash(key, '\'');
        let (end, rest) = letters(bytes, cut, HASH_OF_NOTHING);
        if end == cut || !ends(bytes, end) {
            return None;
        }
        let whole = || letters(bytes, cut, part).1;
        let known = |hash: u64| self.lexicon.known(hash).number() != 0;
        // *aujourd'hui* is one word.
        if self.lexicon.elides_within(part) && known(whole()) || !known(part) || self.is_name(at, cut, end, rest) {
            let whole = whole();
            self.look_up(at, end, whole, self.lexicon.hashed(whole));
        } else {
            self.look_up(at, cut, part, self.lexicon.hashed(part));
            self.look_up_plain(cut, end, rest);
        }
        Some(end)
    }

    /// Looks up a word of letters alone. In lower case there is nothing more to ask of it.
    #[inline(always)]
    fn look_up_plain(&mut self, start: usize, end: usize, key: u64) {
        if !is_small(&self.text.as_bytes()[start..]) {
            self.look_up(start, end, key, self.lexicon.hashed(key));
            return;
        }
        let known = self.lexicon.known(key);
        let number = known.number();
        let letter = if number == 0 {
            self.grammar.letter(class::WORD | self.lexicon.by_suffix(&self.text[start..end]))
        } else {
            self.grammar.shaped(number, Shape::Lower)
        };
        let word = Word { start: start as u32, end: end as u32, letter, features: known.features(), lemma: known.lemma() };
        let number = u32::from(number);
        self.add(
            word,
            Trace { hash: key, number, together: false, shape: Shape::Lower, word: true, new_line: false },
            known.begins(),
            known.goes_on(),
        );
    }

    /// Whether an apostrophe stands in a name: *M'hamdi*, *N'Guessan*. No elision stands before a word that French does not know.
    fn is_name(&self, at: usize, cut: usize, end: usize, rest: u64) -> bool {
        let word = &self.text[at..end];
        word.starts_with(['M', 'N', 'T', 'S']) && word[1..].starts_with(is_apostrophe) && cut < end && self.lexicon.hashed(rest).set == 0
    }

    /// Looks one word up, cut at an elision or before an inverted pronoun where the lexicon has the parts.
    fn cut_word(&mut self, start: usize, end: usize) {
        let (text, lexicon) = (self.text, self.lexicon);
        let mut at = start;
        let mut rounds = 0;
        while at < end {
            let word = &text[at..end];
            rounds += 1;
            let key = hash(word);
            let known = lexicon.hashed(key);
            if known.set == 0 && rounds < 5 {
                if let Some(i) = word.find(is_apostrophe) {
                    let cut = at + i + word[i..].chars().next().map_or(1, char::len_utf8);
                    let part = hash(&text[at..cut]);
                    let entry = lexicon.hashed(part);
                    if entry.set != 0 && !self.is_name(at, cut, end, hash(&text[cut..end])) {
                        self.look_up(at, cut, part, entry);
                        at = cut;
                        continue;
                    }
                }
                // No word is so long that all hyphens of hostile text need be tried.
                let hyphens = word.char_indices().skip(1).filter(|(i, c)| is_hyphen(*c) && word.len() - i <= FAR);
                let hyphen = hyphens.map(|(i, _)| i).find(|&i| lexicon.word(&word[i..]).is_some());
                if let Some(i) = hyphen {
                    for (from, to) in [(at, at + i), (at + i, end)] {
                        let part = hash(&text[from..to]);
                        self.look_up(from, to, part, lexicon.hashed(part));
                    }
                    return;
                }
            }
            self.look_up(at, end, key, known);
            return;
        }
    }

    /// Adds one word with what the lexicon knows of it, by its hash, and of its parts.
    fn look_up(&mut self, start: usize, end: usize, key: u64, known: Entry) {
        let shape = shape(&self.text[start..end], self.start_of);
        let (lexicon, word) = (self.lexicon, &self.text[start..end]);
        let abbreviation = if shape == Shape::Lower { None } else { lexicon.abbreviation(word) };
        // *A Paris*, *A en croire*: a capital takes no accent.
        let accented = abbreviation.is_none() && word == "A" && self.text[end..].starts_with(is_space);
        let (own, known) = if accented { (hash("à"), lexicon.word("à").unwrap_or_default()) } else { (key, known) };
        let mut entry = abbreviation.unwrap_or(known);
        if shape != Shape::Lower {
            match lexicon.capitalised(word, key) {
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
                } else if let Some(part) = lexicon.capitalised(first, hash(first)).filter(|e| e.set & class::FORENAME != 0) {
                    entry = Entry { set: class::FORENAME | class::NAME, features: part.features, ..Entry::default() };
                }
            }
        }
        let Entry { set, lemma, features, .. } = entry;
        // A forename is that of one person.
        let features = if set & class::FORENAME != 0 && set & NOUN == 0 { features & !feature::P } else { features };
        let together = entry.number == 0 && set != 0;
        let number = if together { self.together.len() as u32 } else { u32::from(entry.number) };
        if together {
            self.together.push(set);
        }
        let letter = match shape {
            _ if entry.number != 0 => self.grammar.shaped(entry.number, shape),
            Shape::Lower if set == 0 => self.grammar.letter(class::WORD | lexicon.by_suffix(word)),
            _ => self.grammar.letter(shaped(set, shape)),
        };
        if set == 0 && shape == Shape::Start {
            self.starts.push(self.words.len());
        }
        let (start, end) = (start as u32, end as u32);
        let trace = Trace { hash: own, number, together, shape, word: true, new_line: false };
        self.add(Word { start, end, letter, features, lemma }, trace, known.begins, known.goes_on || set & WITHIN != 0);
        if shape == Shape::Capital {
            self.note_capital();
        }
    }

    /// Adds a word.
    #[inline(always)]
    fn add(&mut self, word: Word, trace: Trace, begins: bool, goes_on: bool) {
        if self.begun && goes_on {
            self.beginnings.push(self.words.len() - 1);
        }
        self.begun = begins;
        self.words.push(word);
        self.traces.push(trace);
        self.start_of = false;
    }

    /// Notes that the last word stands with a capital.
    fn note_capital(&mut self) {
        self.capitals.extend(self.traces.last().map(|trace| trace.hash));
    }
}

/// How a byte goes on a word: small letters as they are, capitals as small letters, anything else 0.
const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphabetic() {
            folded[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

/// Reads letters of French from a place on: where they end, and the hash they give together with what stood before them,
/// the same that [`hash`] gives.
fn letters(bytes: &[u8], mut at: usize, mut hash: u64) -> (usize, u64) {
    loop {
        (at, hash) = ascii_letters(bytes, at, hash);
        let Some(folded) = bytes.get(at).and_then(|byte| latin(*byte, bytes.get(at + 1))) else { return (at, hash) };
        hash = add_to_hash(hash, folded);
        at += 2;
    }
}

/// The same for letters without accent. Most of a text goes through this loop: inlined, it would be mingled with the one around
/// it and take half as many steps more.
#[inline(never)]
fn ascii_letters(bytes: &[u8], mut at: usize, mut hash: u64) -> (usize, u64) {
    while at < bytes.len() {
        let folded = FOLDED[usize::from(bytes[at])];
        if folded == 0 {
            break;
        }
        hash = add_to_hash(hash, char::from(folded));
        at += 1;
    }
    (at, hash)
}

/// Whether some letters of French begin with a small one.
fn is_small(letters: &[u8]) -> bool {
    match letters {
        [LATIN, second, ..] => *second >= 0x9f,
        [first, ..] => first.is_ascii_lowercase(),
        [] => true,
    }
}

/// The bytes before which a word of letters ends: spaces and signs, but not the hyphen, the apostrophe, the slash and the stop,
/// which may stand within one.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        ends[byte] = !(byte as u8).is_ascii_alphanumeric() && !matches!(byte as u8, b'-' | b'\'' | b'/' | b'.');
        byte += 1;
    }
    ends
};

/// Whether a word of letters surely ends at a place, by the bytes there.
fn ends(bytes: &[u8], at: usize) -> bool {
    let Some(&byte) = bytes.get(at) else { return true };
    if ENDS[usize::from(byte)] {
        return true;
    }
    let rest = &bytes[at + 1..];
    match byte {
        // A stop goes on a word where a letter follows: *O.N.U.*
        b'.' => rest.first().is_none_or(|next| next.is_ascii() && !next.is_ascii_alphabetic()) || is_sign(rest),
        _ => is_sign(&bytes[at..]),
    }
}

/// Whether some bytes begin with a no-break space, a guillemet, a dash, a curly mark or points of ellipsis.
fn is_sign(bytes: &[u8]) -> bool {
    matches!(bytes, [0xc2, 0xa0 | 0xab | 0xbb, ..] | [0xe2, 0x80, 0x93 | 0x94 | 0x9c | 0x9d | 0xa6 | 0xaf, ..])
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

/// How many bytes may follow the hyphen that a word is cut at.
const FAR: usize = 64;

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
    let (mut end, mut lower) = (0, false);
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c.is_alphanumeric() {
            lower |= c.is_lowercase();
            end = i + c.len_utf8();
            continue;
        }
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
        let slash = c == '/' && lower && next.is_some_and(char::is_uppercase) && text.starts_with(char::is_uppercase);
        // A name on the Web: *le-port.be*.
        let domain = c == '.' && i > 0 && next.is_some_and(char::is_lowercase) && is_domain(&text[i..], lexicon);
        // An apostrophe that closes an elision: *l'* before a space or a mark.
        let elides =
            is_apostrophe(c) && c != '‘' && (1..=6).contains(&i) && !next.is_some_and(char::is_alphanumeric) && double(text, i).is_none();
        if joins || dotted || domain || slash || c == '\u{ad}' || is_combining(c) {
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

fn shape(word: &str, start_of: bool) -> Shape {
    let mut chars = word.chars().filter(|c| c.is_alphabetic());
    match chars.next() {
        Some(c) if c.is_lowercase() => Shape::Lower,
        Some(c) if c.is_uppercase() => {
            let mut rest = chars.take(4);
            if rest.next().is_some_and(char::is_uppercase) && rest.all(char::is_uppercase) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that end a word in every way there is.
    const ODD: &[&str] = &[
        "L’été d'Ana ; aujourd’hui, qu'aujourd'hui, l' été, l'«été», d''Ana, ''Oui'', rock'n'roll, M'hamdi, N’Guessan, d’",
        "M. A.Mahé, O.N.U., l'O.N.U. le-port.be port.be Ana Diop/Mahé et/ou 3e 1er A4 a4b é3 l’1er 25,3 % 10.000",
        "peut-être, a-t-il dit, Jean-Luc vice-présidente a‑t‑il -t-il mot- -mot",
        "Æ×÷ßÿŸœŒ ¼µª²º é\u{301} e\u{301}t soft\u{ad}hyphen a\u{200b}b l´été ‘l‘été lʼété",
        "fin.«Oui».“Non”.Été.é.É 5.a a.5 a.b A.b a.\u{a0}b a.—b\u{202f}: a…b !? … .A",
        "É À paris\u{a0}!\u{2028}x\u{2029}\na\nB\n\nc \n d\t\u{0}e_f@g",
        "日本語 Владимир сказал, Ελλάδα’s ½é ",
    ];

    #[test]
    fn the_short_way_gives_the_same_words() {
        let grammar = Grammar::builtin();
        let articles = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles")).unwrap();
        let articles: Vec<String> = articles.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        for text in ODD.iter().copied().chain(articles.iter().map(String::as_str)) {
            // From each character on, so that words begin and end in every way.
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for (i, from) in places.iter().enumerate() {
                let text = &text[*from..places[(i + 40).min(places.len() - 1)]];
                let (short, long) = (cut(text, grammar, true), cut(text, grammar, false));
                assert_eq!(short.words, long.words, "{text}");
                assert_eq!(short.traces, long.traces, "{text}");
                assert_eq!((short.together, short.capitals), (long.together, long.capitals), "{text}");
                assert_eq!((short.starts, short.beginnings), (long.starts, long.beginnings), "{text}");
            }
        }
    }
}
