//! The database: articles, who said what in them, and where, in one SQLite file that is asked instead of read again.
//!
//! In: articles with their rows ([`Entry`]). Out: a file that SQLite, Datasette and DuckDB open (`schema.sql`), and what is
//! asked of it: quotations ([`Search`]), speakers ([`Speakers`]), what articles say of a [`Claim`], and where they disagree
//! ([`Conflict`]).
//!
//! ```
//! use guillemet::database::{Claim, Database, Entry, Folder, Rules, Verdict};
//! use guillemet::grammar::Grammar;
//! use guillemet::role::rows_and_roles;
//! use guillemet::row::Article;
//!
//! let folder = tempfile::tempdir()?;
//! let mut database = Database::create(&folder.path().join("quotes.db"))?;
//! let (grammar, fold) = (Grammar::builtin(), Folder::default());
//! let text = "« Le port rouvrira mardi », a indiqué Solveig Mahé.".to_string();
//! let article = Article { source: "a.txt".to_string(), text, ..Article::default() };
//! let digest = Rules::new(grammar).digest(&article);
//! let mut adding = database.adding()?;
//! adding.add(&Entry::new(&article, digest, rows_and_roles(&article, grammar), &fold, grammar))?;
//! adding.keep()?;
//! let claim = Claim::new("Solveig Mahé", "Le port fermera mardi", "")?;
//! assert_eq!(database.check(&claim)?.verdict, Verdict::Altered);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Deliberately not done: nobody is led from one article to another on a surname alone, and no question changes the file.

mod adding;
mod alias;
mod align;
mod change;
mod check;
mod claim;
mod conflict;
mod day;
mod name;
mod proof;
mod search;
mod speakers;
mod stored;
mod table;
mod wording;
mod words;

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use self::adding::{Added, Adding, Digest, Entry, Rules};
pub use self::alias::{aliases, Alias};
pub use self::change::{Change, Sort};
pub use self::check::{Exhibit, Finding, Verdict};
pub use self::claim::{claims, Claim};
pub use self::conflict::{About, Conflict};
pub use self::day::day;
pub use self::search::{Hit, Search};
pub use self::speakers::{Called, Held, Speaker, Speakers};
pub use self::table::{LineError, Lines};
pub use self::words::Folder;
use crate::text;

/// Says that a file is a database of ours: `gulm`.
const APPLICATION: i64 = 0x6775_6c6d;
/// The version of the schema.
const VERSION: i64 = 3;
const SCHEMA: &str = include_str!("schema.sql");

/// How many kilobytes of a database are held in memory.
const CACHE: usize = 128 * 1024;
/// How many statements are held.
const STATEMENTS: usize = 64;

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
    /// Who is meant by the word of the user, by what they are called.
    aliases: alias::Led,
}

/// The hash of a stem as the database has it.
fn hash_of(stem: &str) -> i64 {
    text::hash(stem).cast_signed()
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
        let database = Database { path: path.to_path_buf(), connection, aliases: alias::Led::new() };
        // What an adding changes stays in memory until it is kept.
        let settings = format!(
            "PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -{CACHE}; PRAGMA temp_store = MEMORY; \
             CREATE TEMP TABLE alias (entity INTEGER PRIMARY KEY, person INTEGER NOT NULL);"
        );
        database.connection.execute_batch(&settings).map_err(database.told())?;
        database.connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else SQLite plans a statement anew each time that a value is bound to it.
        let planned = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
        database.connection.set_db_config(planned, true).map_err(database.told())?;
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
}
