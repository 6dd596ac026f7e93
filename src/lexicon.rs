//! The lexicon: from a word to its classes.
//!
//! In: the CSV files of `data/lexicons`, told apart by their header lines.
//! Out: one table from the hash of a folded form to its classes, gender and number. Forms are generated here
//! from lemmas (conjugation, plural, feminine); no form is listed by hand and no French word stands in this code.
//! Files are read into a [`Draft`], which becomes a [`Lexicon`] when all are in: for the built-in one that is done when
//! the program is compiled.
//! Deliberately not done: no disambiguation; a form has all the classes its lines give it.

use crate::class::{self, Classes, Mixed, Set};
use crate::table::Table;
use crate::text::{bare, bare_hash, hash, is_apostrophe, is_space, join_hash};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Gender and number of a form, one bit each.
pub mod feature {
    /// Masculine.
    pub const M: u8 = 1;
    /// Feminine.
    pub const F: u8 = 2;
    /// Singular.
    pub const S: u8 = 4;
    /// Plural.
    pub const P: u8 = 8;

    /// What a form tells: neither gender where it can be both, nor number.
    pub fn told(features: u8) -> u8 {
        let both = |pair: u8| if features & pair == pair { 0 } else { features & pair };
        both(M | F) | both(S | P)
    }
}

/// What the lexicon knows of a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its classes.
    pub set: Set,
    /// Its gender and number, see [`feature`]; no bit where it does not tell.
    pub features: u8,
    /// The number of its lemma, the same for *directeur* and *directrices*; 0 for none.
    pub lemma: u32,
    /// The number of its set of classes among [`Lexicon::sets`]; 0 for the empty set, or for one put together from several.
    pub number: u16,
    /// Whether a phrase of the lexicon begins with it: *aux*, of *aux yeux de*.
    pub begins: bool,
    /// Whether a phrase goes on with it, or may do so after a verb: *yeux*, of *aux yeux de*; *également*, in *fait également savoir*.
    pub goes_on: bool,
}

/// What may stand within a phrase that begins with a verb.
pub const WITHIN: Set = class::INVERTED | class::ADVERB | class::NOT;

/// An entry as the tables keep it: eight bytes, so that the words of French news stay in the cache.
#[derive(Debug, Clone, Copy, Default)]
struct Packed {
    lemma: u32,
    number: u16,
    features: u8,
    begins: bool,
    goes_on: bool,
}

/// What a table knows of a form, in eight bytes: most words of a text need no more than this.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known(u64);

impl Known {
    fn new(packed: Packed, set: Set) -> Known {
        let Packed { lemma, number, features, begins, goes_on } = packed;
        let goes_on = goes_on || set & WITHIN != 0;
        let forename = set & class::FORENAME != 0 && set & class::NOUN == 0;
        let parts = [u64::from(lemma), u64::from(number) << 32, u64::from(feature::told(features)) << 48];
        let flags = u64::from(begins) | u64::from(forename) << 1 | u64::from(goes_on) << 2;
        Known(parts[0] | parts[1] | parts[2] | flags << 56)
    }

    /// The number of its lemma, see [`Entry::lemma`].
    pub fn lemma(self) -> u32 {
        self.0 as u32
    }

    /// The number of its set of classes, see [`Entry::number`].
    pub fn number(self) -> u16 {
        (self.0 >> 32) as u16
    }

    /// Its gender and number. A forename is that of one person.
    pub fn features(self) -> u8 {
        let told = (self.0 >> 48) as u8;
        if self.0 >> 57 & 1 == 0 {
            told
        } else {
            told & !feature::P
        }
    }

    /// Whether a phrase begins with it.
    pub fn begins(self) -> bool {
        self.0 >> 56 & 1 != 0
    }

    /// Whether a phrase goes on with it, see [`Entry::goes_on`].
    pub fn goes_on(self) -> bool {
        self.0 >> 58 & 1 != 0
    }
}

/// Forms under way.
type Forms = HashMap<u64, Packed, Mixed>;

/// The sets of classes that entries have, each once; the first is empty.
#[derive(Debug, Clone)]
struct Sets {
    list: Vec<Set>,
    numbers: HashMap<Set, u16, Mixed>,
}

