//! Bytes to text, whatever they were written in.
//!
//! In: the bytes of a document, the encoding that the user gives, those that the document declares. Out: its text, and what is
//! doubtful about it. The order: the user, a byte order mark, UTF-16 by its zeros, UTF-8 wherever the bytes are valid UTF-8, what
//! is declared, and last a guess. French that is no UTF-8 is nearly always windows-1252, so a guess is checked by how French
//! the letters then stand.
//! Deliberately not done: double encoding (`Ã©` for `é`) is told, not repaired: the words of an article are never changed.

use std::borrow::Cow;
use std::fmt::Write as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_16BE, UTF_16LE, UTF_8, WINDOWS_1252};
use memchr::memchr2_iter;

/// What some editors put at the start of UTF-8: no part of the text, and offsets are counted without it.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The encodings in which French was written, apart from UTF: the first wins where nothing tells them apart.
const FRENCH: [&Encoding; 3] = [WINDOWS_1252, ISO_8859_15, MACINTOSH];

/// A text, and what is doubtful about how it was decoded: each what and advice, in one line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    pub doubts: Vec<String>,
}

/// Decodes a document. `declared` are the encodings that it names itself, the most trusted first.
pub(super) fn decode(mut bytes: Vec<u8>, given: Option<&'static Encoding>, declared: &[&'static Encoding]) -> Decoded {
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
        if given.is_none() {
            return utf8(bytes, &[]);
        }
    }
    if let Some(text) = utf32(&bytes) {
        return Decoded::of(text);
    }
    match given.or_else(|| utf16(&bytes)) {
        Some(encoding) if encoding == UTF_8 => utf8_only(bytes),
        Some(encoding) => Decoded::of(encoding.decode_with_bom_removal(&bytes).0.into_owned()),
        None => utf8(bytes, declared),
    }
}

impl Decoded {
    fn of(text: String) -> Decoded {
        let mut decoded = Decoded { text, doubts: Vec::new() };
        decoded.doubt_replaced();
        decoded.doubt_doubled();
        decoded
    }

    /// The replacement character stands where bytes said nothing.
    fn doubt_replaced(&mut self) {
        let Some(first) = self.text.find(char::REPLACEMENT_CHARACTER) else { return };
        let count = self.text[first..].matches(char::REPLACEMENT_CHARACTER).count();
        let line = 1 + self.text[..first].matches('\n').count();
        let (plural, stand) = if count == 1 { ("", "stands") } else { ("s", "stand") };
        self.doubts.push(format!(
            "{count} place{plural} that cannot be decoded, the first in line {line} of the text: U+FFFD {stand} there; if the encoding is known, give --encoding"
        ));
    }

    fn doubt_doubled(&mut self) {
        self.doubts.extend(doubled_doubt(&self.text));
    }
}

/// What is doubtful about a text that has been encoded twice.
pub(super) fn doubled_doubt(text: &str) -> Option<String> {
    let example = doubled(text)?;
    Some(format!("the text was encoded twice ({example:?}): it is read as it is; mend it where it comes from"))
}

/// UTF-8 as the user says: what is none is replaced.
fn utf8_only(bytes: Vec<u8>) -> Decoded {
    Decoded::of(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn utf8(bytes: Vec<u8>, declared: &[&'static Encoding]) -> Decoded {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            // ASCII and U+FFFD of an earlier loss need no second look; double encoding has these two bytes.
            let mut decoded = Decoded { text, doubts: Vec::new() };
            decoded.doubt_doubled();
            return decoded;
        }
        Err(error) => error.into_bytes(),
    };
    for encoding in declared {
        // windows-1252 takes any bytes, and is what a page says that does not know.
        if [UTF_8, WINDOWS_1252, UTF_16LE, UTF_16BE].contains(encoding) {
            continue;
        }
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
            return Decoded::of(text.into_owned());
        }
    }
    let (good, bad) = utf8_share(&bytes);
    // In no single-byte encoding do accented letters look like UTF-8 but by rare chance: É» does.
    if good >= 3 && good * 4 >= bad {
        // As windows-1252 the rest is French, or it is damaged.
        let (text, damaged) = (mixed(&bytes), String::from_utf8_lossy(&bytes));
        if french(&text) - french(&damaged) < bad as i64 {
            return Decoded::of(damaged.into_owned());
        }
        let mut decoded = Decoded::of(text);
        decoded.doubts.push("UTF-8 and windows-1252 mixed: each is read as what it is; if it is another encoding, give --encoding".into());
        return decoded;
    }
    single(&bytes)
}

