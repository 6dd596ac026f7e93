//! Any bytes as a page: no panic, and the rows of what is taken for its text hold.

#![no_main]

use guillemet_fuzz::files::articles;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: guillemet_fuzz::load(), |bytes: &[u8]| {
    articles("html", bytes);
});