impl Default for Sets {
    fn default() -> Sets {
        Sets { list: vec![0], numbers: HashMap::from_iter([(0, 0)]) }
    }
}

impl Sets {
    fn number(&mut self, set: Set) -> u16 {
        let next = self.list.len() as u16;
        *self.numbers.entry(set).or_insert_with(|| {
            self.list.push(set);
            next
        })
    }

    fn entry(&self, packed: Packed) -> Entry {
        let Packed { lemma, number, features, begins, goes_on } = packed;
        Entry { set: self.list[number as usize], features, lemma, number, begins, goes_on }
    }

    fn merge(&mut self, packed: &mut Packed, new: Entry) {
        let entry = merged(self.entry(*packed), new);
        *packed = Packed { lemma: entry.lemma, number: self.number(entry.set), features: entry.features, ..*packed };
    }
}

/// A mistake in a lexicon, with its place and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct LexiconError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: String,
}

/// From words to classes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Lexicon {
    forms: Table,
    /// The same without accents, for capitalised words: *Etats-Unis*, *Agnes*.
    bare: Table,
    /// Abbreviations and titles, which keep their case.
    exact: Table,
    /// Phrases by the joined hash of their words; an empty entry is the beginning of one.
    phrases: Table,
    /// The sets of classes that entries have, each once; the first is empty.
    sets: Vec<Set>,
    suffixes: Vec<Suffix>,
    /// A bit for the last three bytes of each suffix, by which most words are told to have none.
    ends: [u64; 8],
    /// From a noun that takes up others to those: *officier* to *général*, by lemma.
    kin: BTreeMap<u32, Vec<u32>>,
    /// A bit for each abbreviation by its length and its ends: most words with a capital are told to be none.
    abbreviations: [u64; 8],
    /// The hashes of what stands before an apostrophe within a form, the apostrophe with it: *aujourd'*, of *aujourd'hui*.
    elided: BTreeSet<u64>,
}

/// What unknown words of one end are.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Suffix {
    end: String,
    set: Set,
}

/// The bit of [`Lexicon::ends`] for the last three bytes of a word; none for a shorter word.
fn end_bit(word: &str) -> Option<usize> {
    let last: &[u8; 3] = word.as_bytes().last_chunk()?;
    let [a, b, c] = last.map(usize::from);
    Some((a + 7 * b + 31 * c) % 512)
}

/// A lexicon under way, file by file.
#[derive(Debug, Default)]
pub struct Draft {
    forms: Forms,
    bare: Forms,
    exact: Forms,
    phrases: Forms,
    sets: Sets,
    suffixes: Vec<(String, Set)>,
    lemmas: HashMap<String, u32>,
    kin: BTreeMap<u32, Vec<u32>>,
    abbreviations: [u64; 8],
    elided: BTreeSet<u64>,
    /// Verb lines kept until all models are known.
    models: HashMap<String, Model>,
    verbs: Vec<(String, u64, String, String, String)>,
}

#[derive(Debug, Clone)]
struct Model {
    strip: String,
    cells: Vec<(Set, Vec<(String, u8)>)>,
}

const VOWELS: &str = "aeiouyéèêëàâîïôöûüœ";

/// Words of at most so many letters keep their circumflex: *dû*, *sûr*, *croît*.
const SHORT: usize = 5;