/// The encoding of the start of a file, where that is one from before UTF-8 throughout.
pub(super) fn not_utf8(start: &[u8]) -> Option<&'static Encoding> {
    let error = std::str::from_utf8(start).err()?;
    let (good, bad) = utf8_share(start);
    let utf8 = error.error_len().is_none() || good >= 3 && good * 4 >= bad;
    (!utf8).then(|| best(start).0)
}

/// Text of one of the encodings from before UTF-8.
fn single(bytes: &[u8]) -> Decoded {
    let (encoding, text, sure) = best(bytes);
    let mut decoded = Decoded::of(text.into_owned());
    if !sure {
        decoded.doubts.push(format!("read as {}, a guess: if it is wrong, give --encoding", encoding.name()));
    }
    decoded
}

/// The encoding from before UTF-8 that bytes are likeliest in, their text, and whether it reads as French.
fn best(bytes: &[u8]) -> (&'static Encoding, Cow<'_, str>, bool) {
    let letters = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let tried = FRENCH.map(|encoding| {
        let text = encoding.decode_without_bom_handling(bytes).0;
        (french(&text), encoding, text)
    });
    let (score, encoding, text) = tried.into_iter().rev().max_by_key(|(score, ..)| *score).unwrap_or((0, WINDOWS_1252, Cow::Borrowed("")));
    if score * 2 > letters as i64 {
        return (encoding, text, true);
    }
    // Not French as far as the letters tell.
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"fr"), Utf8Detection::Allow);
    if guess == UTF_8 || FRENCH.contains(&guess) {
        return (encoding, text, false);
    }
    (guess, guess.decode_without_bom_handling(bytes).0, false)
}

/// How French the letters and signs beyond ASCII stand: about one for each that is as expected, less for each that is not.
fn french(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        if !letter.is_ascii() {
            let expected = match letter {
                'à' | 'â' | 'ä' | 'é' | 'è' | 'ê' | 'ë' | 'î' | 'ï' | 'ô' | 'ö' | 'ù' | 'û' | 'ü' | 'ç' | 'œ' | 'æ' => {
                    true
                }
                'À' | 'Â' | 'É' | 'È' | 'Ê' | 'Ë' | 'Î' | 'Ï' | 'Ô' | 'Ö' | 'Ù' | 'Û' | 'Ü' | 'Ç' | 'Œ' | 'Æ' => {
                    !before.is_lowercase() && (after.is_alphabetic() || !before.is_alphabetic() && after == ' ' && letter == 'À')
                        || before.is_uppercase()
                }
                '«' | '“' | '‘' => !before.is_alphanumeric(),
                '»' | '”' => !after.is_alphanumeric(),
                '’' => before.is_alphabetic() || before == '1' || before == '0',
                '–' | '—' => !(before.is_alphabetic() && after.is_alphabetic()),
                '…' | '•' | '\u{A0}' => true,
                '€' | '°' | '²' | '½' => !before.is_alphabetic() && !after.is_lowercase() || before == 'n' && letter == '°',
                _ => false,
            };
            score += if expected {
                1
            } else if letter.is_control() {
                -2
            } else {
                -1
            };
        }
        before = letter;
    }
    score
}

/// How many characters beyond ASCII are valid UTF-8, and how many stretches are not.
fn utf8_share(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(good, bad), chunk| {
        let letters = chunk.valid().bytes().filter(|byte| byte & 0xC0 == 0xC0).count();
        (good + letters, bad + usize::from(!chunk.invalid().is_empty()))
    })
}

