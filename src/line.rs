//! The line: what a rule of attribution sees of a sentence.
//!
//! In: a sentence with its quotations, cues and mentions. Out: one letter for each of them and for every word that
//! is in none. Brackets that hold no quotation are left out: *Bo Lind (MRC, Var) a dit* reads as if they were not there.
//! Deliberately not done: nothing is attributed here.

use crate::class::{self, Letter, Set};
use crate::cue::{cues, Cue, Subject};
use crate::grammar::{loose, Grammar, Reader};
use crate::mention::{mentions, Mention};
use crate::quotation::Quotations;
use crate::sentence::{shape, Item, Sentence, Sentences};
use crate::text::Span;
use crate::words::Word;
use std::ops::Range;

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

/// A sentence as the rules of attribution see it; [`Lines`] hold it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'l> {
    /// Its letters; none where the sentence reports nothing and no rule looked at it.
    pub chunks: &'l [Chunk],
    /// The same as letters of the alphabet.
    pub letters: &'l [Letter],
    /// Its cues.
    pub cues: &'l [Cue],
    /// Its mentions.
    pub mentions: &'l [Mention],
    /// The quotation it stands in.
    pub within: Option<usize>,
    /// The number of its paragraph.
    pub paragraph: usize,
    /// From its first item to its last.
    pub span: Span,
}

/// The lines of an article. What they hold stands in one list of each sort for all.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    list: Vec<Extent>,
    chunks: Vec<Chunk>,
    letters: Vec<Letter>,
    cues: Vec<Cue>,
    mentions: Vec<Mention>,
}

/// Where a line stands, and where what it holds stands among that of all.
#[derive(Debug, Clone)]
struct Extent {
    chunks: Range<usize>,
    cues: Range<usize>,
    mentions: Range<usize>,
    within: Option<usize>,
    paragraph: usize,
    span: Span,
}

impl Lines {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A line by its number.
    pub fn at(&self, l: usize) -> Line<'_> {
        let Extent { chunks, cues, mentions, within, paragraph, span } = &self.list[l];
        Line {
            chunks: &self.chunks[chunks.clone()],
            letters: &self.letters[chunks.clone()],
            cues: &self.cues[cues.clone()],
            mentions: &self.mentions[mentions.clone()],
            within: *within,
            paragraph: *paragraph,
            span: *span,
        }
    }

    /// The lines in the order of the text, each before what is inside its quotations.
    pub fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.len()).map(|l| self.at(l))
    }

    /// A mention of a line, both by number.
    pub fn mention(&self, l: usize, m: usize) -> &Mention {
        &self.mentions[self.number_of_mention(l, m)]
    }

    /// A cue of a line, both by number.
    pub fn cue(&self, l: usize, c: usize) -> &Cue {
        &self.cues[self.number_of_cue(l, c)]
    }

    /// The number of a mention of a line among those of all.
    pub fn number_of_mention(&self, l: usize, m: usize) -> usize {
        self.list[l].mentions.start + m
    }

    /// The number of a cue of a line among those of all.
    pub fn number_of_cue(&self, l: usize, c: usize) -> usize {
        self.list[l].cues.start + c
    }

    /// The quotation that a line stands in.
    pub fn within(&self, l: usize) -> Option<usize> {
        self.list[l].within
    }

    /// Where a line stands.
    pub fn span(&self, l: usize) -> Span {
        self.list[l].span
    }

    /// The number of the paragraph of a line.
    pub fn paragraph(&self, l: usize) -> usize {
        self.list[l].paragraph
    }

    /// All mentions, in the order of their lines.
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// The cues of a line.
    pub fn cues_of(&self, l: usize) -> &[Cue] {
        &self.cues[self.list[l].cues.clone()]
    }

    /// The mentions of a line.
    pub fn mentions_of(&self, l: usize) -> &[Mention] {
        &self.mentions[self.list[l].mentions.clone()]
    }

    /// All cues, in the order of their lines.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// Gives a subject to a cue of a line that stands at a chunk, all by number.
    pub fn give_subject(&mut self, l: usize, chunk: usize, c: usize, subject: (Subject, usize), grammar: &Grammar) {
        let (chunk, cue) = (self.list[l].chunks.start + chunk, self.number_of_cue(l, c));
        self.cues[cue].subject = Some(subject);
        self.chunks[chunk].set |= class::SUBJECT;
        self.letters[chunk] = grammar.chunk_letter(self.chunks[chunk].set);
    }
}

/// How long a bracket may be and still be left out.
const BRACKET: usize = 40;

/// Lines up what the sentences hold. Only a sentence that may report gets its letters: see [`fill`].
pub fn lines(text: &str, sentences: &Sentences, words: &[Word], quotations: &Quotations, grammar: &Grammar) -> Lines {
    let mut reporting = grammar.page("cues").reader();
    let mut referring = grammar.page("mentions").reader();
    let mut letters = Vec::new();
    let mut brackets = Vec::new();
    let mut out = Lines { list: Vec::with_capacity(sentences.len()), chunks: Vec::with_capacity(words.len()), ..Lines::default() };
    out.letters.reserve(words.len());
    // About one word in five begins a mention, and one in thirty a cue.
    out.mentions.reserve(words.len() / 5);
    out.cues.reserve(words.len() / 24);
    for sentence in sentences.iter() {
        let cues_from = out.cues.len();
        cues(sentence, words, quotations, grammar, &mut reporting, &mut out.cues);
        let cues = cues_from..out.cues.len();
        let mentions_from = out.mentions.len();
        mentions(text, sentence, &out.cues[cues_from..], words, quotations, grammar, &mut referring, &mut letters, &mut out.mentions);
        let mentions = mentions_from..out.mentions.len();
        let chunks = out.chunks.len()..out.chunks.len();
        let (within, paragraph, span) = (sentence.within, sentence.paragraph, sentence.span);
        out.list.push(Extent { chunks, cues, mentions, within, paragraph, span });
        if cues_from < out.cues.len() || sentence.items.iter().any(|i| matches!(i, Item::Quotation(_))) {
            out.line_up(out.len() - 1, text, sentence, words, quotations, grammar, &mut brackets);
        }
    }
    out
}

