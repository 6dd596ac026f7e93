//! What the fuzz targets share: what holds for the rows of every text, and reading bytes as a file of some name.

#[path = "../../tests/held/mod.rs"]
pub mod held;

#[cfg(feature = "read")]
pub mod files;

/// Loads the grammar, which is not to count as the time of the first input.
pub fn load() {
    guillemet::grammar::Grammar::builtin();
}

/// Fails where the rows of a text do not hold.
pub fn hold(text: &str) {
    if let Err(what) = held::wrong(text) {
        panic!("{what}\n{text:?}");
    }
}
