//! Mentions: stretches that refer to somebody or something.
//!
//! In: a sentence's letters and its cues. Out: every stretch that a rule of `mentions.toml` finds outside the cues:
//! names, roles, bodies, pronouns, with an apposition joined to its name, and the part each plays in its clause.
//! Deliberately not done: who a mention is, is asked much later.

use crate::class::{self, Letter, Set};
use crate::cue::Cue;
use crate::grammar::{Grammar, Group, Reader};
use crate::lexicon::feature;
use crate::quotation::Quotations;
use crate::sentence::{Item, Sentence};
use crate::text::{is_apostrophe, is_space, Span};
use crate::words::Word;
use std::ops::Range;

/// A stretch that refers to somebody or something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Its items, apposition included.
    pub items: Range<usize>,
    /// The words that refer: the name where there is one and a comma parts it from its description.
    pub span: Span,
    /// The name within, title left out.
    pub name: Option<Span>,
    /// The description within: *le ministre russe des Affaires étrangères*.
    pub description: Option<Span>,
    /// The head noun of the description.
    pub head: Option<Span>,
    /// The lemma of the head noun, 0 for none.
    pub lemma: u32,
    /// Its part in the clause, whether it is a person, and what its head is.
    pub set: Set,
    /// The classes of the word that opens it: *un*, *cette*.
    pub opening: Set,
    /// Gender and number.
    pub features: u8,
    /// Whether a civil title stands before the name.
    pub titled: bool,
}

/// Finds the mentions of a sentence, and adds them to a list; `letters` is room to write letters in.
#[allow(clippy::too_many_arguments)]
pub fn mentions(
    text: &str,
    sentence: Sentence<'_>,
    cues: &[Cue],
    words: &[Word],
    quotations: &Quotations,
    grammar: &Grammar,
    reader: &mut Reader<'_>,
    letters: &mut Vec<Letter>,
    out: &mut Vec<Mention>,
) {
    let page = reader.page();
    let letters = if cues.is_empty() {
        sentence.letters
    } else {
        letters.clear();
        letters.extend_from_slice(sentence.letters);
        let hidden = grammar.letter(class::CUE);
        for cue in cues.iter().filter(|c| c.set & (class::FRAME | class::POUR) == 0) {
            letters[cue.items.clone()].fill(hidden);
        }
        &*letters
    };
    reader.spell(letters);
    let earlier = out.len();
    let mut from = 0;
    while let Some((rule, items)) = reader.scan(from) {
        from = items.end.max(items.start + 1);
        let is = page.kinds[rule];
        if is == class::TIME {
            continue;
        }
        let Some(found) = reader.read(rule, items.clone()) else { continue };
        // What the rule only looks at is no part of the mention: it may begin another.
        let items = items.start..found.group(Group::Tail).map_or(items.end, |r| r.start);
        from = items.end.max(items.start + 1);
        let span_of = |r: Range<usize>| sentence.span_of(r, words, quotations);
        let set_at = |i: usize| grammar.set(letters[i]);
        // *du maire*: the mention begins after the article that the preposition swallowed.
        let swallowed = |i: usize| set_at(i) & class::CONTRACTED != 0 && set_at(i) & class::DETERMINER == 0;
        let bare = |r: Range<usize>| if r.len() > 1 && swallowed(r.start) { r.start + 1..r.end } else { r };
        let whole = bare(found.group(Group::Mention).unwrap_or(items.clone()));
        let name = found.group(Group::Name);
        let head = found.group(Group::Head);
        let opening = opens(whole.start, sentence, text, words, grammar);
        // What any of its words is: most need not be looked at again.
        let all = items.clone().fold(0, |all, i| all | set_at(i));
        let titled = all & class::TITLE != 0;
        let features = features(&whole, name.as_ref(), head.as_ref(), all, letters, sentence, words, grammar);
        let named_person = all & (class::FORENAME | class::INITIAL) != 0
            && is & (class::BODY | class::THING | class::PLACE) == 0
            && name.clone().is_some_and(|mut r| r.any(|i| set_at(i) & (class::FORENAME | class::INITIAL) != 0));
        let person = titled || named_person || is & (class::ROLE | class::PRONOUN | class::STRONG) != 0;
        let before = items.start.checked_sub(1);
        let first = items.start;
        // *selon « Sans filtre »*: the preposition that reports was matched with it.
        let governed = if swallowed(first) || set_at(first) & class::FRAME != 0 { Some(first) } else { before };
        let verb = class::FINITE | class::CUE | class::AVOIR | class::ETRE;
        let acts = letters.get(items.end).is_some_and(|l| grammar.set(*l) & verb != 0);
        let part = part(governed, first, acts, letters, grammar, sentence, cues, &out[earlier..]);
        out.push(Mention {
            items: items.clone(),
            span: trim_commas(text, span_of(whole)),
            // A name in marks is the words between them.
            name: name.map(|r| span_of(r).trimmed(text)),
            description: found.group(Group::Description).map(bare).map(span_of),
            lemma: head.clone().and_then(|r| sentence.word(r.start, words)).map_or(0, |w| w.lemma),
            head: head.map(span_of),
            set: part | if person { class::PERSON } else { 0 } | is,
            opening,
            features,
            titled,
        });
    }
}

