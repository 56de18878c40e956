//! What is found in all targets together, however few of them are shown.

use maud::{Markup, html};

use super::contract::Contract;
use super::facts::{Facts, State};
use super::quota::Filled;
use super::severity::Severity;
use super::words::amount;
use crate::observation::{Alarm, Total, Unit};

/// Sums and lists over targets.
pub(super) struct Overview<'a> {
    targets: usize,
    states: Vec<(State, usize)>,
    /// All, those that end first in front.
    pub(super) contracts: Vec<Contract<'a>>,
    /// What is more than filling up, the fullest first.
    pub(super) tight: Vec<(&'a Facts<'a>, Filled<'a>)>,
    pub(super) alarms: Vec<(&'a Facts<'a>, &'static Alarm)>,
    totals: Vec<(&'static Total, f64)>,
}

impl<'a> Overview<'a> {
    /// Over these targets at `now`, in seconds since 1970.
    pub(super) fn of(found: &'a [Facts<'a>], now: f64) -> Self {
        let (mut states, mut totals) = (Vec::new(), Vec::new());
        let (mut contracts, mut tight, mut alarms) = (Vec::new(), Vec::new(), Vec::new());
        for facts in found {
            add(&mut states, |state| *state == facts.state, facts.state, 1);
            contracts.extend(Contract::all_of(facts, now));
            let is_tight = |filled: &Filled<'_>| filled.severity() != Severity::Good;
            tight.extend(facts.quotas().filter(is_tight).map(|filled| (facts, filled)));
            alarms.extend(facts.alarms().map(|alarm| (facts, alarm)));
            for total in facts.target.system.totals {
                if let Some(value) = facts.value(total.metric, total.labels) {
                    let is_same =
                        |known: &&Total| known.metric == total.metric && known.labels == total.labels;
                    add(&mut totals, is_same, total, value);
                }
            }
        }
        states.sort();
        contracts.sort_by(|a, b| a.ends.total_cmp(&b.ends));
        tight.sort_by(|(_, a), (_, b)| b.part().total_cmp(&a.part()));
        Self { targets: found.len(), states, contracts, tight, alarms, totals }
    }

    /// So many contracts that have expired, or will soon.
    pub(super) fn contracts_to_renew(&self) -> usize {
        self.contracts.partition_point(|contract| contract.severity() != Severity::Good)
    }

    /// As a row of numbers.
    pub(super) fn tiles(&self) -> Markup {
        let tile = |title: &str, value: f64| {
            html! { div { dt { (title) } dd { (amount(value, Unit::Count)) } } }
        };
        html! {
            section aria-labelledby="overview" {
                h2 #overview { "At a glance" }
                dl.tiles {
                    (tile("Targets", self.targets as f64))
                    @for (state, count) in &self.states { (tile(state.title(), *count as f64)) }
                    (tile("Contracts", self.contracts.len() as f64))
                    @for (total, sum) in &self.totals { (tile(total.title, *sum)) }
                }
            }
        }
    }
}

/// Adds `value` to what is there already, or begins with it.
fn add<K, V: std::ops::AddAssign>(sums: &mut Vec<(K, V)>, is_it: impl Fn(&K) -> bool, key: K, value: V) {
    match sums.iter_mut().find(|(key, _)| is_it(key)) {
        Some((_, sum)) => *sum += value,
        None => sums.push((key, value)),
    }
}
