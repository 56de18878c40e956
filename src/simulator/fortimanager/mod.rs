//! A FortiManager: signing in to its web pages, the licence widget's data, signing out; JSON-RPC, also as an
//! instance of FortiManager Cloud.

mod auth;
mod data;
mod instance;
mod license;
mod pages;
mod policies;
mod rpc;
mod second_step;
mod settings;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::gate::Gate;
use super::lock::lock;
use super::{Certificate, Error, Simulation};
use instance::Instance;
use pages::FortiManagerPages;

pub use license::{demo_fortianalyzer_license, demo_license};
pub(super) use settings::Product;
pub use settings::{DeadSession, Generation};

/// A running FortiManager; clones are handles on the same one, and the last to go stops it.
///
/// It starts with the account `exporter` / `demo-password`, the API token `demo-api-token` and
/// [`demo_license`] as of now.
#[derive(Clone)]
pub struct FortiManager {
    simulation: Arc<Simulation>,
    pages: Arc<FortiManagerPages>,
}

impl FortiManager {
    /// Listens on a free loopback port with TLS.
    // Async because it spawns: only callers inside a runtime can do that.
    pub async fn start(certificate: &Certificate) -> Result<Self, Error> {
        Self::listen(Some(certificate), Product::FortiManager, demo_license(Timestamp::now()))
    }

    /// Listens on a free loopback port without TLS.
    pub async fn start_plain() -> Result<Self, Error> {
        Self::listen(None, Product::FortiManager, demo_license(Timestamp::now()))
    }

    pub(super) fn listen(
        certificate: Option<&Certificate>,
        product: Product,
        license: Value,
    ) -> Result<Self, Error> {
        let pages = Arc::new(FortiManagerPages::new(product, license));
        let gate = Gate::new("exporter", "demo-password");
        let simulation = Simulation::start(certificate, gate, Arc::clone(&pages))?;
        Ok(Self { simulation: Arc::new(simulation), pages })
    }

    /// An instance of FortiManager Cloud, which takes the access tokens given out at `forticloud`.
    pub(super) fn instance(
        certificate: Option<&Certificate>,
        forticloud: Arc<Simulation>,
    ) -> Result<Self, Error> {
        let license = demo_license(Timestamp::now());
        let pages = Arc::new(FortiManagerPages::new(Product::FortiManager, license));
        lock(&pages.settings).rpc_in_sessions = true;
        let instance = Arc::new(Instance::new(Arc::clone(&pages), forticloud));
        let simulation = Simulation::start(certificate, Instance::gate(), instance)?;
        Ok(Self { simulation: Arc::new(simulation), pages })
    }

    /// Replaces what the licence page answers.
    pub fn set_license(&self, payload: Value) {
        lock(&self.pages.settings).license = payload;
    }

    /// What the licence page answers.
    pub fn license(&self) -> Value {
        lock(&self.pages.settings).license.clone()
    }

    /// Replaces the API token, as generating a new one does.
    pub fn set_api_token(&self, token: &str) {
        token.clone_into(&mut lock(&self.pages.settings).api_token);
    }

    /// Replaces what stands at `url`, for the pages, by their proxy or of a database, and for JSON-RPC.
    pub fn set_data(&self, url: &str, data: Value) {
        lock(&self.pages.settings).data.insert(url.to_owned(), data);
    }

    /// Takes the right to read `url` away from the account, and from the token.
    pub fn refuse_data(&self, url: &str) {
        lock(&self.pages.settings).refused.insert(url.to_owned());
    }

    /// Chooses what a page answers when the session is gone (default: a redirect). No capture of the real
    /// answer is public, so a client has to recognise them all.
    pub fn answer_dead_sessions_with(&self, answer: DeadSession) {
        lock(&self.pages.settings).dead_session = answer;
    }

    /// Puts a prefix before the names of both session cookies, as some demo images do.
    pub fn set_cookie_prefix(&self, prefix: &str) {
        prefix.clone_into(&mut lock(&self.pages.settings).cookie_prefix);
    }

    /// Plays another generation of releases from now on (default: [`Generation::OneStep`]), as after an
    /// upgrade; sessions stay open.
    pub fn set_generation(&self, generation: Generation) {
        lock(&self.pages.settings).generation = generation;
    }

    /// Whether `/p/logout-api/` exists (default: yes, from 7.2 on); without it only the older logout is left.
    pub fn set_logout_api(&self, exists: bool) {
        lock(&self.pages.settings).logout_api = exists;
    }
}

impl Deref for FortiManager {
    type Target = Simulation;

    fn deref(&self) -> &Simulation {
        &self.simulation
    }
}
