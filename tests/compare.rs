//! Comparing two outputs: what holds whatever the outputs are, and a few that a person would look at.

#![cfg(feature = "command")]

use guillemet::compare::{compare, Change, Comparison, Format, Options, Table};
use proptest::prelude::*;

/// Source, start, length, speaker, quote, rule, confidence.
type Line = (u8, u64, u64, u8, u8, u8, u8);

fn csv(lines: &[Line]) -> String {
    let mut text = String::from("speaker,quote,source,confidence,rule,start,end\n");
    for (source, start, length, speaker, quote, rule, confidence) in lines {
        let words = ["", "Oui", "Nous partons", "Nous partons demain", "« Ici »; là"][usize::from(*quote)];
        text.push_str(&format!("P{speaker},{words},{source}.txt,0.{confidence},r{rule},{start},{}\n", start + length));
    }
    text
}

fn compared(old: &str, new: &str, options: &Options) -> Comparison {
    let table = |text: &str| Table::read("output", text.as_bytes()).unwrap();
    compare(&mut table(old), &mut table(new), options).unwrap()
}

fn report(comparison: &Comparison) -> String {
    let mut report = Vec::new();
    for format in [Format::Text, Format::Csv, Format::Html] {
        comparison.write(format, None, &mut report).unwrap();
    }
    String::from_utf8(report).unwrap()
}

fn changes(comparison: &Comparison) -> Vec<Change> {
    comparison.groups.iter().flat_map(|group| group.changes()).map(Result::unwrap).collect()
}

fn mirrored(change: Change) -> Change {
    match change {
        Change::Added(row) => Change::Removed(row),
        Change::Removed(row) => Change::Added(row),
        Change::Changed { old, new, columns } => Change::Changed { old: new, new: old, columns },
    }
}

fn with_confidence() -> Options {
    Options { confidence: true, ..Options::default() }
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec((0..4_u8, 0..30_u64, 0..12_u64, 0..2_u8, 0..5_u8, 0..3_u8, 1..3_u8), 0..24)
}

/// An output, and what became of it: lines lost, won, altered, in another order.
fn two() -> impl Strategy<Value = (Vec<Line>, Vec<Line>)> {
    let new = |old: Vec<Line>| {
        let kept = prop::sample::subsequence(old.clone(), 0..=old.len()).prop_shuffle();
        (Just(old), kept, lines(), any::<u8>()).prop_map(|(old, mut kept, more, how)| {
            for (i, line) in kept.iter_mut().enumerate() {
                match (usize::from(how) + i) % 6 {
                    0 => line.1 += 7,
                    1 => line.3 ^= 1,
                    2 => line.2 += 3,
                    3 => line.6 ^= 1,
                    _ => {}
                }
            }
            kept.extend(more.into_iter().take(usize::from(how % 5)));
            (old, kept)
        })
    };
    lines().prop_flat_map(new)
}

proptest! {
    #[test]
    fn an_output_is_the_same_as_itself_in_any_order((lines, shuffled) in lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))) {
        let found = compared(&csv(&lines), &csv(&shuffled), &with_confidence());
        prop_assert!(!found.totals.differ(), "{}", report(&found));
        prop_assert_eq!((found.totals.same, found.groups.len()), (lines.len() as u64, 0));
    }

    #[test]
    fn every_row_is_counted_once((old, new) in two()) {
        let found = compared(&csv(&old), &csv(&new), &with_confidence());
        let t = found.totals;
        prop_assert_eq!((t.old, t.new), (old.len() as u64, new.len() as u64));
        prop_assert_eq!(t.removed + t.same + t.confidence + t.changed, t.old);
        prop_assert_eq!(t.added + t.same + t.confidence + t.changed, t.new);
        prop_assert_eq!(found.groups.iter().map(|group| group.len()).sum::<u64>(), t.added + t.removed + t.confidence + t.changed);
        for group in &found.groups {
            prop_assert_eq!(group.changes().count() as u64, group.len());
        }
    }

    #[test]
    fn old_and_new_may_be_swapped((old, new) in two()) {
        let there = changes(&compared(&csv(&old), &csv(&new), &with_confidence()));
        let mut back: Vec<Change> = changes(&compared(&csv(&new), &csv(&old), &with_confidence())).into_iter().map(mirrored).collect();
        let mut there_again = there.clone();
        there_again.sort();
        back.sort();
        prop_assert_eq!(there_again, back);
    }

    #[test]
    fn memory_and_order_change_nothing((old, new) in two(), memory in 0..3000_usize, apart in any::<bool>()) {
        let mut by_article = (old.clone(), new.clone());
        by_article.0.sort_by_key(|line| line.0);
        by_article.1.sort_by_key(|line| line.0);
        let wanted = report(&compared(&csv(&by_article.0), &csv(&by_article.1), &with_confidence()));
        let (old, new) = if apart { (old, new) } else { by_article };
        let found = report(&compared(&csv(&old), &csv(&new), &Options { memory, ..with_confidence() }));
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn what_is_no_output_is_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in 0..3_usize) {
        let head = ["", "speaker,quote,source,rule,start,end\n", "{\"speaker\":\"\",\"quote\":\"\",\"source\":\"\",\"rule\":\"\",\"start\":1,\"end\":2}\n"][head];
        let mut faulty = head.as_bytes().to_vec();
        faulty.extend(bytes);
        let whole = csv(&[(1, 2, 3, 0, 1, 0, 1)]);
        if let Ok(mut table) = Table::read("faulty", faulty.as_slice()) {
            if let Err(error) = compare(&mut Table::read("whole", whole.as_bytes()).unwrap(), &mut table, &Options::default()) {
                let error = error.to_string();
                prop_assert!(error.starts_with("faulty") && error.matches(": ").count() >= 2, "{}", error);
            }
        }
    }
}

