//! Claims: what somebody is said to have said.
//!
//! In: a speaker and a quotation, or a table of them. Out: [`Claim`]s; what is none, with its line and what to do.

use super::day;
use super::table::{lines, LineError, Lines};
use super::wording::{claimed, Word};

/// The most words of a claim.
const MOST: usize = 1_000;
/// The longest cell: what is longer is not looked at.
const LONGEST: usize = 1 << 16;

/// *X said: «…»*, to be checked.
///
/// ```
/// use guillemet::database::Claim;
/// assert!(Claim::new("Solveig Mahé", "Le port rouvrira mardi", "").is_ok());
/// assert_eq!(Claim::new("Solveig Mahé", "Oui", "").unwrap_err(), "the quote is one word: give at least two");
/// ```
#[derive(Debug, Clone)]
pub struct Claim {
    pub(super) speaker: String,
    pub(super) quote: String,
    pub(super) day: Option<String>,
    pub(super) words: Vec<Word>,
}

impl Claim {
    /// A claim: who is said to have said what, and on which day; an empty date is none.
    ///
    /// # Errors
    /// No speaker, fewer than two words or more than a thousand, a date that cannot be read.
    pub fn new(speaker: &str, quote: &str, date: &str) -> Result<Claim, String> {
        if quote.len() > LONGEST {
            return Err(format!("the quote has {} bytes: give a statement, at most {LONGEST} bytes", quote.len()));
        }
        if !speaker.contains(char::is_alphanumeric) {
            return Err("no speaker: tell who is said to have said it".to_string());
        }
        let quote = quote.trim();
        let words = claimed(quote);
        match words.iter().filter(|word| word.gap.is_none()).count() {
            0 => return Err("no quote: give the words that were said".to_string()),
            1 => return Err("the quote is one word: give at least two".to_string()),
            many if many > MOST => return Err(format!("the quote has {many} words: give a statement, at most {MOST} words")),
            _ => {}
        }
        let asked = day(date);
        if asked.is_none() && !date.trim().is_empty() {
            return Err(format!("the date {:?} is no day: write it as 2026-03-14", date.chars().take(40).collect::<String>()));
        }
        Ok(Claim { speaker: speaker.trim().to_string(), quote: quote.to_string(), day: asked, words })
    }

    /// Who is said to have said it.
    pub fn speaker(&self) -> &str {
        &self.speaker
    }

    /// What.
    pub fn quote(&self) -> &str {
        &self.quote
    }

    /// On which day: `2026-03-14`.
    pub fn day(&self) -> Option<&str> {
        self.day.as_deref()
    }
}

/// The claims of a table with the columns `speaker`, `quote` and, if it has one, `date`, each with its line. A line that holds
/// no claim is an error; the others are read.
///
/// # Errors
/// A table without these columns.
pub fn claims(table: &[u8]) -> Result<Lines<Claim>, LineError> {
    lines(table, ["speaker", "quote", "date"], 2, |[speaker, quote, date]| Claim::new(speaker, quote, date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_claim_is_told_with_its_line() {
        let table = "\u{feff}Quote;speaker;date\nLe port ferme;Ana Diop;\n;Ana Diop;\nOui;Ana Diop;\n\"Le port\nferme\";;\nLe port ferme;Ana Diop;hier\nLe port ouvre;Ana Diop;14 mars 2026\nseul\n";
        let told: Vec<String> = claims(table.as_bytes())
            .unwrap()
            .into_iter()
            .map(|claim| {
                claim.map_or_else(|error| error.to_string(), |(line, claim)| format!("{line} {} {:?}", claim.quote(), claim.day()))
            })
            .collect();
        assert_eq!(
            told,
            [
                "2 Le port ferme None",
                "3: no quote: give the words that were said",
                "4: the quote is one word: give at least two",
                "5: no speaker: tell who is said to have said it",
                "7: the date \"hier\" is no day: write it as 2026-03-14",
                "8 Le port ouvre Some(\"2026-03-14\")",
                "9: no speaker: tell who is said to have said it",
            ]
        );
        assert_eq!(
            claims(b"a,b\n1,2\n").unwrap_err().to_string(),
            "1: no columns speaker and quote, but \"a,b\": name them so in the first line"
        );
        assert_eq!(claims(b"\xff\xfea\0").unwrap_err().to_string(), "1: is UTF-16: save it as CSV UTF-8");
        let latin = claims(b"speaker,quote\nAna Diop,le caf\xe9 ferme\nAna Diop,le port ferme\n").unwrap();
        assert_eq!(latin[0].clone().unwrap_err().to_string(), "2: is not UTF-8: save the table as CSV UTF-8");
        assert!(latin[1].is_ok());
        let long = "mot ".repeat(20_000);
        assert_eq!(Claim::new("Ana Diop", &long, "").unwrap_err(), "the quote has 80000 bytes: give a statement, at most 65536 bytes");
    }
}
