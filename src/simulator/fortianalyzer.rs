//! A FortiAnalyzer: the pages of a FortiManager, with another machine behind them.
//!
//! That it signs in and out in the same way is known of 7.6.3. What its licence page answers is not: it is
//! played with a FortiManager's keys, the contracts and sizes of a FortiAnalyzer in them.

use std::ops::Deref;

use jiff::Timestamp;

use super::fortimanager::Product;
use super::{Certificate, Error, FortiManager, demo_fortianalyzer_license};

/// A running FortiAnalyzer, with everything that a [`FortiManager`] can be told to do.
///
/// It starts with the account `exporter` / `demo-password` and [`demo_fortianalyzer_license`] as of now.
#[derive(Clone)]
pub struct FortiAnalyzer(FortiManager);

impl FortiAnalyzer {
    /// Listens on a free loopback port with TLS.
    // Async because it spawns: only callers inside a runtime can do that.
    pub async fn start(certificate: &Certificate) -> Result<Self, Error> {
        Self::listen(Some(certificate))
    }

    /// Listens on a free loopback port without TLS.
    pub async fn start_plain() -> Result<Self, Error> {
        Self::listen(None)
    }

    fn listen(certificate: Option<&Certificate>) -> Result<Self, Error> {
        let license = demo_fortianalyzer_license(Timestamp::now());
        FortiManager::listen(certificate, Product::FortiAnalyzer, license).map(Self)
    }
}

impl Deref for FortiAnalyzer {
    type Target = FortiManager;

    fn deref(&self) -> &FortiManager {
        &self.0
    }
}
