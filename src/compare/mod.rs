//! Two outputs of `extract` compared: which rows were added, removed and changed, and by which rule.
//!
//! In: two [`Table`]s. Out: a [`Comparison`]: totals, and [`Change`]s in groups by the rule that did it, written as text, CSV
//! or a page of HTML.
//!
//! Both outputs are read as streams, an article of each at a time, as long as their articles come in about the same order:
//! articles that one of them has alone wait until the other has ended. Where too much would wait, or rows of one article stand
//! apart, both are sorted by article first, in a temporary file, and read again. Changes that do not fit into memory are put
//! away too. So memory is bounded by the longest article and one number for each article, and what comes out is the same
//! either way.
//!
//! Deliberately not done: the articles themselves are not looked at, and no change is judged to be for the better.

mod csv;
mod html;
mod layout;
mod pairs;
mod sorter;
mod table;
mod text;
mod words;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

pub use self::layout::Layout;
use self::sorter::{Sorter, Spill};
pub use self::table::{Row, Rows, Table, TableError};

/// What to compare, and with how much memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Columns in which rows may differ and still be the same.
    pub ignored: Vec<String>,
    /// Keep rows that differ in nothing but their confidence among the changes; else they are only counted.
    pub confidence: bool,
    /// Bytes that rows may take in memory, about, before they are put into a temporary file.
    pub memory: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { ignored: Vec::new(), confidence: false, memory: 64 << 20 }
    }
}

/// How many rows there are of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows of the old output: those the same, of another confidence, removed and changed.
    pub old: u64,
    /// Rows of the new output: those the same, of another confidence, added and changed.
    pub new: u64,
    /// Rows of both that are the same in every column compared.
    pub same: u64,
    /// Rows that differ in their confidence alone.
    pub confidence: u64,
    /// Rows of the new output without a partner.
    pub added: u64,
    /// Rows of the old output without a partner.
    pub removed: u64,
    /// Rows that differ in more than their confidence.
    pub changed: u64,
}

impl Totals {
    /// Is any row not the same?
    pub fn differ(&self) -> bool {
        self.added + self.removed + self.changed + self.confidence > 0
    }

    fn count(&mut self, change: &Change, layout: &Layout) {
        match change {
            Change::Added(_) => self.added += 1,
            Change::Removed(_) => self.removed += 1,
            Change::Changed { columns, .. } if is_confidence_alone(columns, layout) => self.confidence += 1,
            Change::Changed { .. } => self.changed += 1,
        }
    }
}

/// One row that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A row that only the new output has.
    Added(Row),
    /// A row that only the old output has.
    Removed(Row),
    /// A row that both have, with other cells.
    Changed {
        /// As it was.
        old: Row,
        /// As it is.
        new: Row,
        /// Which columns differ, by their number in [`Layout::name`].
        columns: Vec<usize>,
    },
}

impl Change {
    /// The row as it was.
    pub fn before(&self) -> Option<&Row> {
        match self {
            Change::Added(_) => None,
            Change::Removed(old) | Change::Changed { old, .. } => Some(old),
        }
    }

    /// The row as it is.
    pub fn after(&self) -> Option<&Row> {
        match self {
            Change::Removed(_) => None,
            Change::Added(new) | Change::Changed { new, .. } => Some(new),
        }
    }

    /// The row as it is, or as it was where there is none any more.
    pub fn row(&self) -> &Row {
        match self {
            Change::Removed(row) | Change::Added(row) | Change::Changed { new: row, .. } => row,
        }
    }

    /// `added`, `removed` or `changed`.
    pub fn name(&self) -> &'static str {
        match self {
            Change::Added(_) => "added",
            Change::Removed(_) => "removed",
            Change::Changed { .. } => "changed",
        }
    }

    fn order(&self) -> u8 {
        match self {
            Change::Removed(_) => 0,
            Change::Changed { .. } => 1,
            Change::Added(_) => 2,
        }
    }
}

