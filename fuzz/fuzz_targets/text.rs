//! Any text: no panic, and its rows hold.

#![no_main]

use guillemet_fuzz::hold;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: guillemet_fuzz::load(), |bytes: &[u8]| hold(&String::from_utf8_lossy(bytes)));
