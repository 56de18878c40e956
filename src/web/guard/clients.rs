//! Certificates of clients: who has to show one, and which is good enough.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ParsedCertificate, VerifierBuilderError, WebPkiClientVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
};

use super::sans;

/// What is asked of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Nothing,
    /// It may do without a certificate, but one that it shows may have to be good.
    IfGiven {
        verified: bool,
    },
    Always {
        verified: bool,
    },
}

impl Asked {
    /// Whether a certificate must come from an issuer that is trusted.
    pub(super) fn is_verified(self) -> bool {
        matches!(self, Self::IfGiven { verified: true } | Self::Always { verified: true })
    }
}

/// Checks what clients show.
#[derive(Debug)]
pub(super) struct Clients {
    is_mandatory: bool,
    /// Checks chain, dates and purpose, where only certain issuers will do.
    issuers: Option<Arc<dyn ClientCertVerifier>>,
    /// These are good as they are: one that is self-signed is its own issuer, which no verifier of chains takes.
    trusted: Vec<CertificateDer<'static>>,
    /// One of these must be among the certificate's names.
    allowed_sans: Option<Vec<String>>,
    provider: Arc<CryptoProvider>,
}

impl Clients {
    pub(super) fn new(
        asked: Asked,
        trusted: Vec<CertificateDer<'static>>,
        allowed_sans: Option<Vec<String>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let mut issuers = None;
        if asked.is_verified() {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(trusted.iter().cloned());
            issuers = Some(
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build()?,
            );
        }
        let is_mandatory = matches!(asked, Asked::Always { .. });
        Ok(Self { is_mandatory, issuers, trusted, allowed_sans, provider: Arc::clone(provider) })
    }

    /// Whether a client has to show a certificate, from an issuer that is trusted, with a certain name.
    pub(super) fn demands(&self) -> [bool; 3] {
        let demands = [true, self.issuers.is_some(), self.allowed_sans.is_some()];
        demands.map(|demand| demand && self.is_mandatory)
    }
}

/// Whether a certificate was refused for anything but its time.
fn is_timely(error: &Error) -> bool {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    let times = |cause: &CertificateError| {
        matches!(cause, Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. })
    };
    !matches!(error, Error::InvalidCertificate(cause) if times(cause))
}

impl ClientCertVerifier for Clients {
    fn client_auth_mandatory(&self) -> bool {
        self.is_mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.issuers.as_ref().map_or(&[], |issuers| issuers.root_hint_subjects())
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        // Whether it is a certificate at all.
        ParsedCertificate::try_from(end_entity)?;
        if let Some(issuers) = &self.issuers {
            match issuers.verify_client_cert(end_entity, intermediates, now) {
                // Its time was looked at first.
                Err(error) if is_timely(&error) && self.trusted.contains(end_entity) => {}
                result => {
                    result?;
                }
            }
        }
        match &self.allowed_sans {
            Some(allowed) if !sans::of(end_entity).iter().any(|san| allowed.contains(san)) => {
                Err(CertificateError::NotValidForName.into())
            }
            _ => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let schemes = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, schemes)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let schemes = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, schemes)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
