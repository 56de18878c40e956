//! Thousands of targets with the samples of one simulated system of each kind.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use fortinet_exporter::config::Config;
use fortinet_exporter::observation::{Metric, Sample, Samples, Store, TargetState};
use fortinet_exporter::simulator::{Ems, Fleet, FortiManager, demo_ems_license, demo_license};
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::upstream::{Clients, Deadline, Logins, Refusals};
use fortinet_exporter::{poll, targets};
use jiff::Timestamp;

use crate::Result;

/// Whatever of a FortiManager is shown on the page.
const ALL: &str = ", api_token: demo-api-token, \
    collectors: [license, system, adoms, policy_checks, ha, tasks, devices, device_contracts]";

/// Four FortiManagers to an EMS.
const EMS_EACH: usize = 5;

/// A store with many targets, all of them polled.
pub(crate) struct Targets {
    pub(crate) store: Arc<Store>,
    all: Vec<Arc<TargetState>>,
    fortimanager: Polled,
    ems: Polled,
    next: Cell<usize>,
}

/// What a poll of a real system would bring.
struct Polled {
    target: poll::Target,
    samples: Vec<Vec<Sample>>,
}

impl Targets {
    pub(crate) async fn polled_once(count: usize) -> Result<Self> {
        let now = Timestamp::now();
        let fortimanager = FortiManager::start_plain().await?;
        fortimanager.set_license(demo_license(now));
        let ems = Ems::start_plain().await?;
        ems.set_license(demo_ems_license(now, "FCTEMS0000000001", 1_000));
        ems.set_fleet(Fleet::demo(1_000, now));
        let targets = Self {
            store: Arc::new(Store::new()),
            all: Vec::new(),
            fortimanager: Polled::by_one_poll("fortimanagers", &fortimanager.url(), ALL).await?,
            ems: Polled::by_one_poll("forticlient_ems", &ems.url(), "").await?,
            next: Cell::new(0),
        };
        let all: Vec<_> = (0..count).map(|number| targets.target(number)).collect();
        targets.store.set_targets(all.clone());
        let targets = Self { all, ..targets };
        targets.poll_some(count);
        Ok(targets)
    }

    fn target(&self, number: usize) -> Arc<TargetState> {
        let (kind, system) = self.kind(number);
        let name = format!("{kind}-{number}");
        let url = format!("https://{name}.example.com");
        let collectors = system.target.collectors.iter().map(|collector| collector.name());
        self.store.target(&name, system.target.system, url, Duration::from_secs(900), collectors)
    }

    fn kind(&self, number: usize) -> (&'static str, &Polled) {
        if number.is_multiple_of(EMS_EACH) { ("ems", &self.ems) } else { ("fmg", &self.fortimanager) }
    }

    /// Records polls of the next so many targets.
    pub(crate) fn poll_some(&self, count: usize) {
        let next = self.next.get();
        for (number, target) in self.all.iter().enumerate().cycle().skip(next).take(count) {
            let (_, system) = self.kind(number);
            for (collector, samples) in system.samples.iter().enumerate() {
                target.record(collector, Ok(varied(samples, number)));
            }
        }
        self.next.set((next + count) % self.all.len().max(1));
    }
}

impl Polled {
    async fn by_one_poll(list: &str, url: &str, more: &str) -> Result<Self> {
        let config = format!(
            "{list}: [{{ name: a, url: '{url}', username: exporter, password: demo-password, allow_plain_http: true{more} }}]"
        );
        let config = Config::parse(&config, "bench.yml")?;
        let entry = config.entries().next().ok_or("no target")?;
        let metrics = OwnMetrics::new(false)?.target("a", Duration::from_secs(300), false);
        let logins = |_| Logins { counters: metrics.logins.clone(), refusals: Refusals::default() };
        let target = targets::build(entry, &Clients::new(), logins, Arc::new(|_| {}))?;
        let mut samples = Vec::new();
        for collector in &target.collectors {
            let findings = collector.collect(Deadline::after(Duration::from_secs(10))).await?;
            samples.push(findings.samples.into_sorted());
        }
        Ok(Self { target, samples })
    }
}

/// The same with contracts that end on other days.
fn varied(samples: &[Sample], number: usize) -> Samples {
    let is_end = |metric: &Metric| metric.name.ends_with("_license_expiry_timestamp_seconds");
    let mut varied = Samples::default();
    for sample in samples {
        let later = if is_end(sample.metric) { (number % 997) as f64 * 86_400.0 } else { 0.0 };
        let labels: Vec<&str> = sample.labels.iter().map(String::as_str).collect();
        varied.push(sample.metric, &labels, sample.value + later);
    }
    varied
}
