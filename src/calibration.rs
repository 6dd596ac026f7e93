//! Calibration: how often rows were right on gold, and what follows for a new row.
//!
//! In: counts by evidence, `data/calibration.csv` or another file of its form. Out: [`Effects`], which give a row its confidence.
//! Deliberately not done: nothing is counted here by itself. [`Calibration::count`] is told whether a row was right.

use crate::class::Mixed;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// What a confidence goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence<'r> {
    /// The rule that found the row: *incise*.
    pub rule: &'r str,
    /// What sort of report it is: *direct*.
    pub kind: &'r str,
    /// How the mention became the speaker: *surname*.
    pub link: &'r str,
    /// Whether the speaker is a person named in full: *Hédi Mabrouki*, not *le ministre*, *M. Mabrouki* or *Novaterre*.
    pub full_name: bool,
}

/// How many rows were right, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Right.
    pub right: u32,
    /// Right or wrong.
    pub of: u32,
}

impl Count {
    /// Adds another count.
    pub fn add(&mut self, other: Count) {
        self.right += other.right;
        self.of += other.of;
    }
}

/// Counts by evidence: `incise,direct,surname,yes,2,2`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calibration {
    counts: BTreeMap<(String, String, String, bool), Count>,
}

/// The first line of a calibration file.
const HEADER: &str = "rule,kind,link,full_name,right,of";

impl Calibration {
    /// Reads the lines of a file.
    ///
    /// ```
    /// use guillemet::calibration::{Calibration, Evidence};
    /// let calibration = Calibration::parse("rule,kind,link,full_name,right,of\nincise,direct,name,yes,9,9\nque,indirect,pronoun,no,2,7\n").unwrap();
    /// let effects = calibration.effects();
    /// let sure = effects.confidence(Evidence { rule: "incise", kind: "direct", link: "name", full_name: true });
    /// assert!(sure > effects.confidence(Evidence { rule: "incise", kind: "direct", link: "pronoun", full_name: true }));
    /// ```
    ///
    /// # Errors
    /// The first faulty line, from 1, and what to do.
    pub fn parse(csv: &str) -> Result<Calibration, (u64, String)> {
        let mut calibration = Calibration::default();
        let mut lines = csv.lines().zip(1..);
        if lines.next().is_none_or(|(line, _)| line != HEADER) {
            return Err((1, format!("unknown header: the first line is {HEADER}")));
        }
        for (line, number) in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let [rule, kind, link, full_name, right, of] = cells.as_slice() else {
                return Err((number, format!("{} cells: write {HEADER}", cells.len())));
            };
            let full_name = match *full_name {
                "yes" => true,
                "no" => false,
                other => return Err((number, format!("full_name {other:?}: write yes or no"))),
            };
            let count = right.parse().ok().zip(of.parse().ok()).map(|(right, of)| Count { right, of });
            let count = count.filter(|count| count.right <= count.of);
            let count = count.ok_or_else(|| (number, "right and of are counts, and right is not the larger: count again".into()))?;
            calibration.counts.entry(((*rule).into(), (*kind).into(), (*link).into(), full_name)).or_default().add(count);
        }
        Ok(calibration)
    }

    /// Counts a row.
    pub fn count(&mut self, row: Evidence<'_>, right: bool) {
        let count = self.counts.entry((row.rule.into(), row.kind.into(), row.link.into(), row.full_name)).or_default();
        count.add(Count { right: u32::from(right), of: 1 });
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Calibration) {
        for (key, count) in &other.counts {
            self.counts.entry(key.clone()).or_default().add(*count);
        }
    }

    /// Every count, in the order of the file.
    pub fn counts(&self) -> impl Iterator<Item = (Evidence<'_>, Count)> {
        self.counts.iter().map(|((rule, kind, link, full_name), count)| (Evidence { rule, kind, link, full_name: *full_name }, *count))
    }

    /// What each piece of evidence adds to the confidence of a row: fitted so that the rows that share a piece are believed as
    /// often as they were right, while each effect is drawn to nothing the more, the fewer rows there are.
    pub fn effects(&self) -> Effects {
        let mut fit = Fit::new(self);
        for _ in 0..SWEEPS {
            if fit.improve() < SMALLEST {
                break;
            }
        }
        fit.done()
    }
}

