//! The exporter about itself: its own metrics, and its log.
//!
//! ```text
//! definitions.rs  every `fortinet_exporter_*` metric
//! own.rs          all of them: what there is once per process, and per target
//! reloads.rs      how reading the settings files went
//! series.rs       what there is of one target and of one collector
//! handles.rs      who writes to them, for as long as the target is polled
//! listed.rs       all of them as a list, for the page
//! claims.rs       who still writes to which series
//! logging.rs      the log
//! ```

mod claims;
pub mod definitions;
mod handles;
mod listed;
pub mod logging;
mod own;
mod reloads;
mod series;

pub use self::handles::{CollectorMetrics, TargetMetrics};
pub use self::listed::OwnTargets;
pub use self::own::{OwnMetrics, PollMetrics};
pub use self::reloads::Reloads;
