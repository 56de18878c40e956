//! Every metric of the product, in the order of the documentation.

use crate::observation::Metric;
use crate::{ems, fortimanager, telemetry};

/// A part of the documentation: its heading and its metrics.
pub struct Section {
    /// The system the metrics tell of.
    pub title: &'static str,
    /// Whether the label `target` comes on top of those listed.
    pub per_target: bool,
    /// In order.
    pub metrics: &'static [&'static Metric],
}

/// Every metric, by system.
pub fn sections() -> [Section; 3] {
    [
        Section { title: "FortiManager", per_target: true, metrics: fortimanager::metrics::ALL },
        Section {
            title: "FortiClient EMS and FortiClient Cloud",
            per_target: true,
            metrics: ems::metrics::ALL,
        },
        Section { title: "The exporter itself", per_target: false, metrics: telemetry::definitions::ALL },
    ]
}
