//! The exporter's own metrics: what there is once per process, in a plain
//! `prometheus` registry, and what there is per target.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus::core::Collector as _;
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, IntGauge, IntGaugeVec, Registry};

use super::definitions as d;
use super::handles::{PerTarget, TargetMetrics};
use super::listed::OwnTargets;
use super::reloads::{Reloads, gauge, options, set};
use crate::sharding::Shard;

/// How many polls there are at once.
#[derive(Clone)]
pub struct PollMetrics {
    /// Under way.
    pub in_progress: IntGauge,
    /// Due.
    pub waiting: IntGauge,
    /// Allowed.
    pub limit: IntGauge,
}

impl PollMetrics {
    fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            in_progress: IntGauge::with_opts(options(&d::POLLS_IN_PROGRESS))?,
            waiting: IntGauge::with_opts(options(&d::POLLS_WAITING))?,
            limit: IntGauge::with_opts(options(&d::POLLS_LIMIT))?,
        })
    }
}

/// All of the exporter's own metrics.
pub struct OwnMetrics {
    registry: Registry,
    per_target: Arc<PerTarget>,
    polls: PollMetrics,
    /// The configuration file.
    pub config: Reloads,
    /// The web configuration.
    pub web_config: Reloads,
    web_certificate: GaugeVec,
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
        let (per_target, polls) = (Arc::new(PerTarget::new()), PollMetrics::new()?);
        let changes = &per_target.changes;
        let config = Reloads::new(&registry, &d::RELOAD_OK, &d::RELOAD_AT, changes)?;
        let web_config = Reloads::new(&registry, &d::WEB_RELOAD_OK, &d::WEB_RELOAD_AT, changes)?;
        let web_certificate = gauge(&registry, &d::WEB_CERTIFICATE)?;
        config.accepted();
        Ok(Self { registry, per_target, polls, config, web_config, web_certificate })
    }

    /// The same of a process that polls this share of the targets for as long as it lives.
    pub fn of_shard(self, shard: Shard) -> Result<Self, prometheus::Error> {
        let info = IntGaugeVec::new(options(&d::SHARD), d::SHARD.labels)?;
        info.with_label_values(&[shard.index().to_string(), shard.total().to_string()]).set(1);
        self.registry.register(Box::new(info))?;
        let PollMetrics { in_progress, waiting, limit } = self.polls();
        for gauge in [in_progress, waiting, limit] {
            self.registry.register(Box::new(gauge))?;
        }
        Ok(self)
    }

    /// How many polls there are at once.
    pub fn polls(&self) -> PollMetrics {
        self.polls.clone()
    }

    /// The series of one target. They vanish when what is returned and the
    /// metrics of its collectors are dropped.
    pub fn target(&self, name: &str, interval: Duration, unverified: bool) -> TargetMetrics {
        TargetMetrics::new(&self.per_target, name, interval, unverified)
    }

    /// When the certificate of the pages ends, where they have one.
    pub fn web_certificate(&self, expiry: Option<f64>) {
        if let Some(expiry) = expiry {
            set(&self.web_certificate, expiry);
            self.per_target.changes.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Goes up whenever one of these metrics changed, save those of the process.
    pub fn changes(&self) -> u64 {
        self.per_target.changes.load(Ordering::Acquire)
    }

    /// What there is once per process, as it is now.
    pub fn of_process(&self) -> Vec<MetricFamily> {
        self.registry.gather()
    }

    /// What there is per target.
    pub fn targets(&self) -> Arc<OwnTargets> {
        self.per_target.listed()
    }
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
