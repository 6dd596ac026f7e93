//! The grammar: lexicons and pages of rules, compiled.
//!
//! In: the text of CSV lexicons and TOML pages.
//! Out: a [`Grammar`]: a table of words, and pages of [`Rule`]s whose patterns are regular expressions over the
//! letters of word classes. A mistake is reported with file, line, rule and advice. `build.rs`
//! compiles this module and those above it, and packs the grammar of `data/` when the program is compiled: what is made of
//! a pattern when it is first needed is not packed.
//! Deliberately not done: no rule has a priority, a weight or a condition; file order is the only order.

use crate::calibration::{Calibration, Effects};
use crate::class::{self, shaped, Alphabet, Classes, Condition, Letter, Set, Shape, Signs, Symbols, SHAPES};
use crate::lexicon::{Draft, Lexicon, LexiconError};
use crate::program::Program;
use crate::scanner::{self, Groups, Scanner, Search};
use once_cell::sync::Lazy;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

/// A mistake in a page or a lexicon, with its place and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {message}", if *line > 0 { format!(":{line}") } else { String::new() })]
pub struct GrammarError {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: String,
}

impl From<LexiconError> for GrammarError {
    fn from(e: LexiconError) -> Self {
        GrammarError { file: e.file, line: e.line, message: e.message }
    }
}

/// One rule of a page, as it is written there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name: what a row's `rule` column shows.
    pub id: String,
    /// One sentence: what it sees.
    pub why: String,
    /// The pattern, with placeholders.
    #[serde(default)]
    pub pattern: String,
    /// What the found stretch becomes; each page lists its values.
    #[serde(default)]
    pub is: String,
    /// Sentences that it finds, marked up.
    #[serde(default)]
    pub yes: Vec<String>,
    /// Sentences that it leaves alone.
    #[serde(default)]
    pub no: Vec<String>,
}

/// The rules of one file, in its order, compiled.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Page {
    /// The file's name without its ending: `attributions`.
    pub name: String,
    /// The rules in file order.
    pub rules: Vec<Rule>,
    /// The classes that each rule's `is` names, 0 where it names none.
    pub kinds: Vec<Set>,
    /// How its patterns see letters.
    symbols: Symbols,
    /// Its patterns, over symbols: one byte a letter.
    scanner: Scanner,
    /// What each rule asks of its cue: a line without such a cue need not be tried.
    needs: Vec<Option<Condition>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageText {
    #[serde(default)]
    fragments: toml::Table,
    #[serde(default)]
    rule: Vec<Rule>,
}

macro_rules! groups {
    ($($(#[$doc:meta])* $group:ident = $name:literal,)*) => {
        /// What the groups of a pattern mark.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Group {
            $($(#[$doc])* $group,)*
        }
        /// The names of the groups as patterns write them, in the order of [`Group`].
        pub const GROUPS: &[&str; scanner::GROUPS] = &[$($name),*];
    };
}

groups! {
    /// What is said.
    Content = "content",
    /// More of what is said, after the cue.
    Tail = "tail",
    /// The reporting words.
    Cue = "cue",
    /// Who says it.
    Speaker = "speaker",
    /// The voice in between.
    Via = "via",
    /// An incise to be cut out of the content.
    Cut = "cut",
    /// The subject of a cue.
    Subject = "subject",
    /// The sentence, or the cue, whose speaker or subject is taken over.
    Source = "source",
    /// The words that refer.
    Mention = "mention",
    /// The name within a mention.
    Name = "name",
    /// The description within a mention.
    Description = "description",
    /// The head noun of a description.
    Head = "head",
    /// The homograph to be decided.
    Word = "word",
}

/// A page at work on one line after the other.
pub struct Reader<'p> {
    page: &'p Page,
    search: Search<'p>,
    /// The letters of the line as the page sees them.
    line: Vec<u8>,
}

/// Where a rule matched a line, in letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The rule, by number.
    pub rule: usize,
    /// The whole stretch.
    pub whole: Range<usize>,
    groups: Groups,
}

impl Match {
    /// Where a group stands, if it took part.
    pub fn group(&self, group: Group) -> Option<Range<usize>> {
        self.groups.get(group as usize).map(|r| r.start + self.whole.start..r.end + self.whole.start)
    }
}

/// The pages, in the order in which the stages use them.
pub const PAGES: [&str; 10] =
    ["homographs", "cues", "mentions", "labels", "subjects", "attributions", "woven", "indirect", "vias", "discourse"];

/// The pages over words; the others are over chunks.
const WORD_PAGES: [&str; 4] = ["homographs", "cues", "mentions", "labels"];

/// Lexicons and pages, compiled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Grammar {
    /// From words to classes.
    pub lexicon: Lexicon,
    /// The names of the classes.
    pub classes: Classes,
    /// The letters of words.
    alphabet: Alphabet,
    /// The letter of each set of the lexicon in each shape.
    shaped: Vec<[Letter; 4]>,
    /// The letter of each class alone, by its bit: most words and signs have one class.
    single: Vec<Letter>,
    /// The letters of chunks.
    chunks: Alphabet,
    /// The letter of a chunk that is a word in no mention or cue, by the letter of the word.
    loose: Vec<Letter>,
    pages: Vec<Page>,
    calibration: Calibration,
    effects: Effects,
}

