//! Coreference: who each speaker finally is.
//!
//! In: the lines and the attributions, in text order. Out: for each attribution an [`Entity`]: the fullest name in
//! the article, else the fullest description, and the link that led there.
//! Names are linked by surname, forename, initials and acronym; descriptions by their head noun; pronouns by gender,
//! number, the part the antecedent plays, the last speaker, and distance. Two people are never merged: where a name
//! or description fits two, it stays as worded.
//! Deliberately not done: nothing is guessed where no candidate agrees; the speaker is then left empty.

use crate::attribution::{Attribution, Speaker};
use crate::class;
use crate::grammar::Grammar;
use crate::lexicon::feature;
use crate::line::Line;
use crate::mention::Mention;
use crate::text::{bare, is_apostrophe, is_space, Span};
use std::collections::HashMap;

/// Who a speaker is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    /// The words that name the entity best, somewhere in the article; empty when the article does not tell.
    pub span: Span,
    /// How the mention led to it: `name`, `surname`, `role`, `pronoun`…
    pub link: &'static str,
    /// `f`, `m` or empty, of a person.
    pub gender: &'static str,
    /// The words that name the voice in between best; empty where there is none.
    pub via: Span,
}

/// A name as it stands somewhere.
struct Name {
    tokens: Vec<String>,
    /// The words to show: the name, with its title where it has no forename.
    shown: Span,
    features: u8,
    person: bool,
    forename: bool,
}

/// Everybody who is named or described in the article.
struct Cast<'a> {
    text: &'a str,
    grammar: &'a Grammar,
    lines: &'a [Line],
    names: Vec<Name>,
    /// By mention, the name it holds.
    name_of: HashMap<(usize, usize), usize>,
    /// By last token, the names that end with it.
    by_last: HashMap<String, Vec<usize>>,
    by_first: HashMap<String, Vec<usize>>,
    /// From an acronym to the words it stands for.
    expansions: HashMap<String, Span>,
    /// By head lemma, the mentions described so.
    by_head: HashMap<u32, Vec<(usize, usize)>>,
}

/// How far back a pronoun may look: mentions and sentences.
const WINDOW: usize = 60;

/// Resolves every speaker, in text order.
pub fn coreference(text: &str, lines: &[Line], attributions: &[Attribution], grammar: &Grammar) -> Vec<Entity> {
    let cast = Cast::new(text, lines, grammar);
    let mut order: Vec<usize> = (0..attributions.len()).collect();
    // Those found in their own sentence first: what is carried over follows them.
    order.sort_by_key(|&i| (attributions[i].carried, attributions[i].line, attributions[i].content.start));
    let mut out = vec![Entity::default(); attributions.len()];
    let mut known: HashMap<Speaker, Entity> = HashMap::new();
    let mut last: Vec<(usize, Entity)> = Vec::new();
    let mentions: Vec<(usize, usize)> = lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l.within.is_none())
        .flat_map(|(l, line)| (0..line.mentions.len()).map(move |m| (l, m)))
        .collect();
    for i in order {
        let attribution = &attributions[i];
        let Some(speaker) = attribution.speaker else { continue };
        let mut entity = match known.get(&speaker) {
            Some(entity) => entity.clone(),
            None => {
                let entity = cast.resolve(speaker, attribution, &mentions, &last, grammar);
                known.insert(speaker, entity.clone());
                entity
            }
        };
        if attribution.carried && !entity.span.is_empty() {
            entity.link = "continued";
        }
        if !entity.span.is_empty() && !attribution.carried {
            last.push((attribution.line, entity.clone()));
        }
        if let Some((via, _)) = attribution.via {
            entity.via = cast.resolve(via, attribution, &mentions, &last, grammar).span;
        }
        out[i] = entity;
    }
    out
}

