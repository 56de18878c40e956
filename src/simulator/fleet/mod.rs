//! The rows of an EMS endpoint list.

mod machine;
mod mix;
mod shape;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use machine::Machine;

/// What an EMS knows of its endpoints: rolled from a seed, or given row by row. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Fleet(Source);

#[derive(Debug, Clone)]
enum Source {
    /// Made when asked for, so that a hundred thousand endpoints need no memory.
    Rolled {
        size: usize,
        seed: u64,
        now: Timestamp,
    },
    Given(Arc<Vec<Value>>),
}

impl Fleet {
    /// So many endpoints in the row shapes of all EMS versions, mixed as in a company that has been
    /// migrating for years. The same arguments give the same rows.
    pub fn demo(size: usize, now: Timestamp) -> Self {
        Self::seeded(size, now, 1)
    }

    /// Like [`Self::demo`], with other rows for every seed.
    pub fn seeded(size: usize, now: Timestamp, seed: u64) -> Self {
        Self(Source::Rolled { size, seed, now })
    }

    /// Exactly these rows.
    pub fn from_rows(rows: Vec<Value>) -> Self {
        Self(Source::Given(Arc::new(rows)))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Rolled { size, .. } => *size,
            Source::Given(rows) => rows.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at this place.
    pub fn row(&self, index: usize) -> Option<Value> {
        match &self.0 {
            Source::Given(rows) => rows.get(index).cloned(),
            Source::Rolled { size, seed, now } => {
                (index < *size).then(|| shape::row(&Machine::roll(index, *seed, *now)))
            }
        }
    }

    /// All rows in order, for a test to count what a client should have counted.
    pub fn rows(&self) -> impl Iterator<Item = Value> {
        self.page(0, self.len())
    }

    /// Up to `count` rows from this offset; none past the end.
    pub(super) fn page(&self, offset: usize, count: usize) -> impl Iterator<Item = Value> {
        let end = offset.saturating_add(count).min(self.len());
        (offset..end).filter_map(|index| self.row(index))
    }
}
