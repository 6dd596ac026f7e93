//! Proof: whom a surname means, across articles.
//!
//! In: the speakers of the database, the roles that articles give them, their words. Out: for an article and a surname that
//! stands there without its first name, the person of a full name whom it proves to be meant, and by what:
//!
//! | proof | |
//! |---|---|
//! | `role` | the article gives the surname a role that another gives the full name: *la ministre Mahé*, *Solveig Mahé, ministre de l'Intérieur* |
//! | `words` | another article gives the same six words and more to the full name |
//! | `title` | the title of the article has the full name |
//!
//! The gender must agree. Where the proof names two, it names nobody; a role of one word counts only where nobody else has the
//! surname. What is proven in one article proves nothing in another.
//! Deliberately not done: no surname is led to the only one who has it, however often that would be right.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::{params, Connection};

use super::Folder;
use crate::class;
use crate::entity::{agrees, of_letter};
use crate::grammar::Grammar;
use crate::text;

/// Fewer words than this may be said by two of one surname.
const WORDS: usize = 6;

/// A speaker of a name.
struct Named {
    id: i64,
    key: String,
    gender: String,
    person: i64,
}

/// Writes down who is proven to be whom, for the names with these last words. What was proven of them before goes.
pub(super) fn prove(connection: &Connection, lasts: &BTreeSet<String>) -> rusqlite::Result<()> {
    if lasts.is_empty() {
        return Ok(());
    }
    let mut groups: BTreeMap<&String, (Vec<Named>, Vec<Named>)> = BTreeMap::new();
    let mut all = connection.prepare_cached("SELECT id, key, gender, person FROM entity WHERE NOT described AND key <> '' ORDER BY id")?;
    let mut all = all.query([])?;
    while let Some(row) = all.next()? {
        let named = Named { id: row.get(0)?, key: row.get(1)?, gender: row.get(2)?, person: row.get(3)? };
        let Some(last) = named.key.split(' ').next_back().and_then(|last| lasts.get(last)) else { continue };
        let group = groups.entry(last).or_default();
        if is_alone(&named.key) {
            group.0.push(named);
        } else if is_full(&named) {
            group.1.push(named);
        }
    }
    for (surnames, full) in groups.into_values() {
        for surname in &surnames {
            connection.prepare_cached("DELETE FROM proof WHERE entity = ?1")?.execute([surname.id])?;
            let said = said(connection, surname.id)?;
            let people = People::new(connection, full.iter().filter(|one| may_be(&surname.key, &one.key)), &said)?;
            for (article, person, proof) in people.meant(connection, surname, said)? {
                connection
                    .prepare_cached("INSERT INTO proof (article, entity, person, proof) VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![article, surname.id, person, proof])?;
            }
        }
    }
    Ok(())
}

/// Whether a name is a surname alone: *mahe*, *de gaulle*.
fn is_alone(key: &str) -> bool {
    let small = |word: &str| {
        let known = Grammar::builtin().lexicon.find(word).map_or(0, |entry| entry.set);
        known & (class::DETERMINER | class::DEFINITE | class::PREPOSITION | class::DE | class::CONTRACTED) != 0
    };
    match key.rsplit_once(' ') {
        None => true,
        Some((before, _)) => before.split(' ').all(|word| word.len() == 1 || small(word)),
    }
}

/// Whether a surname may mean a full name: *mahe* and *s mahe* may mean *solveig mahe*.
fn may_be(surname: &str, full: &str) -> bool {
    let (initial, rest) = match surname.split_once(' ') {
        Some((initial, rest)) if initial.len() == 1 => (initial, rest),
        _ => ("", surname),
    };
    full.starts_with(initial) && full.strip_suffix(rest).is_some_and(|before| before.ends_with(' '))
}

/// Whether a name is that of a person, in full.
fn is_full(named: &Named) -> bool {
    !named.gender.is_empty() && named.key.split(' ').next().is_some_and(|first| first.len() > 1)
}

/// Those whom a surname may mean.
struct People {
    /// By person: the keys of their names, and their gender.
    all: BTreeMap<i64, (Vec<String>, String)>,
    /// Their roles, folded.
    roles: BTreeSet<(String, i64)>,
    /// By the hash of the words, who said them.
    said: HashMap<u64, HashSet<i64>>,
}

impl People {
    fn new<'n>(connection: &Connection, full: impl Iterator<Item = &'n Named>, asked: &[(i64, u64)]) -> rusqlite::Result<People> {
        let mut people = People { all: BTreeMap::new(), roles: BTreeSet::new(), said: HashMap::new() };
        for one in full {
            let (keys, _) = people.all.entry(one.person).or_insert_with(|| (Vec::new(), one.gender.clone()));
            keys.push(one.key.clone());
            for (_, role) in roles(connection, one.id)? {
                people.roles.insert((role, one.person));
            }
            // Where the surname is given no words that tell, nobody's need be looked at.
            let told = if asked.is_empty() { Vec::new() } else { said(connection, one.id)? };
            for (_, hash) in told {
                people.said.entry(hash).or_default().insert(one.person);
            }
        }
        Ok(people)
    }

    /// By article, whom a surname means, and the proof.
    fn meant(&self, connection: &Connection, surname: &Named, said: Vec<(i64, u64)>) -> rusqlite::Result<Vec<(i64, i64, &'static str)>> {
        if self.all.is_empty() {
            return Ok(Vec::new());
        }
        let mut articles: BTreeMap<i64, (String, String)> = BTreeMap::new();
        let sql = "SELECT DISTINCT article.id, article.title, row.gender FROM row JOIN article ON article.id = row.article \
                   WHERE row.entity = ?1";
        let mut rows = connection.prepare_cached(sql)?;
        let mut rows = rows.query([surname.id])?;
        while let Some(row) = rows.next()? {
            let (_, gender) = articles.entry(row.get(0)?).or_insert_with(|| (row.get(1).unwrap_or_default(), String::new()));
            let told: String = row.get(2)?;
            if !told.is_empty() {
                *gender = told;
            }
        }
        let mut proven: BTreeMap<i64, Vec<(&'static str, i64)>> = BTreeMap::new();
        for (article, role) in roles(connection, surname.id)? {
            let agreeing = articles.get(&article).map_or(0, |(_, gender)| self.agreeing(gender).count());
            let found = self.roles.iter().filter(|(other, _)| is_same_role(&role, other, agreeing < 2));
            proven.entry(article).or_default().extend(found.map(|(_, person)| ("role", *person)));
        }
        for (article, hash) in said {
            let found = self.said.get(&hash).into_iter().flatten();
            proven.entry(article).or_default().extend(found.map(|person| ("words", *person)));
        }
        for (article, (title, _)) in articles.iter().filter(|(_, (_, gender))| !gender.is_empty()) {
            let title = format!(" {} ", Folder::joined(title));
            let named = self.all.iter().filter(|(_, (keys, _))| keys.iter().any(|key| title.contains(&format!(" {key} "))));
            proven.entry(*article).or_default().extend(named.map(|(person, _)| ("title", *person)));
        }
        let mut meant = Vec::new();
        for (article, mut found) in proven {
            let Some((_, gender)) = articles.get(&article) else { continue };
            let agreeing: HashSet<i64> = self.agreeing(gender).collect();
            found.retain(|(_, person)| agreeing.contains(person));
            found.sort_by_key(|(proof, _)| ["role", "words", "title"].iter().position(|other| other == proof));
            if let Some((proof, person)) = found.first().filter(|first| found.iter().all(|other| other.1 == first.1)) {
                meant.push((article, *person, *proof));
            }
        }
        Ok(meant)
    }

    /// Those whose gender fits.
    fn agreeing<'p>(&'p self, gender: &'p str) -> impl Iterator<Item = i64> + 'p {
        self.all.iter().filter(|(_, (_, own))| agrees(of_letter(own), of_letter(gender))).map(|(person, _)| *person)
    }
}

/// Whether two roles are one: *ministre de l'Intérieur* and *ministre*, which counts only where it may be of one word.
fn is_same_role(a: &str, b: &str, short: bool) -> bool {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let begins = longer.strip_prefix(shorter).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    begins && !shorter.is_empty() && (short || shorter.contains(' '))
}

/// The roles of a speaker, folded, with their articles.
fn roles(connection: &Connection, entity: i64) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut roles = connection.prepare_cached("SELECT article, role FROM role WHERE entity = ?1 ORDER BY article, role")?;
    let found = roles.query_map([entity], |row| Ok((row.get(0)?, Folder::joined(&row.get::<_, String>(1)?))))?;
    found.collect()
}

