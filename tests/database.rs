//! The database: what is put in is found, once; what breaks off or is broken harms nothing.

#![cfg(all(unix, feature = "command"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use guillemet::database::{Database, Search};
use rusqlite::Connection;

const GUILLEMET: &str = env!("CARGO_BIN_EXE_guillemet");

fn guillemet(arguments: &[&str]) -> Output {
    Command::new(GUILLEMET).args(arguments).output().unwrap()
}

/// What a command says on standard error.
fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn shown(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn index(input: &Path, db: &Path) -> Output {
    guillemet(&["index", input.to_str().unwrap(), "--db", db.to_str().unwrap(), "--progress", "never"])
}

/// A file of articles, a line each: source, date, text.
fn articles(path: &Path, lines: &[(&str, &str, &str)]) {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let line = |(id, date, text): &(&str, &str, &str)| {
        format!("{{\"id\": {}, \"date\": {}, \"title\": \"Brèves\", \"text\": {}}}\n", quoted(id), quoted(date), quoted(text))
    };
    fs::write(path, lines.iter().map(line).collect::<String>()).unwrap();
}

/// A database of three articles, in a folder of its own.
fn three() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (input, db) = (folder.path().join("articles.jsonl"), folder.path().join("quotes.db"));
    articles(
        &input,
        &[
            ("a", "2026-03-12", "« Le port rouvrira mardi », a indiqué Solveig Mahé."),
            ("b", "14/03/2026", "« L’œuvre du sculpteur n’est pas à vendre », a répondu Hédi Mabrouki."),
            ("c", "2026-04-02", "« Nous rouvrirons aussi la fermeture du quai », a promis Solveig Mahé."),
        ],
    );
    assert!(index(&input, &db).status.success());
    (folder, input, db)
}

fn sources(db: &Path, search: Search) -> Vec<String> {
    Database::open(db).unwrap().search(&search).unwrap().into_iter().map(|hit| hit.article.source).collect()
}

fn words(words: &str) -> Search {
    Search { words: words.into(), ..Search::default() }
}

#[test]
fn words_are_found_whatever_their_case_accents_and_endings() {
    let (_folder, _, db) = three();
    let found = |text: &str| sources(&db, words(text));
    assert_eq!(found("PORT mardi"), ["a"]);
    assert_eq!(found("oeuvre"), ["b"]);
    assert_eq!(found("l'œuvre n’est"), ["b"]);
    assert_eq!(found("rouvrira"), ["a", "c"], "the very word first, then its other forms");
    assert_eq!(found("\"fermeture du quai\""), ["c"]);
    assert!(found("\"quai du fermeture\"").is_empty());
    for operators in ["port AND NOT mardi", "port*", "NEAR(port mardi)", "quote:port", "\"port", "port OR zzz", "(port", "-port mardi'"] {
        let hits = found(operators);
        assert!(hits.is_empty() || hits == ["a"], "{operators}: {hits:?}");
    }
}

#[test]
fn speakers_and_days_narrow_what_is_found() {
    let (_folder, _, db) = three();
    let by = |speaker: &str| Search { speaker: speaker.into(), ..Search::default() };
    assert_eq!(sources(&db, by("mahe")), ["a", "c"], "the oldest first");
    assert_eq!(sources(&db, Search { words: "port".into(), ..by("Mabrouki") }), [""; 0]);
    assert_eq!(sources(&db, Search { since: Some("2026-03-14".into()), ..by("") }), ["b", "c"]);
    assert_eq!(sources(&db, Search { until: Some("2026-03-14".into()), ..by("") }), ["a", "b"]);
    assert_eq!(sources(&db, Search { limit: Some(1), ..by("mahé") }), ["a"]);
}

#[test]
fn hits_come_back_as_the_rows_they_are() {
    let (_folder, input, db) = three();
    let rows = guillemet(&["extract", input.to_str().unwrap(), "-f", "jsonl", "--keep", "title,date"]);
    let hits = guillemet(&["search", "le du n'est nous", "-f", "jsonl", "--db", db.to_str().unwrap()]);
    assert_eq!(hits.status.code(), Some(1), "all words must be there");
    for (word, line) in [("mardi", 0), ("vendre", 1), ("quai", 2)] {
        let hits = guillemet(&["search", word, "-f", "jsonl", "--db", db.to_str().unwrap()]);
        assert_eq!(shown(&hits).lines().next(), shown(&rows).lines().nth(line), "{word}");
    }
    let text = shown(&guillemet(&["search", "rouvrir", "--db", db.to_str().unwrap()]));
    assert!(
        text.starts_with("2026-03-12  Solveig Mahé\n  « Le port **rouvrira** mardi »\n  Brèves, a 2–24\n  direct, rule incise,"),
        "{text}"
    );
}

