//! Coreference: whom each speaker's mention means.
//!
//! In: the lines and the attributions. Out: for each attribution an [`Entity`]: the fullest name in the article, else
//! the fullest description, and the link that led there.
//! The article is read once, from its start to its end, and each mention is led to somebody before it: names by the
//! [`Cast`]; descriptions by their head noun, else to the one whom they can only mean; pronouns to whoever is on the
//! reader's mind. How much somebody is on it goes by the part they played, by whether they spoke, by what they are and
//! by how long ago it was.
//! Deliberately not done: nothing is guessed where no candidate agrees; the speaker is then left empty.

use crate::attribution::{Attribution, Kind, Speaker};
use crate::class::{self, Mixed, Set};
use crate::cue::Subject;
use crate::entity::{agrees, letter, of_letter, Cast, Entity, Place};
use crate::grammar::Grammar;
use crate::lexicon::feature;
use crate::line::Lines;
use crate::text::{is_space, Span};
use std::collections::HashMap;

/// Somebody as the article mentioned them, led to who they are.
struct Reference {
    line: usize,
    /// Where the mention stands.
    span: Span,
    /// The part they played and what they are.
    set: Set,
    features: u8,
    named: bool,
    person: bool,
    /// Whether a noun tells what they are.
    described: bool,
    /// Whether they were found to speak there.
    spoke: bool,
    /// Whether it spoke and is a body, a text or a source without a name: one of those whom *on* stands for.
    faceless: bool,
    entity: Entity,
}

/// The part of a mention or an inverted pronoun in the attributions.
#[derive(Clone, Copy)]
enum Part {
    /// It is in none.
    Silent,
    /// Somebody asks who it is: the voice in between, or the speaker of what goes on elsewhere.
    Asked,
    /// It speaks: which attribution is the first.
    Speaks(usize),
}

/// The article as far as it was read.
struct Reading<'a> {
    cast: &'a Cast<'a>,
    /// In the order of the text.
    references: Vec<Reference>,
    /// Those who spoke, by number.
    spoke: Vec<usize>,
    /// What is reported without marks, in the order of the text; how many of these have begun, and where the longest ends.
    reported: Vec<Span>,
    begun: usize,
    reach: usize,
    about: Option<About>,
}

/// The body or thing of those named so far that the whole article names most often.
struct About {
    /// Where it was named last.
    reference: usize,
    count: usize,
    /// How often the one after it is named.
    second: usize,
}

/// A mention, or the inverted pronoun of a cue, with where it begins and its part.
type Event = (usize, Speaker, Part);

/// How far back a pronoun may look: references and paragraphs.
const WINDOW: usize = 60;
const PARAGRAPHS: usize = 6;
/// How many sentences after somebody spoke a description may still mean them.
const REACH: f32 = 4.0;
/// How many sentences after a pronoun it may announce somebody.
const AHEAD: f32 = 2.0;
/// How many sentences before a description somebody may be named for it to mean them.
const TOPIC: f32 = 6.0;
/// The link of a description to the one who has just spoken.
const TAKEN_UP: &str = "taken-up";
/// How much more than anybody else somebody must be on the reader's mind for a pronoun to mean them beyond doubt.
const CLEAR: f32 = 3.0;
/// How many sentences back *le premier* and *le second* may look.
const PAIR: f32 = 3.0;
/// How many of those who spoke last a pronoun may mean for that alone.
const SPEAKERS: usize = 4;
/// How often a body must be named for an article to be about it.
const OFTEN: usize = 3;
/// How much the part that somebody plays puts them on the reader's mind; the first that fits.
const PARTS: &[(Set, f32)] = &[(class::MENTION, 3.0), (class::FRAMED, 2.0), (class::GENITIVE, -1.5)];
/// How much it does that they are no person.
const KINDS: &[(Set, f32)] = &[(class::BODY, 1.0), (class::DOCUMENT, 0.0), (class::PLACE, -4.0)];
/// How much more than anybody else somebody must be on the reader's mind for a description to mean them.
const MARGIN: f32 = 1.5;

