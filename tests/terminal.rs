//! A terminal, a real one as the system makes them: what no article, file name or address may do to it.

#![cfg(all(target_os = "linux", feature = "command"))]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

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

/// Runs lines of a shell in a folder on a terminal, which `script` of util-linux makes; gives what reached that terminal.
fn seen(folder: &Path, lines: &str) -> String {
    let binary = Path::new(assert_cmd::cargo::cargo_bin!("guillemet")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let mut script = Command::new("script");
    script.current_dir(folder).env("PATH", path).env("SHELL", "/bin/sh").args(["-q", "-e", "-c", lines, "/dev/null"]);
    let output = script.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("script, of util-linux, is installed");
    String::from_utf8(output.stdout).unwrap()
}

/// A word of a shell, whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
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
    let mut archive = String::new();
    for (n, payload) in PAYLOADS.iter().enumerate() {
        let text = format!("« La digue {payload} a tenu », a déclaré Solveig {payload} Mahé. « {payload} », a-t-elle dit.");
        fs::write(folder.path().join(format!("{n:02}{}.txt", payload.replace('/', ""))), &text).unwrap();
        let line = serde_json::json!({"id": payload, "text": text, "url": format!("https://exemple.fr/{payload}"), "title": payload, "date": payload});
        archive.push_str(&format!("{line}\n"));
        // Faults whose messages hold the payload: a key, a value, a line that is no JSON.
        archive.push_str(&format!("{}\n{{\"text\": {payload}}}\n", serde_json::json!({"text": {*payload: 1}, *payload: 2})));
    }
    fs::write(folder.path().join("archive.jsonl"), archive).unwrap();
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["extract", "--all", ".", "-f", "csv"],
        vec!["extract", "--all", ".", "-f", "jsonl"],
        vec!["extract", "--all", ".", "--excel"],
        vec!["extract", ".", "-f", "tei"],
        vec!["extract", "--all", ".", "-f", "annotations"],
        vec!["extract", "--all", ".", "-f", "quotation"],
        vec!["explain", "."],
    ];
    for payload in PAYLOADS {
        runs.push(vec!["extract", payload, "archive.jsonl", "-o", payload]);
        runs.push(vec!["extract", "--lexicon", payload, "archive.jsonl"]);
        runs.push(vec!["rules", "--grammar", payload]);
        runs.push(vec!["score", payload]);
        runs.push(vec!["extract", "-f", payload, "archive.jsonl"]);
    }
    let mut complaints = Vec::new();
    let mut lines = String::new();
    for (n, arguments) in runs.iter().enumerate() {
        let line = format!("guillemet {}", arguments.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
        // First the output alone, then the errors alone. A bar of progress moves the cursor, and may.
        let never = if arguments[0] == "extract" { " --progress never" } else { "" };
        lines.push_str(&format!("echo run {n}\n{line}{never} 2>/dev/null\necho run {n}, errors\n{line}{never} >/dev/null\n"));
    }
    let shown = seen(folder.path(), &lines);
    let mut heard = 0;
    for part in shown.split("run ").skip(1) {
        let found = obeyed(part);
        heard += usize::from(part.lines().count() > 1);
        if !found.is_empty() {
            complaints.push(format!("{}: {found:?} in {part}", part.lines().next().unwrap_or_default()));
        }
    }
    assert!(heard > runs.len(), "next to nothing was shown:\n{shown}");
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn a_terminal_shows_all_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "« La digue\u{1b}[31m a tenu »,\r\na déclaré Solveig Mahé.").unwrap();
    let shown = seen(folder.path(), "guillemet extract a.txt");
    assert!(shown.contains("La digue\\u{1b}[31m a tenu"), "{shown}");
    assert_eq!(shown.matches("\r\n").count(), shown.matches('\n').count());
    // What is no terminal gets the exact words.
    let piped =
        Command::new(assert_cmd::cargo::cargo_bin!("guillemet")).current_dir(folder.path()).args(["extract", "a.txt"]).output().unwrap();
    assert!(String::from_utf8(piped.stdout).unwrap().contains("La digue\u{1b}[31m a tenu"));
}
