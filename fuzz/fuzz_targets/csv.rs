//! Any bytes as a table: no panic, and the rows of every cell that is an article hold; a table whose head is given is read too.

#![no_main]

use guillemet_fuzz::files::articles;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: guillemet_fuzz::load(), |bytes: &[u8]| {
    articles("csv", bytes);
    articles("csv", &[b"id,text,url\n", bytes].concat());
});