fn trim_commas(text: &str, span: Span) -> Span {
    // Nearly all end in a letter.
    if span.end.checked_sub(1).and_then(|last| text.as_bytes().get(last)).is_some_and(u8::is_ascii_alphanumeric) {
        return span;
    }
    let words = span.of(text).trim_end_matches([',', ' ', '\u{a0}']);
    Span::new(span.start, span.start + words.len())
}

/// The classes of the word that opens a mention: of *un* where *un autre* is one word of the lexicon, of *l'* in *l'une*.
fn opens(at: usize, sentence: Sentence<'_>, text: &str, words: &[Word], grammar: &Grammar) -> Set {
    let set = sentence.letters.get(at).map_or(0, |letter| grammar.set(*letter));
    let Some(word) = sentence.word(at, words) else { return set };
    let bytes = text.as_bytes().get(word.start as usize..word.end as usize).unwrap_or_default();
    if bytes.iter().all(u8::is_ascii_alphabetic) {
        return set;
    }
    let word = word.span().of(text);
    match word.char_indices().find(|(_, c)| is_space(*c) || is_apostrophe(*c)) {
        Some((i, c)) if i + c.len_utf8() < word.len() => {
            let first = &word[..if is_space(c) { i } else { i + c.len_utf8() }];
            grammar.lexicon.word(first).map_or(0, |entry| entry.set)
        }
        _ => set,
    }
}

/// The part a mention plays, from the word before it, and from whether a verb follows.
#[allow(clippy::too_many_arguments)]
fn part(
    before: Option<usize>,
    first: usize,
    acts: bool,
    letters: &[Letter],
    grammar: &Grammar,
    sentence: Sentence<'_>,
    cues: &[Cue],
    earlier: &[Mention],
) -> Set {
    // *des riverains*: an article after a verb or at a start, a preposition after a noun.
    let noun = class::WORD | class::NAME | class::NOUN | class::ADJECTIVE | class::QUOTATION | class::LABEL;
    let own = grammar.set(letters[first]);
    if own & class::DE != 0
        && own & class::DETERMINER != 0
        && before.is_some_and(|b| b != first && grammar.set(letters[b]) & noun != 0 && grammar.set(letters[b]) & class::CUE == 0)
    {
        return class::GENITIVE;
    }
    // *la sortie de son gardien Ana Diop*: a name right after a noun that ends a mention is that noun's.
    let beside =
        |b: usize| b != first && grammar.set(letters[b]) & class::ROLE != 0 && earlier.last().is_some_and(|m| m.items.end == first);
    if own & class::NAME != 0 && before.is_some_and(beside) {
        return class::GENITIVE;
    }
    let Some(b) = before else { return class::MENTION };
    let set = grammar.set(letters[b]);
    if set & (class::FRAME | class::POUR) != 0 {
        class::FRAMED
    } else if set & class::PAR != 0 {
        class::AGENT
    } else if set & class::DE != 0 {
        class::GENITIVE
    } else if set & class::PREPOSITION != 0 {
        class::OBLIQUE
    } else if set & class::ET != 0 {
        // *à Paul et Marie*: the second shares the part of the first, but *il a vu Paul et Marie a dit*.
        let kinds = class::MENTION | class::OBJECT | class::OBLIQUE | class::AGENT | class::GENITIVE | class::FRAMED;
        earlier
            .last()
            .filter(|m| !acts && m.items.end == b && matches!(sentence.items.get(b), Some(Item::Word(_))))
            .map_or(class::MENTION, |m| m.set & kinds)
    } else if is_object(b, letters, grammar, cues, earlier) {
        class::OBJECT
    } else {
        class::MENTION
    }
}

