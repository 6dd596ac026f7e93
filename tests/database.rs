//! The database: what is put in is found, once; what breaks off or is broken harms nothing.

#![cfg(all(unix, feature = "command"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use guillemet::database::{aliases, Claim, Database, Search, Speaker, Speakers, Verdict};
use guillemet::row::Kind;
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
    for query in [
        "SELECT * FROM article",
        "SELECT * FROM row",
        "SELECT * FROM entity",
        "SELECT rowid FROM words",
        "SELECT * FROM quotes",
        "SELECT * FROM role",
        "SELECT * FROM proof",
        "SELECT * FROM stem",
    ] {
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

/// A claim checked: the verdict, the first row's speaker and source, and what changed.
fn checked(database: &Database, speaker: &str, quote: &str) -> (&'static str, String, Vec<&'static str>) {
    let finding = database.check(&Claim::new(speaker, quote, "").unwrap()).unwrap();
    let first = finding.exhibits.first();
    let sorts = first.map_or(Vec::new(), |one| one.changes.iter().flat_map(|change| change.sorts.iter().map(|sort| sort.name())).collect());
    (finding.verdict.name(), first.map_or(String::new(), |one| format!("{} {}", one.row.speaker, one.article.source)), sorts)
}

#[test]
fn each_claim_gets_its_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let (input, db) = (folder.path().join("articles.jsonl"), folder.path().join("quotes.db"));
    articles(
        &input,
        &[
            ("b", "2026-03-14", "« Nous ne fermerons pas le port de Brécey avant 2030 », a répété mardi Solveig Mahé."),
            ("a", "2026-03-12", "« Nous ne fermerons pas le port de Brécey avant 2030 », a déclaré Solveig Mahé."),
            ("c", "2026-03-15", "« Le marché aux poissons rouvrira au printemps prochain », a promis Hédi Mabrouki."),
            ("d", "2026-03-16", "Hédi Mabrouki a annoncé que la criée serait vendue avant la fin du mois."),
            ("e", "2026-03-17", "« Personne ne nous a demandé notre avis sur la vente », a regretté Ana Diop."),
            ("f", "2026-03-18", "« Personne ne nous a demandé notre avis sur la vente », a regretté Jeanne Dupont."),
            ("g", "2026-03-19", "« La digue », a expliqué Ana Diop, « tiendra encore dix ans. »"),
            ("h", "2026-03-20", "« Le phare sera repeint en bleu cette année », a confié le maire."),
            ("j", "2026-03-22", "« […] tiendra jusqu'à la fin de l'hiver », a assuré Ana Diop."),
            ("i", "2026-03-21", "« Les travaux du quai ont pris trois mois de retard », a admis Mme Mahé."),
        ],
    );
    assert!(index(&input, &db).status.success());
    let database = Database::open(&db).unwrap();
    let none: Vec<&str> = Vec::new();
    for (speaker, quote, verdict, first, sorts) in [
        ("Solveig Mahé", "NOUS NE FERMERONS PAS LE PORT DE BRECEY AVANT 2030 !", "verbatim", "Solveig Mahé a", none.clone()),
        ("solveig mahé", "nous ne fermerons pas le port de Brécey avant 2030", "verbatim", "Solveig Mahé a", none.clone()),
        ("la préfète Solveig Mahé", "Nous ne fermerons pas le port de Brécey avant 2030", "verbatim", "Solveig Mahé a", none.clone()),
        ("Solveig Mahé", "Nous fermerons le port de Brécey avant 2030", "altered", "Solveig Mahé a", vec!["negation", "negation"]),
        ("Solveig Mahé", "Nous ne fermerons pas le port de Brécey avant 2028", "altered", "Solveig Mahé a", vec!["number"]),
        ("Solveig Mahé", "Nous ne fermerons pas le port de Vannes avant 2030", "altered", "Solveig Mahé a", vec!["name"]),
        ("Solveig Mahé", "le port de Brécey", "fragment", "Solveig Mahé a", none.clone()),
        ("Solveig Mahé", "Nous ne fermerons pas (…) avant 2030", "fragment", "Solveig Mahé a", none.clone()),
        ("Hédi Mabrouki", "Nous ne fermerons pas le port de Brécey avant 2030", "misattributed", "Solveig Mahé a", none.clone()),
        ("Hédi Mabrouki", "La criée sera vendue à la fin du mois", "reported", "Hédi Mabrouki d", none.clone()),
        ("Ana Diop", "Personne ne nous a demandé notre avis sur la vente", "disputed", "Ana Diop e", none.clone()),
        ("Ana Diop", "La digue tiendra encore dix ans", "verbatim", "Ana Diop g", none.clone()),
        ("Ana Diop", "tiendra jusqu'à la fin de l'hiver", "verbatim", "Ana Diop j", none.clone()),
        ("Ana Diop", "La digue tiendra encore vingt ans", "altered", "Ana Diop g", vec!["number"]),
        ("Hédi Mabrouki", "Le phare sera repeint en bleu cette année", "not found", "le maire h", none.clone()),
        ("Agathe Mahé", "Nous ne fermerons pas le port de Brécey avant 2030", "misattributed", "Solveig Mahé a", none.clone()),
        ("Hédi Mabrouki", "Je pars demain à la pêche", "not found", "", none.clone()),
    ] {
        let found = checked(&database, speaker, quote);
        let named = if verdict == "not found" && first.is_empty() { String::new() } else { found.1.clone() };
        assert_eq!((found.0, named.as_str(), found.2), (verdict, first, sorts), "{speaker}: {quote}");
    }
    // A surname alone is no proof, and it is told.
    let finding = database.check(&Claim::new("Solveig Mahé", "Les travaux du quai ont pris trois mois de retard", "").unwrap()).unwrap();
    assert_eq!(finding.verdict, Verdict::Verbatim);
    assert!(finding.notes.iter().any(|note| note.contains("does not prove")), "{:?}", finding.notes);
    // What was said before the day of the claim is old.
    let claim = Claim::new("Solveig Mahé", "Nous ne fermerons pas le port de Brécey avant 2030", "2026-11-01").unwrap();
    let finding = database.check(&claim).unwrap();
    assert!(finding.notes.iter().any(|note| note.contains("2026-03-12, before 2026-11-01")), "{:?}", finding.notes);
    assert_eq!(finding.exhibits[0].sentence, "« Nous ne fermerons pas le port de Brécey avant 2030 », a déclaré Solveig Mahé.");
    assert_eq!(finding.rows, 2);
}

