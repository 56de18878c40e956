//! Page after page through the index: the whole of it, or an error.
//!
//! The index is no snapshot. It is ordered by a name that is not unique and
//! changes while it is read, so rows may come twice or slip through between
//! pages: rows are told apart by `device_id`, and a few that are missing are
//! forgiven. The offset moves by the rows that came, so that a server that
//! caps `count` lower is still read whole.

use std::time::{SystemTime, UNIX_EPOCH};

use roaring::RoaringTreemap;

use super::super::access::Access;
use super::super::envelope;
use super::fleet::Fleet;
use super::page::{self, Page};
use crate::upstream::{Client, Deadline, Error, Reason};

/// Rows asked for at once; EMS gives 50 if not told.
const PAGE_SIZE: usize = 500;
/// A page of 500 rows with pictures of their users has a few megabytes.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;
/// A million endpoints from a server that gives 50 at a time, twice over.
const MOST_PAGES: usize = 40_000;

/// Reads the whole index; a walk that came up short is tried once more.
pub(super) async fn complete(client: Client, access: Access, deadline: Deadline) -> Result<Fleet, Error> {
    let mut missing = String::new();
    for _ in 0..2 {
        let walk = walk(&client, &access, deadline).await?;
        match walk.shortfall() {
            None => return Ok(walk.fleet),
            Some(words) => missing = words,
        }
    }
    Err(Error::new(Reason::UnexpectedPayload, missing))
}

/// What a walk has seen so far.
struct Walk {
    fleet: Fleet,
    seen: RoaringTreemap,
    /// Rows received, repeated ones included.
    received: usize,
    /// Rows that are told apart: by id, or for want of one taken for different.
    distinct: u64,
    /// What EMS said last of the size of the index.
    total: Option<f64>,
}

impl Walk {
    /// In words, what is missing beyond a small drift.
    fn shortfall(&self) -> Option<String> {
        let total = self.total?;
        let drift = (total / 100.0).max(5.0);
        let Self { distinct, .. } = self;
        (*distinct as f64 + drift < total).then(|| {
            format!("the endpoint index has {total} rows by its own count, but only {distinct} came")
        })
    }

    fn is_over(&self, rows: usize) -> bool {
        rows == 0 || self.total.is_some_and(|total| self.received as f64 >= total)
    }
}

async fn walk(client: &Client, access: &Access, deadline: Deadline) -> Result<Walk, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let mut walk =
        Walk { fleet: Fleet::new(now), seen: RoaringTreemap::new(), received: 0, distinct: 0, total: None };
    for _ in 0..MOST_PAGES {
        let path = format!("/api/v1/endpoints/index?offset={}&count={PAGE_SIZE}", walk.received);
        let request = access.get(&path).body_limit(LARGEST_PAGE);
        let reply = client.send(request, deadline).await?;
        envelope::check_status(&reply)?;
        let Walk { fleet, seen, distinct, .. } = &mut walk;
        let Page { verdict, rows, total } = page::decode(reply.body(), &mut |row| {
            let is_new = match row.device_id() {
                Some(id) => seen.insert(id),
                None => true,
            };
            if is_new {
                *distinct += 1;
                fleet.add(row);
            }
        })
        .map_err(|_| reply.not_json())?;
        let verdict = verdict.ok_or_else(|| reply.unexpected("that is no answer of EMS"))?;
        envelope::check(&verdict)?;
        let rows = rows.ok_or_else(|| reply.unexpected("that has no list of endpoints"))?;
        walk.received += rows;
        walk.total = total.or(walk.total);
        if walk.is_over(rows) {
            return Ok(walk);
        }
    }
    let message = format!("the endpoint index has not ended after {MOST_PAGES} pages");
    Err(Error::new(Reason::TooLarge, message))
}
