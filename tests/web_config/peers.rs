//! The same web configurations, given to Debian's node_exporter (1.5, the schema's reference) and to us: what starts
//! there starts here, and every caller is answered alike. What is meant to differ is in a table of its own.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rustls::ALL_VERSIONS;
use rustls::version::{TLS12, TLS13};

use super::{CONFIG, Folder, alice};
use crate::support::{Binary, Ca, Call, Identity, client, follow, run, until};

/// A node_exporter of our own without a single collector, ended when dropped.
struct NodeExporter {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl NodeExporter {
    fn start(folder: &Folder) -> Self {
        let mut child = Command::new("prometheus-node-exporter")
            .args(["--collector.disable-defaults", "--web.listen-address=127.0.0.1:0"])
            .arg(format!("--web.config.file={}", folder.web().display()))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the Debian package `prometheus-node-exporter` is installed");
        let log = follow(child.stderr.take().unwrap());
        Self { child, log }
    }

    /// Its address, or `None` once it has refused to start.
    async fn address(&mut self) -> Option<String> {
        until("node_exporter to start or to refuse", async || {
            let has_ended = self.child.try_wait().unwrap().is_some();
            let log = self.log.lock().unwrap().clone();
            let line = log.lines().find(|line| line.contains("TLS is ") && line.contains("abled."));
            match line.and_then(|line| line.split_once("address=")) {
                Some((_, address)) => Some(Some(address.trim().to_owned())),
                None => has_ended.then_some(None),
            }
        })
        .await
    }
}

impl Drop for NodeExporter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What became of one file: refused, or what each caller was answered.
type Outcome = Option<BTreeMap<&'static str, Answer>>;

/// Status and headers that the file may ask for; `None` where TLS does not come about.
type Answer = Option<(u16, BTreeMap<String, String>)>;

/// Everybody who calls.
struct Callers {
    /// The certificates that are trusted.
    trusted: String,
    calls: Vec<(&'static str, Call)>,
}

impl Callers {
    fn new() -> Self {
        let ca = Ca::new();
        let (known, stranger) = (ca.issue(Vec::new()), Ca::new().issue(Vec::new()));
        let (own, old) = (Identity::self_signed(2090), Identity::self_signed(2020));
        let tls = |identity: Option<&Identity>| Call::tls(client(identity, ALL_VERSIONS));
        let calls = vec![
            ("plain HTTP", Call::default()),
            ("plain HTTP, right password", Call::default().user("alice:open sesame")),
            ("TLS", tls(None)),
            ("TLS 1.2", Call::tls(client(None, &[&TLS12]))),
            ("TLS 1.3", Call::tls(client(None, &[&TLS13]))),
            ("certificate of the CA", tls(Some(&known))),
            ("certificate of a stranger", tls(Some(&stranger))),
            ("certificate that is itself trusted", tls(Some(&own))),
            ("certificate that is itself trusted and has expired", tls(Some(&old))),
            ("right password", tls(None).user("alice:open sesame")),
            ("wrong password", tls(None).user("alice:open barley")),
            ("unknown user", tls(None).user("bob:open sesame")),
        ];
        Self { trusted: [ca.pem, own.pem, old.pem].concat(), calls }
    }

