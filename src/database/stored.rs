//! Stored rows: how quotations come back out of the database.
//!
//! In: what SQLite found. Out: a [`Stored`] row with its article, but for the text, which is asked for alone.

use rusqlite::{Connection, OptionalExtension, Row as Found};

use super::name::{Name, Who};
use crate::row::{Article, Kind, Row};

/// What a query of stored rows selects, for tables of these names.
pub(super) const COLUMNS: &str = "coalesce(entity.name, ''), row.quote, article.source, row.kind, row.mention, row.cue, row.via, \
    row.rule, row.link, row.confidence, row.gender, row.start, row.end, row.url, row.mention_start, row.mention_end, row.cue_start, \
    row.cue_end, article.url, article.title, article.date, article.language, row.id, article.id, article.day, \
    coalesce(nullif(entity.gender, ''), person.gender), person.id, coalesce(person.key, ''), coalesce(person.described, 0)";

/// The tables that a query of stored rows joins behind `row`: `person` is who speaks, across articles, by the word of the user,
/// by what the article proves, or by the name.
pub(super) const TABLES: &str = "JOIN article ON article.id = row.article LEFT JOIN entity ON entity.id = row.entity \
    LEFT JOIN proof ON proof.article = row.article AND proof.entity = row.entity LEFT JOIN temp.alias ON alias.entity = row.entity \
    LEFT JOIN entity AS person ON person.id = coalesce(alias.person, proof.person, entity.person)";

/// A row of the database.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub row: Row,
    /// Its article, without the text.
    pub article: Article,
    pub id: i64,
    pub article_id: i64,
    pub day: Option<String>,
    /// Who says it; nobody where the article does not tell.
    pub who: Who,
}

impl Stored {
    /// What [`COLUMNS`] found.
    pub fn read(found: &Found<'_>) -> rusqlite::Result<Stored> {
        let text = |n: usize| found.get::<_, String>(n);
        let number = |n: usize| found.get::<_, i64>(n).map(|number| usize::try_from(number).unwrap_or_default());
        let span = |n: usize| -> rusqlite::Result<Option<(usize, usize)>> {
            let ends: (Option<i64>, Option<i64>) = (found.get(n)?, found.get(n + 1)?);
            Ok(ends.0.zip(ends.1).and_then(|(start, end)| Some((usize::try_from(start).ok()?, usize::try_from(end).ok()?))))
        };
        let kind = match text(3)?.as_str() {
            "direct" => Kind::Direct,
            "mixed" => Kind::Mixed,
            "indirect" => Kind::Indirect,
            _ => Kind::None,
        };
        let row = Row {
            speaker: text(0)?,
            quote: text(1)?,
            source: text(2)?,
            kind,
            mention: text(4)?,
            cue: text(5)?,
            via: text(6)?,
            rule: text(7)?,
            link: text(8)?,
            confidence: found.get(9)?,
            gender: text(10)?,
            start: number(11)?,
            end: number(12)?,
            url: text(13)?,
            mention_span: span(14)?,
            cue_span: span(16)?,
        };
        let article = Article {
            source: row.source.clone(),
            url: text(18)?,
            title: text(19)?,
            date: text(20)?,
            language: text(21)?,
            ..Article::default()
        };
        // What an article says of a speaker's gender counts before what others do.
        let gender = if row.gender.is_empty() { found.get::<_, Option<String>>(25)?.unwrap_or_default() } else { row.gender.clone() };
        let who = Who { person: found.get(26)?, name: Name::of_key(&text(27)?, found.get(28)?), gender };
        Ok(Stored { row, article, id: found.get(22)?, article_id: found.get(23)?, day: found.get(24)?, who })
    }

    /// Whether the article gives its exact words.
    pub fn is_exact(&self) -> bool {
        matches!(self.row.kind, Kind::Direct | Kind::Mixed)
    }

    /// The oldest first; what has no day comes last.
    pub fn age(&self) -> (bool, Option<&str>, i64) {
        (self.day.is_none(), self.day.as_deref(), self.id)
    }
}

/// A row by its number.
pub(super) fn row(connection: &Connection, id: i64) -> rusqlite::Result<Option<Stored>> {
    let sql = format!("SELECT {COLUMNS} FROM row {TABLES} WHERE row.id = ?1");
    connection.prepare_cached(&sql)?.query_row([id], Stored::read).optional()
}

/// The sentence of an article that a stretch stands in, in code points of the text, and its text: up to the stop, the mark or
/// the line before and behind it.
pub(super) fn sentence(connection: &Connection, article: i64, span: (usize, usize)) -> rusqlite::Result<String> {
    let text: String = connection.prepare_cached("SELECT text FROM article WHERE id = ?1")?.query_row([article], |row| row.get(0))?;
    Ok(sentence_of(&text, span).to_string())
}

/// How far a sentence is looked for, in characters: what is cut into no sentences is not shown whole.
const FAR: usize = 600;

fn sentence_of(text: &str, (start, end): (usize, usize)) -> &str {
    let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
    let (from, to) = (byte(start), byte(end.max(start)));
    // The stop of an initial ends nothing: *M. Mahé*.
    let stop = |at: usize, c: char| {
        let mut before = text[..at].chars().rev();
        let initial = c == '.' && before.next().is_some_and(char::is_uppercase) && !before.next().is_some_and(char::is_alphanumeric);
        matches!(c, '.' | '!' | '?' | '…') && !initial
    };
    // Backwards: a stop ends another sentence if a space and a capital follow it.
    let mut begin = from;
    let mut after = text[from..].chars().find(|c| c.is_alphanumeric());
    let mut spaced = false;
    for (at, c) in text[..from].char_indices().rev().take(FAR) {
        if c == '\n' || (stop(at, c) && spaced && after.is_some_and(|c| !c.is_lowercase())) {
            break;
        }
        spaced = c.is_whitespace() || (spaced && !c.is_alphanumeric());
        if c.is_alphanumeric() {
            after = Some(c);
        }
        begin = at;
    }
    // Forwards: the stop belongs to the sentence, and so does the mark that closes it.
    let mut finish = to;
    let mut ended = text[..to].char_indices().next_back().is_some_and(|(at, c)| stop(at, c));
    for (at, c) in text[to..].char_indices().take(FAR) {
        let next = text[to + at + c.len_utf8()..].chars().find(|c| !c.is_whitespace());
        let opens = matches!(c, '«' | '“' | '‹' | '„' | '(' | '[');
        if c == '\n' || (ended && (opens || (c.is_alphanumeric() && !c.is_lowercase()))) {
            break;
        }
        ended = (ended && !c.is_lowercase()) || (stop(to + at, c) && next.is_none_or(|c| !c.is_lowercase()));
        finish = to + at + c.len_utf8();
    }
    text[begin..finish].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_its_stop() {
        let text = "Il pleut. « Le port ferme », a dit M. Mahé hier ! Puis « Rien. » Elle rit.\nFin";
        let of = |part: &str| {
            let byte = text.find(part).unwrap();
            let start = text[..byte].chars().count();
            sentence_of(text, (start, start + part.chars().count()))
        };
        assert_eq!(of("Il pleut."), "Il pleut.");
        assert_eq!(of("Le port ferme"), "« Le port ferme », a dit M. Mahé hier !");
        assert_eq!(of("Fin"), "Fin");
        assert_eq!(sentence_of("", (3, 9)), "");
    }
}
