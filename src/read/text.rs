//! A text file is one article.
//!
//! In: bytes. Out: the article, its text untouched but for a byte order mark. Not done: no title, date or layout is sought.

use std::io::Read;

use super::{ReadError, LONGEST};
use crate::row::Article;

/// What some editors put at the start of UTF-8: no part of the text, and offsets are counted without it.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn article(source: String, from: impl Read) -> Result<Article, ReadError> {
    let mut bytes = Vec::new();
    if let Err(cause) = from.take(LONGEST + 1).read_to_end(&mut bytes) {
        return Err(ReadError::io(source, &cause));
    }
    if bytes.len() as u64 > LONGEST {
        return Err(ReadError::too_long(&source));
    }
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    bytes.drain(..mark);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Article { source, text, ..Article::default() }),
        Err(error) => {
            let (bytes, good) = (error.as_bytes(), error.utf8_error().valid_up_to());
            let line = 1 + bytes.iter().take(good).filter(|&&byte| byte == b'\n').count();
            Err(ReadError::not_utf8(&source, bytes, good).at(line as u64, None, (mark + good) as u64))
        }
    }
}
