//! `guillemet check`: claims in, verdicts out.
//!
//! In: one claim, or a table of them, and the database of `index`. Out: a verdict a claim with the rows that it goes by; exit
//! code 1 where nothing was found, so that a script can tell. A line that holds no claim is named, and the others are answered.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use guillemet::database::{claims, Claim, Exhibit, Finding, Verdict};
use guillemet::write::Output;
use serde_json::json;

use super::archive::{line, record, table, Archive, Shape};
use super::search::{or, place, when, NOTHING};
use super::{done, put, say};

/// Check who said what: is this quotation theirs, and in these words?
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet check --speaker 'Solveig Mahé' --quote 'Le port rouvrira mardi' --db quotes.db
  guillemet check claims.csv --db quotes.db               a table with speaker, quote and perhaps date
  guillemet check claims.csv --db quotes.db -f csv > verdicts.csv

Verdicts: verbatim (these words, this speaker), fragment (cut from a longer sentence), altered (words
changed), reported (only as indirect speech), misattributed (another speaker's words), disputed
(articles disagree), not found (with what is nearest). Typography makes no difference, a word does.
Dots in a quote may stand for words left out. Rows are cited the oldest first.

Exit: 0 something was found, 1 nothing was, 2 wrong usage or a database that cannot be read, 3 some
line held no claim and the rest is done.")]
pub struct Check {
    /// Table of claims (.csv, UTF-8) with the columns speaker, quote and, if you like, date; - is standard input
    #[arg(value_name = "CLAIMS", conflicts_with_all = ["speaker", "quote", "date"], required_unless_present = "quote")]
    table: Option<PathBuf>,
    #[command(flatten)]
    archive: Archive,
    /// Who is said to have said it
    #[arg(short, long, value_name = "NAME", requires = "quote")]
    speaker: Option<String>,
    /// What
    #[arg(short, long, value_name = "WORDS", requires = "speaker")]
    quote: Option<String>,
    /// On which day: 2026-03-14. An older article with these words is told
    #[arg(long, value_name = "DAY", requires = "quote")]
    date: Option<String>,
    /// Form of the verdicts: text, csv (a line a claim, with its first row) or jsonl (with all of them)
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Shape,
}

/// The columns of a row that is shown.
pub(super) const EXHIBIT: &str = "changes,difference,found_speaker,found_quote,sentence,source,title,found_date,kind,rule,link,\
    confidence,start,end,url";

impl Check {
    /// Judges each claim, writes its verdict, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (name, all) = match &self.table {
            Some(path) => {
                let name = path.display().to_string();
                let all = claims(&table(path)?).map_err(|error| anyhow::anyhow!("{name}:{error}"))?;
                (name, all)
            }
            None => {
                let or = |text: &Option<String>| text.clone().unwrap_or_default();
                let claim = Claim::new(&or(&self.speaker), &or(&self.quote), &or(&self.date)).map_err(anyhow::Error::msg)?;
                (String::new(), vec![Ok((0, claim))])
            }
        };
        let database = self.archive.open()?;
        let (mut read, mut failed, mut found) = (0, 0, false);
        let mut output = Output::stdout();
        let mut bytes = if self.format == Shape::Csv {
            format!("line,speaker,quote,date,verdict,{EXHIBIT},rows,notes\n").into_bytes()
        } else {
            Vec::new()
        };
        for claim in all {
            match claim {
                Err(error) => {
                    failed += 1;
                    say(&format!("{name}:{error}"));
                }
                Ok((line, claim)) => {
                    let finding = database.check(&claim)?;
                    found |= finding.verdict != Verdict::NotFound;
                    bytes.extend(match self.format {
                        Shape::Text => text(&claim, &finding, read > 0).into_bytes(),
                        Shape::Csv => record(&cells(line, &claim, &finding)),
                        Shape::Jsonl => format!("{}\n", object(line, &claim, &finding)).into_bytes(),
                    });
                    read += 1;
                }
            }
            put(&mut output, &bytes)?;
            bytes.clear();
        }
        put(&mut output, &bytes)?;
        output.finish()?;
        Ok(if failed == 0 && !found { ExitCode::from(NOTHING) } else { done(read, failed) })
    }
}