/// A pattern that never matches: no letter has the symbol 0.
const NEVER: &str = "\\x00";

/// What a chunk letter of a verb keeps of the verb's classes.
pub const REPORT: Set =
    class::REPORTING | class::REFLEXIVE | class::DENY | class::FINITE | class::PARTICIPLE | class::GERUND | class::INFINITIVE;
/// What a chunk letter of a word leaves out: what matters within mentions only.
const INNER: Set = class::NAME
    | class::PEOPLE
    | class::REPRISE
    | class::OFFICE
    | class::ABSTRACT
    | class::ANONYMOUS
    | class::START
    | class::FORENAME
    | class::INITIAL
    | class::ACRONYM
    | class::PLACE
    | class::ROLE
    | class::BODY
    | class::DOCUMENT
    | class::SPEECH
    | class::THING
    | class::ADJECTIVE
    | class::TITLE
    | class::NUMBER
    | class::TIME;
/// What a mention's head can be.
pub const HEADS: [Set; 9] =
    [class::NAME, class::ROLE, class::BODY, class::DOCUMENT, class::SPEECH, class::THING, class::PLACE, class::WORD, class::LABEL];

/// Every set of classes that a quotation can have.
fn quotation_shapes() -> impl Iterator<Item = Set> {
    let flags = [class::CLAUSE, class::CAPITAL, class::SHORT];
    [class::QUOTATION, class::LABEL]
        .into_iter()
        .flat_map(move |kind| (0..8).map(move |n| (0..3).filter(|b| n >> b & 1 == 1).fold(kind, |set, b| set | flags[b])))
}

/// The chunk letter's classes for a word that is in no chunk.
pub fn loose(set: Set) -> Set {
    let kept = set & !INNER;
    if kept == 0 {
        class::WORD
    } else {
        kept
    }
}

impl Grammar {
    /// Reads pages, lexicons and a calibration, each a file's name and its text.
    ///
    /// # Errors
    /// A mistake in one of them: file, line and what to do.
    pub(crate) fn build(pages: &[(&str, &str)], lexicons: &[(&str, &str)], (name, text): (&str, &str)) -> Result<Grammar, GrammarError> {
        let fault = |(line, message)| GrammarError { file: name.to_string(), line, message };
        let calibration = Calibration::parse(text).map_err(fault)?;
        let mut classes = Classes::new();
        let mut draft = Draft::default();
        for (name, text) in lexicons {
            draft.read(name, text, &mut classes)?;
        }
        let mut grammar = Grammar {
            lexicon: draft.finish(&classes)?,
            classes,
            alphabet: Alphabet::default(),
            shaped: Vec::new(),
            single: Vec::new(),
            chunks: Alphabet::default(),
            loose: Vec::new(),
            pages: Vec::new(),
            effects: calibration.effects(),
            calibration,
        };
        grammar.add_words(0);
        // Homographs lose readings: their letters must exist before any pattern is made.
        let (name, text) = pages.iter().find(|(n, _)| stem(n) == "homographs").copied().unwrap_or(("homographs.toml", ""));
        let losses = grammar.losses(name, text)?;
        for loss in losses {
            grammar.add_words(loss);
        }
        grammar.single = (0..Set::BITS).map(|bit| grammar.searched(1 << bit)).collect();
        let letters = |set: &Set| SHAPES.map(|shape| grammar.letter(shaped(*set, shape)));
        grammar.shaped = grammar.lexicon.sets().iter().map(letters).collect();
        grammar.add_chunks();
        grammar.loose = grammar.alphabet.sets().iter().map(|set| grammar.chunk_letter(loose(*set))).collect();
        for (name, text) in pages {
            let page = grammar.page_of(name, text)?;
            grammar.pages.push(page);
        }
        Ok(grammar)
    }

