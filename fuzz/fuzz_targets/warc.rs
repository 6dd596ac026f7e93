//! Any bytes as a crawl: no panic, and the rows of every page hold; so too where they are the payload of a record that is whole.

#![no_main]

use guillemet_fuzz::files::articles;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: guillemet_fuzz::load(), |bytes: &[u8]| {
    articles("warc", bytes);
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://exemple.fr/a\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n",
        bytes.len()
    );
    articles("warc", &[head.as_bytes(), bytes, b"\r\n\r\n"].concat());
});