/// The file: a header, then a line a count, sorted.
impl fmt::Display for Calibration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADER}")?;
        self.counts().try_for_each(|(Evidence { rule, kind, link, full_name }, Count { right, of })| {
            writeln!(out, "{rule},{kind},{link},{},{right},{of}", if full_name { "yes" } else { "no" })
        })
    }
}

/// How strongly an effect is drawn to nothing: its variance beforehand is one half.
const DRAWN: f64 = 2.0;
/// The most rounds of fitting, and the change that is too small for another.
const SWEEPS: usize = 100;
const SMALLEST: f64 = 1e-6;

/// What each piece of evidence adds to the log-odds that a row is right.
///
/// `log-odds = base + rule + kind + link + full name`; what was never counted adds nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Effects {
    base: f64,
    rules: Named,
    kinds: Named,
    links: Named,
    full_name: [f64; 2],
}

/// Effects by name. Every row asks for three: they are found by hash, and packed in the order of their names.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, f64>", into = "BTreeMap<String, f64>")]
struct Named(HashMap<String, f64, Mixed>);

impl Named {
    fn of(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(0.0)
    }
}

impl From<BTreeMap<String, f64>> for Named {
    fn from(effects: BTreeMap<String, f64>) -> Named {
        Named(effects.into_iter().collect())
    }
}

impl From<Named> for BTreeMap<String, f64> {
    fn from(effects: Named) -> BTreeMap<String, f64> {
        effects.0.into_iter().collect()
    }
}

