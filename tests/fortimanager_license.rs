//! The licence page: the real payload number by number, and everything that
//! may be odd about another box's.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Certificate, FortiManager};
use fortinet_exporter::upstream::Deadline;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{PATIENCE, collect, lines, run, target};

const PAYLOAD: &str = include_str!("fixtures/fortimanager-7.4.1-license.json");
/// The complete expected page for it, reviewed number by number.
const EXPECTED: &str = include_str!("fixtures/fortimanager-7.4.1-license.prom");

/// A simulated FortiManager and a client signed in to it.
struct Bench {
    fortimanager: FortiManager,
    target: Target,
}

fn config(fortimanager: &FortiManager, certificate: &Certificate) -> String {
    format!(
        "fortimanagers:\n  - name: fmg\n    url: {}\n    username: exporter\n    password: demo-password\n    tls: {{ pin_sha256: {} }}\n",
        fortimanager.url(),
        certificate.sha256()
    )
}

impl Bench {
    async fn new() -> Self {
        let certificate = Certificate::generate().unwrap();
        let fortimanager = FortiManager::start(&certificate).await.unwrap();
        let target = target(&config(&fortimanager, &certificate));
        Self { fortimanager, target }
    }

    /// What one poll makes of a payload.
    async fn poll(&self, payload: Value) -> (Vec<String>, Vec<(&'static str, u64)>) {
        self.fortimanager.set_license(payload);
        lines(collect(&self.target, "license").await.unwrap())
    }
}

fn payload() -> Value {
    serde_json::from_str(PAYLOAD).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_payload_gives_exactly_the_expected_page() {
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    fortimanager.set_license(payload());
    let config = config(&fortimanager, &certificate);
    let probe = run(config.as_bytes(), &["probe", "fmg", "--config.file=CONFIG"]).await;
    assert_eq!(probe.code, Some(0), "{}", probe.stderr);
    let (page, own) = probe.stdout.split_once("# HELP fortinet_exporter_").unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write("tests/fixtures/fortimanager-7.4.1-license.prom", page).unwrap();
    }
    assert_eq!(page, EXPECTED);
    assert!(!own.contains("unreadable_fields_total{"), "{own}");
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

/// The lines that differ from those of the undistorted payload.
fn lost_and_new(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let not_in = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    (not_in(before, after), not_in(after, before))
}

/// The path of every key in the payload, `licenses.AVEN.txt` for example.
fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, child) in children {
        let path = format!("{path}/{key}");
        keys(child, &path, found);
        found.push(path);
    }
}

