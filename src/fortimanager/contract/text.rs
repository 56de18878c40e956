//! What the licence page writes of a contract: `24x7 Support (Expires 2026-05-25)`.

use jiff::civil::Date;

use super::is_plausible;

/// The first `YYYY-MM-DD` in a text such as `24x7 Support (Expires 2026-05-25)`.
pub(in crate::fortimanager) fn expiry(text: &str) -> Option<Date> {
    let is_date_char = |c: char| c.is_ascii_digit() || c == '-';
    let words = text.split(|c: char| !is_date_char(c)).filter(|word| word.len() == 10);
    words.filter_map(|word| word.parse::<Date>().ok()).find(is_plausible)
}

/// The support level in front of the date: `24x7 Support`. The page writes
/// `Expired` in its place once it is over; that is no level.
pub(in crate::fortimanager) fn level(text: &str) -> &str {
    let level = text.split('(').next().unwrap_or_default().trim();
    if level.eq_ignore_ascii_case("expired") || level.contains("Expires") { "" } else { level }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_found_where_they_stand() {
        for (text, expected) in [
            ("24x7 Support (Expires 2026-05-25)", Some(date(2026, 5, 25))),
            ("Expired (Expires 2023-04-29)", Some(date(2023, 4, 29))),
            ("2026-05-25", Some(date(2026, 5, 25))),
            ("until 2026-05-25T00:00:00", Some(date(2026, 5, 25))),
            ("Premium Support", None),
            ("Expires 2026-02-30", None),
            ("Expires 0000-00-00", None),
            ("Never expires", None),
            ("build 12026-05-25", None),
        ] {
            assert_eq!(expiry(text), expected, "{text}");
        }
    }

    #[test]
    fn levels_are_what_stands_before_the_date() {
        assert_eq!(level("24x7 Support (Expires 2026-05-25)"), "24x7 Support");
        assert_eq!(level("Web/Online Support (Expires 2026-05-25)"), "Web/Online Support");
        assert_eq!(level("Expired (Expires 2023-04-29)"), "");
        assert_eq!(level("Expires 2026-05-25"), "");
    }
}
