//! Collector `endpoints`: the endpoint index, counted.
//!
//! ```text
//! walk.rs     page after page until the index is complete, or not at all
//! pages.rs    the pages, some asked for ahead of their turn
//! census.rs   what was seen so far: every endpoint once
//! page.rs     one page of JSON, decoded row by row without building a tree
//! cursor.rs   JSON from front to back
//! flaw.rs     what may be wrong with a page
//! field.rs    the fields of a row that are counted
//! row.rs      their values in one row
//! shape.rs    its keys, known by the rows before
//! fleet.rs    the counts
//! os.rs       operating systems in EMS's free text
//! labels.rs   the label values that are known beforehand
//! samples.rs  counts → samples
//! ```

mod census;
mod cursor;
mod field;
mod flaw;
mod fleet;
mod labels;
mod os;
mod page;
mod pages;
mod row;
mod samples;
mod shape;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

pub use self::census::Census;
pub use self::flaw::Flaw;
pub use self::labels::label_values;
use self::pages::{Place, Source};
use super::Ems;
use super::access::Access;
use crate::config::{Grouping, Paging};
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, SignIn};

pub(super) struct EndpointsCollector<S: SignIn<Session = Access>> {
    ems: Arc<Ems<S>>,
    paging: Paging,
    by: Vec<Grouping>,
    place: Arc<Place>,
    /// Limit of the whole walk.
    longest_walk: Duration,
}

impl<S: SignIn<Session = Access>> EndpointsCollector<S> {
    pub(super) fn new(ems: Arc<Ems<S>>, paging: Paging, by: Vec<Grouping>, longest_walk: Duration) -> Self {
        Self { ems, paging, by, place: Arc::default(), longest_walk }
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
                let (client, place) = (client.clone(), Arc::clone(&self.place));
                let source = Source { client, access, place, paging: self.paging, deadline };
                Box::pin(walk::complete(source, self.by.clone()))
            };
            let census = keeper.with_session(self.name(), deadline, walk).await?;
            Ok(census.into_findings())
        })
    }
}
