//! Page after page through the index: the whole of it, or an error.
//!
//! The index is no snapshot. It is ordered by a name that is not unique and
//! changes while it is read, so rows may come twice or slip through between
//! pages: rows are told apart by `device_id`, and one in a hundred that is
//! missing is forgiven. The offset moves by the rows that came, so that a
//! server that caps `count` lower is still read whole.

use std::time::SystemTime;

use roaring::RoaringTreemap;

use super::super::access::Access;
use super::super::envelope;
use super::fleet::Fleet;
use super::page::{self, Flaw, Page};
use crate::config::Grouping;
use crate::observation::seconds;
use crate::upstream::{Client, Deadline, Error, Reason, Reply, aside};

/// Rows asked for at once; EMS gives 50 if not told.
const PAGE_SIZE: usize = 500;
/// A page of 500 rows with pictures of their users has a few megabytes.
const LARGEST_PAGE: usize = 32 * 1024 * 1024;
/// A million endpoints from a server that gives 50 at a time, twice over.
const MOST_PAGES: usize = 40_000;
/// Twice a million, the largest fleet that was ever spoken of; ids take memory.
const MOST_ROWS: usize = 2_000_000;

/// Reads the whole index; a walk that came up short is tried once more.
pub(super) async fn complete(
    client: Client,
    access: Access,
    by: Vec<Grouping>,
    deadline: Deadline,
) -> Result<Fleet, Error> {
    let mut missing = String::new();
    for _ in 0..2 {
        let walk = walk(&client, &access, &by, deadline).await?;
        match walk.shortfall() {
            None => return Ok(walk.fleet),
            Some(words) => missing = words,
        }
    }
    Err(Error::new(Reason::UnexpectedPayload, missing))
}

async fn walk(client: &Client, access: &Access, by: &[Grouping], deadline: Deadline) -> Result<Walk, Error> {
    let mut walk = Walk::new(by);
    for _ in 0..MOST_PAGES {
        let path = format!("/api/v1/endpoints/index?offset={}&count={PAGE_SIZE}", walk.received);
        let request = access.get(&path).body_limit(LARGEST_PAGE);
        let reply = client.send(request, deadline).await?;
        envelope::check_status(&reply)?;
        let rows;
        (walk, rows) = aside(reply.body().len(), move || {
            let rows = walk.take(&reply);
            (walk, rows)
        })
        .await?;
        if walk.is_over(rows?) {
            return Ok(walk);
        }
        if walk.received > MOST_ROWS {
            break;
        }
    }
    let message = format!("the endpoint index has not ended after {} rows", walk.received);
    Err(Error::new(Reason::TooLarge, message))
}

/// The fleet on one page, and how many rows the page has.
#[cfg(fuzzing)]
pub(super) fn of_page(reply: &Reply, by: &[Grouping]) -> Result<(Fleet, usize), Error> {
    let mut walk = Walk::new(by);
    let rows = walk.take(reply)?;
    Ok((walk.fleet, rows))
}

/// What a walk has seen so far.
struct Walk {
    fleet: Fleet,
    seen: RoaringTreemap,
    /// Rows received, repeated ones included.
    received: usize,
    /// Rows that are told apart: by id, or for want of one taken for different.
    distinct: u64,
    /// The most that EMS has said the index holds: one that shrinks while it
    /// is read was not read as a whole.
    total: Option<f64>,
}

impl Walk {
    fn new(by: &[Grouping]) -> Self {
        Self {
            fleet: Fleet::new(seconds(SystemTime::now()), by),
            seen: RoaringTreemap::new(),
            received: 0,
            distinct: 0,
            total: None,
        }
    }

    /// Counts the rows of a page; how many there were.
    fn take(&mut self, reply: &Reply) -> Result<usize, Error> {
        let Self { fleet, seen, distinct, .. } = self;
        let decoded = page::decode(reply.body(), &mut |row| {
            let is_new = match row.device_id() {
                Some(id) => seen.insert(id),
                None => true,
            };
            if is_new {
                *distinct += 1;
                fleet.add(row);
            }
        });
        let Page { verdict, rows, total } = decoded.map_err(|flaw| match flaw {
            Flaw::NotJson => reply.not_json(),
            Flaw::TooManyRows => {
                let message =
                    format!("EMS sent more than {} rows where {PAGE_SIZE} were asked for", page::MOST_ROWS);
                Error::new(Reason::TooLarge, message)
            }
        })?;
        let verdict = verdict.ok_or_else(|| reply.unexpected("that is no answer of EMS"))?;
        envelope::check(&verdict)?;
        let rows = rows.ok_or_else(|| reply.unexpected("that has no list of endpoints"))?;
        self.received += rows;
        if let Some(total) = total {
            let total = total.ok_or_else(|| reply.unexpected("whose total is no number of endpoints"))?;
            self.total = Some(self.total.map_or(total, |before| before.max(total)));
        }
        Ok(rows)
    }

    /// In words, what is missing beyond a small drift.
    fn shortfall(&self) -> Option<String> {
        let total = self.total?;
        let Self { distinct, .. } = self;
        let missing = total - *distinct as f64;
        (missing > (total / 100.0).floor()).then(|| {
            format!("the endpoint index has {total} rows by its own count, but only {distinct} came")
        })
    }

    fn is_over(&self, rows: usize) -> bool {
        rows == 0 || self.total.is_some_and(|total| self.received as f64 >= total)
    }
}
