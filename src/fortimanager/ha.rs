//! Collector `ha`: the cluster, as the box asked sees it.
//!
//! `get /sys/ha/status` by JSON-RPC: what the box is in the cluster, and under
//! `members` each of the others, in a list by all that is public. What a box
//! without a cluster answers, and what a member that is gone looks like, no
//! public capture shows.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::fields::{Fields, is_nothing};
use super::known;
use super::metrics as m;
use super::rpc::{Call, Rpc};
use crate::observation::{Metric, Samples};
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, Reason, Unreadable};

const STATUS: &str = "/sys/ha/status";

/// A cluster has five boxes at most.
const MOST_MEMBERS: usize = 20;

const ROLE: &str = "HA Role";
const SYNC: &str = "FMG-HA Status";
const HEALTH: &str = "HA Health Status";
const MEMBERS: &str = "members";

const SERIAL: &str = "Serial Number";
const HOSTNAME: &str = "Hostname";
const MEMBER_SYNC: &str = "HA Sync status";

/// Words for no cluster, or for no knowledge of it, by their letters: `N/A`, `Stand Alone`, `--`.
const NOTHING: [&str; 10] = [
    "",
    "disable",
    "disabled",
    "na",
    "none",
    "notapplicable",
    "notavailable",
    "notconfigured",
    ALONE,
    "unknown",
];
const ALONE: &str = "standalone";

/// What is told of a member in numbers.
static NUMBERS: [(&str, &Metric); 3] = [
    ("Pending Synced Data (bytes)", &m::HA_MEMBER_PENDING),
    ("Last Sync (seconds)", &m::HA_MEMBER_SYNC_AGE),
    ("Last Heartbeat (seconds)", &m::HA_MEMBER_HEARTBEAT_AGE),
];

pub(super) struct HaCollector(Arc<Rpc>);

impl HaCollector {
    pub(super) fn new(rpc: Arc<Rpc>) -> Self {
        Self(rpc)
    }
}

impl Collector for HaCollector {
    fn name(&self) -> &'static str {
        "ha"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(self.0.read(self.name(), Call::get(STATUS), deadline, |data| findings(&data)))
    }
}

fn findings(data: &Value) -> Result<Findings, Error> {
    let keys = [ROLE, SYNC, HEALTH, MEMBERS];
    let Some(map) = data.as_object().filter(|map| keys.iter().any(|key| map.contains_key(*key))) else {
        let message = format!("{STATUS} answered with data that has none of its keys");
        return Err(Error::new(Reason::UnexpectedPayload, message));
    };
    let mut unreadable = Unreadable::default();
    known::HA.look_at(map, &mut unreadable.unknown);
    let mut samples = Samples::default();
    let mut cluster = Fields { map, unreadable: &mut unreadable };
    let texts = [ROLE, SYNC, HEALTH].map(|key| word(&mut cluster, key));
    if texts.iter().any(Option::is_some) {
        let [role, _, health] = &texts;
        let is_alone = role.as_deref().is_some_and(|role| letters(role) == ALONE);
        let health = health.as_deref().filter(|health| !is_alone && says_something(health));
        let is_healthy = health.map(|health| health.eq_ignore_ascii_case("ok"));
        samples.push_flag(&m::HA_HEALTHY, &[], is_healthy);
        samples.push(&m::HA_INFO, &texts.each_ref().map(|text| text.as_deref().unwrap_or_default()), 1.0);
    }
    let members = map.get(MEMBERS).unwrap_or(&Value::Null);
    let rows: Vec<&Value> = match members {
        Value::Array(rows) => rows.iter().collect(),
        // As an object where there is one alone, or each under a key.
        Value::Object(row) if row.contains_key(SERIAL) || row.contains_key(HOSTNAME) => vec![members],
        Value::Object(rows) => rows.values().collect(),
        odd => {
            if !is_nothing(odd) {
                unreadable.count(MEMBERS);
            }
            Vec::new()
        }
    };
    for (number, row) in rows.into_iter().enumerate() {
        match row.as_object() {
            Some(map) if number < MOST_MEMBERS => {
                member(&mut Fields { map, unreadable: &mut unreadable }, &mut samples);
            }
            _ => unreadable.count(MEMBERS),
        }
    }
    Ok(Findings { samples, unreadable })
}

/// One of the others. It is called by its serial number: host names are often those of the factory.
fn member(member: &mut Fields<'_>, samples: &mut Samples) {
    let [serial, hostname, sync] = [SERIAL, HOSTNAME, MEMBER_SYNC].map(|key| word(member, key));
    let Some(name) = serial.as_ref().or(hostname.as_ref()) else {
        member.unreadable.count(SERIAL);
        return;
    };
    // `up,in-sync`
    let says = |wanted: &str| {
        let sync = sync.as_deref().filter(|sync| says_something(sync))?;
        Some(sync.split(',').any(|word| word.trim().eq_ignore_ascii_case(wanted)))
    };
    samples.push_flag(&m::HA_MEMBER_UP, &[name], says("up"));
    samples.push_flag(&m::HA_MEMBER_IN_SYNC, &[name], says("in-sync"));
    let labels = [Some(name), hostname.as_ref(), sync.as_ref()];
    samples.push(&m::HA_MEMBER_INFO, &labels.map(|label| label.map_or("", String::as_str)), 1.0);
    for (key, metric) in NUMBERS {
        samples.push(metric, &[name], member.quantity(key));
    }
}

