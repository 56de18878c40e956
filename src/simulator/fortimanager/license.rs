//! The licence payload of the demo: the public capture's keys, with something to see in each of them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Map, Value, json};

/// Code, level, and the days left; a negative number has passed.
const CONTRACTS: [(&str, &str, i64); 10] = [
    ("ENHN", "24x7", 310),
    ("AVEN", "24x7", -120),
    ("ADOM", "Web/Online", 310),
    ("SPRT", "24x7", 310),
    ("VMLS", "Web/Online", 310),
    ("NIDS", "24x7", -9),
    ("FRVS", "Web/Online", 75),
    ("COMP", "24x7", 310),
    ("AVDB", "24x7", 45),
    ("FMWR", "Web/Online", 18),
];

/// The same of a FortiAnalyzer, as other captures of one have them.
const ANALYZER_CONTRACTS: [(&str, &str, i64); 7] = [
    ("ENHN", "24x7", 200),
    ("SPRT", "24x7", 200),
    ("FMWR", "Web/Online", 200),
    ("VMLS", "Web/Online", 25),
    ("FOAS", "24x7", 5),
    ("PBDS", "24x7", -3),
    ("SOAR", "24x7", 90),
];

/// GB logged today and on the six days before, and how many a day are allowed.
const LOGGED: ([f64; 7], f64) = ([3.71, 4.18, 5.62, 4.02, 1.93, 1.77, 3.95], 5.0);
const ANALYZER_LOGGED: ([f64; 7], f64) = ([91.4, 103.27, 88.1, 104.9, 95.02, 41.3, 38.75], 100.0);

/// What a busy virtual FortiManager would answer: firmware support ends within three weeks, two
/// contracts have expired, 94 of 100 devices are in use and the disk is 78 % full.
pub fn demo_license(now: Timestamp) -> Value {
    let today = now.to_zoned(TimeZone::UTC).date();
    json!({
        "adom_enabled": 1,
        "faz_status": 1,
        "is_vm": 1,
        "is_vm_trial_lic": 0,
        "valid": 1,
        "duplicate_license": 0,
        "has_vmmeter": 1,
        "fortimeter_lic": "None",
        "type": 9,
        "max_num_dev": 100,
        "current_num_dev": 94,
        "dev_num_count": {
            "fap_cnt": {"label": "FortiAPs", "val": 212},
            "fex_cnt": {"label": "FortiExtenders", "val": 4},
            "fgt_cnt": {"label": "FortiGates/Logging Devices", "val": 94},
            "fsw_cnt": {"label": "FortiSwitches", "val": 61},
        },
        "enc_type": 3,
        "max_num_adom": 25,
        "max_gb_day": "5",
        // Before the # stands whether the limit is exceeded, after it the figure.
        "used_gb_day": "0#3.71",
        "used_gb_day_history": history(LOGGED, today),
        "max_disk": "1.00 TB",
        "used_disk": "0#798.72 GB",
        "max_disk_gb": "1024",
        "used_disk_gb": "798.720115",
        "en_com_fgd_svr": 1,
        "usg": 1,
        "usg_has_lic": 0,
        "account_id": "it@example.com",
        "company": "Demo & Sons <Ltd>",
        "licenses": contracts(&CONTRACTS, today),
    })
}

/// The same contracts as JSON-RPC writes them; the level is a number there.
pub(super) fn contract_items(now: Timestamp) -> Vec<String> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let item = |(code, level, days_left): (&str, &str, i64)| {
        let level = if level == "24x7" { "20" } else { "06" };
        // How many devices or ADOMs the contract is for.
        let count = match code {
            "VMLS" => 100,
            "ADOM" => 25,
            _ => 1,
        };
        format!("{code}-1-{level}-{}:0:{count}:{count}:0", day(today, days_left).strftime("%Y%m%d"))
    };
    CONTRACTS.into_iter().map(item).collect()
}

/// A FortiManager's page with what a busy virtual FortiAnalyzer would have in it: no capture of its own is
/// public. An outbreak service ends within a week, one contract has expired, the disk is 86 % full.
pub fn demo_fortianalyzer_license(now: Timestamp) -> Value {
    let today = now.to_zoned(TimeZone::UTC).date();
    let own = json!({
        "max_num_dev": 250,
        "current_num_dev": 118,
        "dev_num_count": {"fgt_cnt": {"label": "FortiGates/Logging Devices", "val": 118}},
        "max_num_adom": 50,
        "max_gb_day": "100",
        "used_gb_day": "0#91.4",
        "used_gb_day_history": history(ANALYZER_LOGGED, today),
        "max_disk": "8.00 TB",
        "used_disk": "0#6.88 TB",
        "max_disk_gb": "8192",
        "used_disk_gb": "7045.120000",
        "licenses": contracts(&ANALYZER_CONTRACTS, today),
    });
    let mut page = demo_license(now);
    if let (Some(page), Value::Object(own)) = (page.as_object_mut(), own) {
        page.extend(own);
    }
    page
}

fn history((logged, limit): ([f64; 7], f64), today: Date) -> Vec<Value> {
    (0..)
        .zip(logged)
        .map(|(days_ago, used)| {
            let date = match days_ago {
                0 => "Today".to_owned(),
                _ => day(today, -days_ago).strftime("%b %d, %Y").to_string(),
            };
            json!({"date": date, "used": format!("{used:.2} GB"), "is_exceed": u8::from(used > limit)})
        })
        .collect()
}

fn contracts(contracts: &[(&str, &str, i64)], today: Date) -> Map<String, Value> {
    let entry = |&(code, level, days_left): &(&str, &str, i64)| {
        let expiry = day(today, days_left);
        let (status, text) = if days_left < 0 {
            ("warning-red", format!("Expired (Expires {expiry})"))
        } else {
            ("ok", format!("{level} Support (Expires {expiry})"))
        };
        (code.to_owned(), json!({"css": status, "txt": text, "status": status}))
    };
    contracts.iter().map(entry).collect()
}

/// `today` moved by this many days, within what a calendar can hold.
fn day(today: Date, days: i64) -> Date {
    today.saturating_add(Span::new().days(days))
}
