//! Answers a test puts in place of a page's own.

use std::sync::Mutex;

use super::Answer;
use super::lock::lock;

/// The answers in force; the one added last wins.
#[derive(Default)]
pub(super) struct Overrides(Mutex<Vec<Override>>);

struct Override {
    prefix: String,
    answer: Answer,
    /// How often it still applies; `None` for ever.
    left: Option<usize>,
}

impl Overrides {
    pub(super) fn add(&self, prefix: &str, answer: Answer, times: Option<usize>) {
        lock(&self.0).push(Override { prefix: prefix.to_owned(), answer, left: times });
    }

    pub(super) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// The answer for this path with query, counting down those that are limited.
    pub(super) fn take(&self, target: &str) -> Option<Answer> {
        let mut overrides = lock(&self.0);
        let found = overrides
            .iter_mut()
            .rev()
            .find(|entry| entry.left != Some(0) && target.starts_with(&entry.prefix))?;
        found.left = found.left.map(|left| left.saturating_sub(1));
        Some(found.answer.clone())
    }
}