impl Effects {
    /// How likely a row of this evidence is right, 0 to 1.
    pub fn confidence(&self, row: Evidence<'_>) -> f64 {
        let words = self.rules.of(row.rule) + self.kinds.of(row.kind) + self.links.of(row.link);
        chance(self.base + words + self.full_name[usize::from(row.full_name)])
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'r> {
    Rule(&'r str),
    Kind(&'r str),
    Link(&'r str),
    FullName(bool),
}

/// The fit of effects to counts. Pieces go by number, so that no sweep looks a name up.
struct Fit<'c> {
    base: f64,
    /// Each piece, its effect and the rows that have it.
    pieces: Vec<(Piece<'c>, f64, Vec<usize>)>,
    /// The four pieces of a row, in the order of [`Piece`], and how often it was right.
    rows: Vec<([usize; 4], Count)>,
}

impl<'c> Fit<'c> {
    fn new(calibration: &'c Calibration) -> Fit<'c> {
        let pieces_of =
            |row: Evidence<'c>| [Piece::Rule(row.rule), Piece::Kind(row.kind), Piece::Link(row.link), Piece::FullName(row.full_name)];
        let mut having: BTreeMap<Piece<'c>, Vec<usize>> = BTreeMap::new();
        for (number, (row, _)) in calibration.counts().enumerate() {
            for piece in pieces_of(row) {
                having.entry(piece).or_default().push(number);
            }
        }
        let numbers: BTreeMap<Piece<'c>, usize> = having.keys().enumerate().map(|(number, piece)| (*piece, number)).collect();
        let rows = calibration.counts().map(|(row, count)| (pieces_of(row).map(|piece| numbers[&piece]), count)).collect();
        Fit { base: 0.0, pieces: having.into_iter().map(|(piece, rows)| (piece, 0.0, rows)).collect(), rows }
    }

    /// Moves the base and then each effect, one at a time, to where it should be if the others were right; gives the largest
    /// move. Every move goes uphill on a hill with one top, so that this ends in one place.
    fn improve(&mut self) -> f64 {
        // One row right and one wrong are added to the base, so that no share is quite 0 or 1.
        let even = chance(self.base);
        let (missing, weight) = self.compared(0..self.rows.len());
        let mut largest = (missing + 1.0 - 2.0 * even) / (weight + 2.0 * even * (1.0 - even));
        self.base += largest;
        largest = largest.abs();
        for number in 0..self.pieces.len() {
            let (_, effect, rows) = &self.pieces[number];
            let (missing, weight) = self.compared(rows.iter().copied());
            let step = (missing - DRAWN * effect) / (weight + DRAWN);
            self.pieces[number].1 += step;
            largest = largest.max(step.abs());
        }
        largest
    }

    /// How many more of these rows were right than is believed now, and how much a step would change that.
    fn compared(&self, rows: impl Iterator<Item = usize>) -> (f64, f64) {
        rows.fold((0.0, 0.0), |(missing, weight), row| {
            let (pieces, count) = &self.rows[row];
            let [rule, kind, link, full_name] = pieces.map(|piece| self.pieces[piece].1);
            let (believed, of) = (chance(self.base + (rule + kind + link) + full_name), f64::from(count.of));
            (missing + f64::from(count.right) - of * believed, weight + of * believed * (1.0 - believed))
        })
    }

    fn done(self) -> Effects {
        let mut effects = Effects { base: self.base, ..Effects::default() };
        for (piece, effect, _) in self.pieces {
            match piece {
                Piece::Rule(name) => drop(effects.rules.0.insert(name.into(), effect)),
                Piece::Kind(name) => drop(effects.kinds.0.insert(name.into(), effect)),
                Piece::Link(name) => drop(effects.links.0.insert(name.into(), effect)),
                Piece::FullName(full) => effects.full_name[usize::from(full)] = effect,
            }
        }
        effects
    }
}

/// Log-odds as a share: 0 is one half.
fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidence(csv: &str, rule: &str, link: &str, full_name: bool) -> f64 {
        let calibration = Calibration::parse(&format!("{HEADER}\n{csv}")).unwrap();
        calibration.effects().confidence(Evidence { rule, kind: "direct", link, full_name })
    }

    #[test]
    fn nothing_counted_is_even() {
        assert!((confidence("", "incise", "name", true) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn much_evidence_is_believed_and_little_is_not() {
        assert!((confidence("incise,direct,name,yes,900,1000\n", "incise", "name", true) - 0.9).abs() < 0.01);
        let once = confidence("incise,direct,name,yes,1,1\n", "incise", "name", true);
        assert!(once > 0.5 && once < 0.9, "{once}");
    }

    #[test]
    fn a_rule_never_seen_goes_by_its_link() {
        let csv = "que,direct,name,yes,40,40\nque,direct,description,no,20,40\n";
        let (name, description) = (confidence(csv, "dixit", "name", true), confidence(csv, "dixit", "description", false));
        assert!(name > 0.85 && description < 0.65, "{name} {description}");
        let neither = confidence(csv, "dixit", "acronym", false);
        assert!(description < neither && neither < name, "{neither}");
    }

    #[test]
    fn the_rows_of_a_rule_are_believed_about_as_often_as_they_were_right() {
        let csv = "que,direct,name,yes,300,400\nque,direct,pronoun,no,100,200\nincise,direct,name,yes,390,400\nincise,direct,pronoun,no,150,200\n";
        let right = |rule: &str| (400.0 * confidence(csv, rule, "name", true) + 200.0 * confidence(csv, rule, "pronoun", false)) / 600.0;
        assert!((right("que") - 400.0 / 600.0).abs() < 0.01, "{}", right("que"));
        assert!((right("incise") - 540.0 / 600.0).abs() < 0.01, "{}", right("incise"));
    }

    #[test]
    fn a_file_reads_as_it_was_written() {
        let mut calibration = Calibration::default();
        for (link, full_name, right) in [("name", true, true), ("name", true, false), ("pronoun", false, true)] {
            calibration.count(Evidence { rule: "incise", kind: "direct", link, full_name }, right);
        }
        assert_eq!(calibration.to_string(), format!("{HEADER}\nincise,direct,name,yes,1,2\nincise,direct,pronoun,no,1,1\n"));
        assert_eq!(Calibration::parse(&calibration.to_string()), Ok(calibration));
    }

    #[test]
    fn a_faulty_line_is_named() {
        for (csv, line) in [
            ("", 1),
            ("rule,link\n", 1),
            (",,1\n", 2),
            ("que,direct,name,yes,3,2\n", 2),
            ("que,direct,name,yes,1,2\nque,direct,name,,1,2\n", 3),
        ] {
            let csv = if line == 1 { csv.to_string() } else { format!("{HEADER}\n{csv}") };
            assert_eq!(Calibration::parse(&csv).unwrap_err().0, line, "{csv}");
        }
    }
}
