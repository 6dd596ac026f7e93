//! Coreference: who each speaker finally is.
//!
//! In: the lines and the attributions, in text order. Out: for each attribution an [`Entity`]: the fullest name in
//! the article, else the fullest description, and the link that led there.
//! Names are linked by surname, forename, initials and acronym; descriptions by their head noun; pronouns by gender,
//! number, the part the antecedent plays, the last speaker, and distance. Two people are never merged: where a name
//! or description fits two, it stays as worded.
//! Deliberately not done: nothing is guessed where no candidate agrees; the speaker is then left empty.

use crate::attribution::{Attribution, Speaker};
use crate::class::{self, Set};
use crate::grammar::Grammar;
use crate::lexicon::{feature, Entry};
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
    /// Whether a description stands with it: *le pape François* is no other François.
    described: bool,
    /// The lemma of the head noun of its description, 0 for none.
    office: u32,
}

/// Somebody who was found to speak.
struct Spoken {
    /// The line that says so.
    line: usize,
    /// Where the mention stands there.
    at: usize,
    /// Whether it is a body, a text or a source without a name: one of those whom *on* stands for.
    faceless: bool,
    entity: Entity,
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
    /// By the words that show it, each name.
    by_span: HashMap<Span, usize>,
    /// By head lemma, the mentions described so.
    by_head: HashMap<u32, Vec<(usize, usize)>>,
}

/// How far back a pronoun may look: mentions and sentences.
const WINDOW: usize = 60;
/// How many sentences after somebody spoke a description may still mean them.
const REACH: f32 = 4.0;
/// How many sentences after a pronoun it may announce somebody.
const AHEAD: f32 = 2.0;
/// How many sentences before a description only one person may be named for it to mean them.
const TOPIC: f32 = 6.0;

