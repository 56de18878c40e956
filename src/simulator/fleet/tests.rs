use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::Fleet;

fn now() -> Timestamp {
    "2025-06-25T15:34:08Z".parse().unwrap()
}

fn share(rows: &[Value], holds: impl Fn(&Value) -> bool) -> f64 {
    let count = rows.iter().filter(|row| holds(row)).count();
    f64::from(u32::try_from(count * 100 / rows.len()).unwrap())
}

#[test]
fn the_demo_fleet_has_the_proportions_it_promises() {
    let fleet = Fleet::demo(4_000, now());
    let rows: Vec<Value> = fleet.rows().collect();
    assert_eq!(rows.len(), 4_000);

    let managed = share(&rows, |row| row["is_managed"] == true);
    let online = share(&rows, |row| row["is_ems_online"] == true);
    assert!((82.0..=88.0).contains(&managed), "{managed}");
    assert!((56.0..=64.0).contains(&online), "{online}");

    // All shapes occur.
    for (what, holds) in [
        ("flat users", (|row| row.get("username").is_some()) as fn(&Value) -> bool),
        ("lists of users", |row| row["fct_users"].is_array()),
        ("directory only", |row| row["fct_users"].is_null() && row["is_installed"] == false),
        ("quarantine as a number", |row| row["is_quarantined"] == 1),
        ("quarantine as a boolean", |row| row["is_quarantined"] == true),
        ("a code with each quarantine", |row| row["quarantine_access_code"].is_string()),
        ("never seen", |row| row["last_seen"].is_null()),
        ("severity as a float", |row| row["vuln_events_max_severity"].is_f64()),
    ] {
        assert!(rows.iter().any(holds), "no row with {what}");
    }

    let ids: HashSet<_> = rows.iter().map(|row| row["device_id"].as_u64()).collect();
    let names: HashSet<_> = rows.iter().map(|row| row["name"].as_str()).collect();
    assert_eq!(ids.len(), 4_000);
    assert!(names.len() < 4_000, "names are not unique");
}

#[test]
fn a_row_does_not_depend_on_the_page_it_comes_with() {
    let fleet = Fleet::demo(100, now());
    let whole: Vec<Value> = fleet.rows().collect();
    let paged: Vec<Value> = (0..4).flat_map(|page| fleet.page(page * 30, 30)).collect();
    assert_eq!(whole, paged);
    assert_eq!(fleet.page(100, 10).count(), 0);
    assert_ne!(whole, Fleet::seeded(100, now(), 2).rows().collect::<Vec<_>>());
}