impl<'a> Cast<'a> {
    fn new(text: &'a str, lines: &'a [Line], grammar: &'a Grammar) -> Cast<'a> {
        let mut cast = Cast {
            text,
            grammar,
            lines,
            names: Vec::new(),
            name_of: HashMap::new(),
            by_last: HashMap::new(),
            by_first: HashMap::new(),
            expansions: HashMap::new(),
            by_head: HashMap::new(),
        };
        for (l, line) in lines.iter().enumerate() {
            for (m, mention) in line.mentions.iter().enumerate() {
                if mention.lemma != 0 {
                    cast.by_head.entry(mention.lemma).or_default().push((l, m));
                }
                if let Some((key, span)) = expansion(text, mention, grammar) {
                    cast.expansions.entry(key).or_insert(span);
                }
                let Some(span) = mention.name else { continue };
                let own = tokens(span.of(text));
                // *M. C.*, of Mireille Castagnède: the first initial was read as a title.
                let initials = mention.titled && own.len() == 1 && own[0].chars().count() == 1;
                let tokens = if initials { tokens(mention.span.of(text)) } else { own };
                let (Some(first), Some(last)) = (tokens.first().cloned(), tokens.last().cloned()) else { continue };
                let n = cast.names.len();
                cast.name_of.insert((l, m), n);
                cast.by_last.entry(last).or_default().push(n);
                cast.by_first.entry(first).or_default().push(n);
                let shown = if mention.titled && tokens.len() == 1 { mention.span } else { span };
                let person = mention.set & class::PERSON != 0;
                let forename = mention.set & class::PERSON != 0 && tokens.len() > 1;
                cast.names.push(Name { tokens, shown, features: mention.features, person, forename });
            }
        }
        cast
    }

    fn mention(&self, at: (usize, usize)) -> &'a Mention {
        &self.lines[at.0].mentions[at.1]
    }

    fn resolve(
        &self,
        speaker: Speaker,
        attribution: &Attribution,
        mentions: &[(usize, usize)],
        last: &[(usize, Entity)],
        grammar: &Grammar,
    ) -> Entity {
        match speaker {
            Speaker::Mention(l, m) => {
                let mention = self.mention((l, m));
                if mention.set & class::PRONOUN != 0 {
                    return self.pronoun(l, mention.span.start, mention.features, attribution, mentions, last, false);
                }
                if mention.set & class::STRONG != 0 {
                    let proximal = grammar
                        .lexicon
                        .word(mention.span.of(self.text))
                        .or_else(|| phrase_set(mention.span.of(self.text), grammar))
                        .is_some_and(|e| e.set & grammar.classes.get("proximal").unwrap_or(0) != 0);
                    return self.pronoun(l, mention.span.start, mention.features, attribution, mentions, last, proximal);
                }
                if self.name_of.contains_key(&(l, m)) {
                    return self.named((l, m));
                }
                self.described((l, m))
            }
            Speaker::Inverted(l, c) => {
                let cue = &self.lines[l].cues[c];
                self.pronoun(l, cue.span.start, cue.features, attribution, mentions, last, false)
            }
        }
    }

    /// The fullest name that a name stands for.
    fn fullest(&self, n: usize) -> (usize, &'static str) {
        let name = &self.names[n];
        let Some(last) = name.tokens.last() else { return (n, "name") };
        if name.tokens.len() > 1 && name.tokens.iter().all(|t| t.chars().count() == 1) {
            return self.spelled_out(n);
        }
        let fits = |other: &Name| -> bool {
            let genders = feature::M | feature::F;
            if name.features & genders != 0 && other.features & genders != 0 && name.features & other.features & genders == 0 {
                return false;
            }
            other.tokens.len() > name.tokens.len()
                && (other.tokens.ends_with(&name.tokens)
                    || name.tokens.len() == 1 && other.tokens.contains(last) && other.person
                    // *J. Dupont*, *Jean-M. Dupont*
                    || name.tokens.len() > 1 && other.tokens.last() == Some(last) && other.tokens[0].starts_with(name.tokens[0].as_str()))
        };
        let mut best: Option<usize> = None;
        let ends = self.by_last.get(last).map_or(&[][..], Vec::as_slice);
        let starts = if name.tokens.len() == 1 { self.by_first.get(last).map_or(&[][..], Vec::as_slice) } else { &[] };
        for (list, by_surname) in [(ends, true), (starts, false)] {
            for &o in list.iter().take(WINDOW * 4) {
                let other = &self.names[o];
                if !fits(other) || !by_surname && !other.forename {
                    continue;
                }
                match best {
                    // Two different people: the name stays as worded.
                    Some(b) if !same_person(&self.names[b].tokens, &other.tokens) => return (n, "name"),
                    Some(b) if self.names[b].tokens.len() >= other.tokens.len() => {}
                    _ => best = Some(o),
                }
            }
            if best.is_some() {
                return (best.unwrap_or(n), if by_surname { "surname" } else { "forename" });
            }
        }
        (n, "name")
    }