/// Gives their letters to the sentences that report nothing. Only what crosses sentences looks at them, and most articles
/// have nothing of it.
pub fn fill(lines: &mut Lines, text: &str, sentences: &Sentences, words: &[Word], quotations: &Quotations, grammar: &Grammar) {
    let mut brackets = Vec::new();
    for l in 0..lines.len() {
        if lines.list[l].chunks.is_empty() {
            lines.line_up(l, text, sentences.at(l), words, quotations, grammar, &mut brackets);
        }
    }
}

impl Lines {
    /// Gives a line its letters; `brackets` is room for those that are open.
    #[allow(clippy::too_many_arguments)]
    fn line_up(
        &mut self,
        l: usize,
        text: &str,
        sentence: Sentence<'_>,
        words: &[Word],
        quotations: &Quotations,
        grammar: &Grammar,
        brackets: &mut Vec<usize>,
    ) {
        let Lines { list, chunks: out, letters, cues, mentions } = self;
        let (cues, mentions) = (&cues[list[l].cues.clone()], &mentions[list[l].mentions.clone()]);
        let from = out.len();
        let add = |out: &mut Vec<Chunk>, letters: &mut Vec<Letter>, set: Set, span: Span, what: What| {
            out.push(Chunk { set, span, what });
            letters.push(grammar.chunk_letter(set));
        };
        brackets.clear();
        let (mut c, mut m, mut i) = (0, 0, 0);
        while i < sentence.items.len() {
            while cues.get(c).is_some_and(|x| x.items.start < i) {
                c += 1;
            }
            while mentions.get(m).is_some_and(|x| x.items.start < i) {
                m += 1;
            }
            // Words in nothing, up to whatever comes next.
            let next = [cues.get(c).map(|x| x.items.start), mentions.get(m).map(|x| x.items.start)];
            let next = next.into_iter().flatten().fold(sentence.items.len(), usize::min);
            for (item, letter) in sentence.items[i..next].iter().zip(&sentence.letters[i..next]) {
                let set = grammar.set(*letter);
                let Item::Word(w) = *item else { break };
                if set & (class::OPEN | class::CLOSE) != 0 {
                    break;
                }
                out.push(Chunk { set: loose(set), span: words[w as usize].span(), what: What::Word });
                letters.push(grammar.loose_letter(*letter));
                i += 1;
            }
            if i == sentence.items.len() {
                break;
            }
            if let Some(cue) = cues.get(c).filter(|x| x.items.start == i) {
                add(out, letters, cue.set, cue.span, What::Cue(c));
                i = cue.items.end.max(i + 1);
                // *aux yeux du maire*: the mention begins with the frame's own article.
                if cue.set & class::FRAME != 0 {
                    let with = |x: &&Mention| x.items.start == cue.items.start && x.items.end > cue.items.end;
                    if let Some((n, mention)) = mentions.iter().enumerate().find(|(_, x)| with(x)) {
                        add(out, letters, mention.set, mention.span, What::Mention(n));
                        i = mention.items.end;
                    }
                }
                continue;
            }
            if let Some(mention) = mentions.get(m).filter(|x| x.items.start == i) {
                add(out, letters, mention.set, mention.span, What::Mention(m));
                i = mention.items.end.max(i + 1);
                continue;
            }
            let letter = sentence.letters[i];
            let set = grammar.set(letter);
            if set & class::OPEN != 0 {
                brackets.push(out.len());
            }
            match sentence.items[i] {
                Item::Quotation(q) => {
                    let q = q as usize;
                    let kind = set & class::LABEL | if set & class::LABEL == 0 { class::QUOTATION } else { 0 };
                    add(out, letters, kind | shape(text, words, quotations, q, grammar), quotations.list[q].inner, What::Quotation(q));
                }
                Item::Word(w) => {
                    out.push(Chunk { set: loose(set), span: words[w as usize].span(), what: What::Word });
                    letters.push(grammar.loose_letter(letter));
                }
            }
            if set & class::CLOSE != 0 {
                if let Some(open) = brackets.pop() {
                    let inside = &out[open..];
                    if inside.len() <= BRACKET && !inside.iter().any(|c| matches!(c.what, What::Quotation(_))) {
                        out.truncate(open);
                        letters.truncate(open);
                    }
                }
            }
            i += 1;
        }
        list[l].chunks = from..out.len();
    }
}

impl Line<'_> {
    /// Gives its letters to the reader of a page, with one of them made the target.
    pub fn spell(&self, target: Option<usize>, reader: &mut Reader<'_>, grammar: &Grammar) {
        reader.spell(self.letters);
        if let Some(i) = target {
            reader.set(i, grammar.chunk_letter(self.chunks[i].set | class::TARGET));
        }
    }
}