    /// Gives letters to every set of classes that a word can have, less those of `loss`.
    fn add_words(&mut self, loss: Set) {
        let sets = self.lexicon.sets().to_vec();
        let signs = [
            0,
            class::COMMA,
            class::COLON,
            class::SEMICOLON,
            class::STOP,
            class::DASH,
            class::OPEN,
            class::CLOSE,
            class::BREAK,
            class::MARK,
            class::SIGN,
            class::NUMBER,
            class::CUE,
            class::FORENAME | class::NAME,
            class::INITIAL | class::NAME,
            class::NAME,
            class::NAME | class::START,
        ];
        for set in signs {
            self.alphabet.add(set);
        }
        for set in quotation_shapes().chain(self.lexicon.suffixes().map(|s| class::WORD | s)) {
            self.alphabet.add(set);
        }
        let parts = [class::ROLE | class::BODY | class::DOCUMENT | class::SPEECH | class::THING | class::ADJECTIVE];
        for set in sets.iter().copied().chain([0]).flat_map(|s| [s, s & parts[0], s | class::NAME]) {
            for shape in SHAPES {
                let set = shaped(set, shape);
                self.alphabet.add(set);
                let less = set & !loss;
                self.alphabet.add(if less == 0 { class::WORD } else { less });
            }
        }
    }

    fn add_chunks(&mut self) {
        let blocks = [class::REPORTED, class::ABOUT, class::HEADING, class::QUESTION, class::PLAIN, class::FLOATING, class::ASCRIBING];
        let woven = [class::ABOUT, class::HEADING, class::QUESTION, class::PLAIN].map(|block| block | class::WOVEN);
        for block in blocks.into_iter().chain(woven).chain([class::REPORTED | class::OPENING, class::FLOATING | class::HEADING]) {
            for target in [0, class::TARGET] {
                self.chunks.add(block | target);
            }
        }
        let words: Vec<Set> = self.alphabet.sets().to_vec();
        for set in &words {
            self.chunks.add(loose(*set));
        }
        for shape in quotation_shapes() {
            self.chunks.add(shape);
            self.chunks.add(shape | class::TARGET);
        }
        let mut verbs: Vec<Set> = words.iter().map(|s| s & REPORT).filter(|s| *s != 0).collect();
        verbs.sort_unstable();
        verbs.dedup();
        for subject in [0, class::SUBJECT] {
            for target in [0, class::TARGET] {
                for kind in [class::FRAME, class::POUR, class::FRAME | class::POUR] {
                    self.chunks.add(kind | subject | target);
                }
            }
        }
        for kind in [class::CUE, class::INCISE, class::DENIED, class::PASSIVE, class::GERUND, class::INFINITIVE] {
            for verb in verbs.iter().copied().chain([0, class::DIRE]) {
                for subject in [0, class::SUBJECT] {
                    for target in [0, class::TARGET] {
                        self.chunks.add(kind | verb | subject | target);
                        if kind == class::INCISE {
                            self.chunks.add(kind | verb | class::ON | subject | target);
                        }
                    }
                }
            }
        }
        for kind in [class::MENTION, class::OBJECT, class::OBLIQUE, class::AGENT, class::GENITIVE, class::FRAMED] {
            for person in [0, class::PERSON] {
                for head in HEADS {
                    self.chunks.add(kind | person | head);
                }
                self.chunks.add(kind | person | class::PRONOUN);
                self.chunks.add(kind | person | class::STRONG);
            }
        }
    }

