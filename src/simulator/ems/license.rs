//! The EMS licence of the demo.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

/// What stands under `data` in the licence of the EMS with this serial number, of a company with so many endpoints whose seats are nearly
/// used up: one contract is fine, one ends in three weeks, one has ended.
pub fn demo_ems_license(now: Timestamp, serial: &str, endpoints: usize) -> Value {
    let today = now.to_zoned(TimeZone::UTC).date();
    // About 85 % of the demo's endpoints are registered; seats are sold in packs of 25.
    let (epp, ztna) = (endpoints * 62 / 100, endpoints * 23 / 100);
    let packs = |seats: usize| seats.div_ceil(25) * 25;
    let (epp_seats, ztna_seats) = (packs(epp + epp / 30), packs(ztna + ztna / 2));
    json!({
        "sn": serial,
        "hid": "00000000-0000-0000-0000-000000000000-00000000",
        // The two maps need not have the same keys, and seats may be 0.
        "seats": {"ztna": ztna_seats, "epp": epp_seats, "sandbox_cloud": 0, "chromebook": 25, "forensics": 10},
        "used": {"ztna": ztna, "epp": epp, "sandbox_cloud": 0, "chromebook": 6},
        "future_seats": {"epp": epp_seats},
        "future_used": {},
        "vdom_seats": {"epp": epp_seats},
        "is_trial": false,
        "license_ver": 0,
        "future_ver": 0,
        "are_seats_redistributing": false,
        "error": null,
        "licenses": [
            contract("epp", today, -345, 20),
            contract("ztna", today, -65, 300),
            contract("forensics", today, -400, -35),
        ],
    })
}

/// Dates without a time zone, at midnight.
fn contract(kind: &str, today: Date, start: i64, expiry: i64) -> Value {
    let midnight = |days| {
        let date = today.saturating_add(Span::new().days(days));
        format!("{date}T00:00:00")
    };
    json!({"type": kind, "start_date": midnight(start), "expiry_date": midnight(expiry)})
}
