//! The latest of every target: written by its poller, read by every scrape
//! without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::time::Instant;

use super::metric::Metric;
use super::samples::{Sample, Samples};

/// Every target, in the order of the configuration.
#[derive(Debug, Default)]
pub struct Store {
    targets: ArcSwap<Vec<Arc<TargetState>>>,
    changes: Arc<AtomicU64>,
    configuration_problem: ArcSwapOption<String>,
}

/// What is known of one target.
#[derive(Debug)]
pub struct TargetState {
    /// The label `target`.
    pub name: String,
    /// The kind of system, in words.
    pub system: &'static str,
    /// Its address, for the status page.
    pub url: String,
    /// The metric that says whether the main collector's last poll succeeded.
    pub up: &'static Metric,
    /// Age at which the samples of a collector are no longer shown.
    pub stale_after: Duration,
    /// Its collectors, the main one first.
    pub collectors: Vec<CollectorState>,
    changes: Arc<AtomicU64>,
}

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
    /// When they were taken, for people.
    pub at: SystemTime,
    /// When they were taken, for their age: the system's clock may jump.
    pub taken: Instant,
}

/// How the last poll ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// When it ended.
    pub at: SystemTime,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

/// A failed poll in words, free of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// From the closed set of reasons.
    pub reason: &'static str,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Store {
    /// A store without targets.
    pub fn new() -> Self {
        Self::default()
    }

    /// A place for a target's poller to write to, shown once it is among the
    /// [`Self::set_targets`].
    pub fn target(
        &self,
        name: &str,
        system: &'static str,
        url: String,
        up: &'static Metric,
        stale_after: Duration,
        collectors: impl IntoIterator<Item = &'static str>,
    ) -> Arc<TargetState> {
        let collectors = collectors.into_iter().map(|name| CollectorState {
            name,
            observation: ArcSwapOption::empty(),
            outcome: ArcSwapOption::empty(),
        });
        Arc::new(TargetState {
            name: name.to_owned(),
            system,
            url,
            up,
            stale_after,
            collectors: collectors.collect(),
            changes: Arc::clone(&self.changes),
        })
    }

    /// Shows these targets from now on, and no others.
    pub fn set_targets(&self, targets: Vec<Arc<TargetState>>) {
        self.targets.store(Arc::new(targets));
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Every target that is shown.
    pub fn targets(&self) -> Arc<Vec<Arc<TargetState>>> {
        self.targets.load_full()
    }

    /// Why the configuration file was refused when it was last read, if it was:
    /// what is polled is an earlier one.
    pub fn configuration_problem(&self) -> Option<Arc<String>> {
        self.configuration_problem.load_full()
    }

    /// Takes in how reading the configuration file went.
    pub fn set_configuration_problem(&self, problem: Option<String>) {
        self.configuration_problem.store(problem.map(Arc::new));
    }

    /// Goes up whenever something changed: a page made at this number is still true.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

impl TargetState {
    /// Whether the last poll of the main collector succeeded and its numbers
    /// still count; unknown before the first.
    pub fn is_up(&self) -> Option<bool> {
        let main = self.collectors.first()?;
        let outcome = main.outcome()?;
        Some(outcome.failure.is_none() && main.fresh(self.stale_after).is_some())
    }

    /// Whether every collector was tried at least once.
    pub fn was_tried(&self) -> bool {
        self.collectors.iter().all(|collector| collector.outcome.load().is_some())
    }

    /// Begins with what is known of another state of the same system.
    pub fn take_over(&self, earlier: &Self) {
        for collector in &self.collectors {
            if let Some(earlier) = earlier.collectors.iter().find(|other| other.name == collector.name) {
                collector.observation.store(earlier.observation());
                collector.outcome.store(earlier.outcome());
            }
        }
    }

    /// Takes in a poll of the collector at `index`: its samples, or its failure.
    /// A failure leaves the last good samples in place until they are stale.
    pub fn record(&self, index: usize, result: Result<Samples, Failure>) {
        let Some(collector) = self.collectors.get(index) else { return };
        let at = SystemTime::now();
        let failure = match result {
            Ok(samples) => {
                let samples = samples.into_sorted();
                let observation = Observation { samples, at, taken: Instant::now() };
                collector.observation.store(Some(Arc::new(observation)));
                None
            }
            Err(failure) => Some(failure),
        };
        collector.outcome.store(Some(Arc::new(Outcome { at, failure })));
        self.changes.fetch_add(1, Ordering::AcqRel);
    }
}

impl CollectorState {
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
