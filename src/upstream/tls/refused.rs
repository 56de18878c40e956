//! A refused certificate, with the line that would accept it.

use rustls::CertificateError;

use crate::config::Pin;
use crate::upstream::error::{Error, quoted};
use crate::upstream::reason::Reason;

/// Why a certificate was not accepted, and which certificate it was. Travels
/// inside `rustls::Error` from the handshake to the classification of errors.
#[derive(Debug, thiserror::Error)]
#[error("certificate {pin} refused: {cause}")]
pub(in crate::upstream) struct CertificateRefused {
    pub(super) pin: Pin,
    pub(super) cause: rustls::Error,
    pub(super) asked_name: String,
}

impl CertificateRefused {
    /// The error an operator sees. Only after comparing the fingerprint with
    /// the one the appliance itself shows is the suggested line safe: so the
    /// hint says.
    pub(in crate::upstream) fn to_error(&self, host: &str) -> Error {
        let Self { pin, cause, asked_name } = self;
        let why = match cause {
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                "it is signed by nobody this exporter trusts".to_owned()
            }
            // As after a CA was made anew under its old name.
            rustls::Error::InvalidCertificate(CertificateError::BadSignature) => {
                "its issuer has the name of a trusted one, but not its key".to_owned()
            }
            rustls::Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            ) => "it has expired".to_owned(),
            rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => format!("it is not valid for the name {asked_name}"),
            rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure) => {
                "it is none of the pinned ones: it was replaced, or somebody else answers".to_owned()
            }
            other => quoted(&other.to_string()),
        };
        let message = format!("the certificate of {host} was refused: {why}; its SHA-256 is {pin}");
        let hint = format!(
            "compare this SHA-256 with the certificate shown on the system itself; if they are equal, write under this target: tls: {{ pin_sha256: {pin} }}"
        );
        Error::new(Reason::Tls, message).with_hint(hint)
    }
}
