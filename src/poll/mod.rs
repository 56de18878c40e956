//! When to poll, and what a poll is; nothing of what is polled.
//!
//! ```text
//! collector.rs  what a system implements to be polled
//! poller.rs     the life of one target: poll, record, wait, sign out
//! log.rs        what the log says of it
//! schedule.rs   when the next poll starts: interval, backoff, jitter
//! turns.rs      how many polls at once
//! ```

mod collector;
mod log;
mod poller;
mod schedule;
mod turns;

pub use self::collector::{Collector, Findings, SignOut, Subject, Target};
pub use self::poller::Poller;
pub use self::schedule::first_delay;
pub use self::turns::Turns;