/// By article and place there; what is removed before what is changed, what is added last.
impl Ord for Change {
    fn cmp(&self, other: &Change) -> Ordering {
        let (one, two) = (self.row(), other.row());
        let place = (&one.source, one.start, one.end, self.order()).cmp(&(&two.source, two.start, two.end, other.order()));
        place.then_with(|| (self.before(), self.after()).cmp(&(other.before(), other.after())))
    }
}

impl PartialOrd for Change {
    fn partial_cmp(&self, other: &Change) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The changes of one rule's rows, or of the rows that one rule took from another.
pub struct Group {
    /// The rule of the rows as they were.
    pub old: String,
    /// The rule of the rows as they are.
    pub new: String,
    /// How many of each sort; of `old`, `new` and `same` there are none.
    pub totals: Totals,
    changes: Sorter<Change>,
}

impl Group {
    /// `incise`, or `incise → frame-first`.
    pub fn name(&self) -> String {
        if self.old == self.new {
            self.old.clone()
        } else {
            format!("{} → {}", self.old, self.new)
        }
    }

    /// How many changes there are.
    pub fn len(&self) -> u64 {
        self.totals.added + self.totals.removed + self.totals.changed + self.totals.confidence
    }

    /// A group that was made has a change, so this is never so.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The changes, by article and place. An error means that the temporary file cannot be read.
    pub fn changes(&self) -> impl Iterator<Item = io::Result<Change>> + '_ {
        self.changes.iter()
    }
}

/// Two outputs compared.
pub struct Comparison {
    /// How reports call the old output.
    pub old: String,
    /// How reports call the new output.
    pub new: String,
    /// The columns.
    pub layout: Layout,
    /// The sums.
    pub totals: Totals,
    /// Articles that both have rows of. None at all means that they name their articles differently.
    pub shared: u64,
    /// The changes by rule: the rule with the most rows first, then by name.
    pub groups: Vec<Group>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a terminal: long words are shortened.
    Text,
    /// A change a line, every column exact.
    Csv,
    /// A page in French for a browser, with the words that differ marked.
    Html,
}

impl Comparison {
    /// Writes the report. `limit` is the most rows that each group shows in text and HTML; the rest is counted.
    pub fn write(&self, format: Format, limit: Option<u64>, output: &mut impl Write) -> io::Result<()> {
        let limit = limit.unwrap_or(u64::MAX);
        match format {
            Format::Text => text::write(self, limit, output),
            Format::Csv => csv::write(self, output),
            Format::Html => html::write(self, limit, output),
        }
    }
}

/// Compares two outputs.
///
/// ```
/// use guillemet::compare::{compare, Format, Options, Table};
///
/// let old = "speaker,quote,source,rule,start,end\nJeanne Dupont,Nous partons,gare.txt,incise,2,14\n";
/// let new = "speaker,quote,source,rule,start,end\nAna Diop,Nous partons,gare.txt,incise,2,14\n";
/// let (mut old, mut new) = (Table::read("old", old.as_bytes())?, Table::read("new", new.as_bytes())?);
/// let comparison = compare(&mut old, &mut new, &Options::default())?;
/// assert_eq!((comparison.totals.changed, comparison.groups[0].name()), (1, String::from("incise")));
///
/// let mut report = Vec::new();
/// comparison.write(Format::Text, None, &mut report)?;
/// assert!(String::from_utf8(report)?.contains("Jeanne Dupont → Ana Diop"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It fails where one of them cannot be read to its end, or an ignored column does not exist.
pub fn compare(old: &mut Table, new: &mut Table, options: &Options) -> Result<Comparison, CompareError> {
    let layout = Layout::of(old, new, &options.ignored).map_err(CompareError::UnknownColumn)?;
    let mut ledger = Ledger::new(&layout, options);
    if !in_step(Articles::new(old.rows(&layout)?), Articles::new(new.rows(&layout)?), &mut ledger)? {
        ledger = Ledger::new(&layout, options);
        let (ours, theirs) = (sorted(old.rows(&layout)?, &ledger)?, sorted(new.rows(&layout)?, &ledger)?);
        merged(Articles::new(ours.iter()), Articles::new(theirs.iter()), &mut ledger)?;
    }
    let (totals, shared, groups) = ledger.finish();
    Ok(Comparison { old: old.name().into(), new: new.name().into(), layout, totals, shared, groups })
}

