//! Collector `policy_checks`: the latest consistency report of each policy
//! package, as somebody has had it made. A check is never started from here.
//!
//! ```text
//! walk.rs      the ADOMs, their packages, the report of each
//! package.rs   a list of packages
//! report.rs    one report
//! samples.rs   what was found → samples
//! ```

mod package;
mod report;
mod samples;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

pub(super) use self::samples::label_values;
use self::walk::Walk;
use super::Pages;
use super::csrf::Csrf;
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error};

pub(super) struct PolicyChecksCollector {
    pages: Arc<Pages>,
    /// Limit of the whole walk.
    longest_walk: Duration,
}

impl PolicyChecksCollector {
    pub(super) fn new(pages: Arc<Pages>, longest_walk: Duration) -> Self {
        Self { pages, longest_walk }
    }
}

impl Collector for PolicyChecksCollector {
    fn name(&self) -> &'static str {
        "policy_checks"
    }

    fn collect(&self, request: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let deadline = request.prolonged_to(self.longest_walk);
            let Pages { client, keeper } = &*self.pages;
            let walk = |csrf: Csrf| -> BoxFuture<'static, _> {
                Box::pin(Walk::new(client.clone(), csrf, deadline).findings())
            };
            keeper.with_session(self.name(), deadline, walk).await
        })
    }
}
