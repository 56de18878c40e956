//! The consistency reports of policy packages: read, one by one, and never made.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, FortiManager};
use fortinet_exporter::upstream::Reason;
use serde_json::{Value, json};

use crate::support::{self, collect, target, until};

const SYSTEM: &str = "/gui/sys/uptime";
const ADOMS: &str = "/gui/switch/adoms/list";
const PROXY: &str = "/cgi-bin/module/flatui_proxy";
const FORWARD: &str = "/cgi-bin/module/forward";

/// The public captures, their names replaced.
const UPTIME: &str = include_str!("fixtures/fortimanager-7.6.4-uptime.json");
const REPORT: &str = include_str!("fixtures/fortimanager-consistency-check.json");

async fn started() -> (FortiManager, Target) {
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    let target = target(&format!(
        "fortimanagers:\n  - {{ name: fmg, url: '{}', username: exporter, password: demo-password, \
         collectors: [policy_checks], tls: {{ pin_sha256: {} }} }}\n",
        fortimanager.url(),
        certificate.sha256()
    ));
    (fortimanager, target)
}

async fn samples(target: &Target) -> Vec<String> {
    support::samples(target, "policy_checks").await
}

/// Those that say what was read.
fn counts(samples: &[String]) -> Vec<&str> {
    let short = |line: &'_ String| line.contains("policy_adoms") || line.contains("policy_packages");
    samples.iter().filter(|line| short(line)).map(|line| &line["fortimanager_policy_".len()..]).collect()
}