    /// The one name that initials stand for: *C. A.*, Clémence Arbogast.
    fn spelled_out(&self, n: usize) -> (usize, &'static str) {
        let initials = &self.names[n].tokens;
        let fits = |other: &Name| {
            other.person
                && other.tokens.len() == initials.len()
                && other.tokens.iter().zip(initials).all(|(t, i)| t.len() > 1 && t.starts_with(i.as_str()))
        };
        let mut found = self.names.iter().enumerate().filter(|(_, other)| fits(other));
        match found.next() {
            Some((first, name)) if found.all(|(_, other)| other.tokens == name.tokens) => (first, "initials"),
            _ => (n, "name"),
        }
    }

    /// Whether a name is a person's: of its own accord, or because the full name it stands for is.
    fn person(&self, at: (usize, usize)) -> bool {
        self.name_of.get(&at).is_some_and(|&n| self.names[n].person || self.names[self.fullest(n).0].person)
    }

    /// How many sentences of the running text lie between two lines.
    fn between(&self, from: usize, to: usize) -> f32 {
        (from..to).take(40).filter(|l| self.lines[*l].within.is_none()).count() as f32
    }

    fn gender(&self, n: usize) -> &'static str {
        let tokens = &self.names[n].tokens;
        let Some(last) = tokens.last() else { return "" };
        let mut features = self.names[n].features & (feature::M | feature::F);
        if features == 0 {
            for &o in self.by_last.get(last).map_or(&[][..], Vec::as_slice).iter().take(WINDOW) {
                if self.names[o].tokens.len() == 1 || same_person(&self.names[o].tokens, tokens) {
                    features |= self.names[o].features & (feature::M | feature::F);
                }
            }
        }
        letter(features)
    }

    fn named(&self, at: (usize, usize)) -> Entity {
        let Some(&n) = self.name_of.get(&at) else { return Entity::default() };
        let name = &self.names[n];
        if name.tokens.len() == 1 {
            if let Some(&span) = self.expansions.get(&name.tokens[0]) {
                return Entity { span, link: "acronym", ..Entity::default() };
            }
        }
        let (full, link) = self.fullest(n);
        let person = name.person || self.names[full].person;
        let gender = if person { self.gender(full) } else { "" };
        Entity { span: self.names[full].shown, link, gender, ..Entity::default() }
    }

    /// Who a description is: a name that the article joins to it, else the fullest description with its head.
    fn described(&self, at: (usize, usize)) -> Entity {
        let mention = self.mention(at);
        let gender = if mention.set & class::PERSON != 0 { letter(mention.features) } else { "" };
        let own = Entity { span: mention.span, link: "description", gender, ..Entity::default() };
        if mention.lemma == 0 {
            return own;
        }
        let words = content_words(mention.span.of(self.text));
        let complement: Vec<&String> = words.iter().skip(1).collect();
        let same_head = self.by_head.get(&mention.lemma).map_or(&[][..], Vec::as_slice);
        let fits = |other: &Mention| agrees(mention.features, other.features);
        let mut named: Option<(bool, usize, (usize, usize))> = None;
        for &o in same_head.iter().take(WINDOW * 4) {
            let other = self.mention(o);
            if o == at || !fits(other) || !self.name_of.contains_key(&o) {
                continue;
            }
            let theirs = content_words(other.description.map_or("", |d| d.of(self.text)));
            let compatible = complement.iter().all(|w| theirs.contains(w)) || theirs.len() <= 1;
            if !compatible || indefinite(mention.span.of(self.text), self.grammar) {
                continue;
            }
            let before = other.span.start < mention.span.start;
            let distance = other.span.start.abs_diff(mention.span.start);
            let better = match named {
                None => true,
                Some((b, d, _)) => (before && !b) || (before == b && distance < d),
            };
            if better {
                named = Some((before, distance, o));
            }
        }
        if let Some((_, _, o)) = named {
            return Entity { link: "role", ..self.named(o) };
        }
        // No name: the fullest description, where this one is bare.
        if complement.is_empty() && !indefinite(mention.span.of(self.text), self.grammar) {
            let fuller = same_head
                .iter()
                .take(WINDOW * 4)
                .map(|&o| self.mention(o))
                .filter(|o| fits(o) && o.span.start < mention.span.start && content_words(o.span.of(self.text)).len() > 1)
                .min_by_key(|o| o.span.start.abs_diff(mention.span.start));
            if let Some(other) = fuller {
                return Entity { span: other.span, link: "description", gender, ..Entity::default() };
            }
        }
        own
    }

    #[allow(clippy::too_many_arguments)]
    fn pronoun(
        &self,
        line: usize,
        at: usize,
        features: u8,
        attribution: &Attribution,
        mentions: &[(usize, usize)],
        last: &[(usize, Entity)],
        proximal: bool,
    ) -> Entity {
        if features & (feature::M | feature::F) == 0 {
            return Entity::default();
        }
        let mut best: Option<(f32, Entity)> = None;
        let mut offer = |score: f32, entity: Entity| {
            if !entity.span.is_empty() && best.as_ref().is_none_or(|(s, _)| score > *s) {
                best = Some((score, entity));
            }
        };
        let here = self.lines[line].paragraph;
        let end = mentions.partition_point(|&(l, m)| self.mention((l, m)).span.start < at);
        let mut seen = 0;
        for &(l, m) in mentions[..end].iter().rev().take(WINDOW) {
            let mention = self.mention((l, m));
            if mention.set & (class::PRONOUN | class::STRONG) != 0 || mention.set & class::TIME != 0 {
                continue;
            }
            let paragraphs = here.saturating_sub(self.lines[l].paragraph);
            if paragraphs > 6 {
                break;
            }
            let named = self.name_of.contains_key(&(l, m));
            let own = if named { named_features(self, (l, m)) } else { mention.features };
            if !agrees(features, own) || features & feature::P == 0 && own & feature::P != 0 {
                continue;
            }
            if features & feature::P != 0 && own & feature::P == 0 {
                continue;
            }
            let mut score = if mention.set & class::MENTION != 0 || proximal && mention.set & class::OBJECT != 0 {
                3.0
            } else if mention.set & class::FRAMED != 0 {
                2.0
            } else if mention.set & class::AGENT != 0 {
                1.0
            } else if mention.set & class::GENITIVE != 0 {
                -1.5
            } else {
                0.0
            };
            let person = mention.set & class::PERSON != 0 || named && self.person((l, m));
            score += if person && named {
                4.0
            } else if person {
                2.5
            } else if mention.set & class::BODY != 0 {
                1.0
            } else if mention.set & class::PLACE != 0 {
                -4.0
            } else if named {
                -1.5
            } else {
                -3.0
            };
            if own & (feature::M | feature::F) == 0 {
                score -= 1.5;
            }
            let content = attribution.content;
            if l == line {
                score -= if content.holds(mention.span) { 3.5 } else { 0.5 };
            }
            let sentences = self.between(l, line);
            score -= 1.0 * sentences.min(6.0) * if proximal { 1.5 } else { 1.0 };
            score -= 0.6 * paragraphs as f32;
            if proximal {
                score -= seen as f32 * 1.5;
            }
            seen += 1;
            if score > 0.0 {
                offer(score, Entity { link: "pronoun", ..if named { self.named((l, m)) } else { self.described((l, m)) } });
            }
        }
        if !proximal {
            for (n, (l, entity)) in last.iter().rev().take(4).enumerate() {
                let g = entity.gender;
                let fits = g.is_empty() || g == letter(features);
                let plural = features & feature::P != 0;
                if *l > line || !fits || plural || g.is_empty() && entity.link != "name" && entity.link != "surname" {
                    continue;
                }
                let paragraphs = here.saturating_sub(self.lines[*l].paragraph) as f32;
                let score =
                    7.5 - 1.0 * self.between(*l, line).min(5.0) - 0.5 * paragraphs - 1.5 * n as f32 - if g.is_empty() { 2.0 } else { 0.0 };
                if score > 0.0 {
                    offer(score, Entity { link: "pronoun", ..entity.clone() });
                }
            }
        }
        best.map(|(_, e)| e).unwrap_or_default()
    }
}

