//! Times as a FortiManager's own clock shows them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::upstream::Scalar;

/// 2000-01-01 to 2200-01-01.
const PLAUSIBLE: std::ops::Range<f64> = 946_684_800.0..7_258_118_400.0;

/// Zones are whole quarters of an hour from UTC, at most 14 hours.
const QUARTER: f64 = 900.0;
const FURTHEST: f64 = 14.0 * 3600.0;
/// How far the two readings of one clock may be apart.
const APART: f64 = 60.0;

/// With the names of days and zones left out, which say nothing more.
const FORMATS: [&str; 3] = ["%b %d %Y %H:%M:%S", "%b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S"];

/// Whether an instant is within what a calendar of today holds.
pub(in crate::fortimanager) fn is_plausible(instant: f64) -> bool {
    PLAUSIBLE.contains(&instant)
}

/// A local time, in seconds since 1970 as if it were UTC: `Thu May 29 2025
/// 06:01:42|CEST`, `Fri Apr 11 17:04:43 2025`, `Tue Feb 11 07:22:50 CET 2020`.
pub(in crate::fortimanager) fn read(text: &Scalar<'_>) -> Option<f64> {
    let text = text.text()?;
    let time = text.split('|').next().unwrap_or_default();
    let is_name = |word: &&str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let words = time.split_whitespace().filter(|word| !is_name(word));
    let words = words.skip_while(|word| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(word));
    let time = words.collect::<Vec<_>>().join(" ");
    let local = FORMATS.iter().find_map(|format| DateTime::strptime(format, &time).ok())?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second() as f64)
}

/// How far the zone is from UTC, in which the clock showed `shown` at `instant`.
pub(super) fn zone(shown: f64, instant: f64) -> Option<f64> {
    let difference = shown - instant;
    let zone = (difference / QUARTER).round() * QUARTER;
    (zone.abs() <= FURTHEST && (difference - zone).abs() <= APART).then_some(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_read_as_they_are_written() {
        let read = |text: &str| read(&Scalar::Text(text.into()));
        for text in [
            "Thu May 29 2025 06:01:42|CEST",
            "Thu May 29 06:01:42 2025\n",
            "Thu May 29 06:01:42 CEST 2025",
            "2025-05-29 06:01:42",
        ] {
            assert_eq!(read(text), Some(1_748_498_502.0), "{text}");
        }
        assert_eq!(read("Tue Apr  1 00:00:00 2025"), Some(1_743_465_600.0));
        for text in ["", "never", "Thu May 32 2025 06:01:42", "1748491302"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_a_quarter_of_an_hour_or_several() {
        assert_eq!(zone(1_748_498_502.0, 1_748_491_302.0), Some(7_200.0));
        // Nepal, and a reading a second later.
        assert_eq!(zone(20_701.0, 0.0), Some(20_700.0));
        assert_eq!(zone(-18_000.0, 0.0), Some(-18_000.0));
        assert_eq!(zone(400.0, 0.0), None);
        assert_eq!(zone(86_400.0, 0.0), None);
    }
}
