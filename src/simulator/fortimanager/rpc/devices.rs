//! The device database of the demo: 94 devices, as many as its licence page counts.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

const DEVICES: i64 = 94;
/// What nobody reads whom it does not concern, in clear or hardly hidden.
const SECRETS: [&str; 3] = ["adm_pass", "private_key", "psk"];

/// One page of a list, with the fields that were asked for and no others. None where the question asks for more
/// than it needs: all fields, or one that is a secret, sub-tables, all devices at once.
pub(super) fn page(all: &Value, params: &Value) -> Option<Value> {
    let fields: Vec<&str> = params.get("fields")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let range: Vec<usize> =
        params.get("range")?.as_array()?.iter().filter_map(|part| part.as_u64()?.try_into().ok()).collect();
    let ([offset, count], Some(0)) = (range.as_slice(), params.get("loadsub").and_then(Value::as_u64)) else {
        return None;
    };
    if fields.is_empty() || *count == 0 || SECRETS.iter().any(|secret| fields.contains(secret)) {
        return None;
    }
    let rows = all.as_array()?.iter().skip(*offset).take(*count);
    let chosen = |row: &Value| -> Value {
        let Some(row) = row.as_object() else { return row.clone() };
        let kept = row.iter().filter(|(key, _)| fields.contains(&key.as_str()) || *key == "oid");
        kept.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>().into()
    };
    Some(rows.map(chosen).collect())
}

/// All of them, in order of name: every seventh without a connection, every ninth changed on the spot, and a
/// third of the virtual machines with a licence that is about to end.
pub(super) fn all(now: Timestamp) -> Value {
    (0..DEVICES).map(|number| device(number, now)).collect()
}

fn device(number: i64, now: Timestamp) -> Value {
    let platform = match number % 5 {
        0 => "FortiGate-60F",
        1 => "FortiGate-100F",
        2 => "FortiGate-VM64-KVM",
        3 => "FortiWiFi-40F",
        _ => "FortiGate-600F",
    };
    let is_vm = platform.contains("VM");
    let days = match number / 5 % 3 {
        0 => 3,
        1 => 40,
        _ => 400,
    };
    let end = now.saturating_add(SignedDuration::from_hours(days * 24)).unwrap_or(now).as_second();
    json!({
        "adm_pass": ["ENC", "c2VjcmV0"],
        "adm_usr": "admin",
        "conf_status": if number % 9 == 4 { "outofsync" } else { "insync" },
        "conn_status": if number % 7 == 3 { "down" } else { "up" },
        "dev_status": if number % 9 == 4 { "changed_conf" } else { "auto_updated" },
        "hostname": format!("branch-{number:03}"),
        "ip": format!("192.0.2.{number}"),
        "mr": 4,
        "name": format!("branch-{number:03}"),
        "oid": 200 + number,
        "os_ver": "7.0",
        "patch": if number % 4 == 0 { 4 } else { 8 },
        "platform_str": platform,
        "psk": "c2VjcmV0",
        "sn": serial(number),
        "vm_lic_expire": if is_vm { end } else { 0 },
        "vm_lic_overdue_since": 0,
        "vm_status": if is_vm { "Valid" } else { "N/A" },
    })
}

fn serial(number: i64) -> String {
    format!("FGT60FTK{number:08}")
}

/// What their support has bought; of the last five devices it has ended.
pub(super) fn contracts(now: Timestamp) -> Value {
    let today = now.to_zoned(TimeZone::UTC).date();
    let contract: Vec<Value> = (0..DEVICES)
        .map(|number| {
            let left = match number % 4 {
                _ if number >= DEVICES - 5 => -20,
                0 => 5,
                1 => 25,
                2 => 80,
                _ => 300,
            };
            let day = today.saturating_add(jiff::Span::new().days(left)).strftime("%Y%m%d").to_string();
            let items: Vec<String> = [("AVDB", "06"), ("FMWR", "06"), ("NIDS", "06"), ("SPRT", "20")]
                .iter()
                .map(|(code, level)| format!("{code}-1-{level}-{day}:0:1:1:0"))
                .collect();
            json!({
                "account": "it@example.com",
                "address": format!("192.0.2.{number}"),
                "company": "Demo & Sons <Ltd>",
                "contract_item": items,
                "industry": "",
                "rawdata": format!("Contract={}|AccountID=it@example.com|UserID=106728", items.join("*")),
                "serial": serial(number),
            })
        })
        .collect();
    json!({
        "contract": contract,
        "count": DEVICES,
        "support_level_desc": "05:Advanced HW*06:Web/Online*10:8x5*20:Premium*99:Trial",
        "support_type_desc": "AVDB:Advanced Malware Protection*FMWR:Firmware & General Updates*NIDS:FortiGuard IPS Service*SPRT:",
    })
}