/// Articles whose speakers are led to each other, or not.
const NAMESAKES: &[(&str, &str, &str)] = &[
    ("full", "2026-03-12", "« La digue tient », a dit Solveig Mahé, ministre de la Mer. « Nous verrons », a répondu Pierre Auvray."),
    ("role", "2026-03-14", "« Le port rouvrira mardi », a promis la ministre de la Mer Mahé."),
    ("bare", "2026-03-15", "« Le quai sera fermé », a prévenu Mme Mahé."),
    ("words", "2026-03-16", "« Nous ne vendrons jamais la criée de Brécey », a juré M. Auvray."),
    ("source", "2026-03-10", "« Nous ne vendrons jamais la criée de Brécey », a juré Pierre Auvray."),
    ("gender", "2026-03-17", "« Nous ne vendrons jamais la criée de Brécey », a juré Mme Auvray."),
    ("two", "2026-03-18", "« On ferme », a dit le maire Diop."),
    ("ana", "2026-03-19", "« On ferme le quai », a dit Ana Diop, maire de Brécey."),
    ("lou", "2026-03-20", "« On ouvre le quai », a dit Lou Diop, maire de Vannes."),
];

/// By source, who speaks across articles and why.
fn persons(db: &Path) -> Vec<(String, String, String)> {
    let connection = Connection::open(db).unwrap();
    let mut statement = connection.prepare("SELECT source, person, proof FROM quotes WHERE proof <> '' ORDER BY source").unwrap();
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    found.map(Result::unwrap).collect()
}

#[test]
fn a_surname_is_somebody_only_where_its_article_proves_it() {
    let folder = tempfile::tempdir().unwrap();
    let (input, db) = (folder.path().join("articles.jsonl"), folder.path().join("quotes.db"));
    articles(&input, NAMESAKES);
    assert!(index(&input, &db).status.success());
    let told = |source: &str, person: &str, proof: &str| (source.to_string(), person.to_string(), proof.to_string());
    let both = [told("role", "Solveig Mahé", "role"), told("words", "Pierre Auvray", "words")];
    assert_eq!(persons(&db), both);
    let before = fs::read(&db).unwrap();
    assert!(index(&input, &db).status.success());
    assert_eq!(fs::read(&db).unwrap(), before);
    // An article at a time, in another order, the same is proven.
    let (other, one) = (folder.path().join("other.db"), folder.path().join("one.jsonl"));
    for article in NAMESAKES.iter().rev() {
        articles(&one, &[*article]);
        assert!(index(&one, &other).status.success());
    }
    assert_eq!(persons(&other), both);
    // What the proof went by is gone.
    articles(&input, &[("full", "2026-03-12", "« La digue tient », a dit Ana Diop."), ("source", "", "Il pleut.")]);
    assert!(index(&input, &db).status.success());
    assert_eq!(persons(&db), []);
    // A title that has the full name.
    let titled = r#"{"id": "title", "title": "Solveig Mahé à Brécey", "text": "« La mer monte », a dit Mme Mahé."}"#;
    fs::write(&input, titled).unwrap();
    assert!(index(&input, &other).status.success());
    assert!(persons(&other).contains(&told("title", "Solveig Mahé", "title")));
    // What is proven is no guess.
    let database = Database::open(&other).unwrap();
    let finding = database.check(&Claim::new("Solveig Mahé", "Le port rouvrira mardi", "").unwrap()).unwrap();
    assert_eq!((finding.verdict, finding.notes.len()), (Verdict::Verbatim, 0), "{finding:?}");
    let said: Vec<String> = sources(&other, Search { speaker: "solveig".into(), ..Search::default() });
    assert_eq!(said, ["title", "full", "role"]);
}

