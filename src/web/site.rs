//! What the routes have in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use super::aside::Aside;
use super::lifecycle::Reloads;
use super::prefix::Prefix;
use crate::exposition::Page;
use crate::observation::Store;
use crate::sharding::Shard;

/// What the pages show.
pub struct Site {
    pub(super) page: Page,
    pub(super) store: Arc<Store>,
    pub(super) telemetry_path: String,
    pub(super) route_prefix: Prefix,
    pub(super) shard: Shard,
    /// Scrapes answered at once; one more is refused rather than queued.
    pub(super) scrapes: Semaphore,
    /// Where pages are written that are not kept.
    pub(super) aside: Aside,
    /// Once ready, always ready: a target that fails later has a metric.
    ready: AtomicBool,
    /// Where reloads are asked for, if they may be.
    pub(super) reloads: Option<Reloads>,
}

impl Site {
    /// `max_requests` scrapes at once, 0 for no limit.
    pub fn new(
        page: Page,
        store: Arc<Store>,
        telemetry_path: &str,
        max_requests: usize,
        reloads: Option<Reloads>,
    ) -> Self {
        let permits = if max_requests == 0 { Semaphore::MAX_PERMITS } else { max_requests };
        Self {
            page,
            store,
            telemetry_path: telemetry_path.to_owned(),
            route_prefix: Prefix::default(),
            shard: Shard::ONLY,
            scrapes: Semaphore::new(permits.min(Semaphore::MAX_PERMITS)),
            aside: Aside::new(),
            ready: AtomicBool::new(false),
            reloads,
        }
    }

    /// The same with all routes below a path of their own.
    pub fn below(self, route_prefix: Prefix) -> Self {
        Self { route_prefix, ..self }
    }

    /// The same for one of several exporters.
    pub fn of_shard(self, shard: Shard) -> Self {
        Self { shard, ..self }
    }

    pub(super) fn is_ready(&self) -> bool {
        if !self.ready.load(Ordering::Acquire) && self.store.targets().iter().all(|target| target.was_tried())
        {
            self.ready.store(true, Ordering::Release);
        }
        self.ready.load(Ordering::Acquire)
    }
}
