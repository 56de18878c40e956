//! `--web.config.file`: TLS, certificates of clients, passwords and headers, through the real binary.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rcgen::SanType;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs};
use rustls::version::{TLS12, TLS13};

use crate::support::{
    Binary, Ca, Call, Finished, Identity, Systems, client, client_of, make_pipe, run, until,
};

mod documented;
mod peers;
mod plain;
mod scraped;
mod seen;

/// A configuration whose one target nobody answers for: the pages do not need it.
const CONFIG: &str =
    "fortimanagers: [{ name: fmg, url: 'https://127.0.0.1:9', username: x, password: xyzzy-Marker-7 }]";
const PASSWORD: &str = "open sesame";

/// `basic_auth_users` with Alice, whose password it is.
fn alice(cost: u32) -> String {
    format!("basic_auth_users: {{ alice: '{}' }}\n", bcrypt::hash(PASSWORD, cost).unwrap())
}

/// A folder for the web configuration and what it names.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        Identity::localhost().write(folder.path());
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn web(&self) -> PathBuf {
        self.path().join("web.yml")
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    async fn serve(&self, web: &str) -> Binary {
        self.serve_with(web, "--log.level=debug").await
    }

    async fn serve_with(&self, web: &str, another: &str) -> Binary {
        self.write("web.yml", web);
        let flag = format!("--web.config.file={}", self.web().display());
        Binary::start(CONFIG, &["--config.file=CONFIG", another, &flag]).await
    }

    async fn check(&self, web: &str) -> Finished {
        self.write("web.yml", web);
        let flag = format!("--web.config.file={}", self.web().display());
        run(CONFIG.as_bytes(), &["--config.file=CONFIG", "--config.check", &flag]).await
    }
}

const TLS: &str = "tls_server_config: { cert_file: server.crt, key_file: server.key }\n";
const PATHS: [&str; 5] = ["/", "/metrics", "/-/healthy", "/-/ready", "/nothing-here"];

fn anybody() -> Call {
    Call::tls(client(None, rustls::ALL_VERSIONS))
}

fn with(identity: &Identity) -> Call {
    Call::tls(client(Some(identity), rustls::ALL_VERSIONS))
}

