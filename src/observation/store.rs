//! The latest of every target: written by its poller, read by every scrape
//! without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::time::Instant;

use super::configuration::Reading;
use super::digest::Digest;
use super::latest::CollectorState;
use super::outcome::{Failure, News};
use super::samples::Samples;
use super::shared::Shared;
use super::system::System;

/// Every target, in the order of the configuration.
#[derive(Debug)]
pub struct Store {
    targets: ArcSwap<Vec<Arc<TargetState>>>,
    changes: Arc<AtomicU64>,
    labels: Arc<Shared>,
    /// The configuration file.
    pub configuration: Reading,
    /// The web configuration; never refused where there is none.
    pub web_configuration: Reading,
}

/// What is known of one target.
#[derive(Debug)]
pub struct TargetState {
    /// The label `target`.
    pub name: String,
    /// What kind of system it is.
    pub system: &'static System,
    /// Its address, for the status page.
    pub url: String,
    /// Age at which the samples of a collector are no longer shown.
    pub stale_after: Duration,
    /// Its collectors, the main one first.
    pub collectors: Vec<CollectorState>,
    digest: ArcSwap<Digest>,
    next_poll: ArcSwapOption<Instant>,
    is_waiting: AtomicBool,
    labels: Arc<Shared>,
    records: AtomicU64,
    changes: Arc<AtomicU64>,
}

impl Store {
    /// A store without targets.
    pub fn new() -> Self {
        Self {
            targets: ArcSwap::default(),
            changes: Arc::default(),
            labels: Arc::default(),
            configuration: Reading::new(),
            web_configuration: Reading::new(),
        }
    }

    /// A place for a target's poller to write to, shown once it is among the
    /// [`Self::set_targets`].
    pub fn target(
        &self,
        name: &str,
        system: &'static System,
        url: String,
        stale_after: Duration,
        collectors: impl IntoIterator<Item = &'static str>,
    ) -> Arc<TargetState> {
        let collectors: Vec<CollectorState> = collectors.into_iter().map(CollectorState::new).collect();
        let digest = Digest::of(system, &collectors, stale_after, Instant::now());
        Arc::new(TargetState {
            name: name.to_owned(),
            system,
            url,
            stale_after,
            collectors,
            digest: ArcSwap::from_pointee(digest),
            next_poll: ArcSwapOption::empty(),
            is_waiting: AtomicBool::new(false),
            labels: Arc::clone(&self.labels),
            records: AtomicU64::new(0),
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

    /// Goes up whenever something changed: a page made at this number is still true.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
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
        self.collectors.iter().all(CollectorState::was_tried)
    }

    /// What is known of it at `now`.
    pub fn digest(&self, now: Instant) -> Arc<Digest> {
        let kept = self.digest.load_full();
        // Only polls replace it: what a reader finds to be stale is soon polled again.
        if kept.is_true_at(now) { kept } else { Arc::new(self.made_at(now)) }
    }

    fn made_at(&self, now: Instant) -> Digest {
        Digest::of(self.system, &self.collectors, self.stale_after, now)
    }

    fn renew_digest(&self) {
        self.digest.store(Arc::new(self.made_at(Instant::now())));
    }

    /// When the next poll begins; in the past while one is under way, `None`
    /// before any is planned.
    pub fn next_poll(&self) -> Option<Instant> {
        self.next_poll.load().as_deref().copied()
    }

    /// Takes in when the next poll begins.
    pub fn set_next_poll(&self, at: Instant) {
        self.next_poll.store(Some(Arc::new(at)));
    }

    /// Whether the next poll is due and waits for others to end.
    pub fn is_waiting(&self) -> bool {
        self.is_waiting.load(Ordering::Relaxed)
    }

    /// Takes in whether it waits.
    pub fn set_waiting(&self, is_waiting: bool) {
        self.is_waiting.store(is_waiting, Ordering::Relaxed);
    }

    /// Begins with what is known of another state of the same system.
    pub fn take_over(&self, earlier: &Self) {
        for collector in &self.collectors {
            if let Some(earlier) = earlier.collectors.iter().find(|other| other.name == collector.name) {
                collector.take_over(earlier);
            }
        }
        self.renew_digest();
    }

    /// Polls of any collector taken in so far.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Acquire)
    }

    /// Takes in a poll of the collector at `index`: its samples, or its failure.
    /// A failure leaves the last good samples in place until they are stale.
    /// Returns what of it is news.
    pub fn record(&self, index: usize, result: Result<Samples, Failure>) -> News {
        let Some(collector) = self.collectors.get(index) else { return News::None };
        let result = result.map(|mut samples| {
            samples.share(&self.labels);
            samples
        });
        let news = collector.record(result);
        self.renew_digest();
        self.records.fetch_add(1, Ordering::AcqRel);
        self.changes.fetch_add(1, Ordering::AcqRel);
        news
    }
}
