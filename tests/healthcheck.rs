//! The command `healthcheck`: alive is who serves, however closed its doors.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::path::PathBuf;

use crate::support::{Binary, Ca, Finished, Identity, run};

/// A configuration whose one target nobody answers for: the pages do not need it.
const CONFIG: &str = "fortimanagers: [{ name: fmg, url: 'https://127.0.0.1:9', username: x, password: y }]";

async fn healthcheck(address: &str, flags: &[&str]) -> Finished {
    let address = format!("--web.listen-address={address}");
    run(b"", &[&["healthcheck", &address], flags].concat()).await
}

fn is_healthy(finished: &Finished) -> bool {
    match finished.code {
        Some(0) => finished.stdout == "healthy\n" && finished.stderr.is_empty(),
        code => {
            assert!(code == Some(1) && finished.stdout.is_empty(), "{finished:?}");
            // One line that names the place.
            assert_eq!(finished.stderr.matches('\n').count(), 1, "{finished:?}");
            false
        }
    }
}

/// An exporter with a web configuration.
struct Closed {
    binary: Binary,
    _dir: tempfile::TempDir,
}

impl Closed {
    async fn start(web: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Identity::localhost().write(dir.path());
        std::fs::write(dir.path().join("ca.crt"), Ca::new().pem).unwrap();
        let file = dir.path().join("web.yml");
        std::fs::write(&file, web).unwrap();
        let flag = format!("--web.config.file={}", file.display());
        Self { binary: Binary::start(CONFIG, &["--config.file=CONFIG", &flag]).await, _dir: dir }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_serves_is_healthy_on_every_address_and_below_its_prefix() {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("exporter.sock");
    let unix = format!("unix:{}", path.display());
    let listen = format!("--web.listen-address={unix}");
    let args = ["--config.file=CONFIG", "--web.route-prefix=/fortinet", &listen];
    let binary = Binary::start(CONFIG, &args).await;
    let (_, port) = binary.address().rsplit_once(':').unwrap();
    let prefix = ["--web.route-prefix=/fortinet"];
    for address in [binary.address(), &format!(":{port}"), &format!("0.0.0.0:{port}"), &unix] {
        let finished = healthcheck(address, &prefix).await;
        assert!(is_healthy(&finished), "{address}: {finished:?}");
    }

    let elsewhere = healthcheck(binary.address(), &[]).await;
    assert!(!is_healthy(&elsewhere) && elsewhere.stderr.contains("--web.route-prefix"), "{elsewhere:?}");
    // One of two that are named does not answer.
    let one_of_two = healthcheck(&unix, &[prefix[0], "--web.listen-address=127.0.0.1:9"]).await;
    assert!(!is_healthy(&one_of_two) && one_of_two.stderr.contains("127.0.0.1:9"), "{one_of_two:?}");
    binary.terminate().await;
    let gone = healthcheck(&unix, &prefix).await;
    assert!(!is_healthy(&gone) && gone.stderr.contains("--web.listen-address"), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_credentials_is_healthy() {
    let tls = "cert_file: server.crt, key_file: server.key";
    let clients = "client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt";
    let alice = format!("basic_auth_users: {{ alice: '{}' }}", bcrypt::hash("open sesame", 4).unwrap());
    for web in [
        format!("tls_server_config: {{ {tls} }}"),
        format!("tls_server_config: {{ {tls} }}\n{alice}"),
        format!("tls_server_config: {{ {tls}, {clients} }}"),
        format!("tls_server_config: {{ {tls}, {clients}, max_version: TLS12 }}"),
        alice,
        "rate_limit: { interval: 1h, burst: 1 }".to_owned(),
    ] {
        let closed = Closed::start(&web).await;
        for _ in 0..3 {
            let finished = healthcheck(closed.binary.address(), &[]).await;
            assert!(is_healthy(&finished), "{web}: {finished:?}");
        }
    }
}

/// Answers every connection with these bytes, or none at all.
fn somebody_else(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.write_all(answer).unwrap();
            if !answer.is_empty() {
                stream.shutdown(Shutdown::Write).unwrap();
            }
            // Until the other side has had enough.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_or_is_somebody_else_is_not_healthy() {
    for (answer, words) in [
        (&b""[..], "no answer from"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "something else listens there"),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "with 503"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "gives no answer in HTTP"),
    ] {
        let finished = healthcheck(&somebody_else(answer), &[]).await;
        assert!(!is_healthy(&finished) && finished.stderr.contains(words), "{words}: {finished:?}");
    }
}