/// Start, end and words of each row of an article, as an output.
fn article(rows: &[(u64, u64, &str)]) -> String {
    let rows = rows.iter().map(|(start, end, quote)| format!("P,{quote},a.txt,r,{start},{end}\n"));
    String::from("speaker,quote,source,rule,start,end\n") + &rows.collect::<String>()
}

/// What became of each row: old start → new start.
fn moves(old: &[(u64, u64, &str)], new: &[(u64, u64, &str)]) -> Vec<(Option<u64>, Option<u64>)> {
    let found = compared(&article(old), &article(new), &Options::default());
    changes(&found).iter().map(|change| (change.before().map(|row| row.start), change.after().map(|row| row.start))).collect()
}

#[test]
fn a_text_that_moved_down_takes_its_rows_along() {
    // A title of 50 letters was added: the first row lies where the second was, and the third has the words of the first.
    let old = [(0, 40, "Un"), (50, 90, "Deux"), (100, 140, "Un"), (150, 190, "Trois")];
    let new = [(50, 90, "Un"), (100, 140, "Deux"), (150, 190, "Un"), (200, 240, "Trois")];
    assert_eq!(moves(&old, &new), [(Some(0), Some(50)), (Some(50), Some(100)), (Some(100), Some(150)), (Some(150), Some(200))]);
}

#[test]
fn a_row_goes_with_the_one_that_shares_most_of_it() {
    let old = [(0, 30, "Un deux trois")];
    let new = [(0, 4, "Un"), (5, 30, "deux trois"), (31, 40, "quatre")];
    assert_eq!(moves(&old, &new), [(None, Some(0)), (Some(0), Some(5)), (None, Some(31))]);
    // A letter shared is enough, none is not.
    assert_eq!(moves(&[(0, 10, "Un")], &[(9, 12, "Deux")]), [(Some(0), Some(9))]);
    assert_eq!(moves(&[(0, 10, "Un")], &[(10, 12, "Deux")]), [(Some(0), None), (None, Some(10))]);
}

#[test]
fn of_the_same_words_the_nearest_are_taken() {
    let old = [(0, 3, "Oui"), (500, 503, "Oui")];
    assert_eq!(moves(&old, &[(480, 483, "Oui")]), [(Some(0), None), (Some(500), Some(480))]);
    // No words are not the same words.
    assert_eq!(moves(&[(0, 0, "")], &[(9, 9, "")]), [(Some(0), None), (None, Some(9))]);
}

#[test]
fn thousands_of_rows_that_overlap_take_no_more_than_a_moment() {
    let rows = |shift: u64| (0..5000).map(|i| (i + shift, i + shift + 9000, "Mot")).collect::<Vec<_>>();
    let words: Vec<String> = (0..5000).map(|i| format!("mot {i}")).collect();
    let renamed: Vec<(u64, u64, &str)> = rows(3).iter().zip(&words).map(|(row, words)| (row.0, row.1, words.as_str())).collect();
    let began = std::time::Instant::now();
    assert_eq!(moves(&rows(0), &renamed).len(), 5000);
    assert_eq!(moves(&rows(0), &rows(3)).len(), 3);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn an_output_for_a_spreadsheet_is_the_same_as_a_plain_one() {
    let plain = "speaker,quote,source,rule,start,end,=note\nP,= deux,a.txt,r,1,2,'t Hof\nP,- Oui,a.txt,r,4,9,«\u{200B}+1»\nP,'quoi',a.txt,r,12,14,\"a\nb\"\n";
    let excel = "\u{FEFF}speaker;quote;source;rule;start;end;'=note\r\nP;'= deux;a.txt;r;1;2;''t Hof\r\nP;'- Oui;a.txt;r;4;9;«\u{200B}+1»\r\nP;''quoi';a.txt;r;12;14;\"a\nb\"\r\n";
    let found = compared(plain, excel, &Options::default());
    assert_eq!((found.totals.same, found.totals.differ()), (3, false), "{}", report(&found));
    assert_eq!(found.layout.columns(), ["speaker", "quote", "rule", "=note"]);
    // A plain output has no guard: what stands there is meant.
    let found = compared(plain, &plain.replace("= deux", "'= deux"), &Options::default());
    assert_eq!(found.totals.changed, 1);
}

#[test]
fn json_lines_are_the_same_as_csv() {
    let csv = "speaker,quote,source,rule,start,end,confidence,via\nP,Oui,a.txt,r,1,4,0.80,\n";
    let jsonl =
        r#"{"speaker":"P","quote":"Oui","source":"a.txt","rule":"r","start":1.0,"end":4,"confidence":0.8,"via":null,"cue_start":2}"#;
    let found = compared(csv, jsonl, &Options::default());
    assert_eq!((found.totals.same, found.totals.differ()), (1, false), "{}", report(&found));
    assert_eq!((found.layout.only_old(), found.layout.only_new()), (&[][..], &[String::from("cue_start")][..]));
    // Without a row there are no keys, so no column is missing.
    let found = compared(csv, "", &Options::default());
    assert_eq!((found.totals.removed, found.layout.only_old().len()), (1, 0));
}
