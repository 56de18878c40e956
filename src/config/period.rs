//! Durations as people write them: `30s`, `5m`, `1h 30m`.

use std::time::Duration;

/// A day-long interval is already unusual; humantime would accept centuries,
/// which overflow a clock.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// Parses a duration of at least `shortest`; the error is a sentence.
pub(super) fn parse(text: &str, shortest: Duration) -> Result<Duration, String> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{text}` has no unit"));
    }
    if text.contains('M') || text.contains("month") || text.contains('y') {
        // humantime reads 5M as five months; whoever wrote it meant minutes.
        return Err(format!("`{text}` is in months or years; `m` is minutes"));
    }
    let period =
        humantime::parse_duration(text).map_err(|error| format!("`{text}` is not a duration: {error}"))?;
    if period < shortest {
        let shortest = humantime::format_duration(shortest);
        return Err(format!("`{text}` is shorter than {shortest}"));
    }
    if period > LONGEST {
        return Err(format!("`{text}` is longer than 30 days"));
    }
    Ok(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_and_what_they_confuse_is_refused() {
        let second = Duration::from_secs(1);
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h 30m", 5400), ("1h30m", 5400), ("1d", 86400)] {
            assert_eq!(parse(text, second), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["300", "", "5M", "0s", "500ms", "-5m", "PT5M", "5 fortnights", "18446744073709551615s"] {
            assert!(parse(text, second).is_err(), "{text}");
        }
    }
}
