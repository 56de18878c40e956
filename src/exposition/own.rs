//! The exporter's own metrics → text.

use std::ops::Range;

use prometheus::proto::{MetricFamily, MetricType};
use tokio::time::Instant;

use super::blocks::Source;
use super::format::Format;
use super::texts::Texts;
use super::writer::Writer;
use crate::observation::Kind;
use crate::telemetry::{OwnMetrics, OwnTargets, definitions};

impl Source for OwnTargets {
    fn count(&self) -> usize {
        self.names().len()
    }

    fn version(&self, targets: Range<usize>) -> u64 {
        targets.fold(0, |sum, target| sum.wrapping_add(self.changes(target)))
    }

    fn write(&self, targets: Range<usize>, texts: &mut Texts) -> Option<Instant> {
        targets.for_each(|target| write_target(self, target, texts));
        None
    }
}

/// What there is of one target.
pub(super) fn write_target(own: &OwnTargets, target: usize, texts: &mut Texts) {
    for &metric in definitions::ALL {
        own.each(target, metric, &mut |labels, value| {
            let labels = metric.labels.iter().copied().zip(labels.iter().copied());
            texts.of(metric).series(metric.name, labels, value);
        });
    }
}

/// What there is once per process.
pub(super) fn write_process(own: &OwnMetrics, format: Format) -> Vec<u8> {
    let families = own.of_process();
    families.iter().flat_map(|family| write_family(family, format)).collect()
}

fn write_family(family: &MetricFamily, format: Format) -> Vec<u8> {
    let kind = match family.get_field_type() {
        MetricType::COUNTER => Kind::Counter,
        _ => Kind::Gauge,
    };
    let mut text = format.head(family.name(), kind, family.help()).into_bytes();
    let mut writer = Writer::default();
    for series in family.get_metric() {
        let labels = series.get_label().iter().map(|label| (label.name(), label.value()));
        let value = match kind {
            Kind::Counter => series.get_counter().get_value(),
            Kind::Gauge => series.get_gauge().get_value(),
        };
        writer.series(family.name(), labels, value);
    }
    text.extend(writer.into_text());
    text
}
