//! Attribution: content, cue and speaker found together in one sentence.
//!
//! In: the lines. Out: for each quotation the first rule of `attributions.toml`, else of `woven.toml`, that matches its line, and for each
//! cue the first rule of `indirect.toml`: who is named as the speaker, by which cue, and what is reported.
//! Deliberately not done: nothing is carried from one sentence to another.

use crate::class::{self, Set};
use crate::cue::Subject;
use crate::grammar::{Grammar, Group, Match, Reader};
use crate::line::{Chunk, Line, Lines, What};
use crate::quotation::Quotations;
use crate::text::Span;
use serde::Serialize;
use std::ops::Range;

/// What sort of report a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Marked words that stand as an utterance: « Nous partirons », a-t-elle dit.
    Direct,
    /// Marked words woven into the journalist's sentence: il juge le texte « absurde ».
    Mixed,
    /// Unmarked words reported with an explicit cue: il dit que le texte est absurde.
    Indirect,
    /// Marked words that nobody in the article says: le film « Les Îles ».
    None,
}

impl Kind {
    /// The word of the `kind` column.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Direct => "direct",
            Kind::Mixed => "mixed",
            Kind::Indirect => "indirect",
            Kind::None => "none",
        }
    }
}

/// Where a speaker is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// A mention: the line and its number there.
    Mention(usize, usize),
    /// The inverted pronoun of a cue: the line and the cue's number there.
    Inverted(usize, usize),
}

impl Speaker {
    /// The subject of a cue of a line, as a speaker.
    pub fn of(line: usize, subject: Subject) -> Speaker {
        match subject {
            Subject::Mention(m) => Speaker::Mention(line, m),
            Subject::Inverted(c) => Speaker::Inverted(line, c),
        }
    }
}