impl Draft {
    /// Reads one lexicon file into the tables. Its header line says which kind it is.
    ///
    /// ```
    /// # use guillemet::{class::Classes, lexicon::Draft};
    /// let mut classes = Classes::new();
    /// let mut draft = Draft::default();
    /// draft.read("noms.csv", "noun,gender,class\nparquet,m,corps\n", &mut classes)?;
    /// assert!(draft.finish(&classes)?.word("Parquets").is_some());
    /// # Ok::<(), guillemet::lexicon::LexiconError>(())
    /// ```
    ///
    /// # Errors
    /// A header that is none of the known ones, a line with too few fields, an unknown class or model.
    pub fn read(&mut self, file: &str, csv: &str, classes: &mut Classes) -> Result<(), LexiconError> {
        let fail = |line: u64, message: String| LexiconError { file: file.to_string(), line, message };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
        let header = reader.headers().map_err(|e| fail(1, format!("not CSV: {e}")))?.iter().collect::<Vec<_>>().join(",");
        let width = header.split(',').count();
        for record in reader.records() {
            let record = record.map_err(|e| fail(e.position().map_or(0, |p| p.line()), format!("not CSV: {e}")))?;
            let line = record.position().map_or(0, |p| p.line());
            if record.len() < width {
                return Err(fail(
                    line,
                    format!("{} fields where the header has {width}: give each of {header}, empty where unknown", record.len()),
                ));
            }
            let cell = |i: usize| record.get(i).unwrap_or("").trim();
            match header.as_str() {
                "form,class,gender,number" => {
                    let set = named(cell(1), classes).and_then(some).map_err(|m| fail(line, m))?;
                    self.add(cell(0), set, features(cell(2), cell(3)), 0);
                }
                "suffix,class" => {
                    let set = named(cell(1), classes).and_then(some).map_err(|m| fail(line, m))?;
                    self.suffixes.push((cell(0).to_string(), set));
                }
                "abbreviation,class,gender,number" => {
                    let set = named(cell(1), classes).and_then(some).map_err(|m| fail(line, m))?;
                    let entry = Entry { set, features: features(cell(2), cell(3)), ..Entry::default() };
                    let bit = outline(cell(0));
                    self.abbreviations[bit / 64] |= 1 << (bit % 64);
                    self.sets.merge(self.exact.entry(exact_hash(cell(0))).or_default(), entry);
                }
                "forename,gender" => {
                    let entry = Entry { set: class::FORENAME | class::NAME, features: features(cell(1), "s"), ..Entry::default() };
                    self.sets.merge(self.bare.entry(bare_hash(cell(0))).or_default(), entry);
                }
                "masculine,feminine" | "masculine,feminine,class" => {
                    let more = named(cell(2), classes).map_err(|m| fail(line, m))?;
                    self.person(cell(0), cell(1), more);
                }
                "general,special" => {
                    let general = self.lemma(cell(0));
                    let special: Vec<u32> = cell(1).split_whitespace().map(|word| self.lemma(word)).collect();
                    self.kin.entry(general).or_default().extend(special);
                }
                "adjective,feminine" => {
                    self.both(cell(0), feature::M, class::ADJECTIVE, 0);
                    for f in cell(1).split('/').filter(|f| !f.is_empty()) {
                        self.both(f, feature::F, class::ADJECTIVE, 0);
                    }
                }
                "noun,gender,class" => {
                    let (kind, more) = cell(2).split_once(' ').unwrap_or((cell(2), ""));
                    let set = match kind {
                        "corps" => class::BODY,
                        "personne" => class::ROLE,
                        "document" => class::DOCUMENT,
                        "parole" => class::SPEECH,
                        "chose" => class::THING,
                        other => {
                            return Err(fail(line, format!("unknown class {other:?} (use corps, personne, document, parole or chose)")))
                        }
                    } | named(more, classes).map_err(|m| fail(line, m))?;
                    let lemma = self.lemma(cell(0));
                    self.both(cell(0), gender(cell(1)), set, lemma);
                }
                "place,gender,plural,people_m,people_f,adjective_m,adjective_f,kind" => {
                    let number = if cell(2) == "yes" { "p" } else { "s" };
                    let people = if cell(3).is_empty() { 0 } else { self.lemma(cell(3)) };
                    self.add(cell(0), class::PLACE | class::NAME, features(cell(1), number), people);
                    for (i, g) in [(3, feature::M), (4, feature::F)] {
                        if !cell(i).is_empty() {
                            self.both(cell(i), g, class::PEOPLE, people);
                        }
                    }
                    for (i, g) in [(5, feature::M), (6, feature::F)] {
                        if !cell(i).is_empty() {
                            self.both(cell(i), g, class::ADJECTIVE, people);
                        }
                    }
                }
                "model,strip,present,imperfect,past,future,conditional,subjunctive,gerund,participle" => {
                    let model = read_model(&record).map_err(|m| fail(line, m))?;
                    self.models.insert(cell(0).to_string(), model);
                }
                "lemma,model,class" => {
                    let unknown = cell(2).split_whitespace().find(|c| classes.get(c).is_none());
                    if let Some(class) = unknown.or(cell(2).is_empty().then_some("")) {
                        let known = "dire, penser, demander, accuser, juger, réagir, poursuivre, autre";
                        return Err(fail(line, format!("{}: unknown class {class:?} (use {known})", cell(0))));
                    }
                    self.verbs.push((file.to_string(), line, cell(0).into(), cell(1).into(), cell(2).into()));
                }
                _ => return Err(fail(1, format!("unknown header {header:?}; data/README.md lists the headers of the lexicons"))),
            }
        }
        Ok(())
    }

