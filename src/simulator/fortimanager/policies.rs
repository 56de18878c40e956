//! Policy packages and their consistency reports. Every ADOM has a package `default`; `root` has two more
//! in a folder, and one of those was never checked.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};

const LIST: &str = "/pm/pkg/adom/";
const REPORT: &str = "/consistency-checker";
/// The package that was never checked.
const UNCHECKED: u64 = 1403;

/// The packages at an address, none where no ADOM of that name is.
pub(super) fn packages(url: &str, adoms: &Value) -> Option<Value> {
    let name = url.strip_prefix(LIST)?;
    let adom = adoms.as_array()?.iter().find(|adom| adom["name"] == name)?;
    let package = |name: &str, oid: u64| {
        json!({
            "name": name,
            "obj ver": 1,
            "oid": oid,
            "package settings": {"central-nat": 0, "ngfw-mode": 0},
            "scope member": [{"name": "branch-01", "vdom": "root"}],
            "type": "pkg",
        })
    };
    let mut found = vec![package("default", 1300 + adom["oid"].as_u64()?)];
    if name == "root" {
        let inside = [package("branches", 1402), package("warehouses", UNCHECKED)];
        found.push(json!({"name": "emea", "oid": 1401, "type": "folder", "subobj": inside}));
    }
    Some(found.into())
}

/// Whether a report stands at an address.
pub(super) fn is_report(url: &str) -> bool {
    url.ends_with(REPORT)
}

/// The report at an address, made in the night of the day before yesterday, in the time of a clock two hours
/// ahead of UTC; an empty one where none was ever made.
pub(super) fn report(url: &str, now: Timestamp) -> Option<Value> {
    let (adom, package) = url.strip_prefix("/gui/adoms/")?.strip_suffix(REPORT)?.split_once("/pkgs/")?;
    let (adom, package) = (adom.parse::<u64>().ok()?, package.parse::<u64>().ok()?);
    if package == UNCHECKED {
        return Some(json!({"status": "ok"}));
    }
    let day = 24 * 60 * 60;
    let night = now.as_second().div_euclid(day) * day - 2 * day;
    let made = Timestamp::from_second(night).unwrap_or(now).to_zoned(Offset::constant(2).to_time_zone());
    // Busy ones have gathered a few; the branches of `root` are in need of a broom.
    let (full, partial) = if package == 1402 { (17, 42) } else { (adom % 3, adom % 5) };
    Some(json!({
        "status": "ok",
        "timestamp": made.strftime("%a %b %d %H:%M:%S %Y").to_string(),
        "type": 1,
        "name": "demo",
        "pkgname": "default",
        "rec": [{
            "type": 3,
            "name": "4",
            "full_shadow_count": full.to_string(),
            "partial_shadow_count": partial.to_string(),
            "none policy count": "0",
            "none_rec": [],
            "rec": [],
        }],
    }))
}
