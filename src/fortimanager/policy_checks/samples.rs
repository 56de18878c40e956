//! What a walk has found → samples.

use super::super::metrics as m;
use super::report::Report;
use crate::observation::{LabelValues, Samples, label};

/// What came of asking for something of which there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Read,
    /// There has never been a report.
    Missing,
    Failed,
    /// Beyond the bound of a poll.
    LeftOut,
}

const ADOMS: [(Fate, &str); 3] =
    [(Fate::Read, "listed"), (Fate::Failed, "failed"), (Fate::LeftOut, "left_out")];
const PACKAGES: [(Fate, &str); 4] =
    [(Fate::Read, "read"), (Fate::Missing, "none"), (Fate::Failed, "failed"), (Fate::LeftOut, "left_out")];

/// What a walk has found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) adoms: Vec<Fate>,
    pub(super) packages: Vec<Fate>,
    pub(super) packages_left_out: usize,
    pub(super) reports: Vec<Checked>,
    /// How far from UTC the box's clock is.
    pub(super) zone: Option<f64>,
}

/// A package with its report.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) adom: String,
    pub(super) package: String,
    pub(super) report: Report,
}

impl Found {
    pub(super) fn samples(&self) -> Samples {
        let mut samples = Samples::default();
        let count = |fates: &[Fate], fate| fates.iter().filter(|each| **each == fate).count() as f64;
        for (fate, word) in ADOMS {
            samples.push(&m::POLICY_ADOMS, &[word], count(&self.adoms, fate));
        }
        for (fate, word) in PACKAGES {
            let left_out = if fate == Fate::LeftOut { self.packages_left_out as f64 } else { 0.0 };
            samples.push(&m::POLICY_PACKAGES, &[word], count(&self.packages, fate) + left_out);
        }
        for Checked { adom, package, report } in &self.reports {
            let (adom, package) = (label(adom), label(package));
            samples.push(&m::SHADOWED_POLICIES, &[&adom, &package, "full"], report.full);
            samples.push(&m::SHADOWED_POLICIES, &[&adom, &package, "partial"], report.partial);
            let made = report.made.zip(self.zone).map(|(local, from_utc)| local - from_utc);
            samples.push(&m::POLICY_CHECK, &[&adom, &package], made);
        }
        samples
    }
}

/// The label values that are known beforehand.
pub(in crate::fortimanager) fn label_values() -> [LabelValues; 3] {
    let shadows =
        [("full", "policies that never match"), ("partial", "policies that match less than they say")];
    [
        LabelValues::closed(&m::SHADOWED_POLICIES, "shadow", shadows),
        LabelValues::closed(&m::POLICY_PACKAGES, "report", PACKAGES.map(|(_, word)| (word, ""))),
        LabelValues::closed(&m::POLICY_ADOMS, "packages", ADOMS.map(|(_, word)| (word, ""))),
    ]
}
