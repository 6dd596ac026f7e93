//! Composed: a text whose accents are characters of their own, with each joined to its letter.
//!
//! In: a text. Out: where it holds an accent apart (*é* as *e* and U+0301, as some systems write it), the same text with the
//! accents joined, and the way back from its places to those of the original. All stages read the joined text; rows are words of
//! the original.
//! Deliberately not done: nothing else is normalised.

use crate::text::Span;
use memchr::memchr2;
use unicode_normalization::char::compose;

/// A text with its accents joined to their letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The joined text.
    pub text: String,
    /// After each joined letter, the byte in the joined text and the byte in the original.
    joined: Vec<(usize, usize)>,
}

impl Composed {
    /// Joins the accents of a text; `None` where none stands apart.
    ///
    /// ```
    /// use guillemet::composed::Composed;
    /// assert_eq!(Composed::of("e\u{301}te\u{301}").unwrap().text, "été");
    /// assert_eq!(Composed::of("été"), None);
    /// ```
    pub fn of(text: &str) -> Option<Composed> {
        // The accents from U+0300 to U+036F begin with one of these two bytes; hardly anything else does.
        memchr2(0xCC, 0xCD, text.as_bytes())?;
        let mut composed = Composed { text: String::with_capacity(text.len()), joined: Vec::new() };
        for (at, letter) in text.char_indices() {
            let accent = matches!(letter, '\u{300}'..='\u{36F}');
            let before = composed.text.chars().next_back().filter(|_| accent);
            match before.and_then(|before| compose(before, letter)) {
                Some(whole) => {
                    composed.text.pop();
                    composed.text.push(whole);
                    let place = composed.text.len() - whole.len_utf8();
                    // Of two accents on one letter, the second takes the place of the first.
                    composed.joined.pop_if(|(joined, _)| *joined > place);
                    composed.joined.push((composed.text.len(), at + letter.len_utf8()));
                }
                None => composed.text.push(letter),
            }
        }
        (!composed.joined.is_empty()).then_some(composed)
    }

    /// The span of the original that a span of the joined text stands for.
    pub fn original(&self, span: Span) -> Span {
        Span::new(self.place(span.start), self.place(span.end))
    }

    fn place(&self, byte: usize) -> usize {
        let before = self.joined.partition_point(|(joined, _)| *joined <= byte);
        before.checked_sub(1).map_or(byte, |i| self.joined[i].1 + (byte - self.joined[i].0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_own() {
        let text = "L'e\u{301}te\u{301} «\u{a0}ou\u{300}\u{a0}», a\u{30a}\u{301} e\u{301}. Noe\u{308}l x\u{301} fin";
        let composed = Composed::of(text).unwrap();
        assert_eq!(composed.text, "L'été «\u{a0}où\u{a0}», ǻ é. Noël x\u{301} fin");
        let back: Vec<&str> = composed
            .text
            .split(' ')
            .map(|word| {
                let start = word.as_ptr() as usize - composed.text.as_ptr() as usize;
                composed.original(Span::new(start, start + word.len())).of(text)
            })
            .collect();
        assert_eq!(back, text.split(' ').collect::<Vec<_>>());
    }
}
