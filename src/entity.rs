//! Entities: everybody who is named or described in the article.
//!
//! In: the lines. Out: a [`Cast`]: names led to the fullest name of the same person or body, acronyms to their words,
//! heads of descriptions to the names that the article joins to them.
//! Two people are never merged: where a name fits two, it stays as worded.
//! Deliberately not done: whom a description or a pronoun means is asked by `coreference`.

use crate::class::{self, Mixed, Set};
use crate::grammar::Grammar;
use crate::lexicon::{feature, Entry};
use crate::line::Lines;
use crate::mention::Mention;
use crate::text::{
    add_to_hash, bare, bare_char, bare_hash, fold_char, folded_at, hash, is_apostrophe, is_hyphen, is_space, Span, HASH_OF_NOTHING,
};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

/// Who a speaker is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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

/// A word of a name as it stands in the text. Case and accents make no difference.
#[derive(Clone, Copy)]
struct Token {
    span: Span,
    /// Words with the same hash are the same.
    hash: u64,
    /// Its first character, folded.
    first: char,
    /// How many characters it has.
    len: u32,
}

impl PartialEq for Token {
    fn eq(&self, other: &Token) -> bool {
        self.hash == other.hash
    }
}

impl Token {
    /// Whether it is one plain letter, which may stand for a longer word.
    fn is_initial(&self) -> bool {
        self.len == 1 && self.first.is_ascii()
    }
}

/// A name as it stands somewhere.
struct Name {
    /// Its words, among those of all names.
    tokens: Range<usize>,
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

/// Numbers by a key, in order where several have the same. Made once for an article: sorting its few entries costs less
/// than a table that grows.
#[derive(Default)]
struct Index(Vec<(u64, u32)>);

impl Index {
    fn new(mut entries: Vec<(u64, u32)>) -> Index {
        entries.sort_unstable();
        Index(entries)
    }

    fn get(&self, key: u64) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let from = self.0.partition_point(|(k, _)| *k < key);
        let count = self.0[from..].partition_point(|(k, _)| *k == key);
        self.0[from..from + count].iter().map(|(_, n)| *n as usize)
    }
}

/// A span as the key of an [`Index`].
fn key(span: Span) -> u64 {
    (span.start as u64) << 32 | span.end as u64
}

/// Everybody who is named or described in the article.
pub struct Cast<'a> {
    /// The text.
    pub text: &'a str,
    /// The grammar it is read with.
    pub grammar: &'a Grammar,
    /// Its lines.
    pub lines: &'a Lines,
    names: Vec<Name>,
    /// The words of all names.
    tokens: Vec<Token>,
    /// By name, the fullest name that it stands for.
    fullest: Vec<usize>,
    /// By name, who it stands for.
    entities: Vec<Entity>,
    /// By line, its number among those of the running text.
    running: Vec<u32>,
    /// All mentions.
    places: Vec<Place>,
    /// By mention, the name it holds.
    name_of: Vec<Option<usize>>,
    /// By mention, what its description tells beside its head.
    complements: Vec<Complement>,
    /// The hashes of the words of all of these.
    told: Vec<u64>,
    /// By the hash of its last word, each name.
    by_last: Index,
    by_first: Index,
    /// From the hash of an acronym to the words it stands for.
    expansions: HashMap<u64, Span, Mixed>,
    /// By the place of the words that show it, each name. Made when somebody asks.
    by_span: OnceCell<Index>,
    /// By head lemma, the mentions described so.
    by_head: Index,
    /// By the hash of the words that show it, each name. Made when somebody asks.
    by_shown: OnceCell<Index>,
    /// By their initials, the first person of a full name, and whether nobody else has the same.
    by_initials: OnceCell<HashMap<u64, (usize, bool), Mixed>>,
    /// How often each fullest name is named, by its hash. Made when somebody asks.
    counts: OnceCell<HashMap<u64, usize, Mixed>>,
}

/// What a description tells beside its head.
#[derive(Clone, Default)]
struct Complement {
    /// Its words of four letters and more, and its names: where their hashes stand among all.
    words: Range<usize>,
    /// Whether one of them tells where somebody is from.
    origin: bool,
}

/// How many names or descriptions of one sort are looked through.
const MOST: usize = 240;

