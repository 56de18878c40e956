//! How long is left.

use std::time::Duration;

use tokio::time::Instant;

/// The instant by which something must have ended, and how long any one step
/// of it may take.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    end: Instant,
    step: Duration,
}

impl Deadline {
    /// `timeout` from now.
    pub fn after(timeout: Duration) -> Self {
        Self { end: Instant::now() + timeout, step: timeout }
    }

    /// The same with no step longer than `step`.
    pub fn in_steps_of(self, step: Duration) -> Self {
        Self { step: self.step.min(step), ..self }
    }

    /// `total` from now, in steps as long as before.
    pub fn prolonged_to(self, total: Duration) -> Self {
        Self { end: Instant::now() + total, ..self }
    }

    /// What a step that begins now may take; zero when time is up.
    pub fn remaining(self) -> Duration {
        self.end.saturating_duration_since(Instant::now()).min(self.step)
    }
}
