//! Numbers, times and sizes as people say them.

use std::time::Duration;

use jiff::Timestamp;

use crate::observation::Unit;

/// A length of time in its one or two largest units: `45 s`, `2 min 5 s`, `3 h 12 min`, `12 days`.
pub(super) fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..600 => and(format!("{minutes} min"), seconds % 60, "s"),
        600..3600 => format!("{minutes} min"),
        3600..86_400 => and(format!("{hours} h"), minutes % 60, "min"),
        86_400..864_000 => and(number(days, "day", "days"), hours % 24, "h"),
        _ => number(days, "day", "days"),
    }
}

/// How long ago an instant was; both in seconds since 1970. Clocks differ: one that is to come is now.
pub(super) fn past(at: f64, today: f64) -> String {
    let length = Duration::try_from_secs_f64((today - at).max(0.0));
    format!("{} ago", span(length.unwrap_or(Duration::MAX)))
}

fn and(more: String, less: u64, unit: &str) -> String {
    if less == 0 { more } else { format!("{more} {less} {unit}") }
}

/// `1 day`, `2,000 days`.
pub(super) fn number(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&number), if number == 1 { one } else { many })
}

/// `94`, `2,000`, `3.71 GiB`.
pub(super) fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => grouped(&format!("{value:.0}")),
        Unit::Bytes => size(value),
    }
}

fn size(bytes: f64) -> String {
    let mut units = ["B", "KiB", "MiB", "GiB", "TiB"].into_iter();
    let (mut value, mut unit) = (bytes, units.next().unwrap_or_default());
    for larger in units {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{} {unit}", grouped(&text))
}

/// Digits in groups of three: `1,234,567`.
pub(super) fn grouped(number: &impl ToString) -> String {
    let text = number.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

/// The day of an instant in seconds since 1970, in UTC.
pub(super) fn date(seconds: f64) -> String {
    let timestamp = Timestamp::from_second(seconds as i64);
    timestamp.map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_or_two_units_and_the_right_plural() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (125, "2 min 5 s"),
            (725, "12 min"),
            (3_600, "1 h"),
            (11_520, "3 h 12 min"),
            (86_400, "1 day"),
            (187_200, "2 days 4 h"),
            (864_000, "10 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn amounts_are_short_and_exact_enough() {
        for (value, unit, text) in [
            (94.0, Unit::Count, "94"),
            (1_234_567.0, Unit::Count, "1,234,567"),
            (0.0, Unit::Bytes, "0 B"),
            (1_023.0, Unit::Bytes, "1,023 B"),
            (3.71 * 1_073_741_824.0, Unit::Bytes, "3.71 GiB"),
            (5.0 * 1_073_741_824.0, Unit::Bytes, "5 GiB"),
            (798.72 * 1_073_741_824.0, Unit::Bytes, "799 GiB"),
            (100.0 * 1_073_741_824.0, Unit::Bytes, "100 GiB"),
            (1024.0 * 1_073_741_824.0, Unit::Bytes, "1 TiB"),
            (5000.0 * 1_099_511_627_776.0, Unit::Bytes, "5,000 TiB"),
        ] {
            assert_eq!(amount(value, unit), text);
        }
    }
}
