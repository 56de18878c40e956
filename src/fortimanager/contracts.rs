//! Collector `contracts`: the FortiManager's own contracts by JSON-RPC.
//!
//! `exec /um/license/self` answers `{"contract": [{"serial": …,
//! "contract_item": ["SPRT-1-20-20260525:0:1:1:0", …], "account": …}]}`. It has
//! the contracts of the licence page and nothing else of it. The page says
//! itself which of them it takes for active; here that is whether the last day
//! is over in UTC, as everywhere else that days are counted.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::contract::item::Item;
use super::contract::{self, Contract, Source};
use super::known;
use super::metrics::FAMILIES;
use super::rpc::{Call, Rpc};
use crate::observation::{Samples, label};
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, Reason, Scalar, Unreadable};

const LICENSE: &str = "/um/license/self";

/// A FortiManager has about a dozen.
const MOST_CONTRACTS: usize = 200;

pub(super) struct ContractsCollector {
    rpc: Arc<Rpc>,
    account_info: bool,
}

impl ContractsCollector {
    pub(super) fn new(rpc: Arc<Rpc>, account_info: bool) -> Self {
        Self { rpc, account_info }
    }
}

impl Collector for ContractsCollector {
    fn name(&self) -> &'static str {
        "contracts"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(read(&self.rpc, self.name(), self.account_info, deadline))
    }
}

/// Reads them for a collector.
pub(super) async fn read(
    rpc: &Rpc,
    collector: &'static str,
    account_info: bool,
    deadline: Deadline,
) -> Result<Findings, Error> {
    let look = move |data| findings(&data, account_info, Timestamp::now().to_zoned(TimeZone::UTC).date());
    rpc.read(collector, call(), deadline, look).await
}

pub(super) fn call() -> Call {
    Call::exec(LICENSE, json!({"flags": 0}))
}

/// What can be read of the data on a day.
pub(super) fn findings(data: &Value, account_info: bool, today: Date) -> Result<Findings, Error> {
    let Some(holders) = data.get("contract").and_then(Value::as_array) else {
        let message = format!("{LICENSE} answered with data that has no `contract`");
        return Err(Error::new(Reason::UnexpectedPayload, message));
    };
    let mut unreadable = Unreadable::default();
    known::CONTRACTS.look(data, &mut unreadable.unknown);
    let mut samples = Samples::default();
    contract::push(&contracts(holders, today, &mut unreadable), Source::JsonRpc, &FAMILIES, &mut samples);
    if account_info && let Some(holder) = holders.first() {
        let text =
            |key| holder.get(key).map(Scalar::from).unwrap_or_default().text().map(|text| label(&text));
        let account = [text("account"), text("company")];
        contract::push_account(account.each_ref().map(Option::as_deref), &FAMILIES, &mut samples);
    }
    Ok(Findings { samples, unreadable })
}

/// One for each code: of those of one serial number the last, for a renewal stands beside what it renews; of several
/// serial numbers, such as the members of a cluster have, the first to end, which no other's may hide.
fn contracts(holders: &[Value], today: Date, unreadable: &mut Unreadable) -> Vec<Contract> {
    let mut first: Vec<Contract> = Vec::new();
    for (_, contract) in held(holders, today, unreadable) {
        match first.iter_mut().find(|known| known.code == contract.code) {
            Some(known) if contract.expiry < known.expiry => *known = contract,
            Some(_) => {}
            None => first.push(contract),
        }
    }
    first
}

