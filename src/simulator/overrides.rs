//! Answers a test puts in place of a page's own, and pauses before a page's own.

use std::sync::Mutex;
use std::time::Duration;

use super::Answer;
use super::lock::lock;

/// The answers in force; the one added last wins.
#[derive(Default)]
pub(super) struct Overrides {
    answers: Mutex<Vec<Override>>,
    delays: Mutex<Vec<(String, Duration)>>,
}

struct Override {
    prefix: String,
    answer: Answer,
    /// How often it still applies; `None` for ever.
    left: Option<usize>,
}

impl Overrides {
    pub(super) fn add(&self, prefix: &str, answer: Answer, times: Option<usize>) {
        if times == Some(0) {
            return;
        }
        lock(&self.answers).push(Override { prefix: prefix.to_owned(), answer, left: times });
    }

    pub(super) fn clear(&self) {
        lock(&self.answers).clear();
        lock(&self.delays).clear();
    }

    pub(super) fn delay(&self, prefix: &str, delay: Duration) {
        lock(&self.delays).push((prefix.to_owned(), delay));
    }

    /// The pause before the page's own answer, which counts for one request.
    pub(super) fn take_delay(&self, target: &str) -> Option<Duration> {
        let mut delays = lock(&self.delays);
        let found = delays.iter().position(|(prefix, _)| target.starts_with(prefix))?;
        Some(delays.swap_remove(found).1)
    }

    /// The answer for this path with query, counting down those that are limited.
    pub(super) fn take(&self, target: &str) -> Option<Answer> {
        let mut overrides = lock(&self.answers);
        let found = overrides.iter().rposition(|entry| target.starts_with(&entry.prefix))?;
        let entry = overrides.get_mut(found)?;
        entry.left = entry.left.map(|left| left.saturating_sub(1));
        if entry.left == Some(0) { Some(overrides.remove(found).answer) } else { Some(entry.answer.clone()) }
    }
}
