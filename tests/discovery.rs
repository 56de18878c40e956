//! `/sd` and `/probe`: each system a Prometheus target of its own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::Uri;
use fortinet_exporter::simulator::{Certificate, Cloud, Ems, Fleet, FortiManager};
use jiff::Timestamp;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HOST};
use serde_json::Value;

use crate::support::{Binary, Exposition, Prometheus, Systems, openmetrics, run, until};

async fn discovered(binary: &Binary, host: &str) -> Vec<Value> {
    let response = binary.get_with("/sd", &[(HOST, host)]).await;
    assert_eq!(response.status(), 200);
    // Prometheus takes nothing else.
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_target_is_listed_where_the_asker_has_reached_the_exporter() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config()).await;
    for host in ["fortinet.example.com", "exporter:10066", "[::1]:8443"] {
        let groups = discovered(&binary, host).await;
        let of = |label: &str| -> Vec<&str> {
            groups.iter().map(|group| group["labels"][label].as_str().unwrap()).collect()
        };
        assert!(groups.iter().all(|group| group["targets"] == serde_json::json!([host])), "{groups:?}");
        for label in ["target", "__param_target", "__meta_fortinet_target"] {
            assert_eq!(of(label), ["fmg", "ems", "cloud"], "{label}");
        }
        assert_eq!(of("__metrics_path__"), ["/probe"; 3]);
        assert_eq!(of("__meta_fortinet_system"), ["FortiManager", "FortiClient EMS", "FortiClient Cloud"]);
        let urls = systems.each().map(|system| system.simulation.url());
        assert_eq!(of("__meta_fortinet_url"), urls);
    }
    for host in ["user@elsewhere", "a/b", &"x".repeat(1000)] {
        assert_eq!(binary.get_with("/sd", &[(HOST, host)]).await.status(), 400, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_shows_its_target_and_no_other_and_signs_in_nowhere() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config().replace("interval: 1s", "interval: 1h")).await;
    let all = binary.metrics_when_ready().await;
    let logins = systems.each().map(|system| system.login_requests());
    let requests = systems.each().map(|system| system.simulation.requests().len());
    for name in ["fmg", "ems", "cloud"] {
        let path = format!("/probe?target={name}");
        let page = Exposition(binary.get(&path).await.text().await.unwrap());
        let of_target = |page: &Exposition| -> BTreeSet<String> {
            let label = format!("target=\"{name}\"");
            page.0.lines().filter(|line| line.contains(&label)).map(str::to_owned).collect()
        };
        // Nothing is polled meanwhile: the very same lines, and nothing but them.
        assert_eq!(of_target(&page), of_target(&all));
        assert_eq!(page.0.lines().filter(|line| !line.starts_with('#')).count(), of_target(&all).len());
        let counter = format!("fortinet_exporter_logins_total{{target=\"{name}\"}}");
        assert_eq!(page.get(&counter), Some(1.0));

        let open = binary.get_with(&path, &[(ACCEPT, "application/openmetrics-text")]).await;
        let families = openmetrics::families(&open.text().await.unwrap());
        assert_eq!(families["fortinet_exporter_logins"].series.len(), 1);
        let packed = binary.get_with(&path, &[(ACCEPT_ENCODING, "zstd")]).await;
        let text = zstd::stream::decode_all(&packed.bytes().await.unwrap()[..]).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), page.0);
    }
    assert_eq!(systems.each().map(|system| system.login_requests()), logins);
    assert_eq!(systems.each().map(|system| system.simulation.requests().len()), requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_an_unknown_target_is_told_what_there_is() {
    let systems = Systems::start().await;
    let names = ["fmg-paris", "fmg-lyon", "größe 1&2"];
    let config: String =
        names.iter().map(|name| systems.fortimanager().config_named(&format!("\"{name}\""))).collect();
    let config = format!("fortimanagers:\n{}", config.replace("fortimanagers:\n", ""));
    let binary = Binary::serve(&config).await;
    let ask = async |path: &str| {
        let response = binary.get(path).await;
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(
        ask("/probe?target=fmg-pari").await,
        (
            404,
            "no target is called \"fmg-pari\"; did you mean \"fmg-paris\"? /sd lists them all\n".to_owned()
        )
    );
    assert_eq!(
        ask("/probe?target=%0Ax").await,
        (404, "no target is called \"\\nx\"; /sd lists them all\n".to_owned())
    );
    assert_eq!(ask(&format!("/probe?target={}", "x".repeat(5000))).await.0, 404);
    assert_eq!(ask("/probe?module=any&target=gr%C3%B6%C3%9Fe+1%262").await.0, 200);
    for path in ["/probe", "/probe?", "/probe?name=fmg-paris", "/probe?target=fmg-paris&target=fmg-lyon"] {
        let (status, text) = ask(path).await;
        assert!(status == 400 && text.contains("/probe?target=NAME"), "{path}: {status} {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_cannot_be_put_where_the_targets_are() {
    for (paths, words) in [
        (&["/probe", "/sd", "/-/healthy"][..], "another page there"),
        // What nobody could ask for, or only by another name.
        (&["metrics", "/a b", "/ä", "/a%20b", "/a?b", "/a//b", "/../a"][..], "write a path such as /metrics"),
    ] {
        for path in paths {
            let finished = run(b"", &["--config.check", &format!("--web.telemetry-path={path}")]).await;
            assert_eq!(finished.code, Some(2), "{path}: {}", finished.stderr);
            assert!(finished.stderr.contains(words), "{path}: {}", finished.stderr);
        }
    }
}

/// Fifty systems of all three kinds behind one exporter.
#[tokio::test(flavor = "multi_thread")]
async fn prometheus_discovers_fifty_targets_and_scrapes_each_of_them() {
    let certificate = Certificate::generate().unwrap();
    let tls = format!("tls: {{ pin_sha256: {} }}", certificate.sha256());
    let (mut fortimanagers, mut servers, mut clouds) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..30 {
        fortimanagers.push(FortiManager::start(&certificate).await.unwrap());
    }
    for size in 0..10 {
        let fleet = Fleet::demo(10 + size, Timestamp::now());
        servers.push(Ems::start(&certificate).await.unwrap());
        servers.last().unwrap().set_fleet(fleet.clone());
        clouds.push(Cloud::start(&certificate).await.unwrap());
        clouds.last().unwrap().set_fleet(fleet);
    }
    let entries = |list: &str, prefix: &str, account: &str, urls: Vec<String>| -> String {
        let entry = |(number, url): (usize, &String)| {
            format!("  - {{ name: {prefix}-{number}, url: '{url}', {account}, {tls} }}\n")
        };
        format!("{list}:\n{}", urls.iter().enumerate().map(entry).collect::<String>())
    };
    let account = "username: exporter, password: demo-password";
    let cloud_account = "account_email: it@example.com, access_key: demo-access-key";
    let config = [
        "defaults: { interval: 5s, stale_after: 1m }\n".to_owned(),
        entries("fortimanagers", "fmg", account, fortimanagers.iter().map(|fmg| fmg.url()).collect()),
        entries("forticlient_ems", "ems", account, servers.iter().map(|ems| ems.url()).collect()),
        entries(
            "forticlient_cloud",
            "cloud",
            cloud_account,
            clouds.iter().map(|cloud| cloud.url()).collect(),
        ),
    ]
    .concat();
    let binary = Binary::serve(&config).await;
    binary.metrics_when_ready().await;

    let documented = documented().replace("localhost:10066", binary.address());
    // At the pace of a test.
    let documented = documented.replace("/sd\" }", "/sd\", refresh_interval: 1s }");
    assert_eq!(documented.matches(binary.address()).count(), 2, "{documented}");
    assert!(documented.contains("refresh_interval"), "{documented}");
    let rules = std::fs::read_to_string("deploy/prometheus/fortinet.rules.yml").unwrap();
    let rules = rules.replace("    interval: 1m\n", "").replace("for: 5m", "for: 1s");
    let prometheus = Prometheus::configured(&documented, &rules);
    let expect = async |query: &str, expected: f64| {
        until(&format!("{query} to be {expected}"), async || {
            (prometheus.value(query).await == expected).then_some(())
        })
        .await;
    };
    expect("count(up{target!=''} == 1)", 50.0).await;
    expect("count(count by (target) (up{target!=''}))", 50.0).await;
    // The label is the one that the series have, and stands there once.
    expect("count(fortimanager_up == on (job, instance, target) up)", 30.0).await;
    expect("count(forticlient_ems_up == on (job, instance, target) up)", 20.0).await;
    expect("count({exported_target!=\"\"}) or vector(0)", 0.0).await;
    for size in 0..10 {
        expect(&format!("forticlient_ems_endpoints{{target=\"ems-{size}\"}}"), f64::from(10 + size)).await;
    }
    // Each series once: every target's own and nobody else's.
    expect("count(fortinet_exporter_logins_total)", 50.0).await;
    // What there is once per process comes by the second job, and alerts and boards find it beside the targets.
    expect("count(process_start_time_seconds)", 1.0).await;
    expect("count({job!='fortinet', job!=''}) or vector(0)", 0.0).await;
    expect("fortinet:exporter:up", 1.0).await;
    expect("count(ALERTS{alertname='FortinetExporterAbsent'}) or vector(0)", 0.0).await;

    // A target that goes from the configuration goes from Prometheus.
    binary.write_config(&config.replace("  - { name: fmg-7,", "  - { name: fmg-renamed,"));
    binary.signal("HUP");
    expect("count(up{target=\"fmg-renamed\"} == 1)", 1.0).await;
    expect("count(up{target=\"fmg-7\"}) or vector(0)", 0.0).await;
    expect("count(up{target!=''})", 50.0).await;

    binary.write_config("fortimanagers: nothing");
    binary.signal("HUP");
    expect("count(ALERTS{alertname='FortinetConfigRefused', alertstate='firing'})", 1.0).await;
}

/// A reverse proxy that serves `exporter` below /fortinet, which it strips, and counts what is asked of /probe.
async fn stripping_proxy(exporter: &str) -> (String, Arc<AtomicUsize>) {
    let probes = Arc::new(AtomicUsize::new(0));
    let (base, counter) = (exporter.to_owned(), Arc::clone(&probes));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let pass_on = async move |uri: Uri| {
        let path = uri.to_string();
        let path = path.strip_prefix("/fortinet").expect("Prometheus asks below the path of the proxy");
        if path.starts_with("/probe?") {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        let answer = client.get(format!("{base}{path}")).send().await.unwrap();
        let kind = [(CONTENT_TYPE, answer.headers()[CONTENT_TYPE].clone())];
        (answer.status(), kind, answer.text().await.unwrap())
    };
    let router = Router::new().fallback(pass_on);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, probes)
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_finds_its_way_through_a_proxy_that_strips_the_path() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config()).await;
    let (proxy, probes) = stripping_proxy(binary.base()).await;
    let page = std::fs::read_to_string("docs/configuration.md").unwrap();
    let begin = page.find("  relabel_configs:\n    - { target_label: __address__").unwrap();
    let relabelling = page[begin..].split("  ```").next().unwrap().replace("proxy.example.com:443", &proxy);
    let relabelling: String = relabelling.lines().map(|line| format!("  {line}\n")).collect();
    let jobs = format!(
        "scrape_configs:\n  - job_name: fortinet\n    honor_labels: true\n    http_sd_configs: [{{ url: 'http://{proxy}/fortinet/sd' }}]\n{relabelling}"
    );
    let prometheus = Prometheus::configured(&jobs, "");
    until("every target", async || {
        (prometheus.value("count(up{job='fortinet', target!=''} == 1)").await == 3.0).then_some(())
    })
    .await;
    assert!(probes.load(Ordering::SeqCst) >= 3, "it went past the proxy");
}

/// The jobs that docs/configuration.md shows for this.
fn documented() -> String {
    let page = std::fs::read_to_string("docs/configuration.md").unwrap();
    let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut found = blocks.filter(|block| block.contains("http_sd_configs"));
    let jobs = found.next().unwrap().to_owned();
    assert_eq!(found.next(), None);
    jobs
}
