//! The real Prometheus and Alertmanager, Debian's packages, on loopback.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::until;

const INSTALLED: &str = "the Debian packages `prometheus` and `prometheus-alertmanager` are installed";

/// A Prometheus of our own, ended when dropped.
pub(crate) struct Prometheus(Service);

/// An Alertmanager of our own, ended when dropped.
pub(crate) struct Alertmanager(Service);

struct Service {
    child: Child,
    _dir: tempfile::TempDir,
    address: String,
}

impl Service {
    /// `arguments` get the folder of the service's files and the address to listen on.
    fn start(
        program: &str,
        files: &[(&str, &str)],
        arguments: impl FnOnce(&Path, &str) -> Vec<String>,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(dir.path().join(name), content).unwrap();
        }
        let address = format!("127.0.0.1:{}", free_port());
        let child = Command::new(program)
            .args(arguments(dir.path(), &address))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect(INSTALLED);
        Self { child, _dir: dir, address }
    }
}

/// Below those that Linux deals out by itself: another test gets none of these while the service starts.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(64);
    loop {
        let number = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = 20_000 + u16::try_from(number % 10_000).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Prometheus {
    /// Scrapes the exporter at an address every second.
    pub(crate) fn scraping(exporter: &str) -> Self {
        Self::with(&format!("static_configs: [{{ targets: ['{exporter}'] }}]"))
    }

    /// Scrapes what is found as `discovery` says.
    pub(crate) fn with(discovery: &str) -> Self {
        Self::start(discovery, "", "[]")
    }

    /// Scrapes an exporter and evaluates rules every second.
    pub(crate) fn judging(exporter: &str, rules: &str) -> Self {
        Self::start(&format!("static_configs: [{{ targets: ['{exporter}'] }}]"), rules, "[]")
    }

    /// The same with somebody to tell.
    pub(crate) fn alerting(exporter: &str, rules: &str, alertmanager: &Alertmanager) -> Self {
        let discovery = format!("static_configs: [{{ targets: ['{exporter}'] }}]");
        let alertmanagers =
            format!("[{{ static_configs: [{{ targets: ['{}'] }}] }}]", alertmanager.0.address);
        Self::start(&discovery, rules, &alertmanagers)
    }

    /// Scrapes and judges every second, by `scrape_configs:` as an operator would write it.
    pub(crate) fn configured(scrape_configs: &str, rules: &str) -> Self {
        Self::run(scrape_configs, rules, "[]")
    }

    fn start(discovery: &str, rules: &str, alertmanagers: &str) -> Self {
        let job = format!("scrape_configs:\n  - job_name: fortinet\n    {discovery}\n");
        Self::run(&job, rules, alertmanagers)
    }

    fn run(scrape_configs: &str, rules: &str, alertmanagers: &str) -> Self {
        let config = format!(
            "\
global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: [rules.yml]
alerting: {{ alertmanagers: {alertmanagers} }}
{scrape_configs}"
        );
        let files = [("prometheus.yml", config.as_str()), ("rules.yml", rules)];
        Self(Service::start("prometheus", &files, |dir, address| {
            vec![
                format!("--config.file={}", dir.join("prometheus.yml").display()),
                format!("--storage.tsdb.path={}", dir.join("data").display()),
                format!("--web.listen-address={address}"),
            ]
        }))
    }

    /// The result of an expression, once it has one.
    pub(crate) async fn query(&self, query: &str) -> Vec<Value> {
        until(query, async || Some(self.now(query).await?).filter(|result| !result.is_empty())).await
    }

    /// The value of an expression that has exactly one, once it has.
    pub(crate) async fn value(&self, query: &str) -> f64 {
        until(query, async || {
            let [result] = self.now(query).await?.try_into().ok()?;
            let result: Value = result;
            result["value"][1].as_str()?.parse().ok()
        })
        .await
    }

    /// The result of an expression, if Prometheus accepts it.
    pub(crate) async fn now(&self, query: &str) -> Option<Vec<Value>> {
        let answer = self.ask("query", &[("query", query)]).await?;
        Some(answer["data"]["result"].as_array()?.clone())
    }

    /// Why the last scrape of its one target failed, once one has.
    pub(crate) async fn last_error(&self) -> String {
        until("a scrape that fails", async || {
            let answer = self.ask("targets", &[]).await?;
            let error = answer["data"]["activeTargets"][0]["lastError"].as_str()?;
            (!error.is_empty()).then(|| error.to_owned())
        })
        .await
    }

    /// What the page said of a metric, once it was scraped.
    pub(crate) async fn metadata(&self, metric: &str) -> serde_json::Map<String, Value> {
        until(metric, async || {
            let answer = self.ask("metadata", &[("metric", metric)]).await?;
            answer["data"][metric][0].as_object().cloned()
        })
        .await
    }

    /// The answer of its API, if it gives one.
    async fn ask(&self, page: &str, parameters: &[(&str, &str)]) -> Option<Value> {
        let url = format!("http://{}/api/v1/{page}", self.0.address);
        ask(&url, parameters).await
    }
}

/// The JSON that a page answers with.
pub(crate) async fn ask(url: &str, parameters: &[(&str, &str)]) -> Option<Value> {
    let url = reqwest::Url::parse_with_params(url, parameters).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.get(url).send().await.ok()?;
    serde_json::from_str(&response.text().await.ok()?).ok()
}

impl Alertmanager {
    pub(crate) fn start(config: &str) -> Self {
        Self(Service::start("prometheus-alertmanager", &[("alertmanager.yml", config)], |dir, address| {
            vec![
                format!("--config.file={}", dir.join("alertmanager.yml").display()),
                format!("--storage.path={}", dir.join("data").display()),
                format!("--web.listen-address={address}"),
                // No cluster: nothing to listen on beside that.
                "--cluster.listen-address=".to_owned(),
            ]
        }))
    }
}