/// Why two outputs cannot be compared, in one line.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// One of them cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Neither has a column that is to be ignored.
    #[error("no column \"{0}\" in either output: give the name of one that there is, or leave it out")]
    UnknownColumn(String),
    /// Nothing can be put away.
    #[error("temporary file: {0}: set TMPDIR to a folder with room for both outputs")]
    Temporary(#[from] io::Error),
}

/// Rows that stand together and are of one article.
struct Articles<I> {
    rows: I,
    next: Option<Row>,
}

impl<E, I: Iterator<Item = Result<Row, E>>> Articles<I> {
    fn new(rows: I) -> Articles<I> {
        Articles { rows, next: None }
    }

    fn next(&mut self) -> Result<Option<Vec<Row>>, E> {
        let Some(first) = self.next.take().map_or_else(|| self.rows.next().transpose(), |row| Ok(Some(row)))? else { return Ok(None) };
        let mut rows = vec![first];
        while let Some(row) = self.rows.next().transpose()? {
            if row.source != rows[0].source {
                self.next = Some(row);
                break;
            }
            rows.push(row);
        }
        Ok(Some(rows))
    }
}

/// Reads both at once, and tells whether it could: `false` where the rows of an article stand apart, or too much would wait.
fn in_step<'t>(old: Articles<Rows<'t>>, new: Articles<Rows<'t>>, ledger: &mut Ledger<'_>) -> Result<bool, CompareError> {
    let mut sides = [old, new];
    let mut waiting: [HashMap<String, Vec<Row>>; 2] = Default::default();
    let mut seen: [HashSet<u64>; 2] = Default::default();
    let mut ended = [false, false];
    let mut held = 0;
    while ended != [true, true] {
        for side in [0, 1] {
            let Some(rows) = sides[side].next()? else {
                ended[side] = true;
                continue;
            };
            // Two sources with one number only cost the second reading.
            let mut number = DefaultHasher::new();
            rows[0].source.hash(&mut number);
            if !seen[side].insert(number.finish()) {
                return Ok(false);
            }
            let other = waiting[1 - side].remove(&rows[0].source);
            if let Some(other) = &other {
                held -= size(other);
            }
            if other.is_some() || ended[1 - side] {
                let other = other.unwrap_or_default();
                let (old, new) = if side == 0 { (rows, other) } else { (other, rows) };
                ledger.article(old, new)?;
            } else {
                held += size(&rows);
                if held > ledger.options.memory {
                    return Ok(false);
                }
                waiting[side].insert(rows[0].source.clone(), rows);
            }
        }
    }
    let [old, new] = waiting;
    old.into_values().try_for_each(|rows| ledger.article(rows, Vec::new()))?;
    new.into_values().try_for_each(|rows| ledger.article(Vec::new(), rows))?;
    Ok(true)
}

fn size(rows: &[Row]) -> usize {
    rows.iter().map(Row::size).sum()
}

/// All rows by article.
fn sorted(rows: Rows<'_>, ledger: &Ledger<'_>) -> Result<Sorter<Row>, CompareError> {
    let mut sorter = Sorter::default();
    let mut held = 0;
    for row in rows {
        let row = row?;
        held += row.size();
        sorter.push(row);
        // There are two of them.
        if held > ledger.options.memory / 2 {
            sorter.put_away(&ledger.spill)?;
            held = 0;
        }
    }
    sorter.finish();
    Ok(sorter)
}