    /// The lexicon, when every file is in: verbs are conjugated now.
    ///
    /// # Errors
    /// A verb whose model is unknown or does not fit it.
    pub fn finish(mut self, classes: &Classes) -> Result<Lexicon, LexiconError> {
        self.conjugate(classes)?;
        let known = |packed: &Packed| Known::new(*packed, self.sets.list[usize::from(packed.number)]).0;
        let table = |forms: &Forms| Table::new(forms.iter().map(|(hash, packed)| (*hash, known(packed))));
        Ok(Lexicon {
            forms: table(&self.forms),
            bare: table(&self.bare),
            exact: table(&self.exact),
            phrases: table(&self.phrases),
            sets: self.sets.list,
            ends: ends(&self.suffixes),
            suffixes: self.suffixes.into_iter().map(|(end, set)| Suffix { end, set }).collect(),
            kin: self.kin,
            abbreviations: self.abbreviations,
            elided: self.elided,
        })
    }

    fn conjugate(&mut self, classes: &Classes) -> Result<(), LexiconError> {
        for (file, line, lemma, model, class) in std::mem::take(&mut self.verbs) {
            let fail = |message: String| LexiconError { file: file.clone(), line, message };
            let mut set = 0;
            for name in class.split_whitespace() {
                set |= classes.get(name).unwrap_or(0);
            }
            let phrase = lemma.strip_prefix("se ").or_else(|| lemma.strip_prefix("s'")).unwrap_or(&lemma);
            if phrase.len() < lemma.len() {
                // A pronominal verb reports only with its pronoun.
                let report = class::REPORTING;
                set = if set & report != 0 { set & !report | class::REFLEXIVE } else { set };
            }
            let (verb, tail) = phrase.split_once(' ').map_or((phrase, ""), |(v, t)| (v, t));
            let model = self
                .models
                .get(&model)
                .cloned()
                .ok_or_else(|| fail(format!("{lemma}: unknown model {model:?} (conjugations.csv lists the models)")))?;
            let stem = stem(verb, &model.strip)
                .ok_or_else(|| fail(format!("{lemma}: its end is not {:?}, which the model replaces", model.strip)))?;
            let number = self.lemma(verb);
            let with_tail = |form: &str| if tail.is_empty() { form.to_string() } else { format!("{form} {tail}") };
            self.add(&with_tail(verb), set | class::INFINITIVE, 0, number);
            for (form_class, endings) in &model.cells {
                for (ending, features) in endings {
                    let form = format!("{}{}", stem.0, ending.replace('C', &stem.1));
                    self.add(&with_tail(&form), set | form_class, *features, number);
                }
            }
        }
        Ok(())
    }

    fn lemma(&mut self, word: &str) -> u32 {
        let next = self.lemmas.len() as u32 + 1;
        *self.lemmas.entry(bare(word)).or_insert(next)
    }

    fn person(&mut self, masculine: &str, feminine: &str, more: Set) {
        let lemma = self.lemma(if masculine.is_empty() { feminine } else { masculine });
        if !masculine.is_empty() {
            self.both(masculine, feature::M, class::ROLE | more, lemma);
        }
        for f in feminine.split('/').filter(|f| !f.is_empty()) {
            self.both(f, feature::F, class::ROLE | more, lemma);
        }
    }

    /// Adds the singular and the plural of a noun or adjective.
    fn both(&mut self, form: &str, gender: u8, set: Set, lemma: u32) {
        self.add(form, set, gender | feature::S, lemma);
        self.add(&plural(form), set, gender | feature::P, lemma);
    }

