//! The certificates a simulated appliance presents, made at start: nothing secret lies in the repository.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::Error;

/// A leaf certificate with its key, and the CA an operator would trust for it.
#[derive(Clone)]
pub struct Certificate {
    ca_pem: String,
    leaf_pem: String,
    leaf: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Certificate {
    /// A CA and a leaf signed by it for 127.0.0.1, ::1 and localhost.
    pub fn generate() -> Result<Self, Error> {
        Self::signed(CertificateParams::new(loopback())?)
    }

    /// The same, but the leaf is for `name` only: what a client needs a `server_name` setting for.
    pub fn for_name(name: &str) -> Result<Self, Error> {
        Self::signed(CertificateParams::new(vec![name.to_owned()])?)
    }

    /// For loopback like [`Self::generate`], but its validity ended on 1 January 2021.
    pub fn expired() -> Result<Self, Error> {
        let mut leaf = CertificateParams::new(loopback())?;
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(2021, 1, 1);
        Self::signed(leaf)
    }

    /// What an appliance carries from the factory: signed by itself, marked as a CA, a common name and
    /// no subject alternative name. No verifier accepts it from a CA file; only its fingerprint helps.
    pub fn self_signed_factory() -> Result<Self, Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "FMG-VM0000000000");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let leaf = params.self_signed(&key)?;
        Ok(Self {
            ca_pem: leaf.pem(),
            leaf_pem: leaf.pem(),
            leaf: leaf.der().clone(),
            key: key.serialize_der(),
        })
    }

    fn signed(mut leaf: CertificateParams) -> Result<Self, Error> {
        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.distinguished_name.push(DnType::CommonName, "Simulated Company CA");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_pem = ca.self_signed(&ca_key)?.pem();

        let key = KeyPair::generate()?;
        leaf.distinguished_name.push(DnType::CommonName, "Simulated appliance");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key))?;
        Ok(Self { ca_pem, leaf_pem: leaf.pem(), leaf: leaf.der().clone(), key: key.serialize_der() })
    }

    /// The CA in PEM: what an operator writes into `ca_file`.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The leaf in PEM, as a browser would save it.
    pub fn leaf_pem(&self) -> &str {
        &self.leaf_pem
    }

    /// SHA-256 of the leaf's DER: 64 lower-case hex digits without colons.
    pub fn sha256(&self) -> String {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.leaf)
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// A server's TLS settings. The provider is named here, so no process-wide default is needed or set.
    pub(super) fn server_config(&self) -> Result<ServerConfig, Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.leaf.clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn loopback() -> Vec<String> {
    ["127.0.0.1", "::1", "localhost"].map(str::to_owned).to_vec()
}
