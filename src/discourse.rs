//! Discourse: what crosses sentences.
//!
//! In: the lines and what was attributed within each. Out: attributions for quotations that stand alone: speech
//! that goes on, a quotation after a sentence about somebody, a headline that the body repeats.
//! Deliberately not done: a quotation woven into a sentence without a cue is left alone.

use crate::attribution::{Attribution, Kind, Speaker, ASCRIBING};
use crate::class::{self, Set};
use crate::grammar::{Grammar, Group};
use crate::line::{Chunk, Line, What};
use crate::quotation::Quotations;
use crate::text::{fold, is_mark, is_space};
use std::cell::OnceCell;
use std::collections::HashMap;

/// How many sentences before and after a quotation its rules may look at.
const BEFORE: usize = 8;
const AFTER: usize = 3;
/// How many loose words a floating quotation may have beside it.
const LOOSE: usize = 3;

/// How many words of another quotation make a quotation a part of it.
const HEADLINE: usize = 4;

struct Block {
    set: Set,
    line: usize,
    /// The last speaker of the sentence, or its subject.
    speaker: Option<Speaker>,
}

/// Attributes quotations that no sentence attributes.
pub fn discourse(
    text: &str,
    lines: &[Line],
    quotations: &Quotations,
    labels: &[Option<usize>],
    found: &mut Vec<Attribution>,
    grammar: &Grammar,
) {
    let page = grammar.page("discourse");
    let mut taken: HashMap<usize, usize> = found.iter().enumerate().filter_map(|(i, a)| a.quotation.map(|q| (q, i))).collect();
    let keys = Keys { text, quotations, of: vec![OnceCell::new(); quotations.list.len()] };
    repeated(&keys, labels, lines, found, &mut taken, true, grammar);
    let mut blocks = blocks(text, lines, found, &taken, grammar);
    let mut b = 0;
    while b < blocks.len() {
        if blocks[b].set & (class::FLOATING | class::WOVEN) != 0 {
            let from = b.saturating_sub(BEFORE);
            let to = (b + 1 + AFTER).min(blocks.len());
            let line: Vec<u8> =
                (from..to).map(|i| page.symbol(grammar.chunk_letter(blocks[i].set | if i == b { class::TARGET } else { 0 }))).collect();
            let hit = (0..page.rules.len()).find_map(|r| {
                let source = from + page.find(r, &line)?.group(Group::Source)?.start;
                blocks[source].speaker.map(|s| (r, s))
            });
            let l = blocks[b].line;
            let open: Vec<(usize, Set)> = lines[l]
                .chunks
                .iter()
                .filter_map(|c| match c.what {
                    What::Quotation(q) if !taken.contains_key(&q) && labels[q].is_none() => Some((q, c.set)),
                    _ => None,
                })
                .collect();
            let floating = blocks[b].set & class::FLOATING != 0;
            if let Some((rule, speaker)) = hit {
                for (q, set) in open.into_iter().take(if floating { usize::MAX } else { 1 }) {
                    taken.insert(q, found.len());
                    found.push(Attribution {
                        quotation: Some(q),
                        content: quotations.list[q].inner,
                        kind: if floating || class::utters(set) { Kind::Direct } else { Kind::Mixed },
                        rule: ("discourse", rule),
                        line: l,
                        matched: 0..0,
                        cue: None,
                        speaker: Some(speaker),
                        via: None,
                        carried: true,
                    });
                }
                blocks[b].set = class::REPORTED;
                blocks[b].speaker = Some(speaker);
            }
        }
        b += 1;
    }
    repeated(&keys, labels, lines, found, &mut taken, false, grammar);
}

/// The words of quotations as they are compared: folded, without what ends them; each made once.
struct Keys<'t> {
    text: &'t str,
    quotations: &'t Quotations,
    of: Vec<OnceCell<String>>,
}

impl Keys<'_> {
    fn of(&self, q: usize) -> &str {
        let words = self.quotations.list[q].inner.of(self.text);
        self.of[q].get_or_init(|| fold(words.trim_end_matches(['.', '!', '?', ' ', ','])))
    }
}

/// A quotation whose words stand again where they are attributed: the headline takes its speaker from the body.
/// With `ahead`, only those that stand further on count.
fn repeated(
    keys: &Keys<'_>,
    labels: &[Option<usize>],
    lines: &[Line],
    found: &mut Vec<Attribution>,
    taken: &mut HashMap<usize, usize>,
    ahead: bool,
    grammar: &Grammar,
) {
    let page = grammar.page("discourse");
    let Some(rule) = page.decided("repeated") else { return };
    let quotations = keys.quotations;
    let open = |q: usize| !taken.contains_key(&q) && quotations.list[q].parent.is_none() && labels[q].is_none();
    let open: Vec<usize> = (0..labels.len()).filter(|q| open(*q)).collect();
    if open.is_empty() {
        return;
    }
    let known: HashMap<&str, usize> =
        found.iter().enumerate().filter_map(|(i, a)| a.quotation.filter(|_| a.speaker.is_some()).map(|q| (keys.of(q), i))).collect();
    let words_of = OnceCell::new();
    let by_word = || {
        words_of.get_or_init(|| {
            let mut holders: HashMap<&str, Vec<(&str, &usize)>> = HashMap::new();
            for (said, i) in &known {
                for word in said.split(' ') {
                    holders.entry(word).or_default().push((said, i));
                }
            }
            holders
        })
    };
    for q in open {
        let own = keys.of(q);
        // A headline quotes the beginning or a part of what is said below. Whatever holds it holds its words but for the
        // first and the last whole: those with the rarest of them are looked through, so that time stays linear.
        let part = || {
            let own_words: Vec<&str> = own.split(' ').collect();
            let inner = own_words.get(1..own_words.len() - 1).filter(|_| own_words.len() >= HEADLINE)?;
            let holders = inner.iter().map(|w| by_word().get(w).map_or(&[][..], Vec::as_slice)).min_by_key(|h| h.len())?;
            holders.iter().filter(|(said, _)| said.contains(own)).map(|(_, i)| *i).min_by_key(|i| **i)
        };
        let further = |i: &&usize| !ahead || found[**i].content.start > quotations.list[q].inner.start;
        if let Some(&i) = known.get(own).or_else(part).filter(further) {
            let line = lines.iter().position(|l| l.within.is_none() && l.span.holds(quotations.list[q].outer)).unwrap_or(0);
            let source = found[i].clone();
            taken.insert(q, found.len());
            found.push(Attribution {
                quotation: Some(q),
                content: quotations.list[q].inner,
                rule: ("discourse", rule),
                line,
                cue: None,
                carried: true,
                matched: 0..0,
                ..source
            });
        }
    }
}

