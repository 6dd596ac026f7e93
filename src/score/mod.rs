//! Scoring: how much of what is found is right, and how well the confidence of a row tells.
//!
//! In: samples, articles with their gold, and a grammar. Out: a [`Score`] with the [`Calibration`] that follows from it, and a
//! [`Validation`], which calibrates on one half of the articles and measures on the other.
//! Deliberately not done: nothing is drawn by lot. The halves go by the order of the names.

mod gold;
mod matching;
mod plot;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub use self::gold::{samples, Gold, GoldError, Item, Sample};
use self::matching::share;
pub use self::matching::{judge, same_speaker, Judgement, Measure, Place, Tally};
use crate::calibration::{Calibration, Count, Evidence};
use crate::grammar::Grammar;
use crate::row::{rows, Kind};

/// What was counted over samples.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// Articles.
    pub articles: usize,
    /// Words between marks.
    pub marked: Tally,
    /// Words without marks.
    pub indirect: Tally,
    /// Marked words that nobody says, by gold.
    pub labels: usize,
    /// How often a row has somebody say them.
    pub misnamed: usize,
    /// How often rows that name a speaker were right, by evidence.
    pub calibration: Calibration,
}

impl Score {
    /// Reads each sample with a grammar and compares the rows with its gold.
    pub fn of<'s>(samples: impl IntoIterator<Item = &'s Sample>, grammar: &Grammar) -> Score {
        let mut score = Score::default();
        for sample in samples {
            let rows = rows(&sample.article, grammar);
            let judgement = judge(&sample.article.text, &sample.gold, &rows);
            score.articles += 1;
            score.marked.add(judgement.marked);
            score.indirect.add(judgement.indirect);
            score.labels += judgement.labels;
            score.misnamed += judgement.misnamed;
            for (row, right) in judgement.verdicts {
                score.calibration.count(row.evidence(), right);
            }
        }
        score
    }

    /// The score as a page to read: how good the rows are, and which rules are how often right.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{} article{}\n", self.articles, if self.articles == 1 { "" } else { "s" });
        let _ = writeln!(out, "                    gold   rows  precision  recall     F1");
        for (name, tally) in [("marked", self.marked), ("indirect", self.indirect)] {
            let sorts = [("found", tally.items, tally.rows, tally.found()), ("joint", tally.named_items, tally.named_rows, tally.joint())];
            for (sort, items, rows, measure) in sorts {
                let [precision, recall, f1] = [measure.precision, measure.recall, measure.f1()].map(|share| 100.0 * share);
                let _ = writeln!(out, "{:18} {items:5}  {rows:5}  {precision:9.1}  {recall:6.1}  {f1:5.1}", format!("{name}, {sort}"));
            }
        }
        out.push_str("\nfound: the right words, whoever says them. joint: the right words and the right speaker.\n");
        let _ = writeln!(out, "Marked words that nobody says: {}; rows that have somebody say them: {}.", self.labels, self.misnamed);
        out.push_str(&self.describe_rules());
        out
    }

    /// How often the rows of each rule were right: all, by whether a person is named in full, by rule; each by link.
    fn describe_rules(&self) -> String {
        let mut out = String::from("\nrule                       right     of      %  by link\n");
        let width = 24;
        let mut line = |name: &str, belongs: &dyn Fn(Evidence<'_>) -> bool| {
            let (mut all, mut links) = (Count::default(), BTreeMap::new());
            for (row, count) in self.calibration.counts().filter(|(row, _)| belongs(*row)) {
                all.add(count);
                links.entry(row.link).or_insert_with(Count::default).add(count);
            }
            let percent = 100.0 * share(all.right as usize, all.of as usize);
            let links: Vec<String> = links.into_iter().map(|(link, Count { right, of })| format!("{link} {right}/{of}")).collect();
            let _ = writeln!(out, "{name:width$} {:7} {:6} {percent:6.1}  {}", all.right, all.of, links.join(", "));
        };
        line("(all)", &|_| true);
        line("(person named in full)", &|row| row.full_name);
        line("(other speaker)", &|row| !row.full_name);
        let rules: BTreeSet<&str> = self.calibration.counts().map(|(row, _)| row.rule).collect();
        for rule in rules {
            line(rule, &|row| row.rule == rule);
        }
        out
    }
}

/// Rows whose confidence was not counted on their own article: those of one half of the samples by what the other half says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Validation {
    /// The rows that name a speaker.
    pub trials: Vec<Trial>,
    /// Items of gold that are marked and have a speaker.
    pub marked_items: usize,
}

/// What was said of a row, and what is true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The confidence of the row.
    pub confidence: f64,
    /// Whether its words and its speaker are those of gold.
    pub right: bool,
    /// Whether its words are marked.
    pub marked: bool,
}