/// Content, cue and speaker, with the rule that found them.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The quotation, or none where the content is not marked.
    pub quotation: Option<usize>,
    /// The content's words.
    pub content: Span,
    /// What sort of report.
    pub kind: Kind,
    /// The page and the number of the rule.
    pub rule: (&'static str, usize),
    /// The line it was found in.
    pub line: usize,
    /// The letters that the rule matched.
    pub matched: Range<usize>,
    /// The reporting words.
    pub cue: Option<Span>,
    /// Where the speaker is named, if anywhere.
    pub speaker: Option<Speaker>,
    /// The voice in between, with the page and the number of the rule that found it.
    pub via: Option<(Speaker, (&'static str, usize))>,
    /// Whether the speaker was taken over from another sentence.
    pub carried: bool,
}

/// The `is` of rules that tell whose the words of the sentence before are.
pub const ASCRIBING: &str = "ascribing";

/// Attributes quotations and reported clauses, sentence by sentence.
pub fn attributions(text: &str, lines: &Lines, quotations: &Quotations, grammar: &Grammar) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    let mut marked = ["attributions", "woven"].map(|p| (p, grammar.page(p).reader()));
    let mut unmarked = grammar.page("indirect").reader();
    let mut between = grammar.page("vias").reader();
    let mut cues: Vec<Set> = Vec::new();
    // The first attribution of the last sentence of the running text, and the quotation whose piece is the last of all.
    let (mut around, mut cut) = (0, None);
    for (l, line) in lines.iter().enumerate() {
        let quotes = line.chunks.iter().any(|c| matches!(c.what, What::Quotation(_)));
        if line.cues.is_empty() && !quotes {
            continue;
        }
        if let Some(q) = line.within {
            if quotations.list[q].parent.is_none() && !line.cues.is_empty() {
                inside(text, l, line, q, quotations, &mut unmarked, grammar, &mut out, around, &mut cut);
            }
            continue;
        }
        let earlier = out.len();
        (around, cut) = (earlier, None);
        cues.clear();
        let reports = |c: &&Chunk| matches!(c.what, What::Cue(_)) || c.set & (class::SPEECH | class::CITING) != 0;
        cues.extend(line.chunks.iter().filter(|_| quotes).filter(reports).map(|c| c.set));
        for (i, chunk) in line.chunks.iter().enumerate().filter(|_| quotes) {
            let What::Quotation(q) = chunk.what else { continue };
            let hit = marked.iter_mut().find_map(|(name, reader)| {
                let page = reader.page();
                line.spell(Some(i), reader, grammar);
                reader.first(|r| page.rules[r].is != ASCRIBING && page.may_match(r, &cues)).map(|found| (*name, page, found))
            });
            let Some((name, page, found)) = hit else { continue };
            let is = page.rules[found.rule].is.as_str();
            if is == "none" {
                continue;
            }
            let kind = kind(is, line, i);
            let content = quotations.list[q].inner;
            out.push(attribution(&found, name, l, line, Some(q), content, kind));
        }
        let page = unmarked.page();
        for (i, chunk) in line.chunks.iter().enumerate() {
            if !matches!(chunk.what, What::Cue(_)) || chunk.set & class::DENIED != 0 {
                continue;
            }
            line.spell(Some(i), &mut unmarked, grammar);
            if let Some(found) = unmarked.first(|r| page.rules[r].is != "inside" && page.may_match(r, &[chunk.set | class::TARGET])) {
                if page.rules[found.rule].is == "none" {
                    continue;
                }
                for span in contents(text, line, &found) {
                    if out[earlier..].iter().any(|a| a.line == l && a.quotation.is_none() && overlap(a.content, span)) {
                        continue;
                    }
                    out.push(attribution(&found, "indirect", l, line, None, span, Kind::Indirect));
                }
            }
        }
        vias(l, line, &mut out[earlier..], grammar, &mut between);
        if quotes {
            shared(line, quotations, &mut out, earlier, grammar);
        }
    }
    out
}

/// Whether marked words are an utterance of their own or woven into the sentence: a rule says what they are as a rule,
/// and what stands before them decides the rest.
fn kind(is: &str, line: Line<'_>, i: usize) -> Kind {
    let set = line.chunks[i].set;
    let utters = class::utters(set);
    let before = i.checked_sub(1).map_or(0, |b| line.chunks[b].set);
    let light = class::ADVERB | class::CONJUNCTION | class::ET | class::COMMA | class::STOP | class::DASH | class::BREAK | class::QUOTATION;
    let first = line.chunks[..i].iter().rev().take_while(|c| c.set & class::COLON == 0).all(|c| c.set & light != 0);
    let direct = match is {
        "direct" => first || utters,
        // *selon X, « il faut partir »*: a whole clause after a source is an utterance.
        "mixed" => set & class::CLAUSE != 0 && (first || before & (class::COMMA | class::FRAMED) != 0),
        _ => utters && before & class::QUE == 0,
    };
    if direct {
        Kind::Direct
    } else {
        Kind::Mixed
    }
}

/// Gives quotations that no rule reached to the speaker of the clause that holds them, or of the quotation that they
/// are joined to: *il dit que « la route » est sûre et que « le pont » tient*, *une « farce » et un « scandale »*.
fn shared(line: Line<'_>, quotations: &Quotations, out: &mut Vec<Attribution>, earlier: usize, grammar: &Grammar) {
    let rule = |page: &'static str, is: &str| grammar.page(page).decided(is).map(|r| (page, r));
    // What may stand between quotations that are joined.
    let between = class::COMMA | class::ET | class::DETERMINER | class::DE | class::A | class::QUE | class::ADVERB | class::CONJUNCTION;
    let quoted = |q: usize, out: &[Attribution]| out[earlier..].iter().position(|a| a.quotation == Some(q)).map(|a| a + earlier);
    let quotations_in = |r: Range<usize>| line.chunks[r].iter().enumerate().filter(|(_, c)| matches!(c.what, What::Quotation(_)));
    for (i, chunk) in line.chunks.iter().enumerate() {
        let What::Quotation(q) = chunk.what else { continue };
        // *le « grand débat »*: a few words after a definite article are a name.
        let article = i.checked_sub(1).is_some_and(|b| line.chunks[b].set & class::DEFINITE != 0);
        let name = article && chunk.set & class::SHORT != 0 && chunk.set & class::CLAUSE == 0;
        if name || chunk.set & class::LABEL != 0 || quoted(q, out).is_some() {
            continue;
        }
        let inner = quotations.list[q].inner;
        let holder = out[earlier..].iter().position(|a| a.quotation.is_none() && a.content.holds(inner)).map(|h| h + earlier);
        let before = quotations_in(0..i).next_back().map(|(j, c)| (j + 1..i, c.what));
        let after = quotations_in(i + 1..line.chunks.len()).next().map(|(j, c)| (i + 1..i + 1 + j, c.what));
        let neighbour = [before, after].into_iter().flatten().find_map(|(gap, what)| {
            let gap = &line.chunks[gap];
            let joins =
                gap.len() <= 4 && gap.iter().any(|c| c.set & (class::ET | class::COMMA) != 0) && gap.iter().all(|c| c.set & between != 0);
            match what {
                What::Quotation(other) if joins => quoted(other, out),
                _ => None,
            }
        });
        let (source, rule) = match (holder.zip(rule("indirect", "within")), neighbour.zip(rule("woven", "joined"))) {
            (Some(found), _) | (None, Some(found)) => found,
            (None, None) => continue,
        };
        let kind = if rule.0 == "indirect" { Kind::Mixed } else { out[source].kind };
        out.push(Attribution { quotation: Some(q), content: inner, kind, rule, matched: i..i + 1, ..out[source].clone() });
    }
}

/// Finds the voice in between, where a line has two that report.
fn vias(l: usize, line: Line<'_>, found: &mut [Attribution], grammar: &Grammar, reader: &mut Reader<'_>) {
    let reports = |c: &&Chunk| matches!(c.what, What::Cue(_)) || c.set & class::CITING != 0;
    if found.is_empty() || line.chunks.iter().filter(reports).count() < 2 {
        return;
    }
    for attribution in found.iter_mut().filter(|a| a.via.is_none() && a.speaker.is_some()) {
        let Some(cue) = line.chunks.iter().position(|c| Some(c.span) == attribution.cue) else { continue };
        line.spell(Some(cue), reader, grammar);
        let Some(hit) = reader.first(|_| true) else { continue };
        if let Some(What::Mention(m)) = chunk(&hit, Group::Via, line).map(|c| c.what) {
            let via = Speaker::Mention(l, m);
            attribution.via = (attribution.speaker != Some(via)).then_some((via, ("vias", hit.rule)));
        }
    }
}

fn overlap(a: Span, b: Span) -> bool {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    shared * 2 > (a.end - a.start).min(b.end - b.start)
}

/// Where a group of a match begins in its line.
fn chunk<'l>(found: &Match, group: Group, line: Line<'l>) -> Option<&'l Chunk> {
    line.chunks.get(found.group(group)?.start)
}

