//! Search: quotations by their words and by who said them.
//!
//! In: words of a user. Out: [`Hit`]s, best first: those with the very words before those with other endings of them.
//! What a user gives is never a query of SQLite: each word is looked for as it is, *l'œuvre* and *NOT* as well.
//! Deliberately not done: no hit is judged here.

use rusqlite::{named_params, Row as Found};

use super::stored::{Stored, COLUMNS, TABLES};
use super::{Database, DatabaseError, Folder};
use crate::row::{Article, Row};

/// What is looked for. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Words of the quotation, in any order; between quotation marks a phrase: `"fermeture du port"`.
    pub words: String,
    /// Words of the speaker's name or description.
    pub speaker: String,
    /// The first day: `2026-03-14`.
    pub since: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// The most hits; none for all.
    pub limit: Option<u64>,
}

/// A quotation that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its row.
    pub row: Row,
    /// Its article; the text is left out.
    pub article: Article,
    /// Which words of the quote were looked for, in bytes of it.
    pub matches: Vec<(usize, usize)>,
}

/// A word or a phrase that is looked for.
struct Term {
    words: Vec<String>,
    stems: Vec<String>,
}

/// Who is meant by some words of a name, across articles.
pub(super) const MEANT: &str = "SELECT coalesce(alias.person, entity.person) FROM names JOIN entity ON entity.id = names.rowid \
    LEFT JOIN temp.alias ON alias.entity = entity.id WHERE names MATCH :speaker";

/// The rows of those who are called by some words, and of those who are they by proof or by the word of the user.
fn said() -> String {
    format!(
        "row.id IN (SELECT id FROM row WHERE entity IN \
         (SELECT rowid FROM names WHERE names MATCH :speaker UNION SELECT entity FROM temp.alias WHERE person IN ({MEANT})) \
         UNION SELECT row.id FROM proof JOIN row ON row.article = proof.article AND row.entity = proof.entity \
         WHERE proof.person IN ({MEANT}))"
    )
}

impl Database {
    /// Looks for quotations.
    ///
    /// # Errors
    /// A damaged database.
    pub fn search(&self, search: &Search) -> Result<Vec<Hit>, DatabaseError> {
        let folder = Folder::default();
        let terms = terms(&search.words, &folder);
        let (asked, speaker) = (query(&terms), by(&search.speaker));
        let (from, order) = match asked {
            Some(_) => ("words JOIN row ON row.id = words.rowid", "bm25(words, 4.0, 1.0), article.day, row.id"),
            None => ("row", "article.day, row.id"),
        };
        let matched = if asked.is_some() { "words MATCH :asked" } else { ":asked IS NULL" };
        let said = if speaker.is_some() { said() } else { ":speaker IS NULL".to_string() };
        let sql = format!(
            "SELECT {COLUMNS} FROM {from} {TABLES} \
             WHERE {matched} AND {said} AND (:since IS NULL OR article.day >= :since) AND (:until IS NULL OR article.day <= :until) \
             ORDER BY {order} LIMIT :limit"
        );
        let limit = search.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let found = || -> rusqlite::Result<Vec<Hit>> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let given =
                named_params! { ":asked": asked, ":speaker": speaker, ":since": search.since, ":until": search.until, ":limit": limit };
            let hits = statement.query_map(given, |found| hit(found, &terms, &folder))?;
            hits.collect()
        };
        found().map_err(self.told())
    }
}

/// The words of a user, and the phrases between quotation marks.
fn terms(words: &str, folder: &Folder) -> Vec<Term> {
    let term = |text: &str| {
        let (words, stems) = Folder::words(text).map(|(word, at)| (word, folder.stem(&text[at]))).unzip();
        Term { words, stems }
    };
    let mut terms = Vec::new();
    for (i, part) in words.split(['"', '“', '”', '«', '»']).enumerate() {
        if i % 2 == 1 {
            terms.push(term(part));
        } else {
            terms.extend(Folder::words(part).map(|(_, at)| term(&part[at])));
        }
    }
    terms.retain(|term| !term.words.is_empty());
    terms
}

/// What SQLite is asked; nothing where there are no words.
fn query(terms: &[Term]) -> Option<String> {
    let quoted = |words: &[String]| format!("\"{}\"", words.join(" "));
    let parts: Vec<String> =
        terms.iter().map(|term| format!("(quote : {} OR stems : {})", quoted(&term.words), quoted(&term.stems))).collect();
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// What SQLite is asked of speakers; nothing where there are no words.
pub(super) fn by(speaker: &str) -> Option<String> {
    let parts: Vec<String> = Folder::words(speaker).map(|(word, _)| format!("\"{word}\"")).collect();
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

fn hit(found: &Found<'_>, terms: &[Term], folder: &Folder) -> rusqlite::Result<Hit> {
    let Stored { row, article, .. } = Stored::read(found)?;
    let matches = matches(&row.quote, terms, folder);
    Ok(Hit { row, article, matches })
}

/// Where the words of a quote stand that were looked for.
fn matches(quote: &str, terms: &[Term], folder: &Folder) -> Vec<(usize, usize)> {
    let words: Vec<(String, String, (usize, usize))> =
        Folder::words(quote).map(|(word, at)| (word, folder.stem(&quote[at.clone()]), (at.start, at.end))).collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for term in terms {
        for window in words.windows(term.words.len()) {
            let same = |(own, (word, stem)): (&(String, String, _), (&String, &String))| own.0 == *word || own.1 == *stem;
            if window.iter().zip(term.words.iter().zip(&term.stems)).all(same) {
                if let (Some(first), Some(last)) = (window.first(), window.last()) {
                    found.push((first.2 .0, last.2 .1));
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
