//! The exporter about itself: its own metrics, and its log.

pub mod logging;
mod own;

pub use self::own::{CollectorMetrics, OwnMetrics, TargetMetrics, definitions};