fn named_features(cast: &Cast<'_>, at: (usize, usize)) -> u8 {
    let mention = cast.mention(at);
    let genders = feature::M | feature::F;
    if mention.features & genders != 0 {
        return mention.features;
    }
    let entity = cast.named(at);
    mention.features
        | match entity.gender {
            "f" => feature::F,
            "m" => feature::M,
            _ => 0,
        }
}

fn phrase_set(words: &str, grammar: &Grammar) -> Option<crate::lexicon::Entry> {
    let mut key = None;
    for word in words.split(|c: char| is_space(c)) {
        let hash = crate::text::hash(word);
        key = Some(key.map_or(hash, |k| crate::text::join_hash(k, hash)));
    }
    key.and_then(|k| grammar.lexicon.phrase(k))
}

fn letter(features: u8) -> &'static str {
    match features & (feature::M | feature::F) {
        feature::M => "m",
        feature::F => "f",
        _ => "",
    }
}

/// Whether gender and number do not contradict each other.
fn agrees(a: u8, b: u8) -> bool {
    let ok = |mask: u8| a & mask == 0 || b & mask == 0 || a & b & mask != 0;
    ok(feature::M | feature::F) && ok(feature::S | feature::P)
}

/// Whether two full names can be one person's: *Recep Tayyip Erdogan*, *Recep Erdogan*.
fn same_person(a: &[String], b: &[String]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.last() == long.last() && short.iter().all(|t| long.iter().any(|o| o == t || t.len() == 1 && o.starts_with(t.as_str())))
}

