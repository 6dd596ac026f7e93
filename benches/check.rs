//! The database of a large archive: `cargo bench --bench check -- press.jsonl --quotes 1000000`.
//!
//! The archive is made of the articles of JSON Lines files (without one, of the sample articles), over and over, with an id, a
//! day and words of their own each time: of the longer words of names and of what stands between marks, one in four has two
//! letters changed, so that no copy is the same. Then, each in the same run: `guillemet extract` and `guillemet index`, with the
//! size of the file as a ratio to that of the text; a thousand claims (a quotation as it stands, with a word changed, of somebody
//! else, and words that nobody said, in turn) one by one in one open database, as ratios to a plain look-up of the same words in
//! the index of FTS5; `guillemet conflicts` and `guillemet speakers`.

mod texts;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use guillemet::database::{Claim, Database, Folder};
use rusqlite::Connection;
use texts::{archive, samples};

const CLAIMS: usize = 1_000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (mut quotes, mut texts) = (20_000, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quotes" => quotes = arguments.next().and_then(|number| number.parse().ok()).expect("--quotes NUMBER"),
            path => texts.extend(archive(path)),
        }
    }
    if texts.is_empty() {
        texts = samples();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).to_path_buf();
    fs::create_dir_all(&folder).unwrap();
    let (input, db, rows) = (folder.join("check.jsonl"), folder.join("check.db"), folder.join("check.csv"));
    // As many copies as have so many quotations, if each has as many as the first.
    let bytes = make(&input, &texts, 1);
    let once = run(&["extract", input.to_str().unwrap(), "-f", "jsonl", "-o", rows.to_str().unwrap()]);
    let found = fs::read_to_string(&rows).unwrap().lines().count().max(1);
    println!("{} articles, {bytes} bytes, {found} quotations, read in {:.1} s", texts.len(), once.as_secs_f64());
    let bytes = make(&input, &texts, quotes / found + 1);
    let extract = run(&["extract", input.to_str().unwrap(), "-o", rows.to_str().unwrap()]);
    let _ = fs::remove_file(&db);
    let index = run(&["index", input.to_str().unwrap(), "--db", db.to_str().unwrap()]);
    let size = fs::metadata(&db).unwrap().len();
    println!("\n| | |\n|---|---|");
    println!("| text | {:.0} MB |", bytes as f64 / 1e6);
    println!("| file | {:.0} MB, {:.2} times the text |", size as f64 / 1e6, size as f64 / bytes as f64);
    let (whole, part) = (index.as_secs_f64(), extract.as_secs_f64());
    println!("| extract | {part:.1} s |\n| index | {whole:.1} s, {:.2} times extract |", whole / part);
    claims(&db);
    for command in ["conflicts", "speakers"] {
        let time = run(&[command, "--db", db.to_str().unwrap(), "-f", "jsonl"]);
        println!("| {command} | {:.1} s |", time.as_secs_f64());
    }
}

