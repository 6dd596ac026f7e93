//! A comparison for a terminal.
//!
//! In: a comparison. Out: the totals, then the groups, a row a line (`+` added, `-` removed, `~` changed) and below it a line
//! for each column that changed. Long words are shortened around what differs; spaces are made one, and what would move the
//! cursor or turn the text around is escaped. Not done: no colours.

use std::io::{self, Write};

use super::layout::QUOTE;
use super::words::{self, Stretch};
use super::{Change, Comparison, Group, Row, Totals};
use crate::write::printable;

/// The most letters shown of a cell.
const LETTERS: usize = 70;
/// Words shown before and after what differs.
const AROUND: usize = 3;

pub(super) fn write(comparison: &Comparison, limit: u64, output: &mut impl Write) -> io::Result<()> {
    let Totals { old, new, same, confidence, .. } = comparison.totals;
    let (old_name, new_name) = (one_line(&comparison.old), one_line(&comparison.new));
    writeln!(output, "old  {old_name}: {}", rows(old))?;
    writeln!(output, "new  {new_name}: {}", rows(new))?;
    let hidden = confidence > comparison.groups.iter().map(|group| group.totals.confidence).sum();
    let alone = if hidden { " (--confidence lists them)" } else { "" };
    let confidence = if confidence == 0 { String::new() } else { format!(", {confidence} of another confidence alone{alone}") };
    writeln!(output, "{same} the same{confidence}, {}", counts(&Totals { confidence: 0, ..comparison.totals }, true))?;
    for (name, only) in [(&old_name, comparison.layout.only_old()), (&new_name, comparison.layout.only_new())] {
        if !only.is_empty() {
            let columns: Vec<String> = only.iter().map(|column| one_line(column)).collect();
            writeln!(output, "only in {name}, not compared: {}", columns.join(", "))?;
        }
    }
    for group in &comparison.groups {
        write_group(comparison, group, limit, output)?;
    }
    Ok(())
}

fn write_group(comparison: &Comparison, group: &Group, limit: u64, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\n{}: {}", one_line(&group.name()), counts(&group.totals, false))?;
    for (change, shown) in group.changes().zip(0..) {
        if shown == limit {
            writeln!(output, "  … and {} more", group.len() - limit)?;
            break;
        }
        match change? {
            Change::Added(row) => writeln!(output, "  + {}  {}", place(&row), said(&row))?,
            Change::Removed(row) => writeln!(output, "  - {}  {}", place(&row), said(&row))?,
            Change::Changed { old, new, columns } => {
                let from =
                    if (old.start, old.end) == (new.start, new.end) { String::new() } else { format!("{}–{} → ", old.start, old.end) };
                // Words that changed stand below.
                let said = if columns.contains(&QUOTE) { speaker(&new) } else { said(&new) };
                writeln!(output, "  ~ {} {from}{}–{}  {said}", one_line(&new.source), new.start, new.end)?;
                // Start and end stand in the line above.
                for column in columns.into_iter().filter(|&column| column < comparison.layout.columns().len()) {
                    let (from, to) = differing(&old.cells[column], &new.cells[column]);
                    writeln!(output, "      {}: {from} → {to}", one_line(comparison.layout.name(column)))?;
                }
            }
        }
    }
    Ok(())
}

fn rows(count: u64) -> String {
    format!("{count} row{}", if count == 1 { "" } else { "s" })
}

fn counts(totals: &Totals, all: bool) -> String {
    let Totals { added, removed, changed, confidence, .. } = *totals;
    let counts = [(added, "added"), (removed, "removed"), (changed, "changed"), (confidence, "of another confidence")];
    let shown = counts.iter().take(if all { 3 } else { 4 }).filter(|(count, _)| all || *count > 0);
    shown.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

fn place(row: &Row) -> String {
    format!("{} {}–{}", one_line(&row.source), row.start, row.end)
}

fn speaker(row: &Row) -> String {
    if row.speaker().is_empty() {
        "(nobody)".into()
    } else {
        shortened(&one_line(row.speaker()))
    }
}

fn said(row: &Row) -> String {
    format!("{}: {}", speaker(row), shortened(&one_line(row.quote())))
}

/// Two cells, shortened so that what differs is seen.
fn differing(old: &str, new: &str) -> (String, String) {
    let (old, new) = (one_line(old), one_line(new));
    if old.chars().count().max(new.chars().count()) <= LETTERS {
        return (filled(old), filled(new));
    }
    let stretches = words::stretches(&old, &new);
    let both = |stretch: Option<&Stretch<'_>>| match stretch {
        Some(Stretch::Both(text)) => text.len(),
        _ => 0,
    };
    let (before, after) = (both(stretches.first()), both(stretches.last()));
    let part = |text: &str| {
        let (lead, rest) = text.split_at(before);
        let (middle, tail) = rest.split_at(rest.len() - after);
        let leading = lead.char_indices().rev().filter(|(_, letter)| *letter == ' ').nth(AROUND);
        let trailing = tail.char_indices().filter(|(_, letter)| *letter == ' ').nth(AROUND);
        let lead = leading.map_or_else(|| lead.into(), |(i, _)| format!("…{}", &lead[i..]));
        let tail = trailing.map_or_else(|| tail.into(), |(i, _)| format!("{} …", &tail[..i]));
        format!("{lead}{}{tail}", shortened(middle))
    };
    (filled(part(&old)), filled(part(&new)))
}

fn filled(cell: String) -> String {
    if cell.is_empty() {
        "(empty)".into()
    } else {
        cell
    }
}

/// The first and the last words of a long text.
fn shortened(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= LETTERS {
        return text.into();
    }
    // Whole words, where there is a space near enough.
    let (most, least) = (LETTERS * 2 / 3, LETTERS / 3);
    let head = (most - 15..most).rev().find(|&i| letters[i] == ' ').unwrap_or(most);
    let tail = (letters.len() - least..letters.len() - least + 12).find(|&i| letters[i] == ' ').map_or(letters.len() - least, |i| i + 1);
    format!("{} … {}", letters[..head].iter().collect::<String>(), letters[tail..].iter().collect::<String>())
}

/// A text on one line of a terminal: spaces made one, and nothing that it would obey.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    printable(&words.join(" ")).into_owned()
}

/// White space, but for the separators of lines and paragraphs, which are shown.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() && !matches!(letter, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_seen_in_long_words() {
        let long = "Un cadre de travail a été fixé et nos experts se reverront avant la fin du mois, ici ou ailleurs";
        let (old, new) = differing(long, &long.replace("experts", "soutiers"));
        assert_eq!(
            (old.as_str(), new.as_str()),
            ("… fixé et nos experts se reverront avant …", "… fixé et nos soutiers se reverront avant …")
        );
        let (old, new) = differing(long, &long.replace(", ici ou ailleurs", ""));
        assert_eq!((old.as_str(), new.as_str()), ("… la fin du mois, ici ou ailleurs", "… la fin du mois"));
        assert_eq!(differing("Ana", ""), ("Ana".into(), "(empty)".into()));
    }

    #[test]
    fn long_text_keeps_its_ends() {
        let text = shortened(&"Parole ".repeat(40));
        assert!(text.chars().count() <= LETTERS + 3 && text.contains(" … "), "{text}");
        let address = shortened(&"x".repeat(400));
        assert_eq!(address.chars().count(), LETTERS / 3 + LETTERS * 2 / 3 + 3);
    }

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_text() {
        assert_eq!(one_line(" a\r\n\tb\u{1B}[31m\u{202E}c\u{9B} "), r"a b\u{1b}[31m\u{202e}c\u{9b}");
    }
}
