//! Collector `endpoints`: the endpoint index, counted.
//!
//! ```text
//! walk.rs     page after page until the index is complete, or not at all
//! page.rs     one page of JSON, decoded row by row without building a tree
//! key.rs      a key of an object, borrowed
//! row.rs      the fields of a row that are counted
//! fleet.rs    the counts
//! os.rs       operating systems in EMS's free text
//! labels.rs   the label values that are known beforehand
//! samples.rs  counts → samples
//! ```

mod fleet;
mod key;
mod labels;
mod os;
mod page;
mod row;
mod samples;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use self::fleet::Fleet;
pub use self::labels::label_values;
use super::Ems;
use super::access::Access;
use crate::config::Grouping;
use crate::poll::{Collector, Findings};
#[cfg(fuzzing)]
use crate::upstream::Reply;
use crate::upstream::{Deadline, Error, SignIn};

pub(super) struct EndpointsCollector<S: SignIn<Session = Access>> {
    ems: Arc<Ems<S>>,
    by: Vec<Grouping>,
    /// Limit of the whole walk: while it lasts, nothing else is read, and what
    /// was read ages.
    longest_walk: Duration,
}

impl<S: SignIn<Session = Access>> EndpointsCollector<S> {
    pub(super) fn new(ems: Arc<Ems<S>>, by: Vec<Grouping>, longest_walk: Duration) -> Self {
        Self { ems, by, longest_walk }
    }
}

impl<S: SignIn<Session = Access>> Collector for EndpointsCollector<S> {
    fn name(&self) -> &'static str {
        "endpoints"
    }

    fn collect(&self, page: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let deadline = page.prolonged_to(self.longest_walk);
            let Ems { client, keeper } = &*self.ems;
            // A session that dies on page 40 means page 1 again: the index is
            // only true as a whole.
            let walk = |access| -> BoxFuture<'static, _> {
                Box::pin(walk::complete(client.clone(), access, self.by.clone(), deadline))
            };
            let fleet = keeper.with_session(self.name(), deadline, walk).await?;
            Ok(findings(fleet, &self.by))
        })
    }
}

fn findings(fleet: Fleet, by: &[Grouping]) -> Findings {
    Findings { samples: samples::samples(&fleet, by), unreadable: fleet.into_unreadable() }
}

/// What is made of a page as if it were the whole index, and how many rows it has.
#[cfg(fuzzing)]
pub(super) fn of_page(reply: &Reply, by: &[Grouping]) -> Result<(Findings, usize), Error> {
    walk::of_page(reply, by).map(|(fleet, rows)| (findings(fleet, by), rows))
}
