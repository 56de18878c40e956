//! Collector `devices`: the managed devices, counted by their states; one by
//! one only where that was asked for.
//!
//! ```text
//! walk.rs      page after page of the device database, and no field that could hold a secret
//! device.rs    what is read of a device
//! words.rs     the choices of the device database
//! census.rs    the counts
//! samples.rs   counts and devices → samples
//! ```

mod census;
mod device;
mod samples;
mod walk;
mod words;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;

pub(super) use self::samples::label_values;
use super::rpc::Rpc;
use crate::observation::seconds;
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error};

pub(super) struct DevicesCollector {
    rpc: Arc<Rpc>,
    /// Whether each device gets series of its own.
    series: bool,
    /// Limit of the whole walk.
    longest_walk: Duration,
}

impl DevicesCollector {
    pub(super) fn new(rpc: Arc<Rpc>, series: bool, longest_walk: Duration) -> Self {
        Self { rpc, series, longest_walk }
    }
}

impl Collector for DevicesCollector {
    fn name(&self) -> &'static str {
        "devices"
    }

    fn collect(&self, page: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let deadline = page.prolonged_to(self.longest_walk);
            let census = walk::complete(&self.rpc, self.name(), self.series, deadline).await?;
            Ok(census.into_findings(seconds(SystemTime::now())))
        })
    }
}
