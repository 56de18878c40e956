//! The life of one target: poll, record, wait, and in the end sign out.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::collector::{Collector, Findings, Target};
use super::log;
use super::schedule::{Ending, Schedule};
use super::turns::Turns;
use crate::observation::{Failure, TargetState};
use crate::telemetry::{CollectorMetrics, TargetMetrics};
use crate::upstream::{Deadline, Error, Reason, Unknown};

/// One poll of a collector. A panic in it is a bug, but must not leave the
/// target's last state standing for ever.
async fn collect(collector: &dyn Collector, timeout: Duration) -> Result<Findings, Error> {
    let poll = AssertUnwindSafe(collector.collect(Deadline::after(timeout)));
    poll.catch_unwind().await.unwrap_or_else(|_| {
        let message = "the exporter failed on this answer; please report it with the log above";
        Err(Error::new(Reason::UnexpectedPayload, message))
    })
}

/// Polls one target for as long as the process lives.
pub struct Poller {
    target: Target,
    state: Arc<TargetState>,
    watches: Vec<Watch>,
    schedule: Schedule,
    /// Whether the last poll ran into its time limit.
    has_hung: bool,
    /// Its series are shown for as long as this lives.
    _metrics: TargetMetrics,
}

/// What is kept of a collector from poll to poll.
struct Watch {
    collector: Arc<dyn Collector>,
    metrics: CollectorMetrics,
    /// Of its last good poll.
    unknown: Unknown,
}

impl Poller {
    /// `state` is the place for what is found, `metrics` for how it went.
    pub fn new(target: Target, state: Arc<TargetState>, metrics: TargetMetrics) -> Self {
        let watch = |collector: &Arc<dyn Collector>| Watch {
            collector: Arc::clone(collector),
            metrics: metrics.collector(collector.name()),
            unknown: Unknown::default(),
        };
        let watches = target.collectors.iter().map(watch).collect();
        let schedule = Schedule::new(target.interval);
        Self { target, state, watches, schedule, has_hung: false, _metrics: metrics }
    }

    /// From the start of one poll to the start of the next.
    pub fn interval(&self) -> Duration {
        self.target.interval
    }

    /// Polls until `stop`, whenever it is its turn; then gives up the poll
    /// under way and signs out within `grace`.
    pub async fn run(
        mut self,
        first_delay: Duration,
        turns: Arc<Turns>,
        stop: CancellationToken,
        grace: Duration,
    ) {
        let mut wait = first_delay;
        loop {
            self.state.set_next_poll(Instant::now() + wait);
            let poll = async {
                sleep(wait).await;
                // All times of the poll count from here.
                let _turn = turns.turn(&self.state, self.has_hung).await;
                self.state.set_next_poll(Instant::now());
                self.poll().await
            };
            wait = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                wait = poll => wait,
            };
        }
        turns.leave(self.sign_out(grace), self.has_hung).await;
    }

    /// Polls every collector once; returns how long to wait before the next time.
    pub async fn poll(&mut self) -> Duration {
        let started = Instant::now();
        let ending = self.collect_all().await;
        self.schedule.wait(&ending, started.elapsed(), fastrand::f64())
    }

    /// Takes back what its metrics say of polls so far: those of another system.
    pub fn forget_outcomes(&self) {
        self.watches.iter().for_each(|watch| watch.metrics.forget_outcome());
    }

    /// Whether every collector's last poll succeeded.
    pub fn succeeded(&self) -> bool {
        self.state
            .collectors
            .iter()
            .all(|collector| collector.outcome().is_some_and(|outcome| outcome.failure.is_none()))
    }

    /// The keys that nobody knows, of the last good poll of a collector.
    pub fn unknown(&self, collector: &str) -> Option<&Unknown> {
        let watch = self.watches.iter().find(|watch| watch.collector.name() == collector);
        watch.map(|watch| &watch.unknown)
    }

    /// Ends the target's session.
    pub async fn sign_out(&self, grace: Duration) {
        self.target.session.sign_out(Deadline::after(grace)).await;
    }

    async fn collect_all(&mut self) -> Ending {
        let mut ending = Ending::Settled;
        let mut given_up: Option<Error> = None;
        self.has_hung = false;
        for (index, watch) in self.watches.iter_mut().enumerate() {
            let started = Instant::now();
            watch.metrics.begun();
            let result = match &given_up {
                // A target that cannot be reached, or asks to be left alone, is not tried again
                // in the same poll.
                Some(error) => Err(error.clone()),
                None => collect(watch.collector.as_ref(), self.target.timeout).await,
            };
            watch.metrics.ended(started.elapsed(), result.as_ref().err().map(Error::reason));
            let (target, collector) = (&self.target.name, watch.collector.name());
            match result {
                Ok(Findings { samples, unreadable }) => {
                    watch.metrics.unreadable(&unreadable);
                    let news = self.state.record(index, Ok(samples));
                    log::succeeded(target, collector, &unreadable, news);
                    watch.unknown = unreadable.unknown;
                }
                Err(error) => {
                    let news = self.state.record(index, Err(in_words(&error)));
                    log::failed(target, collector, &error, news);
                    self.has_hung |= error.reason() == Reason::Timeout;
                    // The main collector decides when to try again.
                    if index == 0 && error.reason().may_pass_soon() {
                        ending = Ending::Failed { retry_after: error.retry_after() };
                    }
                    if error.reason().ends_the_poll() {
                        given_up = Some(error);
                    }
                }
            }
        }
        ending
    }
}

fn in_words(error: &Error) -> Failure {
    Failure {
        reason: error.reason().as_str(),
        message: error.to_string(),
        hint: error.hint().to_owned(),
        next_sign_in: error.next_sign_in(),
    }
}
