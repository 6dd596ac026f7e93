//! Check: did somebody say that?
//!
//! In: a [`Claim`]. Out: a [`Finding`]: one [`Verdict`], the rows that it goes by, the oldest first, and what a reader should
//! know besides. Candidates are the rows with the very words, and those with the rarest words of the claim; each is aligned.
//! Deliberately not done: no verdict goes by what words mean, and a row whose speaker is a description, a body or a bare surname
//! proves nothing against the claim.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use rusqlite::{Connection, OptionalExtension};

use super::align::{align, Alignment};
use super::change::{changes, denies, marked, Change};
use super::claim::Claim;
use super::name::{Name, Relation, Who};
use super::search::by;
use super::stored::{row, sentence, Stored, COLUMNS, TABLES};
use super::wording::{ends, quoted, Word};
use super::{hash_of, Database, DatabaseError, Folder};
use crate::class;
use crate::entity::letter;
use crate::grammar::Grammar;
use crate::row::{Article, Row};
use crate::words::words;

/// What a database says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// These words, this speaker.
    Verbatim,
    /// This speaker, with words changed.
    Altered,
    /// This speaker and these words, cut from a longer sentence.
    Fragment,
    /// The words are another speaker's.
    Misattributed,
    /// Only as indirect speech, not in these words.
    Reported,
    /// Articles disagree on who said it.
    Disputed,
    /// None of these.
    NotFound,
}

impl Verdict {
    /// Its name in outputs.
    ///
    /// ```
    /// assert_eq!(guillemet::database::Verdict::NotFound.name(), "not found");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Verbatim => "verbatim",
            Verdict::Altered => "altered",
            Verdict::Fragment => "fragment",
            Verdict::Misattributed => "misattributed",
            Verdict::Reported => "reported",
            Verdict::Disputed => "disputed",
            Verdict::NotFound => "not found",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A row that a verdict goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct Exhibit {
    /// The row.
    pub row: Row,
    /// Its article, without the text.
    pub article: Article,
    /// The sentence of the article that the quote stands in.
    pub sentence: String,
    /// Which part of the quote the claim goes by, in bytes; empty where it goes by none.
    pub matched: (usize, usize),
    /// What the claim changed of it.
    pub changes: Vec<Change>,
    /// That part with what differs, word by word: `nous [-ne-] fermons {+bien+} le port`; empty where nothing does.
    pub difference: String,
}

impl Exhibit {
    /// A row with the sentence that it stands in.
    pub(super) fn new(connection: &Connection, stored: Stored) -> rusqlite::Result<Exhibit> {
        let sentence = sentence(connection, stored.article_id, (stored.row.start, stored.row.end))?;
        let Stored { row, article, .. } = stored;
        Ok(Exhibit { row, article, sentence, matched: (0, 0), changes: Vec::new(), difference: String::new() })
    }

    /// Tells what differs between some words and others, if anything does.
    pub(super) fn tell(&mut self, ours: (&[Word], &str), theirs: (&[Word], &str), alignment: &Alignment) {
        if !alignment.differences.is_empty() {
            self.changes = changes(ours, theirs, alignment);
            self.difference = marked(ours, theirs, alignment);
        }
    }
}

/// A claim, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// The rows that it goes by, the oldest first; where nothing was found, the nearest first.
    pub exhibits: Vec<Exhibit>,
    /// How many rows it goes by, of which the first are the exhibits.
    pub rows: usize,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// How many exhibits a finding has at most.
pub(super) const EXHIBITS: usize = 10;
/// How many of the nearest quotations are shown where nothing was found.
const NEAREST: usize = 3;
/// How many rows with the very words are looked at, the oldest first.
const EXACT: usize = 200;
/// How many rows that share the rarest words are looked at: of all, and of the speaker.
const CANDIDATES: [usize; 2] = [100, 60];
/// Words are looked up, the rarest first, until they stand in this many rows together; the first ones in any case.
const ROWS: i64 = 20_000;
/// How many words are looked up at least, unless they stand in more than [`COMMON`] rows.
const WORDS: usize = 4;
/// A word in more rows than this is looked up by no claim.
const COMMON: i64 = 60_000;
/// So many words are the same: the claim is an altered form of the quotation.
const ALTERED: f64 = 0.6;
/// So many are the same: they are the same words with some changed, whoever says them.
pub(super) const NEAR: f64 = 0.8;
/// So much of what is rare in a claim stands in a reported clause: it reports the claim.
const REPORTED: f64 = 0.55;
/// Fewer words than this may be said by many, even as a whole quotation: *ce n'est pas possible*.
pub(super) const DISTINCT: usize = 6;
/// Fewer than this may be a turn of phrase within longer quotations: *en découdre avec les forces de l'ordre*.
pub(super) const SHARED: usize = 9;
/// How far apart two quotations of one speaker stand at most that an incise divides, in code points.
const INCISE: usize = 150;

/// A word in less than a twentieth of all rows is rare.
const RARE: f64 = 3.0;
/// How many rare words of a claim a reported clause has at least that reports it.
const TOLD: usize = 2;
/// In fewer rows than this words are as rare as in so many.
const FEW: i64 = 1_000;

/// How well a row fits a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    None,
    Changed,
    Part,
    Whole,
}