    fn add(&mut self, form: &str, set: Set, features: u8, lemma: u32) {
        // *entraineur*, *connaitre*: since 1990 the circumflex may go, except where it tells two short words apart.
        if form.contains(['î', 'û']) && form.chars().count() > SHORT {
            self.add(&form.replace('î', "i").replace('û', "u"), set, features, lemma);
        }
        let entry = Entry { set, features, lemma, ..Entry::default() };
        let words: Vec<&str> = pieces(form);
        match words.as_slice() {
            [] => {}
            [word] => {
                self.sets.merge(self.forms.entry(hash(word)).or_default(), entry);
                let elisions = word.char_indices().filter(|(_, c)| is_apostrophe(*c)).map(|(i, c)| &word[..i + c.len_utf8()]);
                self.elided.extend(elisions.filter(|part| part.len() < word.len()).map(hash));
                if set
                    & (class::PLACE | class::ROLE | class::PEOPLE | class::BODY | class::DOCUMENT | class::DETERMINER | class::PREPOSITION)
                    != 0
                {
                    self.sets.merge(self.bare.entry(bare_hash(word)).or_default(), entry);
                }
            }
            [first, rest @ ..] => {
                let mut key = hash(first);
                self.forms.entry(key).or_default().begins = true;
                for word in rest {
                    self.phrases.entry(key).or_default();
                    let next = hash(word);
                    self.forms.entry(next).or_default().goes_on = true;
                    key = join_hash(key, next);
                }
                self.sets.merge(self.phrases.entry(key).or_default(), entry);
            }
        }
    }
}

impl Lexicon {
    fn entry(&self, value: u64) -> Entry {
        let known = Known(value);
        let (lemma, number, begins, goes_on) = (known.lemma(), known.number(), known.begins(), known.goes_on());
        Entry { set: self.set(number), features: (value >> 48) as u8, lemma, number, begins, goes_on }
    }

    /// A set of classes by its number.
    pub fn set(&self, number: u16) -> Set {
        self.sets[usize::from(number)]
    }

    /// What the table of forms knows of a word, by its hash.
    #[inline]
    pub fn known(&self, hash: u64) -> Known {
        Known(self.forms.get(hash).unwrap_or(0))
    }

    /// Whether a form of the lexicon goes on after an apostrophe, by the hash of what stands before it and the apostrophe:
    /// *aujourd'*.
    #[inline]
    pub fn elides_within(&self, part: u64) -> bool {
        self.elided.contains(&part)
    }

    /// What is known of a word: case and apostrophes make no difference.
    pub fn word(&self, word: &str) -> Option<Entry> {
        Some(self.hashed(hash(word))).filter(|e| e.set != 0)
    }

    /// What is known of a word by its hash; no class where nothing is.
    pub fn hashed(&self, hash: u64) -> Entry {
        self.forms.get(hash).map_or_else(Entry::default, |value| self.entry(value))
    }

    /// What is known of a capitalised word, and its hash, when accents are left out as well.
    pub fn capitalised(&self, word: &str, hash: u64) -> Option<Entry> {
        self.bare.get(if word.is_ascii() { hash } else { bare_hash(word) }).map(|value| self.entry(value))
    }

