//! Deep links: the address of a page with a text fragment (`#:~:text=…`) that opens it at some words of the article.
//!
//! In: the text of an article, its address, and spans of the text. Out: for each span a link, and for the formats that quote with
//! context, whether a span holds words that occur once ([`Landmarks`]). A browser looks for whole words, within a block,
//! whatever their case and accents, and takes the first that fit; so the link names the whole span where it stands in one line and
//! is short, else its first and last words; whole words always; and words before and after it until the article has them once.
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
            let (prefix, suffix) = self.context(first, true);
            return Some(Target { prefix, start: first, end: None, suffix });
        }
        let start = self.first_units(first, WORDS);
        let (prefix, _) = self.context(start, false);
        let (end, suffix) = self.end(Span::new(start.end, span.end), last);
        Some(Target { prefix, start, end: Some(end), suffix })
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

    /// The words before and after that make a span occur once: as few as do, or the most that are tried.
    fn context(&self, span: Span, after_too: bool) -> (Option<Span>, Option<Span>) {
        let landmarks = self.landmarks.get_or_init(|| Landmarks::new(self.text));
        let spot = |prefix: Option<Span>, suffix: Option<Span>| {
            let (start, end) = (prefix.map_or(span.start, |p| p.start), suffix.map_or(span.end, |s| s.end));
            landmarks.occurs_once(Span::new(start, end))
        };
        if spot(None, None) {
            return (None, None);
        }
        let mut prefix = None;
        let mut suffix = None;
        for count in CONTEXT {
            prefix = self.before(span.start, count);
            if spot(prefix, None) {
                return (prefix, None);
            }
            if after_too {
                suffix = self.after(span.end, count);
                if spot(None, suffix) {
                    return (None, suffix);
                }
                if spot(prefix, suffix) {
                    return (prefix, suffix);
                }
            }
        }
        (prefix, suffix)
    }

    /// The last words of `line`, with more of them or words after where they stand in `before` already: a browser takes the
    /// first that fit.
    fn end(&self, within: Span, line: Span) -> (Span, Option<Span>) {
        let landmarks = self.landmarks.get_or_init(|| Landmarks::new(self.text));
        let line = Span::new(line.start.max(within.start), line.end);
        let mut end = line;
        for count in [WORDS, 2 * WORDS] {
            end = self.last_units(line, count);
            if !landmarks.stands_in(end, Span::new(within.start, end.start)) {
                return (end, None);
            }
        }
        (end, self.after(end.end, WORDS))
    }

    /// Up to `count` words before a place, of one line.
    fn before(&self, place: usize, count: usize) -> Option<Span> {
        let from = boundary(self.text, place.saturating_sub(NEAR));
        let words = &self.text[from..place];
        // A word that the bound cuts is left out.
        let cut = if from > 0 { words.find(char::is_whitespace).unwrap_or(words.len()) } else { 0 };
        let line = last_line(&words[cut..], from + cut);
        let span = self.last_units(line, count);
        span.of(self.text).contains(char::is_alphanumeric).then_some(span)
    }

    /// Up to `count` words after a place, of one line.
    fn after(&self, place: usize, count: usize) -> Option<Span> {
        let to = boundary(self.text, place.saturating_add(NEAR));
        let words = &self.text[place..to];
        let cut = if to < self.text.len() { words.rfind(char::is_whitespace).unwrap_or(0) } else { words.len() };
        let line = first_line(&words[..cut], place);
        let span = self.first_units(line, count);
        span.of(self.text).contains(char::is_alphanumeric).then_some(span)
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
    /// For each length of [`GRAMS`], the hashes of that many words in a row, sorted.
    sorted: [OnceCell<Vec<u64>>; GRAMS.len()],
}

impl Landmarks {
    /// Reads the words of a text.
    pub fn new(text: &str) -> Landmarks {
        let mut words = Vec::with_capacity(text.len() / 6);
        let mut hash = SEED;
        let mut start = None;
        for (at, letter) in text.char_indices() {
            if letter.is_alphanumeric() {
                start.get_or_insert(at);
                match fold_char(letter) {
                    'œ' => hash = step(step(hash, 'o'), 'e'),
                    'æ' => hash = step(step(hash, 'a'), 'e'),
                    'ß' => hash = step(step(hash, 's'), 's'),
                    folded => hash = step(hash, bare_char(folded)),
                }
            } else if is_part(letter) {
                // An accent of its own, or nothing to see: the word goes on.
            } else if let Some(start) = start.take() {
                words.push((Span::new(start, at), std::mem::replace(&mut hash, SEED)));
            }
        }
        words.extend(start.map(|start| (Span::new(start, text.len()), hash)));
        Landmarks { words, sorted: Default::default() }
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
        GRAMS.iter().zip(&self.sorted).any(|(&count, sorted)| {
            if to - from < count {
                return false;
            }
            let sorted = sorted.get_or_init(|| self.grams(count));
            self.words[from..to].windows(count).any(|words| {
                let gram = gram(words);
                let place = sorted.partition_point(|other| *other < gram);
                sorted.get(place + 1) != Some(&gram)
            })
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

    fn grams(&self, count: usize) -> Vec<u64> {
        let mut grams: Vec<u64> = self.words.windows(count).map(gram).collect();
        grams.sort_unstable();
        grams
    }
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
