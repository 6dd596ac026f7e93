//! Days: the date of an article as a day that can be compared.
//!
//! In: a date as a crawler, an agency or a newspaper writes it. Out: `2026-03-14`, or nothing where it is not sure.
//! Deliberately not done: no time of the day and no time zone; *03/04/2026* is the third of April, as in France.

/// The day of a date.
///
/// ```
/// use guillemet::database::day;
/// assert_eq!(day("2026-03-14T08:30:00+01:00").as_deref(), Some("2026-03-14"));
/// assert_eq!(day("14/03/2026").as_deref(), Some("2026-03-14"));
/// assert_eq!(day("samedi 14 mars 2026").as_deref(), Some("2026-03-14"));
/// assert_eq!(day("Sat, 14 Mar 2026 07:30:00 GMT").as_deref(), Some("2026-03-14"));
/// assert_eq!(day("hier"), None);
/// ```
pub fn day(date: &str) -> Option<String> {
    let mut numbers: Vec<u32> = Vec::new();
    let mut month = None;
    for part in date.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let digits = part.trim_end_matches("er");
        let digits = digits.split(['T', 't']).next().unwrap_or(digits);
        if let Ok(number) = digits.parse::<u32>() {
            // 20260314
            if digits.len() == 8 && numbers.is_empty() {
                return sure(number / 10_000, number / 100 % 100, number % 100);
            }
            numbers.push(number);
        } else {
            month = month.or_else(|| by_name(part));
        }
        if numbers.len() + usize::from(month.is_some()) == 3 && !numbers.is_empty() {
            break;
        }
    }
    match (numbers.as_slice(), month) {
        (&[year, month, day, ..], None) if year > 31 => sure(year, month, day),
        (&[day, month, year, ..], None) => sure(year, month, day),
        (&[day, year, ..], Some(month)) if day <= 31 => sure(year, month, day),
        _ => None,
    }
}

fn sure(year: u32, month: u32, day: u32) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    ((1600..3000).contains(&year) && (1..=days).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The number of a month by its name, French or English, whole or shortened.
fn by_name(word: &str) -> Option<u32> {
    let word: String = word.chars().map(|c| crate::text::bare_char(crate::text::fold_char(c))).collect();
    let begins = |names: &[&str]| names.iter().any(|name| word.starts_with(name));
    // *juin* before *juil*: three letters of both are the same.
    let months: [&[&str]; 12] = [
        &["jan"],
        &["fev", "feb"],
        &["mar"],
        &["avr", "apr"],
        &["mai", "may"],
        &["juin", "jun"],
        &["juil", "jul"],
        &["aou", "aug"],
        &["sep"],
        &["oct"],
        &["nov"],
        &["dec"],
    ];
    let weekday = ["mardi", "mercredi"].contains(&word.as_str());
    months.iter().position(|names| begins(names)).filter(|_| !weekday).map(|month| month as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_papers_write_them() {
        for (date, want) in [
            ("2026-3-4", "2026-03-04"),
            ("20260314", "2026-03-14"),
            ("2026-03-14 08:30", "2026-03-14"),
            ("03/04/2026", "2026-04-03"),
            ("mardi 1er août 2023 à 14h30", "2023-08-01"),
            ("mercredi 29 février 2012", "2012-02-29"),
            ("Tue, 01 Jul 2025 10:00:00 +0200", "2025-07-01"),
            ("30 juin 2025", "2025-06-30"),
        ] {
            assert_eq!(day(date).as_deref(), Some(want), "{date}");
        }
        for date in ["", "2026", "mars 2026", "31/02/2026", "29 février 2011", "2026-13-01", "14", "demain 5 heures"] {
            assert_eq!(day(date), None, "{date}");
        }
    }
}
