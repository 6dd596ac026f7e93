//! What holds for every text whatever: French, broken French, or no language at all.
//!
//! Texts are of three sorts: any characters; the characters and words that make the stages work hardest; and sample articles
//! with pieces cut out, doubled and moved, where real sentences meet missing marks.

mod held;

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Row};
use guillemet::text::is_mark;
use held::{article, wrong};
use proptest::prelude::*;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Pieces that begin, end, break or hide something.
const HOSTILE: &[&str] = &[
    "«",
    "»",
    "“",
    "”",
    "„",
    "\"",
    "‹",
    "›",
    "'",
    "’",
    "« ",
    " »",
    "«\u{a0}",
    "\u{a0}»",
    "\u{202f}",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    " ",
    ".",
    ",",
    " : ",
    "…",
    "!",
    " – ",
    "— ",
    "-",
    "(",
    ")",
    "[",
    "]",
    "a-t-il ",
    "a-t-elle ajouté, ",
    "dit-on",
    "selon ",
    "Selon lui, ",
    "d’après ",
    "pour ",
    "par ",
    "que ",
    "M.",
    "Mme ",
    "Me ",
    "J.",
    "Jeanne Dupont",
    "le maire ",
    "l’",
    "il ",
    "elle ",
    "a déclaré ",
    "déclare ",
    "estimant ",
    "n’a pas dit ",
    "été jugé ",
    "de ",
    "du ",
    "et ",
    "Le ",
    "film ",
    "communiqué ",
    "12",
    "\u{0}",
    "\u{301}",
    "e\u{301}",
    "é",
    "É",
    "œ",
    "ß",
    "İ",
    "🙂",
    "👩‍👧",
    "\u{200b}",
    "\u{feff}",
    "\u{ad}",
    "\u{202e}",
    "中",
    "ا",
    "\u{10ffff}",
    "x",
];

fn articles() -> &'static [String] {
    static ARTICLES: OnceLock<Vec<String>> = OnceLock::new();
    ARTICLES.get_or_init(|| {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
        let mut paths: Vec<_> = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).collect();
        paths.sort_unstable();
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    })
}

/// A change to an article: what is done, where (as a share of its length), and how much of it.
type Change = (u8, f64, usize, &'static str);

fn changed(mut characters: Vec<char>, changes: &[Change]) -> String {
    for &(what, place, length, piece) in changes {
        let at = (place * characters.len() as f64) as usize;
        let end = (at + length).min(characters.len());
        let is_sign = |c: &char| is_mark(*c) || *c == '\n' || matches!(c, ',' | ':' | '.');
        match what {
            0 => drop(characters.drain(at..end)),
            1 => {
                let copy = characters[at..end].to_vec();
                characters.splice(at..at, copy);
            }
            2 => drop(characters.splice(at..at, piece.chars())),
            // The next mark, line end or sign: away, or twice.
            _ => {
                if let Some(next) = characters[at..].iter().position(is_sign) {
                    let sign = characters.remove(at + next);
                    if what == 4 {
                        characters.splice(at + next..at + next, [sign, sign]);
                    }
                }
            }
        }
    }
    characters.into_iter().collect()
}

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(HOSTILE), 0..60).prop_map(|pieces| pieces.concat())
}

fn mutilated() -> impl Strategy<Value = String> {
    let change = (0..5u8, 0.0..1.0, 0..80usize, prop::sample::select(HOSTILE));
    (0..articles().len(), prop::collection::vec(change, 1..12)).prop_map(|(n, changes)| changed(articles()[n].chars().collect(), &changes))
}

fn check(text: &str) -> Result<(), TestCaseError> {
    wrong(text).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_fit_any_text(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn rows_fit_hostile_text(text in hostile()) {
        check(&text)?;
    }

    #[test]
    fn rows_fit_mutilated_articles(text in mutilated()) {
        check(&text)?;
    }
}

#[test]
fn rows_fit_the_articles() {
    for text in articles() {
        wrong(text).unwrap();
    }
}

#[test]
fn the_same_article_gives_the_same_rows_on_any_thread() {
    // A grammar of its own besides the one compiled in: nothing may hang on where tables lie in memory.
    let again = Grammar::load(None, &[]).unwrap();
    let read = |grammar: &Grammar| -> Vec<Vec<Row>> { articles().iter().map(|text| rows(&article(text), grammar)).collect() };
    let once = read(Grammar::builtin());
    assert_eq!(once, read(Grammar::builtin()), "read twice");
    assert_eq!(once, read(&again), "read with a grammar loaded anew");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| read(Grammar::builtin()))).collect();
        for thread in threads {
            assert_eq!(once, thread.join().unwrap(), "read on four threads");
        }
    });
}

#[test]
fn time_grows_as_the_text_does() {
    let took = |piece: &str, length: usize| {
        let text = piece.repeat(length / piece.len());
        let start = Instant::now();
        rows(&article(&text), Grammar::builtin());
        start.elapsed()
    };
    took("mot ", 1000);
    let mut complaints = Vec::new();
    for piece in
        ["«", "»", "« a ", "\"", "a-t-il ", "selon ", "M. ", "le maire ", "(", "« ‹ “ ", "« Oui », dit-il. ", "\n«", "é\u{301}", "mot "]
    {
        // Eight times the text takes 8 times as long, or 64 times where a stage is quadratic: no clock is so bad as not to tell.
        let (short, long) = (took(piece, 20_000).max(Duration::from_millis(20)), took(piece, 160_000));
        if long > 20 * short {
            complaints.push(format!("{piece:?} repeated: {short:?}, and {long:?} for 8 times as much"));
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