/// A row, compared with the claim.
struct Compared {
    stored: Stored,
    /// The words of its quote.
    words: Vec<Word>,
    relation: Relation,
    fit: Fit,
    /// How the claim fits, unless one of both is a book.
    alignment: Option<Alignment>,
    /// How much of what is rare in the claim it has.
    overlap: f64,
    /// How many rare words.
    rare: usize,
}

impl Compared {
    fn exact(&self) -> bool {
        self.fit >= Fit::Part && self.stored.is_exact()
    }

    fn similarity(&self) -> f64 {
        self.alignment.as_ref().map_or(0.0, |alignment| alignment.similarity)
    }

    fn near(&self) -> bool {
        self.exact() || (self.fit == Fit::Changed && self.similarity() >= NEAR)
    }

    fn mine(&self) -> bool {
        self.relation <= Relation::Likely
    }

    /// Whether what was cut off the sentences that the claim goes by denies.
    fn denied(&self) -> bool {
        let Some(Alignment { stretch, .. }) = &self.alignment else { return false };
        let words = &self.words;
        let begin = (0..=stretch.start).rev().find(|n| words.get(*n).is_some_and(|word| word.begins)).unwrap_or(0);
        let end = (stretch.end..words.len()).find(|n| words[*n].begins).unwrap_or(words.len());
        denies(&words[begin..stretch.start]) || denies(&words[stretch.end..end])
    }

    /// What a reader is shown of it.
    fn exhibit(self, claim: &Claim, connection: &Connection) -> rusqlite::Result<Exhibit> {
        let quote = self.stored.row.quote.clone();
        let mut exhibit = Exhibit::new(connection, self.stored)?;
        if let Some(alignment) = self.alignment.filter(|_| self.fit != Fit::None) {
            exhibit.matched = ends(&self.words[alignment.stretch.clone()]);
            exhibit.tell((&claim.words, &claim.quote), (&self.words, &quote), &alignment);
        }
        Ok(exhibit)
    }
}

/// The stems of a claim, each with the number of rows that it stands in. Their order is fixed, and so is each sum over them.
struct Weights {
    stems: BTreeMap<String, i64>,
    /// How many rows there are.
    all: i64,
}

impl Weights {
    /// How much of what is rare in the claim some stems have, and how many rare ones.
    fn overlap(&self, stems: &str) -> (f64, usize) {
        let has: HashSet<&str> = stems.split_whitespace().collect();
        let (mut all, mut shared, mut rare) = (0.0, 0.0, 0);
        for (stem, rows) in &self.stems {
            let rarity = self.rarity(*rows);
            all += rarity;
            if has.contains(stem.as_str()) {
                shared += rarity;
                rare += usize::from(rarity >= RARE);
            }
        }
        (if all > 0.0 { shared / all } else { 0.0 }, rare)
    }

    /// How much a stem tells that stands in so many rows.
    fn rarity(&self, rows: i64) -> f64 {
        // In few rows nothing is known to be common.
        ((self.all.max(FEW) + 1) as f64 / (rows + 1) as f64).ln().max(0.0)
    }
}