impl<'a> Cast<'a> {
    /// Reads who is named. Descriptions are read by [`Cast::describe`].
    pub fn new(text: &'a str, lines: &'a Lines, grammar: &'a Grammar) -> Cast<'a> {
        let mentions = lines.mentions().len();
        let mut cast = Cast {
            text,
            grammar,
            lines,
            // About one mention in four has a name, of two words.
            names: Vec::with_capacity(mentions / 4),
            tokens: Vec::with_capacity(mentions / 2),
            fullest: Vec::new(),
            entities: Vec::new(),
            running: Vec::with_capacity(lines.len()),
            places: Vec::with_capacity(mentions),
            name_of: Vec::with_capacity(mentions),
            complements: Vec::new(),
            told: Vec::new(),
            by_last: Index::default(),
            by_first: Index::default(),
            expansions: HashMap::default(),
            by_span: OnceCell::new(),
            by_head: Index::default(),
            by_shown: OnceCell::new(),
            by_initials: OnceCell::new(),
            counts: OnceCell::new(),
        };
        let mut running = 0;
        for l in 0..lines.len() {
            cast.running.push(running);
            running += u32::from(lines.within(l).is_none());
            for (m, mention) in lines.mentions_of(l).iter().enumerate() {
                cast.places.push((l, m));
                let name = cast.add(l, mention);
                cast.name_of.push(name);
            }
        }
        let by = |of: &dyn Fn(&Name) -> u64| Index::new(cast.names.iter().map(of).zip(0..).collect());
        let (by_last, by_first) = (by(&|n| cast.tokens[n.tokens.end - 1].hash), by(&|n| cast.tokens[n.tokens.start].hash));
        (cast.by_last, cast.by_first) = (by_last, by_first);
        cast.spell_acronyms();
        let fullest: Vec<(usize, &'static str)> = (0..cast.names.len()).map(|n| cast.find_fullest(n)).collect();
        let mut genders = vec![None; fullest.len()];
        cast.entities = fullest.iter().enumerate().map(|(n, (full, link))| cast.find_entity(n, *full, link, &mut genders)).collect();
        cast.fullest = fullest.into_iter().map(|(full, _)| full).collect();
        cast
    }

    /// Reads what descriptions tell, for those who ask whom one means.
    pub fn describe(&mut self) {
        self.complements.reserve(self.places.len());
        self.told.reserve(self.places.len() / 2);
        let mut heads = Vec::with_capacity(self.places.len());
        for n in 0..self.places.len() {
            let mention = self.mention(self.places[n]);
            let described = mention.lemma != 0;
            let complement = if described { self.tells(mention) } else { Complement::default() };
            self.complements.push(complement);
            heads.extend(described.then_some((u64::from(mention.lemma), n as u32)));
        }
        self.by_head = Index::new(heads);
    }

    /// Takes in the next mention: the number of the name that it holds.
    fn add(&mut self, line: usize, mention: &Mention) -> Option<usize> {
        if let Some((acronym, span)) = expansion(self.text, mention, self.grammar).or_else(|| expanded(self.text, mention)) {
            self.expansions.entry(acronym).or_insert(span);
        }
        let called = self.called(mention, line);
        let body = mention.name.is_none() && called.is_some();
        let span = mention.name.or(called)?;
        let first = self.tokens.len();
        tokens(self.text, span, &mut self.tokens);
        // *M. C.*, of Mireille Castagnède: the first initial was read as a title.
        if mention.titled && matches!(&self.tokens[first..], [only] if only.len == 1) {
            self.tokens.truncate(first);
            tokens(self.text, mention.span, &mut self.tokens);
        }
        let tokens = first..self.tokens.len();
        if tokens.is_empty() {
            return None;
        }
        // *Orlando*, *Florence* alone are towns as well as forenames.
        let town = tokens.len() == 1
            && !mention.titled
            && mention.set & class::PERSON != 0
            && self.grammar.lexicon.word(span.of(self.text)).is_some_and(|e| e.set & class::PLACE != 0);
        let person = mention.set & class::PERSON != 0 && !town;
        let forename = person && tokens.len() > 1;
        let shown = if mention.titled && tokens.len() == 1 { mention.span } else { span };
        // *Christophe, 49 ans* is no other Christophe.
        let aged = || {
            let rest = self.text[span.end..].trim_start_matches(is_space).strip_prefix(',');
            rest.is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        };
        let described = mention.description.is_some() || aged();
        let (features, office) = (mention.features, if body { 0 } else { mention.lemma });
        self.names.push(Name { tokens, shown, features, person, body, forename, described, office });
        Some(self.names.len() - 1)
    }

    /// The words of a name.
    fn tokens_of(&self, name: &Name) -> &[Token] {
        &self.tokens[name.tokens.clone()]
    }

    /// What a complement tells, as hashes.
    fn words_of(&self, complement: &Complement) -> &[u64] {
        &self.told[complement.words.clone()]
    }

    /// What a body of more than a word is called that has a capital: *la Confédération paysanne*; and a paper whose
    /// article has one, which is part of its name: *pour L'Escale*.
    fn called(&self, mention: &Mention, line: usize) -> Option<Span> {
        let within = mention.span.start > self.lines.span(line).start;
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
        /// The words found for an acronym, and whether others begin with the same letters.
        type Spelled = Option<(Span, bool)>;
        let mut open: HashMap<u64, Spelled, Mixed> = HashMap::default();
        let mut firsts: Vec<char> = Vec::new();
        for name in &self.names {
            let [acronym] = self.tokens_of(name) else { continue };
            let words = name.shown.of(self.text);
            let capitals = (3..=7).contains(&words.len()) && words.chars().all(char::is_uppercase);
            if capitals && !self.expansions.contains_key(&acronym.hash) && open.insert(acronym.hash, None).is_none() {
                firsts.push(acronym.first);
            }
        }
        if open.is_empty() {
            return;
        }
        let bodies = self.lines.mentions().iter().filter(|m| m.set & class::BODY != 0 || m.name.is_some());
        for mention in bodies.filter(|m| m.span.of(self.text).split(is_space).nth(2).is_some()) {
            self.spell(mention, &firsts, |letters, span| {
                let Some(found) = open.get_mut(&letters) else { return };
                match found {
                    None => *found = Some((span, true)),
                    Some((first, one)) => *one = *one && bare(first.of(self.text)) == bare(span.of(self.text)),
                }
            });
        }
        let found = open.into_iter().filter_map(|(letters, found)| found.filter(|(_, one)| *one).map(|(span, _)| (letters, span)));
        self.expansions.extend(found);
    }

    /// Spells the first letters of the words at the head of a mention, without its article and small words: gives the hash
    /// of those of three words and more, with the words. Nothing where the first letter is none of some.
    fn spell(&self, mention: &Mention, firsts: &[char], mut found: impl FnMut(u64, Span)) {
        let words = without_article(self.text, mention.span, self.grammar);
        let mut letters = bare_hash("");
        let mut at = 0;
        let mut count = 0;
        for word in words.of(self.text).split_inclusive(|c: char| !c.is_alphanumeric()) {
            let name = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            let start = at;
            at += word.len();
            let Some(letter) = name.chars().next().map(|c| bare_char(fold_char(c))) else { continue };
            if start == 0 && !firsts.contains(&letter) {
                return;
            }
            let small = class::PREPOSITION | class::DETERMINER | class::ET;
            if start > 0 && (name.len() == 1 || self.grammar.lexicon.word(name).is_some_and(|e| e.set & small != 0)) {
                continue;
            }
            letters = add_to_hash(letters, letter);
            count += 1;
            if count > 2 {
                found(letters, Span::new(words.start, words.start + start + name.len()));
            }
            // An acronym has seven letters at most.
            if count == 7 {
                return;
            }
        }
    }

    /// The mention that stands somewhere.
    pub fn mention(&self, at: Place) -> &'a Mention {
        self.lines.mention(at.0, at.1)
    }

    /// The number of a mention among all.
    fn number(&self, at: Place) -> usize {
        self.lines.number_of_mention(at.0, at.1)
    }

    fn name_at(&self, at: Place) -> Option<usize> {
        self.name_of[self.number(at)]
    }

    /// How many sentences of the running text lie between two lines.
    pub fn between(&self, from: usize, to: usize) -> f32 {
        self.running[to].saturating_sub(self.running[from]) as f32
    }

    /// Whether a mention holds a name.
    pub fn is_named(&self, at: Place) -> bool {
        self.name_at(at).is_some()
    }

    /// The fullest name that a name stands for, and the link that leads there.
    fn find_fullest(&self, n: usize) -> (usize, &'static str) {
        let name = &self.names[n];
        let own = self.tokens_of(name);
        let Some(last) = own.last() else { return (n, "name") };
        if own.len() > 1 && own.iter().all(|t| t.len == 1) {
            return self.spelled_out(n);
        }
        let fits = |other: &Name| -> bool {
            let genders = feature::M | feature::F;
            if name.features & genders != 0 && other.features & genders != 0 && name.features & other.features & genders == 0 {
                return false;
            }
            let theirs = self.tokens_of(other);
            theirs.len() > own.len()
                // *Jo Berg* tells more than *groupe Cap Jo Berg*.
                && (theirs.ends_with(own) && (own.len() == 1 || other.person)
                    || name.body && other.body && theirs.starts_with(own)
                    || own.len() == 1 && other.person && theirs.contains(last)
                    // *J. Dupont*, *Jean-M. Dupont*
                    || own.len() > 1 && theirs.last() == Some(last) && self.begins(&theirs[0], &own[0]))
        };
        let mut best: Option<usize> = None;
        let starts = own.len() == 1 && (name.body || !name.described);
        for (index, by_surname) in [(&self.by_last, true), (&self.by_first, false)] {
            if !by_surname && !starts {
                break;
            }
            for o in index.get(last.hash).take(MOST) {
                let other = &self.names[o];
                if !fits(other) || !by_surname && !other.forename && !name.body {
                    continue;
                }
                match best {
                    // Two different people: the name stays as worded.
                    Some(b) if !same_person(self.tokens_of(&self.names[b]), self.tokens_of(other)) => return (n, "name"),
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

    /// Whether a word begins with the letters of another.
    fn begins(&self, word: &Token, with: &Token) -> bool {
        word.len >= with.len && folded(word.span.of(self.text)).zip(folded(with.span.of(self.text))).all(|(a, b)| a == b)
    }

    /// The one name that initials stand for: *C. A.*, Clémence Arbogast.
    fn spelled_out(&self, n: usize) -> (usize, &'static str) {
        let initials = |tokens: &[Token]| tokens.iter().fold(bare_hash(""), |hash, t| add_to_hash(hash, t.first));
        let persons = self.by_initials.get_or_init(|| {
            let mut persons: HashMap<u64, (usize, bool), Mixed> = HashMap::default();
            for (o, other) in self.names.iter().enumerate() {
                let tokens = self.tokens_of(other);
                if other.person && !tokens.iter().any(Token::is_initial) {
                    let (first, alone) = persons.entry(initials(tokens)).or_insert((o, true));
                    *alone = *alone && self.tokens_of(&self.names[*first]) == tokens;
                }
            }
            persons
        });
        match persons.get(&initials(self.tokens_of(&self.names[n]))) {
            Some((first, true)) => (*first, "initials"),
            _ => (n, "name"),
        }
    }

    /// Whether a mention names a person: of its own accord, or because the full name it stands for does.
    pub fn person(&self, at: Place) -> bool {
        self.name_at(at).is_some_and(|n| self.names[n].person || self.names[self.fullest[n]].person)
    }

    fn gender(&self, n: usize) -> &'static str {
        let tokens = self.tokens_of(&self.names[n]);
        let Some(last) = tokens.last() else { return "" };
        let mut features = self.names[n].features & (feature::M | feature::F);
        if features == 0 {
            for other in self.by_last.get(last.hash).take(MOST).map(|o| &self.names[o]) {
                if other.tokens.len() == 1 || same_person(self.tokens_of(other), tokens) {
                    features |= other.features & (feature::M | feature::F);
                }
            }
        }
        letter(features)
    }

    /// Who a named mention is.
    pub fn named(&self, at: Place) -> Entity {
        self.name_at(at).map_or_else(Entity::default, |n| self.entities[n])
    }

    /// Who a name stands for whose fullest is known; what was found of genders is kept.
    fn find_entity(&self, n: usize, full: usize, link: &'static str, genders: &mut [Option<&'static str>]) -> Entity {
        let name = &self.names[n];
        if let [acronym] = self.tokens_of(name) {
            if let Some(&span) = self.expansions.get(&acronym.hash) {
                return Entity { span, link: "acronym", ..Entity::default() };
            }
        }
        let person = name.person || self.names[full].person;
        let gender = if person { *genders[full].get_or_insert_with(|| self.gender(full)) } else { "" };
        Entity { span: self.names[full].shown, link, gender, ..Entity::default() }
    }

    /// What the article says those are who are named, in text order: who, and the description beside the name without its
    /// article, where its head noun has one of some classes.
    pub fn roles(&self, heads: Set) -> impl Iterator<Item = (Entity, Span)> + '_ {
        self.places.iter().filter_map(move |at| {
            let (mention, description) = (self.mention(*at), self.mention(*at).description?);
            let role = mention.lemma != 0 && self.is_named(*at) && self.head(*at).set & heads != 0;
            role.then(|| (self.named(*at), without_article(self.text, description, self.grammar)))
        })
    }

    /// How often somebody is named in the whole article.
    pub fn count(&self, entity: &Entity) -> usize {
        let counts = self.counts.get_or_init(|| {
            let mut counts: HashMap<u64, usize, Mixed> = HashMap::default();
            for entity in &self.entities {
                *counts.entry(hash(entity.span.of(self.text))).or_default() += 1;
            }
            counts
        });
        counts.get(&hash(entity.span.of(self.text))).copied().unwrap_or(0)
    }

    fn by_span(&self) -> &Index {
        self.by_span.get_or_init(|| Index::new(self.names.iter().map(|name| key(name.shown)).zip(0..).collect()))
    }

    /// Who is shown by some words as they stand.
    fn shown(&self, words: &str) -> Option<usize> {
        let by_shown = self.by_shown.get_or_init(|| Index::new(self.names.iter().map(|n| hash(n.shown.of(self.text))).zip(0..).collect()));
        by_shown.get(hash(words)).find(|n| self.names[*n].shown.of(self.text) == words)
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
        let heads = special.iter().flat_map(|lemma| self.described(*lemma));
        let entity = self.joined_to(at, heads, spoken, false)?;
        Some(Entity { link: "kin", ..entity })
    }

    fn joined_to(&self, at: Place, heads: impl Iterator<Item = Place>, spoken: Option<Span>, anywhere: bool) -> Option<Entity> {
        let mention = self.mention(at);
        let ours = self.words_of(self.complement(at));
        // Of those who are told as much: the first, and whether all are the same. Then whoever spoke.
        let mut first: Option<(Entity, bool)> = None;
        let mut speaker = None;
        for o in heads {
            let other = self.mention(o);
            let before = other.span.start < mention.span.start;
            // A bare description points back; one with a complement tells enough to point ahead.
            if o == at || !self.is_named(o) || !agrees(mention.features, other.features) || !before && !anywhere && ours.is_empty() {
                continue;
            }
            let theirs = self.words_of(self.complement(o));
            let told = ours.iter().all(|w| theirs.contains(w));
            let entity = self.named(o);
            if told {
                let (first, same) = first.get_or_insert((entity, true));
                *same = *same && first.span.of(self.text) == entity.span.of(self.text);
            }
            if (told || theirs.is_empty()) && spoken == Some(entity.span) {
                speaker = speaker.or(Some(entity));
            }
        }
        first.filter(|(_, same)| *same).map(|(first, _)| first).or(speaker)
    }

    /// The fullest description before a bare one with the same head.
    pub fn fuller(&self, at: Place) -> Option<Span> {
        let mention = self.mention(at);
        if !self.is_bare(at) {
            return None;
        }
        let told = self.same_head(mention).filter(|o| !self.is_bare(*o)).map(|o| self.mention(o));
        let before = told.filter(|o| agrees(mention.features, o.features) && o.span.start < mention.span.start);
        before.max_by_key(|o| o.span.start).map(|o| o.span)
    }

    /// The mentions with the head noun of another.
    pub fn same_head(&self, mention: &Mention) -> impl Iterator<Item = Place> + '_ {
        self.described(mention.lemma)
    }

    /// The mentions with a head noun, by its lemma.
    fn described(&self, lemma: u32) -> impl Iterator<Item = Place> + '_ {
        self.by_head.get(u64::from(lemma)).take(MOST).map(|n| self.places[n])
    }

