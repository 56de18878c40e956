//! The pages of the index, some asked for ahead of their turn.
//!
//! Where a page begins is known for sure only when the one before has come.
//! What is asked for ahead begins where it would if that one were as long as
//! the last; if it was not, what came is thrown away, and from then on one
//! page follows the other. So a walk sees the same pages whether it asks ahead
//! or not.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::task::AbortOnDropHandle;

use super::super::access::Access;
use crate::config::Paging;
use crate::upstream::{Client, Deadline, Error, Reason, Reply};

/// A page of 5,000 rows with pictures of their users has some ten megabytes.
pub(super) const LARGEST_PAGE: usize = 32 * 1024 * 1024;

const INDEX: &str = "/api/v1/endpoints/index";
/// What it was called up to EMS 6.2.
const OLD_INDEX: &str = "/api/v1/endpoints/get/";

/// Where the index of one EMS is. It is looked for again when it has gone:
/// servers are upgraded.
#[derive(Default)]
pub(super) struct Place {
    is_old: AtomicBool,
}

impl Place {
    fn get(&self) -> &'static str {
        if self.is_old.load(Ordering::Relaxed) { OLD_INDEX } else { INDEX }
    }

    fn switch(&self) {
        self.is_old.fetch_not(Ordering::Relaxed);
    }
}

/// Asks for pages of one index through one session.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) client: Client,
    pub(super) access: Access,
    pub(super) place: Arc<Place>,
    pub(super) paging: Paging,
    pub(super) deadline: Deadline,
}

type Coming = AbortOnDropHandle<Result<Reply, Error>>;

impl Source {
    /// Asks for the page at `offset`, which is read into `buffer`.
    fn ask(&self, offset: usize, buffer: Vec<u8>) -> Coming {
        let (place, count) = (self.place.get(), self.paging.page_size);
        let request = self.access.get(&format!("{place}?offset={offset}&count={count}"));
        let request = request.body_limit(LARGEST_PAGE).into_buffer(buffer);
        let (client, deadline) = (self.client.clone(), self.deadline);
        AbortOnDropHandle::new(tokio::spawn(async move { client.send(request, deadline).await }))
    }

    /// The first page, from where the index is in this release.
    async fn first(&self) -> Result<Reply, Error> {
        let reply = arrived(self.ask(0, Vec::new())).await?;
        if !matches!(reply.status(), 404 | 405) {
            return Ok(reply);
        }
        self.place.switch();
        match arrived(self.ask(0, Vec::new())).await {
            Ok(other) if other.is_success() => Ok(other),
            _ => {
                self.place.switch();
                Ok(reply)
            }
        }
    }
}

async fn arrived(page: Coming) -> Result<Reply, Error> {
    page.await.unwrap_or_else(|error| {
        Err(Error::new(Reason::UnexpectedPayload, format!("reading a page ended: {error}")))
    })
}

/// The pages of one walk.
pub(super) struct Pages {
    source: Source,
    ahead: VecDeque<(usize, Coming)>,
    /// Pages asked for beside the one that is waited for.
    most_ahead: usize,
    /// Of pages that have been counted: the next ones are read into them.
    buffers: Vec<Vec<u8>>,
}

impl Pages {
    pub(super) fn new(source: Source) -> Self {
        let most_ahead = source.paging.concurrency.saturating_sub(1);
        Self { source, ahead: VecDeque::new(), most_ahead, buffers: Vec::new() }
    }

    /// The page that begins at `offset`. Its successors are asked for as well,
    /// each of so many rows, up to the `total`.
    pub(super) async fn at(&mut self, offset: usize, (rows, total): (usize, f64)) -> Result<Reply, Error> {
        if offset == 0 {
            return self.source.first().await;
        }
        let (page, was_ahead) = match self.ahead.pop_front() {
            Some((guessed, page)) if guessed == offset => (page, true),
            Some(_) => {
                self.one_by_one();
                (self.ask(offset), false)
            }
            None => (self.ask(offset), false),
        };
        while self.ahead.len() < self.most_ahead {
            let next = self.ahead.back().map_or(offset, |(last, _)| *last) + rows;
            if next as f64 >= total {
                break;
            }
            let page = self.ask(next);
            self.ahead.push_back((next, page));
        }
        let was_alone = !was_ahead && self.ahead.is_empty();
        match arrived(page).await {
            // A server that does one thing after the other, or both more slowly.
            Err(error) if !was_alone && error.reason() == Reason::Timeout => {
                self.one_by_one();
                arrived(self.ask(offset)).await
            }
            page => page,
        }
    }

    /// Takes back the buffer of a page that has been counted.
    pub(super) fn recycle(&mut self, page: Reply) {
        self.buffers.push(page.into_body());
    }

    fn ask(&mut self, offset: usize) -> Coming {
        let buffer = self.buffers.pop().unwrap_or_default();
        self.source.ask(offset, buffer)
    }

    fn one_by_one(&mut self) {
        self.ahead.clear();
        self.most_ahead = 0;
    }
}