/// Who a claim is about.
struct Asked {
    who: Who,
    /// Their entities.
    entities: Vec<i64>,
    notes: Vec<String>,
}

impl Database {
    /// Judges a claim.
    ///
    /// # Errors
    /// A damaged database.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use guillemet::database::{Claim, Database, Verdict};
    ///
    /// let database = Database::open(Path::new("quotes.db"))?;
    /// let claim = Claim::new("Solveig Mahé", "Le port rouvrira mardi", "")?;
    /// if database.check(&claim)?.verdict == Verdict::Altered {
    ///     println!("not in these words");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, claim: &Claim) -> Result<Finding, DatabaseError> {
        self.judged(claim).map_err(self.told())
    }

    fn judged(&self, claim: &Claim) -> rusqlite::Result<Finding> {
        // All that is asked for a claim is asked of the same state; and the file is locked once, not each time.
        let _reading = self.connection.unchecked_transaction()?;
        let asked = self.asked(&claim.speaker)?;
        let folder = Folder::default();
        let weights = self.weights(claim, &folder)?;
        let (mut ids, scores) = (self.with_the_words(claim)?, self.with_rare_words(&weights)?);
        let mut own: HashSet<i64> = HashSet::new();
        for entity in &asked.entities {
            let mut rows = self.connection.prepare_cached("SELECT id FROM row WHERE entity = ?1")?;
            for id in rows.query_map([entity], |row| row.get::<_, i64>(0))? {
                own.extend(Some(id?).filter(|id| scores.contains_key(id)));
            }
        }
        for (most, allowed) in CANDIDATES.into_iter().zip([None, Some(&own)]) {
            let mut best: Vec<(f64, i64)> =
                scores.iter().filter(|(id, _)| allowed.is_none_or(|own| own.contains(id))).map(|(id, score)| (*score, *id)).collect();
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            ids.extend(best.into_iter().take(most).map(|(_, id)| id));
        }
        ids.sort_unstable();
        ids.dedup();
        let mut compared = Vec::new();
        for id in ids {
            if let Some(stored) = row(&self.connection, id)? {
                let mut one = compare(claim, &asked.who, stored, &weights, &folder);
                // An incise may divide what the claim has in one.
                if one.fit < Fit::Part && one.overlap > 0.3 && one.stored.is_exact() {
                    let joined = self.joined(&one.stored)?.map(|joined| compare(claim, &asked.who, joined, &weights, &folder));
                    one = joined.filter(|joined| joined.fit > one.fit || joined.similarity() > one.similarity()).unwrap_or(one);
                }
                compared.push(one);
            }
        }
        compared.sort_by(|a, b| a.stored.age().cmp(&b.stored.age()));
        let (verdict, chosen, mut notes) = verdict(claim, compared);
        notes.splice(0..0, asked.notes);
        let rows = chosen.len();
        let mut exhibits = Vec::new();
        for one in chosen.into_iter().take(EXHIBITS) {
            exhibits.push(one.exhibit(claim, &self.connection)?);
        }
        Ok(Finding { verdict, exhibits, rows, notes })
    }

    /// Who is meant, as far as the database knows.
    fn asked(&self, speaker: &str) -> rusqlite::Result<Asked> {
        let grammar = Grammar::builtin();
        let mut name = Name::of(speaker, grammar);
        let sql = "SELECT id, coalesce(alias.person, entity.person), gender, described FROM entity \
                   LEFT JOIN temp.alias ON alias.entity = id WHERE key = ?1 OR key = ?2 ORDER BY id";
        let (mut entities, mut person, mut gender, mut known) = (Vec::new(), None, String::new(), false);
        let mut statement = self.connection.prepare_cached(sql)?;
        let whole = Folder::joined(speaker);
        let mut found = statement.query([&name.key(), &whole])?;
        while let Some(row) = found.next()? {
            entities.push(row.get(0)?);
            person = person.or(row.get(1)?);
            let told: String = row.get(2)?;
            if gender.is_empty() {
                gender = told;
            }
            // *emmanuel macron*, written small, is the name that the database knows.
            if !row.get::<_, bool>(3)? && name.described {
                name = Name::of_key(&whole, false);
            }
            known = true;
        }
        if gender.is_empty() && !known && name.words.len() > 1 {
            let first = words(speaker, grammar).into_iter().find(|word| grammar.set(word.letter) & class::FORENAME != 0);
            gender = first.map_or("", |word| letter(word.features)).to_string();
        }
        if let Some(led) = self.aliases.get(&name.key()).or_else(|| self.aliases.get(&whole)) {
            let mut found = self.connection.prepare_cached("SELECT key, described, gender FROM entity WHERE id = ?1")?;
            let (key, described): (String, bool);
            (key, described, gender) = found.query_row([led], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            (person, name) = (Some(*led), Name::of_key(&key, described));
        }
        let mut notes = Vec::new();
        if let Some(query) = by(&name.key()).filter(|_| !name.described) {
            let sql = "SELECT entity.id, entity.name FROM names JOIN entity ON entity.id = names.rowid \
                       WHERE names MATCH ?1 AND NOT entity.described ORDER BY entity.id";
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut others = Vec::new();
            for found in statement.query_map([query], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))? {
                let (id, other) = found?;
                if !entities.contains(&id) {
                    entities.push(id);
                    others.push(other);
                }
            }
            if name.words.len() == 1 && others.len() > 1 {
                others.truncate(5);
                notes.push(format!("{speaker} may be {}: give the full name", others.join(", ")));
            }
        }
        // A surname alone, where that is all an article has.
        if let Some(last) = name.words.last().filter(|_| !name.described && name.words.len() > 1) {
            let alone: Option<i64> =
                self.connection.prepare_cached("SELECT id FROM entity WHERE key = ?1")?.query_row([last], |row| row.get(0)).optional()?;
            entities.extend(alone.filter(|id| !entities.contains(id)));
        }
        // Other names, by proof or by the word of the user.
        let sql = "SELECT id FROM entity WHERE person = ?1 UNION SELECT entity FROM proof WHERE person = ?1 \
                   UNION SELECT entity FROM temp.alias WHERE person = ?1";
        for other in self.connection.prepare_cached(sql)?.query_map([person], |row| row.get::<_, i64>(0))? {
            entities.extend(Some(other?).filter(|other| !entities.contains(other)));
        }
        if entities.is_empty() {
            notes.push(format!("the database has no speaker {speaker}"));
        }
        Ok(Asked { who: Who { person, name, gender }, entities, notes })
    }

    fn weights(&self, claim: &Claim, folder: &Folder) -> rusqlite::Result<Weights> {
        let stems = folder.folded(&claim.quote).stems;
        let mut statement = self.connection.prepare_cached("SELECT rows FROM stem WHERE hash = ?1")?;
        let mut weights = BTreeMap::new();
        for stem in stems.split_whitespace() {
            let rows = statement.query_row([hash_of(stem)], |row| row.get(0)).optional()?.unwrap_or(0);
            weights.insert(stem.to_string(), rows);
        }
        let all: Option<i64> = self.connection.prepare_cached("SELECT max(id) FROM row")?.query_row([], |row| row.get(0))?;
        Ok(Weights { stems: weights, all: all.unwrap_or(0) })
    }

    /// The rows with all words of a claim, one after the other, the oldest first.
    fn with_the_words(&self, claim: &Claim) -> rusqlite::Result<Vec<i64>> {
        let sql = format!(
            "SELECT row.id FROM words JOIN row ON row.id = words.rowid {TABLES} WHERE words MATCH ?1 \
             ORDER BY article.day IS NULL, article.day, row.id LIMIT {EXACT}"
        );
        let query = format!("quote : \"{}\"", Folder::joined(&claim.quote));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map([query], |row| row.get(0))?;
        found.collect()
    }

    /// The rows with the rarest words of a claim, and how rare the words are that they have.
    fn with_rare_words(&self, weights: &Weights) -> rusqlite::Result<HashMap<i64, f64>> {
        let mut stems: Vec<(i64, &String)> =
            weights.stems.iter().filter(|(_, rows)| (1..COMMON).contains(*rows)).map(|(s, n)| (*n, s)).collect();
        stems.sort_unstable();
        let mut scores: HashMap<i64, f64> = HashMap::new();
        let mut statement = self.connection.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1")?;
        let mut looked = 0;
        for (n, (rows, stem)) in stems.into_iter().enumerate() {
            if n >= WORDS && looked + rows > ROWS {
                break;
            }
            looked += rows;
            for id in statement.query_map([format!("stems : \"{stem}\"")], |row| row.get(0))? {
                *scores.entry(id?).or_default() += weights.rarity(rows);
            }
        }
        Ok(scores)
    }

    /// A quotation together with those of the same speaker that an incise divides from it: *« Le port, a-t-il dit, rouvre. »*
    fn joined(&self, one: &Stored) -> rusqlite::Result<Option<Stored>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM row {TABLES} WHERE row.article = ?1 AND row.entity IS (SELECT entity FROM row WHERE id = ?2) \
             AND row.kind IN ('direct', 'mixed') AND row.id BETWEEN ?2 - 3 AND ?2 + 3 ORDER BY row.start"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let near: Vec<Stored> = statement.query_map([one.article_id, one.id], Stored::read)?.collect::<rusqlite::Result<_>>()?;
        let Some(at) = near.iter().position(|other| other.id == one.id) else { return Ok(None) };
        // The words that report stand between them.
        let close = |pair: &[Stored]| {
            let between = pair[0].row.end..pair[1].row.start.min(pair[0].row.end + INCISE);
            pair.iter().any(|one| one.row.cue_span.is_some_and(|(start, end)| between.contains(&start) && end <= pair[1].row.start))
        };
        let first = at - near[..=at].windows(2).rev().take_while(|pair| close(pair)).count();
        let last = at + near[at..].windows(2).take_while(|pair| close(pair)).count();
        if first == last {
            return Ok(None);
        }
        let mut whole = near[first].clone();
        for part in &near[first + 1..=last] {
            whole.row.quote.push(' ');
            whole.row.quote.push_str(&part.row.quote);
            whole.row.end = part.row.end;
        }
        Ok(Some(whole))
    }
}