/// A thousand claims, checked.
fn claims(db: &Path) {
    let connection = Connection::open(db).unwrap();
    let count: i64 = connection.query_row("SELECT max(id) FROM row", [], |row| row.get(0)).unwrap();
    println!("| quotations | {count} |");
    let sql = "SELECT quote, speaker FROM quotes WHERE id >= ?1 AND kind = 'direct' AND speaker <> '' AND quote LIKE '% % % % %' LIMIT 1";
    let mut statement = connection.prepare(sql).unwrap();
    let mut all: Vec<(String, String)> = Vec::new();
    for n in 0..CLAIMS as i64 {
        let found = statement.query_row([1 + n * count / CLAIMS as i64], |row| Ok((row.get(0)?, row.get(1)?)));
        all.extend(found.ok());
    }
    let made: Vec<Claim> = all
        .iter()
        .enumerate()
        .filter_map(|(n, (quote, speaker))| {
            let other = &all[(n + 7) % all.len()];
            let words: Vec<&str> = quote.split(' ').take(60).collect();
            let (mut quote, mut speaker) = (words.join(" "), speaker.as_str());
            match n % 4 {
                0 => {}
                1 => quote = words.iter().enumerate().map(|(n, word)| if n == 2 { "toujours" } else { word }).collect::<Vec<_>>().join(" "),
                2 => speaker = &other.1,
                _ => quote = words.iter().rev().step_by(2).copied().collect::<Vec<_>>().join(" "),
            }
            Claim::new(speaker, &quote, "").ok()
        })
        .collect();
    let database = Database::open(db).unwrap();
    let mut lookup = connection.prepare("SELECT rowid FROM words WHERE words MATCH ?1").unwrap();
    let mut plain = |claim: &Claim| {
        let words: Vec<String> = Folder::words(claim.quote()).map(|(word, _)| format!("\"{word}\"")).collect();
        let found = lookup.query_map([format!("quote : ({})", words.join(" AND "))], |row| row.get::<_, i64>(0)).unwrap();
        black_box(found.count());
    };
    // Once to warm up.
    for round in 0..2 {
        let (mut ours, mut theirs): (Vec<Duration>, Vec<Duration>) = made
            .iter()
            .map(|claim| {
                let begun = Instant::now();
                black_box(database.check(claim).unwrap());
                let middle = Instant::now();
                plain(claim);
                (middle - begun, middle.elapsed())
            })
            .unzip();
        if round == 0 {
            continue;
        }
        let (sum, other): (Duration, Duration) = (ours.iter().sum(), theirs.iter().sum());
        ours.sort_unstable();
        theirs.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let at = |times: &[Duration], share: f64| ms(times[((times.len() - 1) as f64 * share) as usize]);
        println!(
            "| check, {} claims | {:.1} s, {:.1} times a plain look-up ({:.1} s) |",
            made.len(),
            sum.as_secs_f64(),
            sum.as_secs_f64() / other.as_secs_f64(),
            other.as_secs_f64()
        );
        for (name, share) in [("median", 0.5), ("19 of 20", 0.95), ("slowest", 1.0)] {
            let (ours, theirs) = (at(&ours, share), at(&theirs, share));
            println!("| check, one claim, {name} | {ours:.1} ms, plain {theirs:.1} ms |");
        }
    }
}

/// Runs the command to its end, and gives the time that it took.
fn run(arguments: &[&str]) -> Duration {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_guillemet"));
    let done = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(done.code().is_some_and(|code| code < 2), "{arguments:?}: {done}");
    begun.elapsed()
}

/// Writes so many copies of some texts, each with an id and a day of its own. Gives the bytes of text.
fn make(path: &Path, texts: &[String], copies: usize) -> usize {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut bytes = 0;
    for copy in 0..copies {
        for (n, text) in texts.iter().enumerate() {
            let text = if copy == 0 { text.clone() } else { varied(text, copy as u64) };
            bytes += text.len();
            let date = format!("{}-{:02}-{:02}", 2000 + copy % 25, 1 + n % 12, 1 + n % 28);
            let id = format!("{copy}-{n}");
            writeln!(out, "{}", serde_json::json!({"id": id, "date": date, "text": text})).unwrap();
        }
    }
    out.flush().unwrap();
    bytes
}

/// A text with other words in its names and between its marks.
fn varied(text: &str, copy: u64) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut within, mut straight) = (false, false);
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let hash = letters
            .bytes()
            .fold(copy.wrapping_mul(0x9e37_79b9_7f4a_7c15), |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let named = letters.starts_with(char::is_uppercase);
        if letters.chars().count() > 5 && (within || straight || named) && (hash >> 32) % 4 == 0 {
            let mut chars: Vec<char> = letters.chars().collect();
            let letter = |n: u32| char::from(b'a' + ((hash >> n) % 26) as u8);
            (chars[2], chars[4]) = (letter(8), letter(16));
            out.extend(chars);
        } else {
            out.push_str(letters);
        }
        let rest = &word[letters.len()..];
        for mark in rest.chars() {
            match mark {
                '«' | '“' => within = true,
                '»' | '”' => within = false,
                '"' => straight = !straight,
                '\n' => (within, straight) = (false, false),
                _ => {}
            }
        }
        out.push_str(rest);
    }
    out
}