/// Resolves every speaker, in text order.
pub fn coreference(text: &str, lines: &Lines, attributions: &[Attribution], grammar: &Grammar) -> Vec<Entity> {
    let mut out = vec![Entity::default(); attributions.len()];
    if attributions.iter().all(|a| a.speaker.is_none()) {
        return out;
    }
    let mut cast = Cast::new(text, lines, grammar);
    let parts = Parts::new(lines, attributions);
    let mut known: HashMap<Speaker, Entity, Mixed> = HashMap::default();
    let events = events(lines, &parts);
    // Who is named is known without reading: nothing is read after the last one who speaks without a name.
    let is_named = |speaker: &Speaker| matches!(speaker, Speaker::Mention(l, m) if cast.is_named((*l, *m)));
    let last = events.iter().rposition(|(_, speaker, part)| !matches!(part, Part::Silent) && !is_named(speaker));
    let (read, rest) = events.split_at(last.map_or(0, |last| last + 1));
    for (_, speaker, _) in rest.iter().filter(|(.., part)| !matches!(part, Part::Silent)) {
        if let Speaker::Mention(l, m) = *speaker {
            known.insert(*speaker, cast.named((l, m)));
        }
    }
    if !read.is_empty() {
        cast.describe();
    }
    let mut reported: Vec<Span> = attributions.iter().filter(|a| a.kind == Kind::Indirect).map(|a| a.content).collect();
    reported.sort_unstable_by_key(|r| r.start);
    let mut reading =
        Reading { cast: &cast, references: Vec::with_capacity(read.len()), spoke: Vec::new(), reported, begun: 0, reach: 0, about: None };
    for &(_, speaker, part) in read {
        let attribution = match part {
            Part::Speaks(a) => Some(&attributions[a]),
            Part::Silent | Part::Asked => None,
        };
        let (entity, antecedent) = reading.resolve(speaker, attribution.map(|a| a.content));
        if !matches!(part, Part::Silent) {
            known.insert(speaker, entity);
        }
        reading.note(speaker, entity, antecedent, attribution.is_some());
    }
    for (attribution, entity) in attributions.iter().zip(&mut out) {
        let Some(speaker) = attribution.speaker else { continue };
        *entity = known.get(&speaker).copied().unwrap_or_default();
        if attribution.carried && !entity.span.is_empty() {
            entity.link = "continued";
        }
        if let Some((via, _)) = attribution.via {
            entity.via = known.get(&via).map_or_else(Span::default, |e| e.span);
        }
    }
    out
}

/// The parts of all mentions and of the inverted pronouns of all cues, by their numbers.
struct Parts {
    mentions: Vec<Part>,
    cues: Vec<Part>,
}

impl Parts {
    fn new(lines: &Lines, attributions: &[Attribution]) -> Parts {
        let mut parts = Parts { mentions: vec![Part::Silent; lines.mentions().len()], cues: vec![Part::Silent; lines.cues().len()] };
        // The first that is said of somebody counts.
        for (a, attribution) in attributions.iter().enumerate().filter(|(_, a)| !a.carried) {
            parts.take(attribution.speaker, Part::Speaks(a), lines);
            parts.take(attribution.via.map(|(via, _)| via), Part::Asked, lines);
        }
        for attribution in attributions {
            parts.take(attribution.speaker, Part::Asked, lines);
        }
        parts
    }

    fn take(&mut self, speaker: Option<Speaker>, part: Part, lines: &Lines) {
        let of = match speaker {
            Some(Speaker::Mention(l, m)) => &mut self.mentions[lines.number_of_mention(l, m)],
            Some(Speaker::Inverted(l, c)) => &mut self.cues[lines.number_of_cue(l, c)],
            None => return,
        };
        if matches!(of, Part::Silent) {
            *of = part;
        }
    }
}

