//! What further pages of FortiManager bring, each by a collector of its own
//! that may fail without the others.

use std::time::{SystemTime, UNIX_EPOCH};

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, FortiManager};
use fortinet_exporter::upstream::{Error, Reason};
use serde_json::{Value, json};

use crate::support::{collect, poll, samples, target, value};

const SYSTEM: &str = "/gui/sys/uptime";
const ADOMS: &str = "/gui/switch/adoms/list";

/// The public capture of 7.6.4, its names replaced.
const CAPTURE: &str = include_str!("fixtures/fortimanager-7.6.4-uptime.json");

/// A FortiManager with all collectors that its pages feed.
async fn started() -> (FortiManager, Target) {
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    let target = target(&format!(
        "fortimanagers:\n  - {{ name: fmg, url: '{}', username: exporter, password: demo-password, \
         collectors: [adoms, system, license], tls: {{ pin_sha256: {} }} }}\n",
        fortimanager.url(),
        certificate.sha256()
    ));
    (fortimanager, target)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_gives_exactly_these_numbers() {
    let (fortimanager, target) = started().await;
    fortimanager.set_data(SYSTEM, serde_json::from_str(CAPTURE).unwrap());
    let (skews, others): (Vec<_>, Vec<_>) =
        samples(&target, "system").await.into_iter().partition(|line| line.contains("clock_skew"));
    assert_eq!(
        others,
        [
            "fortimanager_admin_sessions 5",
            "fortimanager_info{version=\"v7.6.4-build3525 250521 (Interim)\",platform=\"FMG-VM64\",hostname=\"fmg-76\",ha_mode=\"Standalone\"} 1",
            // 17:04:43 on its clock, which was two hours ahead of UTC.
            "fortimanager_last_backup_timestamp_seconds 1744383883",
            "fortimanager_uptime_seconds 632198",
        ]
    );
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let skew: f64 = skews[0].rsplit_once(' ').unwrap().1.parse().unwrap();
    assert!((skew - (1_748_491_302.0 - now)).abs() < 60.0, "{skew}");
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn adoms_in_use_stand_beside_their_limit() {
    let (fortimanager, target) = started().await;
    assert_eq!(samples(&target, "adoms").await, ["fortimanager_adoms_used 21"]);
    fortimanager.set_data(ADOMS, json!([{"name": "root", "type_name": "FortiGate", "oid": 3}]));
    assert_eq!(samples(&target, "adoms").await, ["fortimanager_adoms_used 1"]);
    assert!(samples(&target, "license").await.contains(&"fortimanager_adoms_limit 25".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_serves_all_collectors_with_a_request_each() {
    let (fortimanager, target) = started().await;
    poll(&target).await;
    fortimanager.forget_requests();
    poll(&target).await;
    assert_eq!(fortimanager.requests().len(), 3, "{:?}", fortimanager.requests());
    assert_eq!(fortimanager.logins(), 1);
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_the_right_loses_one_collector_and_signs_in_once_more() {
    let (fortimanager, target) = started().await;
    fortimanager.refuse_data(SYSTEM);
    for _ in 0..20 {
        assert_eq!(collect(&target, "system").await.unwrap_err().reason(), Reason::Forbidden);
        assert_eq!(samples(&target, "adoms").await, ["fortimanager_adoms_used 21"]);
        assert!(!samples(&target, "license").await.is_empty());
    }
    // A session that had ended would have been answered in the same words.
    assert_eq!(fortimanager.logins(), 2);
    assert_eq!(fortimanager.open_sessions(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_gone_is_told_from_a_session_that_is() {
    let (fortimanager, target) = started().await;
    poll(&target).await;
    fortimanager.override_path("/cgi-bin/module/flatui_proxy", Answer::status(404));
    assert_eq!(collect(&target, "system").await.unwrap_err().reason(), Reason::HttpStatus);
    fortimanager.clear_overrides();
    let refusals: [(Value, Reason); 3] = [
        (
            json!({"result": [{"data": null, "status": {"code": -5, "message": "No such command"}}]}),
            Reason::UnexpectedPayload,
        ),
        (
            json!({"result": [{"data": {"msg": "ok"}, "status": {"code": 0, "message": ""}}]}),
            Reason::UnexpectedPayload,
        ),
        (json!({"result": [{"data": [], "status": {"code": 0, "message": ""}}]}), Reason::UnexpectedPayload),
    ];
    for (body, reason) in refusals {
        fortimanager.override_path("/cgi-bin/module/flatui_proxy", Answer::json(200, &body));
        let error: Error = collect(&target, "system").await.unwrap_err();
        assert_eq!(error.reason(), reason, "{body}: {error}");
        fortimanager.clear_overrides();
    }
    assert_eq!(fortimanager.logins(), 1);
    fortimanager.kill_sessions();
    poll(&target).await;
    assert_eq!(fortimanager.logins(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_a_backup_that_is_nine_days_old() {
    let (_fortimanager, target) = started().await;
    let found = samples(&target, "system").await.join("\n");
    let backup = value(&found, "fortimanager_last_backup_timestamp_seconds").unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    assert!(((now - backup) / 86_400.0 - 9.0).abs() < 0.01, "{backup}");
}
