//! The database: articles, who said what in them, and where, in one SQLite file that is asked instead of read again.
//!
//! In: articles with their rows ([`Entry`]), made on any thread. Out: a file that SQLite, Datasette and DuckDB open
//! (`schema.sql`), and [`Hit`]s for what is looked for ([`Search`]).
//! Adding what is there already changes nothing; a changed article takes the place of the one with its source. Whatever breaks
//! off, the file is as it was at the last [`Adding::keep`].
//! Claims are judged by what it holds (`check.rs`).
//! Deliberately not done: nobody is led from one article to another but by the same name; a surname alone stays who it is.

mod align;
mod change;
mod check;
mod claim;
mod day;
mod name;
mod search;
mod stored;
mod wording;
mod words;

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::{params, Connection, ErrorCode, OpenFlags, OptionalExtension};
use sha2::{Digest as _, Sha256};

pub use self::change::{Change, Sort};
pub use self::check::{Exhibit, Finding, Verdict};
pub use self::claim::{claims, Claim, ClaimError, Line as ClaimLine};
pub use self::day::day;
use self::name::Name;
pub use self::search::{Hit, Search};
pub use self::words::Folder;
use crate::grammar::Grammar;
use crate::row::{Article, Row};
use crate::text;

/// Says that a file is a database of ours: `gulm`.
const APPLICATION: i64 = 0x6775_6c6d;
/// The version of the schema.
const VERSION: i64 = 2;
const SCHEMA: &str = include_str!("schema.sql");

/// What is wrong with a database, with its place and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct DatabaseError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong and what to do.
    pub what: String,
}

/// A database that is open.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    connection: Connection,
}

/// How many bytes of a file say what database it is.
const HEAD: u64 = 100;

/// How long a file should be by its first bytes: pages of a size (<https://www.sqlite.org/fileformat.html>).
fn told_size(head: &[u8]) -> u64 {
    let bytes =
        |from: usize, to: usize| head.get(from..to).unwrap_or_default().iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    if (head.len() as u64) < HEAD {
        return HEAD;
    }
    // 65,536 does not fit.
    let size = match bytes(16, 18) {
        1 => 65_536,
        size => size,
    };
    size * bytes(28, 32)
}

/// What an article and the rules that it is read with come down to: what has the same is not read again.
pub type Digest = [u8; 16];

/// An article to be added.
#[derive(Debug, Clone)]
pub struct Entry {
    article: Article,
    digest: Digest,
    rows: Vec<Line>,
}

/// A row with what it is found by.
#[derive(Debug, Clone)]
struct Line {
    row: Row,
    /// Its folded words.
    words: String,
    /// Their stems.
    stems: String,
    /// What its speaker is called.
    name: Name,
}

impl Entry {
    /// An article with its rows; what is looked for later is folded now, on whatever thread this is.
    pub fn new(article: &Article, digest: Digest, rows: Vec<Row>, folder: &Folder, grammar: &Grammar) -> Entry {
        let fold = |row: Row| {
            let (words, stems) = folder.folded(&row.quote);
            let name = Name::of(&row.speaker, grammar);
            Line { row, words, stems, name }
        };
        Entry { article: article.clone(), digest, rows: rows.into_iter().map(fold).collect() }
    }
}

