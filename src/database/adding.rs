//! Adding: articles into the database.
//!
//! In: articles with their rows ([`Entry`]), made on any thread. Out: the file with them, as it was at the last
//! [`Adding::keep`] whatever breaks off. What is there already changes nothing; a changed article takes the place of the one
//! with its source.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{params, Connection, OptionalExtension, Statement};
use sha2::{Digest as _, Sha256};

use super::name::Name;
use super::proof::prove;
use super::words::Folded;
use super::{day, Database, DatabaseError, Folder};
use crate::grammar::Grammar;
use crate::role::Role;
use crate::row::{Article, Kind, Row};

/// What an article and the rules that it is read with come down to: what has the same is not read again.
pub type Digest = [u8; 16];

/// An article to be added.
#[derive(Debug, Clone)]
pub struct Entry {
    article: Article,
    digest: Digest,
    rows: Vec<Line>,
    roles: Vec<Role>,
}

/// A row with what it is found by.
#[derive(Debug, Clone)]
struct Line {
    row: Row,
    /// Its words.
    folded: Folded,
    /// What its speaker is called.
    name: Name,
}

impl Entry {
    /// An article with its rows, but for the `none` rows, and the roles of their speakers; what is looked for later is folded
    /// now, on whatever thread this is.
    pub fn new(article: &Article, digest: Digest, (rows, roles): (Vec<Row>, Vec<Role>), folder: &Folder, grammar: &Grammar) -> Entry {
        let mut last: Option<(String, Name)> = None;
        let fold = |row: Row| {
            // Whoever speaks often speaks on.
            let known = last.take().filter(|(speaker, _)| *speaker == row.speaker);
            let (speaker, name) = known.unwrap_or_else(|| (row.speaker.clone(), Name::of(&row.speaker, grammar)));
            last = Some((speaker, name.clone()));
            Line { folded: folder.folded(&row.quote), row, name }
        };
        Entry { article: article.clone(), digest, rows: rows.into_iter().filter(|row| row.kind != Kind::None).map(fold).collect(), roles }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// The rules as a part of every [`Digest`].
#[derive(Debug, Clone)]
pub struct Rules(Sha256);

impl Rules {
    /// Those of a grammar.
    pub fn new(grammar: &Grammar) -> Rules {
        let mut hash = Sha256::new();
        // A grammar that was read is always packed.
        let packed = postcard::to_allocvec(grammar).unwrap_or_default();
        hash.update(format!("{} {}\n", env!("CARGO_PKG_VERSION"), packed.len()));
        hash.update(packed);
        Rules(hash)
    }

    /// The digest of an article read with them.
    pub fn digest(&self, article: &Article) -> Digest {
        let mut hash = self.0.clone();
        for part in [&article.source, &article.url, &article.title, &article.date, &article.language, &article.text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let whole = hash.finalize();
        std::array::from_fn(|n| whole[n])
    }
}

/// How adding went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// Articles that were not there.
    pub new: u64,
    /// Articles that took the place of another with their source.
    pub changed: u64,
    /// Their rows.
    pub rows: u64,
}

impl Database {
    /// The digests of all its articles: what need not be read again.
    ///
    /// # Errors
    /// A damaged database.
    pub fn digests(&self) -> Result<HashSet<Digest>, DatabaseError> {
        let all = || -> rusqlite::Result<HashSet<Digest>> {
            let mut statement = self.connection.prepare("SELECT digest FROM article")?;
            let found = statement.query_map([], |row| row.get(0))?;
            found.collect()
        };
        all().map_err(self.told())
    }

    /// Begins to add articles.
    ///
    /// # Errors
    /// A database that another program writes to.
    pub fn adding(&mut self) -> Result<Adding<'_>, DatabaseError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(self.told())?;
        let (added, folder) = (Added::default(), Folder::default());
        Ok(Adding { database: self, folder, added, kept: 0, stems: HashMap::new(), touched: BTreeSet::new() })
    }
}

/// Articles on their way into a database. What was not kept when this is dropped was never there.
#[derive(Debug)]
pub struct Adding<'d> {
    database: &'d mut Database,
    folder: Folder,
    added: Added,
    /// How many bytes of text wait to be kept.
    kept: usize,
    /// In how many rows more each stem stands, by its hash, since that was last kept.
    stems: HashMap<i64, i64>,
    /// The last words of the names whose rows changed since then.
    touched: BTreeSet<String>,
}

