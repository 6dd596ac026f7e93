//! The whole command against `wc -w`, side by side in one run: `cargo bench --bench archive -- press.jsonl`.
//!
//! The archive is made of the articles of a JSON Lines file (an object a line with its `text`; without one, of the sample
//! articles), over and over with an id of their own, to 200 MB of text: `--size 200`. Then, in turn and five times each:
//! `guillemet extract -f csv` on the archive, on as many threads as there are cores, and `wc -w` on its text in the locale
//! C.UTF-8. The best time of each counts. The same on the file once (`once`): text that does not repeat, where caches do
//! not flatter. Beside it the time that the command takes for a text of one line (`start-up`), and the most memory that it
//! had (`VmHWM` of Linux, looked up every five milliseconds).
//! `--memory 1000,1000000` instead measures memory alone, on archives of so many articles.

mod texts;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use texts::{archive, samples};

const TIMES: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (mut size, mut memory, mut from) = (200, None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--size" => size = arguments.next().and_then(|mb| mb.parse().ok()).expect("--size MB"),
            "--memory" => memory = Some(arguments.next().expect("--memory ARTICLES,ARTICLES")),
            path => from = Some(path.to_string()),
        }
    }
    let texts = from.map_or_else(samples, |path| archive(&path));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).to_path_buf();
    fs::create_dir_all(&folder).unwrap();
    if let Some(memory) = memory {
        for articles in memory.split(',').map(|number| number.parse::<usize>().expect("a number of articles")) {
            let made = make(&folder, &texts, articles, usize::MAX);
            let (time, most) = extract(&made.archive);
            println!(
                "{articles} articles, {} MB of text: {} MB of memory, {:.1} s",
                made.bytes / 1_000_000,
                most / 1000,
                time.as_secs_f64()
            );
        }
        return;
    }
    println!("| text | MB | guillemet, s | MB/s | wc -w, s | MB/s | ratio | memory, MB |\n|---|---|---|---|---|---|---|---|");
    let once = texts.iter().map(String::len).sum();
    for (name, bytes) in [("over and over", size * 1_000_000), ("once", once)] {
        let made = make(&folder, &texts, usize::MAX, bytes);
        let (mut ours, mut theirs, mut most) = (Duration::MAX, Duration::MAX, 0);
        for _ in 0..TIMES {
            let (time, memory) = extract(&made.archive);
            (ours, most) = (ours.min(time), most.max(memory));
            theirs = theirs.min(count(&made.text));
        }
        let (mb, ours, theirs) = (made.bytes as f64 / 1e6, ours.as_secs_f64(), theirs.as_secs_f64());
        let (speed, reference, ratio, most) = (mb / ours, mb / theirs, ours / theirs, most as f64 / 1000.0);
        println!("| {name} | {mb:.1} | {ours:.2} | {speed:.1} | {theirs:.3} | {reference:.0} | {ratio:.2} | {most:.0} |");
    }
    let line = folder.join("line.txt");
    fs::write(&line, "« Nous partirons demain », a déclaré Jeanne Dupont.\n").unwrap();
    let least = (0..4 * TIMES).map(|_| extract(&line).0).min().unwrap();
    println!("\nstart-up: {:.1} ms", least.as_secs_f64() * 1e3);
}

struct Made {
    archive: PathBuf,
    text: PathBuf,
    bytes: usize,
}

/// Writes the texts over and over until there are so many of them, or bytes.
fn make(folder: &Path, texts: &[String], articles: usize, most: usize) -> Made {
    let mut made = Made { archive: folder.join("archive.jsonl"), text: folder.join("archive.txt"), bytes: 0 };
    let mut archive = BufWriter::new(File::create(&made.archive).unwrap());
    let mut plain = BufWriter::new(File::create(&made.text).unwrap());
    for (id, text) in texts.iter().cycle().take(articles).enumerate() {
        if made.bytes >= most {
            break;
        }
        made.bytes += text.len();
        writeln!(archive, "{}", serde_json::json!({"id": id.to_string(), "text": text})).unwrap();
        plain.write_all(text.as_bytes()).unwrap();
        plain.write_all(b"\n").unwrap();
    }
    archive.flush().unwrap();
    plain.flush().unwrap();
    made
}

/// The time of an extraction, and the most memory that it had, in kB.
fn extract(input: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let mut run = Command::new(env!("CARGO_BIN_EXE_guillemet"))
        .args(["extract", "-f", "csv", "--progress", "never"])
        .arg(input)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", run.id());
    let watch = thread::spawn(move || {
        let mut most = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let Some(line) = text.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { break };
            most = line.trim().trim_end_matches(" kB").parse().unwrap_or(most);
            thread::sleep(Duration::from_millis(5));
        }
        most
    });
    assert!(run.wait().unwrap().success());
    let time = start.elapsed();
    (time, watch.join().unwrap())
}

/// The time that `wc -w` takes.
fn count(text: &Path) -> Duration {
    let start = Instant::now();
    let done = Command::new("wc").env("LC_ALL", "C.UTF-8").arg("-w").arg(text).stdout(Stdio::null()).status().unwrap();
    assert!(done.success());
    start.elapsed()
}
