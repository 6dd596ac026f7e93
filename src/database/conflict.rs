//! Conflicts: the same words given to different people, and the same statement of somebody in different words, across articles.
//!
//! In: the quotations of named speakers, the oldest first. Out: [`Conflict`]s, each with its rows and what differs from the first.
//! A quotation joins the group whose first quotation it is nearest to. Those are found by fingerprints: of each three words that
//! follow each other the hash, of each three hashes the least, so that two quotations that share five words in a row share one
//! (winnowing: Schleimer, Wilkerson, Aiken, 2003). Only then are they aligned; nothing is compared with everything.
//! Deliberately not done: a body, a description and a surname that nothing proves contradict nobody, nor does who is quoted
//! through somebody else; and what is cut is not said in other words.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::align::align;
use super::check::{Exhibit, DISTINCT, EXHIBITS, NEAR, SHARED};
use super::name::{Relation, Who};
use super::search::{by, MEANT};
use super::stored::{row, Stored, COLUMNS, TABLES};
use super::wording::{ends, quoted, Word};
use super::{Database, DatabaseError};
use crate::text::HASH_OF_NOTHING;

/// What articles disagree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// Who said it.
    Speakers,
    /// How they said it.
    Words,
}

impl About {
    /// Its name in outputs.
    ///
    /// ```
    /// assert_eq!(guillemet::database::About::Speakers.name(), "speakers");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            About::Speakers => "speakers",
            About::Words => "words",
        }
    }
}

/// Rows of different articles that do not agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// What they disagree on.
    pub about: About,
    /// The rows, the oldest first; what differs is told by the first.
    pub exhibits: Vec<Exhibit>,
    /// How many rows there are, of which the first are the exhibits.
    pub rows: usize,
}

/// How many words in a row make a fingerprint.
const SHINGLE: usize = 3;
/// Of how many fingerprints in a row the least is kept.
const WINDOW: usize = 3;
/// A fingerprint of more groups than this is a turn of phrase.
const PHRASE: usize = 50;
/// How many groups a quotation is aligned with at most.
const ALIGNED: usize = 8;

/// A quotation in a group.
#[derive(Clone)]
struct Member {
    row: i64,
    article: i64,
    /// Which wording, by the hash of its words.
    wording: u64,
    /// Who says it, by number.
    who: usize,
}

/// Quotations of the same words, or nearly so.
struct Group {
    members: Vec<Member>,
}

/// The groups so far.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    by_wording: HashMap<u64, usize>,
    by_fingerprint: HashMap<u64, Vec<u32>>,
    /// Who speaks.
    people: Vec<Who>,
    numbers: HashMap<(Option<i64>, String), usize>,
}

