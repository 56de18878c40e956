//! What is known of one collector of a target.

use std::sync::Arc;

use tokio::time::Instant;

use super::latest::Observation;
use super::outcome::Outcome;

/// One collector of a target.
#[derive(Debug)]
pub struct Part {
    /// The label `collector`.
    pub name: &'static str,
    /// When the last good poll ended, however long ago.
    pub last_good: Option<Instant>,
    /// What is shown of it.
    pub fresh: Option<Arc<Observation>>,
    /// How the last poll ended; `None` before the first.
    pub outcome: Option<Arc<Outcome>>,
}