    /// What is known of an abbreviation or title, which keeps its case: *Me*.
    pub fn abbreviation(&self, word: &str) -> Option<Entry> {
        let bit = outline(word);
        if self.abbreviations[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.exact.get(exact_hash(word)).map(|value| self.entry(value))
    }

    /// What some words are, a word or a phrase cut at spaces and after an elision: *l'intéressée*, *chef de l'État*.
    pub fn find(&self, words: &str) -> Option<Entry> {
        let phrase = || {
            let pieces = words.split_inclusive(|c: char| is_space(c) || is_apostrophe(c)).map(|piece| piece.trim_end_matches(is_space));
            let hashes = pieces.filter(|piece| !piece.is_empty()).map(hash);
            self.phrase(hashes.reduce(join_hash)?)
        };
        self.word(words).or_else(phrase)
    }

    /// The nouns that another takes up, by lemma: *l'officier* may be *le général Ana Diop*.
    pub fn kin(&self, general: u32) -> &[u32] {
        self.kin.get(&general).map_or(&[][..], Vec::as_slice)
    }

    /// Follows a phrase by one word: the hash so far, and the entry when the phrase ends here.
    /// `None` when no phrase goes on this way; an entry without classes is a beginning.
    pub fn phrase(&self, key: u64) -> Option<Entry> {
        self.phrases.get(key).map(|value| self.entry(value))
    }

    /// What an unknown word is by its end, in the singular or the plural: *longuement*, *fermetures*; 0 where that tells nothing.
    pub fn by_suffix(&self, word: &str) -> Set {
        let singular = word.strip_suffix('s').unwrap_or(word);
        let may_end = |word: &str| end_bit(word).is_none_or(|bit| self.ends[bit / 64] >> (bit % 64) & 1 != 0);
        if !may_end(word) && !may_end(singular) {
            return 0;
        }
        let ends = |suffix: &&Suffix| {
            // An adverb has no plural: *des bâtiments*.
            let word = if suffix.set & class::ADVERB == 0 { singular } else { word };
            word.len() > suffix.end.len() + 2 && word.ends_with(&suffix.end)
        };
        self.suffixes.iter().find(ends).map_or(0, |suffix| suffix.set)
    }

    /// The classes that suffixes give.
    pub fn suffixes(&self) -> impl Iterator<Item = Set> + '_ {
        self.suffixes.iter().map(|suffix| suffix.set)
    }

    /// Every set of classes that an entry has or had while the lexicons were read; the first is empty.
    pub fn sets(&self) -> &[Set] {
        &self.sets
    }

