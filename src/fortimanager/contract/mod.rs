//! Contracts of a FortiManager or FortiAnalyzer, the same from either place that tells of them.
//!
//! ```text
//! names.rs  codes, and the services they stand for
//! text.rs   the texts of the licence page: `24x7 Support (Expires 2026-05-25)`
//! item.rs   the items of JSON-RPC: `SPRT-1-20-20260525:0:1:1:0`
//! ```

pub(super) mod item;
mod names;
pub(super) mod text;

use jiff::civil::Date;

pub(super) use self::names::NAMES;
use super::families::Families;
use crate::observation::Samples;

/// One contract.
#[derive(Debug)]
pub(super) struct Contract {
    pub(super) code: String,
    /// In the system's own word, where it says one.
    pub(super) status: Option<String>,
    pub(super) active: Option<bool>,
    pub(super) level: String,
    pub(super) expiry: Option<Date>,
}

/// Where contracts were read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Gui,
    JsonRpc,
}

/// The label of each source, and what it stands for.
pub(super) const SOURCES: [(&str, &str); 2] =
    [("gui", "SysDashboard type=license"), ("json_rpc", "/um/license/self")];

/// Adds what is known of contracts, and from where.
pub(super) fn push(contracts: &[Contract], source: Source, m: &Families, samples: &mut Samples) {
    let [gui, json_rpc] = SOURCES;
    let (source, _) = match source {
        Source::Gui => gui,
        Source::JsonRpc => json_rpc,
    };
    if let Some(metric) = m.license_source {
        samples.push(metric, &[source], 1.0);
    }
    for contract in contracts {
        let code = contract.code.as_str();
        samples.push(m.license_expiry, &[code], contract.expiry.and_then(midnight));
        samples.push_flag(m.license_active, &[code], contract.active);
        let status = contract.status.as_deref().unwrap_or_default();
        let labels = [code, names::name(code), contract.level.as_str(), status];
        samples.push(m.license_info, &labels, 1.0);
    }
}

/// Adds whose they are, if that is known.
pub(super) fn push_account(account: [Option<&str>; 2], m: &Families, samples: &mut Samples) {
    if account.iter().any(Option::is_some) {
        samples.push(m.account_info, &account.map(Option::unwrap_or_default), 1.0);
    }
}

/// Whether a date can be the end of a contract.
fn is_plausible(date: &Date) -> bool {
    (2000..=2200).contains(&date.year())
}

/// 00:00 UTC of a day, in seconds: neither place names time or zone.
pub(super) fn midnight(date: Date) -> Option<f64> {
    let instant = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(instant.timestamp().as_second() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_utc() {
        assert_eq!(midnight(jiff::civil::date(2023, 4, 29)), Some(1_682_726_400.0));
    }
}
