//! The exporter's own metrics: plain `prometheus` counters and gauges, alive
//! for as long as the process. Series whose labels are known start at 0.

use std::time::{Duration, SystemTime};

use prometheus::core::Collector as _;
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry};

use crate::observation::{Metric, metrics, seconds};
use crate::upstream::{LoginCounters, Reason, Unreadable};

/// The definitions, for the documentation.
pub mod definitions {
    use super::metrics;

    metrics! {
        SUCCESS = Gauge "fortinet_exporter_collector_success" ["target", "collector"] from "":
            "1 if the collector's last poll succeeded, 0 if it failed; absent before the first poll.";
        DURATION = Gauge "fortinet_exporter_collector_duration_seconds" ["target", "collector"] from "":
            "How long the collector's last poll took, signing in included.";
        LAST_SUCCESS = Gauge "fortinet_exporter_collector_last_success_timestamp_seconds" ["target", "collector"] from "":
            "When the collector's last good poll ended: the age of every number it shows.";
        POLLS = Counter "fortinet_exporter_collector_polls_total" ["target", "collector"] from "":
            "Polls begun.";
        FAILURES = Counter "fortinet_exporter_collector_failures_total" ["target", "collector", "reason"] from "":
            "Polls that failed, by reason.";
        UNREADABLE = Counter "fortinet_exporter_unreadable_fields_total" ["target", "collector", "field"] from "":
            "Values that were present but could not be read and are therefore missing from the metrics.";
        LOGINS = Counter "fortinet_exporter_logins_total" ["target"] from "":
            "Sign-ins tried, failed ones included.";
        LOGIN_FAILURES = Counter "fortinet_exporter_login_failures_total" ["target"] from "":
            "Sign-ins that did not end in a session.";
        UNVERIFIED = Gauge "fortinet_exporter_tls_verification_disabled" ["target"] from "":
            "1 if whoever answers in the target's place would not be noticed: insecure_skip_verify or plain HTTP.";
        RELOAD_OK = Gauge "fortinet_exporter_config_last_reload_successful" [] from "":
            "1 if the configuration was accepted when it was last read.";
        RELOAD_AT = Gauge "fortinet_exporter_config_last_reload_success_timestamp_seconds" [] from "":
            "When the configuration was last read and accepted.";
        BUILD = Gauge "fortinet_exporter_build_info" ["version"] from "":
            "Always 1; which exporter this is.";
    }
}
use definitions as d;

/// All of the exporter's own metrics.
pub struct OwnMetrics {
    registry: Registry,
    success: IntGaugeVec,
    duration: GaugeVec,
    last_success: GaugeVec,
    polls: IntCounterVec,
    failures: IntCounterVec,
    unreadable: IntCounterVec,
    logins: IntCounterVec,
    login_failures: IntCounterVec,
    unverified: IntGaugeVec,
}

/// The part that belongs to one target.
pub struct TargetMetrics {
    /// For the session keeper.
    pub logins: LoginCounters,
}

/// The part that belongs to one collector of one target.
pub struct CollectorMetrics {
    labels: [String; 2],
    success: IntGaugeVec,
    duration: GaugeVec,
    last_success: GaugeVec,
    polls: IntCounter,
    failures: Vec<(Reason, IntCounter)>,
    unreadable: IntCounterVec,
}

impl OwnMetrics {
    /// Registers everything; `process` adds the `process_*` metrics.
    pub fn new(process: bool) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        if process {
            process_metrics(&registry)?;
        }
        let build = IntGaugeVec::new(options(&d::BUILD), d::BUILD.labels)?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        registry.register(Box::new(build))?;
        let loaded = Gauge::with_opts(options(&d::RELOAD_OK))?;
        loaded.set(1.0);
        registry.register(Box::new(loaded))?;
        let loaded_at = Gauge::with_opts(options(&d::RELOAD_AT))?;
        loaded_at.set(seconds(SystemTime::now()));
        registry.register(Box::new(loaded_at))?;

