//! Where the exporter listens, and what it bears there.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use crate::support::{Binary, Call, PATIENCE, run, until};

/// A configuration whose one target nobody answers for: the pages do not need it.
const CONFIG: &str = "fortimanagers: [{ name: fmg, url: 'https://127.0.0.1:9', username: x, password: y }]";

#[tokio::test(flavor = "multi_thread")]
async fn several_addresses_are_listened_on_ipv6_and_a_unix_socket_among_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("exporter.sock");
    let unix = format!("--web.listen-address=unix:{}", path.display());
    let args = ["--config.file=CONFIG", "--web.listen-address=[::1]:0", &unix];
    let binary = Binary::start(CONFIG, &args).await;
    let log = binary.log();
    let ipv6 =
        log.lines().find_map(|line| line.split("address=").nth(1)?.split(' ').next()?.strip_prefix("[::1]:"));
    let ipv6 = format!("[::1]:{}", ipv6.unwrap());
    for address in [binary.address(), &ipv6] {
        assert_eq!(Call::default().get(address, "/-/healthy").await.unwrap().status, 200, "{address}");
    }
    let mut stream = UnixStream::connect(&path).unwrap();
    stream.write_all(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(binary.terminate().await.code, Some(0));
    assert!(!path.exists(), "the socket is left behind");
}

/// A child that has been passed a socket, ended when dropped.
struct Activated(Child);

impl Drop for Activated {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_systemd_has_opened_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config.yml");
    std::fs::write(&config, CONFIG).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // As systemd does it: the socket is descriptor 3, and two variables say so.
    let script = "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" \"$@\"";
    let child = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_fortinet-exporter"), "--web.systemd-socket"])
        .arg(format!("--config.file={}", config.display()))
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _activated = Activated(child);
    assert_eq!(Call::default().get(&address, "/-/healthy").await.unwrap().status, 200);

    let finished = run(CONFIG.as_bytes(), &["--config.file=CONFIG", "--web.systemd-socket"]).await;
    assert_eq!(finished.code, Some(1));
    assert!(finished.stderr.contains("systemd has passed no socket"), "{}", finished.stderr);
    let both = ["--config.file=CONFIG", "--web.systemd-socket", "--web.listen-address=127.0.0.1:0"];
    let finished = run(CONFIG.as_bytes(), &both).await;
    assert_eq!(finished.code, Some(2), "one of them would have no effect: {}", finished.stderr);
}

/// More than the exporter has open besides connections: the runtime's, the log, polls.
const BESIDES: usize = 64;

/// How many files a process may open.
fn open_files(pid: u32) -> usize {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX)
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_served_while_ten_thousand_idle_connections_are_opened() {
    let binary = Binary::serve(CONFIG).await;
    let limit = (open_files(binary.pid()) / 2).min(4096);
    // All of them are kept, as far as this process may and leaves some to the other tests.
    let kept = (open_files(std::process::id()) / 4 * 3).min(10_000);
    assert!(kept > limit + BESIDES, "only {kept} connections can be kept: raise `ulimit -n`");
    let address = binary.address().to_owned();
    let hostile = tokio::task::spawn_blocking(move || {
        let mut idle = std::collections::VecDeque::new();
        for number in 0..10_000 {
            let mut stream = TcpStream::connect(&address).unwrap();
            if number % 2 == 0 {
                stream.write_all(b"GET /metrics HTTP/1.1\r\nHost:").unwrap();
            }
            idle.push_back(stream);
            if idle.len() > kept {
                idle.pop_front();
            }
        }
        idle
    });
    let mut scrapes = 0;
    while !hostile.is_finished() || scrapes < 3 {
        assert_eq!(Call::default().get(binary.address(), "/metrics").await.unwrap().status, 200);
        scrapes += 1;
    }
    let idle = hostile.await.unwrap();
    assert_eq!(Call::default().get(binary.address(), "/metrics").await.unwrap().status, 200);
    let open = || std::fs::read_dir(format!("/proc/{}/fd", binary.pid())).unwrap().count();
    until("the limit to be held", async || (open() <= limit + BESIDES).then_some(())).await;
    drop(idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_headers_are_refused() {
    let binary = Binary::serve(CONFIG).await;
    let long = format!("X: {}\r\n", "x".repeat(100_000));
    let endless = "x".repeat(1_000_000);
    for (headers, end) in [(long.as_str(), "\r\n"), (&"X: y\r\n".repeat(1000), "\r\n"), (&endless, "")] {
        let request = format!("GET /metrics HTTP/1.1\r\nHost: x\r\n{headers}{end}");
        let mut stream = TcpStream::connect(binary.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // It may be refused before the end is sent; the answer is there then.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = [0; 12];
        let read = stream.read_exact(&mut answer);
        let refused = read.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(refused || &answer == b"HTTP/1.1 431", "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(Call::default().get(binary.address(), "/metrics").await.unwrap().status, 200);
}
