//! The text: folding for look-up, and offsets in code points.
//!
//! In: an article's text. Out: hashes in which case, apostrophes and hyphens are folded, and a table from byte
//! offsets to code points. The text itself is never changed nor copied: every span is into the original.

/// A stretch of the original text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from its ends.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end: end.max(start) }
    }

    /// The words of the span: empty where it does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Whether `other` lies within.
    pub fn holds(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span without the spaces and quotation marks at its ends.
    pub fn trimmed(self, text: &str) -> Span {
        self.without(text, is_edge)
    }

    /// The span without the spaces at its ends.
    pub fn trimmed_spaces(self, text: &str) -> Span {
        self.without(text, is_space)
    }

    fn without(self, text: &str, edge: fn(char) -> bool) -> Span {
        let words = self.of(text);
        let left = words.trim_start_matches(edge);
        let start = self.start + (words.len() - left.len());
        Span::new(start, start + left.trim_end_matches(edge).len())
    }
}

fn is_edge(c: char) -> bool {
    is_space(c) || is_mark(c)
}

/// Whether a character is white space, the zero-width ones included.
#[inline]
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Whether a character is a quotation mark in every place.
#[inline]
pub fn is_mark(c: char) -> bool {
    matches!(c, '«' | '»' | '“' | '”' | '„' | '‟' | '"' | '‹' | '›' | '＂')
}

/// Whether a character is an apostrophe: *l'été*, *l’été*.
#[inline]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘' | '´')
}

/// Whether a character is a hyphen inside a word.
#[inline]
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// One character as look-up sees it: lower case, one apostrophe, one hyphen.
#[inline]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'À'..='Þ' if c != '×' => char::from_u32(c as u32 + 32).unwrap_or(c),
        'Œ' => 'œ',
        'Ÿ' => 'ÿ',
        c if is_apostrophe(c) => '\'',
        c if is_hyphen(c) => '-',
        c if c.is_uppercase() => c.to_lowercase().next().unwrap_or(c),
        c => c,
    }
}

/// One character without its accent: *é* → *e*. Ligatures give their first letter (*œ* → *o*).
#[inline]
pub fn bare_char(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'æ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'œ' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        c => c,
    }
}

/// Case and apostrophes folded, for comparing words: *L’Élysée* → *l'élysée*.
pub fn fold(words: &str) -> String {
    words.chars().map(fold_char).collect()
}

/// Case, apostrophes and accents folded: *L’Élysée* → *l'elysee*.
pub fn bare(words: &str) -> String {
    words.chars().map(|c| bare_char(fold_char(c))).collect()
}

/// The hash of a word without letters.
pub const HASH_OF_NOTHING: u64 = 0xcbf2_9ce4_8422_2325;
/// Odd, and below 2^31, which multiplies in one step.
const STEP: u64 = 0x6a09_e667;

/// The hash of a word and one more folded character.
#[inline]
pub fn add_to_hash(hash: u64, folded: char) -> u64 {
    (hash ^ u64::from(folded as u32)).wrapping_mul(STEP)
}

/// The first byte of the letters from À to ÿ, and of two signs among them.
pub const LATIN: u8 = 0xc3;

/// The letter from À to ÿ that two bytes make, folded. × and ÷ are no letters.
#[inline(always)]
pub fn latin(first: u8, second: Option<&u8>) -> Option<char> {
    let second = *second.filter(|second| first == LATIN && **second != 0x97 && **second != 0xb7)?;
    let letter = 0xc0 | second & 0x3f;
    Some(char::from(if second < 0x9f { letter | 0x20 } else { letter }))
}

/// The character at a byte of some words as [`fold`] sees it, and how many bytes it has there. Letters of French take a short
/// way, which gives the same.
#[inline(always)]
pub fn folded_at(words: &str, at: usize) -> Option<(char, usize)> {
    let bytes = words.as_bytes();
    let byte = *bytes.get(at)?;
    if byte.is_ascii() {
        return Some((char::from(byte.to_ascii_lowercase()), 1));
    }
    let french = latin(byte, bytes.get(at + 1)).map(|folded| (folded, 2));
    french.or_else(|| words[at..].chars().next().map(|c| (fold_char(c), c.len_utf8())))
}

/// The hash of a word as [`fold`] sees it, without making the folded word.
pub fn hash(word: &str) -> u64 {
    let (mut at, mut hash) = (0, HASH_OF_NOTHING);
    while let Some((folded, length)) = folded_at(word, at) {
        hash = add_to_hash(hash, folded);
        at += length;
    }
    hash
}

/// The hash of a word as [`bare`] sees it.
pub fn bare_hash(word: &str) -> u64 {
    if word.is_ascii() {
        return hash(word);
    }
    word.chars().fold(HASH_OF_NOTHING, |h, c| add_to_hash(h, bare_char(fold_char(c))))
}

/// The hash of a phrase from the hash of its beginning and of its next word.
pub fn join_hash(phrase: u64, word: u64) -> u64 {
    (phrase.rotate_left(5) ^ word).wrapping_mul(STEP)
}

/// From byte offsets to code points, counted on from the place that was asked for before: places are asked for nearly in
/// their order.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t [u8],
    byte: usize,
    count: usize,
}

impl<'t> CodePoints<'t> {
    /// Nothing is counted yet.
    pub fn new(text: &'t str) -> Self {
        CodePoints { text: text.as_bytes(), byte: 0, count: 0 }
    }

    /// The number of code points before a byte offset.
    pub fn at(&mut self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        if byte >= self.byte {
            self.count += characters(&self.text[self.byte..byte]);
        } else {
            self.count -= characters(&self.text[byte..self.byte]);
        }
        self.byte = byte;
        self.count
    }
}

/// How many characters begin in some bytes: all but those that go on with one, which begin with the bits 10. Eight are
/// looked at together.
fn characters(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let goes_on = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        (word >> 7 & !word >> 6 & 0x0101_0101_0101_0101).count_ones() as usize
    };
    let all = bytes.len() - words.iter().map(goes_on).sum::<usize>();
    all - rest.iter().filter(|b| (**b & 0xc0) == 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_count_characters_not_bytes() {
        let text = "é«a» ".repeat(40);
        let mut points = CodePoints::new(&text);
        let places: Vec<(usize, usize)> = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).enumerate().collect();
        for (n, byte) in places.iter().chain(places.iter().rev()) {
            assert_eq!(points.at(*byte), *n);
        }
        assert_eq!(points.at(text.len()), text.chars().count());
    }

    #[test]
    fn case_and_apostrophes_do_not_change_a_hash() {
        assert_eq!(hash("L’Élysée"), hash("l'élysée"));
        assert_ne!(hash("jugé"), hash("juge"));
        assert_eq!(bare_hash("Élysée"), bare_hash("elysee"));
    }
}