        Ok(Self {
            success: int_gauges(&registry, &d::SUCCESS)?,
            duration: gauges(&registry, &d::DURATION)?,
            last_success: gauges(&registry, &d::LAST_SUCCESS)?,
            polls: counters(&registry, &d::POLLS)?,
            failures: counters(&registry, &d::FAILURES)?,
            unreadable: counters(&registry, &d::UNREADABLE)?,
            logins: counters(&registry, &d::LOGINS)?,
            login_failures: counters(&registry, &d::LOGIN_FAILURES)?,
            unverified: int_gauges(&registry, &d::UNVERIFIED)?,
            registry,
        })
    }

    /// The series of one target, at 0.
    pub fn target(&self, name: &str, unverified: bool) -> TargetMetrics {
        self.unverified.with_label_values(&[name]).set(unverified.into());
        let attempts = self.logins.with_label_values(&[name]);
        let failures = self.login_failures.with_label_values(&[name]);
        TargetMetrics { logins: LoginCounters { attempts, failures } }
    }

    /// The series of one collector, counters at 0.
    pub fn collector(&self, target: &str, collector: &str) -> CollectorMetrics {
        let failures = Reason::ALL.map(|reason| {
            let labels = [target, collector, reason.as_str()];
            (reason, self.failures.with_label_values(&labels))
        });
        CollectorMetrics {
            labels: [target.to_owned(), collector.to_owned()],
            success: self.success.clone(),
            duration: self.duration.clone(),
            last_success: self.last_success.clone(),
            polls: self.polls.with_label_values(&[target, collector]),
            failures: failures.into(),
            unreadable: self.unreadable.clone(),
        }
    }

    /// Everything as it is now.
    pub fn gather(&self) -> Vec<MetricFamily> {
        self.registry.gather()
    }
}

impl CollectorMetrics {
    /// A poll has begun.
    pub fn begun(&self) {
        self.polls.inc();
    }

    /// A poll has ended.
    pub fn ended(&self, took: Duration, failure: Option<Reason>) {
        let [target, collector] = &self.labels;
        let labels = [target.as_str(), collector.as_str()];
        self.success.with_label_values(&labels).set(failure.is_none().into());
        self.duration.with_label_values(&labels).set(took.as_secs_f64());
        match failure {
            None => self.last_success.with_label_values(&labels).set(seconds(SystemTime::now())),
            Some(reason) => {
                let counter = self.failures.iter().find(|(known, _)| *known == reason);
                counter.into_iter().for_each(|(_, counter)| counter.inc());
            }
        }
    }

    /// Values of a good poll that could not be read.
    pub fn unreadable(&self, fields: &Unreadable) {
        let [target, collector] = &self.labels;
        for (field, count) in fields.iter() {
            let labels = [target.as_str(), collector.as_str(), field];
            self.unreadable.with_label_values(&labels).inc_by(count);
        }
    }
}

fn options(metric: &Metric) -> Opts {
    Opts::new(metric.name, metric.help())
}

fn int_gauges(registry: &Registry, metric: &Metric) -> Result<IntGaugeVec, prometheus::Error> {
    let family = IntGaugeVec::new(options(metric), metric.labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

fn gauges(registry: &Registry, metric: &Metric) -> Result<GaugeVec, prometheus::Error> {
    let family = GaugeVec::new(options(metric), metric.labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

fn counters(registry: &Registry, metric: &Metric) -> Result<IntCounterVec, prometheus::Error> {
    let family = IntCounterVec::new(options(metric), metric.labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

#[cfg(target_os = "linux")]
fn process_metrics(registry: &Registry) -> Result<(), prometheus::Error> {
    let process = prometheus::process_collector::ProcessCollector::for_self();
    debug_assert!(!process.desc().is_empty());
    registry.register(Box::new(process))
}

#[cfg(not(target_os = "linux"))]
fn process_metrics(_: &Registry) -> Result<(), prometheus::Error> {
    Ok(())
}
