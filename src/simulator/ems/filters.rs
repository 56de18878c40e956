//! The filters of the endpoint list, and the donuts that count by them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::simulator::fleet::Fleet;

const HOUR: i64 = 60 * 60;
const MONTH: i64 = 30 * 24 * HOUR;

/// Whether a row passes; the second is now, in epoch seconds.
pub(super) type Filter = fn(&Value, i64) -> bool;

/// Those that are simulated. Others that exist are refused rather than ignored.
const FILTERS: [(&str, &str, Filter); 14] = [
    ("management", "managed", |row, _| is(row, "is_managed")),
    ("management", "unmanaged", |row, _| !is(row, "is_managed")),
    ("connection", "online", |row, _| is(row, "is_ems_online")),
    ("connection", "offlineRecent", |row, now| age_if_offline(row, now).is_some_and(|age| age < HOUR)),
    ("connection", "offlineNominal", |row, now| {
        age_if_offline(row, now).is_some_and(|age| (HOUR..MONTH).contains(&age))
    }),
    ("connection", "offlineLong", |row, now| age_if_offline(row, now).is_some_and(|age| age >= MONTH)),
    ("activity", "emsOnnet", |row, _| is(row, "is_ems_onnet")),
    ("activity", "emsOffnet", |row, _| is(row, "is_ems_online") && !is(row, "is_ems_onnet")),
    ("status", "quarantined", |row, _| is(row, "is_quarantined")),
    ("status", "outofsync", |row, _| is(row, "is_ems_online") && is_not(row, "client_policy_synced")),
    ("status", "unregistered", |row, _| !is(row, "is_ems_registered")),
    ("event_type", "vulnerability", |row, _| row["vuln_events_count"].as_f64() > Some(0.0)),
    ("event_type", "software_ood", |row, _| is_not(row, "client_version_up_to_date")),
    ("event_type", "signature_ood", |row, _| is_not(row, "client_av_sig_version_up_to_date")),
];

/// The filter of this parameter and value.
pub(super) fn filter(name: &str, value: &str) -> Option<Filter> {
    FILTERS
        .iter()
        .find(|(parameter, word, _)| (*parameter, *word) == (name, value))
        .map(|(.., filter)| *filter)
}

/// The donut of this parameter; a share of nothing is left out.
pub(super) fn donut(fleet: &Fleet, parameter: &str) -> Value {
    let now = Timestamp::now().as_second();
    let of_parameter = FILTERS.iter().filter(|(name, ..)| *name == parameter);
    let shares = of_parameter.map(|(_, token, filter)| {
        let count = fleet.rows().filter(|row| filter(row, now)).count();
        json!({"token": token, "value": count, "name": token})
    });
    shares.filter(|share| share["value"] != 0).collect()
}

fn is(row: &Value, field: &str) -> bool {
    matches!(row.get(field), Some(Value::Bool(true))) || row[field] == 1
}

fn is_not(row: &Value, field: &str) -> bool {
    matches!(row.get(field), Some(Value::Bool(false))) || row[field] == 0
}

/// How long ago an offline endpoint was seen; one that never was is offline for ever.
fn age_if_offline(row: &Value, now: i64) -> Option<i64> {
    let age = row["last_seen"].as_i64().map_or(i64::MAX, |seen| now - seen);
    (!is(row, "is_ems_online")).then_some(age)
}