    /// The classes that the homograph rules take away, one set a rule.
    fn losses(&self, name: &str, text: &str) -> Result<Vec<Set>, GrammarError> {
        let page = read_page(name, text)?;
        page.rule.iter().map(|r| self.loss(name, text, r)).collect()
    }

    fn loss(&self, name: &str, text: &str, rule: &Rule) -> Result<Set, GrammarError> {
        let mut set = 0;
        for class in rule.is.split_whitespace() {
            set |= self.classes.get(class).ok_or_else(|| fault(name, text, rule, &format!("unknown class {class:?} in `is`")))?;
        }
        Ok(set)
    }

    fn page_of(&self, name: &str, text: &str) -> Result<Page, GrammarError> {
        let page = read_page(name, text)?;
        let stem = stem(name);
        let over_words = over_words(name);
        let alphabet = if over_words { &self.alphabet } else { &self.chunks };
        let mut conditions = Vec::new();
        self.conditions(name, text, &mut conditions)?;
        let symbols = alphabet.tell_apart(&conditions).ok_or_else(|| too_many(name))?;
        let mut program = Program::default();
        let mut needs = Vec::new();
        let mut known = HashMap::new();
        for rule in &page.rule {
            if rule.id.is_empty() || rule.why.is_empty() {
                return Err(fault(name, text, rule, "needs an `id` and a `why`"));
            }
            let mut class = |condition: Condition| symbol_class(&alphabet.meeting(&condition, &symbols));
            let source = self.expand(&rule.pattern, &page.fragments, 0, &mut known, &mut class).map_err(|m| fault(name, text, rule, &m))?;
            // What comes from a file is judged by the regex crate first; the texts compiled in were judged when they were packed.
            let judged = if name.contains(std::path::MAIN_SEPARATOR) { is_regex(&source) } else { Ok(()) };
            judged.and_then(|()| program.add(&source, GROUPS)).map_err(|m| fault(name, text, rule, &m))?;
            needs.push(self.need(&rule.pattern, &page.fragments));
        }
        if let Some((a, _)) = page.rule.iter().enumerate().find(|(i, r)| page.rule[..*i].iter().any(|o| o.id == r.id)) {
            return Err(fault(name, text, &page.rule[a], "stands twice on the page: rename one"));
        }
        let kind = |r: &Rule| r.is.split_whitespace().filter_map(|c| self.classes.get(c)).fold(0, |set, class| set | class);
        let kinds = page.rule.iter().map(kind).collect();
        Ok(Page { name: stem, symbols, rules: page.rule, kinds, scanner: Scanner::new(program), needs })
    }

    /// Collects the conditions that the patterns of a page state.
    fn conditions(&self, name: &str, text: &str, list: &mut Vec<Condition>) -> Result<(), GrammarError> {
        let page = read_page(name, text)?;
        let mut known = HashMap::new();
        for rule in &page.rule {
            let mut note = |condition: Condition| {
                if !list.contains(&condition) {
                    list.push(condition);
                }
                String::new()
            };
            self.expand(&rule.pattern, &page.fragments, 0, &mut known, &mut note).map_err(|m| fault(name, text, rule, &m))?;
        }
        Ok(())
    }

