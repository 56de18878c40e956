//! Collector `license`: seats, seats used and expiry of an EMS.
//!
//! `GET /api/v1/license/get`. The kinds of seats change from release to
//! release, so whatever stands in the maps becomes a label value. The version
//! comes from a second call that is documented nowhere; without it the info
//! metric has the serial number alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};

use super::access::Access;
use super::{Ems, envelope, known, metrics as m};
use crate::observation::{Samples, label};
use crate::poll::{Collector, Findings};
use crate::upstream::{Client, Deadline, Error, Scalar, SignIn, Unreadable};

const LICENSE: &str = "/api/v1/license/get";
const CONSTS: &str = "/api/v1/system/consts/get?system_update_time=1";
/// EMS knows about ten kinds of seats.
const MOST_KINDS: usize = 100;

pub(super) struct LicenseCollector<S: SignIn<Session = Access>>(Arc<Ems<S>>);

impl<S: SignIn<Session = Access>> LicenseCollector<S> {
    pub(super) fn new(ems: Arc<Ems<S>>) -> Self {
        Self(ems)
    }
}

impl<S: SignIn<Session = Access>> Collector for LicenseCollector<S> {
    fn name(&self) -> &'static str {
        "license"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let Ems { client, keeper } = &*self.0;
            let read = |access| -> BoxFuture<'static, _> { Box::pin(read(client.clone(), access, deadline)) };
            let (license, version) = keeper.with_session(self.name(), deadline, read).await?;
            Ok(findings(&license, version.as_deref()))
        })
    }
}

async fn read(
    client: Client,
    access: Access,
    deadline: Deadline,
) -> Result<(Map<String, Value>, Option<String>), Error> {
    let reply = client.send(access.get(LICENSE), deadline).await?;
    let license = envelope::data(&reply)?;
    // An account may read the licence and not this: then the version is unknown.
    let consts = client.send(access.get(CONSTS), deadline).await.and_then(|reply| envelope::data(&reply));
    Ok((license, consts.ok().and_then(|consts| version(&consts))))
}

fn version(consts: &Map<String, Value>) -> Option<String> {
    let nested = consts.get("System").and_then(|system| system.get("VERSION"));
    let version = nested.or(consts.get("System.VERSION")).or(consts.get("VERSION"))?;
    version.as_str().map(label).filter(|version| !version.is_empty())
}

/// What can be read of such an object.
pub(super) fn findings(license: &Map<String, Value>, version: Option<&str>) -> Findings {
    let mut unreadable = Unreadable::default();
    known::LICENSE.look_at(license, &mut unreadable.unknown);
    Findings { samples: decode(license, version, &mut unreadable), unreadable }
}

fn decode(license: &Map<String, Value>, version: Option<&str>, unreadable: &mut Unreadable) -> Samples {
    let mut samples = Samples::default();
    let serial = license.get("sn").and_then(Value::as_str).map(label).filter(|serial| !serial.is_empty());
    if serial.is_some() || version.is_some() {
        let labels = [version.unwrap_or_default(), serial.as_deref().unwrap_or_default()];
        samples.push(&m::INFO, &labels, 1.0);
    }
    for (metric, key, field) in [(&m::SEATS, "seats", "seats.*"), (&m::SEATS_USED, "used", "used.*")] {
        match license.get(key) {
            Some(Value::Object(seats)) => {
                if seats.len() > MOST_KINDS {
                    unreadable.count(key);
                }
                for (kind, seats) in seats.iter().take(MOST_KINDS) {
                    let scalar = Scalar::from(seats);
                    let seats = unreadable.check(field, &scalar, scalar.quantity());
                    samples.push(metric, &[&label(kind)], seats);
                }
            }
            None | Some(Value::Null) => {}
            Some(Value::Array(none)) if none.is_empty() => {}
            Some(_) => unreadable.count(key),
        }
    }
    for (kind, expiry) in expiries(license, unreadable) {
        samples.push(&m::LICENSE_EXPIRY, &[&kind], expiry);
    }
    samples
}