impl Database {
    /// The conflicts of its articles: those about speakers first, then by the age of their first row.
    ///
    /// # Errors
    /// A damaged database.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use guillemet::database::{About, Database};
    ///
    /// let database = Database::open(Path::new("quotes.db"))?;
    /// for conflict in database.conflicts("")?.iter().filter(|conflict| conflict.about == About::Speakers) {
    ///     println!("who said « {} »?", conflict.exhibits[0].row.quote);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn conflicts(&self, speaker: &str) -> Result<Vec<Conflict>, DatabaseError> {
        self.grouped(speaker).map_err(self.told())
    }

    fn grouped(&self, speaker: &str) -> rusqlite::Result<Vec<Conflict>> {
        let groups = self.groups()?;
        let named = match by(speaker) {
            Some(query) => {
                let mut found = self.connection.prepare_cached(MEANT)?;
                let found = found.query_map([query], |row| row.get::<_, i64>(0))?;
                Some(found.collect::<rusqlite::Result<BTreeSet<i64>>>()?)
            }
            None => None,
        };
        let mut conflicts = Vec::new();
        for group in groups.all.iter().filter(|group| group.members.len() > 1) {
            let is_named =
                |one: &Member| groups.people[one.who].person.is_some_and(|person| named.as_ref().is_none_or(|n| n.contains(&person)));
            if group.members.iter().any(is_named) {
                conflicts.extend(self.conflict(group, &groups.people)?);
            }
        }
        conflicts.sort_by_key(|conflict| conflict.about);
        Ok(conflicts)
    }

    /// The quotations of named speakers, put into groups.
    fn groups(&self) -> rusqlite::Result<Groups> {
        let mut groups = Groups::default();
        let sql = format!(
            "SELECT {COLUMNS} FROM row {TABLES} WHERE row.kind IN ('direct', 'mixed') AND row.via = '' AND NOT person.described \
             ORDER BY article.day IS NULL, article.day, row.id"
        );
        let mut rows = self.connection.prepare_cached(&sql)?;
        let mut rows = rows.query([])?;
        while let Some(found) = rows.next()? {
            let stored = Stored::read(found)?;
            let words = quoted(&stored.row.quote);
            if words.len() < DISTINCT {
                continue;
            }
            let wording = words.iter().fold(HASH_OF_NOTHING, |hash, word| mixed(hash, word.id));
            let member = Member { row: stored.id, article: stored.article_id, wording, who: groups.who(stored.who) };
            let group = match groups.by_wording.get(&wording) {
                Some(group) => *group,
                None => {
                    let prints = fingerprints(&words);
                    let near = self.nearest(&words, &prints, &groups)?;
                    let group = near.unwrap_or(groups.all.len());
                    if near.is_none() {
                        groups.all.push(Group { members: Vec::new() });
                        for print in prints {
                            let known = groups.by_fingerprint.entry(print).or_default();
                            if known.len() < PHRASE {
                                known.push(group as u32);
                            }
                        }
                    }
                    groups.by_wording.insert(wording, group);
                    group
                }
            };
            groups.all[group].members.push(member);
        }
        Ok(groups)
    }

    /// The group whose first quotation has nearly the same words.
    fn nearest(&self, words: &[Word], prints: &[u64], groups: &Groups) -> rusqlite::Result<Option<usize>> {
        if words.len() < SHARED {
            return Ok(None);
        }
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for print in prints {
            let known = groups.by_fingerprint.get(print).filter(|known| known.len() < PHRASE);
            known.into_iter().flatten().for_each(|group| *shared.entry(*group).or_default() += 1);
        }
        let mut best: Vec<(usize, u32)> = shared.into_iter().map(|(group, count)| (count, group)).collect();
        best.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut nearest: Option<(f64, usize)> = None;
        for (_, group) in best.into_iter().take(ALIGNED) {
            let group = group as usize;
            let Some(first) = groups.all[group].members.first() else { continue };
            let (similarity, same) = similarity(words, &quoted(&self.quote(first.row)?));
            if similarity >= NEAR && same >= SHARED && nearest.is_none_or(|(other, _)| similarity > other) {
                nearest = Some((similarity, group));
            }
        }
        Ok(nearest.map(|(_, group)| group))
    }

    fn quote(&self, row: i64) -> rusqlite::Result<String> {
        self.connection.prepare_cached("SELECT quote FROM row WHERE id = ?1")?.query_row([row], |row| row.get(0))
    }

    /// What a group disagrees on.
    fn conflict(&self, group: &Group, people: &[Who]) -> rusqlite::Result<Option<Conflict>> {
        let relation = |a: &Member, b: &Member| people[a.who].relation(&people[b.who]);
        let other = |a: &Member, b: &Member| {
            // Whom an article quotes as well is not put in the place of another.
            let also = |article: &Member, who: &Member| {
                group.members.iter().any(|one| one.article == article.article && relation(one, who) <= Relation::Likely)
            };
            a.article != b.article && relation(a, b) == Relation::Other && !also(a, b) && !also(b, a)
        };
        let members = distinct(&group.members);
        let speakers: Vec<&Member> = members.iter().filter(|a| members.iter().any(|b| other(a, b))).copied().collect();
        if !speakers.is_empty() {
            return self.shown(About::Speakers, &speakers, group.members.len());
        }
        // The words of each person beside the first that they have.
        let mut told: Vec<&Member> = Vec::new();
        for first in &members {
            let same: Vec<&Member> = members.iter().filter(|one| relation(first, one) == Relation::Same).copied().collect();
            if same.first().is_none_or(|one| one.row != first.row) {
                continue;
            }
            let words = quoted(&self.quote(first.row)?);
            let mut differing = vec![*first];
            for one in same.into_iter().filter(|one| one.article != first.article && one.wording != first.wording) {
                if differs(&quoted(&self.quote(one.row)?), &words) {
                    differing.push(one);
                }
            }
            if differing.len() > 1 {
                told.extend(differing);
            }
        }
        if told.is_empty() {
            return Ok(None);
        }
        self.shown(About::Words, &told, told.len())
    }

    /// What a reader is shown of rows that disagree.
    fn shown(&self, about: About, members: &[&Member], rows: usize) -> rusqlite::Result<Option<Conflict>> {
        let mut exhibits: Vec<Exhibit> = Vec::new();
        let mut first: Option<(Vec<Word>, String)> = None;
        for member in members.iter().take(EXHIBITS) {
            let Some(stored) = row(&self.connection, member.row)? else { continue };
            let (words, quote) = (quoted(&stored.row.quote), stored.row.quote.clone());
            let mut exhibit = Exhibit::new(&self.connection, stored)?;
            exhibit.matched = ends(&words);
            if let Some((theirs, text)) = &first {
                let ours = common(&words, theirs);
                exhibit.matched = ends(ours);
                if let Some(alignment) = align(ours, theirs) {
                    exhibit.tell((ours, &quote), (theirs, text), &alignment);
                }
            }
            first = first.or(Some((words, quote)));
            exhibits.push(exhibit);
        }
        Ok((!exhibits.is_empty()).then_some(Conflict { about, exhibits, rows }))
    }
}