/// Whether the words before a mention are a verb that has its subject: *a reconnu* le meurtre, *rencontre* Ana Diop.
fn is_object(before: usize, letters: &[Letter], grammar: &Grammar, cues: &[Cue], earlier: &[Mention]) -> bool {
    let set = |i: usize| grammar.set(letters[i]);
    let light = class::ADVERB | class::NOT | class::TIME;
    let Some(verb) = (0..=before).rev().take(4).find(|&i| set(i) & light == 0 || set(i) & (class::FINITE | class::CUE) != 0) else {
        return false;
    };
    if let Some(cue) = cues.iter().find(|c| c.items.end == verb + 1) {
        // A reporting verb has its object after it where its subject stands before it.
        let subject = |m: &Mention| m.items.end == cue.items.start && m.set & class::MENTION != 0;
        return if cue.set & class::CUE != 0 {
            earlier.last().is_some_and(subject)
        } else {
            cue.set & (class::GERUND | class::INFINITIVE) != 0
        };
    }
    let group = class::CLITIC | class::SE | class::NE | class::NOT | class::AVOIR | class::ETRE | class::ADVERB;
    let lead = (0..verb).rev().find(|&i| set(i) & group == 0);
    // *que conteste le maire*: in a relative clause the subject may stand after the verb.
    let inverted = lead.is_some_and(|i| set(i) & class::QUE != 0);
    // *c'est le maire qui …*: what is shown acts.
    if set(verb) & class::ETRE != 0 && lead.is_some_and(|i| set(i) & class::CE != 0) {
        return false;
    }
    let verbs = class::FINITE | class::INFINITIVE | class::GERUND | class::PARTICIPLE;
    !inverted
        && set(verb) & verbs != 0
        && set(verb) & (class::NOUN | class::ADJECTIVE | class::PREPOSITION | class::NAME | class::WORD) == 0
}

/// Gender and number, where `all` is what any of the words is: the title before the forename before the head noun before its adjectives before the determiner.
#[allow(clippy::too_many_arguments)]
fn features(
    whole: &Range<usize>,
    name: Option<&Range<usize>>,
    head: Option<&Range<usize>>,
    all: Set,
    letters: &[Letter],
    sentence: Sentence<'_>,
    words: &[Word],
    grammar: &Grammar,
) -> u8 {
    let of = |i: usize| sentence.word(i, words).map_or(0, |w| w.features);
    let mut gender = 0;
    let mut number = 0;
    let both = feature::M | feature::F;
    let mut take = |f: u8| {
        if gender == 0 && f & both != both {
            gender = f & both;
        }
        if number == 0 {
            number = f & (feature::S | feature::P);
        }
    };
    if all & class::TITLE != 0 {
        for i in whole.clone().filter(|i| grammar.set(letters[*i]) & class::TITLE != 0) {
            take(of(i));
        }
    }
    if let Some(name) = name.filter(|_| all & class::FORENAME != 0) {
        for i in name.clone().filter(|i| grammar.set(letters[*i]) & class::FORENAME != 0).take(1) {
            take(of(i));
        }
    }
    if let Some(head) = head {
        take(of(head.start));
        // *l'ancienne ministre*, *l'élue locale*: an adjective beside a noun of both genders tells.
        if all & class::ADJECTIVE != 0 {
            for i in (whole.start..head.start).rev().chain([head.end]).filter(|i| whole.contains(i)) {
                if grammar.set(letters[i]) & class::ADJECTIVE != 0 {
                    take(of(i));
                }
            }
        }
    }
    take(of(whole.start));
    gender | number
}