/// The last expiry of each kind: a renewal stands beside what it renews.
fn expiries(license: &Map<String, Value>, unreadable: &mut Unreadable) -> BTreeMap<String, f64> {
    let mut latest = BTreeMap::new();
    let entries = match license.get("licenses") {
        Some(Value::Array(entries)) => entries.as_slice(),
        None | Some(Value::Null) => &[],
        Some(_) => {
            unreadable.count("licenses");
            &[]
        }
    };
    for entry in entries {
        let Some(kind) = entry.get("type").and_then(Value::as_str).map(label).filter(|kind| !kind.is_empty())
        else {
            unreadable.count("licenses.type");
            continue;
        };
        let date = entry.get("expiry_date").unwrap_or(&Value::Null);
        let scalar = Scalar::from(date);
        let expiry = unreadable.check("licenses.expiry_date", &scalar, instant(&scalar));
        if let Some(expiry) = expiry {
            if latest.len() >= MOST_KINDS && !latest.contains_key(&kind) {
                unreadable.count("licenses");
                continue;
            }
            let slot = latest.entry(kind).or_insert(expiry);
            *slot = slot.max(expiry);
        }
    }
    latest
}

/// `2026-01-01T00:00:00` without a zone, taken for UTC; also with a zone, or
/// as seconds since 1970.
fn instant(value: &Scalar<'_>) -> Option<f64> {
    if let Scalar::Text(text) = value {
        let text = text.trim();
        let timestamp: Timestamp = text.parse().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
        })?;
        let year = timestamp.to_zoned(TimeZone::UTC).year();
        return (2000..=2200).contains(&year).then_some(timestamp.as_second() as f64);
    }
    // 2000-01-01 to 2200-01-01.
    value.number().filter(|seconds| (946_684_800.0..7_258_118_400.0).contains(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(license: &Value) -> (Vec<String>, Unreadable) {
        let mut unreadable = Unreadable::default();
        let samples = decode(license.as_object().unwrap(), None, &mut unreadable);
        let lines = samples.into_sorted();
        (lines.iter().map(|s| format!("{} {:?} {}", s.metric.name, s.labels, s.value)).collect(), unreadable)
    }

    #[test]
    fn a_renewal_counts_with_its_later_date() {
        let (lines, unreadable) = decoded(&json!({"licenses": [
            {"type": "epp", "expiry_date": "2027-01-01T00:00:00"},
            {"type": "epp", "expiry_date": "2026-01-01T00:00:00"},
            {"type": "ztna", "expiry_date": null},
        ]}));
        assert_eq!(lines, ["forticlient_ems_license_expiry_timestamp_seconds [\"epp\"] 1798761600"]);
        assert_eq!(unreadable, Unreadable::default());
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_counted() {
        let (lines, unreadable) = decoded(&json!({
            "seats": {"epp": "500", "ztna": "many", "sase": null},
            "used": [1],
            "licenses": [{"type": "epp", "expiry_date": "soon"}, {"expiry_date": "2026-01-01T00:00:00"}],
        }));
        assert_eq!(lines, ["forticlient_ems_license_seats [\"epp\"] 500"]);
        let fields: Vec<_> = unreadable.iter().collect();
        assert_eq!(fields, [("licenses.expiry_date", 1), ("licenses.type", 1), ("seats.*", 1), ("used", 1)]);
    }

    #[test]
    fn kinds_beyond_any_use_are_counted_and_not_just_dropped() {
        let kinds: Map<String, Value> = (0..150).map(|number| (format!("kind{number}"), json!(1))).collect();
        let (lines, unreadable) = decoded(&json!({"seats": kinds}));
        assert_eq!(lines.len(), MOST_KINDS);
        assert_eq!(unreadable.iter().collect::<Vec<_>>(), [("seats", 1)]);
    }
}
