//! Entities: everybody who is named or described in the article.
//!
//! In: the lines. Out: a [`Cast`]: names led to the fullest name of the same person or body, acronyms to their words,
//! heads of descriptions to the names that the article joins to them.
//! Two people are never merged: where a name fits two, it stays as worded.
//! Deliberately not done: whom a description or a pronoun means is asked by `coreference`.

use crate::class::{self, Mixed, Set};
use crate::grammar::Grammar;
use crate::lexicon::{feature, Entry};
use crate::line::Line;
use crate::mention::Mention;
use crate::text::{bare, bare_hash, hash, is_apostrophe, is_hyphen, is_space, Span};
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

/// Where a mention stands: its line and its number there.
pub type Place = (usize, usize);

/// A name as it stands somewhere.
struct Name {
    tokens: Vec<String>,
    /// The words to show: the name, with its title where it has no forename.
    shown: Span,
    features: u8,
    person: bool,
    /// Whether it is a body's noun with a capital.
    body: bool,
    forename: bool,
    /// Whether a description stands with it: *le pape François* is no other François.
    described: bool,
    /// The lemma of the head noun of its description, 0 for none.
    office: u32,
}

/// Everybody who is named or described in the article.
pub struct Cast<'a> {
    /// The text.
    pub text: &'a str,
    /// The grammar it is read with.
    pub grammar: &'a Grammar,
    /// Its lines.
    pub lines: &'a [Line],
    names: Vec<Name>,
    /// By name, the fullest name that it stands for, and the link that leads there.
    fullest: Vec<(usize, &'static str)>,
    /// By line, the number of its first mention among all, and of the line among those of the running text.
    firsts: Vec<(usize, u32)>,
    /// By mention, the name it holds.
    name_of: Vec<Option<usize>>,
    /// By mention, what its description tells beside its head.
    complements: Vec<Complement>,
    /// By the hash of the last token, the names that end with it.
    by_last: HashMap<u64, Vec<usize>, Mixed>,
    by_first: HashMap<u64, Vec<usize>, Mixed>,
    /// From an acronym to the words it stands for.
    expansions: HashMap<String, Span>,
    /// By the words that show it, each name.
    by_span: HashMap<Span, usize, Mixed>,
    /// By head lemma, the mentions described so.
    by_head: HashMap<u32, Vec<Place>, Mixed>,
    /// How often each fullest name is named, by its hash.
    counts: HashMap<u64, usize, Mixed>,
}

/// What a description tells beside its head.
#[derive(Default)]
struct Complement {
    /// The hashes of its words of four letters and more, and of its names.
    words: Vec<u64>,
    /// Whether one of them tells where somebody is from.
    origin: bool,
}

/// How many names or descriptions of one sort are looked through.
const MOST: usize = 240;

