//! Addresses as the formats of the Web want them.
//!
//! In: what an input gives as an address, or any name. Out: a URI, with everything that may not stand in one percent-encoded;
//! `None` for an address that begins with no scheme, for it leads nowhere. Not done: nothing is looked up, and an address that
//! is a URI stays as it is.

use percent_encoding::{percent_encode, utf8_percent_encode, AsciiSet, CONTROLS, NON_ALPHANUMERIC};
use sha2::{Digest, Sha256};

use super::digits;

/// What may not stand in a URI. Everything beyond ASCII is encoded too. `%` and `#` are seen to apart.
const ILLEGAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'[').add(b']').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// What names keep as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// An address as a URI.
pub(super) fn of_address(address: &str) -> Option<String> {
    let scheme = address.split_once(':')?.0;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !is_scheme || address.len() == scheme.len() + 1 {
        return None;
    }
    let mut uri = String::with_capacity(address.len());
    for (i, part) in address.split('%').enumerate() {
        if i > 0 {
            let code = part.as_bytes().get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
            uri.push_str(if code { "%" } else { "%25" });
        }
        uri.extend(utf8_percent_encode(part, ILLEGAL));
    }
    // A second number sign would begin a fragment within the fragment.
    if let Some(first) = uri.find('#') {
        let fragment = uri.split_off(first + 1);
        uri.push_str(&fragment.replace('#', "%23"));
    }
    Some(uri)
}

/// A name as a URI of this program's own: `urn:guillemet:source:presse/gare.txt`.
pub(super) fn of_name(sort: &str, name: &str) -> String {
    format!("urn:guillemet:{sort}:{}", percent_encode(name.as_bytes(), RESERVED))
}

/// The hash of some texts, which may hold anything: none of them runs into the next.
pub(super) fn hash<'a>(texts: impl IntoIterator<Item = &'a str>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// A UUID (version 8 of RFC 9562, made of a hash) that is the same whenever the same texts are given.
pub(super) fn uuid<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash(texts)[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = digits(&bytes);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_uri() {
        for (address, uri) in [
            ("https://exemple.fr/a?b=c#d", Some("https://exemple.fr/a?b=c#d")),
            ("https://exemple.fr/é à", Some("https://exemple.fr/%C3%A9%20%C3%A0")),
            ("https://exemple.fr/%C3%A9%zz%", Some("https://exemple.fr/%C3%A9%25zz%25")),
            ("https://exemple.fr/#a#b", Some("https://exemple.fr/#a%23b")),
            ("urn:isbn:2", Some("urn:isbn:2")),
            ("exemple.fr/a", None),
            ("presse/a:b.txt", None),
            ("http:", None),
            ("=1:2", None),
            ("", None),
        ] {
            assert_eq!(of_address(address).as_deref(), uri, "{address}");
        }
        assert_eq!(of_name("source", "presse/là bas#3"), "urn:guillemet:source:presse/l%C3%A0%20bas%233");
    }

    #[test]
    fn an_identifier_goes_by_every_text() {
        assert_eq!(uuid(["a", "b"]), uuid(["a", "b"]));
        assert_ne!(uuid(["a", "b"]), uuid(["ab", ""]));
        let id = uuid([]);
        assert!(id.starts_with("urn:uuid:") && id.len() == 45 && id.as_bytes()[23] == b'8', "{id}");
    }
}