/// What a match makes of its line.
fn attribution(
    found: &Match,
    page: &'static str,
    l: usize,
    line: Line<'_>,
    quotation: Option<usize>,
    content: Span,
    kind: Kind,
) -> Attribution {
    let what = |group: Group| chunk(found, group, line).map(|c| c.what);
    let speaker = match what(Group::Speaker) {
        Some(What::Mention(m)) => Some(Speaker::Mention(l, m)),
        Some(What::Cue(c)) => Some(Speaker::Inverted(l, c)),
        // Where the rule names none, the cue's subject speaks.
        _ => match what(Group::Cue) {
            Some(What::Cue(c)) => line.cues[c].subject.map(|(subject, _)| Speaker::of(l, subject)),
            _ => None,
        },
    };
    let via = match what(Group::Via) {
        Some(What::Mention(m)) => Some((Speaker::Mention(l, m), (page, found.rule))),
        _ => None,
    };
    Attribution {
        quotation,
        content,
        kind,
        rule: (page, found.rule),
        line: l,
        matched: found.whole.clone(),
        cue: chunk(found, Group::Cue, line).map(|c| c.span),
        speaker,
        via,
        carried: false,
    }
}

/// The reported clauses of a match: the groups `content` and `tail`, unless their words are all marked.
fn contents(text: &str, line: Line<'_>, found: &Match) -> Vec<Span> {
    let mut out = Vec::new();
    for group in [Group::Content, Group::Tail] {
        let Some(range) = found.group(group) else { continue };
        let Some(range) = clause(line, range) else { continue };
        let chunks = &line.chunks[range];
        let (Some(a), Some(b)) = (chunks.first(), chunks.last()) else { continue };
        let span = Span::new(outer_start(text, a), with_bracket(text, outer_end(text, b), line));
        if !span.is_empty() {
            out.push(span);
        }
    }
    out
}

/// A reported clause without the commas and stops at its ends; none where no word of it is unmarked.
fn clause(line: Line<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let edge = class::COMMA | class::STOP | class::COLON | class::SEMICOLON | class::DASH | class::BREAK;
    let (mut start, mut end) = (range.start, range.end.min(line.chunks.len()));
    while start < end && line.chunks[start].set & edge != 0 {
        start += 1;
    }
    while end > start && line.chunks[end - 1].set & edge != 0 {
        end -= 1;
    }
    let light = edge
        | class::QUOTATION
        | class::LABEL
        | class::FRAME
        | class::FRAMED
        | class::DETERMINER
        | class::CLITIC
        | class::SIGN
        | class::CONJUNCTION
        | class::ET;
    let has_marked = line.chunks[start..end].iter().any(|c| c.set & class::QUOTATION != 0);
    let unmarked = line.chunks[start..end].iter().filter(|c| c.set & light == 0).count();
    (end > start && (unmarked > 0 || !has_marked)).then_some(start..end)
}

