//! Classes of words and of chunks, and the letters that stand for sets of them.
//!
//! In: class names, from the lexicons and from the code.
//! Out: a [`Set`] (one bit a class) and, for each set that occurs, one letter of an [`Alphabet`].
//! A pattern of the grammar is an ordinary regular expression over these letters, so a word that is two
//! things at once (*juge*: a noun and a verb) needs no decision before the pattern that makes it.
//! Deliberately not done here: nothing is looked up in a text.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A set of classes, one bit a class.
pub type Set = u128;

macro_rules! classes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal,)*) => {
        classes!(@count 0u32, $($(#[$doc])* $constant = $name,)*);
        /// The classes that the code itself knows, in bit order.
        const KNOWN: &[&str] = &[$($name),*];
    };
    (@count $n:expr, $(#[$doc:meta])* $constant:ident = $name:literal, $($rest:tt)*) => {
        $(#[$doc])*
        pub const $constant: Set = 1 << ($n);
        classes!(@count $n + 1, $($rest)*);
    };
    (@count $n:expr,) => {};
}

classes! {
    /// `,`
    COMMA = "comma",
    /// `:`
    COLON = "colon",
    /// `;`
    SEMICOLON = "semicolon",
    /// `.`, `!`, `?`, `…`
    STOP = "stop",
    /// A dash that stands alone.
    DASH = "dash",
    /// `(` or `[`
    OPEN = "open",
    /// `)` or `]`
    CLOSE = "close",
    /// The end of a line or of a paragraph.
    BREAK = "break",
    /// A quotation mark.
    MARK = "mark",
    /// Any other sign.
    SIGN = "sign",
    /// A stretch between quotation marks, seen from outside.
    QUOTATION = "quotation",
    /// A quotation whose words are a name (*les «gilets jaunes»*).
    LABEL = "label",
    /// The quotation a rule is asked about.
    TARGET = "target",
    /// `%`
    PERCENT = "percent",
    /// Figures: *25*, *1er*.
    NUMBER = "number",
    /// A word of no other class.
    WORD = "word",
    /// A capitalised word that is no ordinary word: *Lavrov*.
    NAME = "name",
    /// A capitalised word that only a sentence start may have capitalised.
    START = "start",
    /// A forename: *Agnès*.
    FORENAME = "forename",
    /// An initial: *J.*
    INITIAL = "initial",
    /// A word in capitals: *OMS*.
    ACRONYM = "acronym",
    /// A country, town, region or seat: *Moscou*.
    PLACE = "place",
    /// A noun for a person: *ministre*.
    ROLE = "role",
    /// A noun for somebody by origin, which has a capital: *un Breton*. Without it, it is an adjective as a rule.
    PEOPLE = "people",
    /// A noun for somebody who is kept unnamed, which needs no article: *de source policière*.
    ANONYMOUS = "anonymous",
    /// A body that can speak: *parquet*.
    BODY = "body",
    /// A text that can speak: *communiqué*.
    DOCUMENT = "document",
    /// A noun that takes up somebody by their kind: *l'élu*, *l'association*.
    REPRISE = "reprise",
    /// A noun for an office, which takes up somebody to whom the article gives no other: *le ministre*.
    OFFICE = "office",
    /// Such a noun that many bodies have: *le président de la cour* need not be the president.
    GENERIC = "generic",
    /// A word that tells one of two from the other: *le premier*, *la seconde*.
    RANK = "rank",
    /// A pronoun for the one who is spoken of: *l'intéressé*.
    TOPICAL = "topical",
    /// A word for what somebody was: *l'ancien mineur* takes up whoever it can mean.
    FORMER = "former",
    /// A noun of speech: *déclaration*.
    SPEECH = "speech",
    /// A noun whose marked words are a name: *film*.
    THING = "thing",
    /// A noun formed like one of a quality or an action: *fermeture*.
    ABSTRACT = "abstract",
    /// An adjective.
    ADJECTIVE = "adjective",
    /// An adverb.
    ADVERB = "adverb",
    /// A civil title: *Mme*.
    TITLE = "title",
    /// A determiner.
    DETERMINER = "determiner",
    /// A determiner that points at somebody known: *le*, *cette*.
    DEFINITE = "definite",
    /// A determiner that introduces somebody new: *un*.
    INTRODUCING = "introducing",
    /// A preposition joined with its article: *du*, *aux*.
    CONTRACTED = "contracted",
    /// *de*, *d'*, *du*, *des*.
    DE = "de",
    /// *à*, *au*, *aux*.
    A = "à",
    /// *par*.
    PAR = "par",
    /// Any preposition.
    PREPOSITION = "preposition",
    /// A preposition that reports: *selon*.
    FRAME = "frame",
    /// The same with a relative: *selon lequel*.
    RELAYING = "relaying",
    /// *pour*, which reports before a person only.
    POUR = "pour",
    /// *et*, *ou*.
    ET = "et",
    /// A conjunction that opens a clause: *mais*, *lorsque*.
    CONJUNCTION = "conjunction",
    /// *que*.
    QUE = "que",
    /// *qui*, *dont*, *où*.
    RELATIVE = "relative",
    /// *ce*, *c'*.
    CE = "ce",
    /// *comme*.
    AS = "comme",
    /// *il*, *elle*, *on* before the verb.
    PRONOUN = "pronoun",
    /// *-t-il*, *-elle*.
    INVERTED = "inverted",
    /// *on*, *-t-on*.
    ON = "on",
    /// A first or second person: where it stands, somebody speaks.
    FIRST = "first",
    /// A word that is heard rather than written: *oui*, *merci*.
    SPOKEN = "spoken",
    /// A pronoun for the nearest: *celui-ci*, *ce dernier*.
    PROXIMAL = "proximal",
    /// *lui*, *celui-ci*, *ce dernier*.
    STRONG = "strong",
    /// *le*, *lui*, *y* before a verb.
    CLITIC = "clitic",
    /// *se*, *s'*.
    SE = "se",
    /// *ne*, *n'*.
    NE = "ne",
    /// *pas*, *jamais*.
    NOT = "not",
    /// A form of *avoir*.
    AVOIR = "avoir",
    /// A form of *être*.
    ETRE = "être",
    /// Reports what is said.
    DIRE = "dire",
    /// Reports what is thought.
    PENSER = "penser",
    /// Reports what is asked or promised.
    DEMANDER = "demander",
    /// Reports a reproach: *accuser*.
    ACCUSER = "accuser",
    /// Reports an evaluation: *dénoncer*.
    JUGER = "juger",
    /// Tells the manner of a saying: *soupirer*.
    REAGIR = "réagir",
    /// An ordinary verb that reports beside a quotation: *poursuivre*.
    POURSUIVRE = "poursuivre",
    /// Reports in its pronominal use only: *se réjouir*.
    REFLEXIVE = "reflexive",
    /// A verb that does not report.
    OTHER = "autre",
    /// A semi-auxiliary whose infinitive is asserted: *tenir à*.
    SEMI = "semi",
    /// A semi-auxiliary whose infinitive is not asserted: *devoir*.
    UNREAL = "unreal",
    /// A semi-auxiliary whose negation asserts: *ne pas manquer de*.
    PERSIST = "persist",
    /// A verb whose negation says: *ne pas cacher que*.
    HIDE = "hide",
    /// A verb that hands over the words of somebody else: *citer*.
    CITING = "citing",
    /// A verb by which one hears of something: *apprendre*.
    LEARNT = "learnt",
    /// A word of the courts after which the marked words name an offence: *mis en examen*.
    CHARGE = "charge",
    /// A verb that brings somebody to do something: *pousser le maire à reconnaître*.
    CAUSING = "causing",
    /// A reporting verb that says no: *nier*.
    DENY = "deny",
    /// A finite verb form.
    FINITE = "finite",
    /// A past participle.
    PARTICIPLE = "participle",
    /// A present participle.
    GERUND = "gerund",
    /// An infinitive.
    INFINITIVE = "infinitive",
    /// A finite reporting verb group, with its auxiliaries and clitics.
    CUE = "cue",
    /// The same with an inverted pronoun: *a-t-il ajouté*.
    INCISE = "incise",
    /// A reporting verb that denies or imagines the saying.
    DENIED = "denied",
    /// A reporting participle without auxiliary, or a passive.
    PASSIVE = "passive",
    /// A mention that can be a subject.
    MENTION = "mention",
    /// A mention right after a verb that has its subject already, which cannot: *a reconnu le meurtre*.
    OBJECT = "object",
    /// A mention after a preposition, which cannot.
    OBLIQUE = "oblique",
    /// A mention after *par*.
    AGENT = "agent",
    /// A mention after *de*.
    GENITIVE = "genitive",
    /// A mention of a person.
    PERSON = "person",
    /// A quotation that stands as a clause of its own.
    CLAUSE = "clause",
    /// A quotation whose first letter is a capital.
    CAPITAL = "capital",
    /// A quotation of at most four words.
    SHORT = "short",
    /// A mention after a preposition that reports: *selon lui*.
    FRAMED = "framed",
    /// A cue whose subject the sentence tells.
    SUBJECT = "subject",
    /// Words of time: *mardi*.
    TIME = "time",
}

// What `discourse.toml` sees of a sentence among others. No word is a sentence, so these share bits with classes of words.
/// A sentence in which somebody is quoted or reported.
pub const REPORTED: Set = FORENAME;
/// A sentence that opens with its quotation.
pub const OPENING: Set = INITIAL;
/// A sentence whose subject is a person or a body.
pub const ABOUT: Set = ACRONYM;
/// A short paragraph without a final stop.
pub const HEADING: Set = PLACE;
/// A sentence that asks.
pub const QUESTION: Set = ROLE;
/// Any other sentence.
pub const PLAIN: Set = PEOPLE;
/// A sentence that is quotations alone.
pub const FLOATING: Set = ANONYMOUS;
/// A sentence that tells whose the words before it are: *La phrase est d'Ana Diop.*
pub const ASCRIBING: Set = OFFICE;
/// A sentence that opens with an utterance that nobody is named for, and goes on.
pub const WOVEN: Set = GENERIC;

/// The classes of signs, of a comma to any other sign, as the stages ask for them that see every word: two bytes instead of
/// sixteen.
pub type Signs = u16;

/// The classes of signs in a set.
pub const fn signs(set: Set) -> Signs {
    set as Signs & (2 * SIGN as Signs - 1)
}

/// The classes of sentences, by name.
const SENTENCES: &[(&str, Set)] = &[
    ("reported", REPORTED),
    ("opening", OPENING),
    ("about", ABOUT),
    ("heading", HEADING),
    ("question", QUESTION),
    ("plain", PLAIN),
    ("floating", FLOATING),
    ("ascribing", ASCRIBING),
    ("woven", WOVEN),
];

/// How a word is written, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// *ministre*
    Lower,
    /// *Lavrov* within a sentence.
    Capital,
    /// *Le* at a start, where anything is capitalised.
    Start,
    /// *OMS*
    Capitals,
}

/// The shapes, in the order of their numbers.
pub const SHAPES: [Shape; 4] = [Shape::Lower, Shape::Capital, Shape::Start, Shape::Capitals];

/// The classes of verbs that report without their pronoun.
pub const REPORTING: Set = DIRE | PENSER | DEMANDER | ACCUSER | JUGER | REAGIR | POURSUIVRE;
/// Words of grammar, which a capital does not make a name.
pub const FUNCTION: Set = DETERMINER | PREPOSITION | PRONOUN | QUE | RELATIVE | CLITIC | NE | NOT | CONJUNCTION | ET | STRONG | ADVERB;
/// What makes a name.
pub const NAMING: Set = FORENAME | PLACE | NAME;
/// How a noun for a person or a body takes up somebody named.
pub const TAKING_UP: Set = REPRISE | OFFICE;
/// The nouns that the lexicon knows.
pub const NOUN: Set = ROLE | BODY | DOCUMENT | SPEECH | THING;

/// Whether marked words are an utterance: a clause that begins with a capital, *« Le pont rouvre mardi »*.
pub fn utters(set: Set) -> bool {
    set & CLAUSE != 0 && set & CAPITAL != 0
}

/// The classes of a word from those of the lexicon (0 for an unknown word) and its shape.
pub fn shaped(set: Set, shape: Shape) -> Set {
    let set = if set & PEOPLE != 0 && shape != Shape::Lower { set | ROLE } else { set };
    match shape {
        Shape::Lower if set == 0 => WORD,
        Shape::Lower => set & !(FORENAME | NAME) | if set & !NAMING == 0 { WORD } else { 0 },
        Shape::Capital | Shape::Capitals if set & TITLE != 0 => set,
        Shape::Capital => {
            if set == 0 {
                NAME
            } else if set & NAMING != 0 {
                set & (NAMING | NOUN) | NAME
            } else if set & NOUN != 0 {
                set & (NOUN | PEOPLE) | NAME
            } else if set & (DETERMINER | DE) != 0 {
                // *Marine Le Pen*, *De Gaulle*
                set | NAME
            } else if set & FUNCTION != 0 {
                set
            } else {
                NAME | set & ADJECTIVE
            }
        }
        Shape::Start => {
            if set == 0 {
                NAME | START
            } else if set & NAMING != 0 && set & FUNCTION == 0 {
                set & (NAMING | NOUN) | NAME
            } else {
                set & !NAMING
            }
        }
        Shape::Capitals => {
            if set & FUNCTION != 0 {
                set & !NAMING
            } else {
                set & (NAMING | NOUN) | ACRONYM | NAME
            }
        }
    }
}

/// The names of the classes, known and added by lexicons, in bit order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Classes(Vec<String>);

impl Classes {
    /// The classes that the code knows.
    pub fn new() -> Classes {
        Classes(KNOWN.iter().map(|n| (*n).to_string()).collect())
    }

    /// The bit of a class name, if it is one: `finite`.
    pub fn get(&self, name: &str) -> Option<Set> {
        let sentence = || SENTENCES.iter().find(|(n, _)| *n == name).map(|(_, set)| *set);
        self.0.iter().position(|n| n == name).map(|i| 1 << i).or_else(sentence)
    }

    /// The bit of a class name, new if need be; `None` when all 128 bits are taken.
    pub fn add(&mut self, name: &str) -> Option<Set> {
        if let Some(set) = self.get(name) {
            return Some(set);
        }
        let i = self.0.len() as u32;
        if i >= Set::BITS {
            return None;
        }
        self.0.push(name.to_string());
        Some(1 << i)
    }

    /// The names of the classes in a set, joined with `+`: `finite+dire`.
    pub fn describe(&self, set: Set) -> String {
        let names: Vec<&str> = (0..self.0.len()).filter(|i| set >> i & 1 == 1).map(|i| self.0[i].as_str()).collect();
        names.join("+")
    }

    /// All names in bit order.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl Default for Classes {
    fn default() -> Self {
        Classes::new()
    }
}

/// A number that stands for one set of classes.
pub type Letter = u16;

/// How many letters there may be.
const MOST: usize = 4096;
/// How many symbols there may be: a line holds one byte a letter.
const SYMBOLS: usize = 255;

/// A condition on a set of classes, as a placeholder of a pattern states it: each factor wants one of its classes, or none.
pub type Condition = Vec<(Set, bool)>;

/// Whether a set of classes meets a condition.
pub fn meets(set: Set, condition: &Condition) -> bool {
    condition.iter().all(|(names, wanted)| (set & names != 0) == *wanted)
}

/// Hashes sets by mixing their bits; words come as hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mixed;

/// A key under way.
#[derive(Debug, Default)]
pub struct Mixing(u64);

impl std::hash::Hasher for Mixing {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
        }
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    fn write_u64(&mut self, n: u64) {
        // The high bits choose the bucket's tag: mix them in.
        self.0 = n ^ n.rotate_left(32);
    }
    fn write_u128(&mut self, n: u128) {
        let folded = (n as u64) ^ ((n >> 64) as u64).rotate_left(29);
        let mixed = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 31);
    }
}

impl std::hash::BuildHasher for Mixed {
    type Hasher = Mixing;
    fn build_hasher(&self) -> Mixing {
        Mixing(0)
    }
}

/// Something for each letter that there may be. Every letter of a text asks for it: it stands where no bound is to be checked.
#[derive(Debug, Clone)]
struct ByLetter<T>(Box<[T; MOST]>);

impl<T: Copy + Default> ByLetter<T> {
    #[inline]
    fn of(&self, letter: Letter) -> T {
        // No letter is as high as `MOST`.
        self.0[letter as usize % MOST]
    }

    /// That of each letter, in order.
    fn all(&self) -> &[T] {
        &*self.0
    }
}

impl<T: Copy + Default> Default for ByLetter<T> {
    fn default() -> Self {
        ByLetter(Box::new([T::default(); MOST]))
    }
}

impl<T: Copy + Default> FromIterator<T> for ByLetter<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut by_letter = ByLetter::default();
        by_letter.0.iter_mut().zip(all).for_each(|(place, one)| *place = one);
        by_letter
    }
}

