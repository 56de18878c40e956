//! What a walk has seen so far: every endpoint once.

use std::time::SystemTime;

use roaring::RoaringTreemap;

use super::super::envelope;
use super::flaw::Flaw;
use super::fleet::Fleet;
use super::page::{self, Page};
use super::samples;
use crate::config::Grouping;
use crate::observation::seconds;
use crate::poll::Findings;

/// Counts endpoints page by page. Those with a `device_id` are told apart by
/// it, so that a row that has moved between pages counts once.
pub struct Census {
    fleet: Fleet,
    by: Vec<Grouping>,
    seen: RoaringTreemap,
    /// Rows received, repeated ones included.
    received: usize,
    /// Rows that are told apart: by id, or for want of one taken for different.
    distinct: u64,
    /// The most that EMS has said the index holds: one that shrinks while it
    /// is read was not read as a whole.
    total: Option<f64>,
    /// Rows on the latest page.
    latest: usize,
    /// The checksum of the latest page if some of its rows had no id.
    nameless: Option<u32>,
}

impl Census {
    /// None counted yet, with these extra breakdowns.
    pub fn new(by: &[Grouping]) -> Self {
        Self {
            fleet: Fleet::new(seconds(SystemTime::now()), by),
            by: by.to_vec(),
            seen: RoaringTreemap::new(),
            received: 0,
            distinct: 0,
            total: None,
            latest: 0,
            nameless: None,
        }
    }

    /// Counts the rows of a page, the body of an answer.
    pub fn take(&mut self, body: &[u8]) -> Result<(), Flaw> {
        let Self { fleet, seen, distinct, .. } = self;
        let mut is_nameless = false;
        let Page { verdict, rows, total, unknown } = page::decode(body, &mut |row| {
            let is_new = match row.device_id() {
                Some(id) => seen.insert(id),
                None => {
                    is_nameless = true;
                    true
                }
            };
            if is_new {
                *distinct += 1;
                fleet.add(row);
            }
        })?;
        envelope::check(&verdict.ok_or(Flaw::NoEnvelope)?).map_err(Flaw::Refused)?;
        let rows = rows.ok_or(Flaw::NoList)?;
        fleet.note(&unknown);
        // Rows that nothing tells apart would count as often as a server repeats itself.
        let checksum = is_nameless.then(|| crc32fast::hash(body));
        if checksum.is_some() && checksum == self.nameless {
            return Err(Flaw::Repeated);
        }
        self.nameless = checksum;
        self.received += rows;
        self.latest = rows;
        if let Some(total) = total {
            let total = total.ok_or(Flaw::OddTotal)?;
            self.total = Some(self.total.map_or(total, |before| before.max(total)));
        }
        Ok(())
    }

    /// Rows received: where the next page begins.
    pub fn received(&self) -> usize {
        self.received
    }

    /// Rows on the latest page, and how many the whole index is said to have.
    pub(super) fn outlook(&self) -> (usize, f64) {
        (self.latest, self.total.unwrap_or_default())
    }

    /// Whether the latest page was the last one.
    pub(super) fn is_over(&self) -> bool {
        self.latest == 0 || self.total.is_some_and(|total| self.received as f64 >= total)
    }

    /// In words, what is missing beyond a small drift.
    pub(super) fn shortfall(&self) -> Option<String> {
        let total = self.total?;
        let Self { distinct, .. } = self;
        let missing = total - *distinct as f64;
        (missing > (total / 100.0).floor()).then(|| {
            format!("the endpoint index has {total} rows by its own count, but only {distinct} came")
        })
    }

    /// The counts as samples, and what could not be read.
    pub fn into_findings(self) -> Findings {
        Findings {
            samples: samples::samples(&self.fleet, &self.by),
            unreadable: self.fleet.into_unreadable(),
        }
    }
}
