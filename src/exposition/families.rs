//! Latest samples → metric families, in the model of the `prometheus` crate.

use std::collections::BTreeMap;
use std::time::Duration;

use prometheus::proto::{Counter, Gauge, LabelPair, Metric as Series, MetricFamily, MetricType};
use tokio::time::Instant;

use crate::observation::{Kind, Metric, Store, TargetState};

/// The families of every target, and when the first of them goes stale.
pub(super) fn of_store(store: &Store) -> (Vec<MetricFamily>, Option<Instant>) {
    let mut families = Families::default();
    store.targets().iter().for_each(|target| families.add_target(target));
    families.finish()
}

/// The families of one target, for `probe`.
pub fn of_target(target: &TargetState) -> Vec<MetricFamily> {
    let mut families = Families::default();
    families.add_target(target);
    families.finish().0
}

#[derive(Default)]
struct Families {
    by_name: BTreeMap<&'static str, (&'static Metric, Vec<Series>)>,
    stale_at: Option<Instant>,
}

impl Families {
    fn add_target(&mut self, target: &TargetState) {
        if let Some(up) = target.is_up() {
            self.add(target.up, &target.name, &[], if up { 1.0 } else { 0.0 });
        }
        for collector in &target.collectors {
            let Some(observation) = collector.fresh(target.stale_after) else { continue };
            let stale_at = observation.taken + target.stale_after;
            self.stale_at = Some(self.stale_at.map_or(stale_at, |earlier| earlier.min(stale_at)));
            for sample in &observation.samples {
                self.add(sample.metric, &target.name, &sample.labels, sample.value);
            }
        }
    }

    fn add(&mut self, metric: &'static Metric, target: &str, labels: &[String], value: f64) {
        let pair = |name: &str, value: &str| {
            let mut pair = LabelPair::default();
            pair.set_name(name.to_owned());
            pair.set_value(value.to_owned());
            pair
        };
        let mut pairs = vec![pair("target", target)];
        // An empty label is no label.
        let named = metric.labels.iter().zip(labels).filter(|(_, value)| !value.is_empty());
        pairs.extend(named.map(|(name, value)| pair(name, value)));
        let mut series = Series::from_label(pairs);
        match metric.kind {
            Kind::Gauge => {
                let mut gauge = Gauge::default();
                gauge.set_value(value);
                series.set_gauge(gauge);
            }
            Kind::Counter => {
                let mut counter = Counter::default();
                counter.set_value(value);
                series.set_counter(counter);
            }
        }
        self.by_name.entry(metric.name).or_insert_with(|| (metric, Vec::new())).1.push(series);
    }

    fn finish(self) -> (Vec<MetricFamily>, Option<Instant>) {
        let families = self.by_name.into_values().map(|(metric, series)| {
            let mut family = MetricFamily::default();
            family.set_name(metric.name.to_owned());
            family.set_help(metric.help());
            family.set_field_type(match metric.kind {
                Kind::Gauge => MetricType::GAUGE,
                Kind::Counter => MetricType::COUNTER,
            });
            family.set_metric(series);
            family
        });
        (families.collect(), self.stale_at)
    }
}

/// How long until `instant`, for a cached page's lifetime.
pub(super) fn is_past(instant: Option<Instant>) -> bool {
    instant.is_some_and(|instant| instant.saturating_duration_since(Instant::now()) == Duration::ZERO)
}