fn mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    // A character that the end cuts in two.
    let cut = std::str::from_utf8(&bytes[bytes.len().saturating_sub(3)..]).err().map_or(0, |_| {
        let whole = |length: &usize| {
            bytes.len() >= *length && std::str::from_utf8(&bytes[bytes.len() - length..]).is_err_and(|error| error.error_len().is_none())
        };
        (2..=3).filter(whole).max().unwrap_or(0)
    });
    let (bytes, rest) = bytes.split_at(bytes.len() - cut);
    for chunk in bytes.utf8_chunks() {
        let mut valid = chunk.valid();
        // `é »` in windows-1252, with its no-break space, looks like one character of UTF-8, a Chinese one.
        while let Some((place, length)) = valid.char_indices().find_map(|(place, letter)| {
            let length = letter.len_utf8();
            matches!(valid.as_bytes()[place..place + length], [_, 0xA0, 0xBB]).then_some((place, length))
        }) {
            text.push_str(&valid[..place]);
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(&valid.as_bytes()[place..place + length]).0);
            valid = &valid[place + length..];
        }
        text.push_str(valid);
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

/// UTF-16, by its byte order mark or because every other byte of its start is zero.
pub(super) fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding).filter(|encoding| *encoding != UTF_8);
    }
    let start = &bytes[..bytes.len().min(4096) & !1];
    // Nearly all text has none, and this is asked of every line.
    memchr::memchr(0, start)?;
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    if pairs < 2 || even.max(odd) * 10 < pairs * 7 || even.min(odd) * 10 > pairs {
        return None;
    }
    Some(if odd > even { UTF_16LE } else { UTF_16BE })
}

/// UTF-32 with its byte order mark, which encoding_rs does not know.
fn utf32(bytes: &[u8]) -> Option<String> {
    let big = bytes.starts_with(b"\0\0\xFE\xFF");
    if !big && !bytes.starts_with(b"\xFF\xFE\0\0") {
        return None;
    }
    let letter = |four: &[u8]| {
        let four = [four[0], four[1], four[2], four[3]];
        char::from_u32(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    let mut text: String = bytes[4..].chunks_exact(4).map(letter).collect();
    if !bytes.len().is_multiple_of(4) {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Some(text)
}

/// The first stretch that UTF-8 gives when it is read as windows-1252 and saved again: `Ã©`, `â€™`, `Â«`.
fn doubled(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    // Ã is C3 83, Â is C3 82, and € of â€ holds 82: each rare in French.
    for place in memchr2_iter(0x82, 0x83, bytes) {
        let (start, next) = match (place.checked_sub(1).map(|before| bytes[before]), bytes[place]) {
            (Some(0xC3), _) => (place - 1, place + 1),
            (Some(0xE2), 0x82) if bytes.get(place + 1) == Some(&0xAC) && place >= 3 && bytes[place - 3..].starts_with(b"\xC3\xA2") => {
                return text.get(place - 3..).map(|rest| &rest[..rest.char_indices().nth(3).map_or(rest.len(), |(end, _)| end)]);
            }
            _ => continue,
        };
        // What follows is the second byte of a character beyond ASCII, as windows-1252 shows it.
        let after = text.get(next..)?.chars().next();
        let continues = after.is_some_and(|after| {
            let mut letter = [0; 4];
            let (byte, _, lost) = WINDOWS_1252.encode(after.encode_utf8(&mut letter));
            !lost && matches!(byte[..], [0x80..=0xBF])
        });
        if continues {
            return text.get(start..next + after.map_or(0, char::len_utf8));
        }
    }
    None
}

/// The encodings that a page declares in its first bytes, `<meta charset=…>` or `<?xml encoding=…?>`, in their order.
pub(super) fn declared_in(page: &[u8]) -> Vec<&'static Encoding> {
    let head = page[..page.len().min(4096)].to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = memchr::memchr(b'<', &head[from..]) {
        let tag = &head[from + open..];
        let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
        from += open + end.max(1);
        let tag = &tag[..end];
        if tag.starts_with(b"<meta") || tag.starts_with(b"<?xml") {
            found.extend(charset(tag));
        }
        if from >= head.len() {
            break;
        }
    }
    found
}

/// The encoding that a header or a tag names after `charset=` or `encoding=`.
pub(super) fn charset(header: &[u8]) -> Option<&'static Encoding> {
    let header = header.to_ascii_lowercase();
    let after = |name: &[u8]| memchr::memmem::find(&header, name).map(|place| place + name.len());
    let value = &header[after(b"charset").or_else(|| after(b"encoding"))?..];
    let value = value.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let length = value.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte)).unwrap_or(value.len());
    Encoding::for_label(&value[..length])
}

