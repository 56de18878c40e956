//! TLS to targets: a `rustls` configuration with a verifier that can explain
//! itself.

mod built_in;
mod refused;
mod verifier;

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{RootCertStore, SupportedProtocolVersion};
use rustls_platform_verifier::Verifier as SystemVerifier;
use tracing::info;

pub(super) use self::refused::CertificateRefused;
use self::verifier::Verifier;
use super::error::Error;
use super::reason::Reason;
use crate::config::{MinVersion, Tls, Trust};

/// As rustls counts them.
const TICKETS_PER_HOST: usize = 8;

/// What all targets' TLS settings have in common; the system's trust store is
/// read once, and only if a target needs it.
pub(crate) struct TlsContext {
    provider: Arc<CryptoProvider>,
    system: OnceLock<Arc<dyn ServerCertVerifier>>,
}

impl TlsContext {
    /// With aws-lc-rs, the same provider reqwest would take.
    pub(crate) fn new() -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        Self { provider, system: OnceLock::new() }
    }

    pub(crate) fn client_config(&self, tls: &Tls) -> Result<ClientConfig, Error> {
        let versions: &[&SupportedProtocolVersion] = match tls.min_version {
            MinVersion::Tls12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
            MinVersion::Tls13 => &[&rustls::version::TLS13],
        };
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(versions)
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(self.verifier(tls)?))
            .with_no_client_auth();
        // What is remembered for resuming sessions takes some kilobytes for each host. A pin is one
        // system's as a rule; with the others it is no more than a few dozen hosts that profit.
        let remembered = if matches!(tls.trust, Trust::Pins(_)) { 1 } else { 32 };
        config.resumption = Resumption::in_memory_sessions(remembered * TICKETS_PER_HOST);
        Ok(config)
    }

    fn verifier(&self, tls: &Tls) -> Result<Verifier, Error> {
        let issuers = match &tls.trust {
            Trust::System => Some(self.system()?),
            Trust::Roots(certificates) => {
                let mut store = RootCertStore::empty();
                // A leaf that cannot be an issuer is still worth a pin below.
                store.add_parsable_certificates(certificates.iter().cloned());
                if store.is_empty() {
                    None
                } else {
                    let provider = Arc::clone(&self.provider);
                    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
                        .build()
                        .map_err(|error| unusable(&error))?;
                    Some(verifier as Arc<dyn ServerCertVerifier>)
                }
            }
            Trust::Pins(_) | Trust::Anything => None,
        };
        Verifier::new(tls, issuers, &self.provider)
    }

    fn system(&self) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        if let Some(verifier) = self.system.get() {
            return Ok(Arc::clone(verifier));
        }
        let provider = Arc::clone(&self.provider);
        let verifier = SystemVerifier::new(Arc::clone(&provider)).or_else(|error| {
            let issuers = built_in::issuers();
            if issuers.is_empty() {
                return Err(error);
            }
            info!("this machine has no trust store: {} built-in issuers take its place", issuers.len());
            SystemVerifier::new_with_extra_roots(issuers.iter().cloned(), provider)
        });
        let verifier = verifier.map_err(|error| {
            let message = format!("this machine has no usable trust store: {error}");
            let hint = "install the package ca-certificates, or set `tls: { ca_file: … }` for the target";
            Error::new(Reason::Tls, message).with_hint(hint)
        })?;
        Ok(Arc::clone(self.system.get_or_init(|| Arc::new(verifier))))
    }
}

impl Default for TlsContext {
    fn default() -> Self {
        Self::new()
    }
}

fn unusable(error: &dyn std::error::Error) -> Error {
    Error::new(Reason::Tls, format!("TLS cannot be set up: {error}"))
}
