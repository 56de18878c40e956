//! The licence page: the real payload number by number, and everything that
//! may be odd about another box's.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Certificate, FortiManager};
use serde_json::{Value, json};

use crate::support::{collect, lines, run, target};

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
    let (page, own) = probe.stdout.split_once("# HELP fortinet_exporter_build_info").unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write("tests/fixtures/fortimanager-7.4.1-license.prom", page).unwrap();
    }
    assert_eq!(page, EXPECTED);
    assert!(!own.contains("unreadable_fields_total{"), "{own}");
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}
