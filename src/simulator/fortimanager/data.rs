//! What the pages fetch by the proxy, as a busy virtual machine has it.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::policies;
use super::settings::Product;

pub(super) const ADOMS: &str = "/gui/switch/adoms/list";

/// What stands at an address; none at one that is not simulated.
pub(super) fn of(product: Product, url: &str, now: Timestamp) -> Option<Value> {
    Some(match url {
        "/gui/sys/session" => json!({
            "admin_adom": "",
            "admin_prof": "Restricted_User",
            "admin_user": "exporter",
            "adom_list": ["root"],
            "adom_override": 0,
            "login_user": "exporter",
        }),
        "/gui/sys/uptime" => information(product, now),
        ADOMS => adoms(),
        _ => return policies::report(url, now),
    })
}

/// All of it as captured of a FortiManager, the times two hours ahead of UTC: the last backup was made nine
/// days ago. Of a FortiAnalyzer no capture is public.
fn information(product: Product, now: Timestamp) -> Value {
    let (hostname, platform, serial, version) = match product {
        Product::FortiManager => ("fmg-demo", "FMG-VM64", "FMG-VM0000000001", "v7.6.4-build3525 250521 (GA)"),
        Product::FortiAnalyzer => ("faz-demo", "FAZ-VM64", "FAZ-VM0000000001", "v7.6.3-build3492 (GA)"),
    };
    let mode = match product {
        Product::FortiManager => json!({"txt": "Primary", "val": 1}),
        Product::FortiAnalyzer => json!({"txt": "Standalone", "val": 0}),
    };
    let summer = |at: Timestamp| at.to_zoned(Offset::constant(2).to_time_zone());
    let backup = summer(now.saturating_sub(SignedDuration::from_hours(9 * 24)).unwrap_or(now));
    json!({
        "admin": {"admin": "exporter", "num": 3},
        "adom": true,
        "adomconfigable": 1,
        "bkptime": format!("{}\n", backup.strftime("%a %b %d %H:%M:%S %Y")),
        "fazfeature": 0,
        "fips_mode": 0,
        "fwversion": version,
        "ha": {"mode": mode},
        "hostname": hostname,
        "offlineMode": 0,
        "platform": platform,
        "sn": serial,
        "systemstamp": now.as_second().to_string(),
        "systimeStr": summer(now).strftime("%a %b %d %Y %H:%M:%S|CEST").to_string(),
        "uptimeSeconds": 632_198,
    })
}

/// 21 of 25, and the global database.
pub(super) fn adoms() -> Value {
    let customers = (0..20).map(|number| {
        json!({"name": format!("customer-{number:02}"), "type_name": "FortiGate", "oid": 150 + number})
    });
    let root = json!({"name": "root", "type_name": "FortiGate", "oid": 3});
    let global = json!({"name": "Global", "type_name": "Global", "oid": 10});
    [root, global].into_iter().chain(customers).collect()
}
