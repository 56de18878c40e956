//! The certificate verifier of one target.
//!
//! A factory certificate is usually self-signed with `CA:TRUE` and no name,
//! which no X.509 verifier accepts even when it is given as a root. So a
//! certificate that is pinned, or stands in `ca_file` itself, is accepted as
//! it is. The handshake's signature is always checked: whoever presents the
//! certificate must hold its key.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};

use super::refused::CertificateRefused;
use crate::config::{Pin, Tls, Trust};
use crate::upstream::error::Error;
use crate::upstream::reason::Reason;

#[derive(Debug)]
pub(super) struct Verifier {
    accept: Accept,
    /// Checks chain, dates and name, where the target has issuers to trust.
    issuers: Option<Arc<dyn ServerCertVerifier>>,
    /// The name to check instead of the URL's host.
    server_name: Option<ServerName<'static>>,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
enum Accept {
    Anything,
    /// These as they are; others by `issuers`, if there are any.
    Pins(Vec<Pin>),
}

impl Verifier {
    pub(super) fn new(
        tls: &Tls,
        issuers: Option<Arc<dyn ServerCertVerifier>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let accept = match &tls.trust {
            Trust::Anything => Accept::Anything,
            Trust::System => Accept::Pins(Vec::new()),
            Trust::Pins(pins) => Accept::Pins(pins.clone()),
            Trust::Roots(certificates) => Accept::Pins(certificates.iter().map(Pin::of).collect()),
        };
        let server_name = match &tls.server_name {
            Some(name) => Some(ServerName::try_from(name.clone()).map_err(|_| {
                Error::new(Reason::Tls, format!("`{name}` in server_name is not a host name"))
            })?),
            None => None,
        };
        Ok(Self { accept, issuers, server_name, provider: Arc::clone(provider) })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let pin = Pin::of(end_entity);
        match &self.accept {
            Accept::Anything => return Ok(ServerCertVerified::assertion()),
            Accept::Pins(pins) if pins.contains(&pin) => return Ok(ServerCertVerified::assertion()),
            Accept::Pins(_) => {}
        }
        let server_name = self.server_name.as_ref().unwrap_or(server_name);
        let cause = match &self.issuers {
            Some(issuers) => {
                match issuers.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
                    Ok(verified) => return Ok(verified),
                    Err(cause) => cause,
                }
            }
            None => CertificateError::ApplicationVerificationFailure.into(),
        };
        let asked_name = server_name.to_str().into_owned();
        let refused = CertificateRefused { pin, cause, asked_name };
        Err(rustls::Error::Other(OtherError(Arc::new(refused))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let schemes = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, schemes)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let schemes = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, schemes)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
