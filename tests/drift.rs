//! Keys that nobody knows: counted for each collector, and named by `probe`.

use fortinet_exporter::simulator::{Ems, Fleet, FortiManager, demo_ems_license};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Polled, Systems, run};

const UNKNOWN: &str = "fortinet_exporter_unknown_fields";

fn series(collector: &str, target: &str) -> String {
    format!("{UNKNOWN}{{collector=\"{collector}\",target=\"{target}\"}}")
}

/// The collectors of FortiManager that read an answer whose fields are listed.
const FORTIMANAGER: [&str; 8] =
    ["license", "system", "adoms", "policy_checks", "devices", "device_contracts", "ha", "tasks"];

/// With some of them.
fn fortimanager(systems: &Systems, collectors: &[&str]) -> String {
    let system = systems.fortimanager();
    let ways_in = format!("{}\n    api_token: demo-api-token", system.secret);
    system.config_with(&format!("{ways_in}\n    collectors: [{}]", collectors.join(", ")))
}

/// A later release: more on the licence page, some of it named after the customer.
fn drift_license(fortimanager: &FortiManager) {
    let mut page = fortimanager.license();
    page["grace_days"] = json!(30);
    page["quota"] = json!({"per_adom": 5});
    page["licenses"]["AVEN"]["tier"] = json!("gold");
    page["licenses"]["NIDS"]["tier"] = json!("gold");
    page["fw-7.paris.example"] = json!(1);
    fortimanager.set_license(page);
}

fn drift_rows(ems: &Ems, mut rows: Vec<Value>) {
    let row = rows.last_mut().unwrap();
    row["posture_score"] = json!(71);
    row["FCT8000000000042"] = json!({"user": "somebody"});
    ems.set_fleet(Fleet::from_rows(rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_documented_is_known() {
    let systems = Systems::start().await;
    for (config, collectors) in [
        (fortimanager(&systems, &FORTIMANAGER), FORTIMANAGER.map(|name| (name, "fmg")).into()),
        (fortimanager(&systems, &["contracts"]), vec![("contracts", "fmg")]),
        (systems.fortimanager_cloud().config(), vec![("contracts", "fmg-cloud")]),
        (systems.ems().config(), vec![("endpoints", "ems"), ("license", "ems")]),
        (systems.cloud().config(), vec![("endpoints", "cloud"), ("license", "cloud")]),
    ] {
        let mut polled = Polled::new(&config);
        let before = polled.metrics().await;
        assert!(!before.0.contains(&format!("{UNKNOWN}{{")), "{}", before.0);
        polled.poll().await;
        let page = polled.metrics().await;
        for (collector, target) in collectors {
            assert_eq!(page.get(&series(collector, target)), Some(0.0), "{collector} of {target}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_is_counted_as_of_the_last_good_poll() {
    let systems = Systems::start().await;
    let mut polled = Polled::new(&systems.fortimanager().config());
    polled.poll().await;
    drift_license(&systems.fortimanager);
    polled.poll().await;
    let license = series("license", "fmg");
    assert_eq!(polled.metrics().await.get(&license), Some(4.0));
    systems.fortimanager.kill_sessions();
    systems.fortimanager.set_locked(true);
    polled.poll().await;
    assert_eq!(polled.metrics().await.get(&license), Some(4.0));
}

/// On the last row of the second page, where nothing else is out of the common.
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_looked_at_whichever_page_they_are_on() {
    let systems = Systems::start().await;
    drift_rows(&systems.ems, Fleet::demo(700, Timestamp::now()).rows().collect());
    let mut license = demo_ems_license(Timestamp::now(), "FCTEMS0000000001", 700);
    license["licenses"][1]["region"] = json!("eu");
    license["seats"]["quantum"] = json!(5);
    systems.ems.set_license(license);
    let mut polled = Polled::new(&systems.ems().config());
    polled.poll().await;
    let page = polled.metrics().await;
    assert_eq!(page.get(&series("endpoints", "ems")), Some(2.0));
    assert_eq!(page.get(&series("license", "ems")), Some(1.0));
    assert_eq!(page.get("forticlient_ems_endpoints{target=\"ems\"}"), Some(700.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_names_them_unless_they_may_be_data() {
    let systems = Systems::start().await;
    drift_license(&systems.fortimanager);
    drift_rows(&systems.ems, Fleet::demo(30, Timestamp::now()).rows().collect());
    for (config, name, line) in [
        (
            systems.fortimanager().config(),
            "fmg",
            "4 unknown fields: grace_days, licenses.*.tier, quota, and 1 more",
        ),
        (systems.ems().config(), "ems", "2 unknown fields: posture_score, and 1 more"),
    ] {
        let probe = run(config.as_bytes(), &["probe", name, "--config.file=CONFIG"]).await;
        assert_eq!(probe.code, Some(0), "{}", probe.stderr);
        assert!(probe.stderr.lines().any(|told| told.trim() == line), "{}\nlacks {line}", probe.stderr);
        for data in ["paris", "FCT8000000000042"] {
            assert!(!probe.stderr.contains(data) && !probe.stdout.contains(data), "{}", probe.stderr);
        }
    }
}