/// Resolves every speaker, in text order.
pub fn coreference(text: &str, lines: &[Line], attributions: &[Attribution], grammar: &Grammar) -> Vec<Entity> {
    let cast = Cast::new(text, lines, grammar);
    let mut order: Vec<usize> = (0..attributions.len()).collect();
    // Those found in their own sentence first: what is carried over follows them.
    order.sort_by_key(|&i| (attributions[i].carried, attributions[i].line, attributions[i].content.start));
    let mut out = vec![Entity::default(); attributions.len()];
    let mut known: HashMap<Speaker, Entity> = HashMap::new();
    let mut last: Vec<Spoken> = Vec::new();
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
                let entity = cast.resolve(speaker, attribution, &mentions, &last);
                known.insert(speaker, entity.clone());
                entity
            }
        };
        if attribution.carried && !entity.span.is_empty() {
            entity.link = "continued";
        }
        if !entity.span.is_empty() && !attribution.carried {
            last.push(Spoken { line: attribution.line, at: cast.place(speaker), faceless: cast.faceless(speaker), entity: entity.clone() });
        }
        if let Some((via, _)) = attribution.via {
            entity.via = cast.resolve(via, attribution, &mentions, &last).span;
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
            by_span: HashMap::new(),
            by_head: HashMap::new(),
        };
        for (l, line) in lines.iter().enumerate() {
            for (m, mention) in line.mentions.iter().enumerate() {
                if mention.lemma != 0 {
                    cast.by_head.entry(mention.lemma).or_default().push((l, m));
                }
                if let Some((key, span)) = expansion(text, mention, grammar).or_else(|| expanded(text, mention)) {
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
                cast.by_span.insert(shown, n);
                let described = mention.description.is_some();
                cast.names.push(Name { tokens, shown, features: mention.features, person, forename, described, office: mention.lemma });
            }
        }
        cast
    }

    fn mention(&self, at: (usize, usize)) -> &'a Mention {
        &self.lines[at.0].mentions[at.1]
    }

    fn resolve(&self, speaker: Speaker, attribution: &Attribution, mentions: &[(usize, usize)], last: &[Spoken]) -> Entity {
        match speaker {
            Speaker::Mention(l, m) => {
                let mention = self.mention((l, m));
                if mention.set & class::PRONOUN != 0 {
                    return self.pronoun(l, mention.span.start, mention.features, attribution, mentions, last, false);
                }
                if mention.set & class::STRONG != 0 {
                    let words = mention.span.of(self.text);
                    let entry = self.grammar.lexicon.word(words).or_else(|| phrase_set(words, self.grammar));
                    let proximal = entry.is_some_and(|e| e.set & class::PROXIMAL != 0);
                    return self.pronoun(l, mention.span.start, mention.features, attribution, mentions, last, proximal);
                }
                self.who((l, m), mentions, last)
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
        let starts = if name.tokens.len() == 1 && !name.described { self.by_first.get(last).map_or(&[][..], Vec::as_slice) } else { &[] };
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
        self.name_of.get(&at).is_some_and(|&n| self.is_person(n))
    }

    fn is_person(&self, n: usize) -> bool {
        self.names[n].person || self.names[self.fullest(n).0].person
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

    /// Who a mention is that is no pronoun: its name in full, or whom its description leads to.
    fn who(&self, at: (usize, usize), mentions: &[(usize, usize)], last: &[Spoken]) -> Entity {
        if self.name_of.contains_key(&at) {
            return self.named(at);
        }
        let mention = self.mention(at);
        let gender = if mention.set & class::PERSON != 0 { letter(mention.features) } else { "" };
        let own = Entity { span: mention.span, link: "description", gender, ..Entity::default() };
        if mention.lemma == 0 || indefinite(mention.span.of(self.text), self.grammar) {
            return own;
        }
        let spoken = before(last, mention.span.start).map(|s| s.entity.span);
        self.joined(at, spoken, false)
            .or_else(|| self.taken_up(at, mentions, last))
            .or_else(|| self.joined(at, spoken, true))
            .or_else(|| self.fuller(at).map(|span| Entity { span, ..own.clone() }))
            .unwrap_or(own)
    }

    /// The one name that the article joins to the head of a description, before it or anywhere:
    /// *Ana Diop, maire de Pau … la maire*. Where it joins two, the one who spoke last, or none.
    fn joined(&self, at: (usize, usize), spoken: Option<Span>, anywhere: bool) -> Option<Entity> {
        let mention = self.mention(at);
        let ours = self.complement(mention);
        let mut found: Vec<(bool, Entity)> = Vec::new();
        for o in self.same_head(mention) {
            let other = self.mention(o);
            let before = other.span.start < mention.span.start;
            // A bare description points back; one with a complement tells enough to point ahead.
            if o == at
                || !self.name_of.contains_key(&o)
                || !agrees(mention.features, other.features)
                || !before && !anywhere && ours.is_empty()
            {
                continue;
            }
            let theirs = self.complement(other);
            let told = ours.iter().all(|w| theirs.contains(w));
            let entity = self.named(o);
            if told || theirs.is_empty() && spoken == Some(entity.span) {
                found.push((told, entity));
            }
        }
        let full: Vec<&Entity> = found.iter().filter(|(told, _)| *told).map(|(_, e)| e).collect();
        let pick = match full.first() {
            Some(first) if full.iter().all(|e| e.span.of(self.text) == first.span.of(self.text)) => Some(*first),
            _ => found.iter().map(|(_, e)| e).find(|e| spoken == Some(e.span)),
        };
        pick.map(|e| Entity { link: "role", ..e.clone() })
    }

    /// The fullest description before a bare one with the same head.
    fn fuller(&self, at: (usize, usize)) -> Option<Span> {
        let mention = self.mention(at);
        if !self.complement(mention).is_empty() {
            return None;
        }
        let before = self
            .same_head(mention)
            .map(|o| self.mention(o))
            .filter(|o| agrees(mention.features, o.features) && o.span.start < mention.span.start);
        before.filter(|o| !self.complement(o).is_empty()).max_by_key(|o| o.span.start).map(|o| o.span)
    }

    /// The mentions with the head noun of another.
    fn same_head(&self, mention: &Mention) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.by_head.get(&mention.lemma).map_or(&[][..], Vec::as_slice).iter().take(WINDOW * 4).copied()
    }

    /// What the lexicon knows of the head noun of a mention.
    fn head(&self, mention: &Mention) -> Entry {
        mention.head.and_then(|h| self.grammar.lexicon.word(h.of(self.text))).unwrap_or_default()
    }

    /// The words of a description that tell, beside its head.
    fn complement(&self, mention: &Mention) -> Vec<String> {
        let span = mention.description.unwrap_or(mention.span);
        let head = mention.head.unwrap_or(Span::new(span.start, span.start));
        content_words(Span::new(head.end, span.end).of(self.text))
    }

    /// Where a speaker is named, in bytes.
    fn place(&self, speaker: Speaker) -> usize {
        match speaker {
            Speaker::Mention(l, m) => self.mention((l, m)).span.start,
            Speaker::Inverted(l, c) => self.lines[l].cues[c].span.start,
        }
    }

    /// Whom a description takes up: *Ana Diop a dit … La romancière a ajouté …*, where nobody else may be meant.
    fn taken_up(&self, at: (usize, usize), mentions: &[(usize, usize)], last: &[Spoken]) -> Option<Entity> {
        let mention = self.mention(at);
        let person = mention.set & class::PERSON != 0;
        if mention.set & (class::PERSON | class::BODY) == 0 || mention.features & feature::P != 0 || !self.definite(mention) {
            return None;
        }
        let kind = self.head(mention).set;
        let takes_up = kind & class::REPRISE != 0;
        let office = kind & class::OFFICE != 0;
        if !person && (!takes_up || !self.bare_phrase(mention)) {
            return None;
        }
        let end = mentions.partition_point(|&(l, m)| self.mention((l, m)).span.start < mention.span.start);
        // Whoever is named and of the same kind may be meant.
        let alike = |&o: &(usize, usize)| {
            self.name_of.contains_key(&o) && self.person(o) == person && (!person || agrees(mention.features, self.mention(o).features))
        };
        let agreeing = |entity: &Entity| {
            self.by_span
                .get(&entity.span)
                .is_some_and(|&n| self.is_person(n) == person && (!person || agrees(mention.features, self.names[n].features)))
        };
        let spoken = before(last, mention.span.start).filter(|s| self.between(s.line, at.0) <= REACH);
        let spoken = spoken.filter(|s| agreeing(&s.entity));
        // Other descriptions, such as *l'avocat*, are somebody new as a rule: only in the same paragraph is it the speaker.
        let spoken = spoken.filter(|s| !person || takes_up || office || self.lines[s.line].paragraph == self.lines[at.0].paragraph);
        let (entity, link) = match spoken {
            Some(spoken) => {
                let from = mentions.partition_point(|&(l, m)| self.mention((l, m)).span.start <= spoken.at);
                let acts = |o: (usize, usize)| self.mention(o).set & (class::MENTION | class::AGENT | class::FRAMED) != 0;
                let rival = |o: &(usize, usize)| acts(*o) && alike(o) && self.named(*o).span != spoken.entity.span;
                if mentions[from..end].iter().any(rival) {
                    return None;
                }
                (spoken.entity.clone(), "taken-up")
            }
            None if takes_up || office => {
                let near = mentions[..end].iter().rev().take(WINDOW).take_while(|o| self.between(o.0, at.0) <= TOPIC);
                let mut near = near.filter(|o| self.mention(**o).set & class::PLACE == 0 && alike(o));
                let &only = near.next()?;
                let span = self.named(only).span;
                if near.any(|o| self.named(*o).span != span) {
                    return None;
                }
                let gender = if person { self.gender(self.name_of[&only]) } else { "" };
                (Entity { gender, span, ..Entity::default() }, "topic")
            }
            None => return None,
        };
        // An office other than the one that the article gives them is somebody else's: *le préfet* is no mayor.
        if !(takes_up && person) && self.offices(entity.span).any(|lemma| lemma != mention.lemma) {
            return None;
        }
        // Nor is one whom the article calls so elsewhere: *le président Diop*.
        let ours = self.complement(mention);
        let holds = |o: &(usize, usize)| {
            let other = self.mention(*o);
            let theirs = self.complement(other);
            // *le ministre de la Santé* is none of the holders of *ministre de la Culture*.
            let apart = !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(|w| theirs.contains(w));
            self.name_of.contains_key(o) && other.span.start < mention.span.start && agrees(mention.features, other.features) && !apart
        };
        let shown = |span: Span| span.of(self.text);
        if person && self.same_head(mention).filter(holds).any(|o| shown(self.named(o).span) != shown(entity.span)) {
            return None;
        }
        // *la mère d'Ana Diop* is not Ana Diop.
        if tokens(shown(entity.span)).iter().any(|t| ours.contains(t)) {
            return None;
        }
        Some(Entity { link, ..entity })
    }

    /// The head nouns of the descriptions that the article joins to those with the last name of another, by lemma.
    fn offices(&self, shown: Span) -> impl Iterator<Item = u32> + '_ {
        let last = self.by_span.get(&shown).and_then(|&n| self.names[n].tokens.last());
        let same = last.and_then(|last| self.by_last.get(last)).map_or(&[][..], Vec::as_slice);
        same.iter().map(|&n| self.names[n].office).filter(|lemma| *lemma != 0)
    }

    /// Whether a description points at somebody known: *l'élu*, *cette association*.
    fn definite(&self, mention: &Mention) -> bool {
        first_set(mention.span.of(self.text), self.grammar) & class::DEFINITE != 0
    }

    /// Whether a description has adjectives at most beside its head: *l'organisation policière*.
    fn bare_phrase(&self, mention: &Mention) -> bool {
        let Some(head) = mention.head else { return false };
        let rest = Span::new(head.end, mention.span.end).of(self.text);
        rest.split(is_space).filter(|w| !w.is_empty()).all(|w| {
            w.chars().all(char::is_lowercase) && self.grammar.lexicon.word(w).is_none_or(|e| e.set & (class::PREPOSITION | class::ET) == 0)
        })
    }

    /// Whether a speaker is one of those whom *on* stands for; *on* that was led to somebody leads on to them.
    fn faceless(&self, speaker: Speaker) -> bool {
        match speaker {
            Speaker::Mention(l, m) => {
                let mention = self.mention((l, m));
                mention.set & (class::BODY | class::DOCUMENT | class::PLACE) != 0 || self.head(mention).set & class::ANONYMOUS != 0
            }
            Speaker::Inverted(l, c) => self.lines[l].cues[c].set & class::ON != 0,
        }
    }

    /// Who *on* is where somebody without a name has just been reported: *selon la police … a-t-on ajouté*.
    fn impersonal(&self, line: usize, at: usize, last: &[Spoken]) -> Entity {
        let spoken = before(last, at).filter(|s| self.between(s.line, line) <= REACH);
        spoken.filter(|s| s.faceless).map_or_else(Entity::default, |s| Entity { link: "on", ..s.entity.clone() })
    }

    #[allow(clippy::too_many_arguments)]
    fn pronoun(
        &self,
        line: usize,
        at: usize,
        features: u8,
        attribution: &Attribution,
        mentions: &[(usize, usize)],
        last: &[Spoken],
        proximal: bool,
    ) -> Entity {
        if features & (feature::M | feature::F) == 0 {
            return self.impersonal(line, at, last);
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
            } else if mention.set & class::DOCUMENT != 0 {
                0.0
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
                offer(score, Entity { link: "pronoun", ..self.who((l, m), mentions, last) });
            }
        }
        if !proximal {
            for (n, Spoken { line: l, entity, .. }) in last.iter().rev().take(4).enumerate() {
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
        best.map_or_else(|| self.ahead(line, end, features, mentions), |(_, e)| e)
    }

    /// Whom a pronoun announces where nobody before it agrees: *confie-t-il. À 38 ans, Igor Val …*
    fn ahead(&self, line: usize, from: usize, features: u8, mentions: &[(usize, usize)]) -> Entity {
        let near = mentions[from..].iter().take_while(|o| self.between(line, o.0) <= AHEAD);
        let subject = |o: &&(usize, usize)| self.mention(**o).set & class::MENTION != 0 && self.person(**o);
        match near.filter(subject).find(|o| agrees(features, named_features(self, **o))) {
            Some(&o) if features & feature::P == 0 => Entity { link: "cataphora", ..self.named(o) },
            _ => Entity::default(),
        }
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

fn phrase_set(words: &str, grammar: &Grammar) -> Option<Entry> {
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

/// Who spoke last before a place.
fn before(last: &[Spoken], at: usize) -> Option<&Spoken> {
    last.iter().rev().find(|s| s.at < at)
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
    first_set(words, grammar) & class::INTRODUCING != 0
}

/// The classes of the first of some words.
fn first_set(words: &str, grammar: &Grammar) -> Set {
    grammar.lexicon.word(first_word(words)).map_or(0, |e| e.set)
}

/// The first of some words, its apostrophe with it: *l'* of *l'élu*.
fn first_word(words: &str) -> &str {
    let end = words.char_indices().find(|(_, c)| is_space(*c) || is_apostrophe(*c));
    end.map_or(words, |(i, c)| &words[..if is_apostrophe(c) { i + c.len_utf8() } else { i }])
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
    let acronym = bracket(text, mention.span.end, 14)?.of(text).trim();
    let capitals = acronym.chars().filter(|c| c.is_uppercase()).count();
    if capitals < 2 || capitals * 2 < acronym.chars().count() {
        return None;
    }
    let span = mention.span;
    let words = span.of(text);
    // Without the article, as names of bodies are shown.
    let is_article = first_set(words, grammar) & (class::DETERMINER | class::CONTRACTED) != 0;
    let named = words[if is_article { first_word(words).len() } else { 0 }..].trim_start();
    let first = bare(acronym).chars().next()?;
    // Where the acronym is of another language, a body alone may take it: *l'Autorité des télécommunications (BTK)*.
    (bare(named).starts_with(first) || mention.set & class::BODY != 0).then(|| (bare(acronym), Span::new(span.end - named.len(), span.end)))
}

/// An acronym followed by the words it stands for in brackets: *le SNJ (Syndicat national des journalistes)*.
fn expanded(text: &str, mention: &Mention) -> Option<(String, Span)> {
    let name = mention.name.filter(|_| mention.set & class::PERSON == 0)?;
    let acronym = bare(name.of(text));
    let capitals = name.of(text).chars().all(char::is_uppercase) && (2..=8).contains(&acronym.chars().count());
    let inside = bracket(text, name.end, 120).filter(|_| capitals)?;
    let words = tokens(inside.of(text));
    // Each letter begins a word, in order; small words may stand between.
    let mut letters = acronym.chars().peekable();
    for word in &words {
        if letters.peek().is_some_and(|l| word.starts_with(*l)) {
            letters.next();
        }
    }
    let told = letters.peek().is_none() && words.len() > 1;
    told.then(|| (acronym, inside.trimmed(text)))
}

/// What stands in the bracket that follows a place, where that is at most so many characters.
fn bracket(text: &str, at: usize, most: usize) -> Option<Span> {
    let inside = text[at..].trim_start_matches(is_space).strip_prefix('(')?;
    let close = inside.char_indices().take(most).find(|(_, c)| *c == ')').map(|(i, _)| i)?;
    let start = text.len() - inside.len();
    Some(Span::new(start, start + close))
}
