//! What is known of the targets → text.

use std::ops::Range;
use std::sync::Arc;

use tokio::time::Instant;

use super::blocks::Source;
use super::texts::Texts;
use crate::observation::{CollectorState, Sample, TargetState};

impl Source for Vec<Arc<TargetState>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn version(&self, targets: Range<usize>) -> u64 {
        let targets = self.get(targets).unwrap_or_default();
        targets.iter().fold(0, |sum, target| sum.wrapping_add(target.records()))
    }

    fn write(&self, targets: Range<usize>, texts: &mut Texts) -> Option<Instant> {
        let targets = self.get(targets).unwrap_or_default();
        targets.iter().filter_map(|target| write(target, texts)).min()
    }
}

/// Writes the latest of a target, what is stale left out. Returns when the first of it goes stale.
pub(super) fn write(target: &TargetState, texts: &mut Texts) -> Option<Instant> {
    if let Some(up) = target.is_up() {
        let value = if up { 1.0 } else { 0.0 };
        texts.of(target.system.up).series(target.system.up.name, [("target", target.name.as_str())], value);
    }
    let fresh = |collector: &CollectorState| collector.fresh(target.stale_after);
    let observations: Vec<_> = target.collectors.iter().filter_map(fresh).collect();
    for samples in observations.iter().map(|observation| &observation.samples) {
        for run in samples.chunk_by(|a, b| a.metric == b.metric) {
            let Some(Sample { metric, .. }) = run.first() else { continue };
            let writer = texts.of(metric);
            for sample in run {
                let labels = metric.labels.iter().copied().zip(sample.labels.iter().map(String::as_str));
                let labels = [("target", target.name.as_str())].into_iter().chain(labels);
                writer.series(metric.name, labels, sample.value);
            }
        }
    }
    observations.iter().map(|observation| observation.taken + target.stale_after).min()
}
