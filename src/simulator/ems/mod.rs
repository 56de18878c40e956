//! A FortiClient EMS on its own server: signing in to a site, the endpoint list, the licence.

mod auth;
mod envelope;
mod filters;
mod inventory;
mod license;
mod pages;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::sync::Arc;

use serde_json::Value;

use super::fleet::Fleet;
use super::gate::Gate;
use super::lock::lock;
use super::{Certificate, Error, Simulation};
use pages::EmsPages;

pub(super) use inventory::Inventory;
pub use inventory::OldIndex;
pub use license::demo_ems_license;
pub use pages::SignInRefusal;

/// A running EMS; clones are handles on the same one, and the last to go stops it.
///
/// It starts with the account `exporter` / `demo-password` at the site `Default`, a demo fleet of 500 and
/// [`demo_ems_license`] as of now, as version 7.4.3.
#[derive(Clone)]
pub struct Ems {
    simulation: Arc<Simulation>,
    pages: Arc<EmsPages>,
}

impl Ems {
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
        let pages = Arc::new(EmsPages::new());
        let gate = Gate::new("exporter", "demo-password");
        let simulation = Simulation::start(certificate, gate, Arc::clone(&pages))?;
        Ok(Self { simulation: Arc::new(simulation), pages })
    }

    /// Replaces the endpoints, also in the middle of a client's walk through them.
    pub fn set_fleet(&self, fleet: Fleet) {
        self.pages.inventory.set_fleet(fleet);
    }

    /// Replaces the licence: what stands under `data`.
    pub fn set_license(&self, data: Value) {
        self.pages.inventory.set_license(data);
    }

    /// Refuses the licence with 403 and -5, as for a role that may not read it (default: no).
    pub fn forbid_license(&self, forbidden: bool) {
        self.pages.inventory.forbid_license(forbidden);
    }

    /// Sets the version it says it is.
    pub fn set_version(&self, version: &str) {
        self.pages.inventory.set_version(version);
    }

    /// Never gives more rows than this on one page, whatever is asked for (default: no cap).
    pub fn set_page_cap(&self, rows: usize) {
        self.pages.inventory.set_page_cap(rows);
    }

    /// Has its endpoint list where EMS 6.2 had it, and not where it is since 7.0 (default: no).
    pub fn set_old_index(&self, old: Option<OldIndex>) {
        self.pages.inventory.set_old_index(old);
    }

    /// Sends its endpoint list in gzip, and notes it when a client would not take it so (default: no).
    pub fn set_gzip(&self, gzip: bool) {
        self.pages.inventory.set_gzip(gzip);
    }

    /// Names the one site there is.
    pub fn set_site(&self, site: &str) {
        site.clone_into(&mut lock(&self.pages.settings).site);
    }

    /// Chooses how a refused sign-in looks (default: 400). No capture of the real one is public.
    pub fn refuse_sign_in_with(&self, refusal: SignInRefusal) {
        lock(&self.pages.settings).refusal = refusal;
    }

    /// Puts a prefix before the name of the session's cookie. Not seen on an EMS yet, but on FortiManagers.
    pub fn set_cookie_prefix(&self, prefix: &str) {
        prefix.clone_into(&mut lock(&self.pages.settings).cookie_prefix);
    }

    /// Gives the session a new cookie with every answer (default: no). A few older values stay good for
    /// requests under way, the first one soon does not: a client must use a cookie jar.
    pub fn reissue_sessions(&self, reissue: bool) {
        lock(&self.pages.settings).reissue = reissue;
    }
}

impl Deref for Ems {
    type Target = Simulation;

    fn deref(&self) -> &Simulation {
        &self.simulation
    }
}
