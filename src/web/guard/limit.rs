//! A token bucket: requests beyond the rate are refused.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many requests are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// From one request to the next, over time.
    pub(super) interval: Duration,
    /// So many may come at once.
    pub(super) burst: u32,
}

/// The bucket, full at first; each request takes one token, each interval brings one.
#[derive(Debug)]
pub(super) struct Limit {
    rate: Rate,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    seen: Instant,
}

impl Limit {
    pub(super) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, bucket: Mutex::new(Bucket { tokens: f64::from(rate.burst), seen: now }) }
    }

    /// Whether one more request is answered.
    pub(super) fn allows(&self, now: Instant) -> bool {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_duration_since(bucket.seen).as_secs_f64();
        bucket.seen = bucket.seen.max(now);
        let tokens = bucket.tokens + passed / self.rate.interval.as_secs_f64();
        bucket.tokens = tokens.min(f64::from(self.rate.burst));
        let allows = bucket.tokens >= 1.0;
        if allows {
            bucket.tokens -= 1.0;
        }
        allows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_answered_then_one_per_interval() {
        let (second, start) = (Duration::from_secs(1), Instant::now());
        let limit = Limit::new(Rate { interval: second, burst: 3 }, start);
        let answered = |now| (0..10).filter(|_| limit.allows(now)).count();
        assert_eq!(answered(start), 3);
        assert_eq!(answered(start + second / 2), 0);
        assert_eq!(answered(start + second), 1);
        // A long silence saves up no more than a burst.
        assert_eq!(answered(start + second * 1000), 3);
    }
}