/// Everything in a database, row by row.
fn content(db: &Path) -> Vec<String> {
    let connection = Connection::open(db).unwrap();
    let mut all = Vec::new();
    for query in
        ["SELECT * FROM article", "SELECT * FROM row", "SELECT * FROM entity", "SELECT rowid, * FROM words", "SELECT * FROM quotes"]
    {
        let mut statement = connection.prepare(query).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..columns).map(|n| format!("{:?}", row.get_ref(n).unwrap())).collect();
            all.push(cells.join("|"));
        }
    }
    all
}

#[test]
fn adding_again_changes_nothing_and_a_changed_article_takes_its_place() {
    let (folder, input, db) = three();
    let (bytes, before) = (fs::read(&db).unwrap(), content(&db));
    let again = index(&input, &db);
    assert!(said(&again).contains("0 articles added, 0 changed, 3 there already"), "{}", said(&again));
    assert_eq!(fs::read(&db).unwrap(), bytes);
    articles(&input, &[("b", "14/03/2026", "« L’atelier ferme », a regretté Hédi Mabrouki."), ("d", "", "« Bonjour », a dit Ana Diop.")]);
    let more = index(&input, &db);
    assert!(said(&more).contains("1 article added, 1 changed, 0 there already"), "{}", said(&more));
    assert_eq!(sources(&db, words("atelier")), ["b"]);
    assert!(sources(&db, words("sculpteur")).is_empty());
    assert_eq!(sources(&db, words("bonjour")), ["d"]);
    assert!(content(&db).len() > before.len());
    let orphans: i64 = Connection::open(&db)
        .unwrap()
        .query_row("SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM row)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(orphans, 0);
    // However many threads.
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/articles");
    let (one, four) = (folder.path().join("one.db"), folder.path().join("four.db"));
    for (db, threads) in [(&one, "1"), (&four, "4")] {
        let made = guillemet(&["index", samples.to_str().unwrap(), "--db", db.to_str().unwrap(), "--threads", threads]);
        assert!(made.status.success());
    }
    assert_eq!(content(&one), content(&four));
}

#[test]
fn what_is_no_database_of_ours_is_told_and_left_alone() {
    let (folder, input, db) = three();
    let whole = fs::read(&db).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let text = file("text.db", b"speaker,quote\n");
    let cut = file("cut.db", &whole[..whole.len() / 2]);
    let tiny = file("tiny.db", &whole[..20]);
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
    let older = file("older.db", &whole);
    Connection::open(&older).unwrap().execute_batch("PRAGMA user_version = 0").unwrap();
    let later = file("later.db", &whole);
    Connection::open(&later).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let missing = folder.path().join("missing.db");
    for (path, want) in [
        (&text, "is no database"),
        (&cut, "is cut off"),
        (&tiny, "is cut off"),
        (&other, "is a database of another program"),
        (&older, "was made by an earlier guillemet"),
        (&later, "was made by a later guillemet"),
        (&folder.path().to_path_buf(), "is a folder"),
        (&missing, "no such database"),
    ] {
        let before = fs::read(path).ok();
        let asked = guillemet(&["search", "port", "--db", path.to_str().unwrap()]);
        assert_eq!(asked.status.code(), Some(2), "{want}");
        assert!(said(&asked).contains(&format!("{}: {want}", path.display())), "{}", said(&asked));
        if path != &missing {
            let added = index(&input, path);
            assert_eq!(added.status.code(), Some(2), "{want}");
            assert!(said(&added).contains(want), "{}", said(&added));
        }
        assert_eq!(fs::read(path).ok(), before, "{want}");
    }
    assert!(!missing.exists());
}

#[test]
fn a_killed_run_leaves_a_sound_database_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (input, db) = (folder.path().join("articles.jsonl"), folder.path().join("quotes.db"));
    let texts: Vec<(String, String)> =
        (0..20_000).map(|n| (format!("{n}"), format!("« Le port {n} rouvrira mardi », a indiqué Solveig Mahé."))).collect();
    let lines: Vec<(&str, &str, &str)> = texts.iter().map(|(id, text)| (id.as_str(), "2026-03-12", text.as_str())).collect();
    articles(&input, &lines);
    for wait in [20, 60, 150, 300] {
        let mut run = Command::new(GUILLEMET);
        run.args(["index", input.to_str().unwrap(), "--db", db.to_str().unwrap(), "--progress", "never"]);
        let mut run = run.stderr(std::process::Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(wait));
        run.kill().unwrap();
        run.wait().unwrap();
        if !db.exists() || fs::metadata(&db).unwrap().len() == 0 {
            continue;
        }
        let sound: String = Connection::open(&db).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok", "killed after {wait} ms");
    }
    assert!(index(&input, &db).status.success());
    let (articles, rows): (i64, i64) = Connection::open(&db)
        .unwrap()
        .query_row("SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM row)", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((articles, rows), (20_000, 20_000));
}