impl<'a> Cast<'a> {
    /// Reads who is named and described.
    pub fn new(text: &'a str, lines: &'a [Line], grammar: &'a Grammar) -> Cast<'a> {
        let mut cast = Cast {
            text,
            grammar,
            lines,
            names: Vec::new(),
            fullest: Vec::new(),
            firsts: Vec::with_capacity(lines.len()),
            name_of: Vec::new(),
            complements: Vec::new(),
            by_last: HashMap::default(),
            by_first: HashMap::default(),
            expansions: HashMap::new(),
            by_span: HashMap::default(),
            by_head: HashMap::default(),
            counts: HashMap::default(),
        };
        let mut running = 0;
        for (l, line) in lines.iter().enumerate() {
            cast.firsts.push((cast.name_of.len(), running));
            running += u32::from(line.within.is_none());
            for (m, mention) in line.mentions.iter().enumerate() {
                cast.add((l, m), mention);
            }
        }
        cast.fullest = (0..cast.names.len()).map(|n| cast.find_fullest(n)).collect();
        cast.spell_acronyms();
        for n in cast.name_of.iter().flatten() {
            *cast.counts.entry(hash(cast.entity_of(*n).span.of(text))).or_default() += 1;
        }
        cast
    }

    fn add(&mut self, at: Place, mention: &Mention) {
        self.name_of.push(None);
        let described = mention.lemma != 0;
        self.complements.push(if described { self.tells(mention) } else { Complement::default() });
        if described {
            self.by_head.entry(mention.lemma).or_default().push(at);
        }
        if let Some((key, span)) = expansion(self.text, mention, self.grammar).or_else(|| expanded(self.text, mention)) {
            self.expansions.entry(key).or_insert(span);
        }
        let called = self.called(mention, at.0);
        let body = mention.name.is_none() && called.is_some();
        let Some(span) = mention.name.or(called) else { return };
        let own = tokens(span.of(self.text));
        // *M. C.*, of Mireille Castagnède: the first initial was read as a title.
        let initials = mention.titled && own.len() == 1 && own[0].chars().count() == 1;
        let tokens = if initials { tokens(mention.span.of(self.text)) } else { own };
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let (first, last) = (hash(first), hash(last));
        let n = self.names.len();
        // *Orlando*, *Florence* alone are towns as well as forenames.
        let town = tokens.len() == 1
            && !mention.titled
            && self.grammar.lexicon.word(span.of(self.text)).is_some_and(|e| e.set & class::PLACE != 0);
        let person = mention.set & class::PERSON != 0 && !town;
        let forename = person && tokens.len() > 1;
        let shown = if mention.titled && tokens.len() == 1 { mention.span } else { span };
        if let Some(place) = self.name_of.last_mut() {
            *place = Some(n);
        }
        self.by_last.entry(last).or_default().push(n);
        self.by_first.entry(first).or_default().push(n);
        self.by_span.insert(shown, n);
        // *Christophe, 49 ans* is no other Christophe.
        let aged = self.text[span.end..]
            .trim_start_matches(is_space)
            .strip_prefix(',')
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
        let described = mention.description.is_some() || aged;
        let (features, office) = (mention.features, if body { 0 } else { mention.lemma });
        self.names.push(Name { tokens, shown, features, person, body, forename, described, office });
    }

    /// What a body of more than a word is called that has a capital: *la Confédération paysanne*; and a paper whose
    /// article has one, which is part of its name: *pour L'Escale*.
    fn called(&self, mention: &Mention, line: usize) -> Option<Span> {
        let within = mention.span.start > self.lines[line].span.start;
        if within && mention.set & class::BODY != 0 && mention.span.of(self.text).starts_with(char::is_uppercase) {
            return Some(mention.span);
        }
        let head = mention.head.filter(|h| mention.set & class::BODY != 0 && h.of(self.text).starts_with(char::is_uppercase))?;
        let words = without_article(self.text, mention.span, self.grammar);
        let name = words.of(self.text);
        // *une autre ONG* has a capital whatever it is called.
        if words.start < head.start {
            return None;
        }
        (name.contains(is_space) || name.chars().filter(|c| c.is_uppercase()).count() > 1).then_some(words)
    }

    /// Leads acronyms to the one body whose words they begin: *l'OTM … l'Office des transports de la Marche*.
    fn spell_acronyms(&mut self) {
        let is_acronym = |name: &Name| {
            let words = name.shown.of(self.text);
            name.tokens.len() == 1 && (3..=7).contains(&words.len()) && words.chars().all(char::is_uppercase)
        };
        let mut open: Vec<&String> = self.names.iter().filter(|n| is_acronym(n)).map(|n| &n.tokens[0]).collect();
        open.retain(|key| !self.expansions.contains_key(*key));
        open.sort_unstable();
        open.dedup();
        let mut found: Vec<(String, Span)> = Vec::new();
        for key in open {
            let mut spans = self.lines.iter().flat_map(|l| &l.mentions).filter_map(|m| self.spells(m, key));
            if let Some(span) = spans.next() {
                if spans.all(|other| bare(other.of(self.text)) == bare(span.of(self.text))) {
                    found.push((key.clone(), span));
                }
            }
        }
        self.expansions.extend(found);
    }

    /// The words at the head of a mention whose first letters are an acronym, without its article.
    fn spells(&self, mention: &Mention, acronym: &str) -> Option<Span> {
        let long = || mention.span.of(self.text).split(is_space).nth(2).is_some();
        if mention.set & class::BODY == 0 && mention.name.is_none() || !long() {
            return None;
        }
        let words = without_article(self.text, mention.span, self.grammar);
        let mut letters = acronym.chars();
        let mut at = 0;
        let mut count = 0;
        for word in words.of(self.text).split_inclusive(|c: char| !c.is_alphanumeric()) {
            let name = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            let small = self.grammar.lexicon.word(name).is_some_and(|e| e.set & (class::PREPOSITION | class::DETERMINER | class::ET) != 0);
            let (start, end) = (at, at + name.len());
            at += word.len();
            if name.is_empty() || small && start > 0 || name.len() == 1 && start > 0 {
                continue;
            }
            if !letters.next().is_some_and(|l| bare(name).starts_with(l)) {
                return None;
            }
            count += 1;
            if letters.as_str().is_empty() {
                return (count > 2).then(|| Span::new(words.start, words.start + end));
            }
        }
        None
    }

    /// The mention that stands somewhere.
    pub fn mention(&self, at: Place) -> &'a Mention {
        &self.lines[at.0].mentions[at.1]
    }