/// Compares a row with a claim.
fn compare(claim: &Claim, asked: &Who, stored: Stored, weights: &Weights, folder: &Folder) -> Compared {
    let words = quoted(&stored.row.quote);
    let (overlap, rare) = weights.overlap(&folder.folded(&stored.row.quote).stems);
    let relation = asked.relation(&stored.who);
    let alignment = align(&claim.words, &words);
    let fit = match &alignment {
        Some(found) if found.differences.is_empty() && !found.elided && whole(&words, found.stretch.start, found.stretch.end) => Fit::Whole,
        Some(found) if found.differences.is_empty() => Fit::Part,
        Some(found) if found.similarity >= ALTERED => Fit::Changed,
        _ => Fit::None,
    };
    Compared { stored, words, relation, fit, alignment, overlap, rare }
}

/// Whether a stretch is one or more whole sentences of a quotation, or all of it.
fn whole(words: &[Word], start: usize, end: usize) -> bool {
    let begins = |at: usize| words.get(at).is_none_or(|word| word.begins);
    // *[…]* at an end of what an article quotes is no word that a claim leaves out.
    let gaps = |words: &[Word]| words.iter().all(|word| word.gap.is_some());
    (gaps(&words[..start]) || begins(start)) && (gaps(&words[end..]) || begins(end))
}

