//! What Prometheus, a browser and an orchestrator meet; starting and stopping.

use fortinet_exporter::simulator::{Answer, Certificate, Cloud, Ems, Fleet, FortiManager, demo_license};
use jiff::Timestamp;
use std::time::Duration;

use crate::support::{Binary, run, until};

/// A simulated system of each kind and the configuration for them.
struct Systems {
    fortimanager: FortiManager,
    ems: Ems,
    cloud: Cloud,
    config: String,
}

impl Systems {
    async fn start() -> Self {
        let certificate = Certificate::generate().unwrap();
        let fortimanager = FortiManager::start(&certificate).await.unwrap();
        let ems = Ems::start(&certificate).await.unwrap();
        let cloud = Cloud::start(&certificate).await.unwrap();
        ems.set_fleet(Fleet::demo(50, Timestamp::now()));
        cloud.set_fleet(Fleet::demo(20, Timestamp::now()));
        fortimanager.set_license(demo_license(Timestamp::now()));
        let tls = format!("tls: {{ pin_sha256: {} }}", certificate.sha256());
        let config = format!(
            "defaults: {{ interval: 1s, stale_after: 8s, timeout: 2s }}
fortimanagers:
  - {{ name: fmg, url: '{}', username: exporter, password: demo-password, {tls} }}
forticlient_ems:
  - {{ name: ems, url: '{}', username: exporter, password: demo-password, {tls} }}
forticlient_cloud:
  - {{ name: cloud, url: '{}', account_email: it@example.com, access_key: demo-access-key, {tls} }}
",
            fortimanager.url(),
            ems.url(),
            cloud.url()
        );
        Self { fortimanager, ems, cloud, config }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_what_their_readers_expect() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config).await;
    let page = binary.metrics_when_ready().await;

    let response = binary.get("/metrics").await;
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(page.get("fortimanager_up{target=\"fmg\"}"), Some(1.0));
    assert_eq!(page.get("forticlient_ems_up{target=\"ems\"}"), Some(1.0));
    assert_eq!(page.get("forticlient_ems_endpoints{target=\"cloud\"}"), Some(20.0));

    for path in ["/-/healthy", "/-/ready"] {
        assert_eq!(binary.get(path).await.status(), 200, "{path}");
    }
    let nothing = binary.get("/nothing-here").await;
    assert_eq!(nothing.status(), 404);
    assert_eq!(nothing.headers()["content-type"], "text/plain; charset=utf-8");
    let nothing = nothing.text().await.unwrap();
    let lines: Vec<&str> = nothing.lines().map(str::trim).collect();
    let pages = ["/", "/metrics", "/probe?target=NAME", "/sd", "/-/healthy", "/-/ready"];
    assert_eq!(lines, [&["not found; there is"], &pages[..]].concat());