/// Reads two streams that are sorted by article.
fn merged<I: Iterator<Item = io::Result<Row>>>(mut old: Articles<I>, mut new: Articles<I>, ledger: &mut Ledger<'_>) -> io::Result<()> {
    let (mut ours, mut theirs) = (old.next()?, new.next()?);
    loop {
        let order = match (&ours, &theirs) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(ours), Some(theirs)) => ours[0].source.cmp(&theirs[0].source),
        };
        let left = if order == Ordering::Greater { Vec::new() } else { std::mem::replace(&mut ours, old.next()?).unwrap_or_default() };
        let right = if order == Ordering::Less { Vec::new() } else { std::mem::replace(&mut theirs, new.next()?).unwrap_or_default() };
        ledger.article(left, right)?;
    }
}

/// What has been found so far.
struct Ledger<'o> {
    layout: &'o Layout,
    options: &'o Options,
    totals: Totals,
    shared: u64,
    groups: BTreeMap<(String, String), Group>,
    spill: RefCell<Spill>,
    held: usize,
}

impl<'o> Ledger<'o> {
    fn new(layout: &'o Layout, options: &'o Options) -> Ledger<'o> {
        Ledger { layout, options, totals: Totals::default(), shared: 0, groups: BTreeMap::new(), spill: RefCell::default(), held: 0 }
    }

    /// Compares the rows of one article.
    fn article(&mut self, mut old: Vec<Row>, mut new: Vec<Row>) -> io::Result<()> {
        self.totals.old += old.len() as u64;
        self.totals.new += new.len() as u64;
        self.shared += u64::from(!old.is_empty() && !new.is_empty());
        old.sort();
        new.sort();
        let pairs = pairs::pairs(&old, &new);
        let (mut old, mut new): (Vec<_>, Vec<_>) = (old.into_iter().map(Some).collect(), new.into_iter().map(Some).collect());
        for (i, j) in pairs {
            let (Some(old), Some(new)) = (old[i].take(), new[j].take()) else { continue };
            let columns = self.layout.differences(&old, &new);
            if columns.is_empty() {
                self.totals.same += 1;
            } else {
                self.change(Change::Changed { old, new, columns })?;
            }
        }
        old.into_iter().flatten().try_for_each(|row| self.change(Change::Removed(row)))?;
        new.into_iter().flatten().try_for_each(|row| self.change(Change::Added(row)))
    }

    fn change(&mut self, change: Change) -> io::Result<()> {
        self.totals.count(&change, self.layout);
        if matches!(&change, Change::Changed { columns, .. } if !self.options.confidence && is_confidence_alone(columns, self.layout)) {
            return Ok(());
        }
        let rule = |row: Option<&Row>| row.map(|row| row.rule().to_owned());
        let (old, new) = (rule(change.before()), rule(change.after()));
        let key = (old.clone().or(new.clone()).unwrap_or_default(), new.or(old).unwrap_or_default());
        self.held += [change.before(), change.after()].into_iter().flatten().map(Row::size).sum::<usize>();
        let group = self.groups.entry(key).or_insert_with_key(|(old, new)| Group {
            old: old.clone(),
            new: new.clone(),
            totals: Totals::default(),
            changes: Sorter::default(),
        });
        group.totals.count(&change, self.layout);
        group.changes.push(change);
        if self.held > self.options.memory {
            self.groups.values_mut().try_for_each(|group| group.changes.put_away(&self.spill))?;
            self.held = 0;
        }
        Ok(())
    }

    fn finish(self) -> (Totals, u64, Vec<Group>) {
        let mut groups: Vec<Group> = self.groups.into_values().collect();
        groups.iter_mut().for_each(|group| group.changes.finish());
        groups.sort_by_cached_key(|group| (std::cmp::Reverse(group.len()), group.name()));
        (self.totals, self.shared, groups)
    }
}

fn is_confidence_alone(columns: &[usize], layout: &Layout) -> bool {
    columns.len() == 1 && layout.confidence() == Some(columns[0])
}
