//! Collector `device_contracts`: the contracts of the managed devices, as
//! FortiManager knows them; device by device only where that was asked for.
//!
//! `exec /um/misc/dump_contract` of JSON-RPC, which looks and changes nothing:
//! a list of devices, each with `serial` and `contract_item`. Accounts,
//! companies and addresses stand beside them and are not read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::contract::item::Item;
use super::contract::midnight;
use super::days_left::{self, DaysLeft};
use super::fields::is_nothing;
use super::known;
use super::metrics as m;
use super::rpc::{Call, Rpc};
use crate::observation::{LabelValues, Samples, label, seconds};
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, Reason, Unreadable};

const DUMP: &str = "/um/misc/dump_contract";
/// A device with a dozen contracts is a kilobyte or two.
const LARGEST: usize = 32 * 1024 * 1024;
/// More codes than this, of one device or of all, are none.
const MOST_CODES: usize = 100;
/// Devices with series of their own.
const MOST_SHOWN: usize = 1_000;
/// Of all of them together.
const MOST_SERIES: usize = 20_000;
/// A contract still covers the day on which it ends.
const LAST_DAY: f64 = 86_400.0;

pub(super) struct DeviceContractsCollector {
    rpc: Arc<Rpc>,
    /// Whether each device gets series of its own.
    series: bool,
}

impl DeviceContractsCollector {
    pub(super) fn new(rpc: Arc<Rpc>, series: bool) -> Self {
        Self { rpc, series }
    }
}

impl Collector for DeviceContractsCollector {
    fn name(&self) -> &'static str {
        "device_contracts"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let call = Call::exec(DUMP, json!({"flags": 0})).body_limit(LARGEST);
            let series = self.series;
            let look = move |data| findings(&data, series, seconds(SystemTime::now()));
            self.rpc.read(self.name(), call, deadline, look).await
        })
    }
}

fn findings(data: &Value, series: bool, now: f64) -> Result<Findings, Error> {
    let devices = match data.get("contract") {
        Some(Value::Array(devices)) => devices.as_slice(),
        // Where none is managed there need not be a list of them.
        None | Some(Value::Null) if data.get("count").and_then(Value::as_u64) == Some(0) => &[],
        _ => return Err(Error::new(Reason::UnexpectedPayload, format!("{DUMP} answered with no list"))),
    };
    let mut unreadable = Unreadable::default();
    known::DEVICE_CONTRACTS.look(data, &mut unreadable.unknown);
    let mut samples = Samples::default();
    let mut by_code: BTreeMap<String, DaysLeft> = BTreeMap::new();
    let devices = read(devices, &mut unreadable);
    let (mut left_out, mut shown) = (0_u32, 0);
    for (place, Device { serial, ends }) in devices.iter().enumerate() {
        for (code, end) in ends {
            if has_room(&by_code, code) {
                by_code.entry(code.clone()).or_insert_with(|| DaysLeft::new(now)).add(end + LAST_DAY);
            } else {
                unreadable.count("contract_item");
            }
        }
        if !series {
            continue;
        }
        match serial {
            Some(serial) if place < MOST_SHOWN && shown + ends.len() <= MOST_SERIES => {
                shown += ends.len();
                for (code, end) in ends {
                    samples.push(&m::DEVICE_CONTRACT_EXPIRY, &[serial, code], *end);
                }
            }
            Some(_) => left_out += 1,
            None => unreadable.count("serial"),
        }
    }
    samples.push(&m::DEVICES_WITH_CONTRACTS, &[], devices.len() as f64);
    if series {
        samples.push(&m::DEVICE_CONTRACT_SERIES_LEFT_OUT, &[], f64::from(left_out));
    }
    for (code, left) in &by_code {
        left.push(&m::DEVICE_CONTRACTS, &[code], &mut samples);
        samples.push(&m::DEVICE_CONTRACT_NEXT_EXPIRY, &[code], left.next().map(|end| end - LAST_DAY));
    }
    Ok(Findings { samples, unreadable })
}

/// A device with contracts.
#[derive(Default)]
struct Device {
    serial: Option<String>,
    /// The end of each contract, by code.
    ends: BTreeMap<String, f64>,
}

