//! Deep links: the address of a page with a text fragment (`#:~:text=…`) that opens it at some words of the article.
//!
//! In: the text of an article, its address, and spans of the text. Out: for each span a link, and for the formats that quote with
//! context, whether a span holds words that occur once ([`Landmarks`]). A browser looks for whole words, within a block,
//! whatever their case and accents, and takes the first that fit; so the link names the whole span where it stands in one line and
//! is short, else its first and last words; whole words always; and words of its line before and after it until the article has
//! them once. A line is taken for a block: Chromium finds no context beyond that of the words.
//!
//! Deliberately not done: the page is never seen. Words that it has beside the article (a menu, a caption) may come first.

use std::cell::OnceCell;
use std::fmt::Write as _;

use crate::text::{bare_char, fold_char, is_apostrophe, is_hyphen, is_mark, Span};

/// The longest span that a link names whole, in code points.
const LONGEST: usize = 300;

/// Words that stand for the beginning and the end of a long span.
const WORDS: usize = 5;

/// How many words before or after a span are tried for context.
const CONTEXT: [usize; 3] = [2, 4, 8];

/// How far from a span context is looked for, in bytes, so that a link takes the same time in a line of any length.
const NEAR: usize = 600;

/// How far a span is drawn out to whole words, in code points: what goes on longer is no word.
const REACH: usize = 100;

/// How many words in a row are looked up.
const GRAMS: [usize; 4] = [1, 2, 4, 8];

/// The links into one article.
pub struct Links<'a> {
    text: &'a str,
    url: &'a str,
    landmarks: OnceCell<Landmarks>,
}

