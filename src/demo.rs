//! `demo`: the exporter against the built-in simulators, on loopback; with a Prometheus beside it if asked for.
//!
//! Nothing here is a short cut: the simulators speak TLS, the configuration is
//! written as YAML and parsed like any other, the daemon is the real one.

mod folder;
mod prometheus;

use std::future::Future;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use tracing::warn;

use self::prometheus::Prometheus;
use crate::config::{self, Config};
use crate::daemon::{self, Daemon, Serving};
use crate::simulator::{self, Certificate, Cloud, Ems, Fleet, FortiAnalyzer, FortiManager, Simulation};

const ENDPOINTS: usize = 2_000;
const CLOUD_ENDPOINTS: usize = 400;
/// A demo that runs for hours still shows endpoints that are online.
const REFRESH: Duration = Duration::from_secs(60);

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A simulator cannot start.
    #[error("the simulators cannot start: {0}")]
    Simulator(#[from] simulator::Error),
    /// The demo's own configuration was refused.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The service cannot start, or ended.
    #[error(transparent)]
    Daemon(#[from] daemon::Error),
    /// There is no Prometheus beside it.
    #[error(transparent)]
    Prometheus(#[from] prometheus::Error),
}

/// The simulated systems.
struct Systems {
    certificate: Certificate,
    fortimanager: FortiManager,
    fortianalyzer: FortiAnalyzer,
    ems: Ems,
    cloud: Cloud,
}

/// Runs the demo until `shutdown`.
pub async fn run(
    serving: Serving,
    with_prometheus: bool,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    if with_prometheus && serving.web_config.is_some() {
        return Err(prometheus::Error::Protected.into());
    }
    let systems = Systems::start().await?;
    let text = systems.config();
    let config = Config::parse(&text, "the demo's configuration")?;
    let [status, metrics] = ["/", &serving.telemetry_path].map(|path| serving.route_prefix.path(path));
    let daemon = Daemon::start(config, serving, None)?;
    let exporter = daemon.addresses().first().map(reachable).unwrap_or_default();
    let scheme = if daemon.is_tls() { "https" } else { "http" };
    let mut prometheus = None;
    let beside = async {
        if with_prometheus {
            prometheus = Some(Prometheus::start(&exporter, &metrics).await?);
        }
        let base = format!("{scheme}://{exporter}");
        say(&welcome(&text, &base, [&status, &metrics], prometheus.as_ref()));
        if let Some(prometheus) = &mut prometheus {
            let ended = prometheus.ended().await;
            // The demo goes on without it, but not silently.
            warn!(?ended, "Prometheus has ended");
        }
        std::future::pending().await
    };
    let result = tokio::select! {
        result = daemon.run(shutdown) => Ok(result?),
        result = beside => result,
        () = systems.keep_fresh() => Ok(()),
    };
    if let Some(prometheus) = prometheus {
        prometheus.stop().await;
    }
    result
}

impl Systems {
    async fn start() -> Result<Self, Error> {
        let certificate = Certificate::generate()?;
        let systems = Self {
            fortimanager: FortiManager::start(&certificate).await?,
            fortianalyzer: FortiAnalyzer::start(&certificate).await?,
            ems: Ems::start(&certificate).await?,
            cloud: Cloud::start(&certificate).await?,
            certificate,
        };
        systems.fortimanager.set_account("exporter", "demo");
        systems.fortimanager.set_api_token("demo");
        systems.fortianalyzer.set_account("exporter", "demo");
        systems.ems.set_account("exporter", "demo");
        systems.cloud.set_access_key("it@example.com", "demo");
        systems.refresh();
        Ok(systems)
    }

    /// Moves every date along with the clock.
    fn refresh(&self) {
        let now = Timestamp::now();
        self.fortimanager.set_license(simulator::demo_license(now));
        self.fortianalyzer.set_license(simulator::demo_fortianalyzer_license(now));
        self.ems.set_fleet(Fleet::demo(ENDPOINTS, now));
        self.ems.set_license(simulator::demo_ems_license(now, "FCTEMS8824106457", ENDPOINTS));
        self.cloud.set_fleet(Fleet::demo(CLOUD_ENDPOINTS, now));
        self.cloud.set_license(simulator::demo_ems_license(now, "FCTEMS8824211093", CLOUD_ENDPOINTS));
    }

    async fn keep_fresh(&self) {
        loop {
            tokio::time::sleep(REFRESH).await;
            self.refresh();
            let systems: [&Simulation; 4] = [&self.fortimanager, &self.fortianalyzer, &self.ems, &self.cloud];
            systems.iter().for_each(|system| system.forget_requests());
        }
    }

    /// A configuration as an operator would write it for these systems.
    fn config(&self) -> String {
        let pin = self.certificate.sha256();
        let [fortimanager, fortianalyzer] = [self.fortimanager.url(), self.fortianalyzer.url()];
        let [ems, cloud] = [self.ems.url(), self.cloud.url()];
        format!(
            "\
defaults:
  interval: 1m
fortimanagers:
  - name: fmg-demo
    url: {fortimanager}
    username: exporter
    password: demo
    api_token: demo
    tls: {{ pin_sha256: {pin} }}
    collectors: [license, system, adoms, policy_checks, ha, tasks, devices, device_contracts]
fortianalyzers:
  - name: faz-demo
    url: {fortianalyzer}
    username: exporter
    password: demo
    tls: {{ pin_sha256: {pin} }}
    collectors: [license, system]
forticlient_ems:
  - name: ems-demo
    url: {ems}
    site: Default
    username: exporter
    password: demo
    tls: {{ pin_sha256: {pin} }}
forticlient_cloud:
  - name: cloud-demo
    url: {cloud}
    account_email: it@example.com
    access_key: demo
    tls: {{ pin_sha256: {pin} }}
"
        )
    }
}

/// How a client on this machine writes an address that is listened on.
fn reachable(address: &SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

fn welcome(
    config: &str,
    base: &str,
    [status, metrics]: [&str; 2],
    prometheus: Option<&Prometheus>,
) -> String {
    let metrics = format!("{base}{metrics}");
    let mut pages =
        vec![(format!("{base}{status}"), "status page"), (metrics.clone(), "what Prometheus scrapes")];
    if let Some(prometheus) = prometheus {
        pages.push((prometheus.alerts(), "Prometheus with the alerts; some are pending for up to an hour"));
    }
    let width = pages.iter().map(|(page, _)| page.len()).max().unwrap_or_default();
    let pages: String = pages.iter().map(|(page, what)| format!("    {page:width$}   {what}\n")).collect();
    let config: String = config.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "
Polling a simulated FortiManager, a FortiAnalyzer, an on-prem EMS with {ENDPOINTS} endpoints and
a FortiClient Cloud instance with {CLOUD_ENDPOINTS}, over TLS, with this configuration:

{config}
Open
{pages}
Try
    curl -s {metrics} | grep -E 'license_(expiry|active)'
    curl -s {metrics} | grep -E 'devices_(used|limit)|disk_'
    curl -s {metrics} | grep endpoints_by
    curl -s {metrics} | grep -E 'managed_devices_by_(connection|version)|device_contracts{{'
    curl -s {metrics} | grep -E 'manager_(tasks|ha_member_in_sync|shadowed_policies){{'

Stop with Ctrl-C.
"
    )
}

/// The welcome is this command's output; the demo runs on without a reader.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}