    /// How many forms, phrases included.
    pub fn len(&self) -> usize {
        let tables = [&self.forms, &self.bare, &self.exact];
        let phrases = self.phrases.values().filter(|value| Known(*value).number() != 0);
        tables.iter().map(|table| table.values().count()).sum::<usize>() + phrases.count()
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The classes of some names, new ones among them.
fn named(names: &str, classes: &mut Classes) -> Result<Set, String> {
    names.split_whitespace().try_fold(0, |set, name| {
        let class = classes.add(name).ok_or_else(|| format!("class {name:?} is one too many: at most 128"))?;
        Ok(set | class)
    })
}

/// Refuses a word without a class.
fn some(set: Set) -> Result<Set, String> {
    if set == 0 {
        return Err("no class: give the word at least one".to_string());
    }
    Ok(set)
}

/// The bits of some suffixes; all of them where one is too short to have its own.
fn ends(suffixes: &[(String, Set)]) -> [u64; 8] {
    let mut ends = [0; 8];
    for (suffix, _) in suffixes {
        match end_bit(suffix) {
            Some(bit) => ends[bit / 64] |= 1 << (bit % 64),
            None => ends = [u64::MAX; 8],
        }
    }
    ends
}

/// The bit of an abbreviation, by its length and its ends.
fn outline(word: &str) -> usize {
    let end = |byte: Option<&u8>| usize::from(*byte.unwrap_or(&0));
    let bytes = word.as_bytes();
    (end(bytes.first()) * 5 + end(bytes.last()) * 19 + bytes.len() * 3) % 512
}

fn exact_hash(word: &str) -> u64 {
    word.bytes().fold(7, |h, b| join_hash(h, u64::from(b)))
}

/// A phrase cut into words as the tokeniser cuts it: at spaces and after an elision.
fn pieces(phrase: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in phrase.split_whitespace() {
        let mut rest = word;
        // *qu'il*, but *aujourd'hui* is looked up whole: both are stored, the tokeniser decides.
        while let Some(i) = rest.find(['\'', '’']) {
            let cut = i + rest[i..].chars().next().map_or(1, char::len_utf8);
            if cut >= rest.len() || i > 6 || rest[cut..].starts_with("hui") {
                break;
            }
            words.push(&rest[..cut]);
            rest = &rest[cut..];
        }
        words.push(rest);
    }
    words
}

/// Two readings of one form as one entry.
fn merged(old: Entry, new: Entry) -> Entry {
    if old.set == 0 {
        return new;
    }
    // Gender and number are asked of nouns: *président* is one man, though they *président* as well.
    let verb = |set: Set| set & class::FINITE != 0 && set & (class::NOUN | class::ADJECTIVE | class::PARTICIPLE) == 0;
    let noun = |set: Set| set & (class::NOUN | class::ADJECTIVE) != 0;
    let features = match (noun(old.set) && verb(new.set), verb(old.set) && noun(new.set)) {
        (true, _) => old.features,
        (_, true) => new.features,
        _ => old.features | new.features,
    };
    Entry { set: old.set | new.set, features, lemma: if old.lemma == 0 { new.lemma } else { old.lemma }, ..old }
}

fn gender(cell: &str) -> u8 {
    match cell {
        "m" => feature::M,
        "f" => feature::F,
        _ => 0,
    }
}

fn features(gender_cell: &str, number: &str) -> u8 {
    gender(gender_cell)
        | match number {
            "s" => feature::S,
            "p" => feature::P,
            _ => 0,
        }
}

/// The plural of a noun or adjective: *procureur général* → *procureurs généraux* word by word.
fn plural(form: &str) -> String {
    let one = |w: &str| -> String {
        if w.ends_with(['s', 'x', 'z']) || w.chars().any(char::is_uppercase) && w.chars().skip(1).any(char::is_uppercase) {
            w.to_string()
        } else if w.ends_with("eau") || w.ends_with("eu") {
            format!("{w}x")
        } else if let Some(stem) = w.strip_suffix("al") {
            format!("{stem}aux")
        } else {
            format!("{w}s")
        }
    };
    // After a preposition or a hyphen the rest stays: *chef d'État*, *porte-parole*.
    match form.split_once(' ') {
        Some((head, rest)) => format!("{} {rest}", one(head)),
        None => one(form),
    }
}

/// The stem of a verb and the consonants that `C` stands for.
fn stem<'v>(verb: &'v str, strip: &str) -> Option<(&'v str, String)> {
    let Some(c) = strip.find('C') else {
        return verb.strip_suffix(strip).map(|s| (s, String::new()));
    };
    let head = verb.strip_suffix(&strip[c + 1..])?;
    let mut start = head.len();
    for (i, letter) in head.char_indices().rev() {
        // `qu` and `gu` count as consonants.
        let silent = letter == 'u' && head[..i].ends_with(['q', 'g']) && start == i + 1;
        if VOWELS.contains(letter) && !silent {
            break;
        }
        start = i;
    }
    let consonants = head[start..].to_string();
    head[..start].strip_suffix(&strip[..c]).map(|s| (s, consonants))
}

fn read_model(record: &csv::StringRecord) -> Result<Model, String> {
    let cell = |i: usize| record.get(i).unwrap_or("").trim();
    let mut cells = Vec::new();
    for i in 2..8 {
        let mut endings = Vec::new();
        for (ending, number) in cell(i).split('|').zip([feature::S, feature::P]) {
            endings.extend(ending.split('/').filter(|e| !e.is_empty()).map(|e| (e.to_string(), number)));
        }
        cells.push((class::FINITE, endings));
    }
    cells.push((class::GERUND, cell(8).split('/').filter(|e| !e.is_empty()).map(|e| (e.to_string(), 0)).collect()));
    let kinds = [feature::M | feature::S, feature::F | feature::S, feature::M | feature::P, feature::F | feature::P];
    let mut endings = Vec::new();
    for (ending, kind) in cell(9).split('|').zip(kinds) {
        endings.extend(ending.split('/').filter(|e| !e.is_empty()).map(|e| (e.to_string(), kind)));
    }
    cells.push((class::PARTICIPLE, endings));
    if cells.iter().all(|(_, e)| e.is_empty()) {
        return Err(format!("model {:?} has no ending", cell(0)));
    }
    Ok(Model { strip: cell(1).to_string(), cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consonants_are_kept() {
        assert_eq!(stem("répéter", "éCer"), Some(("rép", "t".to_string())));
        assert_eq!(stem("protéger", "éCer"), Some(("prot", "g".to_string())));
        assert_eq!(stem("aimer", "er"), Some(("aim", String::new())));
        assert_eq!(stem("finir", "er"), None);
    }

    #[test]
    fn plurals() {
        assert_eq!(plural("journal"), "journaux");
        assert_eq!(plural("chef d'État"), "chefs d'État");
        assert_eq!(plural("ONG"), "ONG");
        assert_eq!(plural("porte-parole"), "porte-paroles");
    }
}