impl<'a> Links<'a> {
    /// The links into an article by its text and its address; where that is empty, so are they.
    pub fn new(text: &'a str, url: &'a str) -> Links<'a> {
        Links { text, url, landmarks: OnceCell::new() }
    }

    /// The address that opens the page at a span (in bytes): empty without address, without fragment where the span has no word.
    ///
    /// ```
    /// use guillemet::deeplink::Links;
    /// use guillemet::text::Span;
    /// let text = "« Oui », dit Ana. « Oui, demain », dit Luc.";
    /// let links = Links::new(text, "https://exemple.fr/1");
    /// assert_eq!(links.to(Span::new(23, 34)), "https://exemple.fr/1#:~:text=Oui%2C%20demain");
    /// assert_eq!(links.to(Span::new(3, 6)), "https://exemple.fr/1#:~:text=Oui,-%C2%BB%2C%20dit%20Ana.");
    /// ```
    pub fn to(&self, span: Span) -> String {
        if self.url.is_empty() {
            return String::new();
        }
        let mut link = self.url.split(":~:").next().unwrap_or(self.url).to_string();
        let Some(target) = self.target(span) else { return link };
        if !link.contains('#') {
            link.push('#');
        }
        link.push_str(":~:text=");
        if let Some(prefix) = target.prefix {
            self.encode(prefix, &mut link);
            link.push_str("-,");
        }
        self.encode(target.start, &mut link);
        if let Some(end) = target.end {
            link.push(',');
            self.encode(end, &mut link);
        }
        if let Some(suffix) = target.suffix {
            link.push_str(",-");
            self.encode(suffix, &mut link);
        }
        link
    }

    fn target(&self, span: Span) -> Option<Target> {
        let span = self.whole_words(span)?;
        let words = span.of(self.text);
        let (first, last) = (first_line(words, span.start), last_line(words, span.start));
        let line = first.of(self.text);
        if first == last && (line.chars().count() <= LONGEST || units(line).count() <= 2 * WORDS) {
            return Some(self.with_context(first, None));
        }
        let start = [WORDS, 2 * WORDS].map(|count| self.first_units(first, count));
        let start = if self.landmarks().occurs_once(start[0]) { start[0] } else { start[1] };
        Some(self.with_context(start, Some(self.end(Span::new(start.end, span.end), last))))
    }

    fn landmarks(&self) -> &Landmarks {
        self.landmarks.get_or_init(|| Landmarks::new(self.text))
    }

    /// The span drawn out to whole words, without the spaces around; `None` where it has no word.
    fn whole_words(&self, span: Span) -> Option<Span> {
        let mut span = span.trimmed_spaces(self.text);
        if !span.of(self.text).contains(char::is_alphanumeric) {
            return None;
        }
        for letter in self.text[..span.start].chars().rev().take(REACH) {
            if !inside_word(self.text, span.start) {
                break;
            }
            span.start -= letter.len_utf8();
        }
        for letter in self.text[span.end..].chars().take(REACH) {
            if !inside_word(self.text, span.end) {
                break;
            }
            span.end += letter.len_utf8();
        }
        Some(span)
    }

    /// A span with the words before and after it that make it occur once: as few as do, or the most that are tried. Words after
    /// go with a span that is named whole; one with an `end` has that already.
    fn with_context(&self, span: Span, end: Option<(Span, Option<Span>)>) -> Target {
        let spot = |prefix: Option<Span>, suffix: Option<Span>| {
            let (start, end) = (prefix.map_or(span.start, |p| p.start), suffix.map_or(span.end, |s| s.end));
            self.landmarks().occurs_once(Span::new(start, end))
        };
        let whole = end.is_none();
        let target = |prefix, suffix| Target { prefix, start: span, end: end.map(|end| end.0), suffix: end.map_or(suffix, |end| end.1) };
        if spot(None, None) {
            return target(None, None);
        }
        let (mut prefix, mut suffix) = (None, None);
        for count in CONTEXT {
            prefix = self.before(span.start, count);
            if spot(prefix, None) {
                return target(prefix, None);
            }
            if whole {
                suffix = self.after(span.end, count);
                if spot(None, suffix) {
                    return target(None, suffix);
                }
                if spot(prefix, suffix) {
                    return target(prefix, suffix);
                }
            }
        }
        // Context of another block is never found, so a span at the beginning of a line is reached from the line above.
        let above =
            || CONTEXT.into_iter().filter_map(|count| self.above(span.start, count)).find(|above| self.landmarks().occurs_once(*above));
        match above().filter(|_| prefix.is_none()) {
            Some(above) => {
                let (end, suffix) = end.unwrap_or((span, suffix));
                Target { prefix: None, start: above, end: Some(end), suffix }
            }
            None => target(prefix, suffix),
        }
    }

    /// The last words of `line`, with more of them or words after where they stand in `before` already: a browser takes the
    /// first that fit.
    fn end(&self, within: Span, line: Span) -> (Span, Option<Span>) {
        let line = Span::new(line.start.max(within.start), line.end);
        let mut end = line;
        for count in [WORDS, 2 * WORDS] {
            end = self.last_units(line, count);
            if !self.landmarks().stands_in(end, Span::new(within.start, end.start)) {
                return (end, None);
            }
        }
        (end, self.after(end.end, WORDS))
    }

    /// Up to `count` words before a place, of its line.
    fn before(&self, place: usize, count: usize) -> Option<Span> {
        let near = self.near_before(place);
        let words = near.of(self.text).rsplit(is_line_end).next().unwrap_or("");
        let line = Span::new(near.end - words.len(), near.end - words.len() + words.trim_end().len());
        self.worded(self.last_units(line, count))
    }

    /// Up to `count` words after a place, of its line.
    fn after(&self, place: usize, count: usize) -> Option<Span> {
        let to = boundary(self.text, place.saturating_add(NEAR));
        let words = &self.text[place..to];
        let cut = if to < self.text.len() { words.rfind(char::is_whitespace).unwrap_or(0) } else { words.len() };
        let words = words[..cut].split(is_line_end).next().unwrap_or("");
        let line = Span::new(place + words.len() - words.trim_start().len(), place + words.len());
        self.worded(self.first_units(line, count))
    }

    /// Up to `count` words of the last line with words before a place.
    fn above(&self, place: usize, count: usize) -> Option<Span> {
        let near = self.near_before(place);
        self.worded(self.last_units(last_line(near.of(self.text), near.start), count))
    }

    /// What stands before a place, as far as context is looked for. A word that the bound cuts is left out.
    fn near_before(&self, place: usize) -> Span {
        let from = boundary(self.text, place.saturating_sub(NEAR));
        let words = &self.text[from..place];
        let cut = if from > 0 { words.find(char::is_whitespace).unwrap_or(words.len()) } else { 0 };
        Span::new(from + cut, place)
    }

    fn worded(&self, span: Span) -> Option<Span> {
        Some(span).filter(|span| span.of(self.text).contains(char::is_alphanumeric))
    }

    fn first_units(&self, line: Span, count: usize) -> Span {
        let words = line.of(self.text);
        let end = units(words).filter(|(_, unit)| unit.contains(char::is_alphanumeric)).take(count).last();
        Span::new(line.start, line.start + end.map_or(words.len(), |(at, unit)| at + unit.len()))
    }

    fn last_units(&self, line: Span, count: usize) -> Span {
        let words = line.of(self.text);
        let mut start = words.len();
        let mut left = count;
        for unit in words.rsplit(char::is_whitespace) {
            // The unit is a part of `words`, so it ends where what was passed over begins.
            let end = words[..start].trim_end().len();
            if left == 0 {
                break;
            }
            if unit.is_empty() {
                continue;
            }
            start = end - unit.len();
            left -= usize::from(unit.contains(char::is_alphanumeric));
        }
        Span::new(line.start + start, line.end)
    }

    /// Percent-encoding for a text fragment, where `-`, `,` and `&` mean something. Spaces and line ends become one space.
    fn encode(&self, span: Span, out: &mut String) {
        let mut space = false;
        for letter in span.of(self.text).chars() {
            if letter.is_ascii_whitespace() {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) {
                out.push_str("%20");
            }
            if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '~' | '\'' | '!' | '(' | ')') {
                out.push(letter);
            } else {
                for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
    }
}