/// What a claim changed, by sort: *negation, number*.
fn sorts(exhibit: &Exhibit) -> String {
    let mut names: Vec<&str> = Vec::new();
    for change in &exhibit.changes {
        let own: Vec<&str> = change.sorts.iter().map(|sort| sort.name()).collect();
        for name in if own.is_empty() { vec!["word"] } else { own } {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.join(", ")
}

fn text(claim: &Claim, finding: &Finding, more: bool) -> String {
    let mut out = if more { "\n".to_string() } else { String::new() };
    let _ = writeln!(out, "{}: {}, « {} »", finding.verdict, line(claim.speaker()), line(claim.quote()));
    for note in &finding.notes {
        let _ = writeln!(out, "  note: {}", line(note));
    }
    if finding.verdict == Verdict::NotFound && !finding.exhibits.is_empty() {
        let _ = writeln!(out, "  nearest:");
    }
    finding.exhibits.iter().for_each(|exhibit| out.push_str(&exhibit_text(exhibit)));
    let hidden = finding.rows - finding.exhibits.len();
    if hidden > 0 {
        let _ = writeln!(out, "\n  … and {hidden} more");
    }
    out
}

/// A row that is shown, as text.
pub(super) fn exhibit_text(exhibit: &Exhibit) -> String {
    let Exhibit { row, article, sentence, difference, .. } = exhibit;
    let mut out = String::new();
    let _ = writeln!(out, "\n  {}  {}", line(&when(article)), line(or(&row.speaker, "(speaker not told)")));
    let _ = writeln!(out, "  « {} »", line(&row.quote));
    if !difference.is_empty() {
        let _ = writeln!(out, "  changed ({}): {}", sorts(exhibit), line(difference));
    }
    let _ = writeln!(out, "  in: {}", line(sentence));
    for told in place(row, article) {
        let _ = writeln!(out, "  {}", line(&told));
    }
    out
}

/// Its cells.
pub(super) fn columns_of(exhibit: &Exhibit) -> Vec<String> {
    let Exhibit { row, article, sentence, difference, .. } = exhibit;
    let mut cells = vec![sorts(exhibit), difference.clone(), row.speaker.clone(), row.quote.clone(), sentence.clone()];
    cells.extend([row.source.clone(), article.title.clone(), article.date.clone(), row.kind.name().to_string()]);
    cells.extend([row.rule.clone(), row.link.clone(), format!("{:.2}", row.confidence)]);
    cells.extend([row.start.to_string(), row.end.to_string(), row.url.clone()]);
    cells
}

fn cells(line: u64, claim: &Claim, finding: &Finding) -> Vec<String> {
    let mut cells = vec![
        if line == 0 { String::new() } else { line.to_string() },
        claim.speaker().to_string(),
        claim.quote().to_string(),
        claim.day().unwrap_or_default().to_string(),
        finding.verdict.to_string(),
    ];
    // Where nothing was found, the cells of the row are empty.
    let none = || vec![String::new(); EXHIBIT.split(',').count()];
    cells.extend(finding.exhibits.first().map_or_else(none, columns_of));
    cells.extend([finding.rows.to_string(), finding.notes.join("; ")]);
    cells
}

/// As an object.
pub(super) fn exhibit_object(exhibit: &Exhibit) -> serde_json::Value {
    let Exhibit { row, article, sentence, matched, changes, difference } = exhibit;
    let changes: Vec<_> = changes
        .iter()
        .map(|change| {
            let sorts: Vec<_> = change.sorts.iter().map(|sort| sort.name()).collect();
            json!({"dropped": change.dropped, "added": change.added, "sorts": sorts})
        })
        .collect();
    let matched = row.quote.get(matched.0..matched.1).unwrap_or_default();
    let place = json!({
        "source": row.source, "title": article.title, "date": article.date, "start": row.start, "end": row.end, "url": row.url,
    });
    let found = json!({"speaker": row.speaker, "quote": row.quote, "matched": matched, "sentence": sentence});
    let why = json!({
        "kind": row.kind.name(), "rule": row.rule, "link": row.link, "confidence": (row.confidence * 100.0).round() / 100.0,
        "changes": changes, "difference": difference,
    });
    let parts = [found, place, why].into_iter().filter_map(|part| part.as_object().cloned());
    serde_json::Value::Object(parts.flatten().collect())
}

fn object(line: u64, claim: &Claim, finding: &Finding) -> serde_json::Value {
    let exhibits: Vec<_> = finding.exhibits.iter().map(exhibit_object).collect();
    json!({
        "line": (line > 0).then_some(line), "speaker": claim.speaker(), "quote": claim.quote(), "date": claim.day(),
        "verdict": finding.verdict.name(), "exhibits": exhibits, "rows": finding.rows, "notes": finding.notes,
    })
}