    /// The number of a mention among all.
    fn number(&self, at: Place) -> usize {
        self.firsts[at.0].0 + at.1
    }

    fn name_at(&self, at: Place) -> Option<usize> {
        self.name_of[self.number(at)]
    }

    /// How many sentences of the running text lie between two lines.
    pub fn between(&self, from: usize, to: usize) -> f32 {
        self.firsts[to].1.saturating_sub(self.firsts[from].1) as f32
    }

    /// Whether a mention holds a name.
    pub fn is_named(&self, at: Place) -> bool {
        self.name_at(at).is_some()
    }

    /// The fullest name that a name stands for.
    fn find_fullest(&self, n: usize) -> (usize, &'static str) {
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
                // *Jo Berg* tells more than *groupe Cap Jo Berg*.
                && (other.tokens.ends_with(&name.tokens) && (name.tokens.len() == 1 || other.person)
                    || name.body && other.body && other.tokens.starts_with(&name.tokens)
                    || name.tokens.len() == 1 && other.tokens.contains(last) && other.person
                    // *J. Dupont*, *Jean-M. Dupont*
                    || name.tokens.len() > 1 && other.tokens.last() == Some(last) && other.tokens[0].starts_with(name.tokens[0].as_str()))
        };
        let mut best: Option<usize> = None;
        let ends = self.by_last.get(&hash(last)).map_or(&[][..], Vec::as_slice);
        let starts = if name.tokens.len() == 1 && (name.body || !name.described) {
            self.by_first.get(&hash(last)).map_or(&[][..], Vec::as_slice)
        } else {
            &[]
        };
        for (list, by_surname) in [(ends, true), (starts, false)] {
            for &o in list.iter().take(MOST) {
                let other = &self.names[o];
                if !fits(other) || !by_surname && !other.forename && !name.body {
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

    /// Whether a mention names a person: of its own accord, or because the full name it stands for does.
    pub fn person(&self, at: Place) -> bool {
        self.name_at(at).is_some_and(|n| self.names[n].person || self.names[self.fullest[n].0].person)
    }

    fn gender(&self, n: usize) -> &'static str {
        let tokens = &self.names[n].tokens;
        let Some(last) = tokens.last() else { return "" };
        let mut features = self.names[n].features & (feature::M | feature::F);
        if features == 0 {
            for &o in self.by_last.get(&hash(last)).map_or(&[][..], Vec::as_slice).iter().take(MOST) {
                if self.names[o].tokens.len() == 1 || same_person(&self.names[o].tokens, tokens) {
                    features |= self.names[o].features & (feature::M | feature::F);
                }
            }
        }
        letter(features)
    }

    /// Who a named mention is.
    pub fn named(&self, at: Place) -> Entity {
        self.name_at(at).map_or_else(Entity::default, |n| self.entity_of(n))
    }

    /// Who a name stands for.
    fn entity_of(&self, n: usize) -> Entity {
        let name = &self.names[n];
        if name.tokens.len() == 1 {
            if let Some(&span) = self.expansions.get(&name.tokens[0]) {
                return Entity { span, link: "acronym", ..Entity::default() };
            }
        }
        let (full, link) = self.fullest[n];
        let gender = if name.person || self.names[full].person { self.gender(full) } else { "" };
        Entity { span: self.names[full].shown, link, gender, ..Entity::default() }
    }

    /// How often somebody is named in the whole article.
    pub fn count(&self, entity: &Entity) -> usize {
        self.counts.get(&hash(entity.span.of(self.text))).copied().unwrap_or(0)
    }

    /// The one name that the article joins to the head of a description, before it or anywhere:
    /// *Ana Diop, maire de Pau … la maire*. Where it joins two, the one who spoke last, or none.
    pub fn joined(&self, at: Place, spoken: Option<Span>, anywhere: bool) -> Option<Entity> {
        let entity = self.joined_to(at, self.same_head(self.mention(at)), spoken, anywhere)?;
        Some(Entity { link: "role", ..entity })
    }

    /// The one name that the article joined to a noun that the head of a description takes up: *le général Ana Diop … l'officier*.
    pub fn kin(&self, at: Place, spoken: Option<Span>) -> Option<Entity> {
        let special = self.grammar.lexicon.kin(self.mention(at).lemma);
        let heads = special.iter().filter_map(|lemma| self.by_head.get(lemma)).flat_map(|places| places.iter().take(MOST).copied());
        let entity = self.joined_to(at, heads, spoken, false)?;
        Some(Entity { link: "kin", ..entity })
    }

    fn joined_to(&self, at: Place, heads: impl Iterator<Item = Place>, spoken: Option<Span>, anywhere: bool) -> Option<Entity> {
        let mention = self.mention(at);
        let ours = self.complement(at);
        let mut found: Vec<(bool, Entity)> = Vec::new();
        for o in heads {
            let other = self.mention(o);
            let before = other.span.start < mention.span.start;
            // A bare description points back; one with a complement tells enough to point ahead.
            if o == at || !self.is_named(o) || !agrees(mention.features, other.features) || !before && !anywhere && ours.words.is_empty() {
                continue;
            }
            let theirs = self.complement(o);
            let told = ours.words.iter().all(|w| theirs.words.contains(w));
            let entity = self.named(o);
            if told || theirs.words.is_empty() && spoken == Some(entity.span) {
                found.push((told, entity));
            }
        }
        let full: Vec<&Entity> = found.iter().filter(|(told, _)| *told).map(|(_, e)| e).collect();
        match full.first() {
            Some(first) if full.iter().all(|e| e.span.of(self.text) == first.span.of(self.text)) => Some((*first).clone()),
            _ => found.iter().map(|(_, e)| e).find(|e| spoken == Some(e.span)).cloned(),
        }
    }

    /// The fullest description before a bare one with the same head.
    pub fn fuller(&self, at: Place) -> Option<Span> {
        let mention = self.mention(at);
        if !self.complement(at).words.is_empty() {
            return None;
        }
        let told = self.same_head(mention).filter(|o| !self.complement(*o).words.is_empty()).map(|o| self.mention(o));
        let before = told.filter(|o| agrees(mention.features, o.features) && o.span.start < mention.span.start);
        before.max_by_key(|o| o.span.start).map(|o| o.span)
    }

    /// The mentions with the head noun of another.
    pub fn same_head(&self, mention: &Mention) -> impl Iterator<Item = Place> + '_ {
        self.by_head.get(&mention.lemma).map_or(&[][..], Vec::as_slice).iter().take(MOST).copied()
    }

    /// What the lexicon knows of the head noun of a mention.
    pub fn head(&self, mention: &Mention) -> Entry {
        mention.head.and_then(|h| self.grammar.lexicon.find(h.of(self.text))).unwrap_or_default()
    }

    fn complement(&self, at: Place) -> &Complement {
        &self.complements[self.number(at)]
    }

    /// What a description tells beside its head.
    fn tells(&self, mention: &Mention) -> Complement {
        let span = mention.description.unwrap_or(mention.span);
        let after = mention.head.map_or(span, |head| Span::new(head.end, span.end.max(head.end)));
        let mut told = Complement::default();
        for word in after.of(self.text).split(|c: char| !c.is_alphanumeric()) {
            if word.chars().nth(3).is_some() || word.starts_with(char::is_uppercase) && word.len() > 1 {
                let entry = self.grammar.lexicon.word(word).unwrap_or_default();
                // *algérien* and *de l'Algérie* tell the same.
                let origin = entry.lemma != 0 && entry.set & (class::PEOPLE | class::PLACE) != 0;
                told.words.push(if origin { u64::from(entry.lemma) } else { bare_hash(word) });
                told.origin |= entry.set & class::PEOPLE != 0;
            }
        }
        told
    }

    /// Whether the article forbids a description to mean somebody: it gives them another office, or the same to
    /// somebody else, or names them within the description.
    pub fn forbids(&self, at: Place, entity: &Entity, other_office: bool) -> bool {
        let mention = self.mention(at);
        // An office other than the one that the article gives them is somebody else's: *le préfet* is no mayor.
        let special = self.grammar.lexicon.kin(mention.lemma);
        if other_office && self.offices(entity.span).any(|lemma| lemma != mention.lemma && !special.contains(&lemma)) {
            return true;
        }
        // Nor is one whom the article calls so elsewhere: *le président Diop*.
        let ours = self.complement(at);
        let shown = |span: Span| span.of(self.text);
        let holds = |o: &Place| {
            let other = self.mention(*o);
            let theirs = self.complement(*o);
            // *le ministre de la Santé* is none of the holders of *ministre de la Culture*.
            let apart = !ours.words.is_empty() && !theirs.words.is_empty() && !ours.words.iter().any(|w| theirs.words.contains(w));
            let same = shown(self.named(*o).span) == shown(entity.span);
            // *le président français* may well be *le président de la République*.
            let apart = apart && !(same && ours.origin != theirs.origin);
            self.is_named(*o) && agrees(mention.features, other.features) && apart == same
        };
        let before = |o: &Place| self.mention(*o).span.start < mention.span.start;
        if mention.set & class::PERSON != 0 && self.same_head(mention).filter(before).any(|o| holds(&o)) {
            return true;
        }
        // *la mère d'Ana Diop* is not Ana Diop.
        tokens(shown(entity.span)).iter().any(|t| ours.words.contains(&bare_hash(t)))
    }

    /// Whether a description has no word that tells beside its head: *le journal*.
    pub fn is_bare(&self, at: Place) -> bool {
        self.complement(at).words.is_empty()
    }

    /// Whether a description has no word that tells but of an origin: *le président français*, *la ministre*.
    pub fn tells_origin_only(&self, at: Place) -> bool {
        let ours = self.complement(at);
        ours.words.is_empty() || ours.words.len() == 1 && ours.origin
    }

    /// Whether a name is a body's beyond doubt: an acronym, a name of many words, or one that a description tells of.
    pub fn surely_body(&self, entity: &Entity) -> bool {
        let words = entity.span.of(self.text);
        let Some(&n) = self.by_span.get(&entity.span) else { return self.expansions.values().any(|s| *s == entity.span) };
        let name = &self.names[n];
        let acronym = words.len() > 1 && words.chars().all(char::is_uppercase);
        !name.person && (name.office != 0 || acronym || name.tokens.len() > 2)
    }

    /// The head nouns of the descriptions that the article joins to those with the last name of another, by lemma.
    fn offices(&self, shown: Span) -> impl Iterator<Item = u32> + '_ {
        let last = self.by_span.get(&shown).and_then(|&n| self.names[n].tokens.last());
        let same = last.and_then(|last| self.by_last.get(&hash(last))).map_or(&[][..], Vec::as_slice);
        same.iter().map(|&n| self.names[n].office).filter(|lemma| *lemma != 0)
    }

