//! The real Prometheus, Debian's package `prometheus`, against the running binary.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::{Binary, Prometheus, run, until};

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_scrapes_the_demo_and_has_its_values() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let prometheus = Prometheus::scraping(demo.address());
    for (query, expected) in [
        ("up{job=\"fortinet\"}", 1.0),
        ("fortimanager_up{target=\"fmg-demo\"}", 1.0),
        ("fortimanager_devices_used / fortimanager_devices_limit", 0.94),
        ("forticlient_ems_endpoints{target=\"ems-demo\"}", 2000.0),
        ("sum(forticlient_ems_endpoints_by_os{target=\"ems-demo\"})", 2000.0),
        ("forticlient_ems_endpoints{target=\"cloud-demo\"}", 400.0),
        ("count(fortimanager_license_expiry_timestamp_seconds < time())", 2.0),
        ("count(fortimanager_license_expiry_timestamp_seconds{license=~\"AVEN|NIDS\"} < time())", 2.0),
        (
            "count(fortimanager_license_expiry_timestamp_seconds > time() and fortimanager_license_expiry_timestamp_seconds < time() + 20*86400)",
            1.0,
        ),
        ("sum(fortinet_exporter_collector_failures_total)", 0.0),
    ] {
        assert_eq!(prometheus.value(query).await, expected, "{query}");
    }
    // It was OpenMetrics: only there has a counter another name than its series, and a unit.
    assert_eq!(prometheus.metadata("fortinet_exporter_logins").await["type"], "counter");
    let seconds = prometheus.metadata("process_cpu_seconds").await;
    assert_eq!((&seconds["type"], &seconds["unit"]), (&"counter".into(), &"seconds".into()));
    let info = prometheus.metadata("fortimanager_license_info").await;
    assert_eq!(info["type"], "gauge");
    assert!(info["help"].as_str().unwrap().contains("From licenses of"), "{info:?}");
}

/// A way to the exporter on which OpenMetrics is never asked for. Each request fits into one read.
fn without_openmetrics(exporter: &str) -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (exporter, asked) = (exporter.to_owned(), Arc::new(Mutex::new(String::new())));
    let told = Arc::clone(&asked);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(&exporter).unwrap());
            let (mut back, mut answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut answers, &mut back));
            let told = Arc::clone(&told);
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = client.read(&mut buffer) {
                    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    told.lock().unwrap().push_str(&request);
                    let request = request.replace("application/openmetrics-text", "application/x-not-known");
                    if server.write_all(request.as_bytes()).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_scrapes_the_older_format_as_well() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let (address, asked) = without_openmetrics(demo.address());
    let prometheus = Prometheus::scraping(&address);
    assert_eq!(prometheus.value("up{job=\"fortinet\"}").await, 1.0);
    assert_eq!(prometheus.value("forticlient_ems_endpoints{target=\"ems-demo\"}").await, 2000.0);
    let logins = prometheus.metadata("fortinet_exporter_logins_total").await;
    assert_eq!((&logins["type"], &logins["unit"]), (&"counter".into(), &"".into()));
    let asked = asked.lock().unwrap().clone();
    assert!(
        asked.contains("application/openmetrics-text;version=1.0.0") && asked.contains("gzip"),
        "{asked}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promtool_has_nothing_to_say_about_the_page() {
    let demo = Binary::start("", &["demo"]).await;
    let page = demo.metrics_when_ready().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("page.prom");
    std::fs::write(&file, &page.0).unwrap();
    let check = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(std::fs::File::open(&file).unwrap())
        .output()
        .expect("the Debian package `prometheus` is installed");
    let said = [check.stdout, check.stderr].concat();
    assert!(check.status.success() && said.is_empty(), "{}", String::from_utf8_lossy(&said));
}

fn serial(line: &str) -> &str {
    let (_, rest) = line.split_once("serial=\"").unwrap();
    rest.split_once('"').unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_says_what_to_open_and_what_to_try() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let said = until("the welcome", async || demo.out().contains("Stop with").then(|| demo.out())).await;
    let page = demo.metrics().await;
    let tries: Vec<&str> = said.lines().filter(|line| line.trim_start().starts_with("curl ")).collect();
    let shown = tries.iter().map(|line| Command::new("sh").args(["-c", line]).output().unwrap().stdout);
    let shown = String::from_utf8(shown.flatten().collect()).unwrap();
    for series in [
        "fortimanager_license_expiry_timestamp_seconds{",
        "fortimanager_disk_limit_bytes{",
        "forticlient_ems_endpoints_by_os{",
        "fortimanager_managed_devices_by_connection{",
        "fortimanager_device_contracts{",
        "fortimanager_tasks{",
        "fortimanager_ha_member_in_sync{",
    ] {
        assert!(shown.lines().any(|line| line.starts_with(series)), "nothing shows {series}: {said}");
    }
    assert!(said.contains("/metrics ") && said.contains("status page"), "{said}");
    assert!(page.series("fortimanager_license_active").len() > 5);
    let serials: BTreeSet<&str> =
        page.series("forticlient_ems_info{").iter().map(|line| serial(line)).collect();
    assert_eq!(serials.len(), 2, "each EMS is one of its own: {serials:?}");
    // The configuration it prints is one that works.
    let config: String = said
        .lines()
        .skip_while(|line| !line.starts_with("    defaults"))
        .take_while(|line| line.starts_with("    "))
        .map(|line| format!("{}\n", &line[4..]))
        .collect();
    let check = run(config.as_bytes(), &["--config.check", "--config.file=CONFIG"]).await;
    assert_eq!((check.code, check.stdout.as_str()), (Some(0), "ok, 4 targets\n"), "{}", check.stderr);
    assert_eq!(demo.terminate().await.code, Some(0));
}
