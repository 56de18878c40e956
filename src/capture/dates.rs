//! Dates moved by whole weeks, written as they were.

use jiff::Span;
use jiff::civil::Date;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// As the systems abbreviate them.
const ZONES: [&str; 51] = [
    "ACDT", "ACST", "ADT", "AEDT", "AEST", "AKDT", "AKST", "AMT", "ART", "AST", "AWST", "BRT", "BST", "CAT",
    "CDT", "CEST", "CET", "CLST", "CLT", "COT", "CST", "EAT", "ECT", "EDT", "EEST", "EET", "EST", "GMT",
    "GST", "HKT", "HST", "ICT", "IDT", "IST", "JST", "KST", "MDT", "MSK", "MST", "NDT", "NST", "NZDT",
    "NZST", "PDT", "PST", "SAST", "SGT", "UTC", "WAT", "WEST", "WET",
];

/// A week has the same days everywhere: the name of the day stays right.
pub(super) const WEEK: i64 = 7 * 86_400;

/// A text with its first date moved, and what stands around that date.
pub(super) struct Moved {
    pub(super) text: String,
    pub(super) around: String,
}

/// The text with its date moved back by so many weeks; `None` if there is none in it.
pub(super) fn moved(text: &str, weeks: i64) -> Option<Moved> {
    numeric(text, weeks).or_else(|| in_words(text, weeks))
}

/// Whether this is a date, perhaps with a time, and nothing else.
pub(super) fn is_all(moved: &Moved) -> bool {
    let mut words = moved.around.split([' ', '|', '\n', ',']).filter(|word| !word.is_empty());
    words.all(|word| DAYS.contains(&word) || is_zone(word) || is_time(word))
}

/// `06:01:42`, `T00:00:00Z`, `T06:01:42.123+02:00`.
fn is_time(word: &str) -> bool {
    let word = word.trim_start_matches('T').trim_end_matches('Z');
    let (time, zone) = word.find(['+', '-']).map_or((word, ""), |at| word.split_at(at));
    let is_zone = zone.len() <= 6 && zone.chars().all(|c| c.is_ascii_digit() || "+-:".contains(c));
    let is_pair = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let parts = time.split(':').count();
    is_zone && is_fraction && (2..=3).contains(&parts) && time.split(':').all(is_pair)
}

/// Not every word of capitals that ends in T: it may be somebody's name.
fn is_zone(word: &str) -> bool {
    ZONES.contains(&word)
}

/// `2026-05-25`, and `-20260525` as in contract items.
fn numeric(text: &str, weeks: i64) -> Option<Moved> {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    for (at, _) in text.char_indices() {
        let is_within = at > 0 && is_digit(at - 1);
        let stands_alone = |length: usize| !(is_within || is_digit(at + length));
        if let Some(date) = text.get(at..at + 10).and_then(|date| date.parse().ok()).and_then(plausible)
            && stands_alone(10)
        {
            return cut(text, at, 10, &back(date, weeks)?.to_string());
        }
        let compact = text.get(at..at + 8).and_then(|date| Date::strptime("%Y%m%d", date).ok());
        if let Some(date) = compact.and_then(plausible)
            && stands_alone(8)
            && text.get(..at).is_some_and(|before| before.ends_with('-'))
        {
            return cut(text, at, 8, &back(date, weeks)?.strftime("%Y%m%d").to_string());
        }
    }
    None
}

fn cut(text: &str, at: usize, length: usize, date: &str) -> Option<Moved> {
    let (before, after) = (text.get(..at)?, text.get(at + length..)?);
    Some(Moved { text: format!("{before}{date}{after}"), around: format!("{before}{after}") })
}

