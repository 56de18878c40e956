//! How the polls of a collector end, and what of that is news.

use std::time::Duration;

use tokio::time::Instant;

/// A failure that lasts is news again after this long.
const REMINDER: Duration = Duration::from_secs(3600);

/// How the last poll ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// When the first of the polls ended that have all gone as this one: well, or not.
    pub since: Instant,
    /// How many they are.
    pub polls: u64,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// Why they failed, and when each of these reasons was news last.
    told: Vec<(&'static str, Instant)>,
}

/// A failed poll in words, free of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// From the closed set of reasons.
    pub reason: &'static str,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// Until when nobody signs in with the same secret again.
    pub next_sign_in: Option<Instant>,
}

/// What is worth telling of a poll that has just ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It went as was to be expected after those before.
    None,
    /// It failed for a reason that none of the failures before had, or none for an hour.
    Fails(Failures),
    /// It went well after failures.
    Recovers(Failures),
}

/// Failed polls in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub polls: u64,
    /// From the end of the first until now.
    pub lasted: Duration,
}

impl Outcome {
    /// Of a poll that ended `now`, after those `before`.
    pub(super) fn of(failure: Option<Failure>, before: Option<&Self>, now: Instant) -> (Self, News) {
        let alike = before.filter(|before| before.failure.is_some() == failure.is_some());
        let mut outcome = Self {
            since: alike.map_or(now, |before| before.since),
            polls: alike.map_or(0, |before| before.polls) + 1,
            failure,
            told: alike.map(|before| before.told.clone()).unwrap_or_default(),
        };
        let news = match (&outcome.failure, before) {
            (Some(failure), _) if !outcome.was_told(failure.reason, now) => {
                let reason = failure.reason;
                outcome.told.retain(|(told, _)| *told != reason);
                outcome.told.push((reason, now));
                News::Fails(outcome.so_far(now))
            }
            (None, Some(before)) if before.failure.is_some() => News::Recovers(before.so_far(now)),
            _ => News::None,
        };
        (outcome, news)
    }

    fn was_told(&self, reason: &str, now: Instant) -> bool {
        let is_recent = |at: Instant| now.saturating_duration_since(at) < REMINDER;
        self.told.iter().any(|(told, at)| *told == reason && is_recent(*at))
    }

    fn so_far(&self, now: Instant) -> Failures {
        Failures { polls: self.polls, lasted: now.saturating_duration_since(self.since) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// The minutes at which a poll is news, of one poll a minute that ends as
    /// `end` says of the minute, and that news.
    fn told(minutes: u32, end: impl Fn(u32) -> Option<&'static str>) -> Vec<(u32, News)> {
        let start = Instant::now();
        let (mut before, mut all) = (None, Vec::new());
        for minute in 0..minutes {
            let failure = end(minute).map(|reason| Failure {
                reason,
                message: format!("at minute {minute}"),
                hint: String::new(),
                next_sign_in: None,
            });
            let (outcome, news) = Outcome::of(failure, before.as_ref(), start + MINUTE * minute);
            before = Some(outcome);
            all.push((minute, news));
        }
        all.retain(|(_, news)| *news != News::None);
        all
    }

    fn failures(polls: u64, minutes: u32) -> Failures {
        Failures { polls, lasted: MINUTE * minutes }
    }

    #[test]
    fn a_failure_is_news_when_it_begins_once_an_hour_and_when_it_is_over() {
        let end = |minute| (5..130).contains(&minute).then_some("connect");
        let news = [
            (5, News::Fails(failures(1, 0))),
            (65, News::Fails(failures(61, 60))),
            (125, News::Fails(failures(121, 120))),
            (130, News::Recovers(failures(125, 125))),
        ];
        assert_eq!(told(200, end), news);
    }

    #[test]
    fn another_reason_is_news_and_one_that_comes_and_goes_is_so_once_an_hour() {
        let end = |minute| Some(if minute % 2 == 0 { "connect" } else { "timeout" });
        let minutes: Vec<u32> = told(62, end).into_iter().map(|(minute, _)| minute).collect();
        assert_eq!(minutes, [0, 1, 60, 61]);
    }

    #[test]
    fn the_next_failure_after_a_good_poll_is_news() {
        let end = |minute| (minute != 1).then_some("connect");
        let minutes: Vec<u32> = told(10, end).into_iter().map(|(minute, _)| minute).collect();
        assert_eq!(minutes, [0, 1, 2]);
    }
}
