//! Collector `system`: what the dashboard's system information shows.
//!
//! `get /gui/sys/uptime` by the pages' proxy, known from one capture of 7.6.4.
//! Times are written as the box's own clock shows them, without a zone; the
//! instant that stands beside that clock tells how far the zone is from UTC.

pub(super) mod clock;

use std::sync::Arc;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::Pages;
use super::families::Families;
use super::fields::Fields;
use super::known;
use super::proxy;
use crate::observation::{Samples, seconds};
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, Reason, Scalar, Unreadable};

pub(super) const INFO: &str = "/gui/sys/uptime";

pub(super) struct SystemCollector {
    pages: Arc<Pages>,
    families: &'static Families,
}

impl SystemCollector {
    pub(super) fn new(pages: Arc<Pages>, families: &'static Families) -> Self {
        Self { pages, families }
    }
}

impl Collector for SystemCollector {
    fn name(&self) -> &'static str {
        "system"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let data = proxy::read(&self.pages, self.name(), INFO, deadline).await?;
            findings(&data, seconds(SystemTime::now()), self.families)
        })
    }
}

/// What can be read of such an object, which came at `now` in seconds since 1970.
fn findings(data: &Value, now: f64, families: &Families) -> Result<Findings, Error> {
    let known = ["uptimeSeconds", "fwversion", "bkptime", "systemstamp"];
    let Some(map) = data.as_object().filter(|map| known.iter().any(|key| map.contains_key(*key))) else {
        let message = format!("{INFO} answered with data that has none of its keys");
        return Err(Error::new(Reason::UnexpectedPayload, message));
    };
    // Its numbers would be told under another product's names.
    let is_other = |platform: &str| platform.starts_with(families.other_platform);
    if map.get("platform").and_then(Value::as_str).is_some_and(is_other) {
        let message = format!("by its platform, {}…, it is another product", families.other_platform);
        let hint = format!("move the target to `{}:`", families.other_list);
        return Err(Error::new(Reason::UnexpectedPayload, message).with_hint(hint));
    }
    let mut unreadable = Unreadable::default();
    known::SYSTEM.look_at(map, &mut unreadable.unknown);
    let samples = decode(&mut Fields { map, unreadable: &mut unreadable }, now, families);
    Ok(Findings { samples, unreadable })
}

fn decode(data: &mut Fields<'_>, now: f64, m: &Families) -> Samples {
    let mut samples = Samples::default();
    let texts = ["fwversion", "platform", "hostname", "ha.mode.txt"].map(|key| data.label(key));
    if texts.iter().any(Option::is_some) {
        let texts = texts.map(Option::unwrap_or_default);
        samples.push(m.info, &texts.each_ref().map(String::as_str), 1.0);
    }
    samples.push(m.uptime, &[], data.quantity("uptimeSeconds"));
    samples.push(m.admin_sessions, &[], data.quantity("admin.num"));
    let instant = data.quantity("systemstamp").filter(|instant| clock::is_plausible(*instant));
    samples.push(m.clock_skew, &[], instant.map(|instant| instant - now));
    samples.push(m.last_backup, &[], last_backup(data));
    samples
}

/// The box says it in its local time; without its zone it is not known.
fn last_backup(data: &mut Fields<'_>) -> Option<f64> {
    let backup = data.scalar("bkptime");
    let backup_at = clock::read(&backup).zip(zone(data.map)).map(|(local, from_utc)| local - from_utc);
    data.unreadable.check("bkptime", &backup, backup_at.filter(|at| clock::is_plausible(*at)))
}

/// How far from UTC the box's clock is, by what it shows at an instant that it names.
pub(super) fn zone(data: &Map<String, Value>) -> Option<f64> {
    let field = |key: &str| data.get(key).map(Scalar::from).unwrap_or_default();
    let instant = field("systemstamp").quantity().filter(|instant| clock::is_plausible(*instant))?;
    clock::zone(clock::read(&field("systimeStr"))?, instant)
}

#[cfg(test)]
mod tests {
    use super::super::metrics::FAMILIES;
    use super::*;
    use serde_json::json;

    fn lines(data: &Value) -> (Vec<String>, Vec<(&'static str, u64)>) {
        let Findings { samples, unreadable } = findings(data, 1_748_491_300.0, &FAMILIES).unwrap();
        let line = |sample: &crate::observation::Sample| {
            format!(
                "{} {:?} {}",
                sample.metric.name.replace("fortimanager_", ""),
                sample.labels,
                sample.value
            )
        };
        (samples.into_sorted().iter().map(line).collect(), unreadable.iter().collect())
    }

    #[test]
    fn what_is_odd_is_left_out_and_the_rest_stands() {
        let (found, unreadable) = lines(&json!({
            "uptimeSeconds": "632198",
            "fwversion": null,
            "ha": "none",
            "admin": {"num": "several"},
            "systemstamp": 0,
            "bkptime": "yesterday",
        }));
        assert_eq!(found, ["uptime_seconds [] 632198"]);
        assert_eq!(unreadable, [("admin.num", 1), ("bkptime", 1)]);
    }

    #[test]
    fn a_backup_whose_zone_is_unknown_is_no_instant() {
        let known = json!({
            "systemstamp": "1748491302",
            "systimeStr": "Thu May 29 2025 06:01:42|CEST",
            "bkptime": "Fri Apr 11 17:04:43 2025\n",
        });
        let (found, unreadable) = lines(&known);
        assert_eq!(found, ["clock_skew_seconds [] 2", "last_backup_timestamp_seconds [] 1744383883"]);
        assert_eq!(unreadable, []);
        for lost in ["systemstamp", "systimeStr"] {
            let mut data = known.clone();
            data[lost] = Value::Null;
            let (found, unreadable) = lines(&data);
            assert!(found.iter().all(|line| !line.contains("backup")), "{found:?}");
            assert_eq!(unreadable, [("bkptime", 1)]);
        }
        // Never backed up.
        let mut data = known.clone();
        data["bkptime"] = json!("");
        assert_eq!(lines(&data).1, []);
    }

    #[test]
    fn an_answer_about_something_else_is_none() {
        for data in [json!({}), json!([]), json!("ok"), json!({"status": "ok"})] {
            assert_eq!(findings(&data, 0.0, &FAMILIES).unwrap_err().reason(), Reason::UnexpectedPayload);
        }
    }
}