/// The parts of a text fragment.
struct Target {
    prefix: Option<Span>,
    start: Span,
    end: Option<Span>,
    suffix: Option<Span>,
}

/// The words of `words` between spaces, each with its first byte.
fn units(words: &str) -> impl Iterator<Item = (usize, &str)> {
    words.split(char::is_whitespace).filter(|unit| !unit.is_empty()).map(|unit| (unit.as_ptr() as usize - words.as_ptr() as usize, unit))
}

/// The first character boundary at a place or before it.
fn boundary(text: &str, place: usize) -> usize {
    let place = place.min(text.len());
    (0..=place).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The first line that has a word; `at` is where `words` begin.
fn first_line(words: &str, at: usize) -> Span {
    line_of(words, at, words.split(is_line_end))
}

/// The last line that has a word.
fn last_line(words: &str, at: usize) -> Span {
    line_of(words, at, words.rsplit(is_line_end))
}

fn line_of<'w>(words: &'w str, at: usize, mut lines: impl Iterator<Item = &'w str>) -> Span {
    let line = lines.find(|line| line.contains(char::is_alphanumeric)).unwrap_or("");
    let line = line.trim();
    let start = if line.is_empty() { 0 } else { line.as_ptr() as usize - words.as_ptr() as usize };
    Span::new(at + start, at + start + line.len())
}

/// Whether a place may lie within a word as browsers cut words (UAX 29): taken broadly, for half a word is never found.
fn inside_word(text: &str, place: usize) -> bool {
    let mut before = text[..place].chars().rev();
    let mut after = text[place..].chars();
    let (Some(last), Some(next)) = (before.next(), after.next()) else { return false };
    let parts = |letter: char| {
        letter.is_whitespace() || is_mark(letter) || matches!(letter, '(' | ')' | '[' | ']' | '!' | '?' | '…' | '–' | '—' | '/')
    };
    let joins = |letter: char| is_apostrophe(letter) || is_hyphen(letter) || matches!(letter, '.' | ',' | ':' | ';' | '·' | '‧' | '&');
    if parts(last) || parts(next) {
        return false;
    }
    match (joins(last), joins(next)) {
        (false, false) => true,
        (false, true) => after.next().is_some_and(|beyond| !parts(beyond) && !joins(beyond)),
        (true, false) => before.next().is_some_and(|beyond| !parts(beyond) && !joins(beyond)),
        (true, true) => false,
    }
}

/// The words of a text, and which of them, alone or with those after, occur once: without case, accents, spaces and signs, so
/// that what occurs once here occurs once for whoever looks more closely.
///
/// Building it and every question take time in proportion to the words, whatever the text.
pub struct Landmarks {
    /// First and last byte of each word, and its hash.
    words: Vec<(Span, u64)>,
    /// For each length of [`GRAMS`], which words of that many in a row come again.
    seen: [OnceCell<Seen>; GRAMS.len()],
}