/// Whether a word tells how something is, and not that there is none or that nobody knows. Of `HA Health Status`
/// only `OK` is public: any other word for it is bad.
fn says_something(word: &str) -> bool {
    !NOTHING.contains(&letters(word).as_str())
}

fn letters(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// A text that is not empty.
fn word(fields: &mut Fields<'_>, key: &'static str) -> Option<String> {
    fields.label(key).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(data: &Value) -> (Vec<String>, Vec<(&'static str, u64)>) {
        let Findings { samples, unreadable } = findings(data).unwrap();
        let line = |sample: &crate::observation::Sample| {
            format!(
                "{} {:?} {}",
                sample.metric.name.replace("fortimanager_ha_", ""),
                sample.labels,
                sample.value
            )
        };
        (samples.into_sorted().iter().map(line).collect(), unreadable.iter().collect())
    }

    #[test]
    fn a_member_is_in_sync_by_that_very_word() {
        for (says, up, in_sync) in
            [("up,in-sync", 1, 1), ("UP, In-Sync", 1, 1), ("up,out-of-sync", 1, 0), ("down", 0, 0)]
        {
            let member = json!({"Serial Number": "FMG-1", "HA Sync status": says});
            let (found, _) = lines(&json!({"members": [member]}));
            assert_eq!(found[0], format!("member_in_sync [\"FMG-1\"] {in_sync}"), "{says}");
            assert_eq!(found[2], format!("member_up [\"FMG-1\"] {up}"), "{says}");
        }
    }

    #[test]
    fn a_word_for_no_cluster_or_no_knowledge_is_no_verdict() {
        let healthy = |role: &str, health: &str| {
            let (found, _) = lines(&json!({"HA Role": role, "HA Health Status": health}));
            found.into_iter().find_map(|line| line.strip_prefix("healthy [] ").map(str::to_owned))
        };
        for health in ["OK", "ok"] {
            assert_eq!(healthy("Primary", health).as_deref(), Some("1"), "{health}");
        }
        for health in ["Degraded", "Down", "Not OK", "WARNING: FMG-VMTM00000002 is down"] {
            assert_eq!(healthy("Secondary", health).as_deref(), Some("0"), "{health}");
        }
        for health in
            ["N/A", "n/a", "Unknown", "Not available", "not_applicable", "Stand Alone", "none", "--"]
        {
            assert_eq!(healthy("Primary", health), None, "{health}");
        }
        for role in ["Standalone", "Stand Alone", "stand-alone"] {
            assert_eq!(healthy(role, "Down"), None, "{role}");
        }
        let (found, _) =
            lines(&json!({"members": [{"Serial Number": "FMG-1", "HA Sync status": "unknown"}]}));
        assert_eq!(found, ["member_info [\"FMG-1\", \"\", \"unknown\"] 1"]);
    }

    #[test]
    fn members_are_found_in_a_list_under_keys_and_alone() {
        let member = |serial: &str| json!({"Serial Number": serial, "HA Sync status": "up,in-sync"});
        let of = |members: &Value| lines(&json!({"members": members}));
        let two = of(&json!([member("FMG-1"), member("FMG-2")]));
        assert_eq!(two.0.len(), 6, "{two:?}");
        assert_eq!(of(&json!({"1": member("FMG-1"), "2": member("FMG-2")})), two);
        assert_eq!(of(&member("FMG-1")), of(&json!([member("FMG-1")])));
        for none in [json!(null), json!([]), json!({}), json!("")] {
            assert_eq!(of(&none), (vec![], vec![]), "{none}");
        }
        assert_eq!(of(&json!("FMG-1, FMG-2")).1, [("members", 1)]);
        assert_eq!(of(&json!({"1": "up"})).1, [("members", 1)]);
    }

    #[test]
    fn what_is_odd_is_left_out_and_the_rest_stands() {
        let (found, unreadable) = lines(&json!({
            "HA Role": "Primary",
            "FMG-HA Status": null,
            "HA Health Status": "Degraded",
            "members": [
                {"Hostname": "fmg-b", "Pending Synced Data (bytes)": "-5", "Last Sync (seconds)": "17"},
                {"IP": "192.0.2.1"},
                "up",
            ],
        }));
        assert_eq!(
            found,
            [
                "healthy [] 0",
                "info [\"Primary\", \"\", \"Degraded\"] 1",
                "member_info [\"fmg-b\", \"fmg-b\", \"\"] 1",
                "member_last_sync_age_seconds [\"fmg-b\"] 17",
            ]
        );
        assert_eq!(unreadable, [("Pending Synced Data (bytes)", 1), ("Serial Number", 1), ("members", 1)]);
        // Without a cluster there may be no members, or none of it.
        assert_eq!(lines(&json!({"HA Role": "Standalone"})).0, ["info [\"Standalone\", \"\", \"\"] 1"]);
        for data in [json!({}), json!([]), json!("Standalone")] {
            assert_eq!(findings(&data).unwrap_err().reason(), Reason::UnexpectedPayload, "{data}");
        }
    }
}
