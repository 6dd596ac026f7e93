//! A terminal, a real one as the system makes them: what no article, file name or address may do to it.

#![cfg(all(target_os = "linux", feature = "command"))]

use std::fs::{self, File};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};

/// What a terminal would obey.
const PAYLOADS: &[&str] = &[
    "\u{1b}]0;titre\u{7}",
    "\u{1b}]8;;http://exemple.fr/\u{1b}\\lien\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;Y29waWU=\u{7}",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}[31mrouge",
    "\u{9b}31m",
    "\u{9d}0;titre\u{9c}",
    "\rRIEN",
    "\u{8}\u{8}\u{8}\u{8}",
    "\u{7}",
    "\u{1b}P+q544e\u{1b}\\",
    "\u{1b}[6n",
    "\u{e}",
    "\u{1b}c",
    "\u{7f}",
    "\u{202e}srevne",
    "\u{2067}isole",
    "\u{2028}ligne",
];

/// Runs the command in a folder with the named streams on a terminal; gives what reached that terminal.
fn seen(folder: &Path, arguments: &[&str], out: bool, error: bool) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let open = || File::options().read(true).write(true).open(&name).unwrap();
    let stream = |on: bool| if on { Stdio::from(open()) } else { Stdio::null() };
    // One end stays open until everything is read: what a closed one still held would be lost.
    let kept: OwnedFd = open().into();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("guillemet"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).stdout(stream(out)).stderr(stream(error));
    let mut child = command.spawn().unwrap();
    drop(command);
    let reader = std::thread::spawn(move || {
        let (mut bytes, mut piece, mut master) = (Vec::new(), [0; 4096], File::from(terminal));
        // Linux tells by an error that the other end is closed.
        while let Ok(length @ 1..) = master.read(&mut piece) {
            bytes.extend_from_slice(&piece[..length]);
        }
        bytes
    });
    child.wait().unwrap();
    drop(kept);
    String::from_utf8(reader.join().unwrap()).unwrap()
}

/// Characters that a terminal obeys, line ends and tabs apart: it is the terminal that puts a CR before each LF.
fn obeyed(shown: &str) -> Vec<char> {
    let turns = |c: char| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let shown = shown.replace("\r\n", "\n");
    shown.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\t') || turns(*c)).collect()
}

#[test]
fn no_terminal_obeys_an_article() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for (n, payload) in PAYLOADS.iter().enumerate() {
        let text = format!("« La digue {payload} a tenu », a déclaré Solveig {payload} Mahé. « {payload} », a-t-elle dit.");
        fs::write(folder.path().join(format!("{n:02}{}.txt", payload.replace('/', ""))), &text).unwrap();
        let line = serde_json::json!({"id": payload, "text": text, "url": format!("https://exemple.fr/{payload}"), "title": payload, "date": payload});
        lines.push_str(&format!("{line}\n"));
        // Faults whose messages hold the payload: a key, a value, a line that is no JSON.
        lines.push_str(&format!("{}\n{{\"text\": {payload}}}\n", serde_json::json!({"text": {*payload: 1}, *payload: 2})));
    }
    fs::write(folder.path().join("archive.jsonl"), lines).unwrap();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for form in ["csv", "jsonl"] {
        // The bar moves the cursor: it is ours.
        runs.push(vec!["extract", "--progress", "never", "--all", ".", "-f", form]);
    }
    runs.push(vec!["explain", "."]);
    for payload in PAYLOADS {
        runs.push(vec!["extract", "--progress", "never", payload]);
        runs.push(vec!["extract", "--progress", "never", "archive.jsonl", "-o", payload]);
        runs.push(vec!["explain", payload]);
        runs.push(vec!["rules", "--grammar", payload]);
        runs.push(vec!["score", payload]);
        runs.push(vec!["extract", "--progress", "never", "--lexicon", payload, "archive.jsonl"]);
    }
    let mut complaints = Vec::new();
    for arguments in &runs {
        for (out, error) in [(true, false), (false, true)] {
            let shown = seen(folder.path(), arguments, out, error);
            let stream = if out { "output" } else { "error" };
            let found = obeyed(&shown);
            if !found.is_empty() {
                complaints.push(format!("{arguments:?} to standard {stream}: {found:?}"));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn a_terminal_shows_all_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "« La digue\u{1b}[31m a tenu »,\r\na déclaré Solveig Mahé.").unwrap();
    let shown = seen(folder.path(), &["extract", "a.txt"], true, false);
    assert!(shown.contains("La digue\\u{1b}[31m a tenu"), "{shown}");
    assert_eq!(shown.matches("\r\n").count(), shown.matches('\n').count());
    // What is no terminal gets the exact words.
    let piped =
        Command::new(assert_cmd::cargo::cargo_bin!("guillemet")).current_dir(folder.path()).args(["extract", "a.txt"]).output().unwrap();
    assert!(String::from_utf8(piped.stdout).unwrap().contains("La digue\u{1b}[31m a tenu"));
}
