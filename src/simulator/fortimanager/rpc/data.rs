//! What JSON-RPC answers of the demo's FortiManager.

mod tasks;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::license;
use super::{Asked, INVALID_PARAMETER, INVALID_URL, Refusal, devices};

/// What stands at an address, or what was put in its place. Only what reads is simulated: another method is as
/// wrong as another address.
pub(super) fn of(asked: &Asked<'_>, own: Option<Value>, now: Timestamp) -> Result<Value, Refusal> {
    match (asked.method, asked.url) {
        ("get", "/sys/status" | "/cli/global/system/status") => Ok(own.unwrap_or_else(|| status(now))),
        ("get", "/dvmdb/device") => {
            devices::page(&own.unwrap_or_else(|| devices::all(now)), asked.params).ok_or(INVALID_PARAMETER)
        }
        ("exec", "/um/license/self" | "/um/misc/dump_contract")
            if asked.params.pointer("/data/flags") != Some(&json!(0)) =>
        {
            Err(INVALID_PARAMETER)
        }
        ("get", "/sys/ha/status") => Ok(own.unwrap_or_else(cluster)),
        ("get", "/task/task") => tasks::of(asked.params, now).map(|tasks| own.unwrap_or(tasks)),
        ("exec", "/um/license/self") => Ok(own.unwrap_or_else(|| contracts(now))),
        ("exec", "/um/misc/dump_contract") => Ok(own.unwrap_or_else(|| devices::contracts(now))),
        _ => Err(INVALID_URL),
    }
}

/// The keys as captured.
fn status(now: Timestamp) -> Value {
    json!({
        "Admin Domain Configuration": "Enabled",
        "Build": "3525",
        "Current Time": now.strftime("%a %b %d %H:%M:%S UTC %Y").to_string(),
        "HA Mode": "Primary",
        "Hostname": "fmg-demo",
        "License Status": "Valid",
        "Major": 7,
        "Max Number of Admin Domains": 25,
        "Minor": 6,
        "Patch": 4,
        "Platform Type": "FMG-VM64",
        "Serial Number": "FMG-VM0000000001",
        "Version": "v7.6.4-build3525 250521 (GA)",
    })
}

/// The contracts of the licence page, in the other syntax.
fn contracts(now: Timestamp) -> Value {
    let items = license::contract_items(now);
    json!({
        "contract": [{
            "account": "it@example.com",
            "company": "Demo & Sons <Ltd>",
            "industry": "Technology",
            "rawdata": format!("Contract={}|AccountID=it@example.com|UserID=106728", items.join("*")),
            "contract_item": items,
            "serial": "FMG-VM0000000001",
        }],
        "count": 1,
    })
}

/// The keys as captured; the second box has all there is.
fn cluster() -> Value {
    json!({
        "Average Idle CPU": "95.31",
        "Average Memory Usage": "57.15",
        "Cluster-ID": 1,
        "Debug": "off",
        "FMG-HA Status": "Synchronized State",
        "File-Quota": 4096,
        "HA Health Status": "OK",
        "HA Role": "Primary",
        "HB-Interval": 10,
        "HB-Lost-Threshold": 30,
        "Model": "FortiManager-VM64",
        "Primary": "fmg-demo, FMG-VM0000000001, 192.0.2.1",
        "members": [{
            "Estimated Sync Time Left (seconds)": 0,
            "HA Sync status": "up,in-sync",
            "Hostname": "fmg-demo-b",
            "IP": "192.0.2.2",
            "Last Error": "",
            "Last Heartbeat (seconds)": 4,
            "Last Sync (seconds)": 1380,
            "Pending Synced Data (bytes)": "0",
            "Serial Number": "FMG-VM0000000002",
            "Total Synced Data (bytes)": "6670248",
        }],
    })
}
