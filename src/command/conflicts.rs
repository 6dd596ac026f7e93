//! `guillemet conflicts`: where the articles of a database disagree.
//!
//! In: the database of `index`. Out: groups of rows, the oldest first, with what differs; exit code 1 where there is none.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use guillemet::database::{About, Conflict};
use serde_json::json;

use super::archive::{answer, line, record, Archive, Shape};
use super::check::{columns_of, exhibit_object, exhibit_text, EXHIBIT};

/// Find where articles disagree: the same words of other people, or other words of the same
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet conflicts --db quotes.db                           all of them
  guillemet conflicts --about speakers --db quotes.db          words given to different people
  guillemet conflicts --speaker mahé --db quotes.db            those that somebody is part of
  guillemet conflicts --db quotes.db -f csv > conflicts.csv    for a spreadsheet, a line a quotation

Each conflict begins with the oldest quotation; what the others have in its place is marked, [-so-]
what it has alone and {+so+} what they have. Compared are quotations of people with a name that are
the same from six words on, or share nine and most of their words: fewer may be a turn of phrase. A
body, a description and a surname that nothing proves contradict nobody; a cut is no other wording.

Exit: 0 something was found, 1 nothing was, 2 wrong usage or a database that cannot be read.")]
pub struct Conflicts {
    #[command(flatten)]
    archive: Archive,
    /// Only conflicts about who said it (speakers), or about how (words)
    #[arg(long, value_name = "WHAT", hide_possible_values = true)]
    about: Option<What>,
    /// Only conflicts with somebody of this name
    #[arg(short, long, value_name = "NAME")]
    speaker: Option<String>,
    /// Form of the conflicts: text, csv (a line a quotation) or jsonl (a line a conflict)
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Shape,
    /// Show at most N conflicts [default: 20 as text, all as csv and jsonl]
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
}

/// What a conflict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Speakers,
    Words,
}

impl Conflicts {
    /// Finds them, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let database = self.archive.open()?;
        let mut found = database.conflicts(self.speaker.as_deref().unwrap_or_default())?;
        let about = self.about.map(|what| if what == What::Speakers { About::Speakers } else { About::Words });
        found.retain(|conflict| about.is_none_or(|about| conflict.about == about));
        answer(found, (self.format, self.limit), |found| match self.format {
            Shape::Text => found.iter().enumerate().map(|(n, conflict)| text(conflict, n > 0)).collect::<String>().into_bytes(),
            Shape::Csv => {
                let head = format!("conflict,about,{},rows\n", EXHIBIT.replace("found_", "")).into_bytes();
                [head].into_iter().chain(found.iter().enumerate().map(|(n, conflict)| cells(n + 1, conflict))).flatten().collect()
            }
            Shape::Jsonl => found.iter().flat_map(|conflict| format!("{}\n", object(conflict)).into_bytes()).collect(),
        })
    }
}

fn text(conflict: &Conflict, more: bool) -> String {
    let mut out = if more { "\n".to_string() } else { String::new() };
    let mut speakers: Vec<String> = Vec::new();
    for exhibit in &conflict.exhibits {
        let speaker = line(&exhibit.row.speaker);
        if !speakers.contains(&speaker) {
            speakers.push(speaker);
        }
    }
    let what = match conflict.about {
        About::Speakers => "who said it",
        About::Words => "in which words",
    };
    let _ = writeln!(out, "{what}: {}", speakers.join(" | "));
    conflict.exhibits.iter().for_each(|exhibit| out.push_str(&exhibit_text(exhibit)));
    let hidden = conflict.rows.saturating_sub(conflict.exhibits.len());
    if hidden > 0 {
        let _ = writeln!(out, "\n  … and {hidden} more");
    }
    out
}

fn cells(number: usize, conflict: &Conflict) -> Vec<u8> {
    let row = |exhibit| {
        let mut cells = vec![number.to_string(), conflict.about.name().to_string()];
        cells.extend(columns_of(exhibit));
        cells.push(conflict.rows.to_string());
        record(&cells)
    };
    conflict.exhibits.iter().flat_map(row).collect()
}

fn object(conflict: &Conflict) -> serde_json::Value {
    let exhibits: Vec<_> = conflict.exhibits.iter().map(exhibit_object).collect();
    json!({"about": conflict.about.name(), "exhibits": exhibits, "rows": conflict.rows})
}