    /// Whether a description points at somebody known: *l'élu*, *cette association*.
    pub fn definite(&self, mention: &Mention) -> bool {
        first_set(mention.span.of(self.text), self.grammar) & class::DEFINITE != 0
    }

    /// Whether a description says that it means the one before: *la même source*.
    pub fn the_same(&self, mention: &Mention) -> bool {
        let proximal = |w: &str| self.grammar.lexicon.word(w).is_some_and(|e| e.set & class::PROXIMAL != 0);
        mention.span.of(self.text).split(is_space).any(proximal)
    }

    /// Whether a description points at somebody with a demonstrative: *cet homme*.
    pub fn points(&self, mention: &Mention) -> bool {
        first_set(mention.span.of(self.text), self.grammar) & class::CE != 0
    }

    /// Whether a description says what somebody was: *l'ancien mineur*.
    pub fn former(&self, mention: &Mention) -> bool {
        // *l'ex-ministre* has it within its head.
        let before = mention.head.map_or("", |h| &self.text[mention.span.start.min(h.start)..h.end]);
        let words = before.rsplit(|c: char| is_space(c) || is_apostrophe(c) || is_hyphen(c)).skip(1);
        words.filter(|w| !w.is_empty()).any(|w| self.grammar.lexicon.word(w).is_some_and(|e| e.set & class::FORMER != 0))
    }

