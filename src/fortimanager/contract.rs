//! Contracts of a FortiManager: what their codes mean and what their texts say.

use jiff::civil::Date;

/// Contract codes and the services they stand for.
///
/// Source: FortiManager's own `support_type_desc` table where it has a text,
/// else the common reading.
pub(super) const NAMES: [(&str, &str); 34] = [
    ("ADOM", "ADOM Subscription"),
    ("AFAC", "FortiAnalyzer Cloud Premium"),
    ("AVDB", "Advanced Malware Protection"),
    ("AVEN", "AntiVirus Engine"),
    ("COMP", "Comprehensive Support"),
    ("DLDB", "Data Loss Prevention"),
    ("ENHN", "Enhanced Support"),
    ("FAIS", "FortiGuard AI-based Sandbox"),
    ("FAZC", "FortiAnalyzer Cloud"),
    ("FCEM", "EMS Cloud"),
    ("FCSS", "FortiConverter"),
    ("FGSA", "FortiGuard Attack Surface Security"),
    ("FMGC", "FortiManager Cloud"),
    ("FMSS", "Mobile Security"),
    ("FMWR", "Firmware and General Updates"),
    ("FRVS", "Vulnerability Management"),
    ("FSFG", "FortiSASE LAN Extension"),
    ("FSPA", "FortiSASE SPA"),
    ("FURL", "FortiGuard URL, DNS and Video Filtering"),
    ("HDWR", "Hardware"),
    ("IOTH", "IoT Detection"),
    ("IPMC", "IPAM Cloud"),
    ("ISSS", "FortiGuard OT Security"),
    ("NIDS", "FortiGuard IPS"),
    ("SBCL", "FortiSandbox Cloud"),
    ("SPAM", "AntiSpam"),
    ("SPRT", "FortiCare Support"),
    ("SWNC", "SD-WAN Orchestrator"),
    ("SWNM", "FortiGuard SD-WAN Underlay"),
    ("SWNO", "SD-WAN Overlay Controller"),
    ("VDOM", "VDOM"),
    ("VMDB", "Vulnerability Management and Compliance"),
    ("VMLS", "VM License"),
    ("ZHVO", "FortiGuard Virus Outbreak Protection"),
];

/// The service behind a code. The codes are open-ended; one that is not listed
/// is shown as it is.
pub(super) fn name(code: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// The first `YYYY-MM-DD` in a text such as `24x7 Support (Expires 2026-05-25)`.
pub(super) fn expiry(text: &str) -> Option<Date> {
    let is_date_char = |c: char| c.is_ascii_digit() || c == '-';
    let words = text.split(|c: char| !is_date_char(c)).filter(|word| word.len() == 10);
    words.filter_map(|word| word.parse::<Date>().ok()).find(|date| (2000..=2200).contains(&date.year()))
}

/// The support level in front of the date: `24x7 Support`. The page writes
/// `Expired` in its place once it is over; that is no level.
pub(super) fn level(text: &str) -> &str {
    let level = text.split('(').next().unwrap_or_default().trim();
    if level.eq_ignore_ascii_case("expired") || level.contains("Expires") { "" } else { level }
}

/// 00:00 UTC of a day, in seconds: the page names neither time nor zone.
pub(super) fn midnight(date: Date) -> Option<f64> {
    let instant = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(instant.timestamp().as_second() as f64)
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
        assert_eq!(midnight(date(2023, 4, 29)), Some(1_682_726_400.0));
    }

    #[test]
    fn levels_are_what_stands_before_the_date() {
        assert_eq!(level("24x7 Support (Expires 2026-05-25)"), "24x7 Support");
        assert_eq!(level("Web/Online Support (Expires 2026-05-25)"), "Web/Online Support");
        assert_eq!(level("Expired (Expires 2023-04-29)"), "");
        assert_eq!(level("Expires 2026-05-25"), "");
    }
}