/// The sets of classes that occur, each with its letter. Patterns see symbols: letters that no pattern tells apart
/// share one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Set>", into = "Vec<Set>")]
pub struct Alphabet {
    sets: Vec<Set>,
    /// The same by letter.
    set_of: ByLetter<Set>,
    /// The classes of signs of each letter.
    signs_of: ByLetter<Signs>,
    /// Where a set is looked for, by its bits mixed: one more than its letter, 0 where none stands. At most half of the
    /// places are taken. Stages ask for a letter at every word, so this is plainer than a map.
    places: Vec<Letter>,
}

impl From<Vec<Set>> for Alphabet {
    fn from(sets: Vec<Set>) -> Alphabet {
        let (set_of, signs_of) = (sets.iter().copied().collect(), sets.iter().map(|set| signs(*set)).collect());
        let mut alphabet = Alphabet { places: vec![0; (2 * sets.len()).next_power_of_two()], sets, set_of, signs_of };
        for letter in 0..alphabet.sets.len() {
            let place = alphabet.place(alphabet.sets[letter]);
            alphabet.places[place] = letter as Letter + 1;
        }
        alphabet
    }
}

impl From<Alphabet> for Vec<Set> {
    fn from(alphabet: Alphabet) -> Vec<Set> {
        alphabet.sets
    }
}

