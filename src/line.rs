//! The line: what a rule of attribution sees of a sentence.
//!
//! In: a sentence with its quotations, cues and mentions. Out: one letter for each of them and for every word that
//! is in none. Brackets that hold no quotation are left out: *Bo Lind (MRC, Var) a dit* reads as if they were not there.
//! Deliberately not done: nothing is attributed here.

use crate::class::{self, Letter, Set};
use crate::cue::{cues, Cue};
use crate::grammar::{loose, Grammar, Reader};
use crate::mention::{mentions, Mention};
use crate::quotation::Quotations;
use crate::sentence::{shape, Item, Sentence};
use crate::text::Span;
use crate::words::Word;

/// What a letter of the line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A word in no cue and no mention.
    Word,
    /// A quotation, by its index.
    Quotation(usize),
    /// A cue of the sentence, by its index.
    Cue(usize),
    /// A mention of the sentence, by its index.
    Mention(usize),
}

/// One letter of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// Its classes.
    pub set: Set,
    /// Its words.
    pub span: Span,
    /// What it is.
    pub what: What,
}

/// A sentence as the rules of attribution see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its letters; none where the sentence reports nothing and no rule looked at it.
    pub chunks: Vec<Chunk>,
    /// The same as letters of the alphabet.
    pub letters: Vec<Letter>,
    /// Its cues.
    pub cues: Vec<Cue>,
    /// Its mentions.
    pub mentions: Vec<Mention>,
    /// The quotation it stands in.
    pub within: Option<usize>,
    /// The number of its paragraph.
    pub paragraph: usize,
    /// From its first item to its last.
    pub span: Span,
}

/// How long a bracket may be and still be left out.
const BRACKET: usize = 40;

/// Lines up what a sentence holds. Only a sentence that may report gets its letters: see [`fill`].
pub fn lines(text: &str, sentences: &[Sentence], words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Vec<Line> {
    let mut reporting = grammar.page("cues").reader();
    let mut referring = grammar.page("mentions").reader();
    let mut letters = Vec::new();
    sentences
        .iter()
        .map(|sentence| {
            let cues = cues(sentence, words, quotations, grammar, &mut reporting);
            let mentions = mentions(text, sentence, &cues, words, quotations, grammar, &mut referring, &mut letters);
            let reports = !cues.is_empty() || sentence.items.iter().any(|i| matches!(i, Item::Quotation(_)));
            let chunks = if reports { chunks(text, sentence, &cues, &mentions, words, quotations, grammar) } else { Vec::new() };
            let letters = chunks.iter().map(|c| grammar.chunk_letter(c.set)).collect();
            Line { chunks, letters, cues, mentions, within: sentence.within, paragraph: sentence.paragraph, span: sentence.span }
        })
        .collect()
}

/// Gives their letters to the sentences that report nothing. Only what crosses sentences looks at them, and most articles
/// have nothing of it.
pub fn fill(lines: &mut [Line], text: &str, sentences: &[Sentence], words: &[Word], quotations: &Quotations, grammar: &Grammar) {
    for (line, sentence) in lines.iter_mut().zip(sentences).filter(|(line, _)| line.chunks.is_empty()) {
        line.chunks = chunks(text, sentence, &line.cues, &line.mentions, words, quotations, grammar);
        line.letters = line.chunks.iter().map(|c| grammar.chunk_letter(c.set)).collect();
    }
}

fn chunks(
    text: &str,
    sentence: &Sentence,
    cues: &[Cue],
    mentions: &[Mention],
    words: &[Word],
    quotations: &Quotations,
    grammar: &Grammar,
) -> Vec<Chunk> {
    let mut out: Vec<Chunk> = Vec::with_capacity(sentence.items.len());
    let (mut c, mut m, mut i) = (0, 0, 0);
    let mut brackets: Vec<usize> = Vec::new();
    while i < sentence.items.len() {
        while cues.get(c).is_some_and(|x| x.items.start < i) {
            c += 1;
        }
        while mentions.get(m).is_some_and(|x| x.items.start < i) {
            m += 1;
        }
        if let Some(cue) = cues.get(c).filter(|x| x.items.start == i) {
            out.push(Chunk { set: cue.set, span: cue.span, what: What::Cue(c) });
            i = cue.items.end.max(i + 1);
            // *aux yeux du maire*: the mention begins with the frame's own article.
            if cue.set & class::FRAME != 0 {
                if let Some((n, mention)) =
                    mentions.iter().enumerate().find(|(_, x)| x.items.start == cue.items.start && x.items.end > cue.items.end)
                {
                    out.push(Chunk { set: mention.set, span: mention.span, what: What::Mention(n) });
                    i = mention.items.end;
                }
            }
            continue;
        }
        if let Some(mention) = mentions.get(m).filter(|x| x.items.start == i) {
            out.push(Chunk { set: mention.set, span: mention.span, what: What::Mention(m) });
            i = mention.items.end.max(i + 1);
            continue;
        }
        let set = grammar.set(sentence.letters[i]);
        let chunk = match sentence.items[i] {
            Item::Quotation(q) => {
                let kind = set & class::LABEL | if set & class::LABEL == 0 { class::QUOTATION } else { 0 };
                Chunk { set: kind | shape(text, words, quotations, q, grammar), span: quotations.list[q].inner, what: What::Quotation(q) }
            }
            Item::Word(w) => Chunk { set: loose(set), span: words[w].span(), what: What::Word },
        };
        if set & class::OPEN != 0 {
            brackets.push(out.len());
        }
        out.push(chunk);
        if set & class::CLOSE != 0 {
            if let Some(open) = brackets.pop() {
                let inside = &out[open..];
                if inside.len() <= BRACKET && !inside.iter().any(|c| matches!(c.what, What::Quotation(_))) {
                    out.truncate(open);
                }
            }
        }
        i += 1;
    }
    out
}

impl Line {
    /// Gives its letters to the reader of a page, with one of them made the target.
    pub fn spell(&self, target: Option<usize>, reader: &mut Reader<'_>, grammar: &Grammar) {
        reader.spell(&self.letters);
        if let Some(i) = target {
            reader.set(i, grammar.chunk_letter(self.chunks[i].set | class::TARGET));
        }
    }
}