/// What is left where only rows of some confidence are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kept {
    /// Rows.
    pub rows: usize,
    /// The share of them that is right.
    pub precision: f64,
    /// Rows of marked words.
    pub marked_rows: usize,
    /// The share of them that is right.
    pub marked_precision: f64,
    /// The share of the marked items of gold that are among them, rightly.
    pub marked_recall: f64,
}

/// Rows of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Their mean confidence.
    pub said: f64,
    /// The share of them that is right.
    pub right: f64,
    /// How many.
    pub rows: usize,
}

/// The confidences from which rows are kept.
pub const THRESHOLDS: [f64; 6] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/// How many steps of confidence the rows are sorted into.
const BINS: usize = 10;

impl Validation {
    /// Splits the samples by the order of their names, every other one, and calibrates and measures both ways.
    pub fn of(samples: &[Sample], grammar: &Grammar) -> Validation {
        let mut samples: Vec<&Sample> = samples.iter().collect();
        samples.sort_by_key(|sample| (&sample.name, &sample.article.source));
        let half = |odd: usize| samples.iter().copied().skip(odd).step_by(2);
        let mut validation = Validation::default();
        for (counted, measured) in [(half(0), half(1)), (half(1), half(0))] {
            let grammar = grammar.with_calibration(Score::of(counted, grammar).calibration);
            for sample in measured {
                let rows = rows(&sample.article, &grammar);
                let judgement = judge(&sample.article.text, &sample.gold, &rows);
                let trial = |(row, right): &(&crate::row::Row, bool)| Trial {
                    confidence: row.confidence,
                    right: *right,
                    marked: row.kind != Kind::Indirect,
                };
                validation.trials.extend(judgement.verdicts.iter().map(trial));
                validation.marked_items += judgement.marked.named_items;
            }
        }
        validation
    }

    /// What is left of the rows that are at least so sure.
    pub fn kept(&self, confidence: f64) -> Kept {
        let rows: Vec<&Trial> = self.trials.iter().filter(|trial| trial.confidence >= confidence).collect();
        let marked: Vec<&Trial> = rows.iter().copied().filter(|trial| trial.marked).collect();
        let right = |trials: &[&Trial]| trials.iter().filter(|trial| trial.right).count();
        Kept {
            rows: rows.len(),
            precision: share(right(&rows), rows.len()),
            marked_rows: marked.len(),
            marked_precision: share(right(&marked), marked.len()),
            marked_recall: share(right(&marked), self.marked_items),
        }
    }

    /// The rows in ten steps of confidence, from the lowest: 0 to 0.1, and so on.
    pub fn bins(&self) -> [Bin; BINS] {
        let mut bins = [Bin::default(); BINS];
        for trial in &self.trials {
            let bin = &mut bins[((trial.confidence * BINS as f64) as usize).min(BINS - 1)];
            bin.said += trial.confidence;
            bin.right += f64::from(u8::from(trial.right));
            bin.rows += 1;
        }
        for bin in bins.iter_mut().filter(|bin| bin.rows > 0) {
            bin.said /= bin.rows as f64;
            bin.right /= bin.rows as f64;
        }
        bins
    }

    /// The mean square of what confidence and truth are apart: 0 is best.
    pub fn brier(&self) -> f64 {
        let apart = self.trials.iter().map(|trial| (trial.confidence - f64::from(u8::from(trial.right))).powi(2));
        apart.sum::<f64>() / self.trials.len().max(1) as f64
    }

    /// The validation as a page to read.
    pub fn describe(&self) -> String {
        let mut out = String::from("Confidence, counted on one half of the articles and measured on the other, both ways\n\n");
        out.push_str("confidence   rows  right %  marked rows  right %  of marked gold %\n");
        for threshold in THRESHOLDS {
            let kept = self.kept(threshold);
            let _ = writeln!(
                out,
                "at least {threshold:.2} {:5}  {:7.1}  {:11}  {:7.1}  {:16.1}",
                kept.rows,
                100.0 * kept.precision,
                kept.marked_rows,
                100.0 * kept.marked_precision,
                100.0 * kept.marked_recall
            );
        }
        out.push_str("\nconfidence    rows  mean said  right\n");
        for (n, bin) in self.bins().iter().enumerate() {
            let (from, to) = (n as f64 / BINS as f64, (n + 1) as f64 / BINS as f64);
            let _ = write!(out, "{from:.1} to {to:.1}    {:5}", bin.rows);
            let _ = if bin.rows > 0 { writeln!(out, "  {:9.2}  {:5.2}", bin.said, bin.right) } else { writeln!(out) };
        }
        let right = share(self.trials.iter().filter(|trial| trial.right).count(), self.trials.len());
        let same = right * (1.0 - right);
        let _ = writeln!(out, "\nBrier score {:.3} (0 is best; {same:.3} is saying {right:.2} of every row)", self.brier());
        out
    }

    /// The steps of confidence as a drawing in SVG: what was said from left to right, what was right upwards.
    pub fn plot(&self) -> String {
        plot::plot(&self.bins())
    }
}