fn remove(payload: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('/').unwrap();
    match payload.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.remove(key)),
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        _ => unreachable!(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_key_may_be_missing_or_null() {
    let bench = Bench::new().await;
    let (whole, _) = bench.poll(payload()).await;
    let mut paths = Vec::new();
    keys(&payload(), "", &mut paths);
    assert!(paths.len() > 90, "{}", paths.len());
    for path in &paths {
        let mut missing = payload();
        remove(&mut missing, path);
        let mut null = payload();
        *null.pointer_mut(path).unwrap() = Value::Null;
        for distorted in [missing, null] {
            let (lines, unreadable) = bench.poll(distorted).await;
            assert_eq!(unreadable, [], "{path}: nothing was there to be read");
            let (lost, new) = lost_and_new(&whole, &lines);
            // Whatever is new replaces something: a label that got lost, or a
            // twin's value; never a number that was not there.
            let infos =
                |line: &String| line.contains("_info{") || path.contains("disk") || path.contains("history");
            assert!(new.iter().all(infos), "{path}: new {new:?}");
            assert!(lost.len() < 60, "{path}: too much is lost: {lost:?}");
            if !path.contains("history") {
                assert!(!new.iter().any(|line| line.ends_with(" 0")), "{path}: turned into 0: {new:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fields_without_a_twin_vanish_alone() {
    let bench = Bench::new().await;
    let (whole, _) = bench.poll(payload()).await;
    for (path, series) in [
        ("/max_num_dev", "fortimanager_devices_limit 100"),
        ("/current_num_dev", "fortimanager_devices_used 50"),
        ("/max_num_adom", "fortimanager_adoms_limit 25"),
        ("/max_gb_day", "fortimanager_log_daily_limit_bytes 5368709120"),
        ("/valid", "fortimanager_vm_license_valid 1"),
        ("/usg", "fortimanager_feature_enabled{feature=\"fortiguard_us_only\"} 1"),
        ("/dev_num_count/fsw_cnt/val", "fortimanager_managed_devices{kind=\"fortiswitch\"} 1"),
        ("/licenses/AVEN/txt", "fortimanager_license_expiry_timestamp_seconds{license=\"AVEN\"} 1682726400"),
    ] {
        let mut distorted = payload();
        remove(&mut distorted, path);
        let (lines, _) = bench.poll(distorted).await;
        assert_eq!(lost_and_new(&whole, &lines), (vec![series.to_owned()], vec![]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_as_texts_and_texts_as_numbers_are_the_same_numbers() {
    fn swap(value: &mut Value) {
        match value {
            Value::Number(number) => *value = Value::String(number.to_string()),
            Value::String(text) => {
                if let Ok(number) = text.parse::<f64>() {
                    *value = json!(number);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(swap),
            Value::Object(map) => map.values_mut().for_each(swap),
            _ => {}
        }
    }
    let bench = Bench::new().await;
    let (whole, _) = bench.poll(payload()).await;
    let mut swapped = payload();
    swap(&mut swapped);
    assert_ne!(swapped, payload());
    assert_eq!(bench.poll(swapped).await, (whole, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_keys_change_nothing() {
    let bench = Bench::new().await;
    let (whole, _) = bench.poll(payload()).await;
    let mut grown = payload();
    grown["cloud_tier"] = json!({"level": [1, 2, {"deep": null}]});
    grown["licenses"]["AVEN"]["color"] = json!("#ff0000");
    grown["dev_num_count"]["fgt_cnt"]["trend"] = json!([1, 2, 3]);
    assert_eq!(bench.poll(grown).await, (whole, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_without_a_date_lose_their_expiry_alone_and_are_counted() {
    let bench = Bench::new().await;
    let mut undated = payload();
    for contract in undated["licenses"].as_object_mut().unwrap().values_mut() {
        contract["txt"] = json!("Perpetual");
    }
    let (lines, unreadable) = bench.poll(undated).await;
    assert_eq!(unreadable, [("licenses.*.txt", 10)]);
    assert!(!lines.iter().any(|line| line.contains("expiry_timestamp")), "{lines:?}");
    assert!(lines.contains(&"fortimanager_license_active{license=\"AVEN\"} 0".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn licenses_of_any_shape_spoil_only_themselves() {
    let bench = Bench::new().await;
    for (licenses, counted) in [
        (json!({}), 0),
        (json!([]), 0),
        (json!(null), 0),
        (json!(""), 0),
        (json!([{"AVEN": {}}]), 1),
        (json!("none"), 1),
        (json!(7), 1),
    ] {
        let mut distorted = payload();
        distorted["licenses"] = licenses.clone();
        let (lines, unreadable) = bench.poll(distorted).await;
        let of_contracts = lines.iter().filter(|line| line.starts_with("fortimanager_license_"));
        assert_eq!(
            of_contracts.collect::<Vec<_>>(),
            ["fortimanager_license_source_info{source=\"gui\"} 1"],
            "{licenses}"
        );
        assert!(lines.contains(&"fortimanager_devices_used 50".to_owned()), "{licenses}");
        assert_eq!(unreadable.iter().map(|(_, count)| count).sum::<u64>(), counted, "{licenses}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_are_read_with_every_prefix_and_unit() {
    const GIB: f64 = 1_073_741_824.0;
    let bench = Bench::new().await;
    for (used, bytes, exceeded, unread) in [
        (json!("0#512 MB"), Some(GIB / 2.0), Some(0), 0),
        (json!("1#1.50 TB"), Some(1536.0 * GIB), Some(1), 0),
        (json!("3#7"), Some(7.0 * GIB), Some(1), 0),
        (json!("59.24 GB"), Some((59.24 * GIB).round()), None, 0),
        (json!(12), Some(12.0 * GIB), None, 0),
        (json!("?#1 GB"), Some(GIB), None, 1),
        (json!("0#lots"), None, Some(0), 1),
        (json!("lots"), None, None, 1),
        (json!("0#-5 GB"), None, Some(0), 1),
        (json!({"gb": 5}), None, None, 1),
    ] {
        let mut distorted = payload();
        distorted["used_disk"] = used.clone();
        distorted.as_object_mut().unwrap().remove("used_disk_gb");
        let (lines, unreadable) = bench.poll(distorted).await;
        let value = |name: &str| {
            let line = lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            Some(line.parse::<f64>().unwrap())
        };
        assert_eq!(value("fortimanager_disk_used_bytes"), bytes, "{used}");
        assert_eq!(value("fortimanager_disk_exceeded"), exceeded.map(f64::from), "{used}");
        assert_eq!(unreadable.iter().map(|(_, count)| count).sum::<u64>(), unread, "{used}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_contract_and_a_status_nobody_has_seen_are_shown_as_they_are() {
    let bench = Bench::new().await;
    let mut renewed = payload();
    renewed["licenses"] = json!({
        "QNTM": {"css": "ok", "txt": "Premium Support (Expires 2031-01-31)", "status": "ok"},
        "AVEN": {"css": "warning-yellow", "txt": "24x7 Support (Expires 2026-05-25)", "status": "pending-renewal"},
        "NIDS": {"css": "ok", "txt": "24x7 Support (Expires 2026-05-25)"},
    });
    let (lines, unreadable) = bench.poll(renewed).await;
    assert_eq!(unreadable, []);
    let licenses: Vec<&str> =
        lines.iter().filter(|line| line.starts_with("fortimanager_license_")).map(String::as_str).collect();
    assert_eq!(
        licenses,
        [
            "fortimanager_license_active{license=\"AVEN\"} 0",
            "fortimanager_license_active{license=\"NIDS\"} 1",
            "fortimanager_license_active{license=\"QNTM\"} 1",
            "fortimanager_license_expiry_timestamp_seconds{license=\"AVEN\"} 1779667200",
            "fortimanager_license_expiry_timestamp_seconds{license=\"NIDS\"} 1779667200",
            "fortimanager_license_expiry_timestamp_seconds{license=\"QNTM\"} 1927584000",
            "fortimanager_license_info{license=\"AVEN\",name=\"AntiVirus Engine\",level=\"24x7 Support\",status=\"pending-renewal\"} 1",
            "fortimanager_license_info{license=\"NIDS\",name=\"FortiGuard IPS\",level=\"24x7 Support\",status=\"ok\"} 1",
            "fortimanager_license_info{license=\"QNTM\",name=\"QNTM\",level=\"Premium Support\",status=\"ok\"} 1",
            "fortimanager_license_source_info{source=\"gui\"} 1",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_missing_from_the_history_shifts_no_other() {
    let bench = Bench::new().await;
    let mut gap = payload();
    gap["used_gb_day_history"] = json!([
        {"date": "Today", "used": "9.00 GB", "is_exceed": 1},
        {"date": "Aug 08, 2023", "used": "1.00 GB", "is_exceed": 0},
        {"date": "Aug 6, 2023", "used": "3.00 GB", "is_exceed": "1"},
        {"date": "Aug 06, 2023", "used": "4.00 GB", "is_exceed": 0},
        {"date": "Jul 20, 2023", "used": "5.00 GB", "is_exceed": 0},
    ]);
    let (lines, _) = bench.poll(gap).await;
    let history: Vec<&str> =
        lines.iter().filter(|line| line.contains("history")).map(String::as_str).collect();
    assert_eq!(
        history,
        [
            "fortimanager_log_history_exceeded{days_ago=\"1\"} 0",
            "fortimanager_log_history_exceeded{days_ago=\"3\"} 1",
            "fortimanager_log_history_used_bytes{days_ago=\"1\"} 1073741824",
            "fortimanager_log_history_used_bytes{days_ago=\"3\"} 3221225472",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_shown_only_when_asked_for() {
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    fortimanager.set_license(payload());
    let silent = target(&config(&fortimanager, &certificate));
    let (lines_without, _) = lines(collect(&silent, "license").await.unwrap());
    assert!(!lines_without.iter().any(|line| line.contains("example.com")), "{lines_without:?}");
    silent.session.sign_out(Deadline::after(PATIENCE)).await;
    let asked = target(&format!("{}    account_info: true\n", config(&fortimanager, &certificate)));
    let (lines_with, _) = lines(collect(&asked, "license").await.unwrap());
    let expected = "fortimanager_account_info{account_id=\"admin@example.com\",company=\"Example Corp\"} 1";
    assert!(lines_with.contains(&expected.to_owned()), "{lines_with:?}");
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

/// Whatever JSON stands in place of any one key: the poll succeeds, no series
/// of another key changes, and nothing is made up.
#[test]
fn any_value_in_place_of_any_key_spoils_no_other() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let bench = runtime.block_on(Bench::new());
    let (whole, _) = runtime.block_on(bench.poll(payload()));
    let top: Vec<String> = payload().as_object().unwrap().keys().cloned().collect();
    let strategy = (0..top.len(), any_json());
    let mut runner = TestRunner::new(ProptestConfig { cases: 512, ..ProptestConfig::default() });
    let result = runner.run(&strategy, |(index, value)| {
        let key = &top[index];
        let mut distorted = payload();
        distorted[key.as_str()] = value.clone();
        let (lines, _) = runtime.block_on(bench.poll(distorted));
        let (lost, new) = lost_and_new(&whole, &lines);
        for line in lost.iter().chain(&new) {
            let name = line.split(['{', ' ']).next().unwrap();
            prop_assert!(belongs(name, key), "{key} = {value} changed {line}");
        }
        for line in &lines {
            let number: f64 = line.rsplit(' ').next().unwrap().parse().unwrap();
            prop_assert!(number.is_finite() && number >= 0.0, "{line}");
        }
        Ok(())
    });
    result.unwrap();
}

/// Whether a metric may depend on a key of the payload, by the table in DESIGN.md.
fn belongs(metric: &str, key: &str) -> bool {
    let prefix = match key {
        "licenses" => "fortimanager_license_",
        "valid" | "duplicate_license" | "is_vm_trial_lic" => "fortimanager_vm_license_",
        "current_num_dev" | "max_num_dev" => "fortimanager_devices_",
        "dev_num_count" => "fortimanager_managed_devices",
        "max_num_adom" => "fortimanager_adoms_limit",
        "used_gb_day_history" => "fortimanager_log_history_",
        "used_gb_day" | "max_gb_day" => "fortimanager_log_daily_",
        "used_disk" | "used_disk_gb" | "max_disk" | "max_disk_gb" => "fortimanager_disk_",
        "adom_enabled" | "faz_status" | "en_com_fgd_svr" | "usg" | "has_vmmeter" => {
            "fortimanager_feature_enabled"
        }
        "is_vm" | "type" | "enc_type" | "fortimeter_lic" => "fortimanager_platform_info",
        _ => return false,
    };
    metric.starts_with(prefix)
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        "-?[0-9]{0,3}#[0-9]{0,4}\\.?[0-9]{0,2} ?[KMGTPX]?B?".prop_map(Value::from),
        "[A-Za-z0-9 ]{0,12}\\(Expires [0-9]{4}-[0-9]{2}-[0-9]{2}\\)".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let names = prop_oneof![
            Just("txt".to_owned()),
            Just("status".to_owned()),
            Just("val".to_owned()),
            "[A-Z]{0,5}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