    /// What the lexicon knows of the head noun of a mention.
    pub fn head(&self, at: Place) -> Entry {
        self.mention(at).head.and_then(|h| self.grammar.lexicon.find(h.of(self.text))).unwrap_or_default()
    }

    fn complement(&self, at: Place) -> &Complement {
        &self.complements[self.number(at)]
    }

    /// What a description tells beside its head.
    fn tells(&mut self, mention: &Mention) -> Complement {
        let span = mention.description.unwrap_or(mention.span);
        let after = mention.head.map_or(span, |head| Span::new(head.end, span.end.max(head.end)));
        let first = self.told.len();
        let mut from_there = false;
        for word in after.of(self.text).split(|c: char| !c.is_alphanumeric()) {
            if word.chars().nth(3).is_some() || word.starts_with(char::is_uppercase) && word.len() > 1 {
                let key = hash(word);
                let entry = self.grammar.lexicon.hashed(key);
                // *algérien* and *de l'Algérie* tell the same.
                let origin = entry.lemma != 0 && entry.set & (class::PEOPLE | class::PLACE) != 0;
                let bare = || if word.is_ascii() { key } else { bare_hash(word) };
                self.told.push(if origin { u64::from(entry.lemma) } else { bare() });
                from_there |= entry.set & class::PEOPLE != 0;
            }
        }
        Complement { words: first..self.told.len(), origin: from_there }
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
        let complement = self.complement(at);
        let ours = self.words_of(complement);
        let shown = |span: Span| span.of(self.text);
        let holds = |o: &Place| {
            let other = self.mention(*o);
            if !self.is_named(*o) || !agrees(mention.features, other.features) {
                return false;
            }
            let theirs = self.words_of(self.complement(*o));
            // *le ministre de la Santé* is none of the holders of *ministre de la Culture*.
            let apart = !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(|w| theirs.contains(w));
            let same = shown(self.named(*o).span) == shown(entity.span);
            // *le président français* may well be *le président de la République*.
            let apart = apart && !(same && complement.origin != self.complement(*o).origin);
            apart == same
        };
        let before = |o: &Place| self.mention(*o).span.start < mention.span.start;
        if mention.set & class::PERSON != 0 && self.same_head(mention).filter(before).any(|o| holds(&o)) {
            return true;
        }
        // *la mère d'Ana Diop* is not Ana Diop.
        !ours.is_empty() && {
            let mut names = Vec::new();
            tokens(self.text, entity.span, &mut names);
            names.iter().any(|t| ours.contains(&t.hash))
        }
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
        let Some(n) = self.by_span().get(key(entity.span)).next_back() else { return self.expansions.values().any(|s| *s == entity.span) };
        let name = &self.names[n];
        let acronym = words.len() > 1 && words.chars().all(char::is_uppercase);
        !name.person && (name.office != 0 || acronym || name.tokens.len() > 2)
    }