/// What a speaker said in so many words, as hashes, with the articles.
fn said(connection: &Connection, entity: i64) -> rusqlite::Result<Vec<(i64, u64)>> {
    let sql = "SELECT article, quote FROM row WHERE entity = ?1 AND kind IN ('direct', 'mixed') AND via = '' ORDER BY id";
    let mut rows = connection.prepare_cached(sql)?;
    let mut rows = rows.query([entity])?;
    let mut said = Vec::new();
    while let Some(row) = rows.next()? {
        let words = Folder::joined(row.get_ref(1)?.as_str()?);
        if words.split(' ').count() >= WORDS {
            said.push((row.get(0)?, text::hash(&words)));
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_the_same_as_its_beginning() {
        for (a, b, long, short) in [
            ("ministre de l interieur", "ministre de l interieur", true, true),
            ("ministre", "ministre de l interieur", false, true),
            ("premier ministre", "premier ministre espagnol", true, true),
            ("maire de pau", "maire de paulhac", false, false),
            ("ancien maire", "maire", false, false),
            ("", "maire", false, false),
        ] {
            assert_eq!((is_same_role(a, b, false), is_same_role(b, a, true)), (long, short), "{a} | {b}");
        }
    }

    #[test]
    fn a_surname_stands_alone_with_its_particle() {
        for (key, alone) in [("mahe", true), ("de gaulle", true), ("solveig mahe", false), ("s mahe", true), ("charles de gaulle", false)] {
            assert_eq!(is_alone(key), alone, "{key}");
        }
        for (surname, full, may) in [
            ("mahe", "solveig mahe", true),
            ("s mahe", "solveig mahe", true),
            ("h mahe", "solveig mahe", false),
            ("ahe", "solveig mahe", false),
            ("de gaulle", "charles de gaulle", true),
        ] {
            assert_eq!(may_be(surname, full), may, "{surname} | {full}");
        }
    }
}