    /// A pattern with its fragments put in and each placeholder replaced by what `class` makes of its condition; what was
    /// made once is `known`.
    fn expand(
        &self,
        pattern: &str,
        fragments: &toml::Table,
        depth: usize,
        known: &mut HashMap<String, String>,
        class: &mut dyn FnMut(Condition) -> String,
    ) -> Result<String, String> {
        if pattern.is_empty() {
            // A rule that the stage itself decides: its pattern never matches.
            return Ok(NEVER.to_string());
        }
        if depth > 12 {
            return Err("its fragments contain each other: break the circle".to_string());
        }
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            let len = c.len_utf8();
            let digits = rest[len..].starts_with(|d: char| d.is_ascii_digit());
            if c.is_whitespace() {
                rest = &rest[len..];
            } else if c == ',' {
                out.push_str(&class(vec![(class::COMMA, true)]));
                rest = &rest[len..];
            } else if c == '{' {
                let close = rest.find('}').ok_or("a { without its }")?;
                let inside = rest[1..close].trim();
                if digits {
                    out.push_str(&rest[..=close]);
                } else if let Some(known) = known.get(inside) {
                    out.push_str(known);
                } else {
                    let made = match fragments.get(inside).and_then(|v| v.as_str()) {
                        Some(fragment) => format!("(?:{})", self.expand(fragment, fragments, depth + 1, known, class)?),
                        None => class(self.condition(inside)?),
                    };
                    out.push_str(&made);
                    known.insert(inside.to_string(), made);
                }
                rest = &rest[close + 1..];
            } else if rest.starts_with("(?P<") {
                let close = rest.find('>').ok_or("a group without its >")?;
                out.push_str(&rest[..=close]);
                rest = &rest[close + 1..];
            } else if c == '(' && !rest.starts_with("(?") {
                // Only groups with a name are captured: others would cost time and tell nothing.
                out.push_str("(?:");
                rest = &rest[1..];
            } else if c.is_alphabetic() {
                return Err(format!("{c:?} stands outside a placeholder: write words of the pattern as {{class}}"));
            } else {
                out.push(c);
                rest = &rest[len..];
            }
        }
        Ok(out)
    }

    /// The condition on the group `cue` of a pattern, where the group is one placeholder. A cue is never optional.
    fn need(&self, pattern: &str, fragments: &toml::Table) -> Option<Condition> {
        let fragment = fragments.get("cue").and_then(|v| v.as_str()).filter(|_| pattern.contains("{cue}"));
        let rest = [Some(pattern), fragment].into_iter().flatten().find_map(|p| p.split_once("(?P<cue>{"))?.1;
        let (inside, after) = rest.split_once('}')?;
        after.starts_with(')').then(|| self.condition(inside).ok()).flatten()
    }

    /// The condition that a placeholder states: `finite & dire|penser & !se`.
    fn condition(&self, expression: &str) -> Result<Condition, String> {
        let mut factors = Vec::new();
        for factor in expression.split('&') {
            let factor = factor.trim();
            let (names, wanted) = factor.strip_prefix('!').map_or((factor, true), |n| (n, false));
            let mut set = 0;
            for name in names.split('|') {
                let name = name.trim();
                set |= self.classes.get(name).ok_or_else(|| {
                    format!(
                        "unknown placeholder {{{name}}} (use {{{}}}…; fragments stand at the head of the page)",
                        self.classes.names()[..12].join("}, {")
                    )
                })?;
            }
            factors.push((set, wanted));
        }
        Ok(factors)
    }

    /// The letter of a word with these classes; the letter of a plain word for a set that no word of the lexicon has.
    #[inline]
    pub fn letter(&self, set: Set) -> Letter {
        if set.is_power_of_two() && !self.single.is_empty() {
            self.single[set.trailing_zeros() as usize]
        } else {
            self.searched(set)
        }
    }

    /// The letter of a word with one class: of a sign.
    #[inline]
    pub fn letter_of_one(&self, class: Set) -> Letter {
        self.single[class.trailing_zeros() as usize]
    }

    fn searched(&self, set: Set) -> Letter {
        // A name that is a noun as well, which the lexicon has apart, is a name all the same: *Maxime*, *Prudence*.
        let name = || Some(set & class::NAMING).filter(|name| *name != 0).and_then(|name| self.alphabet.get(name | class::NAME));
        self.alphabet.get(set).or_else(name).or_else(|| self.alphabet.get(class::WORD)).unwrap_or(0)
    }

    /// The letter of a word by the number of its set in the lexicon and its shape.
    #[inline]
    pub fn shaped(&self, number: u16, shape: Shape) -> Letter {
        self.shaped[number as usize][shape as usize]
    }

    /// The classes of a word letter.
    #[inline]
    pub fn set(&self, letter: Letter) -> Set {
        self.alphabet.set(letter)
    }

    /// The classes of signs of a word letter.
    #[inline]
    pub fn signs(&self, letter: Letter) -> Signs {
        self.alphabet.signs(letter)
    }

    /// The letter of a chunk with these classes.
    pub fn chunk_letter(&self, set: Set) -> Letter {
        self.chunks.get(set).or_else(|| self.chunks.get(class::WORD)).unwrap_or(0)
    }

    /// The letter of a chunk that is a word in no mention or cue, by the letter of the word.
    #[inline]
    pub fn loose_letter(&self, letter: Letter) -> Letter {
        self.loose[letter as usize]
    }

    /// A page by its name, an empty one for any other name.
    pub fn page(&self, name: &str) -> &Page {
        static NONE: Lazy<Page> = Lazy::new(Page::default);
        self.pages.iter().find(|p| p.name == name).unwrap_or(&NONE)
    }

    /// The same grammar with one rule of a page taken out: what the rule does is the difference.
    ///
    /// ```
    /// use guillemet::{grammar::Grammar, row::Article, rows};
    /// let article = Article { text: "« Oui », a dit Ana Diop.".into(), ..Article::default() };
    /// let without = Grammar::builtin().without("attributions", "incise");
    /// assert_ne!(rows(&article, Grammar::builtin())[0].rule, rows(&article, &without)[0].rule);
    /// ```
    pub fn without(&self, page: &str, rule: &str) -> Grammar {
        let mut grammar = self.clone();
        let Some(page) = grammar.pages.iter_mut().find(|p| p.name == page) else { return grammar };
        let Some(r) = page.rules.iter().position(|r| r.id == rule) else { return grammar };
        // The rules keep their numbers: this one's pattern never matches, and no stage knows what it is.
        page.rules[r].is.clear();
        page.scanner = page.scanner.without(r);
        grammar
    }

    /// All pages, in the order in which the stages use them.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// How often rows were right when measured: on `data/gold`, unless another calibration was given.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The same grammar with another calibration: the same rows, each as sure as this one says.
    ///
    /// ```
    /// use guillemet::{calibration::Calibration, grammar::Grammar, row::Article, rows};
    /// let article = Article { text: "« Oui », a dit Ana Diop.".into(), ..Article::default() };
    /// let unsure = Grammar::builtin().with_calibration(Calibration::default());
    /// assert_eq!(rows(&article, &unsure)[0].confidence, 0.5);
    /// ```
    pub fn with_calibration(&self, calibration: Calibration) -> Grammar {
        Grammar { effects: calibration.effects(), calibration, ..self.clone() }
    }

    /// What the calibration says of a row.
    pub fn effects(&self) -> &Effects {
        &self.effects
    }

    /// The grammar as a page to read: every rule with its reason and its sentences.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        for page in &self.pages {
            let _ = writeln!(out, "# {}", page.name);
            for rule in &page.rules {
                let _ = writeln!(out, "\n{}\n    {}", rule.id, rule.why);
                if !rule.pattern.is_empty() {
                    let _ = writeln!(out, "    pattern  {}", rule.pattern.split_whitespace().collect::<Vec<_>>().join(" "));
                }
                for yes in &rule.yes {
                    let _ = writeln!(out, "    yes      {yes}");
                }
                for no in &rule.no {
                    let _ = writeln!(out, "    no       {no}");
                }
            }
            out.push('\n');
        }
        out
    }
}