async fn status(binary: &Binary, call: &Call, path: &str) -> Option<u16> {
    call.get(binary.address(), path).await.ok().map(|reply| reply.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_behind_the_password() {
    let folder = Folder::new();
    let binary = folder.serve(&alice(4)).await;
    for path in PATHS {
        let wanted =
            Call::default().user("alice:open sesame").get(binary.address(), path).await.unwrap().status;
        assert_ne!(wanted, 401, "{path}");
        for user in [None, Some("alice:wrong"), Some("bob:open sesame"), Some("alice"), Some(":")] {
            let call = Call { user, ..Call::default() };
            let reply = call.get(binary.address(), path).await.unwrap();
            assert_eq!((reply.status, reply.body.as_str()), (401, "Unauthorized\n"), "{path} {user:?}");
            assert_eq!(reply.headers["www-authenticate"], "Basic", "{path}");
        }
    }
    let log = binary.log();
    for secret in [PASSWORD, "wrong", "$2b$", "xyzzy"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_passwords_keeps_out_nobody_who_was_let_in() {
    let folder = Folder::new();
    let binary = folder.serve(&alice(8)).await;
    let known = Call::default().user("alice:open sesame");
    assert_eq!(status(&binary, &known, "/metrics").await, Some(200));
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let address = binary.address().to_owned();
        guesses.spawn(async move {
            let guess = Call::default().user("alice:open barley");
            guess.get(&address, "/metrics").await.unwrap().status
        });
    }
    while let Some(guess) = guesses.join_next().await {
        // Beyond those that may wait they are sent away unchecked.
        assert!(matches!(guess.unwrap(), 401 | 503));
        assert_eq!(status(&binary, &known, "/metrics").await, Some(200));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_has_costs_a_check_as_well() {
    let folder = Folder::new();
    // A check at cost 12 takes far longer than any answer without one, on any machine.
    let binary = folder.serve(&alice(12)).await;
    let fastest = async |user| {
        let mut fastest = Duration::MAX;
        for _ in 0..4 {
            let begin = std::time::Instant::now();
            let reply = Call::default().user(user).get(binary.address(), "/metrics").await.unwrap();
            assert_eq!(reply.status, 401);
            fastest = fastest.min(begin.elapsed());
        }
        fastest
    };
    assert!(fastest("bob:open sesame").await > Duration::from_millis(50));
    assert!(fastest("alice:wrong").await > Duration::from_millis(50));
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_in_the_versions_that_are_allowed_and_plain_http_is_told() {
    let folder = Folder::new();
    let (old, new) = (Call::tls(client(None, &[&TLS12])), Call::tls(client(None, &[&TLS13])));
    for (versions, expected) in [
        ("", [true, true]),
        ("min_version: TLS13", [false, true]),
        ("max_version: TLS12", [true, false]),
        ("min_version: TLS12, max_version: TLS12", [true, false]),
    ] {
        let binary = folder.serve(&TLS.replace(" }", &format!(", {versions} }}"))).await;
        let spoken = [status(&binary, &old, "/-/healthy").await, status(&binary, &new, "/-/healthy").await];
        assert_eq!(spoken.map(|status| status == Some(200)), expected, "{versions}");
        let plain = Call::default().get(binary.address(), "/metrics").await.unwrap();
        assert_eq!(plain.status, 400);
        assert!(plain.body.contains("scheme: https"), "{}", plain.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_cipher_suites_and_curves_of_the_lists_are_used() {
    use aws_lc_rs::cipher_suite::{
        TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 as OTHER, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 as LISTED,
    };
    let offering = |suite, group: &'static dyn SupportedKxGroup| {
        let (cipher_suites, kx_groups) = (vec![suite], vec![group]);
        let provider = CryptoProvider { cipher_suites, kx_groups, ..aws_lc_rs::default_provider() };
        Call::tls(client_of(provider, None, &[&TLS12]))
    };
    let folder = Folder::new();
    let lists = ", cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], curve_preferences: [CurveP384, CurveP256] }";
    let binary = folder.serve(&TLS.replace(" }", lists)).await;
    for (call, expected) in [
        (offering(LISTED, aws_lc_rs::kx_group::SECP384R1), Some(200)),
        (offering(OTHER, aws_lc_rs::kx_group::SECP384R1), None),
        (offering(LISTED, aws_lc_rs::kx_group::X25519), None),
        // The list of suites is about TLS 1.2: those of 1.3 are always there.
        (Call::tls(client(None, &[&TLS13])), Some(200)),
    ] {
        assert_eq!(status(&binary, &call, "/-/healthy").await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_five_ways_to_ask_for_a_certificate_lets_in_who_it_should() {
    let folder = Folder::new();
    let (ca, other) = (Ca::new(), Ca::new());
    folder.write("clients.crt", &ca.pem);
    let name = |name: &str| vec![SanType::DnsName(name.try_into().unwrap())];
    let calls = [
        anybody(),
        with(&other.issue(name("prometheus.example.com"))),
        with(&ca.issue(name("prometheus.example.com"))),
        with(&ca.issue(name("grafana.example.com"))),
    ];
    let allowed = ", client_allowed_sans: [prometheus.example.com, 192.0.2.1]";
    let issuers = ", client_ca_file: clients.crt";
    for (kind, more, expected) in [
        ("NoClientCert", "", [true, true, true, true]),
        ("RequestClientCert", "", [true, true, true, true]),
        ("RequireAnyClientCert", "", [false, true, true, true]),
        ("RequireAnyClientCert", allowed, [false, true, true, false]),
        ("VerifyClientCertIfGiven", issuers, [true, false, true, true]),
        ("RequireAndVerifyClientCert", issuers, [false, false, true, true]),
        ("RequireAndVerifyClientCert", &[issuers, allowed].concat(), [false, false, true, false]),
    ] {
        let binary = folder.serve(&TLS.replace(" }", &format!(", client_auth_type: {kind}{more} }}"))).await;
        for (number, (call, expected)) in calls.iter().zip(expected).enumerate() {
            let status = status(&binary, call, "/-/healthy").await;
            assert_eq!(status, expected.then_some(200), "{kind}{more}: caller {number}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_cut_short_does_not_let_in_who_shows_no_certificate() {
    let (folder, ca) = (Folder::new(), Ca::new());
    folder.write("ca.crt", &ca.pem);
    let tls = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
    let clients = "  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n";
    let names = "  client_allowed_sans: [prometheus.example.com]\n";
    let grafana = ca.issue(vec![SanType::DnsName("grafana.example.com".try_into().unwrap())]);
    let strangers = [anybody(), with(&grafana)];
    let binary = folder.serve(&[tls, clients, names].concat()).await;
    let refusals = || binary.log().matches("less is asked of the certificates of clients").count();
    for (times, shorter) in [(1, [tls, ""]), (2, [tls, clients])] {
        folder.write("web.yml", &shorter.concat());
        until("the refusal", async || (refusals() == times).then_some(())).await;
        for stranger in &strangers {
            assert_eq!(status(&binary, stranger, "/-/healthy").await, None, "{shorter:?}");
        }
        // What is refused twice for the same reason is told once; another reason comes between.
        folder.write("web.yml", "tls_server_confg: {}\n");
        until("the mistake", async || {
            (binary.log().matches("did you mean `tls_server_config`?").count() == times).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_a_certificate_can_be_the_name_that_is_allowed() {
    let folder = Folder::new();
    let ca = Ca::new();
    folder.write("clients.crt", &ca.pem);
    let allowed = ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: clients.crt, client_allowed_sans: [192.0.2.1, it@example.com, 'spiffe://example.com/scraper'] }";
    let binary = folder.serve(&TLS.replace(" }", allowed)).await;
    for (san, expected) in [
        (SanType::IpAddress([192, 0, 2, 1].into()), Some(200)),
        (SanType::IpAddress([192, 0, 2, 2].into()), None),
        (SanType::Rfc822Name("it@example.com".try_into().unwrap()), Some(200)),
        (SanType::URI("spiffe://example.com/scraper".try_into().unwrap()), Some(200)),
        (SanType::DnsName("spiffe.example.com".try_into().unwrap()), None),
    ] {
        let call = with(&ca.issue(vec![san.clone()]));
        assert_eq!(status(&binary, &call, "/-/healthy").await, expected, "{san:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificate_and_key_may_stand_in_the_file_itself() {
    let folder = Folder::new();
    let (identity, ca) = (Identity::localhost(), Ca::new());
    let block = |key: &str, pem: &str| {
        let lines: String = pem.lines().map(|line| format!("    {line}\n")).collect();
        format!("  {key}: |\n{lines}")
    };
    let texts = [block("cert", &identity.pem), block("key", &identity.key_pem), block("client_ca", &ca.pem)];
    let web =
        format!("tls_server_config:\n  client_auth_type: RequireAndVerifyClientCert\n{}", texts.concat());
    let binary = folder.serve(&web).await;
    assert_eq!(status(&binary, &with(&ca.issue(Vec::new())), "/-/healthy").await, Some(200));
    assert_eq!(status(&binary, &anybody(), "/-/healthy").await, None);
    assert!(!binary.log().contains("PRIVATE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_is_spoken_over_tls_unless_it_is_switched_off() {
    let folder = Folder::new();
    for (web, expected) in [("", "h2"), ("http_server_config: { http2: false }\n", "http/1.1")] {
        let binary = folder.serve(&[TLS, web].concat()).await;
        assert_eq!(Call::protocol(binary.address()).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headers_are_on_every_answer_and_spoil_no_page() {
    let folder = Folder::new();
    let web = "http_server_config:
  headers:
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: ''
    Strict-Transport-Security: max-age=31536000
    Content-Security-Policy: default-src 'self'
";
    let binary = folder.serve(&[web, &alice(4)].concat()).await;
    let known = Call::default().user("alice:open sesame");
    for (call, path, policy) in [
        (&known, "/metrics", "default-src 'self'"),
        (&Call::default(), "/metrics", "default-src 'self'"),
        // The status page is made for its own, which is stricter.
        (&known, "/", "default-src 'none'"),
    ] {
        let headers = call.get(binary.address(), path).await.unwrap().headers;
        assert_eq!(headers["x-frame-options"], "deny", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["strict-transport-security"], "max-age=31536000", "{path}");
        assert!(headers["content-security-policy"].starts_with(policy), "{path}: {headers:?}");
        assert!(!headers.contains_key("x-xss-protection"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_beyond_the_rate_are_refused_before_any_password_is_checked() {
    let folder = Folder::new();
    let binary = folder.serve(&["rate_limit: { interval: 1h, burst: 3 }\n", &alice(4)].concat()).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(status(&binary, &Call::default(), "/metrics").await.unwrap());
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    let known = Call::default().user("alice:open sesame");
    assert_eq!(status(&binary, &known, "/metrics").await, Some(429));

    // Of two who come at once, the one that is refused does not wait for the other's check, which is a long one.
    let binary = folder.serve(&["rate_limit: { interval: 1h, burst: 1 }\n", &alice(13)].concat()).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let address = binary.address().to_owned();
        calls.spawn(async move {
            Call::default().user("alice:wrong").get(&address, "/metrics").await.unwrap().status
        });
    }
    let mut in_order = Vec::new();
    while let Some(status) = calls.join_next().await {
        in_order.push(status.unwrap());
    }
    assert_eq!(in_order, [429, 401]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_and_another_password_need_no_restart() {
    let folder = Folder::new();
    let binary = folder.serve(&[TLS, &alice(4)].concat()).await;
    let known = anybody().user("alice:open sesame");
    let shown = async || known.get(binary.address(), "/-/healthy").await.unwrap().certificate;
    let first = shown().await;
    Identity::localhost().write(folder.path());
    until("the new certificate", async || (shown().await != first).then_some(())).await;

    let hash = bcrypt::hash("another", 4).unwrap();
    folder.write("web.yml", &format!("{TLS}basic_auth_users: {{ alice: '{hash}' }}\n"));
    let other = anybody().user("alice:another");
    until("the new password", async || {
        (status(&binary, &other, "/-/healthy").await == Some(200)).then_some(())
    })
    .await;
    assert_eq!(status(&binary, &known, "/-/healthy").await, Some(401), "the old one is known no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_broken_later_changes_nothing_and_is_one_line_in_the_log() {
    let folder = Folder::new();
    let whole = [TLS, &alice(4)].concat();
    let binary = folder.serve(&whole).await;
    let refusals = || binary.log().matches("web configuration refused").count();
    let refused = async |words: &str, times: usize| {
        until(words, async || (binary.log().contains(words) && refusals() == times).then_some(())).await;
        assert_eq!(status(&binary, &anybody().user("alice:open sesame"), "/-/healthy").await, Some(200));
        assert_eq!(status(&binary, &anybody(), "/-/healthy").await, Some(401));
        assert_eq!(Call::default().get(binary.address(), "/").await.unwrap().status, 400, "it is TLS still");
    };
    folder.write("web.yml", "tls_server_confg: {}\n");
    refused("did you mean `tls_server_config`?", 1).await;
    // The same mistake, saved once more: it is read within three looks, and nothing says so.
    folder.write("web.yml", "tls_server_confg: {}\n\n");
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(refusals(), 1);
    // What protects is not taken away by an edit; an empty file may be one that is being written.
    folder.write("web.yml", "");
    refused("TLS is switched off by a restart only", 2).await;
    folder.write("web.yml", TLS);
    refused("passwords are switched off by a restart only", 3).await;
    folder.write("server.key", &Identity::localhost().key_pem);
    folder.write("web.yml", &whole);
    refused("this is not the key of the certificate", 4).await;
    // Nobody writes to this pipe, and nobody waits for that.
    std::fs::remove_file(folder.web()).unwrap();
    make_pipe(&folder.web());
    refused("it is not a regular file", 5).await;
    std::fs::remove_file(folder.web()).unwrap();
    folder.write("web.yml", &whole);
    let again = "web configuration read again";
    assert!(!binary.log().contains(again));
    Identity::localhost().write(folder.path());
    until("all to be well again", async || binary.log().contains(again).then_some(())).await;
    assert_eq!(refusals(), 5);
}

/// How a private key with a passphrase begins and ends.
const ENCRYPTED: &str =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHsMFcGCSqGSIb3DQEFDTBK\n-----END ENCRYPTED PRIVATE KEY-----\n";

/// Mistakes, each with what is said about it. `web.yml` is what the file is called.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "tls_server_confg: {}",
        "web.yml:1:1: there is no key `tls_server_confg` here",
        "did you mean `tls_server_config`?",
    ),
    (
        "cert_file: server.crt",
        "web.yml:1:1: there is no key `cert_file` here",
        "move it below `tls_server_config:`",
    ),
    (
        "tls_server_config:\n  cert_file: server.crt\n",
        "web.yml:2:3: tls_server_config: neither `key_file` nor `key` is given",
        "add `cert_file:` and `key_file:`",
    ),
    (
        "tls_server_config:\n  cert_file: server.crt\n  key_file: /xyzzy/server.key\n",
        "web.yml:3:13: tls_server_config.key_file: cannot read the file /xyzzy/server.key: No such file",
        "write the path of a file",
    ),
    (
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.crt\n",
        "web.yml:3:13: tls_server_config.key_file: the file server.crt (no leading `/`: looked for beside the web configuration) holds no private key",
        "give a private key in PEM form",
    ),
    (
        "tls_server_config:\n  cert_file: server.crt\n  key_file: nowhere.key\n",
        "web.yml:3:13: tls_server_config.key_file: cannot read the file nowhere.key (no leading `/`: looked for beside the web configuration): No such file",
        "write the path of a file",
    ),
    // It may be a password under a wrong key.
    (
        "tls_server_config:\n  cert_file: server.crt\n  key_file: xyzzy-Marker-7\n",
        "web.yml:3:13: tls_server_config.key_file: cannot read the file (no leading `/`: looked for beside the web configuration): No such file",
        "write the path of a file",
    ),
    (
        "tls_server_config:\n  cert_file: server.crt\n  key_file: encrypted.key\n",
        "web.yml:3:13: tls_server_config.key_file: the file encrypted.key (no leading `/`: looked for beside the web configuration) holds a private key with a passphrase",
        "as `openssl pkey` writes it",
    ),
    (
        "tls_server_config:\n  cert_file: server.crt\n  key_file: other.key\n",
        "web.yml:3:13: tls_server_config.key_file: this is not the key of the certificate",
        "give the key that the certificate was made for",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, min_version: TLS11 }",
        "web.yml:1:80: tls_server_config.min_version: this exporter speaks no TLS older than 1.2",
        "write `TLS12` or `TLS13`",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, min_version: TLS13, max_version: TLS12 }",
        "web.yml:1:100: tls_server_config.max_version: it is lower than `min_version`",
        "the lower one under `min_version`",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, client_auth_type: RequireAndVerifyClientCerts }",
        "web.yml:1:85: tls_server_config.client_auth_type: there is no such choice here",
        "did you mean `RequireAndVerifyClientCert`?",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, client_auth_type: RequireAndVerifyClientCert }",
        "web.yml:1:85: tls_server_config.client_auth_type: no issuer of client certificates is given",
        "add `client_ca_file:`",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, client_ca_file: server.crt }",
        "web.yml:1:83: tls_server_config.client_ca_file: no client is asked for a certificate",
        "add `client_auth_type: RequireAndVerifyClientCert`",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, client_allowed_sans: [a], client_auth_type: RequestClientCert }",
        "web.yml:1:88: tls_server_config.client_allowed_sans: a client that shows no certificate would come in all the same",
        "add `client_auth_type: RequireAndVerifyClientCert`",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA] }",
        "web.yml:1:83: tls_server_config.cipher_suites[0]: this exporter has nothing of this name",
        "choose from `TLS_AES_256_GCM_SHA384`",
    ),
    (
        "tls_server_config: { cert_file: server.crt, key_file: server.key, curve_preferences: [X25519, CurveP521] }",
        "web.yml:1:95: tls_server_config.curve_preferences[1]: this exporter has nothing of this name",
        "choose from `CurveP256`, `CurveP384` or `X25519`",
    ),
    (
        "basic_auth_users:\n  alice: $2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG\n  bob: xyzzy-Marker-7\n",
        "web.yml:3:8: basic_auth_users: the password is not given as a bcrypt hash",
        "write the hash that `htpasswd",
    ),
    (
        "http_server_config:\n  headers:\n    X-Frame-Options: DENY\n",
        "web.yml:3:22: http_server_config.headers.X-Frame-Options: this header cannot have this value",
        "write `deny` or `sameorigin`",
    ),
    (
        "http_server_config: { headers: { X-Powered-By: us } }",
        "web.yml:1:34: http_server_config.headers: there is no key `X-Powered-By` here",
        "the keys here are `Strict-Transport-Security`",
    ),
    (
        "http_server_config: { http2: no }",
        "web.yml:1:30: http_server_config.http2: this is neither `true` nor `false`",
        "write `true` or `false`",
    ),
    (
        "rate_limit: { interval: 1s }",
        "web.yml:1:13: rate_limit: without a burst every request would be refused",
        "add `burst:`",
    ),
    (
        "rate_limit: { interval: 5, burst: 1 }",
        "web.yml:1:25: rate_limit.interval: it has no unit",
        "such as `1s`",
    ),
    (
        "rate_limit: { interval: 1s, burst: -1 }",
        "web.yml:1:36: rate_limit.burst: it is not a number of requests",
        "write a whole number",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_named_with_its_place_and_what_to_write() {
    let folder = Folder::new();
    folder.write("other.key", &Identity::localhost().key_pem);
    folder.write("encrypted.key", ENCRYPTED);
    for (web, what, fix) in MISTAKES {
        let finished = folder.check(web).await;
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(1), ""), "{web}");
        let stderr = finished.stderr;
        assert!(
            stderr.contains(&format!("/{what}")) && stderr.contains(fix),
            "{web}\n{stderr}\n{what}\n{fix}"
        );
        assert!(!stderr.contains("Marker") && !stderr.contains("$2y$10$X0"), "{stderr}");
    }
    for good in [
        "",
        "# nothing yet\n",
        "tls_server_config: {}\n",
        "basic_auth_users:\n",
        TLS,
        "rate_limit: { interval: 0 }",
    ] {
        let finished = folder.check(good).await;
        assert_eq!(finished.code, Some(0), "{good}: {}", finished.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_web_configuration_ends_the_start_before_anybody_signs_in() {
    let (folder, systems) = (Folder::new(), Systems::start().await);
    let flag = format!("--web.config.file={}", folder.web().display());
    let args = ["--config.file=CONFIG", "--web.listen-address=127.0.0.1:0", &flag];
    let finished = run(systems.config().as_bytes(), &args).await;
    assert_eq!(finished.code, Some(1));
    assert_eq!(systems.each().map(|system| system.login_requests()), [0; 3]);
    assert!(finished.stderr.contains("web.yml: cannot read the file: No such file"), "{}", finished.stderr);
    assert!(
        finished.stderr.contains("fix: write the file, or name another with --web.config.file"),
        "{}",
        finished.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_is_refused_since_it_would_be_empty_when_it_is_read_again() {
    let folder = Folder::new();
    folder.write("web.yml", &[TLS, &alice(4)].concat());
    folder.write("config.yml", CONFIG);
    let script = "cat web.yml | \"$0\" --config.file=config.yml --config.check --web.config.file=/dev/stdin";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_fortinet-exporter")]).current_dir(folder.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &[][..]), "{stderr}");
    assert!(stderr.contains("it is not a regular file"), "{stderr}");
}
