//! The latest of one collector: what its last good poll found, and how its
//! last poll ended.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::time::Instant;

use super::metric::Metric;
use super::outcome::{Failure, News, Outcome};
use super::samples::{Sample, Samples};

/// The latest of one collector.
#[derive(Debug)]
pub struct CollectorState {
    /// The label `collector`.
    pub name: &'static str,
    observation: ArcSwapOption<Observation>,
    outcome: ArcSwapOption<Outcome>,
}

/// The samples of the last good poll.
#[derive(Debug)]
pub struct Observation {
    /// Sorted, each series once.
    pub samples: Vec<Sample>,
    /// When they were taken; not by the system's clock, which may jump.
    pub taken: Instant,
    /// Where those of each metric stand: a page over thousands of targets asks for a few of each.
    index: Vec<(&'static Metric, Range<usize>)>,
}

impl Observation {
    fn new(samples: Samples, taken: Instant) -> Self {
        let samples = samples.into_sorted();
        let mut index: Vec<(&'static Metric, Range<usize>)> = Vec::new();
        for (place, sample) in samples.iter().enumerate() {
            match index.last_mut() {
                Some((metric, range)) if *metric == sample.metric => range.end = place + 1,
                _ => index.push((sample.metric, place..place + 1)),
            }
        }
        Self { samples, taken, index }
    }

    /// The samples of one metric, sorted by labels.
    pub fn series(&self, metric: &'static Metric) -> &[Sample] {
        // Each metric is one static.
        let found = self.index.iter().find(|(known, _)| std::ptr::eq(*known, metric));
        found.and_then(|(_, range)| self.samples.get(range.clone())).unwrap_or_default()
    }
}

impl CollectorState {
    /// Not polled yet.
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, observation: ArcSwapOption::empty(), outcome: ArcSwapOption::empty() }
    }

    /// Whether it was polled at least once.
    pub(super) fn was_tried(&self) -> bool {
        self.outcome.load().is_some()
    }

    /// Begins with what another one knows.
    pub(super) fn take_over(&self, earlier: &Self) {
        self.observation.store(earlier.observation());
        self.outcome.store(earlier.outcome());
    }

    /// Takes in a poll that has just ended; returns what of it is news.
    pub(super) fn record(&self, result: Result<Samples, Failure>) -> News {
        let now = Instant::now();
        let failure = match result {
            Ok(samples) => {
                self.observation.store(Some(Arc::new(Observation::new(samples, now))));
                None
            }
            Err(failure) => Some(failure),
        };
        let (outcome, news) = Outcome::of(failure, self.outcome().as_deref(), now);
        self.outcome.store(Some(Arc::new(outcome)));
        news
    }

    /// How the last poll ended; `None` before the first.
    pub fn outcome(&self) -> Option<Arc<Outcome>> {
        self.outcome.load_full()
    }

    /// The last good poll, however old.
    pub fn observation(&self) -> Option<Arc<Observation>> {
        self.observation.load_full()
    }

    /// The last good poll, unless it is older than `stale_after`.
    pub fn fresh(&self, stale_after: Duration) -> Option<Arc<Observation>> {
        self.observation().filter(|observation| observation.taken.elapsed() < stale_after)
    }
}