    /// Whether a description introduces somebody: *un habitant*.
    pub fn introduces(&self, mention: &Mention) -> bool {
        first_set(mention.span.of(self.text), self.grammar) & class::INTRODUCING != 0
    }

    /// Whether a description has adjectives at most beside its head: *l'organisation policière*.
    pub fn bare_phrase(&self, mention: &Mention) -> bool {
        let Some(head) = mention.head else { return false };
        let rest = Span::new(head.end, mention.span.end).of(self.text);
        rest.split(is_space).filter(|w| !w.is_empty()).all(|w| {
            w.chars().all(char::is_lowercase) && self.grammar.lexicon.word(w).is_none_or(|e| e.set & (class::PREPOSITION | class::ET) == 0)
        })
    }

    /// Whose a text is: *les chiffres de l'OTM*, *un communiqué de la mairie*.
    pub fn issuer(&self, mention: &Mention) -> Option<Span> {
        let head = mention.head?;
        let rest = Span::new(head.end, mention.span.end);
        let words = rest.of(self.text);
        let mut at = 0;
        for word in words.split_inclusive(|c: char| is_space(c) || is_apostrophe(c)) {
            let start = at;
            at += word.len();
            let set = self.grammar.lexicon.word(word.trim_end_matches(is_space)).map_or(0, |e| e.set);
            if set & class::DE == 0 || set & class::INTRODUCING != 0 {
                continue;
            }
            let after = Span::new(rest.start + start + word.len(), rest.end).trimmed_spaces(self.text);
            let named = without_article(self.text, after, self.grammar);
            let first = named.of(self.text);
            let known = self.grammar.lexicon.word(first_word(first).trim_end_matches(is_space)).map_or(0, |e| e.set);
            // *un rapport de juin du Fonds*
            if known & class::TIME != 0 {
                continue;
            }
            return if first.starts_with(char::is_uppercase) && known & class::PLACE == 0 {
                Some(self.names.iter().position(|n| n.shown.of(self.text) == first).map_or(named, |n| self.entity_of(n).span))
            } else if known & (class::BODY | class::ROLE) != 0 && (after != named || set & class::CONTRACTED != 0) {
                Some(after)
            } else {
                None
            };
        }
        None
    }
}

