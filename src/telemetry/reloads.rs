//! How reading a settings file went, as metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use prometheus::{GaugeVec, IntGaugeVec, Opts, Registry};

use crate::observation::{Metric, seconds};

/// Without labels; a family that has no series yet is not shown.
const SERIES: &[&str] = &[];

/// Whether a settings file was accepted when it was last read, and when one was. Absent until it is read.
pub struct Reloads {
    successful: IntGaugeVec,
    at: GaugeVec,
    changes: Arc<AtomicU64>,
}

impl Reloads {
    pub(super) fn new(
        registry: &Registry,
        successful: &Metric,
        at: &Metric,
        changes: &Arc<AtomicU64>,
    ) -> Result<Self, prometheus::Error> {
        let successful = IntGaugeVec::new(options(successful), SERIES)?;
        registry.register(Box::new(successful.clone()))?;
        let at = gauge(registry, at)?;
        Ok(Self { successful, at, changes: Arc::clone(changes) })
    }

    /// The file was read and accepted, just now.
    pub fn accepted(&self) {
        self.successful.with_label_values(SERIES).set(1);
        set(&self.at, seconds(SystemTime::now()));
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// The file was read again and refused; the one before is in force.
    pub fn refused(&self) {
        self.successful.with_label_values(SERIES).set(0);
        self.changes.fetch_add(1, Ordering::AcqRel);
    }
}

/// A metric of which there is one series, absent until it is set.
pub(super) fn gauge(registry: &Registry, metric: &Metric) -> Result<GaugeVec, prometheus::Error> {
    let gauge = GaugeVec::new(options(metric), SERIES)?;
    registry.register(Box::new(gauge.clone()))?;
    Ok(gauge)
}

/// Sets its one series.
pub(super) fn set(gauge: &GaugeVec, value: f64) {
    gauge.with_label_values(SERIES).set(value);
}

/// Name and help of a metric.
pub(super) fn options(metric: &Metric) -> Opts {
    Opts::new(metric.name, metric.help())
}