/// Whether a description introduces somebody: *un habitant*.
fn indefinite(words: &str, grammar: &Grammar) -> bool {
    let first = words.split(is_space).next().unwrap_or("");
    grammar.lexicon.word(first).is_some_and(|e| e.set & class::INTRODUCING != 0)
}

/// The words of a name, case and accents folded.
fn tokens(name: &str) -> Vec<String> {
    bare(name).split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_string).collect()
}

/// The words of a description that tell: those of four letters and more, and names.
fn content_words(words: &str) -> Vec<String> {
    words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 3 || w.starts_with(char::is_uppercase) && w.len() > 1)
        .map(bare)
        .collect()
}

/// A mention followed by its acronym in brackets: *l'Organisation mondiale de la santé (OMS)*.
fn expansion(text: &str, mention: &Mention, grammar: &Grammar) -> Option<(String, Span)> {
    if mention.set & class::PERSON != 0 && mention.set & class::BODY == 0 {
        return None;
    }
    let after = text[mention.span.end..].trim_start_matches(is_space);
    let inside = after.strip_prefix('(')?;
    let close = inside.char_indices().take(14).find(|(_, c)| *c == ')').map(|(i, _)| i)?;
    let acronym = inside[..close].trim();
    let capitals = acronym.chars().filter(|c| c.is_uppercase()).count();
    if capitals < 2 || capitals * 2 < acronym.chars().count() {
        return None;
    }
    let span = mention.span;
    let words = span.of(text);
    // Without the article, as names of bodies are shown.
    let article =
        words.find(|c: char| is_space(c) || is_apostrophe(c)).map_or(0, |i| i + words[i..].chars().next().map_or(0, char::len_utf8));
    let elided = words[..article].trim_end();
    let is_article = grammar.lexicon.word(elided).is_some_and(|e| e.set & (class::DETERMINER | class::CONTRACTED) != 0);
    let named = words[if is_article { article } else { 0 }..].trim_start();
    let first = bare(acronym).chars().next()?;
    bare(named).starts_with(first).then(|| (bare(acronym), Span::new(span.end - named.len(), span.end)))
}