/// After how many bytes of text what was added is kept.
const KEPT: usize = 64 << 20;

impl Adding<'_> {
    /// Adds an article, in the place of the one with its source. Now and then all that was added is kept.
    ///
    /// # Errors
    /// A full disk, a damaged database.
    pub fn add(&mut self, entry: &Entry) -> Result<(), DatabaseError> {
        let changed = self.insert(entry).map_err(self.database.told())?;
        let count = if changed { &mut self.added.changed } else { &mut self.added.new };
        *count += 1;
        self.added.rows += entry.rows.len() as u64;
        self.kept += entry.article.text.len();
        if self.kept >= KEPT {
            self.kept = 0;
            self.settle().map_err(self.database.told())?;
            self.database.connection.execute_batch("COMMIT; BEGIN IMMEDIATE").map_err(self.database.told())?;
        }
        Ok(())
    }

    /// Keeps all that was added, and ends.
    ///
    /// # Errors
    /// A full disk.
    pub fn keep(mut self) -> Result<Added, DatabaseError> {
        self.settle().map_err(self.database.told())?;
        self.database.connection.execute_batch("COMMIT").map_err(self.database.told())?;
        Ok(self.added)
    }

    /// Writes down what goes by all articles: in how many rows the stems stand, and who is proven to be whom.
    fn settle(&mut self) -> rusqlite::Result<()> {
        let sql = "INSERT INTO stem (hash, rows) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET rows = rows + excluded.rows";
        let mut statement = self.database.connection.prepare_cached(sql)?;
        let mut stems: Vec<(i64, i64)> = std::mem::take(&mut self.stems).into_iter().collect();
        stems.sort_unstable();
        for (hash, rows) in stems {
            statement.execute([hash, rows])?;
        }
        prove(&self.database.connection, &std::mem::take(&mut self.touched))
    }

    /// Whether the article took the place of another.
    fn insert(&mut self, entry: &Entry) -> rusqlite::Result<bool> {
        let Entry { article, digest, rows, roles } = entry;
        let same = "SELECT id FROM article WHERE source = ?1";
        let connection = &self.database.connection;
        let old: Option<i64> = connection.prepare_cached(same)?.query_row([&article.source], |row| row.get(0)).optional()?;
        if let Some(old) = old {
            self.take_out(old)?;
        }
        let connection = &self.database.connection;
        let Article { source, text, url, title, date, language, .. } = article;
        connection
            .prepare_cached(
                "INSERT INTO article (source, title, date, day, language, url, text, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![source, title, date, day(date), language, url, text, digest])?;
        let id = connection.last_insert_rowid();
        let mut index = connection.prepare_cached("INSERT INTO words (rowid, quote, stems) VALUES (?1, ?2, ?3)")?;
        let mut write = connection.prepare_cached(INSERT)?;
        // Whoever speaks in an article speaks more than once.
        let mut speakers: HashMap<(&str, &str), i64> = HashMap::new();
        for Line { row, folded, name } in rows {
            let entity = match speakers.get(&(row.speaker.as_str(), row.gender.as_str())) {
                _ if row.speaker.is_empty() => None,
                Some(known) => Some(*known),
                None => {
                    let entity = entity(connection, row, name)?;
                    speakers.insert((&row.speaker, &row.gender), entity);
                    if !name.described {
                        self.touched.extend(name.words.last().cloned());
                    }
                    Some(entity)
                }
            };
            bind(&mut write, id, entity, row)?;
            index.execute(params![connection.last_insert_rowid(), folded.words, folded.stems])?;
            folded.hashes.iter().for_each(|hash| *self.stems.entry(*hash).or_default() += 1);
        }
        for Role { speaker, role } in roles {
            // Whose rows are not in the database is not in it.
            if let Some((entity, _)) = known(connection, speaker)? {
                let sql = "INSERT OR IGNORE INTO role (article, entity, role) VALUES (?1, ?2, ?3)";
                connection.prepare_cached(sql)?.execute(params![id, entity, role])?;
            }
        }
        Ok(old.is_some())
    }

    /// Takes out an article with all that goes by it.
    fn take_out(&mut self, article: i64) -> rusqlite::Result<()> {
        let connection = &self.database.connection;
        let sql = "SELECT row.id, row.quote, coalesce(entity.key, '') FROM row LEFT JOIN entity ON entity.id = row.entity \
                   WHERE row.article = ?1";
        let mut gone = connection.prepare_cached(sql)?;
        let mut gone = gone.query([article])?;
        while let Some(row) = gone.next()? {
            let (id, quote, key): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let folded = self.folder.folded(&quote);
            folded.hashes.iter().for_each(|hash| *self.stems.entry(*hash).or_default() -= 1);
            // An index without content must be told what it takes out.
            connection.prepare_cached("INSERT INTO words (words, rowid, quote, stems) VALUES ('delete', ?1, ?2, ?3)")?.execute(params![
                id,
                folded.words,
                folded.stems
            ])?;
            self.touched.extend(key.split(' ').next_back().filter(|last| !last.is_empty()).map(str::to_string));
        }
        connection.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([article])?;
        Ok(())
    }
}

