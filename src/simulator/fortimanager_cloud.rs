//! FortiManager Cloud: an instance, and FortiCloud, which gives out the tokens that it takes.
//!
//! What was published are the good answers. Refusals, lockout, the end of a session and signing out are played
//! as a FortiManager's.

use std::ops::Deref;
use std::sync::Arc;

use super::{Certificate, Error, FortiManager, Simulation, forticloud};

/// A running instance with its sign-in on another port; it can be told to do what a [`FortiManager`] can by
/// JSON-RPC.
///
/// It starts with the API user `demo-api-id` / `demo-password`.
#[derive(Clone)]
pub struct FortiManagerCloud {
    forticloud: Arc<Simulation>,
    instance: FortiManager,
}

impl FortiManagerCloud {
    /// Listens on two free loopback ports with TLS.
    // Async because it spawns: only callers inside a runtime can do that.
    pub async fn start(certificate: &Certificate) -> Result<Self, Error> {
        Self::listen(Some(certificate))
    }

    /// Listens on two free loopback ports without TLS.
    pub async fn start_plain() -> Result<Self, Error> {
        Self::listen(None)
    }

    fn listen(certificate: Option<&Certificate>) -> Result<Self, Error> {
        let forticloud = forticloud::start(certificate)?;
        let instance = FortiManager::instance(certificate, Arc::clone(&forticloud))?;
        Ok(Self { forticloud, instance })
    }

    /// Where access tokens are given out: its account is the API user, its sessions are the tokens.
    pub fn forticloud(&self) -> &Simulation {
        &self.forticloud
    }
}

impl Deref for FortiManagerCloud {
    type Target = FortiManager;

    fn deref(&self) -> &FortiManager {
        &self.instance
    }
}