impl Groups {
    fn who(&mut self, who: Who) -> usize {
        let next = self.people.len();
        let number = *self.numbers.entry((who.person, who.gender.clone())).or_insert(next);
        if number == next {
            self.people.push(who);
        }
        number
    }
}

/// Of each wording that an article gives to somebody, the first.
fn distinct(members: &[Member]) -> Vec<&Member> {
    let mut seen = BTreeSet::new();
    members.iter().filter(|one| seen.insert((one.article, one.wording, one.who))).collect()
}

/// The part of some words that the others have, or all of them where they are no more.
fn common<'w>(words: &'w [Word], others: &[Word]) -> &'w [Word] {
    if words.len() <= others.len() {
        return words;
    }
    align(others, words).map_or(words, |alignment| &words[alignment.stretch])
}

/// How much of the shorter of two quotations is the same, and how many words.
fn similarity(a: &[Word], b: &[Word]) -> (f64, usize) {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    align(shorter, longer).map_or((0.0, 0), |alignment| (alignment.similarity, alignment.same))
}

/// Whether words are put in the place of others, added within or left out within without a mark.
fn differs(words: &[Word], first: &[Word]) -> bool {
    let ours = common(words, first);
    let Some(alignment) = align(ours, first) else { return false };
    let marked = |words: &[Word]| words.iter().any(|word| word.gap.is_some());
    alignment.differences.iter().any(|one| !marked(&ours[one.claim.clone()]) && !marked(&first[one.quote.clone()]))
}

fn mixed(hash: u64, id: u64) -> u64 {
    (hash ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// The fingerprints of a quotation.
fn fingerprints(words: &[Word]) -> Vec<u64> {
    let shingles: Vec<u64> =
        words.windows(SHINGLE).map(|some| some.iter().fold(HASH_OF_NOTHING, |hash, word| mixed(hash, word.id))).collect();
    let mut prints: Vec<u64> =
        if shingles.len() < WINDOW { shingles } else { shingles.windows(WINDOW).filter_map(|some| some.iter().min().copied()).collect() };
    prints.sort_unstable();
    prints.dedup();
    prints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_words_in_a_row_share_a_fingerprint() {
        let text = "nous ne fermerons pas le port de Brécey avant la fin du mois de mars";
        let whole = fingerprints(&quoted(text));
        assert!(whole.len() < quoted(text).len());
        let words: Vec<&str> = text.split(' ').collect();
        for five in words.windows(5) {
            let other = format!("mais alors {} peut-être bien", five.join(" "));
            assert!(fingerprints(&quoted(&other)).iter().any(|print| whole.contains(print)), "{other}");
        }
        assert!(!fingerprints(&quoted("elle viendra demain au marché de Vannes")).iter().any(|print| whole.contains(print)));
    }

    #[test]
    fn a_cut_is_no_other_wording() {
        let differs = |a: &str, b: &str| super::differs(&quoted(a), &quoted(b));
        let whole = "nous ne fermerons pas le port de Brécey avant la fin de mars";
        for (other, want) in [
            ("Nous ne fermerons pas le port", false),
            ("Mais nous ne fermerons pas le port de Brécey avant la fin de mars, croyez-moi", false),
            ("nous ne fermerons pas le port […] avant la fin de mars", false),
            ("nous fermerons le port de Brécey avant la fin de mars", true),
            ("nous ne fermerons jamais le port de Brécey avant la fin de mars", true),
        ] {
            assert_eq!(differs(other, whole), want, "{other}");
            assert_eq!(differs(whole, other), want, "{other}");
        }
    }
}
