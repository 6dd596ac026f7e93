//! Aliases: who is whom, by the word of the user.
//!
//! In: a table with the columns `alias` and `speaker`. Out: from now on whoever is called by an alias is the person of that
//! name, whatever the articles prove. Nothing is written into the file.
//! Deliberately not done: no alias is guessed.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{params, Connection, OptionalExtension};

use super::name::Name;
use super::table::{lines, LineError, Lines};
use super::{Database, DatabaseError, Folder};
use crate::grammar::Grammar;

/// *X is Y*: whoever is called by the one is the other.
///
/// ```
/// use guillemet::database::aliases;
/// let all = aliases("alias,speaker\nla maire,Solveig Mahé\n".as_bytes())?;
/// let (line, alias) = all[0].as_ref().unwrap();
/// assert_eq!((*line, alias.alias.as_str(), alias.speaker.as_str()), (2, "la maire", "Solveig Mahé"));
/// # Ok::<(), guillemet::database::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// What somebody is called: *Mme Mahé*, *la maire*.
    pub alias: String,
    /// Who that is: a name of the database.
    pub speaker: String,
}

/// The aliases of a table with the columns `alias` and `speaker`, each with its line. A line that holds none is an error; the
/// others are read.
///
/// # Errors
/// A table without these columns.
pub fn aliases(table: &[u8]) -> Result<Lines<Alias>, LineError> {
    lines(table, ["alias", "speaker"], 2, |[alias, speaker]| {
        let (alias, speaker) = (alias.trim().to_string(), speaker.trim().to_string());
        for (name, cell) in [("alias", &alias), ("speaker", &speaker)] {
            if !cell.contains(char::is_alphanumeric) {
                return Err(format!("no {name}: give two names, alias and speaker"));
            }
        }
        Ok(Alias { alias, speaker })
    })
}

/// By what a name of a user is known: without titles, and as it stands, for what is no name.
fn keys(name: &str) -> [String; 2] {
    [Name::of(name, Grammar::builtin()).key(), Folder::joined(name)]
}

impl Database {
    /// Goes by some aliases from now on. Gives the lines of those that lead to nobody, who are left out.
    ///
    /// # Errors
    /// A damaged database.
    pub fn go_by(&mut self, aliases: &[(u64, Alias)]) -> Result<Vec<LineError>, DatabaseError> {
        let (led, wrong) = lead(&self.connection, aliases).map_err(self.told())?;
        self.aliases = led;
        Ok(wrong)
    }
}

/// By the key of an alias, the person.
pub(super) type Led = BTreeMap<String, i64>;

fn lead(connection: &Connection, aliases: &[(u64, Alias)]) -> rusqlite::Result<(Led, Vec<LineError>)> {
    // By key, the line, both keys of where it leads, and how the alias stands there.
    let mut ways: BTreeMap<String, (u64, [String; 2], String, &Alias)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (line, alias) in aliases {
        let ([from, whole], to) = (keys(&alias.alias), keys(&alias.speaker));
        match ways.get(&from) {
            Some((_, other, _, first)) if other[0] != to[0] => {
                let what = format!("{} is {} by an earlier line: keep one of both", alias.alias, first.speaker);
                wrong.push(LineError { line: *line, what });
            }
            _ => {
                ways.insert(from, (*line, to, whole, alias));
            }
        }
    }
    let mut led = Led::new();
    connection.execute_batch("DELETE FROM temp.alias")?;
    for (from, (line, [to, to_whole], whole, alias)) in &ways {
        // An alias may lead to an alias.
        let (mut end, mut passed) = (to, BTreeSet::from([from]));
        while let Some((_, [next, _], ..)) = ways.get(end).filter(|_| passed.insert(end)) {
            end = next;
        }
        let sql = "SELECT person FROM entity WHERE key = ?1 OR key = ?2 ORDER BY key <> ?1, id LIMIT 1";
        let person: Option<i64> = connection.prepare_cached(sql)?.query_row([end, to_whole], |row| row.get(0)).optional()?;
        let Some(person) = person else {
            let what = format!("the database has no speaker {}: guillemet speakers lists them", alias.speaker);
            wrong.push(LineError { line: *line, what });
            continue;
        };
        led.insert(from.clone(), person);
        connection
            .prepare_cached("INSERT OR REPLACE INTO temp.alias (entity, person) SELECT id, ?3 FROM entity WHERE key = ?1 OR key = ?2")?
            .execute(params![from, whole, person])?;
    }
    wrong.sort_by_key(|error| error.line);
    Ok((led, wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_alias_is_told_with_its_line() {
        let table = "speaker;alias\nSolveig Mahé;la maire\n;la maire\nSolveig Mahé;!\n";
        let told: Vec<String> = aliases(table.as_bytes())
            .unwrap()
            .into_iter()
            .map(|one| one.map_or_else(|error| error.to_string(), |(line, alias)| format!("{line} {} = {}", alias.alias, alias.speaker)))
            .collect();
        let want = ["2 la maire = Solveig Mahé", "3: no speaker: give two names, alias and speaker"];
        assert_eq!(told[..2], want);
        assert_eq!(told[2], "4: no alias: give two names, alias and speaker");
        assert_eq!(
            aliases(b"a,b\n").unwrap_err().to_string(),
            "1: no columns alias and speaker, but \"a,b\": name them so in the first line"
        );
    }
}
