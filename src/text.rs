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
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Whether a character is a quotation mark in every place.
pub fn is_mark(c: char) -> bool {
    matches!(c, '«' | '»' | '“' | '”' | '„' | '‟' | '"' | '‹' | '›' | '＂')
}

/// Whether a character is an apostrophe: *l'été*, *l’été*.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘' | '´')
}

/// Whether a character is a hyphen inside a word.
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

/// A hash under way. Folded characters are gathered eight at a time, so that a word costs a step or two and not one a letter.
#[derive(Debug, Clone, Copy)]
pub struct Hashing {
    hash: u64,
    gathered: u64,
    /// How many bits are gathered, 56 at most.
    bits: u32,
}

impl Hashing {
    /// Nothing as yet.
    pub const START: Hashing = Hashing { hash: 0xcbf2_9ce4_8422_2325, gathered: 0, bits: 0 };

    /// Adds one folded character: a byte up to ÿ, more beyond.
    pub fn add(&mut self, folded: char) {
        let mut rest = folded as u32;
        loop {
            self.add_bytes(u64::from(rest & 0xff), 1);
            rest >>= 8;
            if rest == 0 {
                return;
            }
        }
    }

    /// Adds some folded characters of ASCII, eight at most: the first is the lowest byte, and what is left of the bytes is 0.
    pub fn add_bytes(&mut self, bytes: u64, count: u32) {
        self.gathered |= bytes << self.bits;
        let bits = self.bits + 8 * count;
        if bits < 64 {
            self.bits = bits;
        } else {
            self.hash = mixed(self.hash ^ self.gathered);
            self.gathered = bytes.checked_shr(64 - self.bits).unwrap_or(0);
            self.bits = bits - 64;
        }
    }

    /// The hash of what was added.
    pub fn done(self) -> u64 {
        mixed(self.hash ^ self.gathered)
    }
}

fn mixed(n: u64) -> u64 {
    let n = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    n ^ n >> 32
}

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is between two characters of ASCII, these included.
fn between(eight: u64, first: u8, last: u8) -> u64 {
    let each = |byte: u8| u64::from_le_bytes([byte; 8]);
    let low = eight & !HIGH;
    // A byte that is large enough carries into its highest bit, and into no other byte.
    (low + each(0x80 - first)) & !(low + each(0x7f - last)) & !eight & HIGH
}

/// How many of eight bytes are letters of ASCII from the first on, and those in small letters, the others 0.
pub fn leading_letters(eight: u64) -> (u64, u32) {
    let small = eight | 0x2020_2020_2020_2020;
    let count = (!between(small, b'a', b'z') & HIGH).trailing_zeros() / 8;
    (small & !u64::MAX.checked_shl(8 * count).unwrap_or(0), count)
}

/// The hash of a word as [`fold`] sees it, without making the folded word.
pub fn hash(word: &str) -> u64 {
    let mut hash = Hashing::START;
    let mut rest = word;
    while !rest.is_empty() {
        let count = rest.len().min(8);
        let mut eight = [0; 8];
        eight[..count].copy_from_slice(&rest.as_bytes()[..count]);
        let eight = u64::from_le_bytes(eight);
        if eight & HIGH != 0 {
            break;
        }
        // The bit that tells small letters from capitals is the third highest.
        hash.add_bytes(eight | between(eight, b'A', b'Z') >> 2, count as u32);
        rest = &rest[count..];
    }
    rest.chars().for_each(|c| hash.add(fold_char(c)));
    hash.done()
}

/// The hash of a word as [`bare`] sees it.
pub fn bare_hash(word: &str) -> u64 {
    word.chars().fold(0xcbf2_9ce4_8422_2325, |hash, c| bare_hash_on(hash, bare_char(fold_char(c))))
}

/// The same hash of a word that has one character more, folded already.
pub fn bare_hash_on(hash: u64, folded: char) -> u64 {
    (hash ^ u64::from(folded as u32)).wrapping_mul(STEP)
}

/// Odd, and below 2^31, which multiplies in one step.
const STEP: u64 = 0x6a09_e667;

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
    fn a_hash_does_not_hang_on_how_characters_were_gathered() {
        let word = "a[@`{Zz-jusqu’à ce-qu'œil Été9";
        for from in (0..word.len()).filter(|i| word.is_char_boundary(*i)) {
            let mut one_by_one = Hashing::START;
            word[from..].chars().for_each(|c| one_by_one.add(fold_char(c)));
            assert_eq!(one_by_one.done(), hash(&word[from..]));
        }
    }

    #[test]
    fn letters_are_counted_to_the_first_other() {
        for (word, small) in [("ABCdefgh", "abcdefgh"), ("Zaz[abcd", "zaz"), ("@abcdefg", ""), ("a`bcdefg", "a"), ("ab{zzzzz", "ab")] {
            let mut expected = [0; 8];
            expected[..small.len()].copy_from_slice(small.as_bytes());
            let eight = u64::from_le_bytes(word.as_bytes().try_into().unwrap());
            assert_eq!(leading_letters(eight), (u64::from_le_bytes(expected), small.len() as u32), "{word}");
        }
        assert_eq!(leading_letters(u64::from_le_bytes(*b"ab\xe1cdefg")).1, 2);
    }

    #[test]
    fn case_and_apostrophes_do_not_change_a_hash() {
        assert_eq!(hash("L’Élysée"), hash("l'élysée"));
        assert_eq!(hash("ANTICONSTITUTIONNELLEMENT"), hash("anticonstitutionnellement"));
        assert_eq!(hash("ŒUVRE ŠKODA"), hash("œuvre škoda"));
        assert_ne!(hash("jugé"), hash("juge"));
        assert_ne!(hash("aaaaaaaab"), hash("aaaaaaaba"));
        assert_eq!(bare_hash("Élysée"), bare_hash("elysee"));
    }
}
