//! The contracts by JSON-RPC.

#![no_main]

use std::collections::BTreeMap;

use fortinet_exporter::fortimanager::{SYSTEM, fuzzing};
use fortinet_exporter::observation::Sample;
use fortinet_exporter::upstream::Reply;
use fortinet_exporter_fuzz::{errors, served};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// The day that the answers are read on, and the next.
const TODAY: f64 = 1_779_667_200.0;
const DAY: f64 = 86_400.0;

fuzz_target!(|body: &[u8]| {
    let Some(samples) = read(body, false) else { return };
    assert_eq!(Some(&samples), read(body, false).as_ref());
    let page: Value = Reply::made_up(200, "application/json", body).json().expect("it was read");
    let holders = page.pointer("/result/0/data/contract").or_else(|| page.pointer("/result/data/contract"));
    let holders = holders.and_then(Value::as_array).expect("it was read");
    let ends = of("fortimanager_license_expiry_timestamp_seconds", &samples);
    let active = of("fortimanager_license_active", &samples);
    assert!(ends.keys().eq(active.keys()));
    for (code, end) in &ends {
        assert_eq!(end % DAY, 0.0, "{code} ends in the middle of a day");
        assert_eq!(active[code], f64::from(u8::from(*end >= TODAY)), "{code} ends at {end}");
        assert!(is_among(holders, code), "{code} comes from nowhere");
    }
    // Whose contracts are listed first decides nothing, unless there are too many.
    let items = holders.iter().filter_map(|holder| holder["contract_item"].as_array()).map(Vec::len);
    if items.sum::<usize>() <= 200 {
        let reversed: Vec<Value> = holders.iter().rev().cloned().collect();
        let body = serde_json::json!({"result": [{"data": {"contract": reversed}, "status": {"code": 0}}]});
        let samples = read(body.to_string().as_bytes(), false).expect("as before");
        assert_eq!(of("fortimanager_license_expiry_timestamp_seconds", &samples), ends);
    }
    // An account is told only where it is asked for.
    let is_account = |sample: &&Sample| sample.metric.name == "fortimanager_account_info";
    let with_account = read(body, true).expect("as before");
    assert_eq!(
        samples,
        with_account.iter().filter(|sample| !is_account(sample)).cloned().collect::<Vec<_>>()
    );
});

fn read(body: &[u8], account_info: bool) -> Option<Vec<Sample>> {
    let reply = Reply::made_up(200, "application/json", body);
    match fuzzing::contracts(&reply, account_info) {
        Ok(findings) => Some(served(findings, &SYSTEM)),
        Err(error) => {
            errors::check(&error);
            None
        }
    }
}

/// The values of a metric by code.
fn of(name: &str, samples: &[Sample]) -> BTreeMap<String, f64> {
    let samples = samples.iter().filter(|sample| sample.metric.name == name);
    samples.map(|sample| (sample.labels[0].clone(), sample.value)).collect()
}

/// Whether an item has this code, as far as a label shows it.
fn is_among(holders: &[Value], code: &str) -> bool {
    let items = holders.iter().filter_map(|holder| holder["contract_item"].as_array()).flatten();
    let shown = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
    items.filter_map(Value::as_str).any(|item| shown(item).contains(code))
}
