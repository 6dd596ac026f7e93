//! What a terminal is shown: no article, file name or address may move its cursor, colour it, ring, set its title, or turn the
//! direction of a line.
//!
//! In: text. Out: the same with such characters escaped, `\u{1b}[31m`; in a file or a pipe every byte is as it was.
//! Deliberately not done: look-alike letters and zero-width characters are shown as they are; nothing is hidden by them here.

use std::borrow::Cow;
use std::io::{self, Write};

/// Whether a terminal would obey a character instead of showing it.
fn is_obeyed(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text for one line of a terminal.
///
/// ```
/// assert_eq!(guillemet::write::printable("note\u{1b}[31m\n.txt"), "note\\u{1b}[31m\\n.txt");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let obeyed = |letter: char| is_obeyed(letter) && !stays(letter);
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if obeyed(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// A terminal: takes the bytes of any form and shows them line by line, line ends (LF or CRLF) and tabs kept.
pub(super) struct Screen<W> {
    terminal: W,
    /// The beginning of a character, or the CR of a line end, whose rest is in the next bytes.
    rest: Vec<u8>,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(terminal: W) -> Screen<W> {
        Screen { terminal, rest: Vec::new() }
    }

    fn show(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        self.terminal.write_all(escaped(&text, |letter| letter == '\n' || letter == '\t').as_bytes())
    }
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let cut = match std::str::from_utf8(&all) {
            Ok(text) => text.trim_end_matches('\r').len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => all.len(),
        };
        self.rest = all.split_off(cut);
        self.show(&all)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.rest);
        self.show(&rest)?;
        self.terminal.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[&[u8]]) -> String {
        let mut screen = Screen::new(Vec::new());
        for piece in pieces {
            screen.write_all(piece).unwrap();
        }
        screen.flush().unwrap();
        String::from_utf8(screen.terminal).unwrap()
    }

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(shown(&["« été »\n\tfin\r\n".as_bytes()]), "« été »\n\tfin\n");
        assert_eq!(shown(&[b"a\x1b[31m\x07\x7f\rb"]), "a\\u{1b}[31m\\u{7}\\u{7f}\\rb");
        assert_eq!(shown(&["a\u{9b}31m\u{202e}b".as_bytes()]), "a\\u{9b}31m\\u{202e}b");
    }

    #[test]
    fn bytes_may_be_cut_anywhere() {
        let whole = "é\r\n\u{202e}\u{9b}🙂\r".as_bytes();
        for cut in 0..=whole.len() {
            let (a, b) = whole.split_at(cut);
            assert_eq!(shown(&[a, b]), "é\n\\u{202e}\\u{9b}🙂\\r", "cut at {cut}");
        }
        assert_eq!(shown(&[b"\xff\x1b"]), "\u{fffd}\\u{1b}");
    }
}
