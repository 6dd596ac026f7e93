//! Long runs: the same bytes whatever the threads, whatever breaks, and however often.

#![cfg(all(unix, feature = "command"))]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use guillemet::batch::{self, Done, Job, Made, Note, Wanted};
use guillemet::read::{documents, Options};
use guillemet::row::{Article, Row};
use guillemet::write::{Counts, Form, Left, Resumable};

/// An archive of articles, each with a number in its text.
fn archive(folder: &Path, articles: usize) -> PathBuf {
    let path = folder.join("archive.jsonl");
    let mut lines = String::new();
    for i in 0..articles {
        lines.push_str(&format!("{{\"id\": {i}, \"text\": \"« Le port {i} rouvrira mardi », a indiqué Solveig Mahé.\"}}\n"));
    }
    fs::write(&path, lines).unwrap();
    path
}

/// One row an article, which says the article's number; article 13 of every hundred ends in a panic.
fn row(article: &Article) -> Wanted {
    let number: usize = article.source.parse().unwrap();
    assert_ne!(number % 100, 13, "thirteen");
    let quote = format!("row {number}");
    let mut row: Row = guillemet::rows(article, guillemet::grammar::Grammar::builtin()).remove(0);
    row.quote = quote;
    Wanted { rows: vec![row], unsure: 0 }
}

/// Lets workers, which have no name, panic without a word.
fn quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if thread::current().name().is_some() {
                told(panic);
            }
        }));
    });
}

/// What a job over an archive gives: bytes, notes, counts.
fn run(path: &Path, threads: usize, skip: u64) -> (Vec<u8>, Vec<Note>, Counts) {
    let (form, options) = (Form::default(), Options::default());
    let make = batch::rendered(&form, row);
    let job = Job { threads, options: &options, make: &make, texts: None, skip, stop: &|| false };
    let (mut bytes, mut notes, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    let paths = [path.to_path_buf()];
    let done: Result<(), ()> = batch::run(
        || documents(&paths, &options),
        &job,
        |done: Done<Vec<u8>>| {
            bytes.extend(done.made.concat());
            notes.extend(done.notes);
            counts.add(&done.counts);
            Ok(())
        },
    );
    done.unwrap();
    (bytes, notes, counts)
}

#[test]
fn a_panic_costs_one_document_and_the_order_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = archive(folder.path(), 1000);
    quiet();
    let (alone, ..) = run(&path, 1, 0);
    for threads in [1, 2, 3, 8] {
        let (bytes, notes, counts) = run(&path, threads, 0);
        assert_eq!(bytes, alone, "{threads} threads");
        assert_eq!((counts.documents, counts.read, counts.failed, counts.skipped, counts.rows), (1000, 990, 10, 0, 990));
        let places: Vec<String> = notes.iter().map(Note::line).collect();
        assert_eq!(places.len(), 10);
        assert!(places[1].contains("archive.jsonl:114") && places[1].contains("thirteen"), "{}", places[1]);
    }
    let numbers: Vec<usize> = String::from_utf8(alone)
        .unwrap()
        .lines()
        .map(|l| l.split("row ").nth(1).unwrap().split(',').next().unwrap().parse().unwrap())
        .collect();
    assert!(numbers.is_sorted() && numbers.len() == 990);
}

#[test]
fn what_an_earlier_run_has_done_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = archive(folder.path(), 100);
    quiet();
    let (all, _, _) = run(&path, 2, 0);
    let (rest, _, counts) = run(&path, 2, 40);
    assert_eq!(counts.documents, 60);
    assert!(all.ends_with(&rest) && rest.starts_with(b"Solveig Mah\xC3\xA9,row 40,"));
}

#[test]
fn an_error_of_the_writer_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = archive(folder.path(), 100_000);
    let options = Options::default();
    let none = |_: u64, _: &Article| Made::<()>::default();
    let job = Job { threads: 2, options: &options, make: &none, texts: None, skip: 0, stop: &|| false };
    let paths = [path];
    let mut blocks = 0;
    let done = batch::run(
        || documents(&paths, &options),
        &job,
        |_| {
            blocks += 1;
            Err("full")
        },
    );
    assert_eq!((done, blocks), (Err("full"), 1));
}

/// Writes what a run writes: a block, and a checkpoint after it.
fn write(output: &mut Resumable, blocks: std::ops::Range<u64>) {
    for i in blocks {
        output.rows(format!("block {i}\n").as_bytes()).unwrap();
        output.report(format!("said {i}\n").as_bytes()).unwrap();
        output.checkpoint(&Counts { documents: i + 1, read: i + 1, ..Counts::default() }).unwrap();
    }
}

fn open(folder: &Path, run: &str, resume: bool) -> Result<(Resumable, Left), String> {
    let (rows, report) = (folder.join("rows.csv"), folder.join("report.jsonl"));
    Resumable::open(Some(&rows), Some(&report), run, resume).map_err(|error| error.to_string())
}

