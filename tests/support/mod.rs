//! What the themes share: the real binary as a child process, and one poll
//! through the real client.

mod binary;
mod browser;
mod caller;
mod clock;
mod exposition;
mod front;
pub(crate) mod log;
pub(crate) mod openmetrics;
mod polled;
mod prometheus;
mod replay;
mod status_page;
mod systems;

use std::sync::Arc;
use std::time::Duration;

use fortinet_exporter::config::Config;
use fortinet_exporter::observation::{self, Kind, Metric};
use fortinet_exporter::poll::{Findings, Target};
use fortinet_exporter::targets;
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::upstream::{Clients, Deadline, Error, Logins, Observer, Reason, Refusals};

pub(crate) use self::binary::{Binary, Finished, follow, make_pipe, run, run_in};
pub(crate) use self::browser::Browser;
pub(crate) use self::caller::{Ca, Call, Identity, client, client_of};
pub(crate) use self::clock::Clock;
pub(crate) use self::exposition::{Exposition, value};
pub(crate) use self::front::{Front, Mischief};
pub(crate) use self::polled::Polled;
pub(crate) use self::prometheus::{Alertmanager, Prometheus, ask};
pub(crate) use self::replay::Replay;
pub(crate) use self::status_page::{StatusPage, failed, license, whole};
pub(crate) use self::systems::{System, Systems};

/// Longer than anything here takes, even on a busy machine; a test that needs
/// it all has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The first target of a configuration, for polls through the real client
/// without a process around it.
pub(crate) fn target(config: &str) -> Target {
    let config = Config::parse(config, "test.yml").unwrap_or_else(|error| panic!("{error}"));
    let own = OwnMetrics::new(false).unwrap();
    let silent: Observer = Arc::new(|_| {});
    let entry = config.entries().next().unwrap();
    let metrics = own.target(&entry.common().name, entry.common().interval, false);
    let logins = |_| Logins { counters: metrics.logins.clone(), refusals: Refusals::default() };
    targets::build(entry, &Clients::new(), logins, silent).unwrap()
}

/// One poll of the collector called `name`.
pub(crate) async fn collect(target: &Target, name: &str) -> Result<Findings, Error> {
    let collector = target.collectors.iter().find(|collector| collector.name() == name).unwrap();
    collector.collect(Deadline::after(Duration::from_secs(10))).await
}

/// One poll of all collectors, which succeed.
pub(crate) async fn poll(target: &Target) {
    for collector in &target.collectors {
        let result = collector.collect(Deadline::after(Duration::from_secs(10))).await;
        result.unwrap_or_else(|error| panic!("{} {}: {error}", target.name, collector.name()));
    }
}

/// The reason why a poll of the collector `license` fails.
pub(crate) async fn refusal(target: &Target) -> Reason {
    collect(target, "license").await.unwrap_err().reason()
}

/// For how long nobody signs in again after this error.
pub(crate) fn pause(error: &Error) -> Duration {
    let next = error.next_sign_in().unwrap_or_else(|| panic!("no pause after: {error}"));
    next.saturating_duration_since(tokio::time::Instant::now())
}

/// Ends the session of a target.
pub(crate) async fn sign_out(target: &Target) {
    target.session.sign_out(Deadline::after(Duration::from_secs(10))).await;
}

/// The samples of a poll as `name{label="value"} 1` lines, and the unreadable
/// fields with their counts.
pub(crate) fn lines(findings: Findings) -> (Vec<String>, Vec<(&'static str, u64)>) {
    let unreadable = findings.unreadable.iter().collect();
    let line = |sample: &observation::Sample| {
        let labels = sample.metric.labels.iter().zip(sample.labels.iter());
        let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={value:?}")).collect();
        if labels.is_empty() {
            format!("{} {}", sample.metric.name, sample.value)
        } else {
            format!("{}{{{}}} {}", sample.metric.name, labels.join(","), sample.value)
        }
    };
    (findings.samples.into_sorted().iter().map(line).collect(), unreadable)
}

static UP: Metric = Metric { name: "test_up", kind: Kind::Gauge, labels: &[], meaning: "Up.", source: "" };

/// A kind of system of which nothing is known but whether it is up.
pub(crate) static STUB: observation::System = observation::System {
    name: "a system",
    up: &UP,
    version: None,
    contracts: None,
    quotas: &[],
    totals: &[],
    details: &[],
    alarms: &[],
};

/// The samples of one poll of a collector that can read all of it, as lines.
pub(crate) async fn samples(target: &Target, collector: &str) -> Vec<String> {
    let (found, unreadable) = lines(collect(target, collector).await.unwrap());
    assert_eq!(unreadable, []);
    found
}

/// Waits until `condition` gives something, looking again and again.
pub(crate) async fn until<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = condition().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
