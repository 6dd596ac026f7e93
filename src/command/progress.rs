//! How far a run is, on standard error.
//!
//! In: counts, now and then. Out: a bar on a terminal, a line every ten seconds elsewhere, a summary at the end.
//! The clock is used here alone: nothing in a row depends on it.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use guillemet::write::Counts;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::say;

/// How often a log is told.
const EVERY: Duration = Duration::from_secs(10);

/// How a run tells how far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Show {
    /// A bar on a terminal, lines elsewhere.
    #[default]
    Auto,
    /// A bar.
    Bar,
    /// A line every ten seconds, and a summary.
    Lines,
    /// Nothing but what went wrong.
    Never,
}

pub struct Progress {
    bar: Option<ProgressBar>,
    lines: bool,
    /// Whether the end is told however short the run was.
    summary: bool,
    start: Instant,
    told: Instant,
    /// What an earlier run had done.
    before: Counts,
    /// Bytes to read in all, where that is known.
    total: Option<u64>,
}

impl Progress {
    pub fn new(show: Show, rows_shown: bool, total: impl FnOnce() -> Option<u64>, before: Counts) -> Progress {
        // A bar among rows on the same terminal would be no use to either.
        let terminal = io::stderr().is_terminal() && !(rows_shown && io::stdout().is_terminal());
        let shown = show == Show::Bar || show == Show::Auto && terminal;
        // Whoever shows nothing need not look at every file first.
        let total = if shown || show == Show::Lines { total() } else { None };
        let bar = shown.then(|| bar(total));
        let lines = bar.is_none() && show != Show::Never;
        let summary = bar.is_some() || show == Show::Lines;
        let start = Instant::now();
        Progress { bar, lines, summary, start, told: start, before, total }
    }

    /// Notes how far the run is: `read` bytes of the inputs.
    pub fn note(&mut self, counts: &Counts, read: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(read);
            bar.set_message(format!("{}, {}", told(counts.documents, "document"), told(counts.rows, "row")));
        } else if self.lines && self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            self.summary = true;
            say(&self.line(counts, read));
        }
    }

    /// Says something else meanwhile.
    pub fn say(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(message)),
            None => say(message),
        }
    }

    /// Whether the end is told although nothing went wrong.
    pub fn finish(self) -> bool {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.summary
    }

    fn line(&self, counts: &Counts, read: u64) -> String {
        let seconds = self.start.elapsed().as_secs_f64();
        let speed = (counts.bytes - self.before.bytes) as f64 / 1e6 / seconds;
        let mut line = format!("{}, {}, {speed:.1} MB/s", told(counts.documents, "document"), told(counts.rows, "row"));
        if let Some(total) = self.total.filter(|total| *total > 0 && read > 0) {
            let left = seconds * (total.saturating_sub(read)) as f64 / read as f64;
            line.push_str(&format!(", {:.0} %, {} left", 100.0 * read as f64 / total as f64, HumanDuration(Duration::from_secs_f64(left))));
        }
        line
    }
}

/// `1 document`, `12,345 rows`.
pub fn told(number: u64, what: &str) -> String {
    format!("{} {what}{}", HumanCount(number), if number == 1 { "" } else { "s" })
}

fn bar(total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(5));
    let template = match total {
        Some(_) => "{bar:30} {percent:>3} %  {msg}  {decimal_bytes_per_sec}  {eta} left",
        None => "{spinner} {msg}  {decimal_bytes_per_sec}  {elapsed}",
    };
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