    /// The head nouns of the descriptions that the article joins to those with the last name of another, by lemma.
    fn offices(&self, shown: Span) -> impl Iterator<Item = u32> + '_ {
        let last = self.by_span().get(key(shown)).next_back().and_then(|n| self.tokens_of(&self.names[n]).last());
        let same = last.into_iter().flat_map(|last| self.by_last.get(last.hash));
        same.map(|n| self.names[n].office).filter(|lemma| *lemma != 0)
    }

    /// Whether a description points at somebody known: *l'élu*, *cette association*.
    pub fn definite(&self, at: Place) -> bool {
        self.mention(at).opening & class::DEFINITE != 0
    }

    /// Whether a description says that it means the one before: *la même source*.
    pub fn the_same(&self, mention: &Mention) -> bool {
        let proximal = |w: &str| self.grammar.lexicon.word(w).is_some_and(|e| e.set & class::PROXIMAL != 0);
        mention.span.of(self.text).split(is_space).any(proximal)
    }

    /// Whether a description points at somebody with a demonstrative: *cet homme*.
    pub fn points(&self, at: Place) -> bool {
        self.mention(at).opening & class::CE != 0
    }

    /// Whether a description says what somebody was: *l'ancien mineur*.
    pub fn former(&self, mention: &Mention) -> bool {
        // *l'ex-ministre* has it within its head.
        let before = mention.head.map_or("", |h| &self.text[mention.span.start.min(h.start)..h.end]);
        let words = before.rsplit(|c: char| is_space(c) || is_apostrophe(c) || is_hyphen(c)).skip(1);
        words.filter(|w| !w.is_empty()).any(|w| self.grammar.lexicon.word(w).is_some_and(|e| e.set & class::FORMER != 0))
    }

    /// Whether a description introduces somebody: *un habitant*.
    pub fn introduces(&self, at: Place) -> bool {
        self.mention(at).opening & class::INTRODUCING != 0
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
                Some(self.shown(first).map_or(named, |n| self.entities[n].span))
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
fn same_person(a: &[Token], b: &[Token]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.last() == long.last() && short.iter().all(|t| long.iter().any(|o| o == t || t.is_initial() && o.first == t.first))
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

/// Words with case, apostrophes and accents folded, as [`bare`] has them.
fn folded(words: &str) -> impl Iterator<Item = char> + '_ {
    words.chars().map(|c| bare_char(fold_char(c)))
}

/// Reads the words of a name.
fn tokens(text: &str, name: Span, out: &mut Vec<Token>) {
    let words = name.of(text);
    let mut token: Option<Token> = None;
    let mut at = 0;
    while let Some((folded, length)) = folded_at(words, at) {
        let folded = bare_char(folded);
        let start = name.start + at;
        at += length;
        if !folded.is_alphanumeric() {
            out.extend(token.take());
            continue;
        }
        let token = token.get_or_insert(Token { span: Span::new(start, start), hash: HASH_OF_NOTHING, first: folded, len: 0 });
        token.span.end = name.start + at;
        token.hash = add_to_hash(token.hash, folded);
        token.len += 1;
    }
    out.extend(token);
}

/// A mention followed by its acronym in brackets: *l'Organisation mondiale de la santé (OMS)*; the hash of the acronym.
fn expansion(text: &str, mention: &Mention, grammar: &Grammar) -> Option<(u64, Span)> {
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
    let first = folded(acronym).next()?;
    // Where the acronym is of another language, a body alone may take it: *l'Autorité des télécommunications (BTK)*.
    (folded(named.of(text)).next() == Some(first) || mention.set & class::BODY != 0).then(|| (bare_hash(acronym), named))
}

/// An acronym followed by the words it stands for in brackets: *le SNJ (Syndicat national des journalistes)*; its hash.
fn expanded(text: &str, mention: &Mention) -> Option<(u64, Span)> {
    let name = mention.name.filter(|_| mention.set & class::PERSON == 0)?;
    let acronym = name.of(text);
    // Each letter has two bytes at most, or is none of ours.
    let capitals = acronym.len() <= 32 && acronym.chars().all(char::is_uppercase) && (2..=8).contains(&acronym.chars().count());
    let inside = bracket(text, name.end, 120).filter(|_| capitals)?;
    let mut words = Vec::new();
    tokens(text, inside, &mut words);
    // Each letter begins a word, in order; small words may stand between.
    let mut letters = folded(acronym).peekable();
    for word in &words {
        letters.next_if_eq(&word.first);
    }
    let told = letters.peek().is_none() && words.len() > 1;
    told.then(|| (bare_hash(acronym), inside.trimmed(text)))
}

/// What stands in the bracket that follows a place, where that is at most so many characters.
fn bracket(text: &str, at: usize, most: usize) -> Option<Span> {
    // Most often a plain letter or sign follows, after a space or none.
    let next = |at: usize| text.as_bytes().get(at).copied().unwrap_or(b'.');
    let first = if next(at) == b' ' { next(at + 1) } else { next(at) };
    if first.is_ascii_alphanumeric() || matches!(first, b',' | b'.') {
        return None;
    }
    let inside = text[at..].trim_start_matches(is_space).strip_prefix(['(', '['])?;
    let close = inside.char_indices().take(most).find(|(_, c)| matches!(c, ')' | ']')).map(|(i, _)| i)?;
    let start = text.len() - inside.len();
    Some(Span::new(start, start + close))
}
