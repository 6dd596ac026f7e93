//! JSON Lines: an article a line.
//!
//! In: lines such as `{"id": "afp-12", "text": "« Nous partons », dit-elle.", "url": "https://…"}`; `id` is text or a number
//! and may be missing (the article is then `PATH#LINE`), so may `url`; other keys and blank lines are passed over.
//! Out: articles, one line in memory at a time. Not done: no repair of faulty lines, each is reported and the next is read.

use std::io::{BufRead, Read};

use serde::Deserialize;
use serde_json::Value;

use super::text::BYTE_ORDER_MARK;
use super::{ReadError, LONGEST};
use crate::row::Article;

const EXAMPLE: &str = r#"write an object a line, like {"id": "1", "text": "…"}"#;

/// The keys as any JSON value: a wrong type is then reported in our words. A key given twice is an error of serde's.
#[derive(Deserialize)]
struct Line {
    id: Option<Value>,
    text: Option<Value>,
    url: Option<Value>,
}

pub(super) struct Lines<R> {
    path: String,
    from: R,
    line: u64,
    /// Bytes read before the current line.
    offset: u64,
    bytes: Vec<u8>,
    broken: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(path: String, from: R) -> Lines<R> {
        Lines { path, from, line: 0, offset: 0, bytes: Vec::new(), broken: false }
    }

    /// Reads a line into `bytes`; gives its length, 0 at the end.
    fn read(&mut self) -> Result<u64, ReadError> {
        self.bytes.clear();
        self.line += 1;
        let read = self.from.by_ref().take(LONGEST + 1).read_until(b'\n', &mut self.bytes).and_then(|length| {
            // The rest of an endless line is passed over without being kept.
            let too_long = length as u64 > LONGEST && self.bytes.last() != Some(&b'\n');
            Ok((length, if too_long { Some(self.from.skip_until(b'\n')?) } else { None }))
        });
        match read {
            Ok((length, None)) => Ok(length as u64),
            Ok((length, Some(rest))) => {
                let error = ReadError::too_long(&self.path).at(self.line, None, self.offset);
                self.offset += (length + rest) as u64;
                Err(error)
            }
            Err(cause) => {
                self.broken = true;
                Err(ReadError::io(self.path.clone(), &cause).at(self.line, None, self.offset))
            }
        }
    }

    fn article(&self) -> Result<Article, ReadError> {
        let text = std::str::from_utf8(&self.bytes).map_err(|error| {
            let good = error.valid_up_to();
            self.fault(ReadError::not_utf8(&self.path, &self.bytes, good), good + 1)
        })?;
        // serde would also take a list as the fields in their order.
        if !text.trim_start().starts_with('{') {
            return Err(self.fault(ReadError::new(&self.path, "no JSON object", EXAMPLE), 1));
        }
        let line: Line = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            self.fault(ReadError::new(&self.path, &format!("faulty JSON ({message})"), EXAMPLE), error.column())
        })?;
        let wrong = |what: &str, advice: &str| ReadError::new(&self.path, what, advice).at(self.line, None, self.offset);
        Ok(Article {
            source: match line.id {
                Some(Value::String(id)) if !id.is_empty() => id,
                Some(Value::Number(id)) => id.to_string(),
                None | Some(Value::String(_)) => format!("{}#{}", self.path, self.line),
                Some(_) => return Err(wrong("\"id\" is neither text nor a number", "write it in quotation marks, or leave it out")),
            },
            text: match line.text {
                Some(Value::String(text)) => text,
                None => return Err(wrong("no \"text\"", "put the words of the article under this key")),
                Some(_) => return Err(wrong("\"text\" is no text", "write it in quotation marks")),
            },
            url: match line.url {
                Some(Value::String(url)) => url,
                None => String::new(),
                Some(_) => return Err(wrong("\"url\" is no text", "write it in quotation marks, or leave it out")),
            },
            ..Article::default()
        })
    }

    fn fault(&self, error: ReadError, column: usize) -> ReadError {
        let column = column.max(1) as u64;
        error.at(self.line, Some(column), self.offset + column - 1)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Article, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.broken {
            let mut length = match self.read() {
                Ok(0) => return None,
                Ok(length) => length,
                Err(error) => return Some(Err(error)),
            };
            if self.line == 1 && self.bytes.starts_with(BYTE_ORDER_MARK) {
                self.bytes.drain(..BYTE_ORDER_MARK.len());
                self.offset += BYTE_ORDER_MARK.len() as u64;
                length -= BYTE_ORDER_MARK.len() as u64;
            }
            let article = (!self.bytes.trim_ascii().is_empty()).then(|| self.article());
            self.offset += length;
            if article.is_some() {
                return article;
            }
        }
        None
    }
}
