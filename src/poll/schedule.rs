//! When the next poll starts.

use std::time::Duration;

/// Polls start this far apart at most, so that a few targets are all seen
/// within seconds of the start.
const WIDEST_GAP: Duration = Duration::from_millis(250);

/// The first retry after a failure, doubled with each further one.
const FIRST_RETRY: Duration = Duration::from_secs(5);
const SHORTEST_RETRY: Duration = Duration::from_secs(1);

/// A system may ask for a pause, but not for the day.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// How long target number `index` of `count` waits before its first poll:
/// many targets spread over their interval instead of all firing at once.
pub fn first_delay(index: usize, count: usize, interval: Duration) -> Duration {
    let count = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    WIDEST_GAP.min(interval / count).saturating_mul(index).min(interval)
}

/// How a poll ended, as far as the schedule cares.
pub(super) enum Ending {
    /// Well, or in a way that trying sooner would not change.
    Settled,
    /// In a way that may pass; with the pause the system asked for.
    Failed { retry_after: Option<Duration> },
}

/// The schedule of one target.
pub(super) struct Schedule {
    interval: Duration,
    failures: u32,
}

impl Schedule {
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, failures: 0 }
    }

    /// How long to wait after a poll that took `took`. `chance` is in 0..1.
    ///
    /// Good polls keep the rhythm of the interval. After failures: exponential
    /// backoff with full jitter, never later than the next interval, so that a
    /// short outage leaves no gap and a long one is noticed to end within one
    /// interval. A pause the system asks for is obeyed, within an hour.
    pub(super) fn wait(&mut self, ending: &Ending, took: Duration, chance: f64) -> Duration {
        // A poll that takes longer than its interval must not follow on its own heels.
        let regular = self.interval.saturating_sub(took).max(took / 10);
        match ending {
            Ending::Settled => {
                self.failures = 0;
                regular
            }
            Ending::Failed { retry_after } => {
                let doubled = FIRST_RETRY.saturating_mul(1 << self.failures.min(20));
                self.failures = self.failures.saturating_add(1);
                let widest = doubled.min(self.interval);
                let backoff = SHORTEST_RETRY.max(widest.mul_f64(chance.clamp(0.0, 1.0)));
                let asked = retry_after.unwrap_or_default().min(LONGEST_PAUSE);
                backoff.max(asked)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn failed(retry_after: Option<u64>) -> Ending {
        Ending::Failed { retry_after: retry_after.map(Duration::from_secs) }
    }

    #[test]
    fn few_targets_start_at_once_and_many_spread_over_the_interval() {
        assert_eq!(first_delay(2, 3, 5 * MINUTE), Duration::from_millis(500));
        let last = first_delay(9_999, 10_000, 5 * MINUTE);
        assert!(last > 4 * MINUTE && last <= 5 * MINUTE, "{last:?}");
    }

    #[test]
    fn good_polls_keep_the_rhythm() {
        let mut schedule = Schedule::new(MINUTE);
        let took = Duration::from_secs(10);
        assert_eq!(schedule.wait(&Ending::Settled, took, 0.5), Duration::from_secs(50));
        assert_eq!(schedule.wait(&Ending::Settled, 2 * MINUTE, 0.5), MINUTE / 5);
    }

    #[test]
    fn failures_back_off_up_to_the_interval_and_a_success_starts_anew() {
        let mut schedule = Schedule::new(MINUTE);
        let waits: Vec<u64> = (0..6).map(|_| schedule.wait(&failed(None), MINUTE, 1.0).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60]);
        schedule.wait(&Ending::Settled, Duration::ZERO, 1.0);
        assert_eq!(schedule.wait(&failed(None), Duration::ZERO, 1.0).as_secs(), 5);
        assert_eq!(schedule.wait(&failed(None), Duration::ZERO, 0.0).as_secs(), 1);
    }

    #[test]
    fn a_pause_that_was_asked_for_is_kept_within_bounds() {
        let mut schedule = Schedule::new(MINUTE);
        assert_eq!(schedule.wait(&failed(Some(120)), Duration::ZERO, 0.0), 2 * MINUTE);
        assert_eq!(schedule.wait(&failed(Some(31_536_000)), Duration::ZERO, 0.0), 60 * MINUTE);
    }
}
