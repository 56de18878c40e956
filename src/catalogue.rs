//! Every metric of the product, in the order of the documentation.

use crate::observation::{LabelValues, Metric};
use crate::{ems, fortianalyzer, fortimanager, telemetry};

/// A part of the documentation: its heading and its metrics.
pub struct Section {
    /// The system the metrics tell of.
    pub title: &'static str,
    /// Whether the label `target` comes on top of those listed.
    pub per_target: bool,
    /// In order.
    pub metrics: &'static [&'static Metric],
    /// Of their labels, as far as they are known beforehand.
    pub label_values: Vec<LabelValues>,
}

/// Every metric, by system.
pub fn sections() -> [Section; 4] {
    [
        Section {
            title: "FortiManager",
            per_target: true,
            metrics: fortimanager::metrics::ALL,
            label_values: fortimanager::label_values(),
        },
        Section {
            title: "FortiAnalyzer",
            per_target: true,
            metrics: fortianalyzer::metrics::ALL,
            label_values: fortianalyzer::label_values(),
        },
        Section {
            title: "FortiClient EMS and FortiClient Cloud",
            per_target: true,
            metrics: ems::metrics::ALL,
            label_values: ems::label_values(),
        },
        Section {
            title: "The exporter itself",
            per_target: false,
            metrics: telemetry::definitions::ALL,
            label_values: telemetry::definitions::label_values(),
        },
    ]
}
