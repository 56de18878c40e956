//! What a system implements to be polled.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::observation::{Samples, System};
use crate::upstream::{Deadline, Error, Unreadable};

/// Reads one part of a target.
pub trait Collector: Send + Sync {
    /// The label `collector`.
    fn name(&self) -> &'static str;

    /// Reads it once, by `deadline`; a paged walk takes that as the limit of
    /// each page.
    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>>;
}

/// What one collector found in one poll.
#[derive(Debug, Default)]
pub struct Findings {
    /// The values.
    pub samples: Samples,
    /// What was there but could not be read.
    pub unreadable: Unreadable,
}

/// Ends the session that a target's collectors share.
pub trait SignOut: Send + Sync {
    /// Signs out, if signed in; failures do not matter.
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()>;
}

/// What is polled of a system.
pub struct Subject {
    /// What kind of system it is.
    pub system: &'static System,
    /// Its collectors, the main one first.
    pub collectors: Vec<Arc<dyn Collector>>,
    /// The session they share.
    pub session: Arc<dyn SignOut>,
}

/// One system to poll.
pub struct Target {
    /// The label `target`.
    pub name: String,
    /// What kind of system it is.
    pub system: &'static System,
    /// Its address, for messages.
    pub url: String,
    /// From the start of one poll to the start of the next.
    pub interval: Duration,
    /// Limit of one collector's poll; for a paged walk, of one page.
    pub timeout: Duration,
    /// Age at which numbers are no longer shown.
    pub stale_after: Duration,
    /// Its collectors, the main one first.
    pub collectors: Vec<Arc<dyn Collector>>,
    /// The session they share.
    pub session: Arc<dyn SignOut>,
}