impl Page {
    /// How the patterns of this page see a letter.
    pub fn symbol(&self, letter: Letter) -> u8 {
        self.symbols.of(letter)
    }

    /// The page at work: for many lines, one after the other.
    pub fn reader(&self) -> Reader<'_> {
        Reader { page: self, search: self.scanner.search(), line: Vec::new() }
    }

    /// The rule that a stage decides by itself, by what its `is` says: *recurring*.
    pub fn decided(&self, is: &str) -> Option<usize> {
        self.rules.iter().position(|r| r.is == is)
    }

    /// Whether a rule has the cue it needs among these sets of classes.
    pub fn may_match(&self, rule: usize, cues: &[Set]) -> bool {
        self.needs.get(rule).and_then(Option::as_ref).is_none_or(|need| cues.iter().any(|set| class::meets(*set, need)))
    }

    /// The rule of a name.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id)
    }
}

impl<'p> Reader<'p> {
    /// The page.
    pub fn page(&self) -> &'p Page {
        self.page
    }

    /// Takes letters as the line to read. A line is at most some hundred letters long.
    pub fn spell(&mut self, letters: &[Letter]) {
        self.line.clear();
        self.line.extend(letters.iter().map(|l| self.page.symbols.of(*l)));
    }

    /// Puts another letter into the line.
    pub fn set(&mut self, at: usize, letter: Letter) {
        self.line[at] = self.page.symbols.of(letter);
    }

    /// The leftmost stretch at or after a place that a rule matches, and the first rule in file order that matches there.
    pub fn scan(&mut self, from: usize) -> Option<(usize, Range<usize>)> {
        self.search.find(&self.line, from)
    }

    /// What a rule finds in a stretch that [`Reader::scan`] gave: the rule sees the stretch alone.
    pub fn read(&mut self, rule: usize, stretch: Range<usize>) -> Option<Match> {
        let groups = self.search.groups(rule, &self.line[stretch.clone()], true, true)?;
        Some(Match { rule, whole: stretch.start..stretch.start + groups.end(), groups })
    }

    /// The first rule in file order that matches the line, of those that are `allowed`.
    pub fn first(&mut self, allowed: impl Fn(usize) -> bool) -> Option<Match> {
        let (rule, whole) = self.search.first(&self.line, allowed)?;
        self.matched(rule, whole)
    }

    /// Where one rule matches the line first.
    pub fn find(&mut self, rule: usize) -> Option<Match> {
        let whole = self.search.leftmost(rule, &self.line)?;
        self.matched(rule, whole)
    }

    fn matched(&mut self, rule: usize, whole: Range<usize>) -> Option<Match> {
        let (head, end) = (whole.start == 0, whole.end == self.line.len());
        let groups = self.search.groups(rule, &self.line[whole.clone()], head, end)?;
        Some(Match { rule, whole, groups })
    }
}

