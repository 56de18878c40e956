//! Whoever calls at the front door: requests by hand, over TLS of any kind, and the certificates for it.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion,
};

use super::PATIENCE;

/// A certificate with its key.
pub(crate) struct Identity {
    pub(crate) pem: String,
    pub(crate) key_pem: String,
    der: CertificateDer<'static>,
    key: Vec<u8>,
}

/// Who issues certificates.
pub(crate) struct Ca {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A certificate for either end of a connection.
    pub(crate) fn issue(&self, names: Vec<SanType>) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = names;
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        Identity::of(&params.signed_by(&key, &self.issuer).unwrap(), &key)
    }
}

impl Identity {
    /// As `openssl req -x509` makes them: its own issuer, marked as a CA.
    pub(crate) fn self_signed(last_year: i32) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_after = rcgen::date_time_ymd(last_year, 12, 31);
        let certificate = params.self_signed(&key).unwrap();
        Self::of(&certificate, &key)
    }

    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            der: certificate.der().clone(),
            key: key.serialize_der(),
        }
    }

    pub(crate) fn localhost() -> Self {
        Ca::new().issue(vec![SanType::DnsName("localhost".try_into().unwrap())])
    }

    /// Writes `server.crt` and `server.key`.
    pub(crate) fn write(&self, dir: &Path) {
        std::fs::write(dir.join("server.crt"), &self.pem).unwrap();
        std::fs::write(dir.join("server.key"), &self.key_pem).unwrap();
    }
}

/// One way to call.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub(crate) tls: Option<Arc<ClientConfig>>,
    /// `NAME:PASSWORD`
    pub(crate) user: Option<&'static str>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    /// The certificate that was shown.
    pub(crate) certificate: Option<Vec<u8>>,
}

impl Call {
    pub(crate) fn tls(config: ClientConfig) -> Self {
        Self { tls: Some(Arc::new(config)), user: None }
    }

    pub(crate) fn user(self, user: &'static str) -> Self {
        Self { user: Some(user), ..self }
    }

    /// One request on a connection of its own; an error in words if there is no answer.
    pub(crate) async fn get(&self, address: &str, path: &str) -> Result<Reply, String> {
        let (call, address, path) = (self.clone(), address.to_owned(), path.to_owned());
        tokio::task::spawn_blocking(move || call.get_blocking(&address, &path)).await.unwrap()
    }

    fn get_blocking(&self, address: &str, path: &str) -> Result<Reply, String> {
        let authorization =
            self.user.map(|user| format!("Authorization: Basic {}\r\n", base64(user.as_bytes())));
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n",
            authorization.unwrap_or_default()
        );
        let mut tcp = TcpStream::connect(address).map_err(|error| error.to_string())?;
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answer = Vec::new();
        let mut certificate = None;
        match &self.tls {
            None => {
                tcp.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
                tcp.read_to_end(&mut answer).map_err(|error| error.to_string())?;
            }
            Some(config) => {
                let name = ServerName::try_from("localhost").unwrap();
                let connection = ClientConnection::new(Arc::clone(config), name).unwrap();
                let mut stream = rustls::StreamOwned::new(connection, tcp);
                stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
                // Go ends TLS without saying so to whoever asked for the end.
                let end = stream.read_to_end(&mut answer);
                if answer.is_empty() {
                    return Err(end.err().map_or_else(|| "no answer".to_owned(), |error| error.to_string()));
                }
                certificate = stream.conn.peer_certificates().map(|chain| chain[0].to_vec());
            }
        }
        let mut reply = Reply::read(&String::from_utf8_lossy(&answer))?;
        reply.certificate = certificate;
        Ok(reply)
    }

    /// The protocol that is agreed on where HTTP/2 and HTTP/1.1 are offered.
    pub(crate) async fn protocol(address: &str) -> String {
        let address = address.to_owned();
        tokio::task::spawn_blocking(move || {
            let mut config = client(None, rustls::ALL_VERSIONS);
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            let name = ServerName::try_from("localhost").unwrap();
            let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
            let mut tcp = TcpStream::connect(address).unwrap();
            connection.complete_io(&mut tcp).unwrap();
            String::from_utf8(connection.alpn_protocol().unwrap_or_default().to_vec()).unwrap()
        })
        .await
        .unwrap()
    }
}

impl Reply {
    fn read(text: &str) -> Result<Self, String> {
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| format!("no answer: {text:?}"))?;
        let mut lines = head.lines();
        let status =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok());
        let header = |line: &str| line.split_once(": ").map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned()));
        Ok(Self {
            status: status.ok_or_else(|| format!("no status: {head}"))?,
            headers: lines.filter_map(header).collect(),
            body: body.to_owned(),
            certificate: None,
        })
    }
}

/// A client that trusts any server, with or without a certificate of its own.
pub(crate) fn client(
    identity: Option<&Identity>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    client_of(rustls::crypto::aws_lc_rs::default_provider(), identity, versions)
}

/// The same with these algorithms.
pub(crate) fn client_of(
    provider: CryptoProvider,
    identity: Option<&Identity>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let key = PrivateKeyDer::Pkcs8(identity.key.clone().into());
            builder.with_client_auth_cert(vec![identity.der.clone()], key).unwrap()
        }
    };
    // Every server here is called `localhost`: what one has agreed on is of no use with another.
    config.resumption = Resumption::disabled();
    config
}

#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