/// `Aug 08, 2023`, `Fri Apr 11 17:04:43 2025`, `Thu May 29 2025 06:01:42|CEST`.
fn in_words(text: &str, weeks: i64) -> Option<Moved> {
    let words: Vec<&str> = text.split(' ').collect();
    let month = words.iter().position(|word| MONTHS.contains(word))?;
    // Days below ten may stand behind a second space.
    let day = (month + 1..words.len()).find(|at| words.get(*at).is_some_and(|word| !word.is_empty()))?;
    let year = (day + 1..words.len()).find(|at| words.get(*at).is_some_and(|word| is_year(word)))?;
    let number = |at: usize| words.get(at)?.trim_end_matches([',', '\n']).parse::<i16>().ok();
    let place = MONTHS.iter().position(|name| words.get(month) == Some(name))?;
    let date =
        Date::new(number(year)?, i8::try_from(place + 1).ok()?, i8::try_from(number(day)?).ok()?).ok()?;
    let date = back(plausible(date)?, weeks)?;
    let (mut written, mut around) = (Vec::new(), Vec::new());
    for (at, word) in words.iter().enumerate() {
        let tail: String = word.chars().filter(|c| matches!(c, ',' | '\n')).collect();
        let new = match at {
            _ if at == month => date.strftime("%b").to_string(),
            _ if at == day && word.len() - tail.len() == 2 => {
                format!("{:02}{tail}", date.day())
            }
            _ if at == day => format!("{}{tail}", date.day()),
            _ if at == year => format!("{}{tail}", date.year()),
            _ => {
                around.push(*word);
                (*word).to_owned()
            }
        };
        written.push(new);
    }
    Some(Moved { text: written.join(" "), around: around.join(" ") })
}

fn is_year(word: &str) -> bool {
    let word = word.trim_end_matches('\n');
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn plausible(date: Date) -> Option<Date> {
    (1990..=2200).contains(&date.year()).then_some(date)
}

fn back(date: Date, weeks: i64) -> Option<Date> {
    date.checked_sub(Span::new().try_weeks(weeks).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_moved_in_the_form_they_have() {
        for (text, expected) in [
            ("2026-05-25", "2026-05-11"),
            ("24x7 Support (Expires 2026-05-25)", "24x7 Support (Expires 2026-05-11)"),
            ("2026-01-01T00:00:00", "2025-12-18T00:00:00"),
            ("VMLS-1-06-20260525:0:5000:5000:0", "VMLS-1-06-20260511:0:5000:5000:0"),
            ("Aug 08, 2023", "Jul 25, 2023"),
            ("Fri Apr 11 17:04:43 2025\n", "Fri Mar 28 17:04:43 2025\n"),
            ("Thu May 29 2025 06:01:42|CEST", "Thu May 15 2025 06:01:42|CEST"),
            ("Tue Feb  4 07:22:50 CET 2020", "Tue Jan  21 07:22:50 CET 2020"),
        ] {
            assert_eq!(moved(text, 2).map(|moved| moved.text).as_deref(), Some(expected));
        }
        for text in ["Today", "", "12026-05-25", "FGT20260525", "2026-02-31", "May Miller 2025", "May 2025"] {
            assert!(moved(text, 2).is_none(), "{text}");
        }
    }

    #[test]
    fn a_date_with_more_than_a_time_around_it_is_not_one() {
        for text in [
            "2026-05-25",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.123+02:00",
            "Thu May 29 2025 06:01:42|CEST",
            "Fri Apr 11 17:04:43 2025\n",
            "Tue Feb 11 07:22:50 CET 2020",
        ] {
            assert!(is_all(&moved(text, 1).unwrap()), "{text}");
        }
        for text in
            ["10.1.2.3 2026-05-25", "2026-05-25 4711471147", "2026-05-25 12:34 paris", "2026-05-25 BRANT"]
        {
            assert!(!is_all(&moved(text, 1).unwrap()), "{text}");
        }
        for text in ["backup-2026-05-25-paris", "2026-05-25 by j.doe", "host 10.1.2.3 2026-05-25 0123456789"]
        {
            assert!(!is_all(&moved(text, 1).unwrap()), "{text}");
        }
    }
}
