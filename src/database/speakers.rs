//! Speakers: who speaks in the archive, under which names, as what, and when.
//!
//! In: words of a name, or none for all. Out: [`Speaker`]s, who are one where their names are the same, where an article proves
//! it, or where the user says so; the most quoted first.
//! Deliberately not done: a surname that no article leads to somebody is a speaker of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::search::by;
use super::{Database, DatabaseError, Folder};

/// Which speakers are asked for.
#[derive(Debug, Clone, Default)]
pub struct Speakers {
    /// Words of one of their names; none for everybody.
    pub words: String,
    /// Those as well who are only described: *le maire*, who is somebody else in each town.
    pub described: bool,
}

/// A speaker across articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The name that most quotations have.
    pub name: String,
    /// Whether it is only a description.
    pub described: bool,
    /// `f`, `m` or empty, which it is for a body as well.
    pub gender: String,
    /// How many quotations.
    pub quotes: u64,
    /// How many articles.
    pub articles: u64,
    /// The first day and the last: `2026-03-14`.
    pub days: Option<(String, String)>,
    /// What articles call them, the most frequent first.
    pub names: Vec<Called>,
    /// What articles say they are beside their names, the most frequent first.
    pub roles: Vec<Held>,
}

/// What somebody is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The name.
    pub name: String,
    /// How many quotations are given to it.
    pub quotes: u64,
    /// Why it is this speaker: `name` (the same without titles, case and accents), `role`, `words`, `title` (proof.rs), or
    /// `alias`, by the word of the user.
    pub proof: &'static str,
}

/// What somebody is said to be: *maire de Brécey*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// In the words of an article.
    pub role: String,
    /// In how many articles.
    pub articles: u64,
    /// The first day and the last.
    pub days: Option<(String, String)>,
}

/// A name of the database.
struct Entity {
    name: String,
    described: bool,
    gender: String,
    person: i64,
}

/// What is known of a person so far.
#[derive(Default)]
struct Sum {
    quotes: u64,
    articles: HashSet<i64>,
    days: Option<(String, String)>,
    names: BTreeMap<(i64, &'static str), u64>,
    roles: BTreeMap<String, Held>,
}

/// The proofs by their names in the database.
const PROOFS: [&str; 3] = ["role", "words", "title"];

impl Database {
    /// Who speaks, the most quoted first.
    ///
    /// # Errors
    /// A damaged database.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use guillemet::database::{Database, Speakers};
    ///
    /// let database = Database::open(Path::new("quotes.db"))?;
    /// for speaker in database.speakers(&Speakers { words: "Mahé".to_string(), ..Speakers::default() })? {
    ///     println!("{}: {} quotations", speaker.name, speaker.quotes);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn speakers(&self, asked: &Speakers) -> Result<Vec<Speaker>, DatabaseError> {
        self.gathered(asked).map_err(self.told())
    }

    fn gathered(&self, asked: &Speakers) -> rusqlite::Result<Vec<Speaker>> {
        let entities = self.entities()?;
        let led = self.led()?;
        let days = self.days()?;
        // By the word of the user, by what the article proves, by the name.
        let who = |article: i64, entity: i64| -> Option<(i64, &'static str)> {
            let proven = led.get(&(None, entity)).or_else(|| led.get(&(Some(article), entity))).copied();
            proven.or_else(|| Some((entities.get(&entity)?.person, "name")))
        };
        let mut people: BTreeMap<i64, Sum> = BTreeMap::new();
        let mut rows = self.connection.prepare_cached("SELECT article, entity FROM row WHERE entity IS NOT NULL")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (article, entity) = (row.get(0)?, row.get(1)?);
            let Some((person, proof)) = who(article, entity) else { continue };
            let sum = people.entry(person).or_default();
            sum.quotes += 1;
            if sum.articles.insert(article) {
                widen(&mut sum.days, days.get(&article));
            }
            *sum.names.entry((entity, proof)).or_default() += 1;
        }
        let mut roles = self.connection.prepare_cached("SELECT article, entity, role FROM role ORDER BY article, entity, role")?;
        let mut roles = roles.query([])?;
        while let Some(row) = roles.next()? {
            let (article, entity, role): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let Some(sum) = who(article, entity).and_then(|(person, _)| people.get_mut(&person)) else { continue };
            let held = sum.roles.entry(Folder::joined(&role)).or_insert(Held { role, articles: 0, days: None });
            held.articles += 1;
            widen(&mut held.days, days.get(&article));
        }
        if let Some(query) = by(&asked.words) {
            let mut named = self.connection.prepare_cached("SELECT rowid FROM names WHERE names MATCH ?1")?;
            let named: HashSet<i64> = named.query_map([query], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            people.retain(|_, sum| sum.names.keys().any(|(entity, _)| named.contains(entity)));
        }
        let mut speakers: Vec<Speaker> = people.into_iter().filter_map(|(person, sum)| speaker(person, sum, &entities)).collect();
        speakers.retain(|speaker| asked.described || !speaker.described);
        speakers.sort_by(|a, b| b.quotes.cmp(&a.quotes).then_with(|| a.name.cmp(&b.name)));
        Ok(speakers)
    }