    let index = binary.get("/").await;
    assert!(index.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(index.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let index = index.text().await.unwrap();
    for text in ["href=\"metrics\"", "fmg", "FortiClient Cloud", "AVEN", "ended 120 days ago", "next poll in"]
    {
        assert!(index.contains(text), "{text} is not on the status page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_ready_until_every_target_was_tried_and_ready_ever_after() {
    let systems = Systems::start().await;
    let slow = Answer::html(503, "starting").delay(Duration::from_secs(1));
    systems.ems.override_path_times("/api/v1/auth/signin", slow, 1);
    let binary = Binary::serve(&systems.config).await;
    let early = binary.get("/-/ready").await;
    assert_eq!(early.status(), 503);
    assert!(early.text().await.unwrap().contains("not been polled"));
    // A failed poll is a tried one: the metric tells, not the readiness.
    binary.metrics_when_ready().await;
    systems.ems.stop().await;
    let up = "forticlient_ems_up{target=\"ems\"}";
    binary.metrics_when("the EMS to be down", |page| page.get(up) == Some(0.0)).await;
    assert_eq!(binary.get("/-/ready").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_target_that_fails_stay_until_they_are_stale_and_come_back() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config).await;
    binary.metrics_when_ready().await;
    systems.fortimanager.stop().await;
    let up = "fortimanager_up{target=\"fmg\"}";
    let devices = "fortimanager_devices_used{target=\"fmg\"}";
    let down = binary.metrics_when("the FortiManager to be down", |page| page.get(up) == Some(0.0)).await;
    assert_eq!(down.get(devices), Some(94.0), "the last good numbers stay for a while");
    let stale = binary.metrics_when("the numbers to go", |page| page.get(devices).is_none()).await;
    let own: Vec<&str> = stale.series("fortimanager_");
    assert_eq!(own, [format!("{up} 0")], "nothing but the target's state is left");
    let failures =
        "fortinet_exporter_collector_failures_total{collector=\"license\",reason=\"connect\",target=\"fmg\"}";
    assert!(stale.get(failures).unwrap() >= 1.0);
    assert_eq!(stale.get("forticlient_ems_endpoints{target=\"ems\"}"), Some(50.0), "others are not touched");
    systems.fortimanager.resume().await.unwrap();
    binary
        .metrics_when("recovery", |page| page.get(up) == Some(1.0) && page.get(devices) == Some(94.0))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_known_series_of_the_exporter_starts_at_zero() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config).await;
    let page = binary.metrics_when_ready().await;
    let failures = page.series("fortinet_exporter_collector_failures_total{");
    assert_eq!(failures.len(), 12 * 5, "every reason for every collector");
    assert!(failures.iter().all(|line| line.ends_with(" 0")), "{failures:?}");
    assert_eq!(page.get("fortinet_exporter_login_failures_total{target=\"fmg\"}"), Some(0.0));
    assert_eq!(page.get("fortinet_exporter_logins_total{target=\"fmg\"}"), Some(1.0));
    assert_eq!(page.get("fortinet_exporter_tls_verification_disabled{target=\"fmg\"}"), Some(0.0));
    assert_eq!(page.get("fortinet_exporter_config_last_reload_successful"), Some(1.0));
    assert!(page.get("process_resident_memory_bytes").unwrap() > 1e6);
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_signs_out_everywhere_and_exits_with_0() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config).await;
    binary.metrics_when_ready().await;
    let open =
        || [systems.fortimanager.open_sessions(), systems.ems.open_sessions(), systems.cloud.open_sessions()];
    assert_eq!(open(), [1, 1, 1]);
    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(open(), [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_does_not_wait_for_a_system_that_hangs() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config).await;
    binary.metrics_when_ready().await;
    let pages = systems.ems.requests().len();
    systems.ems.override_path("/api/v1/endpoints/index", Answer::status(200).delay(Duration::from_secs(60)));
    until("a poll to hang", async || (systems.ems.requests().len() > pages).then_some(())).await;
    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(systems.ems.open_sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flags_about_serving_are_obeyed() {
    let systems = Systems::start().await;
    let args = [
        "--config.file=CONFIG",
        "--web.telemetry-path=/data",
        "--web.disable-exporter-metrics",
        "--log.format=json",
    ];
    let binary = Binary::start(&systems.config, &args).await;
    until("readiness", async || binary.get("/-/ready").await.status().is_success().then_some(())).await;
    let page = binary.get("/data").await.text().await.unwrap();
    assert!(page.contains("fortimanager_up{target=\"fmg\"} 1") && !page.contains("process_"));
    assert_eq!(binary.get("/metrics").await.status(), 404);
    let log = binary.log();
    let first: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert!(first.get("level").is_some() && first.get("message").is_some(), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_said_before_anybody_signs_in() {
    let systems = Systems::start().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("--web.listen-address={}", taken.local_addr().unwrap());
    let finished = run(systems.config.as_bytes(), &["--config.file=CONFIG", &listen]).await;
    assert_eq!(finished.code, Some(1));
    assert!(finished.stderr.contains("cannot listen on 127.0.0.1:"), "{}", finished.stderr);
    assert_eq!(systems.fortimanager.logins(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn below_a_prefix_everything_is_there_and_links_lead_on() {
    let systems = Systems::start().await;
    let args = ["--config.file=CONFIG", "--web.route-prefix=/fortinet/exporter", "--web.enable-lifecycle"];
    let binary = Binary::start(&systems.config, &args).await;
    let prefix = "/fortinet/exporter";
    let ready = format!("{prefix}/-/ready");
    until("readiness", async || binary.get(&ready).await.status().is_success().then_some(())).await;
    // Whoever comes too short is sent on, whoever comes beside it is not.
    for path in ["/", prefix, &format!("{prefix}/")] {
        let page = binary.get(path).await;
        assert_eq!((page.status().as_u16(), page.url().path()), (200, "/fortinet/exporter/"), "{path}");
    }
    for path in ["/metrics", "/-/healthy", "/-/ready", "/fortinet", "/fortinet/metrics"] {
        let page = binary.get(path).await;
        assert_eq!(page.status(), 404, "{path}");
        assert!(page.text().await.unwrap().contains("  /fortinet/exporter/metrics\n"), "{path}");
    }
    let reload = binary.send(reqwest::Method::POST, &format!("{prefix}/-/reload")).await;
    assert_eq!(reload.status(), 200);
    let metrics = binary.get(&format!("{prefix}/metrics")).await.text().await.unwrap();
    assert!(metrics.contains("fortimanager_up{target=\"fmg\"} 1"));
    let discovered = binary.get(&format!("{prefix}/sd")).await.text().await.unwrap();
    assert!(discovered.contains("\"/fortinet/exporter/probe\""), "{discovered}");
    // Every link of the page, as a browser follows it.
    let page = binary.get(&format!("{prefix}/?q=fmg")).await;
    let url = page.url().clone();
    let page = page.text().await.unwrap();
    let links: Vec<&str> =
        page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.len() >= 5, "{links:?}");
    for link in links {
        let there = url.join(link).unwrap();
        let path = &there.as_str()[binary.base().len()..];
        assert!(path.starts_with(prefix), "{link} leads to {there}");
        assert_eq!(binary.get(path).await.status(), 200, "{link} leads to {there}");
    }
}
