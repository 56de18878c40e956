//! What docs/web-configuration.md shows, taken from there as it stands.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rcgen::SanType;

use super::{Folder, TLS};
use crate::support::{Ca, Prometheus};

/// The blocks of one kind.
fn blocks(kind: &str) -> Vec<String> {
    let page = std::fs::read_to_string("docs/web-configuration.md").unwrap();
    let fence = format!("```{kind}\n");
    let blocks = page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_scrapes_a_protected_exporter_in_both_ways() {
    let folder = Folder::new();
    let ca = Ca::new();
    ca.issue(vec![SanType::DnsName("localhost".try_into().unwrap())]).write(folder.path());
    folder.write("fortinet-ca.crt", &ca.pem);
    folder.write("fortinet-password", "open sesame\n");
    let hash = bcrypt::hash("open sesame", 4).unwrap();
    let binary = folder.serve(&format!("{TLS}basic_auth_users: {{ prometheus: '{hash}' }}\n")).await;
    let (_, port) = binary.address().split_once(':').unwrap();

    let jobs = blocks("yaml").into_iter().filter(|block| block.starts_with("scrape_configs:"));
    let jobs = jobs.map(|jobs| {
        jobs.replace("exporter.example.com:10066", &format!("localhost:{port}"))
            .replace("/etc/prometheus", folder.path().to_str().unwrap())
            // At the pace of a test.
            .replace("/sd\",", "/sd\", refresh_interval: 1s,")
    });
    let [at_once, each]: [String; 2] = jobs.collect::<Vec<_>>().try_into().unwrap();
    assert!(each.contains("refresh_interval"), "{each}");

    let prometheus = Prometheus::configured(&at_once, "");
    assert_eq!(prometheus.value("up{job=\"fortinet\"}").await, 1.0);
    let prometheus = Prometheus::configured(&each, "");
    assert_eq!(prometheus.value("up{job=\"fortinet\", target=\"fmg\"}").await, 1.0);
    let of_process = "fortinet_exporter_web_config_last_reload_successful{job=\"fortinet\"}";
    assert_eq!(prometheus.value(of_process).await, 1.0);
}

#[test]
fn the_line_of_perl_prints_a_hash_of_the_password() {
    let scripts = blocks("sh").into_iter().filter(|block| block.starts_with("perl "));
    let [script]: [String; 1] = scripts.collect::<Vec<_>>().try_into().unwrap();
    let hash = || {
        let mut shell = Command::new("sh");
        let mut shell =
            shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        shell.stdin.take().unwrap().write_all(b"open sesame\n").unwrap();
        String::from_utf8(shell.wait_with_output().unwrap().stdout).unwrap()
    };
    let (first, second) = (hash(), hash());
    assert!(bcrypt::verify("open sesame", first.trim()).unwrap(), "{first}");
    assert!(!bcrypt::verify("open barley", first.trim()).unwrap(), "{first}");
    assert_ne!(first, second, "each has a salt of its own");
}
