//! Any bytes as JSON Lines: no panic, the rows of every article hold, and a good line after them is read whatever they are,
//! unless they say at their head that the file is UTF-16, which the good line then is not.

#![no_main]

use guillemet_fuzz::files::articles;
use libfuzzer_sys::fuzz_target;

const GOOD: &str = "\n{\"id\": \"bonne-ligne\", \"text\": \"« La digue a tenu », a dit Solveig Mahé.\"}\n";

fuzz_target!(init: guillemet_fuzz::load(), |bytes: &[u8]| {
    let found = articles("jsonl", &[bytes, GOOD.as_bytes()].concat());
    let utf16 = bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xff\xfe");
    if !utf16 {
        assert_eq!(found.last().map(|article| article.source.as_str()), Some("bonne-ligne"));
    }
});