/// The hashes of the stems of a quote, each once.
fn hashes(stems: &str) -> Vec<i64> {
    let mut hashes: Vec<i64> = stems.split(' ').filter(|stem| !stem.is_empty()).map(hash_of).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The hash of a stem as the database has it.
fn hash_of(stem: &str) -> i64 {
    text::hash(stem).cast_signed()
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
    /// Opens the database of a file, or makes it where there is no file or an empty one.
    ///
    /// # Errors
    /// A file that is no database of guillemet, one of another version, a damaged one, or one that cannot be written. It is left
    /// as it is.
    pub fn create(path: &Path) -> Result<Database, DatabaseError> {
        let new = fs::metadata(path).map_or(true, |file| file.is_file() && file.len() == 0);
        if !new {
            return Database::open(path);
        }
        let database = Database::with(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        let head = format!("BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; {SCHEMA} COMMIT;");
        database.connection.execute_batch(&head).map_err(database.told())?;
        Ok(database)
    }

    /// Opens the database of a file, to be asked.
    ///
    /// # Errors
    /// No file, one that is no database of guillemet, one of another version, or a damaged one.
    pub fn open(path: &Path) -> Result<Database, DatabaseError> {
        let error = |what: &str| DatabaseError { path: path.to_path_buf(), what: what.to_string() };
        if path.is_dir() {
            return Err(error("is a folder: give the file that guillemet index made"));
        }
        let mut head = Vec::new();
        match File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                return Err(error("no such database: guillemet index INPUT --db makes it"))
            }
            // Whoever may not read it is told so by SQLite.
            Err(_) => {}
            Ok(_) if !head.starts_with(b"SQLite format 3\0") => {
                return Err(error("is no database: give the file that guillemet index made"))
            }
            Ok(_) => {
                if fs::metadata(path).is_ok_and(|file| file.len() < told_size(&head)) {
                    return Err(error("is cut off: make it anew, in another file"));
                }
            }
        }
        // To be written as well, for what an adding left behind that was killed may have to be undone. Where the file may not be
        // written, SQLite opens it to be read.
        let database = Database::with(path, OpenFlags::empty())?;
        let number = |pragma: &str| -> Result<i64, DatabaseError> {
            database.connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).map_err(database.told())
        };
        if number("application_id")? != APPLICATION {
            return Err(error("is a database of another program: give the file that guillemet index made"));
        }
        let version = number("user_version")?;
        if version != VERSION {
            let other = if version > VERSION { "a later" } else { "an earlier" };
            return Err(error(&format!("was made by {other} guillemet (schema {version}, not {VERSION}): make it anew, in another file")));
        }
        Ok(database)
    }

    fn with(path: &Path, flags: OpenFlags) -> Result<Database, DatabaseError> {
        let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let failed = |cause| DatabaseError { path: path.to_path_buf(), what: format!("cannot be opened ({cause}): check the path") };
        let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        let database = Database { path: path.to_path_buf(), connection };
        database.connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;").map_err(database.told())?;
        Ok(database)
    }

    /// What SQLite says, in our words.
    fn told(&self) -> impl Fn(rusqlite::Error) -> DatabaseError + '_ {
        |cause| {
            let what = match cause.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "is damaged: make it anew, in another file".to_string(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    "another program writes to it: try again when it is done".to_string()
                }
                Some(ErrorCode::DiskFull) => "the disk is full: make room, and run the same command again".to_string(),
                Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                    format!("cannot be written ({cause}): look at its permissions and those of its folder")
                }
                _ => format!("cannot be used ({cause})"),
            };
            DatabaseError { path: self.path.clone(), what }
        }
    }

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
        Ok(Adding { database: self, added: Added::default(), kept: 0, stems: BTreeMap::new() })
    }
}