/// The devices of a list, in its order. A serial number is one device however often it is listed.
fn read(rows: &[Value], unreadable: &mut Unreadable) -> Vec<Device> {
    let mut devices: Vec<Device> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for row in rows {
        if !row.is_object() {
            unreadable.count("contract");
            continue;
        }
        let items = row.get("contract_item").unwrap_or(&Value::Null);
        let Some(items) = items.as_array().filter(|items| !items.is_empty()) else {
            // Of one that never asked there is nothing.
            if !is_nothing(items) {
                unreadable.count("contract_item");
            }
            continue;
        };
        let serial = row.get("serial").and_then(Value::as_str).map(label);
        let known = serial.as_ref().and_then(|serial| devices.get_mut(*places.get(serial)?));
        if let Some(device) = known {
            device.add(items, unreadable);
            continue;
        }
        if let Some(serial) = &serial {
            places.insert(serial.clone(), devices.len());
        }
        let mut device = Device { serial, ..Device::default() };
        device.add(items, unreadable);
        devices.push(device);
    }
    devices
}

impl Device {
    /// Adds its contracts. Of several of a code the last to end is what counts: a renewal stands beside
    /// what it renews, and what was bought beside a trial.
    fn add(&mut self, items: &[Value], unreadable: &mut Unreadable) {
        for item in items {
            let read = item.as_str().and_then(Item::read);
            let read = read.and_then(|item| Some((label(item.code), midnight(item.expiry)?)));
            match read.filter(|(code, _)| has_room(&self.ends, code)) {
                Some((code, end)) => {
                    let latest = self.ends.entry(code).or_insert(end);
                    *latest = latest.max(end);
                }
                None => unreadable.count("contract_item"),
            }
        }
    }
}

fn has_room<T>(by_code: &BTreeMap<String, T>, code: &str) -> bool {
    by_code.len() < MOST_CODES || by_code.contains_key(code)
}

/// The label values that are known beforehand.
pub(super) fn label_values() -> LabelValues {
    days_left::label_values(&m::DEVICE_CONTRACTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_contracts_of_a_code_the_last_to_end_counts() {
        let now = midnight(jiff::civil::date(2025, 3, 10)).unwrap();
        let data = json!({"count": 2, "contract": [
            {"serial": "FG421F0000000001", "contract_item": [
                "AVDB-1-99-20231027:0:1:1:0", "AVDB-1-06-20250316:0:1:1:0", "odd",
            ]},
            {"serial": "FG421F0000000002", "contract_item": ["AVDB-1-06-20250309:0:1:1:0"]},
            {"serial": "FG421F0000000003", "contract_item": []},
            {"serial": "FG421F0000000004"},
            {"serial": "FG421F0000000005", "contract_item": "AVDB"},
        ]});
        let Findings { samples, unreadable } = findings(&data, false, now).unwrap();
        let found: Vec<_> = samples
            .into_sorted()
            .iter()
            .filter(|sample| sample.value > 0.0)
            .map(|sample| (sample.labels.join(" "), sample.value))
            .collect();
        let next = midnight(jiff::civil::date(2025, 3, 16)).unwrap();
        assert_eq!(
            found,
            [
                ("AVDB".to_owned(), next),
                ("AVDB expired".to_owned(), 1.0),
                ("AVDB under_7d".to_owned(), 1.0),
                (String::new(), 2.0),
            ]
        );
        assert_eq!(unreadable.iter().collect::<Vec<_>>(), [("contract_item", 2)]);
    }

    #[test]
    fn a_device_that_is_listed_twice_is_one_with_the_contracts_of_both_rows() {
        let now = midnight(jiff::civil::date(2025, 3, 10)).unwrap();
        let rows = [["AVDB-1-06-20250301"], ["AVDB-1-06-20260301"], ["NIDS-1-06-20260301"]];
        let rows = rows.map(|items| json!({"serial": "FG421F0000000001", "contract_item": items}));
        for rows in [json!(rows), rows.iter().rev().cloned().collect()] {
            let Findings { samples, .. } = findings(&json!({"contract": rows}), true, now).unwrap();
            let samples = samples.into_sorted();
            let of = |name: &str| {
                let samples =
                    samples.iter().filter(|sample| sample.metric.name == name && sample.value > 0.0);
                samples.map(|sample| (sample.labels.join(" "), sample.value)).collect::<Vec<_>>()
            };
            let end = midnight(jiff::civil::date(2026, 3, 1)).unwrap();
            assert_eq!(of("fortimanager_devices_with_contracts"), [(String::new(), 1.0)]);
            assert_eq!(
                of("fortimanager_device_contracts"),
                [("AVDB over_90d".to_owned(), 1.0), ("NIDS over_90d".to_owned(), 1.0)]
            );
            assert_eq!(
                of("fortimanager_device_contract_expiry_timestamp_seconds"),
                [("FG421F0000000001 AVDB".to_owned(), end), ("FG421F0000000001 NIDS".to_owned(), end)]
            );
        }
    }
}
