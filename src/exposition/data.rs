//! What is known of the targets → text.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use super::writer::Writer;
use crate::observation::{CollectorState, Observation, Sample, TargetState};

/// Writes the latest of these targets, what is stale left out. Returns when the first of it goes
/// stale.
pub(super) fn write<'a>(
    targets: impl Iterator<Item = &'a TargetState>,
    writer: &mut Writer,
) -> Option<Instant> {
    let shown: Vec<Shown<'_>> = targets.map(Shown::of).collect();
    let mut families: BTreeMap<&str, Vec<(&str, &[Sample])>> = BTreeMap::new();
    let mut series = 0;
    for target in &shown {
        for samples in target.samples() {
            series += samples.len();
            for run in samples.chunk_by(|a, b| a.metric == b.metric) {
                let Some(first) = run.first() else { continue };
                families.entry(first.metric.name).or_default().push((target.name, run));
            }
        }
    }

    writer.reserve(series);
    for runs in families.into_values() {
        let mut metrics = runs.iter().filter_map(|(_, run)| run.first()).map(|sample| sample.metric);
        let Some(metric) = metrics.next() else { continue };
        writer.family(metric.name, metric.kind, &metric.help());
        for (target, run) in runs {
            for sample in run {
                let labels = metric.labels.iter().copied().zip(sample.labels.iter().map(String::as_str));
                writer.series(metric.name, [("target", target)].into_iter().chain(labels), sample.value);
            }
        }
    }
    shown.iter().filter_map(|target| target.stale_at).min()
}

/// What is shown of one target, held for as long as it is written.
struct Shown<'a> {
    name: &'a str,
    up: Option<Sample>,
    observations: Vec<Arc<Observation>>,
    stale_at: Option<Instant>,
}

impl<'a> Shown<'a> {
    fn of(target: &'a TargetState) -> Self {
        let up = target.is_up().map(|up| Sample {
            metric: target.system.up,
            labels: Vec::new(),
            value: if up { 1.0 } else { 0.0 },
        });
        let fresh = |collector: &CollectorState| collector.fresh(target.stale_after);
        let observations: Vec<_> = target.collectors.iter().filter_map(fresh).collect();
        let stale_at = observations.iter().map(|observation| observation.taken + target.stale_after).min();
        Self { name: &target.name, up, observations, stale_at }
    }

    fn samples(&self) -> impl Iterator<Item = &[Sample]> {
        let observed = self.observations.iter().map(|observation| observation.samples.as_slice());
        [self.up.as_slice()].into_iter().chain(observed)
    }
}
