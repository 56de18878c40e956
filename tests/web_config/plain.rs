//! Plain HTTP where TLS is spoken: the answer is one that its clients can read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use super::{Folder, TLS};
use crate::support::{PATIENCE, Prometheus};

/// What comes back until the connection ends, however it does.
fn answer(mut stream: impl Read + Write, sent: &str) -> String {
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // What is not HTTP may be hung up on before all of it is read, which is a reset.
    let end = stream.read_to_end(&mut answer);
    assert!(end.is_ok() || !sent.contains("HTTP"), "{end:?}");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_plain_http_is_answered_in_it_from_the_first_byte_on() {
    let folder = Folder::new();
    let path = folder.path().join("exporter.sock");
    let unix = format!("--web.listen-address=unix:{}", path.display());
    let binary = folder.serve_with(TLS, &unix).await;
    let address = binary.address().to_owned();
    let whole = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    let long = whole.replace("Host: x", &format!("Host: x\r\nX: {}", "x".repeat(20_000)));
    let sent = [whole, &long, "POST /-/reload HTTP/1.1\r\n", "G"].map(str::to_owned);
    let answers = tokio::task::spawn_blocking(move || {
        let mut answers = Vec::new();
        for sent in sent {
            let tcp = TcpStream::connect(&address).unwrap();
            tcp.set_read_timeout(Some(PATIENCE)).unwrap();
            let unix = UnixStream::connect(&path).unwrap();
            unix.set_read_timeout(Some(PATIENCE)).unwrap();
            answers.extend([answer(tcp, &sent), answer(unix, &sent)]);
        }
        answers
    });
    for answer in answers.await.unwrap() {
        assert!(answer.starts_with("HTTP/1.0 400 Bad Request\r\n"), "{answer:?}");
        assert!(answer.contains("\r\n\r\nThis is an HTTPS server"), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_neither_http_nor_tls_is_no_reason_to_speak_http() {
    let folder = Folder::new();
    let binary = folder.serve(TLS).await;
    let address = binary.address().to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        answer(stream, "\u{1}\u{2}\u{3}\u{4}\u{5}")
    });
    assert!(!answer.await.unwrap().contains("HTTP"));
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_without_a_scheme_shows_the_status() {
    let folder = Folder::new();
    let binary = folder.serve(TLS).await;
    let error = Prometheus::scraping(binary.address()).last_error().await;
    assert_eq!(error, "server returned HTTP status 400 Bad Request");
}
