//! The latest of one target as a person would put it.

use std::sync::Arc;

use maud::Markup;
use tokio::time::Instant;

use super::quota::Filled;
use super::severity::Severity;
use crate::observation::{Digest, Health, Outcome, Part, TargetState};

/// One target at one instant.
pub(super) struct Facts<'a> {
    pub(super) target: &'a TargetState,
    pub(super) digest: Arc<Digest>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(target: &'a TargetState, now: Instant) -> Self {
        Self { target, digest: target.digest(now) }
    }

    /// What it may be called by.
    pub(super) fn names(&self) -> [&str; 5] {
        let failure = self.failures().next().and_then(|(_, outcome)| outcome.failure.as_ref());
        let reason = failure.map_or("", |failure| failure.reason);
        let target = self.target;
        [&target.name, target.system.name, &target.url, words_of(self.digest.health), reason]
    }

    /// The collectors whose last poll failed; one that failed for the same reason as the one
    /// before it is not named again.
    pub(super) fn failures(&self) -> impl Iterator<Item = (&Part, &Outcome)> {
        let mut told = None;
        self.digest.parts.iter().filter_map(move |part| {
            let outcome = part.outcome.as_deref()?;
            let failure = outcome.failure.as_ref()?;
            (told.replace(failure) != Some(failure)).then_some((part, outcome))
        })
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.target.system.version.as_ref().and_then(|version| self.digest.text(version, None))
    }

    /// What it may have only so much of.
    pub(super) fn quotas(&self) -> impl Iterator<Item = Filled<'_>> {
        self.digest.limits.iter().map(|limit| Filled { digest: &self.digest, limit })
    }

    /// The higher it stands in a list of targets, the less.
    pub(super) fn rank(&self) -> (Health, Severity) {
        let alarms = self.digest.alarms.iter().map(|alarm| Severity::of(alarm));
        (self.digest.health, alarms.min().unwrap_or(Severity::Good))
    }

    pub(super) fn badge(&self) -> Markup {
        let health = self.digest.health;
        let severity = match health {
            Health::Stale | Health::Failing => Severity::Bad,
            Health::PartlyFailing | Health::Waiting => Severity::Warning,
            Health::Working => Severity::Good,
        };
        severity.badge(words_of(health))
    }
}

fn words_of(health: Health) -> &'static str {
    match health {
        Health::Stale => "stale",
        Health::Failing => "failing",
        Health::PartlyFailing => "partly failing",
        Health::Waiting => "not polled yet",
        Health::Working => "working",
    }
}
