//! A text file is one article.
//!
//! In: bytes. Out: the article, its text as it stands, but for a byte order mark. Not done: no title, date or layout is sought.

use super::encoding::{decode, no_text};
use super::{Options, Outcome, Place};
use crate::row::Article;

/// The article of a text file.
pub(super) fn read(bytes: Vec<u8>, place: &Place, options: &Options) -> Outcome {
    if let (Some((what, advice)), None) = (no_text(&bytes), options.encoding) {
        return Outcome::Failed(place.error(&what, advice));
    }
    let decoded = decode(bytes, options.encoding, &[]);
    // Unlike an empty cell an empty file is somebody's article.
    let article =
        Article { source: place.path.to_string(), text: decoded.text, kept: vec![String::new(); options.keep.len()], ..Article::default() };
    Outcome::Article { article, warnings: decoded.doubts.iter().map(|doubt| format!("{place}: {doubt}")).collect() }
}
