//! `probe NAME`: metrics on stdout, a readable account on stderr, and an exit
//! code that tells.

use std::process::{Command, Stdio};
use std::time::Duration;

use fortinet_exporter::simulator::{Certificate, Ems, Fleet, FortiManager};
use jiff::Timestamp;

use crate::support::{run, until, value};

const ARGS: [&str; 3] = ["probe", "ems", "--config.file=CONFIG"];

fn config(ems: &Ems, certificate: &Certificate) -> String {
    format!(
        "forticlient_ems:\n  - name: ems\n    url: {}\n    username: exporter\n    password: demo-password\n    tls: {{ pin_sha256: {} }}\n",
        ems.url(),
        certificate.sha256()
    )
}

async fn ems() -> (Ems, String) {
    let certificate = Certificate::generate().unwrap();
    let ems = Ems::start(&certificate).await.unwrap();
    ems.set_fleet(Fleet::demo(600, Timestamp::now()));
    let config = config(&ems, &certificate);
    (ems, config)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_told_and_the_session_closed() {
    let (ems, config) = ems().await;
    let probe = run(config.as_bytes(), &ARGS).await;
    assert_eq!(probe.code, Some(0), "{}", probe.stderr);
    assert_eq!(value(&probe.stdout, "forticlient_ems_endpoints{target=\"ems\"}"), Some(600.0));
    assert_eq!(
        value(&probe.stdout, "fortinet_exporter_collector_success{collector=\"license\",target=\"ems\"}"),
        Some(1.0)
    );
    let steps: Vec<&str> = probe.stderr.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    for (step, expected) in steps.iter().zip([
        "POST /api/v1/auth/signin: HTTP 200, ",
        "GET /api/v1/endpoints/index?offset=0&count=500: HTTP 200, ",
        "GET /api/v1/endpoints/index?offset=500&count=500: HTTP 200, ",
        "GET /api/v1/license/get: HTTP 200, ",
        "GET /api/v1/system/consts/get?system_update_time=1: HTTP 200, ",
        "GET /api/v1/auth/signout: HTTP 200, ",
    ]) {
        assert!(step.starts_with(expected), "{step}\nexpected {expected}");
    }
    assert_eq!(steps.len(), 6, "{steps:?}");
    assert!(probe.stderr.contains("collector endpoints: ok, "), "{}", probe.stderr);
    assert_eq!((ems.open_sessions(), ems.violations()), (0, vec![]));
}

/// One path serves many purposes: which of them it was is what one wants to know.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_tells_what_was_asked_and_nothing_secret() {
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    let config = format!(
        "fortimanagers:\n  - {{ name: fmg, url: '{}', username: exporter, password: demo-password, \
         api_token: demo-api-token, tls: {{ pin_sha256: {} }}, \
         collectors: [license, system, adoms, policy_checks, ha, tasks, devices, device_contracts] }}\n",
        fortimanager.url(),
        certificate.sha256()
    );
    let probe = run(config.as_bytes(), &["probe", "fmg", "--config.file=CONFIG"]).await;
    assert_eq!(probe.code, Some(0), "{}", probe.stderr);
    for step in [
        "GET /cgi-bin/module/flatui/SysDashboard?action=read&type=license: HTTP 200, ",
        "POST /cgi-bin/module/flatui_proxy get /gui/sys/uptime: HTTP 200, ",
        "POST /cgi-bin/module/flatui_proxy get /gui/switch/adoms/list: HTTP 200, ",
        "POST /cgi-bin/module/forward get /pm/pkg/adom/root: HTTP 200, ",
        "POST /jsonrpc get /sys/ha/status: HTTP 200, ",
        "POST /jsonrpc get /task/task: HTTP 200, ",
        "POST /jsonrpc get /dvmdb/device: HTTP 200, ",
        "POST /jsonrpc exec /um/misc/dump_contract: HTTP 200, ",
    ] {
        assert!(probe.stderr.contains(&format!("  {step}")), "{step} is not in {}", probe.stderr);
    }
    for secret in ["demo-password", "demo-api-token", "Bearer", "fields", "start_tm"] {
        assert!(!probe.stderr.contains(secret), "{secret} is in {}", probe.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failed_collector_is_told_with_its_remedy_and_fails_the_probe() {
    let (ems, config) = ems().await;
    ems.forbid_license(true);
    let probe = run(config.as_bytes(), &ARGS).await;
    assert_eq!(probe.code, Some(1));
    assert_eq!(value(&probe.stdout, "forticlient_ems_endpoints{target=\"ems\"}"), Some(600.0));
    assert!(probe.stderr.contains("collector license: FAILED (forbidden)"), "{}", probe.stderr);
    assert!(probe.stderr.contains("fix: give the account the read permission"), "{}", probe.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_is_not_there_is_told_with_its_reason() {
    let (ems, config) = ems().await;
    ems.stop().await;
    let probe = run(config.as_bytes(), &ARGS).await;
    assert_eq!(probe.code, Some(1));
    assert!(probe.stderr.contains("FAILED (connect)"), "{}", probe.stderr);
    assert_eq!(value(&probe.stdout, "forticlient_ems_up{target=\"ems\"}"), Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_can_be_tried_while_others_are_not_ready() {
    let (_ems, config) = ems().await;
    let config = format!(
        "{config}fortimanagers:\n  - {{ name: fmg, url: 'https://fmg.invalid', username: x, password_file: /nothing/here }}\n"
    );
    assert_eq!(run(config.as_bytes(), &ARGS).await.code, Some(0));
    let other = run(config.as_bytes(), &["probe", "fmg", "--config.file=CONFIG"]).await;
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("fortimanagers[0].password_file: cannot read"), "{}", other.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_is_stopped_signs_out_first() {
    let (ems, config) = ems().await;
    for page in ["/api/v1/endpoints/index", "/api/v1/auth/signin"] {
        ems.delay_next(page, Duration::from_secs(2));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.yml");
        std::fs::write(&path, &config).unwrap();
        let mut probe = Command::new(env!("CARGO_BIN_EXE_fortinet-exporter"))
            .args(["probe", "ems", "--config.file", path.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let seen = ems.requests().len();
        let asked = async || {
            ems.requests().iter().skip(seen).any(|request| request.path.starts_with(page)).then_some(())
        };
        until("the page to be asked for", asked).await;
        assert!(Command::new("kill").args(["-INT", &probe.id().to_string()]).status().unwrap().success());
        let status = until("the end of the probe", async || probe.try_wait().unwrap()).await;
        assert_eq!((status.code(), ems.open_sessions()), (Some(1), 0), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_target_is_answered_with_the_known_ones() {
    let (_ems, config) = ems().await;
    let probe = run(config.as_bytes(), &["probe", "emz", "--config.file=CONFIG"]).await;
    assert_eq!(probe.code, Some(1));
    assert_eq!(probe.stdout, "");
    assert!(
        probe.stderr.ends_with("config.yml:1:1: no target is called `emz`\n    fix: choose `ems`\n"),
        "{}",
        probe.stderr
    );
}
