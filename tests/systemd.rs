//! What systemd is told by a service of `Type=notify`.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

use crate::support::{Binary, PATIENCE, until};

const CONFIG: &str = "fortimanagers: [{ name: fmg, url: 'https://127.0.0.1:9', username: x, password: y }]";

async fn start(socket: &Path) -> Binary {
    let environment = [("NOTIFY_SOCKET", socket.to_owned()), ("WATCHDOG_USEC", "200000".into())];
    Binary::start_in(CONFIG, &["--config.file=CONFIG"], &environment).await
}

#[tokio::test(flavor = "multi_thread")]
async fn systemd_hears_of_the_start_of_life_of_reloads_and_of_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let binary = start(&path).await;
    let next = async |what: &str| {
        until(what, async || {
            let mut text = [0; 64];
            let length = socket.recv(&mut text).ok()?;
            Some(String::from_utf8_lossy(&text[..length]).into_owned())
        })
        .await
    };
    let besides_life = async |what: &str| {
        let message = async {
            loop {
                let message = next(what).await;
                if message != "WATCHDOG=1" {
                    return message;
                }
            }
        };
        // Signs of life go on and on.
        tokio::time::timeout(PATIENCE, message).await.unwrap_or_else(|_| panic!("waited in vain for: {what}"))
    };
    assert_eq!(next("the start").await, "READY=1");
    for _ in 0..3 {
        assert_eq!(next("a sign of life").await, "WATCHDOG=1");
    }
    binary.signal("HUP");
    assert_eq!(besides_life("the reload").await, "RELOADING=1");
    assert_eq!(besides_life("the end of the reload").await, "READY=1");
    // A reload that is refused is over as well.
    binary.write_config("fortimanagers: nothing");
    binary.signal("HUP");
    assert_eq!(besides_life("the second reload").await, "RELOADING=1");
    assert_eq!(besides_life("the end of the second reload").await, "READY=1");
    binary.signal("TERM");
    assert_eq!(besides_life("the end").await, "STOPPING=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_systemd_that_does_not_listen_holds_up_nothing() {
    let dir = tempfile::tempdir().unwrap();
    // One socket is full, since nobody reads it; the other is not there.
    let full = dir.path().join("full");
    let socket = UnixDatagram::bind(&full).unwrap();
    let sender = UnixDatagram::unbound().unwrap();
    sender.set_write_timeout(Some(Duration::from_millis(10))).unwrap();
    while sender.send_to(b"x", &full).is_ok() {}
    for path in [full, dir.path().join("missing")] {
        let binary = start(&path).await;
        until("a complaint", async || binary.log().contains("systemd cannot be told READY=1").then_some(()))
            .await;
        assert_eq!(binary.get("/-/healthy").await.status(), 200);
        let finished = binary.terminate().await;
        assert_eq!(finished.code, Some(0));
        assert_eq!(finished.stderr.matches("systemd cannot be told").count(), 1, "{}", finished.stderr);
    }
    drop(socket);
}
