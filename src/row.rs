//! Rows: the result as one line for each quotation.
//!
//! In: the attributions and who their speakers are. Out: [`Row`]s in text order: quotations and reported clauses,
//! and for marked words that nobody says a `none` row that names its reason. Every mark is in a row.
//! Deliberately not done: nothing is decided here.

use crate::analysis::{extract, Analysis};
pub use crate::attribution::Kind;
use crate::attribution::Speaker;
use crate::calibration::Evidence;
use crate::composed::Composed;
use crate::deeplink::Links;
use crate::grammar::Grammar;
use crate::text::{is_space, CodePoints, Span};
use serde::Serialize;

/// One article as the extractor takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// Where it comes from: path, id or url.
    pub source: String,
    /// Its text, UTF-8.
    pub text: String,
    /// Its address, empty where it has none.
    pub url: String,
    /// Its title, empty where none is known.
    pub title: String,
    /// When it appeared, as its input says it: `2026-03-14`; empty where nothing tells.
    pub date: String,
    /// Its language, as its input says it: `fr`; empty where nothing tells.
    pub language: String,
    /// What its input holds in the columns that are carried through to the rows, in the order in which they were asked for.
    pub kept: Vec<String>,
}

/// One line of output. Offsets are code points into the article's text: `text[start..end]` is the quote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Who: the fullest name in the article, else the fullest description; empty when the article does not tell.
    pub speaker: String,
    /// The exact words, without the marks.
    pub quote: String,
    /// The article: path, id or url.
    pub source: String,
    /// What sort of report.
    pub kind: Kind,
    /// The words that name the speaker in the reporting clause: *M.Lavrov*, *il*.
    pub mention: String,
    /// The reporting words: *a indiqué*.
    pub cue: String,
    /// The voice in between, where X reports that Y said.
    pub via: String,
    /// The rule that found it; for `none`, the rule that says why not.
    pub rule: String,
    /// How the mention became the speaker: `name`, `surname`, `role`, `pronoun`, `continued`…
    pub link: String,
    /// How likely it is right, 0 to 1: by its [`Evidence`], as counted on `data/gold`; 0 without speaker.
    pub confidence: f64,
    /// `f`, `m` or empty.
    pub gender: String,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The article's address with a text fragment that opens the page at the quote; empty without address.
    pub url: String,
    /// The code points of the mention; in JSON Lines only.
    #[serde(skip)]
    pub mention_span: Option<(usize, usize)>,
    /// The code points of the cue; in JSON Lines only.
    #[serde(skip)]
    pub cue_span: Option<(usize, usize)>,
}

impl Row {
    /// What its confidence goes by.
    pub fn evidence(&self) -> Evidence<'_> {
        // Only persons have a gender here, and descriptions begin in lower case.
        let in_full = self.speaker.starts_with(char::is_uppercase) && self.speaker.contains(is_space);
        Evidence { rule: &self.rule, kind: self.kind.name(), link: &self.link, full_name: in_full && !self.gender.is_empty() }
    }
}

/// The columns, in order.
pub const COLUMNS: [&str; 14] =
    ["speaker", "quote", "source", "kind", "mention", "cue", "via", "rule", "link", "confidence", "gender", "start", "end", "url"];

/// The rows of an analysis, in text order, the `none` rows among them. Where the analysis is of the article's text with its
/// accents joined, `composed` leads back to the article's own words.
pub fn rows_of(article: &Article, analysis: &Analysis<'_>, composed: Option<&Composed>) -> Vec<Row> {
    let text = analysis.text;
    if analysis.attributions.is_empty() && analysis.quotations.list.is_empty() && analysis.quotations.stray.is_empty() {
        return Vec::new();
    }
    let grammar = analysis.grammar;
    let mut drafts: Vec<Draft> = Vec::new();
    let mut covered = vec![false; analysis.quotations.list.len()];
    for (a, attribution) in analysis.attributions.iter().enumerate() {
        if let Some(q) = attribution.quotation {
            covered[q] = true;
        }
        drafts.push(Draft::new(attribution.content, attribution.kind, Reason::Attribution(a)));
    }
    for (q, quotation) in analysis.quotations.list.iter().enumerate() {
        // A turn that nobody is named for has no marks to account for.
        if covered[q] || quotation.turn {
            continue;
        }
        if quotation.parent.is_some() {
            drafts.push(Draft::new(quotation.inner, Kind::None, Reason::Given("inner")));
        } else if let Some(rule) = analysis.labels[q] {
            drafts.push(Draft::new(quotation.inner, Kind::None, Reason::Given(&grammar.page("labels").rules[rule].id)));
        } else {
            drafts.push(Draft::new(quotation.inner, analysis.unattributed(q), Reason::Given("unattributed")));
        }
    }
    // An incise at the very edge of the marks parts a mark from the words it holds.
    let mut edges = vec![(false, false); covered.len()];
    for (q, content) in analysis.attributions.iter().filter_map(|a| a.quotation.map(|q| (q, a.content))) {
        let inner = analysis.quotations.list[q].inner;
        edges[q].0 |= content.start == inner.start;
        edges[q].1 |= content.end == inner.end;
    }
    for (q, quotation) in analysis.quotations.list.iter().enumerate().filter(|(q, _)| covered[*q]) {
        let opening = Span::new(quotation.outer.start, quotation.inner.start).trimmed_spaces(text);
        let closing = Span::new(quotation.inner.end, quotation.outer.end).trimmed_spaces(text);
        for (mark, near) in [(opening, edges[q].0), (closing, edges[q].1)] {
            if !mark.is_empty() && !near {
                drafts.push(Draft::new(mark, Kind::None, Reason::Given("cut-off")));
            }
        }
    }
    for &mark in &analysis.quotations.stray {
        drafts.push(Draft::new(analysis.words[mark].span(), Kind::None, Reason::Given("stray-mark")));
    }
    // Words are copied only when the order is known, and their places counted along the text.
    drafts.sort_by_key(|d| (d.content.start, d.content.end, d.kind as u8));
    let mut copier = Copier { article, composed, points: CodePoints::new(&article.text), links: Links::new(&article.text, &article.url) };
    drafts.iter().map(|draft| row_of(draft, analysis, &mut copier)).collect()
}

