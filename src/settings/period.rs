//! Durations as people write them: `30s`, `5m`, `1h 30m`.

use std::time::Duration;

/// A day-long interval is already unusual; humantime would accept centuries,
/// which overflow a clock.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// Parses a duration of at least `shortest`; the error is a sentence that does
/// not repeat the text.
pub(crate) fn parse(text: &str, shortest: Duration) -> Result<Duration, String> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it has no unit".to_owned());
    }
    let period = humantime::parse_duration(text).map_err(|error| {
        match error {
            humantime::DurationError::UnknownUnit { .. } => "it has a unit other than `s`, `m`, `h` and `d`",
            humantime::DurationError::NumberOverflow => "it is longer than 30 days",
            _ => "it is not a duration",
        }
        .to_owned()
    })?;
    let units = || text.split(|c: char| !c.is_alphabetic());
    if units().any(|unit| unit == "M" || unit.starts_with("month") || unit.starts_with('y')) {
        // humantime reads 5M as five months; whoever wrote it meant minutes.
        return Err("it is in months or years; `m` is minutes".to_owned());
    }
    if period < shortest {
        return Err(format!("it is shorter than {}", humantime::format_duration(shortest)));
    }
    if period > LONGEST {
        return Err("it is longer than 30 days".to_owned());
    }
    Ok(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_and_what_they_confuse_is_refused() {
        let second = Duration::from_secs(1);
        for (text, seconds) in
            [("30s", 30), ("5m", 300), ("1h 30m", 5400), ("1h30m", 5400), ("1d", 86400), ("2 days", 172_800)]
        {
            assert_eq!(parse(text, second), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["300", "", "5M", "0s", "500ms", "-5m", "PT5M", "5 fortnights", "18446744073709551615s"] {
            assert!(parse(text, second).is_err(), "{text}");
        }
    }
}