/// The symbol of each letter of an alphabet, as the patterns of some pages see it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u8>", into = "Vec<u8>")]
pub struct Symbols(ByLetter<u8>);

impl Symbols {
    /// The symbol of a letter.
    #[inline]
    pub fn of(&self, letter: Letter) -> u8 {
        self.0.of(letter)
    }
}

impl From<Vec<u8>> for Symbols {
    fn from(symbols: Vec<u8>) -> Symbols {
        Symbols(symbols.into_iter().collect())
    }
}

impl From<Symbols> for Vec<u8> {
    /// Without the letters that there are not.
    fn from(symbols: Symbols) -> Vec<u8> {
        let all = symbols.0.all();
        let count = all.iter().rposition(|symbol| *symbol != 0).map_or(0, |last| last + 1);
        all[..count].to_vec()
    }
}

impl Alphabet {
    /// The letter of a set, new if need be.
    /// When the letters run out the set shares the letter of the first set, which holds no class.
    pub fn add(&mut self, set: Set) -> Letter {
        if let Some(letter) = self.get(set) {
            return letter;
        }
        if self.sets.len() >= MOST {
            return 0;
        }
        let letter = self.sets.len() as Letter;
        self.sets.push(set);
        if self.places.len() < 2 * self.sets.len() {
            *self = Alphabet::from(std::mem::take(&mut self.sets));
        } else {
            let place = self.place(set);
            self.places[place] = letter + 1;
            self.set_of.0[usize::from(letter)] = set;
            self.signs_of.0[usize::from(letter)] = signs(set);
        }
        letter
    }