/// The symbols as a class of a regular expression over bytes.
fn symbol_class(symbols: &[u8]) -> String {
    let mut class = String::from("[");
    let mut i = 0;
    while i < symbols.len() {
        let from = symbols[i];
        while i + 1 < symbols.len() && symbols[i + 1] == symbols[i] + 1 {
            i += 1;
        }
        let _ = write!(class, "\\x{from:02x}-\\x{:02x}", symbols[i]);
        i += 1;
    }
    if class.len() == 1 {
        // No letter meets the condition: a pattern that needs one never matches.
        class.push_str("\\x00");
    }
    class.push(']');
    class
}

/// Whether a page is over words; the others are over chunks.
fn over_words(name: &str) -> bool {
    WORD_PAGES.contains(&stem(name).as_str())
}

/// Whether the `regex` crate takes a pattern: what it refuses, for its form or its size, is refused here. What its automata
/// find, those of a page find too (`src/scanner.rs` compares them).
fn is_regex(source: &str) -> Result<(), String> {
    let built = regex::bytes::RegexBuilder::new(source).unicode(false).build();
    built.map(drop).map_err(|e| {
        let told = e.to_string();
        let last = told.lines().last().unwrap_or(&told).trim_start_matches("error: ");
        format!("the pattern is no regular expression: {last}")
    })
}

fn too_many(page: &str) -> GrammarError {
    let message = "the patterns tell more than 255 kinds of words apart: use fewer classes in placeholders".to_string();
    GrammarError { file: page.to_string(), line: 0, message }
}

fn stem(name: &str) -> String {
    Path::new(name).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}

fn read_page(name: &str, text: &str) -> Result<PageText, GrammarError> {
    toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(0, |s| 1 + text[..s.start.min(text.len())].matches('\n').count() as u64);
        GrammarError { file: name.to_string(), line, message: e.message().replace('\n', "; ") }
    })
}

