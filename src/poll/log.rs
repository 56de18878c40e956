//! What the log says of polls: a line when a collector begins to fail, when the
//! reason is a new one, once an hour while it lasts, and when it is over. All
//! other polls are for the debug level.

use std::time::Duration;

use humantime::format_duration;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::observation::{Failures, News};
use crate::upstream::{Error, Unreadable};

/// Of a poll that went well.
pub(super) fn succeeded(target: &str, collector: &str, unreadable: &Unreadable, news: News) {
    for (field, count) in unreadable.iter() {
        debug!(target = %target, collector, field, count, "unreadable values");
    }
    if let News::Recovers(Failures { polls, lasted }) = news {
        let lasted = whole_seconds(lasted);
        info!(target = %target, collector, failed_polls = polls, failed_for = %lasted, "poll succeeds again");
    }
}

/// Of a poll that failed.
pub(super) fn failed(target: &str, collector: &str, error: &Error, news: News) {
    let (reason, hint) = (error.reason().as_str(), error.hint());
    let next_sign_in = error.next_sign_in().map(when);
    if let News::Fails(Failures { polls, lasted }) = news {
        let (failed_polls, failed_for) = match polls {
            1 => (None, None),
            _ => (Some(polls), Some(whole_seconds(lasted).to_string())),
        };
        warn!(target = %target, collector, reason, %error, hint, next_sign_in, failed_polls, failed_for, "poll failed");
    } else {
        debug!(target = %target, collector, reason, %error, next_sign_in, "poll failed again");
    }
}

/// When a secret that did not lead to a session is tried again.
fn when(at: Instant) -> String {
    let left = whole_seconds(at.saturating_duration_since(Instant::now()));
    format!("in {left} at the earliest, sooner if the secret changes")
}

fn whole_seconds(length: Duration) -> humantime::FormattedDuration {
    format_duration(Duration::from_secs(length.as_secs()))
}
