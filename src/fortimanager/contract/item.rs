//! A contract as JSON-RPC and the command line write it:
//! `SPRT-1-20-20260525:0:1:1:0`, or without what follows the date.
//!
//! The parts are the code, a number that is always 1, the support level and
//! the last day; after them stands twice how many it is for.

use jiff::civil::Date;

use super::is_plausible;

/// Support levels, worded as the licence page words those it is known to show.
///
/// Source: FortiManager's own `support_level_desc` table. What it called 24x7
/// it calls Premium since; a page of that time says so, an item does not.
const LEVELS: [(&str, &str); 7] = [
    ("04", "Return To Factory Support"),
    ("05", "Advanced HW Support"),
    ("06", "Web/Online Support"),
    ("10", "8x5 Support"),
    ("20", "24x7 Support"),
    ("55", "Premium Service"),
    ("99", "Trial"),
];

/// What an item says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fortimanager) struct Item<'a> {
    pub(in crate::fortimanager) code: &'a str,
    level: &'a str,
    /// The last day that is covered.
    pub(in crate::fortimanager) expiry: Date,
}

impl<'a> Item<'a> {
    /// Reads an item whole, or not at all.
    pub(in crate::fortimanager) fn read(text: &'a str) -> Option<Self> {
        let contract = text.split(':').next()?.trim();
        let mut parts = contract.split('-');
        let (code, _, level, day) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_complete = !code.is_empty() && parts.next().is_none() && day.len() == 8;
        let is_day = day.bytes().all(|byte| byte.is_ascii_digit());
        let expiry = Date::strptime("%Y%m%d", day).ok().filter(is_plausible)?;
        (is_complete && is_day).then_some(Self { code, level, expiry })
    }

    /// The support level in words; one that is not listed as it is.
    pub(in crate::fortimanager) fn level(&self) -> &'a str {
        LEVELS.iter().find(|(known, _)| *known == self.level).map_or(self.level, |(_, words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_item_is_read_by_its_parts_in_either_form() {
        for (text, code, level, expiry) in [
            ("VMLS-1-06-20260525:0:5000:5000:0", "VMLS", "Web/Online Support", date(2026, 5, 25)),
            ("SPRT-1-20-20260525", "SPRT", "24x7 Support", date(2026, 5, 25)),
            ("AVEN-1-99-20221001:0:1:1:0", "AVEN", "Trial", date(2022, 10, 1)),
            ("NEWC-1-77-20991231:0:1:1:0", "NEWC", "77", date(2099, 12, 31)),
        ] {
            let item = Item::read(text).unwrap();
            assert_eq!((item.code, item.level(), item.expiry), (code, level, expiry), "{text}");
        }
    }

    #[test]
    fn half_an_item_is_none() {
        for text in [
            "",
            "SPRT",
            "SPRT-1-20",
            "SPRT-1-20-2026",
            "SPRT-1-20-20260231",
            "SPRT-1-20-00000000",
            "SPRT-1-20-20260525-1",
            "-1-20-20260525",
            "SPRT-1-20-2026-05-25",
        ] {
            assert_eq!(Item::read(text), None, "{text}");
        }
    }
}