/// Articles on their way into a database. What was not kept when this is dropped was never there.
#[derive(Debug)]
pub struct Adding<'d> {
    database: &'d mut Database,
    added: Added,
    /// How many bytes of text wait to be kept.
    kept: usize,
    /// In how many rows more each stem stands, by its hash, since that was last kept.
    stems: BTreeMap<i64, i64>,
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
            self.count().map_err(self.database.told())?;
            self.database.connection.execute_batch("COMMIT; BEGIN IMMEDIATE").map_err(self.database.told())?;
        }
        Ok(())
    }

    /// Keeps all that was added, and ends.
    ///
    /// # Errors
    /// A full disk.
    pub fn keep(mut self) -> Result<Added, DatabaseError> {
        self.count().map_err(self.database.told())?;
        self.database.connection.execute_batch("COMMIT").map_err(self.database.told())?;
        Ok(self.added)
    }

    /// Writes down in how many rows the stems stand.
    fn count(&mut self) -> rusqlite::Result<()> {
        let sql = "INSERT INTO stem (hash, rows) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET rows = rows + excluded.rows";
        let mut statement = self.database.connection.prepare_cached(sql)?;
        for (hash, rows) in std::mem::take(&mut self.stems) {
            statement.execute([hash, rows])?;
        }
        Ok(())
    }

    /// Whether the article took the place of another.
    fn insert(&mut self, entry: &Entry) -> rusqlite::Result<bool> {
        let Entry { article, digest, rows } = entry;
        let connection = &self.database.connection;
        let mut same = connection.prepare_cached("SELECT id FROM article WHERE source = ?1")?;
        let old: Option<i64> = same.query_row([&article.source], |row| row.get(0)).optional()?;
        if let Some(old) = old {
            let mut gone = connection.prepare_cached("SELECT stems FROM words WHERE rowid IN (SELECT id FROM row WHERE article = ?1)")?;
            for stems in gone.query_map([old], |row| row.get::<_, String>(0))? {
                hashes(&stems?).into_iter().for_each(|hash| *self.stems.entry(hash).or_default() -= 1);
            }
            connection.prepare_cached("DELETE FROM words WHERE rowid IN (SELECT id FROM row WHERE article = ?1)")?.execute([old])?;
            connection.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([old])?;
        }
        let Article { source, text, url, title, date, language, .. } = article;
        connection
            .prepare_cached(
                "INSERT INTO article (source, title, date, day, language, url, text, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![source, title, date, day(date), language, url, text, digest])?;
        let id = connection.last_insert_rowid();
        for Line { row, words, stems, name } in rows {
            let entity = if row.speaker.is_empty() { None } else { Some(self.entity(row, name)?) };
            let Row { quote, kind, mention, cue, via, rule, link, confidence, gender, start, end, url, mention_span, cue_span, .. } = row;
            let ends = |span: Option<(usize, usize)>| (span.map(|s| s.0 as i64), span.map(|s| s.1 as i64));
            let ((mention_start, mention_end), (cue_start, cue_end)) = (ends(*mention_span), ends(*cue_span));
            let (start, end) = (*start as i64, *end as i64);
            connection
                .prepare_cached(
                    "INSERT INTO row (article, entity, quote, kind, mention, cue, via, rule, link, confidence, gender, start, end, url, \
                     mention_start, mention_end, cue_start, cue_end) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                )?
                .execute(params![
                    id,
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
            let number = connection.last_insert_rowid();
            connection
                .prepare_cached("INSERT INTO words (rowid, quote, stems) VALUES (?1, ?2, ?3)")?
                .execute(params![number, words, stems])?;
            hashes(stems).into_iter().for_each(|hash| *self.stems.entry(hash).or_default() += 1);
        }
        Ok(old.is_some())
    }

    /// The number of a speaker, who is entered where there is none of this name.
    fn entity(&self, row: &Row, name: &Name) -> rusqlite::Result<i64> {
        let connection = &self.database.connection;
        let Row { speaker, gender, .. } = row;
        let known: Option<(i64, bool)> = connection
            .prepare_cached("SELECT id, gender = '' FROM entity WHERE name = ?1")?
            .query_row([speaker], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((id, untold)) = known {
            if untold && !gender.is_empty() {
                connection.prepare_cached("UPDATE entity SET gender = ?2 WHERE id = ?1")?.execute(params![id, gender])?;
            }
            return Ok(id);
        }
        let key = name.key();
        connection
            .prepare_cached(
                "INSERT INTO entity (id, name, key, described, gender, person) \
                 SELECT next.id, ?1, ?2, ?3, ?4, coalesce((SELECT min(person) FROM entity WHERE key = ?2 AND ?2 <> ''), next.id) \
                 FROM (SELECT coalesce(max(id), 0) + 1 AS id FROM entity) AS next",
            )?
            .execute(params![speaker, key, name.described, gender])?;
        let id = connection.last_insert_rowid();
        connection.prepare_cached("INSERT INTO names (rowid, name) VALUES (?1, ?2)")?.execute(params![id, Folder::joined(speaker)])?;
        Ok(id)
    }
}

impl Drop for Adding<'_> {
    fn drop(&mut self) {
        // After `keep` nothing is under way, and there is nothing to undo.
        if !self.database.connection.is_autocommit() {
            let _ = self.database.connection.execute_batch("ROLLBACK");
        }
    }
}