impl Landmarks {
    /// Reads the words of a text.
    pub fn new(text: &str) -> Landmarks {
        let mut words = Vec::with_capacity(text.len() / 6);
        let mut hash = SEED;
        let mut start = None;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let from = at;
            let ascii = bytes[at];
            at += 1;
            if ascii.is_ascii_alphanumeric() {
                start.get_or_insert(from);
                hash = step(hash, ascii.to_ascii_lowercase() as char);
                continue;
            }
            if !ascii.is_ascii() {
                let letter = text[from..].chars().next().unwrap_or_default();
                at = from + letter.len_utf8().max(1);
                if letter.is_alphanumeric() {
                    start.get_or_insert(from);
                    match fold_char(letter) {
                        'œ' => hash = step(step(hash, 'o'), 'e'),
                        'æ' => hash = step(step(hash, 'a'), 'e'),
                        'ß' => hash = step(step(hash, 's'), 's'),
                        folded => hash = step(hash, bare_char(folded)),
                    }
                    continue;
                }
                if is_part(letter) {
                    // An accent of its own, or nothing to see: the word goes on.
                    continue;
                }
            }
            if let Some(start) = start.take() {
                words.push((Span::new(start, from), std::mem::replace(&mut hash, SEED)));
            }
        }
        words.extend(start.map(|start| (Span::new(start, text.len()), hash)));
        Landmarks { words, seen: Default::default() }
    }

    /// Whether a span (in bytes) holds words, up to eight in a row, that the text has nowhere else. Words that it cuts do not count.
    ///
    /// ```
    /// use guillemet::deeplink::Landmarks;
    /// use guillemet::text::Span;
    /// let landmarks = Landmarks::new("Le pont. Le port. LE PONT.");
    /// assert!(landmarks.occurs_once(Span::new(9, 16)));
    /// assert!(!landmarks.occurs_once(Span::new(0, 7)));
    /// ```
    pub fn occurs_once(&self, span: Span) -> bool {
        let (from, to) = self.range(span);
        GRAMS.iter().zip(&self.seen).any(|(&count, seen)| {
            if to - from < count {
                return false;
            }
            let seen = seen.get_or_init(|| Seen::new(self.words.windows(count).map(gram)));
            self.words[from..to].windows(count).any(|words| seen.once(gram(words)))
        })
    }

    /// Whether the words of `span` stand within `other` as well.
    fn stands_in(&self, span: Span, other: Span) -> bool {
        let ((from, to), (start, end)) = (self.range(span), self.range(other));
        let words = &self.words[from..to];
        !words.is_empty() && self.words[start..end].windows(words.len()).any(|own| own.iter().zip(words).all(|(own, word)| own.1 == word.1))
    }

    /// The words that lie within a span.
    fn range(&self, span: Span) -> (usize, usize) {
        let from = self.words.partition_point(|(word, _)| word.start < span.start);
        let to = self.words.partition_point(|(word, _)| word.end <= span.end);
        (from, to.max(from))
    }
}

/// Which of some hashes come once: a table of them, the lowest bit telling that one came again.
struct Seen {
    slots: Vec<u64>,
    shift: u32,
}

/// How many places of the table are looked at for a hash. Where more are taken, by words made for it, it counts as one that comes
/// again: so the time is bounded, and nothing is taken for unique that is not.
const PROBES: usize = 32;

impl Seen {
    fn new(hashes: impl ExactSizeIterator<Item = u64>) -> Seen {
        let size = (hashes.len() * 2 + PROBES).next_power_of_two();
        let mut seen = Seen { slots: vec![0; size], shift: u64::BITS - size.trailing_zeros() };
        for hash in hashes {
            let key = key(hash);
            if let Some(place) = seen.place(key) {
                let slot = &mut seen.slots[place];
                *slot = if *slot == 0 { key } else { *slot | 1 };
            }
        }
        seen
    }

    fn once(&self, hash: u64) -> bool {
        let key = key(hash);
        self.place(key).is_some_and(|place| self.slots[place] == key)
    }

    /// Where a hash is, or would be.
    fn place(&self, key: u64) -> Option<usize> {
        let first = (key >> self.shift) as usize;
        (0..PROBES).map(|i| (first + i) & (self.slots.len() - 1)).find(|place| self.slots[*place] == 0 || self.slots[*place] & !1 == key)
    }
}

/// A hash as the table holds it: never 0, its lowest bit free.
fn key(hash: u64) -> u64 {
    (hash | 2) & !1
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn step(hash: u64, letter: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(letter as u32)).wrapping_mul(0x517c_c1b7_2722_0a95)
}

fn gram(words: &[(Span, u64)]) -> u64 {
    words.iter().fold(SEED, |hash, word| (hash.rotate_left(5) ^ word.1).wrapping_mul(0x517c_c1b7_2722_0a95))
}