/// The contracts of each serial number, one for each code.
fn held(holders: &[Value], today: Date, unreadable: &mut Unreadable) -> Vec<(String, Contract)> {
    let mut read: Vec<(String, Contract)> = Vec::new();
    for holder in holders {
        let Some(items) = holder.get("contract_item").and_then(Value::as_array) else {
            unreadable.count("contract.*.contract_item");
            continue;
        };
        let serial =
            label(&holder.get("serial").map(Scalar::from).unwrap_or_default().text().unwrap_or_default());
        for item in items {
            let Some(item) = item.as_str().and_then(Item::read) else {
                unreadable.count("contract.*.contract_item");
                continue;
            };
            let contract = Contract {
                code: label(item.code),
                status: None,
                active: Some(today <= item.expiry),
                level: label(item.level()),
                expiry: Some(item.expiry),
            };
            let is_full = read.len() >= MOST_CONTRACTS;
            match read.iter_mut().find(|(whose, known)| *whose == serial && known.code == contract.code) {
                Some((_, known)) if known.expiry < contract.expiry => *known = contract,
                Some(_) => {}
                None if is_full => unreadable.count("contract.*.contract_item"),
                None => read.push((serial.clone(), contract)),
            }
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn lines(data: &Value, today: Date) -> (Vec<String>, Vec<(&'static str, u64)>) {
        let Findings { samples, unreadable } = findings(data, false, today).unwrap();
        let line = |sample: &crate::observation::Sample| {
            format!(
                "{} {:?} {}",
                sample.metric.name.replace("fortimanager_license_", ""),
                sample.labels,
                sample.value
            )
        };
        (samples.into_sorted().iter().map(line).collect(), unreadable.iter().collect())
    }

    #[test]
    fn a_contract_is_active_until_its_last_day_is_over() {
        let data = json!({"contract": [{"contract_item": ["SPRT-1-20-20260525:0:1:1:0"]}]});
        for (today, active) in [(date(2026, 5, 24), 1), (date(2026, 5, 25), 1), (date(2026, 5, 26), 0)] {
            let (found, _) = lines(&data, today);
            assert_eq!(found[0], format!("active [\"SPRT\"] {active}"), "{today}");
        }
    }

    #[test]
    fn of_several_contracts_for_one_service_the_last_counts() {
        let items = ["SPRT-1-10-20260525:0:1:1:0", "SPRT-1-20-20270525", "SPRT-1-06-20250525"];
        let holders = items.map(|item| json!({"contract_item": [item]}));
        let (found, unreadable) = lines(&json!({"contract": holders}), date(2026, 5, 26));
        assert_eq!(
            found,
            [
                "active [\"SPRT\"] 1",
                "expiry_timestamp_seconds [\"SPRT\"] 1811203200",
                "info [\"SPRT\", \"FortiCare Support\", \"24x7 Support\", \"\"] 1",
                "source_info [\"json_rpc\"] 1",
            ]
        );
        assert_eq!(unreadable, []);
    }

    #[test]
    fn of_several_serial_numbers_the_one_whose_contract_ends_first_counts() {
        let one = json!({"serial": "FMG-VMTM00000001", "contract_item": ["SPRT-1-20-20270525", "ADOM-1-06-20270525"]});
        let renewed = ["SPRT-1-20-20250525", "SPRT-1-10-20260525"];
        let other = json!({"serial": "FMG-VMTM00000002", "contract_item": renewed});
        for holders in [json!([one, other]), json!([other, one])] {
            let (found, unreadable) = lines(&json!({"contract": holders}), date(2026, 5, 26));
            assert_eq!(
                found,
                [
                    "active [\"ADOM\"] 1",
                    "active [\"SPRT\"] 0",
                    "expiry_timestamp_seconds [\"ADOM\"] 1811203200",
                    "expiry_timestamp_seconds [\"SPRT\"] 1779667200",
                    "info [\"ADOM\", \"ADOM Subscription\", \"Web/Online Support\", \"\"] 1",
                    "info [\"SPRT\", \"FortiCare Support\", \"8x5 Support\", \"\"] 1",
                    "source_info [\"json_rpc\"] 1",
                ]
            );
            assert_eq!(unreadable, []);
        }
    }

    #[test]
    fn what_is_odd_is_left_out_and_the_rest_stands() {
        let items = json!(["SPRT-1-20-20260525", "NIDS", 7, null, "FURL-1-20-never:0:1:1:0"]);
        let data = json!({"contract": [{"contract_item": items}, {"serial": "x"}, "y"]});
        let (found, unreadable) = lines(&data, date(2026, 1, 1));
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(unreadable, [("contract.*.contract_item", 6)]);
    }

    #[test]
    fn none_is_an_answer_and_anything_else_is_not() {
        let (found, _) = lines(&json!({"contract": [], "count": 0}), date(2026, 1, 1));
        assert_eq!(found, ["source_info [\"json_rpc\"] 1"]);
        for data in [json!({}), json!([]), json!({"contract": "none"}), json!(1)] {
            let error = findings(&data, false, date(2026, 1, 1)).unwrap_err();
            assert_eq!(error.reason(), Reason::UnexpectedPayload, "{data}");
        }
    }
}
