//! How a target is, in one word.

use super::part::Part;

/// How a target is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// Without numbers: the last good ones are too old.
    Stale,
    /// The last poll failed; earlier numbers are shown.
    Failing,
    /// A further collector has failed.
    PartlyFailing,
    /// Not polled yet.
    Waiting,
    /// All is well.
    Working,
}

impl Health {
    /// By its collectors, the main one first.
    pub(super) fn of(parts: &[Part]) -> Self {
        let is_well = |part: &Part| match &part.outcome {
            Some(outcome) => outcome.failure.is_none() && part.fresh.is_some(),
            None => true,
        };
        let Some((main, others)) = parts.split_first() else { return Self::Waiting };
        match &main.outcome {
            None => Self::Waiting,
            Some(_) if main.fresh.is_none() && main.last_good.is_some() => Self::Stale,
            Some(_) if !is_well(main) => Self::Failing,
            Some(_) if !others.iter().all(is_well) => Self::PartlyFailing,
            Some(_) => Self::Working,
        }
    }
}
