//! What is found in all targets together, however few of them are shown.

use maud::{Markup, html};

use super::alarm::Raised;
use super::facts::Facts;
use super::quota::Filled;
use super::severity::Severity;
use super::words::amount;
use crate::observation::{Health, System, Total, Unit};

/// Sums and lists over targets.
pub(super) struct Overview<'a> {
    targets: usize,
    healths: Vec<(Health, usize)>,
    /// What is more than filling up, the fullest first.
    pub(super) tight: Vec<(&'a Facts<'a>, Filled<'a>)>,
    /// Those that wake a person first.
    pub(super) alarms: Vec<Raised<'a>>,
    totals: Vec<(&'static Total, f64)>,
}

impl<'a> Overview<'a> {
    /// Over these targets.
    pub(super) fn of(found: &'a [Facts<'a>]) -> Self {
        let (mut healths, mut sums) = (Vec::new(), Vec::new());
        let (mut tight, mut alarms) = (Vec::new(), Vec::new());
        for facts in found {
            add(&mut healths, |health| *health == facts.digest.health, facts.digest.health, 1);
            let is_tight = |filled: &Filled<'_>| filled.severity() != Severity::Good;
            tight.extend(facts.quotas().filter(is_tight).map(|filled| (facts, filled)));
            alarms.extend(Raised::of(facts));
            sum(&mut sums, facts);
        }
        healths.sort();
        alarms.sort_by_key(Raised::severity);
        tight.sort_by(|(_, a), (_, b)| b.part().total_cmp(&a.part()));
        Self { targets: found.len(), healths, tight, alarms, totals: totals(&sums) }
    }

    /// As a row of numbers, with that of contracts.
    pub(super) fn tiles(&self, contracts: usize) -> Markup {
        let tile = |title: &str, value: f64| {
            html! { div { dt { (title) } dd { (amount(value, Unit::Count)) } } }
        };
        html! {
            section aria-labelledby="overview" {
                h2 #overview { "At a glance" }
                dl.tiles {
                    (tile("Targets", self.targets as f64))
                    @for (health, count) in &self.healths { (tile(title(*health), *count as f64)) }
                    (tile("Contracts", contracts as f64))
                    @for (total, sum) in &self.totals { (tile(total.title, *sum)) }
                }
            }
        }
    }
}

/// How many there are of it.
fn title(health: Health) -> &'static str {
    match health {
        Health::Stale => "Stale",
        Health::Failing => "Failing",
        Health::PartlyFailing => "Partly failing",
        Health::Waiting => "Not polled yet",
        Health::Working => "Working",
    }
}

/// The totals of a kind of system, each summed up.
type Sums = (&'static System, Vec<Option<f64>>);

fn sum(sums: &mut Vec<Sums>, facts: &Facts<'_>) {
    let (system, values) = (facts.target.system, &facts.digest.totals);
    match sums.iter_mut().find(|(known, _)| std::ptr::eq(*known, system)) {
        Some((_, sums)) => {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = value.map(|value| sum.unwrap_or_default() + value).or(*sum);
            }
        }
        None => sums.push((system, values.to_vec())),
    }
}

/// The same with those that several kinds of systems have in common added up.
fn totals(sums: &[Sums]) -> Vec<(&'static Total, f64)> {
    let mut totals: Vec<(&'static Total, f64)> = Vec::new();
    for (system, sums) in sums {
        for (total, sum) in system.totals.iter().zip(sums) {
            let is_same = |known: &&Total| known.metric == total.metric && known.of == total.of;
            if let Some(sum) = sum {
                add(&mut totals, is_same, total, *sum);
            }
        }
    }
    totals
}

/// Adds `value` to what is there already, or begins with it.
fn add<K, V: std::ops::AddAssign>(sums: &mut Vec<(K, V)>, is_it: impl Fn(&K) -> bool, key: K, value: V) {
    match sums.iter_mut().find(|(key, _)| is_it(key)) {
        Some((_, sum)) => *sum += value,
        None => sums.push((key, value)),
    }
}
