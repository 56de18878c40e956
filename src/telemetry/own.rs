//! The exporter's own metrics: plain `prometheus` counters and gauges.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use prometheus::core::Collector as _;
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, IntGauge, IntGaugeVec, Registry};

use super::definitions as d;
use super::series::{Families, TargetMetrics, options};
use crate::observation::seconds;

/// All of the exporter's own metrics.
pub struct OwnMetrics {
    registry: Registry,
    families: Arc<Families>,
    reload_ok: IntGauge,
    reload_at: Gauge,
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
        let reload_ok = IntGauge::with_opts(options(&d::RELOAD_OK))?;
        registry.register(Box::new(reload_ok.clone()))?;
        let reload_at = Gauge::with_opts(options(&d::RELOAD_AT))?;
        registry.register(Box::new(reload_at.clone()))?;
        let families = Arc::new(Families::register(&registry)?);
        let own = Self { registry, families, reload_ok, reload_at };
        own.config_accepted();
        Ok(own)
    }

    /// The series of one target. They vanish when what is returned and the
    /// metrics of its collectors are dropped.
    pub fn target(&self, name: &str, interval: Duration, unverified: bool) -> TargetMetrics {
        TargetMetrics::new(&self.families, name, interval, unverified)
    }

    /// The configuration was read and accepted, just now.
    pub fn config_accepted(&self) {
        self.reload_ok.set(1);
        self.reload_at.set(seconds(SystemTime::now()));
    }

    /// The configuration was read again and refused; the one before is in force.
    pub fn config_refused(&self) {
        self.reload_ok.set(0);
    }

    /// Everything as it is now.
    pub fn gather(&self) -> Vec<MetricFamily> {
        self.registry.gather()
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