#[test]
fn speakers_are_listed_with_their_names_and_roles() {
    let folder = tempfile::tempdir().unwrap();
    let (input, db) = (folder.path().join("articles.jsonl"), folder.path().join("quotes.db"));
    articles(&input, NAMESAKES);
    assert!(index(&input, &db).status.success());
    let mut database = Database::open(&db).unwrap();
    let told = |database: &Database, words: &str| -> Vec<String> {
        let all = database.speakers(&Speakers { words: words.into(), ..Speakers::default() }).unwrap();
        let names = |speaker: &Speaker| {
            let names: Vec<String> = speaker.names.iter().map(|name| format!("{} {} {}", name.name, name.quotes, name.proof)).collect();
            let roles: Vec<String> = speaker.roles.iter().map(|held| format!("{} {}", held.role, held.articles)).collect();
            let (first, last) = speaker.days.clone().unwrap_or_default();
            format!("{} {} {first} {last}: {}; {}", speaker.name, speaker.quotes, names.join(", "), roles.join(", "))
        };
        all.iter().map(names).collect()
    };
    let mahe = "Solveig Mahé 2 2026-03-12 2026-03-14: Solveig Mahé 1 name, Mahé 1 role; ministre de la Mer 2";
    assert_eq!(told(&database, "mahé"), [mahe, "Mme Mahé 1 2026-03-15 2026-03-15: Mme Mahé 1 name; "]);
    assert_eq!(told(&database, "").len(), 7, "{:?}", told(&database, ""));
    // The user knows better, until the database is opened again.
    let table = "alias,speaker\nMme Mahé,Solveig Mahé\nle maire Diop,Ana Diop\nla patronne,Solveig Mahé\nMme Rien,Personne Ici\nMme Mahé,Ana Diop\n";
    let lines: Vec<_> = aliases(table.as_bytes()).unwrap().into_iter().map(Result::unwrap).collect();
    let wrong: Vec<String> = database.go_by(&lines).unwrap().iter().map(ToString::to_string).collect();
    let want = [
        "5: the database has no speaker Personne Ici: guillemet speakers lists them",
        "6: Mme Mahé is Solveig Mahé by an earlier line: keep one of both",
    ];
    assert_eq!(wrong, want);
    let mahe = "Solveig Mahé 3 2026-03-12 2026-03-15: Solveig Mahé 1 name, Mahé 1 alias, Mme Mahé 1 alias; ministre de la Mer 2";
    assert_eq!(told(&database, "mahé"), [mahe]);
    let claim = Claim::new("la patronne", "Le quai sera fermé", "").unwrap();
    let finding = database.check(&claim).unwrap();
    assert_eq!((finding.verdict, finding.notes.len()), (Verdict::Verbatim, 0), "{finding:?}");
    assert_eq!(told(&Database::open(&db).unwrap(), "mahé").len(), 2);
}

