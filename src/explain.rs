//! Explain: why each row says what it says.
//!
//! In: an analysis. Out: text for people: the marked sentence, the line that the rule saw, the rule with its reason,
//! the link to the speaker, and for a quotation that is nobody's why not. The markup is that of the grammar's examples,
//! so that a trace can be pasted back as a test.
//! Deliberately not done: nothing is decided here.

use crate::analysis::{extract, Analysis};
use crate::attribution::{Attribution, Speaker};
use crate::class::{self, Set};
use crate::composed::Composed;
use crate::grammar::Grammar;
use crate::line::{Line, What};
use crate::row::{rows_of, Article, Kind, Row};
use crate::text::{CodePoints, Span};
use std::fmt::Write as _;

/// Explains every row of an article.
///
/// ```
/// use guillemet::{explain::explain, grammar::Grammar, row::Article};
/// let article = Article { text: "« Oui », a dit Ana Diop.".into(), ..Article::default() };
/// let told = explain(&article, Grammar::builtin());
/// assert!(told.contains("<content>« Oui »</content>, <cue>a dit</cue> <speaker>Ana Diop</speaker>."));
/// ```
pub fn explain(article: &Article, grammar: &Grammar) -> String {
    let composed = Composed::of(&article.text);
    let analysis = extract(composed.as_ref().map_or(&article.text, |composed| &composed.text), grammar);
    let mut points = CodePoints::new(&article.text);
    let mut place = |span: Span| {
        let own = composed.as_ref().map_or(span, |composed| composed.original(span));
        (points.at(own.start), points.at(own.end))
    };
    let places: Vec<(usize, usize)> = analysis.attributions.iter().map(|a| place(a.content)).collect();
    let mut out = format!("{}\n", article.source);
    for row in rows_of(article, &analysis, composed.as_ref()) {
        let mut placed = analysis.attributions.iter().zip(&places);
        let found = placed.find(|(a, place)| **place == (row.start, row.end) && a.kind == row.kind);
        describe(&mut out, &row, found.map(|(a, _)| a), &analysis);
    }
    out
}

/// Explains one row, as a paragraph.
fn describe(out: &mut String, row: &Row, found: Option<&Attribution>, analysis: &Analysis<'_>) {
    let _ = writeln!(out, "\n{}–{}  {}  {}", row.start, row.end, row.kind.name(), shorten(&row.quote));
    if let Some(attribution) = found {
        let _ = writeln!(out, "  sentence  {}", marked(attribution, analysis));
        let _ = writeln!(out, "  line      {}", classes(analysis.lines.at(attribution.line), attribution.matched.clone()));
    }
    let why = analysis
        .grammar
        .pages()
        .iter()
        .filter_map(|p| found.map_or_else(|| p.rule(&row.rule), |a| p.rule(&row.rule).filter(|_| p.name == a.rule.0)))
        .next();
    let _ = writeln!(out, "  rule      {}: {}", row.rule, why.map_or("", |r| r.why.as_str()));
    if row.kind == Kind::None {
        let _ = writeln!(out, "  speaker   none: marked words that nobody in the article says");
        return;
    }
    let shown = if row.mention.is_empty() { "the sentence before".to_string() } else { format!("«{}»", row.mention) };
    match (row.speaker.is_empty(), found.is_some_and(|a| a.speaker.is_some())) {
        (false, _) => {
            let _ = writeln!(out, "  speaker   {} → {} (link: {}, confidence {:.2})", shown, row.speaker, row.link, row.confidence);
        }
        (true, true) => {
            let _ = writeln!(out, "  speaker   none: {shown} agrees in gender and number with nobody near enough");
        }
        (true, false) => {
            let _ = writeln!(out, "  speaker   none: the article does not tell");
        }
    }
    if let Some((_, (page, rule))) = found.and_then(|a| a.via) {
        let rule = &analysis.grammar.page(page).rules[rule];
        let _ = writeln!(out, "  via       {} ({}: {})", row.via, rule.id, rule.why);
    }
}

fn shorten(quote: &str) -> String {
    let words: Vec<&str> = quote.split_whitespace().collect();
    if words.len() > 12 {
        format!("{} … {}", words[..6].join(" "), words[words.len() - 4..].join(" "))
    } else {
        words.join(" ")
    }
}