/// Every mention of the running text, every inverted pronoun, and inside quotations those that speak, in text order.
fn events(lines: &Lines, parts: &Parts) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::with_capacity(parts.mentions.len());
    let (mut of_mentions, mut of_cues) = (parts.mentions.iter(), parts.cues.iter());
    for l in 0..lines.len() {
        let running = lines.within(l).is_none();
        let mentions = lines.mentions_of(l).iter().zip(&mut of_mentions).enumerate();
        let mentions = mentions.map(|(m, (mention, part))| (mention.span.start, Speaker::Mention(l, m), *part));
        let counts = |part: Part| running || !matches!(part, Part::Silent);
        events.extend(mentions.filter(|(.., part)| counts(*part)));
        let cues = lines.cues_of(l).iter().zip(&mut of_cues).enumerate().filter(|(_, (cue, _))| cue.pronoun.is_some());
        let cues = cues.map(|(c, (cue, part))| (cue.span.start, Speaker::Inverted(l, c), *part));
        events.extend(cues.filter(|(.., part)| counts(*part)));
    }
    events.sort_by_key(|(at, ..)| *at);
    events
}

impl Reading<'_> {
    /// Who a mention is, by what was read before it; for a pronoun, with the reference that it takes up.
    fn resolve(&self, speaker: Speaker, content: Option<Span>) -> (Entity, Option<usize>) {
        let cast = self.cast;
        match speaker {
            Speaker::Mention(l, m) => {
                let mention = cast.mention((l, m));
                let at = mention.span.start;
                if mention.set & class::PRONOUN != 0 {
                    self.pronoun(l, at, mention.features, content, false)
                } else if mention.set & class::STRONG != 0 {
                    let words = mention.span.of(cast.text);
                    let last = words.rsplit(is_space).next().unwrap_or(words);
                    let set = cast.grammar.lexicon.find(words).map_or(0, |e| e.set);
                    let rank = cast.grammar.lexicon.word(last).map_or(0, |e| e.set);
                    if set == 0 && rank & class::RANK != 0 {
                        return self.ranked(l, at, mention.features, rank & class::PROXIMAL != 0);
                    }
                    if set & class::TOPICAL != 0 {
                        return self.topical(l, at, mention.features);
                    }
                    self.pronoun(l, at, mention.features, content, set & class::PROXIMAL != 0)
                } else {
                    (self.who((l, m)), None)
                }
            }
            Speaker::Inverted(l, c) => {
                let cue = cast.lines.cue(l, c);
                if cue.set & class::FRAME != 0 {
                    return self.teller(l, cue.span.start, cue.features);
                }
                self.pronoun(l, cue.span.start, cue.features, content, false)
            }
        }
    }

    /// Notes who was mentioned.
    fn note(&mut self, speaker: Speaker, entity: Entity, antecedent: Option<usize>, spoke: bool) {
        let cast = self.cast;
        let (line, span, mut set, own) = match speaker {
            Speaker::Mention(l, m) => {
                let mention = cast.mention((l, m));
                (l, mention.span, mention.set, mention.features)
            }
            Speaker::Inverted(l, c) => {
                let cue = cast.lines.cue(l, c);
                (l, cue.span, class::MENTION | class::PRONOUN | cue.set & class::ON, cue.features)
            }
        };
        let pronoun = set & (class::PRONOUN | class::STRONG) != 0;
        // What somebody reports of others puts nobody else on the mind: *il dit qu'elle partira*.
        let said = pronoun && !spoke && self.is_reported(span);
        if entity.span.is_empty() || set & class::TIME != 0 || said {
            return;
        }
        let before = antecedent.map(|a| &self.references[a]);
        let (named, person, described, faceless) = match (speaker, before) {
            (_, Some(before)) => (before.named, before.person, before.described, set & class::ON != 0),
            (Speaker::Mention(l, m), None) => {
                let mention = cast.mention((l, m));
                let kinds = class::BODY | class::DOCUMENT | class::PLACE;
                // Only of those who spoke anybody asks.
                let faceless = spoke && (set & kinds != 0 || cast.head((l, m)).set & class::ANONYMOUS != 0);
                let person = set & class::PERSON != 0 || cast.person((l, m));
                (cast.is_named((l, m)), person, mention.lemma != 0, faceless)
            }
            (Speaker::Inverted(..), None) => (false, !entity.gender.is_empty(), false, set & class::ON != 0),
        };
        if let Speaker::Mention(l, m) = speaker {
            // Whose verb reports, acts: *avec Ana Diop, qui a rappelé …*
            if cast.lines.cues_of(l).iter().any(|c| c.subject.is_some_and(|(s, _)| s == Subject::Mention(m))) {
                set |= class::MENTION;
            }
        }
        let genders = feature::M | feature::F;
        let told = match of_letter(entity.gender) {
            0 => before.map_or(0, |b| b.features & genders),
            gender => gender,
        };
        let features = if own & genders == 0 { own | told } else { own };
        if spoke {
            self.spoke.push(self.references.len());
        }
        if named && !person && set & class::PLACE == 0 {
            self.named_again(self.references.len(), &entity);
        }
        self.references.push(Reference { line, span, set, features, named, person, described, spoke, faceless, entity });
    }

    /// Counts one more reference to something that has a name and is no person. Of those named as often the last counts.
    fn named_again(&mut self, reference: usize, entity: &Entity) {
        let count = self.cast.count(entity);
        let shown = |entity: &Entity| entity.span.of(self.cast.text);
        self.about = Some(match self.about.take() {
            None => About { reference, count, second: 0 },
            Some(about) if shown(&self.references[about.reference].entity) == shown(entity) => About { reference, ..about },
            Some(about) if count >= about.count => About { reference, count, second: about.count },
            Some(about) => About { second: about.second.max(count), ..about },
        });
    }

    /// Whether a place lies in what is reported without marks. Places are asked about in the order of the text.
    fn is_reported(&mut self, span: Span) -> bool {
        while let Some(reported) = self.reported.get(self.begun).filter(|r| r.start <= span.start) {
            self.reach = self.reach.max(reported.end);
            self.begun += 1;
        }
        span.end <= self.reach
    }

    /// How many sentences lie between somebody who was mentioned and a line.
    fn sentences(&self, r: &Reference, line: usize) -> f32 {
        self.cast.between(r.line, line)
    }

    /// How many paragraphs lie between somebody who was mentioned and a line.
    fn paragraphs(&self, r: &Reference, line: usize) -> usize {
        self.cast.lines.paragraph(line).saturating_sub(self.cast.lines.paragraph(r.line))
    }

    /// Who spoke last before a place: which reference.
    fn spoken(&self, at: usize) -> Option<usize> {
        self.spoke.iter().rev().copied().find(|s| self.references[*s].span.start < at)
    }

    /// Who a mention is that is no pronoun: its name in full, or whom its description leads to.
    fn who(&self, at: Place) -> Entity {
        let cast = self.cast;
        if cast.is_named(at) {
            return cast.named(at);
        }
        let mention = cast.mention(at);
        let gender = if mention.set & class::PERSON != 0 { letter(mention.features) } else { "" };
        let own = || Entity { span: mention.span, link: self.told(at), gender, ..Entity::default() };
        if mention.set & (class::DOCUMENT | class::SPEECH) != 0 {
            if let Some(span) = cast.issuer(mention) {
                return Entity { span, link: "issuer", ..Entity::default() };
            }
            if let Some(entity) = self.owner(at).or_else(|| self.issued(at)) {
                return entity;
            }
        }
        if mention.lemma == 0 || cast.introduces(at) {
            return own();
        }
        // *la même source*, *cet homme*: whoever has just been reported, named or not.
        let kind = cast.head(at).set;
        if kind & class::ANONYMOUS != 0 && cast.the_same(mention) && cast.is_bare(at) {
            let (entity, _) = self.impersonal(at.0, mention.span.start);
            if !entity.span.is_empty() {
                return Entity { link: TAKEN_UP, ..entity };
            }
        }
        let somebody = mention.set & class::PERSON != 0 && kind & class::ANONYMOUS == 0;
        if somebody && cast.points(at) && cast.is_bare(at) {
            let (entity, _) = self.teller(at.0, mention.span.start, mention.features);
            if !entity.span.is_empty() {
                return Entity { link: TAKEN_UP, ..entity };
            }
        }
        let spoken = self.spoken(mention.span.start).map(|s| self.references[s].entity.span);
        let joined = cast.joined(at, spoken, false);
        let taken_up = || self.taken_up(at, kind);
        // *le journal* is the one that has just spoken rather than another that the article calls so.
        let led = if mention.set & class::BODY != 0 && cast.is_bare(at) {
            let taken_up = taken_up();
            if taken_up.as_ref().is_some_and(|e| e.link == TAKEN_UP) {
                taken_up
            } else {
                joined.or(taken_up)
            }
        } else {
            joined.or_else(|| cast.kin(at, spoken)).or_else(taken_up)
        };
        led.or_else(|| cast.joined(at, spoken, true)).or_else(|| cast.fuller(at).map(|span| Entity { span, ..own() })).unwrap_or_else(own)
    }

    /// How much a description tells that leads to no name: *une habitante*, *le parquet de Pau*; *le maire*, *les élus*;
    /// or, of what is neither somebody nor a body, *la rumeur*.
    fn told(&self, at: Place) -> &'static str {
        let cast = self.cast;
        let mention = cast.mention(at);
        let several = mention.set & class::PERSON != 0 && mention.features & feature::P != 0;
        if mention.set & (class::PERSON | class::BODY | class::DOCUMENT) == 0 {
            "noun"
        } else if mention.set & class::DOCUMENT == 0 && !cast.introduces(at) && (several || cast.is_bare(at)) {
            "bare-description"
        } else {
            "description"
        }
    }

    /// Whose a text is by the mention right after it: *un propos d'Ana Diop*, *les explications données par la mairie*.
    fn owner(&self, at: Place) -> Option<Entity> {
        let cast = self.cast;
        let next = (at.0, at.1 + 1);
        let (mention, other) = (cast.mention(at), cast.lines.mentions_of(at.0).get(next.1)?);
        let start = other.description.map_or(other.span.start, |d| d.start.min(other.span.start));
        let between = &cast.text[mention.span.end..start.max(mention.span.end)];
        let near = between.split(is_space).filter(|w| !w.is_empty()).count() <= 3 && !between.contains([',', '«', '"', '.']);
        let agent = if mention.set & class::SPEECH != 0 { class::AGENT } else { 0 };
        let its = other.set & (class::GENITIVE | agent) != 0 && other.set & (class::PERSON | class::BODY | class::NAME) != 0;
        let entity = (near && its).then(|| self.who(next))?;
        (!entity.span.is_empty()).then_some(Entity { link: "issuer", ..entity })
    }

    /// Whose a text is that was told of before: *la mairie a dit dans un communiqué … Le communiqué ajoute …*
    fn issued(&self, at: Place) -> Option<Entity> {
        let cast = self.cast;
        let mention = cast.mention(at);
        if mention.set & class::DOCUMENT == 0 || !cast.definite(at) || !cast.is_bare(at) {
            return None;
        }
        let before = cast.same_head(mention).take_while(|o| cast.mention(*o).span.start < mention.span.start);
        let issuer = |o: Place| {
            let own = cast.issuer(cast.mention(o)).map(|span| Entity { span, ..Entity::default() });
            let line = cast.lines.span(o.0);
            let inside = self.references.partition_point(|r| r.span.start < line.end);
            let mut near = self.references[..inside].iter().rev().take_while(|r| r.span.start >= line.start);
            let spoke = |r: &&Reference| r.line == o.0 && r.spoke && cast.mention(o).set & class::OBLIQUE != 0;
            own.or_else(|| near.find(spoke).map(|r| r.entity))
        };
        before.filter_map(issuer).last().map(|entity| Entity { link: "issuer", ..entity })
    }

    /// Whom a description takes up whose head noun is of a kind: *Ana Diop a dit … La romancière a ajouté …*, where nobody else may be meant.
    fn taken_up(&self, at: Place, kind: Set) -> Option<Entity> {
        let cast = self.cast;
        let mention = cast.mention(at);
        let person = mention.set & class::PERSON != 0;
        if mention.set & (class::PERSON | class::BODY) == 0 || !cast.definite(at) {
            return None;
        }
        // *les signataires*: those who have just spoken, where they are several.
        if mention.features & feature::P != 0 {
            let spoken = self.spoken(mention.span.start).map(|s| &self.references[s])?;
            let several = spoken.features & feature::P != 0 && self.sentences(spoken, at.0) <= REACH;
            let meant = several && person && kind & class::REPRISE != 0 && cast.is_bare(at) && agrees(mention.features, spoken.features);
            return meant.then_some(Entity { link: TAKEN_UP, ..spoken.entity });
        }
        // *la Fribourgeoise*, *l'ancien mineur*: somebody who is known already, whatever they do.
        let takes_up = kind & (class::REPRISE | class::PEOPLE) != 0 || person && cast.former(mention);
        let office = kind & class::OFFICE != 0;
        if !person && (!takes_up || !cast.bare_phrase(mention)) {
            return None;
        }
        let other_office = !(takes_up && person);
        // Whoever is named and of the same kind may be meant.
        let alike = |r: &&Reference| {
            r.named && r.person == person && (!person || agrees(mention.features, r.features)) && r.set & class::PLACE == 0
        };
        let shown = |r: &Reference| r.entity.span.of(cast.text);
        let before = self.references.iter().rev().filter(|r| r.span.start < mention.span.start);
        let spoken = self.spoken(mention.span.start).map(|s| &self.references[s]);
        let spoken = spoken.filter(|r| alike(r) && self.sentences(r, at.0) <= REACH);
        // Other descriptions, such as *l'avocat*, are somebody new as a rule: only in the same paragraph is it the speaker.
        let near = |r: &&Reference| cast.lines.paragraph(r.line) == cast.lines.paragraph(at.0);
        let acts = |r: &Reference| r.set & (class::MENTION | class::AGENT | class::FRAMED) != 0;
        let (reference, link) = match spoken.filter(|r| !person || takes_up || office || near(r)) {
            Some(spoken) => {
                let rival = |r: &Reference| acts(r) && alike(&r) && shown(r) != shown(spoken);
                if before.clone().take_while(|r| r.span.start > spoken.span.start).any(rival) {
                    return None;
                }
                (spoken, TAKEN_UP)
            }
            // *le syndicat* is the one that was told of more fully before, else the one that the article is about.
            None if !person => {
                let About { reference, count, second } = *self.about.as_ref()?;
                let about = &self.references[reference];
                if cast.fuller(at).is_some() || count < OFTEN || count < 2 * second || !cast.surely_body(&about.entity) {
                    return None;
                }
                (about, "topic")
            }
            None if takes_up || office && (kind & class::GENERIC == 0 || cast.tells_origin_only(at)) => {
                let mut best: Vec<(f32, &Reference)> = Vec::new();
                for r in before.take(WINDOW).take_while(|r| self.sentences(r, at.0) <= TOPIC).filter(alike) {
                    let weight = self.weight(r, at.0);
                    match best.iter_mut().find(|(_, b)| shown(b) == shown(r)) {
                        Some((most, _)) => *most = most.max(weight),
                        None => best.push((weight, r)),
                    }
                }
                best.retain(|(_, r)| !cast.forbids(at, &r.entity, other_office));
                best.sort_by(|a, b| b.0.total_cmp(&a.0));
                match best.as_slice() {
                    [(_, only)] => (*only, "topic"),
                    [(first, most), (second, _), ..] if takes_up && first - second >= MARGIN => (*most, "topic"),
                    _ => return None,
                }
            }
            None => return None,
        };
        let entity = &reference.entity;
        (!cast.forbids(at, entity, other_office)).then_some(Entity { link, ..*entity })
    }

    /// How much somebody who was mentioned is on the reader's mind some lines later.
    fn weight(&self, r: &Reference, line: usize) -> f32 {
        let by = |weights: &[(Set, f32)]| weights.iter().find(|(set, _)| r.set & set != 0).map(|(_, weight)| *weight);
        let part = by(PARTS).unwrap_or(0.0);
        let kind = match (r.person, r.named) {
            (true, true) => 4.0,
            (true, false) => 2.5,
            (false, named) => by(KINDS).unwrap_or(if named { -1.5 } else { -3.0 }),
        };
        let unsure = if r.features & (feature::M | feature::F) == 0 { 1.5 } else { 0.0 };
        part + kind - unsure - self.sentences(r, line).min(6.0) - 0.6 * self.paragraphs(r, line) as f32
    }

    /// Who *on* is where somebody without a name has just been reported: *selon la police … a-t-on ajouté*.
    fn impersonal(&self, line: usize, at: usize) -> (Entity, Option<usize>) {
        // *Chez les pompiers, on …*, *à la mairie, on …*
        let here = |r: &&Reference| r.line == line && r.span.end < at && r.set & class::OBLIQUE != 0;
        let inside = |r: &&Reference| r.set & class::BODY != 0 || r.person && r.features & feature::P != 0;
        let place = self.references.iter().rev().take_while(|r| r.line == line).filter(here).find(inside);
        let ends = |r: &&Reference| self.cast.text[r.span.end..at].trim_matches(is_space) == ",";
        let opens = |r: &&Reference| self.cast.lines.mentions_of(line).first().is_some_and(|m| m.span == r.span);
        let inverted = !self.cast.text[at..].starts_with("on");
        if let Some(place) = place.filter(|r| !inverted && opens(r) && ends(r)) {
            return (Entity { link: "on", ..place.entity }, None);
        }
        let faceless = |r: &Reference| r.faceless && self.sentences(r, line) <= REACH;
        let spoken = self.spoken(at).filter(|s| faceless(&self.references[*s]));
        self.led("on", spoken)
    }

    /// The one whom a reference is to, by a link, and the reference; nobody without one.
    fn led(&self, link: &'static str, to: Option<usize>) -> (Entity, Option<usize>) {
        (to.map_or_else(Entity::default, |n| Entity { link, ..self.references[n].entity }), to)
    }

    /// The first or the second of the two who were last mentioned together: *le maire et la rectrice … La seconde*.
    fn ranked(&self, line: usize, at: usize, features: u8, second: bool) -> (Entity, Option<usize>) {
        let mut two: Vec<usize> = Vec::new();
        let mut last = line;
        for (n, r) in self.references.iter().enumerate().rev().filter(|(_, r)| r.span.start < at) {
            if two.len() == 2 && r.line != last || self.sentences(r, line) > PAIR {
                break;
            }
            let somebody = (r.person || r.set & class::BODY != 0) && (r.named || r.described);
            let alone = r.features & feature::P == 0 && r.set & (class::GENITIVE | class::PRONOUN | class::STRONG) == 0;
            if somebody && alone && two.iter().all(|o| self.references[*o].entity.span != r.entity.span) {
                two.push(n);
                last = r.line;
            }
        }
        let pick = match two.as_slice() {
            [nearer, further] => Some(if second { *nearer } else { *further }),
            _ => None,
        };
        let pick = pick.filter(|n| agrees(features, self.references[*n].features));
        self.led("rank", pick)
    }

    /// Whom somebody has just spoken of: *l'intéressée* is not the one who spoke, unless nobody else may be meant.
    fn topical(&self, line: usize, at: usize, features: u8) -> (Entity, Option<usize>) {
        let spoken = self.spoken(at).map(|s| self.references[s].entity.span);
        let before = self.references.iter().enumerate().rev().filter(|(_, r)| r.span.start < at).take(WINDOW);
        let mut best: Option<(f32, usize)> = None;
        for (n, r) in before.filter(|(_, r)| r.set & class::PLACE == 0 && agrees(features, r.features)) {
            let score = self.weight(r, line) - if spoken == Some(r.entity.span) { WINDOW as f32 } else { 0.0 };
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, n));
            }
        }
        self.led("pronoun", best.map(|(_, n)| n))
    }

    /// Who has just spoken and agrees: *à l'en croire*.
    fn teller(&self, line: usize, at: usize, features: u8) -> (Entity, Option<usize>) {
        let spoken = self.spoken(at).filter(|s| self.sentences(&self.references[*s], line) <= REACH);
        let spoken = spoken.filter(|s| agrees(features, self.references[*s].features));
        self.led("pronoun", spoken)
    }

    /// Whom a pronoun means: the one of its gender and number who is most on the reader's mind.
    fn pronoun(&self, line: usize, at: usize, features: u8, content: Option<Span>, proximal: bool) -> (Entity, Option<usize>) {
        if features & (feature::M | feature::F) == 0 {
            return self.impersonal(line, at);
        }
        let plural = features & feature::P != 0;
        let mut best: Option<(f32, usize)> = None;
        let mut second = 0.0f32;
        let (mut seen, mut speakers) = (0.0, 0);
        let before = self.references.iter().enumerate().rev().filter(|(_, r)| r.span.start < at);
        for (n, r) in before.take(WINDOW) {
            if self.paragraphs(r, line) > PARAGRAPHS {
                break;
            }
            let somebody = r.named || !r.entity.gender.is_empty();
            let speaker = r.spoke && somebody && !plural && speakers < SPEAKERS && !proximal;
            speakers += usize::from(r.spoke);
            if !agrees(features, r.features) || plural != (r.features & feature::P != 0) {
                continue;
            }
            let mut score = self.weight(r, line);
            if r.line == line {
                // *Le club fermera, annonce-t-il*: of those who are told of, the subject may well be the one who tells.
                let told = if r.set & class::MENTION != 0 { 2.5 } else { 3.5 };
                score -= if content.is_some_and(|c| c.holds(r.span)) { told } else { 0.5 };
            }
            if speaker {
                score = score.max(self.heard(r, line) - 1.5 * (speakers - 1) as f32);
            }
            if proximal {
                if r.set & class::OBJECT != 0 {
                    score += 3.0;
                }
                score -= 0.5 * self.sentences(r, line).min(6.0) + 1.5 * seen;
            }
            seen += 1.0;
            if score <= 0.0 {
                continue;
            }
            let same = |o: usize| self.references[o].entity.span.of(self.cast.text) == r.entity.span.of(self.cast.text);
            if let Some((most, _)) = best.filter(|(_, b)| !same(*b)) {
                second = second.max(most.min(score));
            }
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, n));
            }
        }
        match best {
            Some((most, n)) => {
                let clear = second == 0.0 || most - second >= CLEAR;
                self.led(if clear { "pronoun" } else { "pronoun-of-several" }, Some(n))
            }
            None => match self.subject(line, at, features) {
                Some(n) => self.led("subject", Some(n)),
                None => (self.ahead(line, at, features), None),
            },
        }
    }

    /// The name that acts in this sentence or the one before, whatever it names, where nobody else agrees with a pronoun.
    fn subject(&self, line: usize, at: usize, features: u8) -> Option<usize> {
        let before = self.references.iter().enumerate().rev().filter(|(_, r)| r.span.start < at);
        let near = before.take_while(|(_, r)| self.sentences(r, line) <= 1.0);
        let acts = |r: &Reference| r.named && r.set & class::MENTION != 0 && r.set & class::PLACE == 0;
        let fits = |r: &Reference| acts(r) && agrees(features, r.features) && features & feature::P == r.features & feature::P;
        near.filter(|(_, r)| fits(r)).map(|(n, _)| n).next()
    }

    /// How much somebody who spoke is on the reader's mind some lines later, whatever they are.
    fn heard(&self, r: &Reference, line: usize) -> f32 {
        let unsure = if r.features & (feature::M | feature::F) == 0 { 2.0 } else { 0.0 };
        7.5 - unsure - self.sentences(r, line).min(5.0) - 0.5 * self.paragraphs(r, line) as f32
    }

    /// Whom a pronoun announces where nobody before it agrees: *confie-t-il. À 38 ans, Igor Val …*
    fn ahead(&self, line: usize, at: usize, features: u8) -> Entity {
        let cast = self.cast;
        let lines = (line..cast.lines.len()).take_while(|l| cast.between(line, *l) <= AHEAD);
        let running = lines.filter(|l| cast.lines.within(*l).is_none());
        let places = running.flat_map(|l| (0..cast.lines.mentions_of(l).len()).map(move |m| (l, m)));
        let subject = |o: &Place| {
            let mention = cast.mention(*o);
            mention.span.start > at && mention.set & class::MENTION != 0 && cast.person(*o)
        };
        let agreeing = |o: &Place| {
            let gender = of_letter(cast.named(*o).gender);
            agrees(features, cast.mention(*o).features | gender)
        };
        match places.filter(subject).find(agreeing) {
            Some(o) if features & feature::P == 0 => Entity { link: "cataphora", ..cast.named(o) },
            _ => Entity::default(),
        }
    }
}