/// What bytes are where they are no text, and what to do with it.
pub(super) fn no_text(bytes: &[u8]) -> Option<(String, &'static str)> {
    let known: [(&[u8], &str, &str); 8] = [
        (b"%PDF-", "a PDF", "make text of it, for instance with pdftotext FILE - | guillemet extract -"),
        (b"PK\x03\x04", "a ZIP archive, or a Word or OpenDocument file", "unpack it, or save it as text"),
        (b"\xD0\xCF\x11\xE0", "an old Office file", "save it as text"),
        (b"BZh", "compressed by bzip2", "decompress it, or use gzip or zstd"),
        (b"\xFD7zXZ", "compressed by xz", "decompress it, or use gzip or zstd"),
        (b"\x89PNG", "an image", "give its text"),
        (b"\xFF\xD8\xFF", "an image", "give its text"),
        (b"SQLite format 3", "a database", "export its table as CSV"),
    ];
    if super::feed::is_compressed(bytes) {
        return Some(("compressed twice".into(), "decompress it once"));
    }
    if let Some((_, what, advice)) = known.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Some((format!("no text: {what}"), advice));
    }
    // UTF-16 is full of zeros, text in any other encoding has no control characters to speak of. Zeros at the end are padding.
    let length = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let sample = &bytes[..length.min(1 << 12)];
    if utf16(bytes).is_some() || utf32(&bytes[..bytes.len().min(4)]).is_some() {
        return None;
    }
    let controls = sample.iter().filter(|&&byte| byte < 0x20 && !(0x07..=0x0D).contains(&byte) && byte != 0x1B).count();
    let binary = controls > 3 && controls * 20 > sample.len() || (sample.is_empty() && bytes.len() > 1);
    binary.then(|| ("no text: control characters all over".into(), "give a text, or say by --input-format what it is"))
}