fn fault(name: &str, text: &str, rule: &Rule, message: &str) -> GrammarError {
    let at = text.rfind(&format!("\"{}\"", rule.id)).unwrap_or(0);
    let line = 1 + text[..at].matches('\n').count() as u64;
    GrammarError { file: name.to_string(), line, message: format!("rule {:?}: {message}", rule.id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::BUILTIN_PAGES;
    use crate::program::{Place, State};
    use regex::bytes::{Regex, RegexBuilder};

    /// The expressions of a page, one a rule.
    fn sources(grammar: &Grammar, name: &str, text: &str) -> Vec<String> {
        let page = read_page(name, text).unwrap();
        let alphabet = if over_words(name) { &grammar.alphabet } else { &grammar.chunks };
        let symbols = &grammar.page(&stem(name)).symbols;
        let mut known = HashMap::new();
        let mut class = |condition: Condition| symbol_class(&alphabet.meeting(&condition, symbols));
        let mut expand = |rule: &Rule| grammar.expand(&rule.pattern, &page.fragments, 0, &mut known, &mut class).unwrap();
        page.rule.iter().map(&mut expand).collect()
    }

    /// Numbers that look random and are the same every time.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % sides.max(1)
        }
    }

    /// Letters that a rule may match: some way from its beginning to its end.
    fn walk(program: &Program, rule: usize, dice: &mut Dice) -> Vec<u8> {
        let mut line = Vec::new();
        let mut place: Place = program.start(rule);
        for _ in 0..400 {
            place = match program.at(place) {
                State::Take(set, next) => {
                    let symbols: Vec<u8> = (1..=u8::MAX).filter(|s| crate::program::has(program.symbols(set), *s)).collect();
                    line.extend(symbols.get(dice.roll(symbols.len())));
                    next
                }
                State::Choose(from, count) => program.ways(from, count)[dice.roll(usize::from(count))],
                State::Mark(_, next) | State::Head(next) | State::End(next) => next,
                State::Found(_) | State::Never => break,
            };
        }
        line
    }

    /// A stretch and what its groups hold.
    type Stretch = (Range<usize>, Vec<Option<Range<usize>>>);

    /// What the rules find in a line, as the `regex` crate has it, rule after rule.
    fn naive(regexes: &[Regex], line: &[u8], rule: usize) -> Option<Stretch> {
        let captures = regexes[rule].captures(line)?;
        let groups = GROUPS.iter().map(|name| captures.name(name).map(|m| m.range())).collect();
        Some((captures.get(0)?.range(), groups))
    }

    #[test]
    fn every_page_finds_what_its_rules_find_one_after_the_other() {
        let grammar = Grammar::builtin();
        let mut dice = Dice(7);
        let (mut lines, mut hits) = (0, 0);
        for (name, text) in BUILTIN_PAGES {
            let page = grammar.page(&stem(name));
            let program = page.scanner.program();
            let build = |source: &String| RegexBuilder::new(source).unicode(false).dot_matches_new_line(true).build().unwrap();
            let regexes: Vec<Regex> = sources(grammar, name, text).iter().map(build).collect();
            let mut reader = page.reader();
            for rule in (0..regexes.len()).cycle().take(60) {
                // One rule after another or on its own, with some letters before and after, and one changed.
                let mut line: Vec<u8> = (0..dice.roll(4)).map(|_| 1 + dice.roll(program.width() - 1) as u8).collect();
                line.extend(walk(program, rule, &mut dice));
                line.extend(walk(program, dice.roll(regexes.len()), &mut dice));
                line.truncate(60);
                if let Some(changed) = (!line.is_empty()).then(|| dice.roll(2 * line.len())).and_then(|i| line.get_mut(i)) {
                    *changed = 1 + dice.roll(program.width() - 1) as u8;
                }
                reader.line.clone_from(&line);
                let want = (0..regexes.len()).find_map(|r| naive(&regexes, &line, r).map(|(whole, groups)| (r, whole, groups)));
                let groups = |m: &Match| {
                    (0..GROUPS.len()).map(|g| m.groups.get(g).map(|r| r.start + m.whole.start..r.end + m.whole.start)).collect()
                };
                let found = reader.first(|_| true).map(|m| (m.rule, m.whole.clone(), groups(&m)));
                assert_eq!(found, want, "{name}, line {line:?}");
                hits += usize::from(want.is_some());
                lines += 1;
                if !over_words(name) {
                    continue;
                }
                // Pages over words find one stretch after the other, and each rule reads its own.
                let mut from = 0;
                while let Some((rule, range)) = reader.scan(from) {
                    let here = |at: usize| {
                        let of = |r: usize| regexes[r].find_at(&line, at).filter(|m| m.start() == at).map(|m| (r, m.range()));
                        (0..regexes.len()).find_map(of)
                    };
                    assert_eq!(
                        (from..line.len()).filter_map(here).find(|(_, r)| !r.is_empty()),
                        Some((rule, range.clone())),
                        "{name}, {line:?}"
                    );
                    from = range.end;
                }
            }
        }
        assert!(hits > lines / 2, "{hits} of {lines} lines are matched");
    }
}