/// The verdict, the rows that it goes by, and what to say besides.
fn verdict(claim: &Claim, compared: Vec<Compared>) -> (Verdict, Vec<Compared>, Vec<String>) {
    let distinct = |one: &Compared| {
        let whole = one.fit == Fit::Whole && claim.words.len() == one.words.len();
        one.alignment.as_ref().is_some_and(|alignment| alignment.same >= if whole { DISTINCT } else { SHARED })
    };
    // Whom an article quotes through somebody else is not quoted by another name.
    let own: HashSet<i64> = compared.iter().filter(|one| one.mine() && one.near()).map(|one| one.stored.article_id).collect();
    let mine = |one: &Compared| one.mine() && one.stored.is_exact();
    let elsewhere = |one: &Compared| {
        let others = one.relation == Relation::Other && one.stored.is_exact() && one.near();
        others && distinct(one) && !own.contains(&one.stored.article_id)
    };
    let goes_by = |verdict: Verdict, one: &Compared| match verdict {
        Verdict::Disputed => elsewhere(one) || (mine(one) && one.near()),
        Verdict::Verbatim => mine(one) && one.fit == Fit::Whole,
        Verdict::Fragment => mine(one) && one.exact(),
        Verdict::Misattributed => elsewhere(one),
        Verdict::Altered => mine(one) && one.fit == Fit::Changed,
        Verdict::Reported => {
            one.mine() && !one.stored.is_exact() && (one.fit >= Fit::Changed || (one.overlap >= REPORTED && one.rare >= TOLD))
        }
        Verdict::NotFound => false,
    };
    let disputed = compared.iter().any(elsewhere) && compared.iter().any(|one| mine(one) && one.near());
    let rest = [Verdict::Verbatim, Verdict::Fragment, Verdict::Misattributed, Verdict::Altered, Verdict::Reported];
    let verdict = if disputed {
        Verdict::Disputed
    } else {
        let found = rest.into_iter().find(|verdict| compared.iter().any(|one| goes_by(*verdict, one)));
        match found {
            Some(verdict) => verdict,
            None => return not_found(compared),
        }
    };
    let mut notes = Vec::new();
    let mut chosen = Vec::new();
    let mut also: Vec<String> = Vec::new();
    for one in compared {
        if goes_by(verdict, &one) {
            chosen.push(one);
        } else if one.exact() && !one.mine() && !also.contains(&one.stored.row.speaker) {
            also.push(one.stored.row.speaker.clone());
        }
    }
    if verdict == Verdict::Altered {
        // What is changed least tells most; of those, the oldest.
        let best = chosen.iter().map(Compared::similarity).fold(0.0, f64::max);
        chosen.retain(|one| one.similarity() >= best - 0.1);
    }
    if chosen.iter().all(|one| one.relation != Relation::Same) && verdict != Verdict::Misattributed {
        let named = chosen.first().map_or("", |one| one.stored.row.speaker.as_str());
        notes.push(format!("the speaker is named there as {named}, which does not prove who it is"));
    }
    if verdict == Verdict::Fragment && chosen.first().is_some_and(Compared::denied) {
        notes.push("what is cut off holds a negation".to_string());
    }
    if let Some(day) = &claim.day {
        if let Some(first) = chosen.iter().filter_map(|one| one.stored.day.as_ref()).min().filter(|first| *first < day) {
            notes.push(format!("stands in an article of {first}, before {day}"));
        }
    }
    for speaker in also.iter().take(3) {
        let who = if speaker.is_empty() { "nobody whom the article names".to_string() } else { speaker.clone() };
        notes.push(format!("the same words are also given to {who}"));
    }
    (verdict, chosen, notes)
}

/// What is shown where nothing was found: the words where somebody else may have said them, and what the speaker said that is
/// nearest.
fn not_found(mut compared: Vec<Compared>) -> (Verdict, Vec<Compared>, Vec<String>) {
    let mut notes = Vec::new();
    for one in compared.iter().filter(|one| one.exact() && !one.mine()).take(3) {
        let speaker = &one.stored.row.speaker;
        notes.push(if speaker.is_empty() {
            format!("these words stand in {}, which does not tell who said them", one.stored.row.source)
        } else {
            format!("these words stand in {}, given to {speaker}", one.stored.row.source)
        });
    }
    compared.retain(|one| (one.exact() && !one.mine()) || (one.mine() && one.overlap > 0.15));
    compared
        .sort_by(|a, b| b.exact().cmp(&a.exact()).then(b.overlap.total_cmp(&a.overlap)).then_with(|| a.stored.age().cmp(&b.stored.age())));
    compared.truncate(NEAREST);
    (Verdict::NotFound, compared, notes)
}
