//! Every contract of many targets, those that end first in front.

use std::cmp::Ordering;
use std::ops::Range;

use super::contract::{Contract, Left};
use super::facts::Facts;
use super::severity::Severity;

/// Tens of thousands of them: only what is shown is put in order and looked at.
pub(super) struct Queue<'a> {
    found: &'a [Facts<'a>],
    now: f64,
    places: Vec<Place>,
    /// So many have expired, or will soon.
    pub(super) to_renew: usize,
}

/// Where a contract stands among the targets and among those of its target.
struct Place {
    ends: f64,
    target: usize,
    contract: usize,
}

impl<'a> Queue<'a> {
    /// Those of these targets at `now`, in seconds since 1970.
    pub(super) fn of(found: &'a [Facts<'a>], now: f64) -> Self {
        let all = found.iter().map(|facts| facts.digest.ends.len()).sum();
        let (mut places, mut to_renew) = (Vec::with_capacity(all), 0);
        for (target, facts) in found.iter().enumerate() {
            for (contract, ends) in facts.digest.ends.iter().copied().enumerate() {
                places.push(Place { ends, target, contract });
                to_renew += usize::from(Left::of(ends, now).severity() != Severity::Good);
            }
        }
        Self { found, now, places, to_renew }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Those in a part of the queue.
    pub(super) fn part(&mut self, range: Range<usize>) -> Vec<Contract<'a>> {
        let length = range.len();
        if range.start > 0 && range.start < self.places.len() {
            self.places.select_nth_unstable_by(range.start, Place::order);
        }
        let mut shown = self.places.get_mut(range.start..).unwrap_or_default();
        if length < shown.len() {
            (shown, _, _) = shown.select_nth_unstable_by(length, Place::order);
        }
        shown.sort_unstable_by(Place::order);
        let contract = |place: &Place| Contract::of(self.found.get(place.target)?, place.contract, self.now);
        shown.iter().filter_map(contract).collect()
    }
}

impl Place {
    fn order(&self, other: &Self) -> Ordering {
        let ends = self.ends.total_cmp(&other.ends);
        ends.then_with(|| (self.target, self.contract).cmp(&(other.target, other.contract)))
    }
}
