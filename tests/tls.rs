//! Which certificates are accepted, and what a refusal tells an operator.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use fortinet_exporter::simulator::{Certificate, FortiManager};
use fortinet_exporter::upstream::{Error, Reason};

use crate::support::{Binary, Finished, collect, run, target};

/// A FortiManager with a certificate, and a folder for CA files.
struct Bench {
    certificate: Certificate,
    fortimanager: FortiManager,
    dir: tempfile::TempDir,
}

impl Bench {
    async fn new(certificate: Certificate) -> Self {
        let fortimanager = FortiManager::start(&certificate).await.unwrap();
        Self { certificate, fortimanager, dir: tempfile::tempdir().unwrap() }
    }

    fn config(&self, tls: &str) -> String {
        config(&self.fortimanager.url(), tls)
    }

    /// A `ca_file` setting for a file with this content.
    fn ca_file(&self, pem: &str) -> String {
        let path = self.dir.path().join("ca.pem");
        std::fs::write(&path, pem).unwrap();
        setting(&path)
    }

    async fn accepts(&self, tls: &str) {
        let result = collect(&target(&self.config(tls)), "license").await;
        result.unwrap_or_else(|error| panic!("{tls}: {error}"));
    }

    /// The refusal, which came before anything was sent.
    async fn refuses(&self, tls: &str) -> Error {
        let before = self.fortimanager.requests().len();
        let error = collect(&target(&self.config(tls)), "license").await.unwrap_err();
        assert_eq!(error.reason(), Reason::Tls, "{tls}: {error}");
        assert_eq!(self.fortimanager.requests().len(), before);
        error
    }

    async fn probe(&self, tls: &str) -> Finished {
        run(self.config(tls).as_bytes(), &["probe", "fmg", "--config.file=CONFIG"]).await
    }
}

fn config(url: &str, tls: &str) -> String {
    format!(
        "fortimanagers:\n  - name: fmg\n    url: {url}\n    username: exporter\n    password: demo-password\n    {tls}\n"
    )
}

fn setting(ca_file: &Path) -> String {
    format!("tls: {{ ca_file: {} }}", ca_file.display())
}

