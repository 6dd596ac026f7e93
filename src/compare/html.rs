//! A comparison as a page for a browser, in French, which is what a French newsroom reads.
//!
//! In: a comparison. Out: one file that needs no other and holds no script; its policy forbids both. Words that differ are in
//! `<del>` and `<ins>`; every text from outside stands escaped in a `<bdi>`, so that it turns the direction of nothing else.
//! Addresses are links where they begin with `http://` or `https://`.

use std::borrow::Cow;
use std::io::{self, Write};

use super::words::{stretches, Stretch};
use super::{Change, Comparison, Group, Totals};

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h2 small { font-weight: normal; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
th, td { border-top: 1px solid #8886; padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-size: .85rem; width: 15%; }
th:nth-child(1) { width: 5rem; }
th:nth-child(3) { width: 7rem; }
th:nth-child(5) { width: auto; }
th:nth-child(6) { width: 20%; }
td:nth-child(5) { white-space: pre-line; }
ul { columns: 20rem; }
del { background: #f003; }
ins { background: #0a03; }
";

/// Of [`STYLE`], as a browser counts it; a test says what it must be.
const STYLE_HASH: &str = "sha256-ThpO4BH+qyNQFGhGElM9vHFQcZwoAB2CTDCeDiyfa5k=";

pub(super) fn write(comparison: &Comparison, limit: u64, output: &mut impl Write) -> io::Result<()> {
    let (old, new) = (bdi(&comparison.old), bdi(&comparison.new));
    let Totals { same, confidence, .. } = comparison.totals;
    let (old_title, new_title) = (escaped(&comparison.old), escaped(&comparison.new));
    write!(
        output,
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Comparaison : {old_title}, {new_title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Ce qui a changé</h1>\n<p>De {old} ({}) à {new} ({}) : {}",
        counted(comparison.totals.old, "ligne"),
        counted(comparison.totals.new, "ligne"),
        counted(same, "inchangée"),
    )?;
    if confidence > 0 {
        write!(output, ", {} dont seule la confiance diffère", number(confidence))?;
    }
    writeln!(output, ", {}.</p>", counts(&Totals { confidence: 0, ..comparison.totals }, true))?;
    for (name, only) in [(&old, comparison.layout.only_old()), (&new, comparison.layout.only_new())] {
        if !only.is_empty() {
            let columns: Vec<String> = only.iter().map(|column| format!("<code>{}</code>", bdi(column))).collect();
            let which = if only.len() == 1 { "Colonne présente" } else { "Colonnes présentes" };
            writeln!(output, "<p>{which} seulement dans {name}, sans comparaison : {}.</p>", columns.join(", "))?;
        }
    }
    if comparison.groups.len() > 1 {
        writeln!(output, "<ul>")?;
        for (group, place) in comparison.groups.iter().zip(1..) {
            writeln!(output, "<li><a href=\"#g{place}\"><code>{}</code></a> : {}</li>", bdi(&group.name()), number(group.len()))?;
        }
        writeln!(output, "</ul>")?;
    }
    for (group, place) in comparison.groups.iter().zip(1_usize..) {
        write_group(comparison, group, place, limit, output)?;
    }
    writeln!(output, "</body>\n</html>")
}

fn write_group(comparison: &Comparison, group: &Group, place: usize, limit: u64, output: &mut impl Write) -> io::Result<()> {
    writeln!(
        output,
        "<h2 id=\"g{place}\">Règle <code>{}</code> <small>: {}</small></h2>\n<table>\n<thead><tr><th scope=\"col\">Ligne</th>\
         <th scope=\"col\">Article</th><th scope=\"col\">Place</th><th scope=\"col\">Locuteur</th><th scope=\"col\">Citation</th>\
         <th scope=\"col\">Autres colonnes</th></tr></thead>\n<tbody>",
        bdi(&group.name()),
        counts(&group.totals, false)
    )?;
    for (change, shown) in group.changes().zip(0..) {
        if shown == limit {
            break;
        }
        write_change(comparison, &change?, output)?;
    }
    writeln!(output, "</tbody>\n</table>")?;
    if group.len() > limit {
        writeln!(output, "<p>Et {} de plus.</p>", counted(group.len() - limit, "ligne"))?;
    }
    Ok(())
}

fn write_change(comparison: &Comparison, change: &Change, output: &mut impl Write) -> io::Result<()> {
    let layout = &comparison.layout;
    let row = change.row();
    let what = match change {
        Change::Added(_) => "ajoutée",
        Change::Removed(_) => "retirée",
        Change::Changed { .. } => "modifiée",
    };
    let address = layout
        .number("url")
        .map(|column| row.cells[column].as_str())
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let source = match address {
        Some(address) => format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(address), bdi(&row.source)),
        None => bdi(&row.source),
    };
    let place = |row: &super::Row| format!("{}–{}", row.start, row.end);
    let mut more = String::new();
    let (places, speaker, quote) = match change {
        Change::Added(row) => (place(row), bdi(row.speaker()), inserted(row.quote())),
        Change::Removed(row) => (place(row), bdi(row.speaker()), deleted(row.quote())),
        Change::Changed { old, new, columns } => {
            for &column in columns.iter().filter(|&&column| (2..layout.columns().len()).contains(&column)) {
                let (old, new) = (&old.cells[column], &new.cells[column]);
                more.push_str(&format!("<div><code>{}</code> : {} {}</div>", bdi(layout.name(column)), deleted(old), inserted(new)));
            }
            let places = if place(old) == place(new) { place(new) } else { format!("<del>{}</del> <ins>{}</ins>", place(old), place(new)) };
            let speaker = if old.speaker() == new.speaker() {
                bdi(new.speaker())
            } else {
                format!("{} {}", deleted(old.speaker()), inserted(new.speaker()))
            };
            (places, speaker, difference(old.quote(), new.quote()))
        }
    };
    writeln!(output, "<tr><td>{what}</td><td>{source}</td><td>{places}</td><td>{speaker}</td><td>{quote}</td><td>{more}</td></tr>")
}

/// Two texts as one, with marks.
fn difference(old: &str, new: &str) -> String {
    let mut shown = String::from("<bdi>");
    for stretch in stretches(old, new) {
        match stretch {
            Stretch::Both(text) => shown.push_str(&escaped(text)),
            Stretch::Old(text) => shown.push_str(&format!("<del>{}</del>", escaped(text))),
            Stretch::New(text) => shown.push_str(&format!("<ins>{}</ins>", escaped(text))),
        }
    }
    shown + "</bdi>"
}

fn deleted(text: &str) -> String {
    format!("<del>{}</del>", filled(text))
}

fn inserted(text: &str) -> String {
    format!("<ins>{}</ins>", filled(text))
}

fn filled(text: &str) -> String {
    if text.is_empty() {
        "(vide)".into()
    } else {
        bdi(text)
    }
}

fn bdi(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// Text as it may stand in an element or an attribute; control characters are shown, not obeyed.
fn escaped(text: &str) -> Cow<'_, str> {
    let harmless = |letter: char| !(matches!(letter, '&' | '<' | '>' | '"' | '\'') || letter.is_control());
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            '\t' | '\n' => shown.push(letter),
            // The pictures of control characters stand in the order of these.
            '\0'..='\u{1F}' => shown.extend(char::from_u32(0x2400 + u32::from(letter))),
            '\u{7F}'..='\u{9F}' => shown.push('\u{FFFD}'),
            _ => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

fn counts(totals: &Totals, all: bool) -> String {
    let Totals { added, removed, changed, confidence, .. } = *totals;
    let counts = [(added, "ajoutée"), (removed, "retirée"), (changed, "modifiée")];
    let mut shown: Vec<String> = counts.iter().filter(|(n, _)| all || *n > 0).map(|(n, what)| counted(*n, what)).collect();
    if confidence > 0 {
        shown.push(format!("{} d'une autre confiance", number(confidence)));
    }
    shown.join(", ")
}

/// French counts 0 and 1 in the singular.
fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", number(count), if count < 2 { "" } else { "s" })
}

/// Figures in groups of three, with the narrow space that French sets between them.
fn number(count: u64) -> String {
    let figures = count.to_string();
    let mut shown = String::new();
    for (i, figure) in figures.chars().enumerate() {
        if i > 0 && (figures.len() - i).is_multiple_of(3) {
            shown.push('\u{202F}');
        }
        shown.push(figure);
    }
    shown
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn the_policy_allows_the_style() {
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(STYLE.as_bytes()));
        assert_eq!(STYLE_HASH, format!("sha256-{hash}"));
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(bdi("<b a='1' b=\"2\">&amp;\0\u{1B}\u{7F}"), "<bdi>&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp;␀␛\u{FFFD}</bdi>");
        assert_eq!(difference("a < b", "a > b"), "<bdi>a <del>&lt;</del><ins>&gt;</ins> b</bdi>");
    }

    #[test]
    fn numbers_are_french() {
        assert_eq!(counted(1, "ligne"), "1 ligne");
        assert_eq!(counted(1_234_567, "ligne"), "1\u{202F}234\u{202F}567 lignes");
    }
}