/// A quotation in a reported clause counts with its marks.
fn outer_start(text: &str, chunk: &Chunk) -> usize {
    if !matches!(chunk.what, What::Quotation(_)) {
        return chunk.span.start;
    }
    let before = text[..chunk.span.start].trim_end_matches(crate::text::is_space);
    before.char_indices().next_back().filter(|(_, c)| crate::text::is_mark(*c)).map_or(chunk.span.start, |(i, _)| i)
}

fn outer_end(text: &str, chunk: &Chunk) -> usize {
    if !matches!(chunk.what, What::Quotation(_)) {
        return chunk.span.end;
    }
    let after = &text[chunk.span.end..];
    let rest = after.trim_start_matches(crate::text::is_space);
    rest.chars()
        .next()
        .filter(|c| crate::text::is_mark(*c))
        .map_or(chunk.span.end, |c| chunk.span.end + (after.len() - rest.len()) + c.len_utf8())
}

/// Where a clause ends, a bracket after it included: the line leaves brackets out.
fn with_bracket(text: &str, end: usize, line: Line<'_>) -> usize {
    let after = &text[end..line.span.end.max(end)];
    let inside = after.trim_start_matches(crate::text::is_space);
    let close = inside.strip_prefix('(').and_then(|i| i.find(')'));
    let bracket = close.map_or(end, |c| end + (after.len() - inside.len()) + c + 2);
    // A bracket that the line kept is a chunk like any other.
    if line.chunks.iter().any(|c| c.span.start >= end && c.span.start < bracket) {
        end
    } else {
        bracket
    }
}

/// An incise inside the marks: «C'est fini, a-t-il dit, nous partons» is two contents of one speaker.
#[allow(clippy::too_many_arguments)]
fn inside(
    text: &str,
    l: usize,
    line: Line<'_>,
    q: usize,
    quotations: &Quotations,
    reader: &mut Reader<'_>,
    grammar: &Grammar,
    out: &mut Vec<Attribution>,
    around: usize,
    last: &mut Option<usize>,
) {
    let page = reader.page();
    for (i, chunk) in line.chunks.iter().enumerate() {
        if !matches!(chunk.what, What::Cue(_)) {
            continue;
        }
        line.spell(Some(i), reader, grammar);
        let Some(found) = reader.first(|r| page.rules[r].is == "inside" && page.may_match(r, &[chunk.set | class::TARGET])) else {
            continue;
        };
        let Some(cut) = found.group(Group::Cut) else { continue };
        let (Some(a), Some(b)) = (line.chunks.get(cut.start), line.chunks.get(cut.end.saturating_sub(1))) else { continue };
        let inner = quotations.list[q].inner;
        // What stands before: from the last cut or from the opening mark. Pieces stand in their order, so the last will do.
        let from = if *last == Some(q) { out.len().saturating_sub(1) } else { around };
        let start = out[from..].iter().filter(|o| o.quotation == Some(q)).map(|o| o.content.start).max().unwrap_or(inner.start);
        // A question keeps its mark: – Tu viens ? demande Ana.
        let end = if a.set & class::STOP != 0 { a.span.end } else { a.span.start };
        let before = tidy(text, Span::new(start, end));
        let after = tidy(text, Span::new(b.span.end, inner.end));
        let pieces = out.split_off(from);
        out.extend(pieces.into_iter().filter(|o| o.quotation != Some(q) || o.content.start != start));
        let others = out.len();
        for content in [before, after] {
            if content.of(text).contains(char::is_alphanumeric) {
                out.push(attribution(&found, "indirect", l, line, Some(q), content, Kind::Direct));
            }
        }
        *last = (out.len() > others).then_some(q);
    }
}

fn tidy(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let edge = |c: char| crate::text::is_space(c) || matches!(c, ',' | '–' | '—');
    let left = words.trim_start_matches(|c: char| edge(c) || c == '.');
    let start = span.start + (words.len() - left.len());
    Span::new(start, start + left.trim_end_matches(edge).len())
}

/// The classes of a speaker's mention.
pub fn set_of(speaker: Speaker, lines: &Lines) -> Set {
    match speaker {
        Speaker::Mention(l, m) => lines.mention(l, m).set,
        Speaker::Inverted(..) => class::PRONOUN | class::PERSON,
    }
}