/// The sentence with content, cue and speaker marked up.
pub fn marked(attribution: &Attribution, analysis: &Analysis<'_>) -> String {
    let text = analysis.text;
    let line = analysis.lines.at(attribution.line);
    let content = attribution.quotation.map_or(attribution.content, |q| {
        let outer = analysis.quotations.list[q].outer;
        if analysis.quotations.list[q].inner == attribution.content {
            outer
        } else {
            attribution.content
        }
    });
    let mut marks: Vec<(Span, &str)> = vec![(content, "content")];
    marks.extend(attribution.cue.map(|c| (c, "cue")));
    match attribution.speaker.filter(|_| !attribution.carried) {
        Some(Speaker::Mention(l, m)) if l == attribution.line => marks.push((analysis.lines.mention(l, m).span, "speaker")),
        _ => {}
    }
    if let Some((Speaker::Mention(l, m), _)) = attribution.via {
        marks.push((analysis.lines.mention(l, m).span, "via"));
    }
    marks.retain(|(s, _)| line.span.holds(*s));
    marks.sort_by_key(|(s, _)| (s.start, std::cmp::Reverse(s.end)));
    let mut out = String::new();
    let mut at = line.span.start;
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut edges: Vec<usize> = marks.iter().flat_map(|(s, _)| [s.start, s.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    for edge in edges {
        out.push_str(&one_line(&text[at..edge]));
        at = edge;
        while open.last().is_some_and(|(end, _)| *end == edge) {
            if let Some((_, name)) = open.pop() {
                let _ = write!(out, "</{name}>");
            }
        }
        for (span, name) in marks.iter().filter(|(s, _)| s.start == edge) {
            let _ = write!(out, "<{name}>");
            open.push((span.end, name));
        }
    }
    out.push_str(&one_line(&text[at..line.span.end]));
    out
}

fn one_line(words: &str) -> String {
    words.replace(['\n', '\r'], " ")
}

/// What a cue is called: the first name whose class it has.
const CUES: &[(Set, &str)] = &[
    (class::INCISE, "incise"),
    (class::DENIED, "denied"),
    (class::PASSIVE, "passive"),
    (class::FRAME, "frame"),
    (class::POUR, "pour"),
    (class::CUE, "cue"),
    (class::GERUND, "gerund"),
    (class::INFINITIVE, "infinitive"),
];
/// What a mention is called: its part.
const MENTIONS: &[(Set, &str)] = &[
    (class::OBJECT, "object"),
    (class::OBLIQUE, "oblique"),
    (class::AGENT, "agent"),
    (class::GENITIVE, "genitive"),
    (class::FRAMED, "framed"),
    (class::MENTION, "mention"),
];
/// What a loose word or sign is called.
const WORDS: &[(Set, &str)] = &[
    (class::COMMA, ","),
    (class::COLON, ":"),
    (class::SEMICOLON, ";"),
    (class::STOP, "."),
    (class::DASH, "–"),
    (class::QUE, "que"),
    (class::RELATIVE, "relative"),
    (class::ET, "et"),
    (class::CONJUNCTION, "conjunction"),
    (class::DE, "de"),
    (class::PREPOSITION, "preposition"),
    (class::FINITE, "verb"),
    (class::INFINITIVE, "infinitive"),
    (class::ADVERB, "adverb"),
];

/// The line as the rule saw it: a name for each letter, those that the rule matched in brackets.
fn classes(line: Line<'_>, matched: std::ops::Range<usize>) -> String {
    let mut out = String::new();
    for (i, chunk) in line.chunks.iter().enumerate() {
        if i == matched.start && !matched.is_empty() {
            out.push_str("[ ");
        }
        let name = match chunk.what {
            What::Quotation(_) if chunk.set & class::LABEL != 0 => "label",
            What::Quotation(_) => "quotation",
            What::Cue(_) => first(chunk.set, CUES),
            What::Mention(_) => first(chunk.set, MENTIONS),
            What::Word => first(chunk.set, WORDS),
        };
        out.push_str(name);
        out.push(' ');
        if i + 1 == matched.end && !matched.is_empty() {
            out.push_str("] ");
        }
    }
    out.trim_end().to_string()
}

fn first(set: Set, names: &[(Set, &'static str)]) -> &'static str {
    names.iter().find(|(s, _)| set & s != 0).map_or("word", |(_, n)| n)
}