fn pin(certificate: &Certificate) -> String {
    format!("tls: {{ pin_sha256: {} }}", certificate.sha256())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ca_file_is_trusted_and_no_other_ca() {
    let bench = Bench::new(Certificate::generate().unwrap()).await;
    let other = Certificate::generate().unwrap();
    let both = [other.ca_pem(), bench.certificate.ca_pem()].concat();
    bench.accepts(&bench.ca_file(bench.certificate.ca_pem())).await;
    bench.accepts(&bench.ca_file(&both)).await;
    let stranger = bench.ca_file(Certificate::self_signed_factory().unwrap().ca_pem());
    for tls in ["", &stranger] {
        let error = bench.refuses(tls).await;
        assert!(error.to_string().contains("signed by nobody this exporter trusts"), "{error}");
    }
    // A CA made anew under its old name.
    let error = bench.refuses(&bench.ca_file(other.ca_pem())).await;
    assert!(error.to_string().contains("has the name of a trusted one, but not its key"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_a_refusal_suggests_works() {
    for certificate in [Certificate::generate().unwrap(), Certificate::self_signed_factory().unwrap()] {
        let bench = Bench::new(certificate).await;
        let refused = bench.probe("").await;
        assert_eq!(refused.code, Some(1), "{}", refused.stderr);
        assert!(refused.stderr.contains("FAILED (tls)"), "{}", refused.stderr);
        let fingerprint = format!("SHA-256 is {}", bench.certificate.sha256());
        assert!(refused.stderr.contains(&fingerprint), "{}", refused.stderr);
        let (_, line) = refused.stderr.split_once("write under this target: ").unzip();
        let line = line.and_then(|line| line.lines().next());
        let line = line.unwrap_or_else(|| panic!("no setting in {}", refused.stderr));
        let accepted = bench.probe(line).await;
        assert_eq!(accepted.code, Some(0), "{line}\n{}", accepted.stderr);
        assert!(accepted.stdout.contains("fortimanager_up{target=\"fmg\"} 1"), "{}", accepted.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factory_certificate_is_accepted_by_its_own_face_only() {
    let bench = Bench::new(Certificate::self_signed_factory().unwrap()).await;
    bench.accepts(&bench.ca_file(bench.certificate.leaf_pem())).await;
    bench.accepts(&pin(&bench.certificate)).await;
    bench.refuses("").await;
    let other = Certificate::self_signed_factory().unwrap();
    bench.refuses(&bench.ca_file(other.leaf_pem())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_accepts_its_certificate_and_nothing_else() {
    let bench = Bench::new(Certificate::generate().unwrap()).await;
    let other = Certificate::generate().unwrap();
    let error = bench.refuses(&pin(&other)).await;
    assert!(error.to_string().contains("it is none of the pinned ones"), "{error}");
    assert!(error.to_string().contains(&bench.certificate.sha256()), "{error}");
    let own = bench.certificate.sha256();
    bench.accepts(&format!("tls: {{ pin_sha256: [{}, {own}] }}", other.sha256())).await;
    // As openssl prints it.
    let pairs: Vec<String> =
        own.to_uppercase().as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into()).collect();
    bench.accepts(&format!("tls: {{ pin_sha256: \"{}\" }}", pairs.join(":"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_needs_server_name() {
    let bench = Bench::new(Certificate::for_name("fmg.example.com").unwrap()).await;
    let ca = bench.ca_file(bench.certificate.ca_pem());
    let error = bench.refuses(&ca).await;
    assert!(error.to_string().contains("not valid for the name 127.0.0.1"), "{error}");
    bench.accepts(&ca.replace(" }", ", server_name: fmg.example.com }")).await;
    let error = bench.refuses(&ca.replace(" }", ", server_name: ems.example.com }")).await;
    assert!(error.to_string().contains("not valid for the name ems.example.com"), "{error}");
    // A name is no trust.
    bench.refuses("tls: { server_name: fmg.example.com }").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_is_refused_in_words_unless_it_is_pinned() {
    let bench = Bench::new(Certificate::expired().unwrap()).await;
    let error = bench.refuses(&bench.ca_file(bench.certificate.ca_pem())).await;
    assert!(error.to_string().contains("it has expired"), "{error}");
    bench.accepts(&pin(&bench.certificate)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_can_be_given_up_but_not_in_silence() {
    let bench = Bench::new(Certificate::expired().unwrap()).await;
    let pinned = bench.config(&pin(&bench.certificate)).replace("fmg", "pinned");
    let entry = pinned.split_once('\n').unwrap().1;
    let binary = Binary::serve(&(bench.config("tls: { insecure_skip_verify: true }") + entry)).await;
    let page = binary.metrics_when_ready().await;
    let disabled =
        |name: &str| page.get(&format!("fortinet_exporter_tls_verification_disabled{{target=\"{name}\"}}"));
    assert_eq!((disabled("fmg"), disabled("pinned")), (Some(1.0), Some(0.0)));
    assert_eq!(page.get("fortimanager_up{target=\"fmg\"}"), Some(1.0));
    let log = binary.log();
    let warnings: Vec<&str> = log.lines().filter(|line| line.contains("insecure_skip_verify")).collect();
    assert_eq!(warnings.len(), 1, "{log}");
    assert!(warnings[0].contains("level=warn") && warnings[0].contains("fmg"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowest_version_is_held_to() {
    let bench = Bench::new(Certificate::generate().unwrap()).await;
    let pinned = pin(&bench.certificate);
    bench.accepts(&pinned.replace(" }", ", min_version: TLS13 }")).await;
    bench.accepts(&pinned.replace(" }", ", min_version: TLS12 }")).await;

    let url = tls12_server();
    let anything = "tls: { insecure_skip_verify: true, min_version: TLS1x }";
    for (version, reason) in [("TLS12", Reason::HttpStatus), ("TLS13", Reason::Tls)] {
        let tls = anything.replace("TLS1x", version);
        let error = collect(&target(&config(&url, &tls)), "license").await.unwrap_err();
        assert_eq!(error.reason(), reason, "{error}");
    }
}

/// A server that speaks no newer TLS than 1.2 and answers 503 to everything.
fn tls12_server() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap().der().clone();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let server = Arc::new(server);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&server)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            // Who refuses the handshake breaks off here.
            if stream.read(&mut [0; 4096]).is_ok() {
                let answer = b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    url
}
