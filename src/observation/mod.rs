//! What polls brought: samples of defined metrics, how each poll ended, and
//! the latest of both per target. Nothing here knows where samples come from
//! or how they are shown.
//!
//! ```text
//! metric.rs   the definition of a metric: name, labels, help, source
//! samples.rs  values of such metrics, as one poll found them
//! store.rs    the latest observation and outcome of every target and collector
//! ```

mod metric;
mod samples;
mod store;

pub(crate) use self::metric::metrics;
pub use self::metric::{Kind, Metric};
pub use self::samples::{Sample, Samples, label, seconds};
pub use self::store::{CollectorState, Failure, Observation, Outcome, Store, TargetState};
