//! Discourse: what crosses sentences.
//!
//! In: the lines and what was attributed within each. Out: attributions for quotations that stand alone: speech
//! that goes on, a quotation after a sentence about somebody, a headline that the body repeats.
//! Deliberately not done: a quotation woven into a sentence without a cue is left alone.

use crate::attribution::{Attribution, Kind, Speaker, ASCRIBING};
use crate::class::{self, Letter, Mixed, Set};
use crate::grammar::{Grammar, Group};
use crate::line::{Chunk, Lines, What};
use crate::quotation::Quotations;
use crate::text::{fold, fold_char, hash, is_mark, is_space};
use std::cell::OnceCell;
use std::collections::HashMap;

/// How many sentences before and after a quotation its rules may look at.
const BEFORE: usize = 8;
const AFTER: usize = 3;
/// How many loose words a floating quotation may have beside it.
const LOOSE: usize = 3;

/// How many words of another quotation make a quotation a part of it.
const HEADLINE: usize = 4;
/// How many of its words are looked at for one that tells it from others.
const SOUGHT: usize = 8;
/// How many quotations with a word of a headline are looked through.
const MOST: usize = 60;

struct Block {
    set: Set,
    line: usize,
    /// The last speaker of the sentence, or its subject.
    speaker: Option<Speaker>,
}