    async fn call(&self, address: &str) -> BTreeMap<&'static str, Answer> {
        const HEADERS: [&str; 6] = [
            "www-authenticate",
            "content-security-policy",
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
            "x-xss-protection",
        ];
        let mut answers = BTreeMap::new();
        for (name, call) in &self.calls {
            let answer = call.get(address, "/metrics").await.ok().map(|mut reply| {
                reply.headers.retain(|name, _| HEADERS.contains(&name.as_str()));
                (reply.status, reply.headers)
            });
            answers.insert(*name, answer);
        }
        answers
    }
}

/// What they make of a web configuration: node_exporter and we.
async fn outcomes(folder: &Folder, callers: &Callers, web: &str) -> [Outcome; 2] {
    folder.write("web.yml", web);
    let mut node = NodeExporter::start(folder);
    let node = match node.address().await {
        Some(address) => Some(callers.call(&address).await),
        None => None,
    };
    let flag = format!("--web.config.file={}", folder.web().display());
    let checked = run(CONFIG.as_bytes(), &["--config.file=CONFIG", "--config.check", &flag]).await;
    let ours = if checked.code == Some(0) {
        let binary = Binary::start(CONFIG, &["--config.file=CONFIG", &flag]).await;
        Some(callers.call(binary.address()).await)
    } else {
        assert!(
            checked.stderr.contains("web.yml:") && checked.stderr.contains("fix: "),
            "{}",
            checked.stderr
        );
        None
    };
    [node, ours]
}

fn folder(callers: &Callers) -> Folder {
    let folder = Folder::new();
    folder.write("clients.crt", &callers.trusted);
    folder.write("other.key", &Identity::localhost().key_pem);
    folder
}

/// `TLS` stands for a certificate and its key.
fn with_tls(web: &str) -> String {
    web.replace("TLS;", "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n")
}

/// Files that both take, or both refuse.
const ALIKE: &[(&str, bool)] = &[
    ("", true),
    ("TLS;", true),
    ("TLS;  min_version: TLS13\n", true),
    ("TLS;  max_version: TLS12\n", true),
    ("TLS;  client_auth_type: RequestClientCert\n", true),
    ("TLS;  client_auth_type: RequireAnyClientCert\n", true),
    ("TLS;  client_auth_type: RequireClientCert\n", true),
    ("TLS;  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: clients.crt\n", true),
    ("TLS;  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: clients.crt\n", true),
    (
        "TLS;  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n  curve_preferences: [CurveP256, CurveP384]\n",
        true,
    ),
    ("TLS;  prefer_server_cipher_suites: false\nhttp_server_config: { http2: false }\n", true),
    ("TLS;USERS;", true),
    ("USERS;", true),
    (
        "USERS;http_server_config:\n  headers:\n    X-Frame-Options: sameorigin\n    X-Content-Type-Options: nosniff\n    X-XSS-Protection: '0'\n    Content-Security-Policy: default-src 'none'\n    Strict-Transport-Security: max-age=60\n",
        true,
    ),
    ("tls_server_confg: {}\n", false),
    ("TLS;  cert: [1]\n", false),
    ("TLS;  key_file: server.key\n", false),
    ("tls_server_config: { cert_file: server.crt }\n", false),
    ("tls_server_config: { cert_file: server.crt, key_file: nowhere.key }\n", false),
    ("tls_server_config: { cert_file: server.crt, key_file: other.key }\n", false),
    (
        "tls_server_config: { client_auth_type: RequireAndVerifyClientCert, client_ca_file: clients.crt }\n",
        false,
    ),
    ("TLS;  client_ca_file: clients.crt\n", false),
    ("TLS;  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: nowhere.crt\n", false),
    ("TLS;  client_auth_type: Everybody\n", false),
    ("TLS;  min_version: TLS14\n", false),
    ("TLS;  cipher_suites: [TLS_INVENTED]\n", false),
    ("TLS;  curve_preferences: [CurveP000]\n", false),
    ("basic_auth_users: { alice: open sesame }\n", false),
    ("basic_auth_users: [alice]\n", false),
    ("http_server_config: { headers: { X-Frame-Options: DENY } }\n", false),
    ("http_server_config: { headers: { X-Powered-By: us } }\n", false),
];

#[tokio::test(flavor = "multi_thread")]
async fn node_exporter_and_we_answer_alike_by_the_same_file() {
    let (callers, users) = (Callers::new(), alice(4));
    let folder = folder(&callers);
    for (web, starts) in ALIKE {
        let [node, ours] = outcomes(&folder, &callers, &with_tls(web).replace("USERS;", &users)).await;
        assert_eq!((node.is_some(), ours.is_some()), (*starts, *starts), "{web}");
        assert_eq!(ours, node, "{web}");
    }
}

/// Files that node_exporter 1.5 takes and we do not, since nobody could connect or more could than is meant; and
/// files by newer parts of the schema, which it does not know yet.
const DIFFERENT: &[(&str, bool)] = &[
    ("TLS;  min_version: TLS13\n  max_version: TLS12\n", true),
    ("TLS;  min_version: TLS10\n", true),
    ("TLS;  client_auth_type: RequireAndVerifyClientCert\n", true),
    (
        "TLS;  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]\n",
        true,
    ),
    ("TLS;  curve_preferences: [CurveP521]\n", true),
    ("tls_server_config: { min_version: TLS13 }\n", true),
    ("http_server_config: { http2: no }\n", true),
    ("rate_limit: { interval: 1s, burst: 20 }\n", false),
    ("TLS;  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [a.example.com]\n", false),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_from_node_exporter_is_meant_to() {
    let callers = Callers::new();
    let folder = folder(&callers);
    for (web, node_starts) in DIFFERENT {
        let [node, ours] = outcomes(&folder, &callers, &with_tls(web)).await;
        assert_eq!((node.is_some(), ours.is_some()), (*node_starts, !*node_starts), "{web}");
    }
}
