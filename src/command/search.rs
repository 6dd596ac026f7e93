//! `guillemet search`: words in, quotations out.
//!
//! In: words, and the database of `index`. Out: quotations, best first, and exit code 1 where there is none, so that a script
//! can tell.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use guillemet::database::{day, Hit, Search as Asked};
use guillemet::row::{Article, Row};
use guillemet::write::{self, Block, Form, Output};

use super::archive::{Archive, Shape};
use super::{put, say};

/// The exit code where a question was asked and nothing was found.
pub(super) const NOTHING: u8 = 1;
/// How many hits are shown as text.
const SHOWN: u64 = 20;

/// Look for quotations in a database by their words and by who said them
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet search fermeture port --db quotes.db            both words, or other forms of them
  guillemet search '\"fermeture du port\"' --db quotes.db     these words, one after the other
  guillemet search --speaker mahé --db quotes.db            all that somebody said, the oldest first
  guillemet search port --speaker mahé --since 2026-03-01 --db quotes.db
  guillemet search port --db quotes.db -f csv > port.csv    for a spreadsheet

Case, accents and endings make no difference; œ is oe. What has the very words stands first.

Exit: 0 something was found, 1 nothing was, 2 wrong usage or a database that cannot be read.")]
pub struct Search {
    /// Words of the quotation; a phrase in double quotation marks
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    archive: Archive,
    /// Words of the speaker's name or description
    #[arg(short, long, value_name = "WORDS")]
    speaker: Option<String>,
    /// Only articles of this day and later: 2026-03-14
    #[arg(long, value_name = "DAY", value_parser = a_day)]
    since: Option<String>,
    /// Only articles of this day and earlier
    #[arg(long, value_name = "DAY", value_parser = a_day)]
    until: Option<String>,
    /// Form of the hits: text, csv or jsonl (the columns of extract, then title and date)
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Shape,
    /// Show at most N hits [default: 20 as text, all as csv and jsonl]
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<u64>,
}

impl Search {
    /// Looks, writes what was found, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let words = self.words.join(" ");
        let speaker = self.speaker.clone().unwrap_or_default();
        let asks = |text: &str| text.contains(char::is_alphanumeric);
        anyhow::ensure!(asks(&words) || asks(&speaker), "no word to look for: give WORDS, or --speaker");
        let database = self.archive.open()?;
        let limit = self.limit.or((self.format == Shape::Text).then_some(SHOWN));
        // One more tells whether there are more.
        let asked = Asked { words, speaker, since: self.since, until: self.until, limit: limit.map(|limit| limit.saturating_add(1)) };
        let mut hits = database.search(&asked)?;
        let more = limit.is_some_and(|limit| hits.len() as u64 > limit);
        if let Some(limit) = limit.filter(|_| more) {
            hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        let bytes = match self.format {
            Shape::Text => text(&hits).into_bytes(),
            Shape::Csv => table(&hits, write::Format::Csv),
            Shape::Jsonl => table(&hits, write::Format::Jsonl),
        };
        let mut output = Output::stdout();
        match put(&mut output, &bytes).and_then(|()| output.finish()) {
            // The reader has seen enough: what was found stays found.
            Err(error) if !error.is_closed_pipe() => return Err(error.into()),
            _ => {}
        }
        if more {
            say(&format!("these are the first {}; there are more: --limit N shows them", hits.len()));
        }
        Ok(ExitCode::from(if hits.is_empty() { NOTHING } else { 0 }))
    }
}

/// Hits as text: when and who, the words, where.
fn text(hits: &[Hit]) -> String {
    let mut out = String::new();
    for (n, hit) in hits.iter().enumerate() {
        let gap = if n > 0 { "\n" } else { "" };
        let _ = writeln!(out, "{gap}{}  {}", when(&hit.article), or(&hit.row.speaker, "(speaker not told)"));
        let _ = writeln!(out, "  « {} »", marked(hit).replace(['\n', '\r'], " "));
        for line in place(&hit.row, &hit.article) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}

/// A text, or what stands there where it is empty.
pub(super) fn or<'t>(text: &'t str, other: &'t str) -> &'t str {
    if text.is_empty() {
        other
    } else {
        text
    }
}

/// When an article appeared, for a reader.
pub(super) fn when(article: &Article) -> String {
    day(&article.date).unwrap_or_else(|| or(&article.date, "no date").to_string())
}

/// Where a row stands and why it says what it says, line by line.
pub(super) fn place(row: &Row, article: &Article) -> Vec<String> {
    let title = if article.title.is_empty() { String::new() } else { format!("{}, ", article.title) };
    let mut lines = vec![
        format!("{title}{} {}–{}", row.source, row.start, row.end),
        format!("{}, rule {}, link {}, confidence {:.2}", row.kind.name(), row.rule, or(&row.link, "none"), row.confidence),
    ];
    lines.extend((!row.url.is_empty()).then(|| row.url.clone()));
    lines
}

/// A quote with the words that were looked for between asterisks.
fn marked(hit: &Hit) -> String {
    let quote = &hit.row.quote;
    let (mut out, mut at) = (String::with_capacity(quote.len() + 8), 0);
    for &(start, end) in hit.matches.iter() {
        // One phrase may hold another.
        if start >= at {
            out.push_str(&quote[at..start]);
            out.push_str("**");
            out.push_str(&quote[start..end]);
            out.push_str("**");
            at = end;
        }
    }
    out.push_str(&quote[at..]);
    out
}

/// Hits as rows.
fn table(hits: &[Hit], format: write::Format) -> Vec<u8> {
    let form = Form { format, excel: false, kept: vec!["title".to_string(), "date".to_string()] };
    let mut bytes = form.head();
    let mut block = Block::new(&form);
    for (number, hit) in (0..).zip(hits) {
        let mut article = hit.article.clone();
        article.kept = vec![article.title.clone(), article.date.clone()];
        block.article(number, &article, std::slice::from_ref(&hit.row));
    }
    bytes.extend(block.bytes());
    bytes.extend(form.tail());
    bytes
}

fn a_day(text: &str) -> Result<String, String> {
    day(text).ok_or_else(|| "give a day, such as 2026-03-14".to_string())
}
