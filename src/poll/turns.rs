//! Whose turn it is to poll: no more at once than `max_concurrent_polls`.
//!
//! Turns are given in the order in which they were asked for. A system that
//! hangs keeps its turn for the whole `timeout`, and an outage takes many
//! systems at once: those whose last poll ended so share one half of the turns,
//! and the other half is always for those that answer.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::observation::TargetState;
use crate::telemetry::PollMetrics;

/// Signing out takes no longer where somebody answers.
const SIGN_OUT: Duration = Duration::from_secs(2);

/// Gives the turns.
pub struct Turns {
    limit: AtomicUsize,
    all: Arc<Semaphore>,
    of_hung: Arc<Semaphore>,
    /// Of those who sign out: who answers, and who may not.
    of_leaving: [Arc<Semaphore>; 2],
    metrics: PollMetrics,
}

/// Leave to poll, until it is dropped.
pub(super) struct Turn<'a> {
    metrics: &'a PollMetrics,
    _permits: [Option<OwnedSemaphorePermit>; 2],
}

/// Is waiting for a turn, until it is dropped.
struct Waiting<'a> {
    metrics: &'a PollMetrics,
    state: &'a TargetState,
}

impl Turns {
    /// So many at once.
    pub fn new(limit: usize, metrics: PollMetrics) -> Self {
        let turns = |count| Arc::new(Semaphore::new(count));
        let (all, of_hung, of_leaving) = (turns(limit), turns(half(limit)), [turns(limit), turns(limit)]);
        metrics.limit.set(limit as i64);
        Self { limit: AtomicUsize::new(limit), all, of_hung, of_leaving, metrics }
    }

    /// So many from now on; polls under way are finished.
    pub fn set_limit(&self, limit: usize) {
        let before = self.limit.swap(limit, Ordering::AcqRel);
        self.metrics.limit.set(limit as i64);
        resize(&self.all, before, limit);
        resize(&self.of_hung, half(before), half(limit));
        self.of_leaving.iter().for_each(|turns| resize(turns, before, limit));
    }

    /// Waits for a turn of the target, which may have hung at its last poll.
    pub(super) async fn turn(&self, state: &TargetState, has_hung: bool) -> Turn<'_> {
        let waiting = Waiting::begin(&self.metrics, state);
        // A semaphore that nobody closes gives a permit in the end.
        let of_hung = match has_hung {
            true => Arc::clone(&self.of_hung).acquire_owned().await.ok(),
            false => None,
        };
        let any = Arc::clone(&self.all).acquire_owned().await.ok();
        drop(waiting);
        self.metrics.in_progress.inc();
        Turn { metrics: &self.metrics, _permits: [of_hung, any] }
    }

    /// Lets a target sign out. That waits for no poll, and not for long for those who sign out
    /// before it: thousands at once would be more connections than a process may open.
    pub(super) async fn leave(&self, sign_out: impl Future<Output = ()>, has_hung: bool) {
        let [of_others, of_hung] = &self.of_leaving;
        let turn = if has_hung { of_hung } else { of_others }.acquire().await;
        let mut sign_out = pin!(sign_out);
        if timeout(SIGN_OUT, &mut sign_out).await.is_err() {
            drop(turn);
            sign_out.await;
        }
    }
}

/// At least one.
fn half(limit: usize) -> usize {
    limit.div_ceil(2)
}

fn resize(turns: &Arc<Semaphore>, before: usize, after: usize) {
    turns.add_permits(after.saturating_sub(before));
    let surplus = before.saturating_sub(after);
    let surplus = surplus - turns.forget_permits(surplus);
    // The others are given out.
    let turns = Arc::clone(turns);
    tokio::spawn(async move {
        for _ in 0..surplus {
            if let Ok(permit) = turns.acquire().await {
                permit.forget();
            }
        }
    });
}

impl<'a> Waiting<'a> {
    fn begin(metrics: &'a PollMetrics, state: &'a TargetState) -> Self {
        metrics.waiting.inc();
        state.set_waiting(true);
        Self { metrics, state }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.metrics.waiting.dec();
        self.state.set_waiting(false);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.metrics.in_progress.dec();
    }
}