/// Attributes quotations that no sentence attributes.
pub fn discourse(
    text: &str,
    lines: &Lines,
    quotations: &Quotations,
    labels: &[Option<usize>],
    found: &mut Vec<Attribution>,
    grammar: &Grammar,
) {
    let page = grammar.page("discourse");
    let mut taken = taken(found, quotations);
    let mut headlines = Headlines::new(text, quotations, labels, &taken);
    repeated(&mut headlines, labels, lines, found, &mut taken, true, grammar);
    let mut reader = page.reader();
    let mut blocks = blocks(text, lines, found, &taken, grammar);
    let mut b = 0;
    while b < blocks.len() {
        if blocks[b].set & (class::FLOATING | class::WOVEN) != 0 {
            let from = b.saturating_sub(BEFORE);
            let to = (b + 1 + AFTER).min(blocks.len());
            let letters: Vec<Letter> =
                (from..to).map(|i| grammar.chunk_letter(blocks[i].set | if i == b { class::TARGET } else { 0 })).collect();
            reader.spell(&letters);
            let hit = (0..page.rules.len()).find_map(|r| {
                let source = from + reader.find(r)?.group(Group::Source)?.start;
                blocks[source].speaker.map(|s| (r, s))
            });
            let l = blocks[b].line;
            let open: Vec<(usize, Set)> = lines
                .at(l)
                .chunks
                .iter()
                .filter_map(|c| match c.what {
                    What::Quotation(q) if !taken[q] && labels[q].is_none() => Some((q, c.set)),
                    _ => None,
                })
                .collect();
            let floating = blocks[b].set & class::FLOATING != 0;
            if let Some((rule, speaker)) = hit {
                for (q, set) in open.into_iter().take(if floating { usize::MAX } else { 1 }) {
                    taken[q] = true;
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
    repeated(&mut headlines, labels, lines, found, &mut taken, false, grammar);
}

/// Which quotations are attributed.
fn taken(found: &[Attribution], quotations: &Quotations) -> Vec<bool> {
    let mut taken = vec![false; quotations.list.len()];
    for q in found.iter().filter_map(|a| a.quotation) {
        taken[q] = true;
    }
    taken
}

/// Whether a quotation is left that is neither attributed nor a label: without one, no sentence need be looked at again.
pub fn is_open(quotations: &Quotations, labels: &[Option<usize>], found: &[Attribution]) -> bool {
    taken(found, quotations).iter().zip(labels).any(|(taken, label)| !taken && label.is_none())
}

/// The quotations that may be headlines, and where their words stand again. Case and apostrophes make no difference, nor
/// does what ends them.
struct Headlines<'t> {
    text: &'t str,
    quotations: &'t Quotations,
    /// Those that were compared as a whole.
    folded: Vec<OnceCell<String>>,
    /// By the hash of the word that a headline is looked for by, the quotations that have it.
    holders: HashMap<u64, Vec<usize>, Mixed>,
    /// The first letters of these words, and how long the shortest headline is.
    initials: u64,
    least: usize,
    /// Which quotations were looked through.
    seen: Vec<bool>,
}

impl<'t> Headlines<'t> {
    fn new(text: &'t str, quotations: &'t Quotations, labels: &[Option<usize>], taken: &[bool]) -> Headlines<'t> {
        let count = quotations.list.len();
        let (folded, holders) = (vec![OnceCell::new(); count], HashMap::default());
        let mut headlines = Headlines { text, quotations, folded, holders, initials: 0, least: usize::MAX, seen: vec![false; count] };
        for q in 0..count {
            let word = if headlines.may_be(q, labels, taken) { headlines.longest(q) } else { None };
            let Some(word) = word else { continue };
            headlines.holders.insert(hash(word), Vec::new());
            headlines.initials |= initial(word);
            headlines.least = headlines.least.min(headlines.count(q));
        }
        headlines
    }

    /// Whether a quotation may take its speaker from another.
    fn may_be(&self, q: usize, labels: &[Option<usize>], taken: &[bool]) -> bool {
        !taken[q] && self.quotations.list[q].parent.is_none() && labels[q].is_none()
    }

    /// Looks through a quotation for the words of headlines.
    fn see(&mut self, q: usize) {
        if std::mem::replace(&mut self.seen[q], true) || self.count(q) <= self.least {
            return;
        }
        // Few words begin like one that is looked for.
        for word in self.words(q).split(' ').filter(|word| initial(word) & self.initials != 0) {
            if let Some(holders) = self.holders.get_mut(&hash(word)) {
                holders.push(q);
            }
        }
    }

    /// The quotations seen that hold the words of another.
    fn holders(&self, q: usize) -> impl Iterator<Item = usize> + '_ {
        let holders = self.longest(q).and_then(|word| self.holders.get(&hash(word))).map_or(&[][..], Vec::as_slice);
        holders.iter().copied().take(MOST).filter(move |holder| self.folded(*holder).contains(self.folded(q)))
    }

    /// The words as they stand.
    fn words(&self, q: usize) -> &'t str {
        self.quotations.list[q].inner.of(self.text).trim_end_matches(['.', '!', '?', ' ', ','])
    }

    /// How many characters they have, folded or not.
    fn count(&self, q: usize) -> usize {
        self.words(q).chars().count()
    }

    fn folded(&self, q: usize) -> &str {
        self.folded[q].get_or_init(|| fold(self.words(q)))
    }

    /// The longest word, of the next few after the first, of four and more: whatever holds them all holds it whole.
    fn longest(&self, q: usize) -> Option<&'t str> {
        let words = self.words(q);
        words.split(' ').nth(HEADLINE - 1)?;
        let (_, inner) = words.split_once(' ')?;
        let (inner, _) = inner.rsplit_once(' ')?;
        inner.split(' ').take(SOUGHT).max_by_key(|word| word.len())
    }
}

/// The first letter of a word as one of 64 bits.
fn initial(word: &str) -> u64 {
    word.chars().next().map_or(0, |c| 1 << (fold_char(c) as u32 % 64))
}

