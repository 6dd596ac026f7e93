//! What holds for every text whatever: French, broken French, or no language at all.
//!
//! Texts are of three sorts: any characters; the characters and words that make the stages work hardest; and sample articles
//! with pieces cut out, doubled and moved, where real sentences meet missing marks.

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Kind, Row};
use guillemet::text::{is_mark, is_space};
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How far from its words a mark may stand, spaces not counted.
const NEAR: usize = 3;

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

fn article(text: &str) -> Article {
    Article { source: "a".to_string(), text: text.to_string(), ..Article::default() }
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

/// Says what is wrong with the rows of a text.
fn wrong(text: &str) -> Result<(), String> {
    let grammar = Grammar::builtin();
    let found = rows(&article(text), grammar);
    let characters: Vec<char> = text.chars().collect();
    let rules: HashSet<&str> = grammar.pages().iter().flat_map(|p| &p.rules).map(|r| r.id.as_str()).collect();
    let words = |(start, end): (usize, usize)| characters.get(start..end).map(|c| c.iter().collect::<String>());
    for row in &found {
        let fail = |what: &str| Err(format!("{what}: {row:?}"));
        if words((row.start, row.end)).as_deref() != Some(row.quote.as_str()) {
            return fail("text[start..end] is not the quote");
        }
        if row.mention_span.is_some_and(|span| words(span).is_none_or(|w| !w.ends_with(&row.mention))) {
            return fail("the mention is not in its place");
        }
        if row.cue_span.is_some_and(|span| words(span).as_deref() != Some(row.cue.as_str())) {
            return fail("the cue is not in its place");
        }
        if !text.contains(&row.speaker) {
            return fail("the speaker is not in the text");
        }
        if !rules.contains(row.rule.as_str()) {
            return fail("the rule is on no page");
        }
        if row.speaker.is_empty() != row.link.is_empty() {
            return fail("a speaker without its link, or a link without a speaker");
        }
        if row.kind == Kind::None && !row.speaker.is_empty() {
            return fail("nobody says it, and somebody does");
        }
    }
    let marked: Vec<&Row> = found.iter().filter(|r| r.kind != Kind::Indirect).collect();
    for (i, a) in marked.iter().enumerate() {
        // One quotation may lie within another; that two cross is a mistake.
        if let Some(b) = marked[i + 1..].iter().find(|b| a.start < b.start && b.start < a.end && a.end < b.end) {
            return Err(format!("two rows cross: {:?} by {}, {:?} by {}", a.quote, a.rule, b.quote, b.rule));
        }
    }
    match (0..characters.len()).find(|&i| is_mark(characters[i]) && !accounted(i, &characters, &found)) {
        Some(i) => {
            Err(format!("the mark {} at {i} is in no row: {:?}", characters[i], found.iter().map(|r| (r.start, r.end)).collect::<Vec<_>>()))
        }
        None => Ok(()),
    }
}

/// Whether a mark is in a row or beside one.
fn accounted(mark: usize, text: &[char], rows: &[Row]) -> bool {
    let between = |from: usize, to: usize| text[from.min(to)..to].iter().filter(|c| !is_space(**c)).count();
    rows.iter().any(|row| {
        // An incise inside the marks is cut out of the words: the mark may stand on its other side.
        let incise = [row.cue_span, row.mention_span].into_iter().flatten().filter(|_| row.rule.starts_with("inside"));
        let (start, end) = incise.fold((row.start, row.end), |(a, b), (c, d)| (a.min(c), b.max(d)));
        if mark < start {
            between(mark, start) <= NEAR
        } else {
            mark < end || between(end, mark + 1) <= NEAR
        }
    })
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

/// Texts that once broke what is held above.
const ONCE: &[&str] = &[
    "““«.« .„ »",
    // An incise with nothing but a sign beside it.
    "“a-t-elle ajouté, a-t-elle ajouté,  : ",
    // An incise whose end is not seen took the rest of the speech with it.
    "« Le patrimoine, a mentionné M. Marcotte en entrevue, ça ne a-t-elle ajouté se magasine pas en solde. »",
];

#[test]
fn rows_fit_texts_that_once_they_did_not() {
    let complaints: Vec<String> = ONCE.iter().filter_map(|text| wrong(text).err().map(|what| format!("{text:?}\n    {what}"))).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
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