/// An encoding by one of the names it has on the web: `utf-8`, `windows-1252`, `latin1`, `macintosh`.
///
/// # Errors
/// A name that is none, with some that are.
pub fn encoding(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        let mut known = String::new();
        for encoding in [UTF_8, WINDOWS_1252, ISO_8859_15, MACINTOSH, UTF_16LE] {
            let _ = write!(known, "{}{}", if known.is_empty() { "" } else { ", " }, encoding.name().to_ascii_lowercase());
        }
        format!("no such encoding: give one of the web's names, such as {known}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "« L’été, c’est fini… », a déclaré M. Lefèvre – le cœur à l’ouvrage. À Brécey, 12 € l’entrée ; « ça » coûte.\n";

    fn read(bytes: &[u8]) -> Decoded {
        decode(bytes.to_vec(), None, &[])
    }

    fn utf16_bytes(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn french_is_told_apart_from_its_bytes_alone() {
        for encoding in FRENCH {
            // ISO-8859-15 has no curly marks.
            let text = if encoding == ISO_8859_15 { TEXT.replace('’', "'").replace(['…', '–'], "-") } else { TEXT.to_string() };
            let bytes = encoding.encode(&text).0;
            assert_eq!(read(&bytes), Decoded { text, doubts: vec![] }, "{}", encoding.name());
        }
        for big in [false, true] {
            assert_eq!(read(&utf16_bytes(TEXT, big)).text, TEXT);
            assert_eq!(read(&utf16_bytes(&format!("\u{FEFF}{TEXT}"), big)), Decoded { text: TEXT.into(), doubts: vec![] });
        }
        assert_eq!(read(TEXT.as_bytes()).text, TEXT);
        assert_eq!(read(format!("\u{FEFF}{TEXT}").as_bytes()).text, TEXT);
    }

    #[test]
    fn gaps_of_the_detector_are_mended() {
        assert_eq!(read(b"Le c\xBDur co\xFBte 3 \xA4.").text, "Le cœur coûte 3 €.");
        assert_eq!(read(b"\xC7\xCANous partons\xCA\xC8, dit-elle.").text, "«\u{A0}Nous partons\u{A0}», dit-elle.");
        assert_eq!(read(b"1 \xBD heure plus tard, \xE0 B.").text, "1 ½ heure plus tard, à B.");
    }

    #[test]
    fn a_page_that_lies_is_read_all_the_same() {
        let utf8 = "<meta charset=iso-8859-1><p>« Été », dit-elle.";
        assert_eq!(decode(utf8.into(), None, &declared_in(utf8.as_bytes())).text, utf8);
        let latin = b"<meta charset=utf-8><meta charset=windows-1252><p>\xAB oui \xBB";
        assert_eq!(decode(latin.to_vec(), None, &declared_in(latin)).text, "<meta charset=utf-8><meta charset=windows-1252><p>« oui »");
        // A declaration is believed where the bytes fit it.
        let cyrillic = b"<META http-equiv=Content-Type content='text/html; charset=windows-1251'><p>\xCF\xF0\xE8\xE2\xE5\xF2";
        assert!(decode(cyrillic.to_vec(), None, &declared_in(cyrillic)).text.ends_with("Привет"));
    }

    #[test]
    fn mixed_and_damaged_texts_are_read_with_a_warning() {
        let mixed = [TEXT.as_bytes(), &WINDOWS_1252.encode(TEXT).0].concat();
        let decoded = read(&mixed);
        assert_eq!(decoded.text, [TEXT, TEXT].concat());
        assert!(decoded.doubts[0].starts_with("UTF-8 and windows-1252 mixed"));

        let spaced = "« Été\u{A0}», dit-elle à Brécey, près du café fermé\u{A0}».\n";
        assert_eq!(read(&[spaced.as_bytes(), &WINDOWS_1252.encode(spaced).0].concat()).text, spaced.repeat(2));

        let damaged = [TEXT.repeat(20).as_bytes(), b"\xE2\x80"].concat();
        let decoded = read(&damaged);
        assert_eq!(decoded.text, TEXT.repeat(20) + "\u{FFFD}");
        assert!(decoded.doubts[0].starts_with("1 place that cannot be decoded, the first in line 21"));
    }

    #[test]
    fn what_was_encoded_twice_is_told_and_left_alone() {
        for text in ["« L’été »", "Ça", "l’eau", "café"] {
            let twice = WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
            let decoded = read(twice.as_bytes());
            assert_eq!(decoded.text, twice);
            assert!(decoded.doubts.iter().any(|doubt| doubt.contains("encoded twice")), "{twice}");
        }
        for text in [TEXT, "SÃO Paulo", "Â partir", "â 3 €", "une pâte à 3€"] {
            assert_eq!(read(text.as_bytes()).doubts, Vec::<String>::new());
        }
    }

    #[test]
    fn the_user_knows_best() {
        assert_eq!(decode(b"caf\x82".to_vec(), encoding("ibm866").ok(), &[]).text, "cafВ");
        assert_eq!(decode(b"\xC3\xA9".to_vec(), encoding("latin1").ok(), &[]).text, "Ã©");
        assert_eq!(
            encoding("latin-quinze").unwrap_err(),
            "no such encoding: give one of the web's names, such as utf-8, windows-1252, iso-8859-15, macintosh, utf-16le"
        );
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert!(no_text(b"%PDF-1.7 ...").unwrap().0.contains("PDF"));
        assert!(no_text(b"\x1F\x8B\x08\x00").unwrap().0.contains("twice"));
        assert!(no_text(&[0, 1, 2, 3, 200, 12, 0, 9]).is_some());
        assert_eq!(no_text(&[TEXT.as_bytes(), &[0; 4096]].concat()), None);
        assert_eq!(no_text(&utf16_bytes(TEXT, true)), None);
        assert_eq!(no_text(b""), None);
    }
}
