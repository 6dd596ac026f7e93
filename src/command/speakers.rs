//! `guillemet speakers`: who speaks in a database, under which names, as what, and when.
//!
//! In: the database of `index`, and words of a name, if any. Out: a speaker each, the most quoted first, and exit code 1 where
//! there is none.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use guillemet::database::{Speaker, Speakers as Asked};
use serde_json::json;

use super::archive::{answer, line, record, Archive, Shape};
use super::progress::told;

/// How many names and roles of each.
const FEW: usize = 8;

/// List who speaks in a database: names, roles, how often, from when to when
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet speakers --db quotes.db                        the most quoted first
  guillemet speakers mahé --db quotes.db                   those of that name
  guillemet speakers --db quotes.db -f csv > speakers.csv  all of them, for a spreadsheet
  guillemet speakers --db quotes.db --aliases who.csv      with who is whom as you say

Names that differ only in titles, case and accents are one. A surname alone is led to a full name
where its article proves it: by a role that another article gives the full name, by the same words,
or by its title; behind each name stands which. An alias of yours goes before all of these.

Exit: 0 somebody was found, 1 nobody was, 2 wrong usage or a database that cannot be read.")]
pub struct Speakers {
    /// Words of a name
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    archive: Archive,
    /// Also who is only described: le maire, who is another in each town
    #[arg(long)]
    all: bool,
    /// Form of the list: text, csv or jsonl
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Shape,
    /// Show at most N speakers [default: 20 as text, all as csv and jsonl]
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
}

/// The columns of a table of speakers.
const COLUMNS: &str = "speaker,quotes,articles,first,last,gender,names,roles,described";

impl Speakers {
    /// Lists them, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let database = self.archive.open()?;
        let found = database.speakers(&Asked { words: self.words.join(" "), described: self.all })?;
        answer(found, (self.format, self.limit), |found| match self.format {
            Shape::Text => found.iter().enumerate().map(|(n, speaker)| text(speaker, n > 0)).collect::<String>().into_bytes(),
            Shape::Csv => [format!("{COLUMNS}\n").into_bytes()].into_iter().chain(found.iter().map(cells)).flatten().collect(),
            Shape::Jsonl => found.iter().flat_map(|speaker| format!("{}\n", object(speaker)).into_bytes()).collect(),
        })
    }
}

fn days(days: Option<&(String, String)>) -> (String, String) {
    days.cloned().unwrap_or_default()
}

fn text(speaker: &Speaker, more: bool) -> String {
    let mut out = if more { "\n".to_string() } else { String::new() };
    let (first, last) = days(speaker.days.as_ref());
    let when = match (first.as_str(), last.as_str()) {
        ("", _) => String::new(),
        (first, last) if first == last => format!(", {first}"),
        (first, last) => format!(", {first} to {last}"),
    };
    let (quotes, articles) = (told(speaker.quotes, "quotation"), told(speaker.articles, "article"));
    let _ = writeln!(out, "{}  {quotes} in {articles}{when}", line(&speaker.name));
    let rest = |all: usize| if all > FEW { format!(", … and {} more", all - FEW) } else { String::new() };
    let names: Vec<String> = speaker
        .names
        .iter()
        .take(FEW)
        .map(|name| {
            let proof = if name.proof == "name" { String::new() } else { format!(" ({})", name.proof) };
            format!("{} {}{proof}", line(&name.name), name.quotes)
        })
        .collect();
    let _ = writeln!(out, "  called: {}{}", names.join(", "), rest(speaker.names.len()));
    if !speaker.roles.is_empty() {
        let roles: Vec<String> = speaker.roles.iter().take(FEW).map(|held| format!("{} {}", line(&held.role), held.articles)).collect();
        let _ = writeln!(out, "  roles: {}{}", roles.join(", "), rest(speaker.roles.len()));
    }
    out
}

fn cells(speaker: &Speaker) -> Vec<u8> {
    let (first, last) = days(speaker.days.as_ref());
    let joined = |all: Vec<&str>| all.join("; ");
    record(&[
        speaker.name.clone(),
        speaker.quotes.to_string(),
        speaker.articles.to_string(),
        first,
        last,
        speaker.gender.clone(),
        joined(speaker.names.iter().map(|name| name.name.as_str()).collect()),
        joined(speaker.roles.iter().map(|held| held.role.as_str()).collect()),
        u8::from(speaker.described).to_string(),
    ])
}

fn object(speaker: &Speaker) -> serde_json::Value {
    let names: Vec<_> = speaker.names.iter().map(|name| json!({"name": name.name, "quotes": name.quotes, "proof": name.proof})).collect();
    let roles: Vec<_> = speaker
        .roles
        .iter()
        .map(|held| {
            let (first, last) = held.days.clone().unzip();
            json!({"role": held.role, "articles": held.articles, "first": first, "last": last})
        })
        .collect();
    let (first, last) = speaker.days.clone().unzip();
    json!({
        "speaker": speaker.name, "quotes": speaker.quotes, "articles": speaker.articles, "first": first, "last": last,
        "gender": speaker.gender, "names": names, "roles": roles, "described": speaker.described,
    })
}