/// Combining accents, joiners, soft hyphens: part of the word around them.
fn is_part(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = "https://exemple.fr/1";

    fn fragment(text: &str, words: &str) -> String {
        let start = text.find(words).unwrap();
        let link = Links::new(text, PAGE).to(Span::new(start, start + words.len()));
        link.strip_prefix(PAGE).unwrap().strip_prefix("#:~:text=").unwrap_or("").to_string()
    }

    #[test]
    fn short_words_are_named_whole() {
        assert_eq!(fragment("« Le pont tient », dit-elle.", "Le pont tient"), "Le%20pont%20tient");
        assert_eq!(fragment("« R&D, celui-ci »", "R&D, celui-ci"), "R%26D%2C%20celui%2Dci");
        assert_eq!(fragment("« À\u{A0}12\t h »", "À\u{A0}12\t h"), "%C3%80%C2%A012%20h");
    }

    #[test]
    fn half_a_word_is_made_whole() {
        assert_eq!(fragment("Elle dit qu'il pleut.", "il pleut"), "qu'il%20pleut");
        assert_eq!(fragment("Le sous-préfet a « parlé ».", "préfet a"), "sous%2Dpr%C3%A9fet%20a");
        assert_eq!(fragment("Un cafe\u{301} noir", "cafe"), "cafe%CC%81");
        assert_eq!(fragment("(oui)", "oui"), "oui");
        assert_eq!(fragment("Il a dit:oui. Non", "oui"), "dit%3Aoui");
    }

    #[test]
    fn long_words_are_named_by_their_ends() {
        let long = format!("Un deux trois quatre cinq six, {}sept huit neuf dix onze.", "bla ".repeat(100));
        assert_eq!(fragment(&format!("« {long} »"), &long), "Un%20deux%20trois%20quatre%20cinq,sept%20huit%20neuf%20dix%20onze.");
        assert_eq!(fragment("« Oui, mardi.\n\nNon, jeudi. »", "Oui, mardi.\n\nNon, jeudi."), "Oui%2C%20mardi.,Non%2C%20jeudi.");
        assert_eq!(fragment("« …\nOui, mardi. »", "…\nOui, mardi."), "Oui%2C%20mardi.");
    }

    #[test]
    fn the_end_of_long_words_is_not_found_before_it() {
        let long = "Alors un deux trois quatre cinq.\nPuis rien\nun deux trois quatre cinq.";
        assert_eq!(fragment(long, long), "Alors%20un%20deux%20trois%20quatre,un%20deux%20trois%20quatre%20cinq.");
        let twice = "Alors.\nOui, ici.\nOui, ici.";
        assert_eq!(
            fragment(&format!("{twice} » et puis voilà tout."), twice),
            "Alors.,Oui%2C%20ici.,-%C2%BB%20et%20puis%20voil%C3%A0%20tout."
        );
    }

    #[test]
    fn words_that_come_twice_have_context() {
        let text = "Ana a dit « oui ». Luc a crié « OUI ». Puis « oùi » encore.";
        assert_eq!(fragment(text, "oui"), "a%20dit%20%C2%AB-,oui");
        assert_eq!(fragment(text, "OUI"), "a%20cri%C3%A9%20%C2%AB-,OUI");
        assert_eq!(fragment(text, "oùi"), "OUI%20%C2%BB.%20Puis%20%C2%AB-,o%C3%B9i");
        assert_eq!(fragment("Oui\noui mardi", "oui"), "oui,-mardi");
    }

    #[test]
    fn words_at_the_beginning_of_a_line_are_reached_from_the_line_above() {
        assert_eq!(fragment("Oui.\nLa fin du jour.\n\noui", "oui"), "du%20jour.,oui");
    }

    #[test]
    fn an_address_keeps_its_own_fragment() {
        let to = |url: &str| Links::new("« oui »", url).to(Span::new(3, 6));
        assert_eq!(to(""), "");
        assert_eq!(to("https://exemple.fr/#ici"), "https://exemple.fr/#ici:~:text=oui");
        assert_eq!(to("https://exemple.fr/#:~:text=non"), "https://exemple.fr/#:~:text=oui");
        assert_eq!(Links::new("« … »", PAGE).to(Span::new(3, 6)), PAGE);
    }

    /// What a browser does with a text fragment, by the words of its specification: where the first match begins, in bytes.
    fn browser(text: &str, link: &str) -> Option<usize> {
        let decoded = |part: &str| -> Vec<char> {
            let mut bytes = Vec::new();
            let mut rest = part.bytes();
            while let Some(byte) = rest.next() {
                let code: Vec<u8> = if byte == b'%' { rest.by_ref().take(2).collect() } else { Vec::new() };
                bytes.push(std::str::from_utf8(&code).ok().and_then(|code| u8::from_str_radix(code, 16).ok()).unwrap_or(byte));
            }
            seen(&String::from_utf8(bytes).unwrap()).into_iter().map(|(letter, _)| letter).collect()
        };
        let mut parts: Vec<&str> = link.split_once(":~:text=")?.1.split(',').collect();
        let prefix = parts.first().and_then(|part| part.strip_suffix('-')).map(decoded);
        let suffix = parts.last().and_then(|part| part.strip_prefix('-')).map(decoded);
        if prefix.is_some() {
            parts.remove(0);
        }
        if suffix.is_some() {
            parts.pop();
        }
        let start = decoded(parts[0]);
        let end = parts.get(1).map(|part| decoded(part));
        let page = seen(text);
        let letters: Vec<char> = page.iter().map(|(letter, _)| *letter).collect();
        let bounded = |at: usize| at == 0 || at == letters.len() || !(letters[at - 1].is_alphanumeric() && letters[at].is_alphanumeric());
        let stands =
            |words: &[char], at: usize| letters.get(at..at + words.len()) == Some(words) && bounded(at) && bounded(at + words.len());
        let follows =
            |at: usize| suffix.as_ref().is_none_or(|suffix| stands(suffix, at) || letters.get(at) == Some(&' ') && stands(suffix, at + 1));
        let at = (0..letters.len()).find(|&at| {
            let led = prefix.as_ref().is_none_or(|prefix| {
                let before = |end: usize| end >= prefix.len() && stands(prefix, end - prefix.len());
                before(at) || at > 0 && letters[at - 1] == ' ' && before(at - 1)
            });
            led && stands(&start, at)
                && match &end {
                    None => follows(at + start.len()),
                    Some(end) => (at + start.len()..letters.len()).any(|to| stands(end, to) && follows(to + end.len())),
                }
        })?;
        Some(page[at].1)
    }

    /// The letters of a page as a browser compares them, each with its byte: no case, no accents, one space, and
    /// a line end between blocks, which nothing matches over.
    fn seen(text: &str) -> Vec<(char, usize)> {
        let mut seen: Vec<(char, usize)> = Vec::new();
        for (at, letter) in text.char_indices() {
            match fold_char(letter) {
                letter if is_line_end(letter) => {
                    seen.pop_if(|last| last.0 == ' ');
                    seen.push(('\n', at));
                }
                letter if letter.is_whitespace() => {
                    if seen.last().is_none_or(|last| !last.0.is_whitespace()) {
                        seen.push((' ', at));
                    }
                }
                letter if is_part(letter) => {}
                'œ' => seen.extend([('o', at), ('e', at)]),
                letter => seen.push((bare_char(letter), at)),
            }
        }
        seen
    }

    #[test]
    fn a_browser_opens_every_row_of_the_sample_articles() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
        let mut count = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let article = crate::row::Article { text: text.clone(), url: PAGE.into(), ..Default::default() };
            let points: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for row in crate::rows(&article, crate::grammar::Grammar::builtin()) {
                let span = Span::new(points[row.start], points[row.end]);
                let Some(whole) = Links::new(&text, PAGE).whole_words(span) else { continue };
                assert_eq!(browser(&text, &row.url), Some(whole.start), "{}\n{}", row.quote, row.url);
                count += 1;
            }
        }
        assert!(count > 200, "{count}");
    }

    proptest! {
        #[test]
        fn a_browser_opens_words_of_any_text(text in "([Oo]u[iï]|non|l'eau|celui-ci|[ab]|«|»|,|\\.|\n){1,4}(( |\u{A0}|\n)([Oo]u[iï]|non|l'eau|celui-ci|[ab]|«|»|,|\\.){1,3}){0,30}", a in 0usize..90, b in 1usize..40) {
            let points: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let start = a % points.len();
            let span = Span::new(points[start], points[(start + b).min(points.len() - 1)]);
            let links = Links::new(&text, PAGE);
            let link = links.to(span);
            prop_assert!(link.starts_with(PAGE));
            let Some(target) = links.target(span) else { return Ok(()) };
            // Words that occur once with their context are the first that fit; others are found at least.
            let from = target.prefix.unwrap_or(target.start).start;
            let to = target.suffix.filter(|_| target.end.is_none()).unwrap_or(target.start).end;
            let found = browser(&text, &link);
            if Landmarks::new(&text).occurs_once(Span::new(from, to)) {
                prop_assert_eq!(found, Some(target.start.start), "{:?} {}", text, link);
            } else {
                prop_assert!(found.is_some(), "{:?} {}", text, link);
            }
        }
    }
}