fn adom(name: &str, oid: u64) -> Value {
    json!({"name": name, "type_name": "FortiGate", "oid": oid})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_gives_exactly_these_numbers() {
    let (fortimanager, target) = started().await;
    fortimanager.set_data(ADOMS, json!([adom("demo", 157)]));
    fortimanager.set_data(
        "/pm/pkg/adom/demo",
        json!([{"name": "emea", "oid": 7490, "type": "folder", "subobj": [
            {"name": "ppkg_buggy", "oid": 7494, "type": "pkg"},
        ]}]),
    );
    let report = "/gui/adoms/157/pkgs/7494/consistency-checker";
    fortimanager.set_data(report, serde_json::from_str(REPORT).unwrap());
    fortimanager.set_data(SYSTEM, serde_json::from_str(UPTIME).unwrap());
    assert_eq!(
        samples(&target).await,
        [
            "fortimanager_policy_adoms{packages=\"failed\"} 0",
            "fortimanager_policy_adoms{packages=\"left_out\"} 0",
            "fortimanager_policy_adoms{packages=\"listed\"} 1",
            // 10:14:35 on a clock two hours ahead of UTC.
            "fortimanager_policy_check_timestamp_seconds{adom=\"demo\",package=\"emea/ppkg_buggy\"} 1618820075",
            "fortimanager_policy_packages{report=\"failed\"} 0",
            "fortimanager_policy_packages{report=\"left_out\"} 0",
            "fortimanager_policy_packages{report=\"none\"} 0",
            "fortimanager_policy_packages{report=\"read\"} 1",
            "fortimanager_shadowed_policies{adom=\"demo\",package=\"emea/ppkg_buggy\",shadow=\"full\"} 3",
            "fortimanager_shadowed_policies{adom=\"demo\",package=\"emea/ppkg_buggy\",shadow=\"partial\"} 8",
        ]
    );
    // In a zone that nobody knows it was made at no time that anybody knows.
    fortimanager.refuse_data(SYSTEM);
    let found = samples(&target).await;
    assert!(found.iter().all(|line| !line.contains("timestamp")), "{found:?}");
    assert!(found.iter().any(|line| line.ends_with("shadow=\"partial\"} 8")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_is_a_request_for_each_adom_and_each_package_and_two_more() {
    let (fortimanager, target) = started().await;
    let first = samples(&target).await;
    fortimanager.forget_requests();
    assert_eq!(samples(&target).await, first);
    assert_eq!(
        counts(&first),
        [
            "adoms{packages=\"failed\"} 0",
            "adoms{packages=\"left_out\"} 0",
            "adoms{packages=\"listed\"} 21",
            "packages{report=\"failed\"} 0",
            "packages{report=\"left_out\"} 0",
            "packages{report=\"none\"} 1",
            "packages{report=\"read\"} 22",
        ]
    );
    assert_eq!(fortimanager.requests().len(), 2 + 21 + 23);
    assert_eq!(fortimanager.logins(), 1);
    // Whatever would start a check is one.
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_packages_are_read_up_to_a_bound_that_is_told() {
    let (fortimanager, target) = started().await;
    let many: Vec<Value> = (0..150).map(|number| adom(&format!("adom-{number}"), 100 + number)).collect();
    fortimanager.set_data(ADOMS, many.into());
    let package = |number| json!({"name": format!("package-{number}"), "oid": 5_000 + number, "type": "pkg"});
    fortimanager.set_data("/pm/pkg/adom/adom-0", (0..300).map(package).collect());
    let found = samples(&target).await;
    let found = counts(&found);
    assert!(found.contains(&"adoms{packages=\"listed\"} 100"), "{found:?}");
    assert!(found.contains(&"adoms{packages=\"left_out\"} 50"), "{found:?}");
    assert!(found.contains(&"packages{report=\"read\"} 200"), "{found:?}");
    assert!(found.contains(&"packages{report=\"left_out\"} 199"), "{found:?}");
    // Beside signing in.
    assert_eq!(fortimanager.requests().len() - 1, 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_cannot_be_read_costs_itself_alone_and_no_sign_in() {
    let (fortimanager, target) = started().await;
    let whole = samples(&target).await;
    fortimanager.refuse_data("/gui/adoms/3/pkgs/1402/consistency-checker");
    fortimanager.set_data("/gui/adoms/3/pkgs/1303/consistency-checker", json!("busy"));
    fortimanager.refuse_data("/pm/pkg/adom/customer-07");
    for _ in 0..3 {
        fortimanager.forget_requests();
        let rest = samples(&target).await;
        assert!(counts(&rest).contains(&"adoms{packages=\"failed\"} 1"), "{rest:?}");
        assert!(counts(&rest).contains(&"packages{report=\"failed\"} 2"), "{rest:?}");
        let lost = |line: &&String| line.contains("adom=\"root\"") || line.contains("customer-07");
        let (lost, kept): (Vec<_>, Vec<_>) = whole.iter().partition(lost);
        assert_eq!(lost.len(), 9, "{lost:?}");
        assert!(lost.iter().all(|line| !rest.contains(line)), "{rest:?}");
        assert!(kept.iter().all(|line| rest.contains(line) || line.contains("policy_")), "{rest:?}");
        // A package less, and the first request again: does the session still live?
        assert_eq!(fortimanager.requests().len(), 2 + 21 + 22 + 1);
    }
    assert_eq!(fortimanager.logins(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_on_the_way_is_renewed_and_the_reports_are_read_from_the_start() {
    let (fortimanager, target) = started().await;
    let whole = samples(&target).await;
    fortimanager.forget_requests();
    fortimanager.delay_next(FORWARD, Duration::from_millis(500));
    let (again, ()) = tokio::join!(samples(&target), async {
        until("the first list of packages", async || {
            fortimanager.requests().iter().any(|request| request.path == FORWARD).then_some(())
        })
        .await;
        fortimanager.kill_sessions();
    });
    assert_eq!(again, whole);
    assert_eq!(fortimanager.logins(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_read_no_package_fails_the_collector_and_signs_in_no_more() {
    let (fortimanager, target) = started().await;
    for name in ["root"].into_iter().map(str::to_owned).chain((0..20).map(|n| format!("customer-{n:02}"))) {
        fortimanager.refuse_data(&format!("/pm/pkg/adom/{name}"));
    }
    for _ in 0..3 {
        let error = collect(&target, "policy_checks").await.unwrap_err();
        assert_eq!(error.reason(), Reason::Forbidden, "{error}");
    }
    assert_eq!(fortimanager.logins(), 1);
    // A system without the page behind it.
    let (fortimanager, target) = started().await;
    fortimanager.override_path(FORWARD, Answer::status(404));
    assert_eq!(collect(&target, "policy_checks").await.unwrap_err().reason(), Reason::HttpStatus);
    // And one that asks to be left alone is left alone.
    fortimanager.clear_overrides();
    fortimanager.forget_requests();
    fortimanager.override_path(PROXY, Answer::status(429));
    assert_eq!(collect(&target, "policy_checks").await.unwrap_err().reason(), Reason::RateLimited);
    assert_eq!(fortimanager.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adom_with_a_long_number_is_asked_for_by_each_digit_of_it() {
    let (fortimanager, target) = started().await;
    fortimanager.set_data(ADOMS, json!([adom("demo", 9_007_199_254_740_993)]));
    fortimanager.set_data("/pm/pkg/adom/demo", json!([{"name": "p", "oid": 7494, "type": "pkg"}]));
    let report = "/gui/adoms/9007199254740993/pkgs/7494/consistency-checker";
    fortimanager.set_data(report, serde_json::from_str(REPORT).unwrap());
    assert!(counts(&samples(&target).await).contains(&"packages{report=\"read\"} 1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_list_of_packages_is_read_where_it_holds_up_no_other_poll() {
    let (fortimanager, target) = started().await;
    fortimanager.set_data(ADOMS, json!([adom("demo", 157)]));
    // A runtime of the target's own: the threads it starts are those for work that takes long.
    let (begun, ended) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let polls = move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let (begins, ends) = (Arc::clone(&begun), Arc::clone(&ended));
        runtime.on_thread_start(move || _ = begins.fetch_add(1, Ordering::SeqCst));
        runtime.on_thread_stop(move || _ = ends.fetch_add(1, Ordering::SeqCst));
        let runtime = runtime.enable_all().thread_keep_alive(Duration::from_millis(1)).build().unwrap();
        [10, 10, 20_000].map(|folders| {
            let folder = |oid| json!({"name": "emea", "oid": oid, "type": "folder"});
            fortimanager.set_data("/pm/pkg/adom/demo", (0..folders).map(folder).collect());
            runtime.block_on(async {
                assert_eq!(counts(&samples(&target).await)[2], "adoms{packages=\"listed\"} 1");
                let is_idle = || begun.load(Ordering::SeqCst) == ended.load(Ordering::SeqCst);
                until("no work that takes long", async || is_idle().then_some(())).await;
            });
            begun.load(Ordering::SeqCst)
        })
    };
    let [signed_in, small, large] = tokio::task::spawn_blocking(polls).await.unwrap();
    assert_eq!([small, large], [signed_in, signed_in + 1]);
}