    fn entities(&self) -> rusqlite::Result<HashMap<i64, Entity>> {
        let mut all = self.connection.prepare_cached("SELECT id, name, described, gender, person FROM entity")?;
        let found = all.query_map([], |row| {
            Ok((row.get(0)?, Entity { name: row.get(1)?, described: row.get(2)?, gender: row.get(3)?, person: row.get(4)? }))
        })?;
        found.collect()
    }

    /// Who is led to somebody else, by article or, by the word of the user, in all.
    #[allow(clippy::type_complexity)]
    fn led(&self) -> rusqlite::Result<HashMap<(Option<i64>, i64), (i64, &'static str)>> {
        let mut all = self.connection.prepare_cached(
            "SELECT article, entity, person, proof FROM proof UNION ALL SELECT NULL, entity, person, 'alias' FROM temp.alias",
        )?;
        let found = all.query_map([], |row| {
            let proof: String = row.get(3)?;
            let proof = PROOFS.into_iter().find(|other| *other == proof).unwrap_or("alias");
            Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, proof)))
        })?;
        found.collect()
    }

    fn days(&self) -> rusqlite::Result<HashMap<i64, String>> {
        let mut all = self.connection.prepare_cached("SELECT id, day FROM article WHERE day IS NOT NULL")?;
        let found = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect()
    }
}

fn widen(days: &mut Option<(String, String)>, day: Option<&String>) {
    let Some(day) = day else { return };
    let (first, last) = days.get_or_insert_with(|| (day.clone(), day.clone()));
    if day < first {
        first.clone_from(day);
    }
    if day > last {
        last.clone_from(day);
    }
}

fn speaker(person: i64, sum: Sum, entities: &HashMap<i64, Entity>) -> Option<Speaker> {
    let mut names: Vec<(i64, &'static str, u64)> = sum.names.into_iter().map(|((entity, proof), quotes)| (entity, proof, quotes)).collect();
    names.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    // The name itself, not one that was led to it.
    let own = names.iter().filter(|(entity, ..)| entities.get(entity).is_some_and(|one| one.person == person));
    let own: BTreeSet<i64> = own.map(|(entity, ..)| *entity).collect();
    let best = names.iter().find(|(entity, ..)| own.contains(entity)).map_or(person, |(entity, ..)| *entity);
    let entity = entities.get(&best)?;
    let gender = own.iter().filter_map(|id| entities.get(id)).map(|one| one.gender.clone()).find(|gender| !gender.is_empty());
    let mut called: Vec<Called> = Vec::new();
    for (id, proof, quotes) in &names {
        // How a name is broken into lines tells nothing.
        let name = entities.get(id)?.name.split_whitespace().collect::<Vec<_>>().join(" ");
        match called.iter_mut().find(|other| other.name == name && other.proof == *proof) {
            Some(other) => other.quotes += quotes,
            None => called.push(Called { name, quotes: *quotes, proof }),
        }
    }
    let mut roles: Vec<Held> = sum.roles.into_values().collect();
    roles.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.role.cmp(&b.role)));
    Some(Speaker {
        name: entity.name.clone(),
        described: entity.described,
        gender: gender.unwrap_or_default(),
        quotes: sum.quotes,
        articles: sum.articles.len() as u64,
        days: sum.days,
        names: called,
        roles,
    })
}