/// A quotation whose words stand again where they are attributed: the headline takes its speaker from the body.
/// With `ahead`, only those that stand further on count.
fn repeated(
    headlines: &mut Headlines<'_>,
    labels: &[Option<usize>],
    lines: &Lines,
    found: &mut Vec<Attribution>,
    taken: &mut [bool],
    ahead: bool,
    grammar: &Grammar,
) {
    let page = grammar.page("discourse");
    let Some(rule) = page.decided("repeated") else { return };
    let quotations = headlines.quotations;
    let open: Vec<usize> = (0..labels.len()).filter(|q| headlines.may_be(*q, labels, taken)).collect();
    if open.is_empty() {
        return;
    }
    let mut said: Vec<(usize, usize)> =
        found.iter().enumerate().filter(|(_, a)| a.speaker.is_some()).filter_map(|(i, a)| a.quotation.map(|q| (q, i))).collect();
    said.iter().for_each(|(q, _)| headlines.see(*q));
    let headlines = &*headlines;
    let mut counts: Vec<usize> = open.iter().map(|q| headlines.count(*q)).collect();
    counts.sort_unstable();
    // Only what is as long can be the same. Of those that say the same, the last counts.
    let as_long = said.iter().filter(|(q, _)| counts.binary_search(&headlines.count(*q)).is_ok());
    let same: HashMap<u64, usize, Mixed> = as_long.map(|(q, i)| (hash(headlines.words(*q)), *i)).collect();
    said.sort_unstable();
    let last = |q: usize| said[..said.partition_point(|(other, _)| *other <= q)].last().filter(|(other, _)| *other == q).map(|(_, i)| *i);
    let running: Vec<usize> = (0..lines.len()).filter(|l| lines.within(*l).is_none()).collect();
    for q in open {
        // A headline quotes the beginning or a part of what is said below.
        let part = || {
            let mut whole: Vec<(&str, usize)> = Vec::new();
            for holder in headlines.holders(q) {
                let (said, Some(i)) = (headlines.folded(holder), last(holder)) else { continue };
                match whole.iter_mut().find(|(other, _)| *other == said) {
                    Some((_, last)) => *last = i.max(*last),
                    None => whole.push((said, i)),
                }
            }
            whole.into_iter().map(|(_, i)| i).min()
        };
        let further = |i: &usize| !ahead || found[*i].content.start > quotations.list[q].inner.start;
        if let Some(i) = same.get(&hash(headlines.words(q))).copied().or_else(part).filter(further) {
            let outer = quotations.list[q].outer;
            let before = running.partition_point(|l| lines.span(*l).start <= outer.start);
            let line = before.checked_sub(1).map_or(0, |before| running[before]);
            let line = if lines.span(line).holds(outer) { line } else { 0 };
            let source = found[i].clone();
            taken[q] = true;
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

fn blocks(text: &str, lines: &Lines, found: &[Attribution], taken: &[bool], grammar: &Grammar) -> Vec<Block> {
    let page = grammar.page("woven");
    let mut reader = page.reader();
    let mut out: Vec<Block> = Vec::new();
    let mut paragraph = None;
    // By line, who speaks last in it.
    let mut speaking: Vec<Option<((bool, usize), Speaker)>> = vec![None; lines.len()];
    for a in found {
        let Some(speaker) = a.speaker else { continue };
        let place = (a.quotation.is_some(), a.content.start);
        let last = &mut speaking[a.line];
        if last.is_none_or(|(last, _)| place >= last) {
            *last = Some((place, speaker));
        }
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
        let inside = (l + 1..lines.len()).take_while(|other| lines.within(*other).is_some()).count();
        let speaker = speaking[l..=l + inside].iter().flatten().max_by_key(|(place, _)| *place).map(|(_, speaker)| *speaker);
        // *La cause serait « … »* says something about the words: they do not stand alone.
        let told = line.chunks.iter().any(|c| c.set & (class::ETRE | class::DENIED) != 0);
        let alone = !told
            && line.chunks.iter().any(|c| matches!(c.what, What::Quotation(q) if !taken[q]))
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
        let open = |c: &&Chunk| matches!(c.what, What::Quotation(q) if !taken[q]) && c.set & class::LABEL == 0;
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
            line.spell(None, &mut reader, grammar);
            let found = reader.first(|r| page.rules[r].is == ASCRIBING)?;
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