/// The letter of a gender, empty where it is not known.
pub fn letter(features: u8) -> &'static str {
    match features & (feature::M | feature::F) {
        feature::M => "m",
        feature::F => "f",
        _ => "",
    }
}

/// The features of the letter of a gender, none of the empty one.
pub fn of_letter(gender: &str) -> u8 {
    match gender {
        "f" => feature::F,
        "m" => feature::M,
        _ => 0,
    }
}

/// Whether gender and number do not contradict each other.
pub fn agrees(a: u8, b: u8) -> bool {
    let ok = |mask: u8| a & mask == 0 || b & mask == 0 || a & b & mask != 0;
    ok(feature::M | feature::F) && ok(feature::S | feature::P)
}

/// Whether two full names can be one person's: *Ana Maria Diop*, *Ana Diop*.
fn same_person(a: &[String], b: &[String]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.last() == long.last() && short.iter().all(|t| long.iter().any(|o| o == t || t.len() == 1 && o.starts_with(t.as_str())))
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

/// Words without the article that opens them.
fn without_article(text: &str, span: Span, grammar: &Grammar) -> Span {
    let words = span.of(text);
    let article = first_set(words, grammar) & (class::DETERMINER | class::CONTRACTED) != 0;
    let rest = words[if article { first_word(words).len() } else { 0 }..].trim_start();
    Span::new(span.end - rest.len(), span.end)
}

/// The words of a name, case and accents folded.
fn tokens(name: &str) -> Vec<String> {
    bare(name).split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_string).collect()
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
    // As names of bodies are shown.
    let named = without_article(text, mention.span, grammar);
    let first = bare(acronym).chars().next()?;
    // Where the acronym is of another language, a body alone may take it: *l'Autorité des télécommunications (BTK)*.
    (bare(named.of(text)).starts_with(first) || mention.set & class::BODY != 0).then(|| (bare(acronym), named))
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
    let inside = text[at..].trim_start_matches(is_space).strip_prefix(['(', '['])?;
    let close = inside.char_indices().take(most).find(|(_, c)| matches!(c, ')' | ']')).map(|(i, _)| i)?;
    let start = text.len() - inside.len();
    Some(Span::new(start, start + close))
}
