//! The exporter's own metrics → text.

use prometheus::proto::{MetricFamily, MetricType};

use super::writer::Writer;
use crate::observation::{Kind, Metric};
use crate::telemetry::{OwnMetrics, definitions};

/// What there is per target: of every target, or of `only` one.
pub(super) fn write_targets(own: &OwnMetrics, only: Option<&str>, writer: &mut Writer) {
    let mut metrics: Vec<&Metric> = definitions::ALL.to_vec();
    metrics.sort_by_key(|metric| metric.name);
    for metric in metrics {
        let mut is_begun = false;
        own.of_targets(metric, only, &mut |labels, value| {
            if !is_begun {
                writer.family(metric.name, metric.kind, &metric.help());
                is_begun = true;
            }
            let labels = metric.labels.iter().copied().zip(labels.iter().copied());
            writer.series(metric.name, labels, value);
        });
    }
}

/// What there is once per process.
pub(super) fn write_process(own: &OwnMetrics, writer: &mut Writer) {
    for family in own.of_process() {
        write_family(&family, writer);
    }
}

fn write_family(family: &MetricFamily, writer: &mut Writer) {
    let kind = match family.get_field_type() {
        MetricType::COUNTER => Kind::Counter,
        _ => Kind::Gauge,
    };
    writer.family(family.name(), kind, family.help());
    for series in family.get_metric() {
        let labels = series.get_label().iter().map(|label| (label.name(), label.value()));
        let value = match kind {
            Kind::Counter => series.get_counter().get_value(),
            Kind::Gauge => series.get_gauge().get_value(),
        };
        writer.series(family.name(), labels, value);
    }
}
