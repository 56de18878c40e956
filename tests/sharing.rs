//! Targets whose settings are equal share an HTTP client, and nothing of what their systems give them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fortinet_exporter::config::Config;
use fortinet_exporter::simulator::{Certificate, FortiManager};
use fortinet_exporter::upstream::{Client, Clients, Deadline, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{Binary, until};

/// A server on loopback that gives out a cookie of its own and remembers what it was sent.
async fn cookie_giver(name: &'static str) -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let noted = Arc::clone(&noted);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    noted.lock().unwrap().push_str(std::str::from_utf8(&buffer[..read]).unwrap());
                    let head = format!("HTTP/1.1 200 OK\r\nset-cookie: session={name}; Path=/\r\n");
                    let _ = stream.write_all(format!("{head}content-length: 2\r\n\r\n{{}}").as_bytes()).await;
                }
            });
        }
    });
    (url, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_client_carries_no_cookie_from_one_target_to_another() {
    let (first, seen_by_first) = cookie_giver("of-first").await;
    let (second, seen_by_second) = cookie_giver("of-second").await;
    let entry = |name: &str, url: &str| {
        format!("  - {{ name: {name}, url: '{url}', username: x, password: y, allow_plain_http: true }}\n")
    };
    // The third is another account at the address of the first.
    let entries = [entry("a", &first), entry("b", &second), entry("c", &first)].concat();
    let config = Config::parse(&format!("fortimanagers:\n{entries}"), "test.yml").unwrap();
    let clients = Clients::new();
    let client = |index: usize| {
        let entry = config.entries().nth(index).unwrap();
        Client::new(&entry.common().connection, &clients, Arc::new(|_| {})).unwrap()
    };
    let [a, b, c] = [client(0), client(1), client(2)];
    let get = async |client: &Client, path: &str| {
        client.send(Request::get(path), Deadline::after(Duration::from_secs(10))).await.unwrap();
    };
    for round in 0..3 {
        get(&a, &format!("/a{round}")).await;
        get(&b, &format!("/b{round}")).await;
    }
    get(&c, "/c0").await;
    a.forget_cookies();
    get(&b, "/b3").await;
    get(&a, "/a3").await;

    let cookies = |seen: &Mutex<String>| -> Vec<(String, Option<String>)> {
        let seen = seen.lock().unwrap();
        let requests = seen.split("\r\n\r\n").filter(|request| !request.is_empty());
        let cookie = |request: &str| {
            let line = request.lines().find_map(|line| line.strip_prefix("cookie: "));
            (request.split(' ').nth(1).unwrap().to_owned(), line.map(str::to_owned))
        };
        requests.map(cookie).collect()
    };
    let request = |path: &str, cookie: Option<&str>| (path.to_owned(), cookie.map(str::to_owned));
    let own = Some("session=of-first");
    let expected = [("/a0", None), ("/a1", own), ("/a2", own), ("/c0", None), ("/a3", None)];
    assert_eq!(cookies(&seen_by_first), expected.map(|(path, cookie)| request(path, cookie)));
    let own = Some("session=of-second");
    let expected = [("/b0", None), ("/b1", own), ("/b2", own), ("/b3", own)];
    assert_eq!(cookies(&seen_by_second), expected.map(|(path, cookie)| request(path, cookie)));
}

/// All behind one certificate at one IP address, whose port no cookie jar looks at.
#[tokio::test(flavor = "multi_thread")]
async fn systems_at_one_address_keep_their_sessions_apart() {
    let certificate = Certificate::generate().unwrap();
    let mut systems = Vec::new();
    for _ in 0..5 {
        systems.push(FortiManager::start(&certificate).await.unwrap());
    }
    let entry = |name: usize, system: &FortiManager| {
        let (url, pin) = (system.url(), certificate.sha256());
        format!(
            "  - {{ name: fmg-{name}, url: '{url}', username: exporter, password: demo-password, tls: {{ pin_sha256: {pin} }} }}\n"
        )
    };
    let mut entries: String = systems.iter().enumerate().map(|(name, system)| entry(name, system)).collect();
    // The last is looked at by two targets.
    entries += &entry(5, &systems[4]);
    let binary = Binary::serve(&format!("defaults: {{ interval: 1s }}\nfortimanagers:\n{entries}")).await;
    for name in 0..=5 {
        let polls =
            format!("fortinet_exporter_collector_polls_total{{collector=\"license\",target=\"fmg-{name}\"}}");
        binary.metrics_when("three polls", |page| page.get(&polls) >= Some(3.0)).await;
    }
    let counts = |system: &FortiManager| (system.logins(), system.open_sessions());
    let all: Vec<_> = systems.iter().map(counts).collect();
    assert_eq!(all, [(1, 1), (1, 1), (1, 1), (1, 1), (2, 2)]);
    assert_eq!(binary.terminate().await.code, Some(0));
    for system in &systems {
        until("signing out", async || (system.open_sessions() == 0).then_some(())).await;
    }
}
