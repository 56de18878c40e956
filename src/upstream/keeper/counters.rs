//! How often a sign-in was sent, and in vain.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where sign-ins are counted.
#[derive(Clone, Default)]
pub struct LoginCounters(Arc<Counts>);

#[derive(Default)]
struct Counts {
    sent: AtomicU64,
    failures: AtomicU64,
    changes: Arc<AtomicU64>,
}

impl LoginCounters {
    /// None so far. `changes` goes up with each of them.
    pub fn new(changes: Arc<AtomicU64>) -> Self {
        Self(Arc::new(Counts { changes, ..Counts::default() }))
    }

    /// Sign-ins that were sent.
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Acquire)
    }

    /// Those that did not end in a session.
    pub fn failures(&self) -> u64 {
        self.0.failures.load(Ordering::Acquire)
    }

    pub(super) fn count_sent(&self) {
        self.0.sent.fetch_add(1, Ordering::AcqRel);
        self.0.changes.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn count_failure(&self) {
        self.0.failures.fetch_add(1, Ordering::AcqRel);
        self.0.changes.fetch_add(1, Ordering::AcqRel);
    }
}
