//! The exporter about itself: its own metrics, and its log.
//!
//! ```text
//! definitions.rs  every `fortinet_exporter_*` metric
//! own.rs          the registry: what there is once per process
//! series.rs       what there is per target and collector, for as long as it is polled
//! claims.rs       who still writes to which series
//! logging.rs      the log
//! ```

mod claims;
pub mod definitions;
pub mod logging;
mod own;
mod series;

pub use self::own::OwnMetrics;
pub use self::series::{CollectorMetrics, TargetMetrics};