fn after(documents: u64) -> Left {
    Left::Resumed(Counts { documents, read: documents, ..Counts::default() })
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_broken_run_is_gone_on_with_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (mut output, left) = open(folder, "a", false).unwrap();
    assert_eq!(left, Left::Nothing);
    write(&mut output, 0..3);
    // What comes after the last checkpoint is done again.
    output.rows(b"half a bl").unwrap();
    output.report(b"half a wo").unwrap();
    drop(output);
    assert_eq!(names(folder), [".report.jsonl.part", ".rows.csv.journal", ".rows.csv.part"]);

    assert!(open(folder, "b", true).err().unwrap().contains("other inputs, options or rules"));
    let (mut output, left) = open(folder, "a", true).unwrap();
    assert_eq!(left, after(3));
    assert!(open(folder, "a", true).err().unwrap().contains("another run is writing it"));
    write(&mut output, 3..5);
    output.finish(None).unwrap();
    assert_eq!(names(folder), ["report.jsonl", "rows.csv"]);
    assert_eq!(fs::read_to_string(folder.join("rows.csv")).unwrap(), "block 0\nblock 1\nblock 2\nblock 3\nblock 4\n");
    assert_eq!(fs::read_to_string(folder.join("report.jsonl")).unwrap(), "said 0\nsaid 1\nsaid 2\nsaid 3\nsaid 4\n");

    let (output, left) = open(folder, "a", true).unwrap();
    assert_eq!(left, Left::Nothing);
    drop(output);
    assert_eq!(names(folder), ["report.jsonl", "rows.csv"], "a run without a checkpoint leaves nothing");
}

#[test]
fn not_gone_on_with_it_is_lost_and_damaged_it_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let part = folder.join(".rows.csv.part");
    let begin = |resume| {
        let (mut output, left) = open(folder, "a", resume).unwrap();
        assert_eq!(fs::read(&part).unwrap(), b"");
        write(&mut output, 0..2);
        left
    };
    assert_eq!(begin(false), Left::Nothing);
    assert_eq!(begin(false), Left::Dropped);

    let mut bytes = fs::read(&part).unwrap();
    bytes[3] ^= 1;
    fs::write(&part, &bytes).unwrap();
    assert_eq!(begin(true), Left::Damaged);
    fs::write(&part, &fs::read(&part).unwrap()[..5]).unwrap();
    assert_eq!(begin(true), Left::Damaged);
    fs::remove_file(&part).unwrap();
    assert_eq!(begin(true), Left::Damaged);
    fs::write(folder.join(".rows.csv.journal"), "guil").unwrap();
    assert_eq!(begin(true), Left::Damaged);

    // Its last line torn, a journal leads to the line before.
    let journal = folder.join(".rows.csv.journal");
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, &whole[..whole.len() - 1]).unwrap();
    let (mut output, left) = open(folder, "a", true).unwrap();
    assert_eq!(left, after(1));
    write(&mut output, 1..2);
    output.finish(None).unwrap();
    assert_eq!(fs::read_to_string(folder.join("rows.csv")).unwrap(), "block 0\nblock 1\n");
}

#[test]
fn the_last_step_may_make_something_else_of_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (mut output, _) = open(folder, "a", false).unwrap();
    write(&mut output, 0..2);
    output
        .finish(Some(&|rows, file| {
            let mut text = String::new();
            rows.read_to_string(&mut text)?;
            file.write_all(text.to_uppercase().as_bytes())
        }))
        .unwrap();
    assert_eq!(names(folder), ["report.jsonl", "rows.csv"]);
    assert_eq!(fs::read_to_string(folder.join("rows.csv")).unwrap(), "BLOCK 0\nBLOCK 1\n");
}

fn extract(folder: &Path, threads: usize) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin!("guillemet"))
        .current_dir(folder)
        .args(["extract", "archive.jsonl", "-o", "rows.csv", "--resume", "--threads", &threads.to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until a run has made another checkpoint, and sends it a signal then; tells how it ended.
fn strike(mut run: Child, folder: &Path, signal: &str, lines: usize) -> ExitStatus {
    let journal = folder.join(".rows.csv.journal");
    while run.try_wait().unwrap().is_none() {
        let noted = fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
        if noted > lines {
            Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap();
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    run.wait().unwrap()
}

#[test]
fn killed_at_any_checkpoint_a_run_ends_in_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    archive(folder, 4000);
    assert!(extract(folder, 2).wait().unwrap().success());
    let whole = fs::read(folder.join("rows.csv")).unwrap();
    assert_eq!(whole.iter().filter(|&&byte| byte == b'\n').count(), 4001);
    for threads in [1, 8] {
        fs::remove_file(folder.join("rows.csv")).unwrap();
        let mut struck = 0;
        for lines in 1..5 {
            if strike(extract(folder, threads), folder, "-KILL", lines).success() {
                break;
            }
            struck += 1;
            assert!(!folder.join("rows.csv").exists(), "a broken run gives no file");
        }
        assert!(struck > 0);
        assert!(extract(folder, threads).wait().unwrap().success());
        assert!(fs::read(folder.join("rows.csv")).unwrap() == whole, "{threads} threads, killed {struck} times");
        assert_eq!(names(folder), ["archive.jsonl", "rows.csv"]);
    }
}

#[test]
fn asked_to_stop_a_run_says_how_to_go_on() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    archive(folder, 4000);
    assert!(extract(folder, 2).wait().unwrap().success());
    let whole = fs::read(folder.join("rows.csv")).unwrap();
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        fs::remove_file(folder.join("rows.csv")).unwrap();
        let ended = strike(extract(folder, 1), folder, signal, 1);
        assert_eq!((ended.code(), ended.signal()), (Some(code), None));
        let resumed = extract(folder, 1).wait_with_output().unwrap();
        assert!(resumed.status.success());
        let said = String::from_utf8(resumed.stderr).unwrap();
        assert!(said.starts_with("guillemet: rows.csv: going on after "), "{said}");
        assert!(fs::read(folder.join("rows.csv")).unwrap() == whole, "{signal}");
    }
}