fn blocks(text: &str, lines: &[Line], found: &[Attribution], taken: &HashMap<usize, usize>, grammar: &Grammar) -> Vec<Block> {
    let page = grammar.page("woven");
    let mut buffer = Vec::new();
    let mut out: Vec<Block> = Vec::new();
    let mut paragraph = None;
    let mut by_line: HashMap<usize, Vec<&Attribution>> = HashMap::new();
    for a in found {
        by_line.entry(a.line).or_default().push(a);
    }
    for (l, line) in lines.iter().enumerate() {
        if line.within.is_some() {
            continue;
        }
        if paragraph.is_some_and(|p| p != line.paragraph) {
            out.push(Block { set: class::BREAK, line: l, speaker: None });
        }
        paragraph = Some(line.paragraph);
        // The last reported speaker stands for the sentence; incises inside its quotations count.
        let speaker = lines
            .iter()
            .enumerate()
            .skip(l)
            .take_while(|(i, other)| *i == l || other.within.is_some())
            .filter_map(|(i, _)| by_line.get(&i))
            .flatten()
            .filter(|a| a.speaker.is_some())
            .max_by_key(|a| (a.quotation.is_some(), a.content.start))
            .and_then(|a| a.speaker);
        // *La cause serait « … »* says something about the words: they do not stand alone.
        let told = line.chunks.iter().any(|c| c.set & (class::ETRE | class::DENIED) != 0);
        let alone = !told
            && line.chunks.iter().any(|c| matches!(c.what, What::Quotation(q) if !taken.contains_key(&q)))
            && line
                .chunks
                .iter()
                .filter(|c| {
                    !matches!(c.what, What::Quotation(_))
                        && c.set
                            & (class::COMMA
                                | class::STOP
                                | class::DASH
                                | class::COLON
                                | class::SIGN
                                | class::SEMICOLON
                                | class::OPEN
                                | class::CLOSE)
                            == 0
                })
                .count()
                <= LOOSE;
        let words = line.span.of(text);
        let subject = line.chunks.iter().find_map(|c| match c.what {
            What::Mention(m) if c.set & class::MENTION != 0 && c.set & (class::PERSON | class::NAME | class::BODY) != 0 => {
                Some(Speaker::Mention(l, m))
            }
            _ => None,
        });
        let open = |c: &&Chunk| matches!(c.what, What::Quotation(q) if !taken.contains_key(&q)) && c.set & class::LABEL == 0;
        let reports = line.cues.iter().any(|c| c.set & class::POUR == 0);
        let woven = if !reports && line.chunks.first().filter(open).is_some_and(|c| class::utters(c.set)) { class::WOVEN } else { 0 };
        // *Et de soupirer : « … »* has its subject in the sentence before.
        let goes_on = line.chunks.first().is_some_and(|c| c.set & (class::ET | class::CONJUNCTION) != 0)
            && line.chunks.get(1).is_some_and(|c| c.set & class::DE != 0)
            && line.chunks.get(2).is_some_and(|c| c.set & class::INFINITIVE != 0 && c.set & class::SUBJECT == 0);
        let heads = |end: &str| words.len() < 100 && !end.ends_with(['.', '!', '?', '…', ':', ';', ',']);
        let title = heads(words.trim_end_matches(|c| is_mark(c) || is_space(c)));
        let opening = if line.chunks.first().is_some_and(|c| matches!(c.what, What::Quotation(_))) { class::OPENING } else { 0 };
        let mut ascribed = || {
            let begins = line.chunks.first().is_some_and(|c| c.set & class::MENTION != 0 && c.set & (class::SPEECH | class::NAME) != 0);
            if !begins || speaker.is_some() || out.last().is_none_or(|b: &Block| b.set & class::FLOATING == 0) {
                return None;
            }
            line.spell(None, page, grammar, &mut buffer);
            let found = page.first(&buffer, |r| page.rules[r].is == ASCRIBING)?;
            match line.chunks[found.group(Group::Speaker)?.start].what {
                What::Mention(m) => Some(Speaker::Mention(l, m)),
                _ => None,
            }
        };
        let (set, speaker) = if alone || goes_on {
            (class::FLOATING | if title { class::HEADING } else { 0 }, None)
        } else if let Some(speaker) = ascribed() {
            (class::ASCRIBING, Some(speaker))
        } else if speaker.is_some() {
            (class::REPORTED | opening, speaker)
        } else if words.ends_with('?') {
            (class::QUESTION | woven, subject)
        } else if heads(words) {
            (class::HEADING | woven, subject)
        } else if subject.is_some() {
            (class::ABOUT | woven, subject)
        } else {
            (class::PLAIN | woven, None)
        };
        out.push(Block { set, line: l, speaker });
    }
    out
}