/// A row before its words are copied.
struct Draft<'a> {
    content: Span,
    kind: Kind,
    reason: Reason<'a>,
}

impl<'a> Draft<'a> {
    fn new(content: Span, kind: Kind, reason: Reason<'a>) -> Draft<'a> {
        Draft { content, kind, reason }
    }
}

/// What a row is made of.
enum Reason<'a> {
    /// An attribution, by number.
    Attribution(usize),
    /// The rule of a row without speaker.
    Given(&'a str),
}

/// Copies words of an article, and tells where they stand.
struct Copier<'a> {
    article: &'a Article,
    composed: Option<&'a Composed>,
    points: CodePoints<'a>,
    links: Links<'a>,
}

impl Copier<'_> {
    /// The article's own span for one of the analysis.
    fn own(&self, span: Span) -> Span {
        self.composed.map_or(span, |composed| composed.original(span))
    }

    fn words(&self, span: Span) -> String {
        self.own(span).of(&self.article.text).to_string()
    }

    /// In code points.
    fn place(&mut self, span: Span) -> (usize, usize) {
        let own = self.own(span);
        (self.points.at(own.start), self.points.at(own.end))
    }
}

fn row_of(draft: &Draft<'_>, analysis: &Analysis<'_>, copier: &mut Copier<'_>) -> Row {
    let grammar = analysis.grammar;
    let (start, end) = copier.place(draft.content);
    let mut row = Row {
        speaker: String::new(),
        quote: copier.words(draft.content),
        source: copier.article.source.clone(),
        kind: draft.kind,
        mention: String::new(),
        cue: String::new(),
        via: String::new(),
        rule: String::new(),
        link: String::new(),
        confidence: 0.0,
        gender: String::new(),
        start,
        end,
        url: copier.links.to(copier.own(draft.content)),
        mention_span: None,
        cue_span: None,
    };
    match draft.reason {
        Reason::Given(rule) => row.rule = rule.to_string(),
        Reason::Attribution(a) => {
            let (attribution, entity) = (&analysis.attributions[a], &analysis.entities[a]);
            row.rule.clone_from(&grammar.page(attribution.rule.0).rules[attribution.rule.1].id);
            row.speaker = copier.words(entity.span);
            row.link = entity.link.to_string();
            row.gender = entity.gender.to_string();
            if let Some(speaker) = attribution.speaker.filter(|_| !attribution.carried) {
                let span = match speaker {
                    Speaker::Mention(l, m) => analysis.lines.mention(l, m).span,
                    Speaker::Inverted(l, c) => analysis.inverted(l, c),
                };
                row.mention = copier.words(span).trim_start_matches(['-', '\u{2011}']).trim_start_matches("t-").to_string();
                row.mention_span = Some(copier.place(span));
            }
            if let Some(span) = attribution.cue {
                row.cue = copier.words(span);
                row.cue_span = Some(copier.place(span));
            }
            row.via = copier.words(entity.via);
        }
    }
    // Rows without a speaker name nobody, and say 0.
    if !row.speaker.is_empty() {
        row.confidence = (grammar.effects().confidence(row.evidence()) * 100.0).round() / 100.0;
    }
    row
}

/// The rows of an article, in text order; marked words that nobody says are among them as `none`.
pub fn rows(article: &Article, grammar: &Grammar) -> Vec<Row> {
    let composed = Composed::of(&article.text);
    let text = composed.as_ref().map_or(article.text.as_str(), |composed| &composed.text);
    rows_of(article, &extract(text, grammar), composed.as_ref())
}
