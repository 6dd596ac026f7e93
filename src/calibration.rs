//! Calibration: how often rows were right on gold, and what follows for a new row.
//!
//! In: counts by rule and link, `data/calibration.csv` or another file of its form. Out: the confidence of a row.
//! Deliberately not done: nothing is counted here by itself. [`Calibration::count`] is told whether a row was right.

use std::collections::BTreeMap;
use std::fmt;

/// How many rows were right, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Right.
    pub right: u32,
    /// Right or wrong.
    pub of: u32,
}

/// Counts by rule and link: `incise,surname,2,2`. A count without link is of the whole rule, one with neither of all rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calibration {
    counts: BTreeMap<(String, String), Count>,
}

/// The first line of a calibration file.
const HEADER: &str = "rule,link,right,of";

impl Calibration {
    /// Reads the lines of a file.
    ///
    /// ```
    /// use guillemet::calibration::Calibration;
    /// let calibration = Calibration::parse("rule,link,right,of\n,,8,10\nincise,,5,5\nincise,name,5,5\n").unwrap();
    /// assert_eq!(calibration.of("incise", "name").right, 5);
    /// assert!(calibration.confidence("incise", "name") > calibration.confidence("que", "pronoun"));
    /// ```
    ///
    /// # Errors
    /// The first faulty line, from 1, and what to do.
    pub fn parse(csv: &str) -> Result<Calibration, (u64, String)> {
        let mut calibration = Calibration::default();
        for (n, line) in csv.lines().enumerate() {
            let fault = |what: String| (n as u64 + 1, what);
            if n == 0 {
                if line != HEADER {
                    return Err(fault(format!("unknown header: the first line is {HEADER}")));
                }
                continue;
            }
            let cells: Vec<&str> = line.split(',').collect();
            let [rule, link, right, of] = cells.as_slice() else {
                return Err(fault(format!("{} cells: write {HEADER}", cells.len())));
            };
            let count = right.parse().ok().zip(of.parse().ok()).map(|(right, of)| Count { right, of });
            let count = count.filter(|c| c.right <= c.of).ok_or_else(|| fault("right and of are counts, right the smaller".into()))?;
            calibration.counts.insert(((*rule).to_string(), (*link).to_string()), count);
        }
        Ok(calibration)
    }

    /// Counts a row of this rule and link.
    pub fn count(&mut self, rule: &str, link: &str, right: bool) {
        for (rule, link) in [(rule, link), (rule, ""), ("", "")] {
            let count = self.counts.entry((rule.to_string(), link.to_string())).or_default();
            count.right += u32::from(right);
            count.of += 1;
        }
    }

    /// The count of a rule with a link, of a rule (no link), or of all rows (neither); zero where none was seen.
    pub fn of(&self, rule: &str, link: &str) -> Count {
        self.counts.get(&(rule.to_string(), link.to_string())).copied().unwrap_or_default()
    }

    /// Every count in the order of the file: rule, link, how many.
    pub fn counts(&self) -> impl Iterator<Item = (&str, &str, Count)> {
        self.counts.iter().map(|((rule, link), count)| (rule.as_str(), link.as_str(), *count))
    }

    /// How often rows of this rule and link are right, 0 to 1: the pair where it was seen, drawn towards its rule, and that
    /// towards all rows, so that a rule that was seen twice is not called certain.
    pub fn confidence(&self, rule: &str, link: &str) -> f64 {
        let (pair, rule, all) = (self.of(rule, link), self.of(rule, ""), self.of("", ""));
        let base = f64::from(all.right + 1) / f64::from(all.of + 2);
        let drawn = |count: Count, towards: f64| (f64::from(count.right) + 2.0 * towards) / (f64::from(count.of) + 2.0);
        drawn(pair, drawn(rule, base))
    }
}

/// The file: a header, then a line a count, sorted.
impl fmt::Display for Calibration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADER}")?;
        self.counts().try_for_each(|(rule, link, count)| writeln!(out, "{rule},{link},{},{}", count.right, count.of))
    }
}