#[test]
fn articles_that_disagree_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let (input, db) = (folder.path().join("articles.jsonl"), folder.path().join("quotes.db"));
    articles(
        &input,
        &[
            ("later", "2026-03-14", "« Le marché aux poissons de Brécey rouvrira au printemps prochain », a promis Hédi Mabrouki."),
            ("first", "2026-03-12", "« Le marché aux poissons de Brécey rouvrira au printemps prochain », a promis Solveig Mahé."),
            ("words", "2026-03-13", "« Nous ne fermerons pas le port de Brécey avant la fin de mars », a dit Solveig Mahé."),
            ("other", "2026-03-15", "« Nous fermerons le port de Brécey avant la fin de mars », a dit Solveig Mahé."),
            ("cut", "2026-03-16", "« Nous ne fermerons pas le port de Brécey avant la fin », a dit Solveig Mahé."),
            ("body", "2026-03-17", "« La criée sera vendue avant la fin du mois de juin », a annoncé la mairie de Brécey."),
            ("same", "2026-03-18", "« La criée sera vendue avant la fin du mois de juin », a annoncé Ana Diop."),
            ("short", "2026-03-19", "« Ce n'est pas possible », a dit Ana Diop."),
            ("trite", "2026-03-20", "« Ce n'est pas possible », a dit Hédi Mabrouki."),
            ("both", "2026-03-21", "« La digue du nord tiendra encore dix ans au moins », a dit Ana Diop. « La digue du nord tiendra encore dix ans au moins », a répété Hédi Mabrouki."),
            ("one", "2026-03-22", "« La digue du nord tiendra encore dix ans au moins », a dit Ana Diop."),
        ],
    );
    assert!(index(&input, &db).status.success());
    let database = Database::open(&db).unwrap();
    let told: Vec<String> = database
        .conflicts("")
        .unwrap()
        .iter()
        .map(|conflict| {
            let rows: Vec<String> =
                conflict.exhibits.iter().map(|one| format!("{} {} {}", one.article.source, one.row.speaker, one.difference)).collect();
            format!("{} {}: {}", conflict.about.name(), conflict.rows, rows.join("| "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "speakers 2: first Solveig Mahé | later Hédi Mabrouki ",
            "words 2: words Solveig Mahé | other Solveig Mahé Nous [-ne-] fermerons [-pas-] le port de Brécey avant la fin de mars",
        ]
    );
    assert_eq!(database.conflicts("mabrouki").unwrap().len(), 1);
    assert!(database.conflicts("diop").unwrap().is_empty());
}

/// Numbers that follow one from another and look thrown.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// The same words in another typography.
fn typography(quote: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    let capitals = dice.roll(4) == 0;
    for c in quote.chars() {
        let small = dice.roll(2) == 0;
        match c {
            '\'' | '’' => out.push(if small { '\'' } else { '’' }),
            ' ' | '\u{a0}' | '\u{202f}' => out.push_str([" ", "\u{a0}", "  ", "\n"][dice.roll(4)]),
            '-' => out.push(if small { '-' } else { '\u{2011}' }),
            'œ' if small => out.push_str("oe"),
            c if capitals => {
                let upper: String = c.to_uppercase().collect();
                // Capitals may do without their accents.
                out.push_str(&if small { upper.replace('É', "E").replace('À', "A").replace('Ç', "C") } else { upper });
            }
            'é' if dice.roll(8) == 0 => out.push_str("e\u{301}"),
            c => out.push(c),
        }
    }
    match dice.roll(3) {
        0 => format!("« {out} »"),
        1 => format!("“{out}”."),
        _ => out,
    }
}

/// One word changed, dropped, added or swapped with the next.
fn altered(quote: &str, dice: &mut Dice) -> Option<String> {
    let mut words: Vec<&str> = quote.split(' ').filter(|word| word.contains(char::is_alphanumeric)).collect();
    // The first and the last word may be cut: that is a fragment.
    let at = 1 + dice.roll(words.len().checked_sub(2).filter(|inner| *inner > 0)?);
    match dice.roll(5) {
        0 => words[at] = "zèbre",
        1 => words[at] = "42",
        2 => {
            words.remove(at);
        }
        3 => words.insert(at, "pas"),
        _ => words.swap(at, at - 1),
    }
    let altered = words.join(" ");
    (altered != quote.split(' ').filter(|word| word.contains(char::is_alphanumeric)).collect::<Vec<_>>().join(" ")).then_some(altered)
}

#[test]
fn typography_makes_no_difference_and_a_word_always_does() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("quotes.db");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/articles");
    assert!(index(&samples, &db).status.success());
    let database = Database::open(&db).unwrap();
    let all: Vec<_> = database
        .search(&Search { since: None, ..Search::default() })
        .unwrap()
        .into_iter()
        .map(|hit| hit.row)
        .filter(|row| !row.speaker.is_empty() && row.kind != Kind::Indirect && row.quote.split(' ').count() > 3)
        .collect();
    assert!(all.len() > 60, "{}", all.len());
    let mut dice = Dice(5);
    let times = 2_000;
    let mut counts = std::collections::BTreeMap::new();
    for n in 0..times {
        let row = &all[n % all.len()];
        let quote = typography(&row.quote, &mut dice);
        let verdict = checked(&database, &row.speaker, &quote).0;
        assert_eq!(verdict, "verbatim", "{}: {quote}", row.speaker);
        if let Some(quote) = altered(&row.quote, &mut dice) {
            let verdict = checked(&database, &row.speaker, &quote).0;
            assert_ne!(verdict, "verbatim", "{}: {quote} for {}", row.speaker, row.quote);
            *counts.entry(verdict).or_insert(0) += 1;
        }
    }
    assert!(counts["altered"] * 100 >= times * 85, "{counts:?}");
}