    /// The letter of a set that has one.
    #[inline]
    pub fn get(&self, set: Set) -> Option<Letter> {
        self.places.get(self.place(set))?.checked_sub(1)
    }

    /// The place of a set, or the free one where it would stand.
    fn place(&self, set: Set) -> usize {
        let folded = (set as u64) ^ ((set >> 64) as u64).rotate_left(29);
        // Of a product only the highest bits hang on all those of its factors.
        let mixed = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let last = self.places.len().wrapping_sub(1);
        let mut place = mixed.wrapping_shr(last.leading_zeros()) as usize & last;
        while self.places.get(place).is_some_and(|&found| found != 0 && self.sets[usize::from(found) - 1] != set) {
            place = (place + 1) & last;
        }
        place
    }

    /// The classes of a letter.
    #[inline]
    pub fn set(&self, letter: Letter) -> Set {
        self.set_of.of(letter)
    }

    /// The classes of signs of a letter.
    #[inline]
    pub fn signs(&self, letter: Letter) -> Signs {
        self.signs_of.of(letter)
    }

    /// Gives each letter a symbol, so that every condition can tell apart what it must; `None` where there are too few.
    pub fn tell_apart(&self, conditions: &[Condition]) -> Option<Symbols> {
        let mut known: HashMap<Vec<u64>, u8> = HashMap::new();
        let mut symbols = Vec::with_capacity(self.sets.len());
        for set in &self.sets {
            let mut signature = vec![0u64; conditions.len() / 64 + 1];
            for (i, condition) in conditions.iter().enumerate() {
                signature[i / 64] |= u64::from(meets(*set, condition)) << (i % 64);
            }
            let next = known.len();
            if next >= SYMBOLS && !known.contains_key(&signature) {
                return None;
            }
            // Symbol 0 stands for nothing, so that a condition no letter meets has a class to match.
            symbols.push(*known.entry(signature).or_insert(next as u8 + 1));
        }
        Some(Symbols::from(symbols))
    }

    /// The symbols whose letters meet a condition, in order.
    pub fn meeting(&self, condition: &Condition, symbols: &Symbols) -> Vec<u8> {
        let mut found: Vec<u8> =
            self.sets.iter().zip(symbols.0.all()).filter(|(set, _)| meets(**set, condition)).map(|(_, s)| *s).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// All sets, in the order of their letters.
    pub fn sets(&self) -> &[Set] {
        &self.sets
    }
}
