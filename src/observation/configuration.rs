//! How reading a settings file went.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::time::Instant;

/// A settings file as it was last read.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// When the one in force was read.
    pub accepted: Instant,
    /// The last attempt, if it was refused: what is in force is an earlier one.
    pub refused: Option<Refusal>,
}

/// A settings file that was refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// When it was read.
    pub at: Instant,
    /// What is wrong with it.
    pub message: String,
}

/// The latest of a settings file that is read again and again.
#[derive(Debug)]
pub struct Reading(ArcSwap<Configuration>);

impl Reading {
    /// A file that was accepted just now.
    pub(super) fn new() -> Self {
        Self(ArcSwap::from_pointee(Configuration { accepted: Instant::now(), refused: None }))
    }

    /// How it went.
    pub fn latest(&self) -> Arc<Configuration> {
        self.0.load_full()
    }

    /// The file was read and is in force, just now.
    pub fn accepted(&self) {
        self.0.store(Arc::new(Configuration { accepted: Instant::now(), refused: None }));
    }

    /// The file was read again and refused; the one before is in force.
    pub fn refused(&self, message: String) {
        let accepted = self.0.load().accepted;
        let refused = Some(Refusal { at: Instant::now(), message });
        self.0.store(Arc::new(Configuration { accepted, refused }));
    }
}
