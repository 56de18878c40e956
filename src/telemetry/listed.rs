//! The series of all targets, as a list for a page to be written from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::series::{CollectorSeries, TargetSeries};
use crate::observation::Metric;

/// Every target that has series, by name in order. Their values are those of the moment in which
/// they are read.
#[derive(Default)]
pub struct OwnTargets {
    names: Vec<String>,
    series: Vec<Series>,
}

/// Those of one target.
#[derive(Default)]
struct Series {
    target: Option<Arc<TargetSeries>>,
    collectors: Vec<(&'static str, Arc<CollectorSeries>)>,
}

impl OwnTargets {
    pub(super) fn new(
        targets: &[(String, Arc<TargetSeries>)],
        collectors: &[((String, &'static str), Arc<CollectorSeries>)],
    ) -> Self {
        let mut all: BTreeMap<&str, Series> = BTreeMap::new();
        for (name, series) in targets {
            all.entry(name).or_default().target = Some(Arc::clone(series));
        }
        for ((name, collector), series) in collectors {
            all.entry(name).or_default().collectors.push((collector, Arc::clone(series)));
        }
        let (names, series) = all.into_iter().map(|(name, series)| (name.to_owned(), series)).unzip();
        Self { names, series }
    }

    /// The names, sorted.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Another number than before whenever a series of the target at this place has changed.
    pub fn changes(&self, place: usize) -> u64 {
        let Some(Series { target, collectors }) = self.series.get(place) else { return 0 };
        let logins = target.as_ref().map_or(0, |target| target.logins.sent() + target.logins.failures());
        collectors.iter().fold(logins, |sum, (_, series)| sum + series.changes.load(Ordering::Acquire))
    }

    /// Tells `line` the labels and the value of each series of `metric` that the target at this
    /// place has. None for a metric there is once per process.
    pub fn each(&self, place: usize, metric: &Metric, line: &mut dyn FnMut(&[&str], f64)) {
        let (Some(name), Some(Series { target, collectors })) =
            (self.names.get(place), self.series.get(place))
        else {
            return;
        };
        target.iter().for_each(|series| series.each(metric, name, line));
        collectors
            .iter()
            .for_each(|(collector, series)| series.each(metric, (name.as_str(), *collector), line));
    }
}