const INSERT: &str = "INSERT INTO row (article, entity, quote, kind, mention, cue, via, rule, link, confidence, gender, start, end, url, \
    mention_start, mention_end, cue_start, cue_end) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";

/// Writes a row by [`INSERT`].
fn bind(write: &mut Statement<'_>, article: i64, entity: Option<i64>, row: &Row) -> rusqlite::Result<()> {
    let Row { quote, kind, mention, cue, via, rule, link, confidence, gender, start, end, url, mention_span, cue_span, .. } = row;
    let ends = |span: Option<(usize, usize)>| (span.map(|s| s.0 as i64), span.map(|s| s.1 as i64));
    let ((mention_start, mention_end), (cue_start, cue_end)) = (ends(*mention_span), ends(*cue_span));
    let (start, end) = (*start as i64, *end as i64);
    write.execute(params![
        article,
        entity,
        quote,
        kind.name(),
        mention,
        cue,
        via,
        rule,
        link,
        confidence,
        gender,
        start,
        end,
        url,
        mention_start,
        mention_end,
        cue_start,
        cue_end
    ])?;
    Ok(())
}

/// The number of a speaker, and whether their gender is untold; nothing where there is none of this name.
fn known(connection: &Connection, speaker: &str) -> rusqlite::Result<Option<(i64, bool)>> {
    let mut found = connection.prepare_cached("SELECT id, gender = '' FROM entity WHERE name = ?1")?;
    found.query_row([speaker], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// The number of a speaker, who is entered where there is none of this name. A statement that inserts what another selects
/// would have the indices of words written each time, which takes as long as all the rest.
fn entity(connection: &Connection, row: &Row, name: &Name) -> rusqlite::Result<i64> {
    let Row { speaker, gender, .. } = row;
    if let Some((id, untold)) = known(connection, speaker)? {
        if untold && !gender.is_empty() {
            connection.prepare_cached("UPDATE entity SET gender = ?2 WHERE id = ?1")?.execute(params![id, gender])?;
        }
        return Ok(id);
    }
    let key = name.key();
    let id: i64 = connection.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM entity")?.query_row([], |row| row.get(0))?;
    let mut same = connection.prepare_cached("SELECT min(person) FROM entity WHERE key = ?1 AND key <> ''")?;
    let person: Option<i64> = same.query_row([&key], |row| row.get(0))?;
    connection
        .prepare_cached("INSERT INTO entity (id, name, key, described, gender, person) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![id, speaker, key, name.described, gender, person.unwrap_or(id)])?;
    connection.prepare_cached("INSERT INTO names (rowid, name) VALUES (?1, ?2)")?.execute(params![id, Folder::joined(speaker)])?;
    Ok(id)
}

impl Drop for Adding<'_> {
    fn drop(&mut self) {
        // After `keep` nothing is under way, and there is nothing to undo.
        if !self.database.connection.is_autocommit() {
            let _ = self.database.connection.execute_batch("ROLLBACK");
        }
    }
}
