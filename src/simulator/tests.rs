use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::testing::{client, json as answered, with_json};
use super::{Answer, Certificate, FortiManager, FortiManagerCloud, json as writer};

#[tokio::test]
async fn certificates_fail_where_the_real_ones_would() {
    for (certificate, trusted) in [
        (Certificate::generate().unwrap(), true),
        (Certificate::expired().unwrap(), false),
        (Certificate::for_name("fmg.example.com").unwrap(), false),
        (Certificate::self_signed_factory().unwrap(), false),
    ] {
        assert_eq!(certificate.sha256().len(), 64);
        assert!(certificate.leaf_pem().contains("BEGIN CERTIFICATE"));
        let system = FortiManager::start(&certificate).await.unwrap();
        let answer = client(&certificate).get(system.url()).send().await;
        assert_eq!(answer.is_ok(), trusted, "{answer:?}");
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_five_seconds() {
    let system = FortiManager::start_plain().await.unwrap();
    let address = system.url().replace("http://", "");
    let (bytes, open_for) = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        stream.write_all(b"GET /unheard HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let started = Instant::now();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        (bytes, started.elapsed())
    })
    .await
    .unwrap();
    assert!(bytes.starts_with(b"HTTP/1.1 404"));
    assert!(open_for > Duration::from_secs(4), "{open_for:?}");
}

#[tokio::test]
async fn a_long_run_can_be_forgotten_but_not_what_was_done_wrong() {
    let system = FortiManager::start_plain().await.unwrap();
    let account = json!({"username": "exporter", "secretkey": "demo-password", "logintype": 0});
    let login = json!({"url": "/gui/userauth", "method": "login", "params": account});
    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = plain.post(format!("{}/cgi-bin/module/flatui_auth", system.url()));
    with_json(request, &login).send().await.unwrap();
    plain.get(format!("{}/unheard", system.url())).send().await.unwrap();
    assert_eq!((system.requests().len(), system.issued_tokens().len()), (2, 2));
    system.forget_requests();
    assert_eq!((system.requests().len(), system.issued_tokens().len()), (0, 0));
    assert_eq!((system.logins(), system.open_sessions(), system.violations().len()), (1, 1, 1));
}

#[tokio::test]
async fn an_override_applies_as_often_as_was_said_and_the_one_before_it_then() {
    let system = FortiManager::start_plain().await.unwrap();
    system.override_path("/", Answer::status(500));
    system.override_path_times("/", Answer::status(503), 2);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client.get(system.url()).send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [503, 503, 500, 500]);
}

#[tokio::test]
async fn the_cloud_wants_a_token_for_a_session_and_the_session_in_the_body() {
    let system = FortiManagerCloud::start_plain().await.unwrap();
    let forticloud = system.forticloud();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |base: String, path: &str, body: &Value| {
        let response = with_json(client.post(base + path), body).send().await.unwrap();
        (response.status().as_u16(), answered(response).await)
    };
    let breaches = || [forticloud.violations().len(), system.violations().len()];

    let credentials = json!({"username": "demo-api-id", "password": "demo-password", "client_id": "FortiManager",
        "grant_type": "password"});
    for (key, value, status, breach) in [
        ("password", json!("wrong"), 401, 0),
        ("password", json!(null), 400, 1),
        ("client_id", json!("FortiGate"), 401, 1),
        ("grant_type", json!("client_credentials"), 400, 1),
    ] {
        let mut mistaken = credentials.clone();
        mistaken[key] = value;
        let before = breaches();
        assert_eq!(ask(forticloud.url(), "/api/v1/oauth/token/", &mistaken).await.0, status, "{mistaken}");
        assert_eq!(breaches(), [before[0] + breach, 0], "{mistaken}");
    }
    let (_, given) = ask(forticloud.url(), "/api/v1/oauth/token/", &credentials).await;
    assert_eq!((&given["status"], &given["expires_in"]), (&json!("success"), &json!(14_400)));

    let login = "/p/forticloud_jsonrpc_login/";
    let refused = json!({"access_token": given["refresh_token"]});
    assert_eq!(ask(system.url(), login, &refused).await.0, 401);
    assert_eq!(ask(system.url(), login, &json!({})).await.0, 400);
    let (_, welcome) = ask(system.url(), login, &json!({"access_token": given["access_token"]})).await;

    let call = |method: &str, url: &str, session: &Value| {
        let mut call = json!({"id": 1, "method": method, "params": [{"url": url}]});
        if !session.is_null() {
            call["session"] = session.clone();
        }
        call
    };
    let before = breaches()[1];
    for (method, url, session, code, breach) in [
        ("get", "/sys/status", &welcome["session"], 0, 0),
        ("get", "/sys/status", &Value::Null, -11, 1),
        ("get", "/sys/status", &json!("another"), -11, 0),
        ("exec", "/sys/logout", &welcome["session"], 0, 0),
        ("get", "/sys/status", &welcome["session"], -11, 0),
    ] {
        let before = breaches()[1];
        let (_, answer) = ask(system.url(), "/jsonrpc", &call(method, url, session)).await;
        assert_eq!(answer["result"][0]["status"]["code"], code, "{method} {url} {session}");
        assert_eq!(breaches()[1], before + breach, "{method} {url} {session}");
    }
    assert_eq!((before, system.logins(), system.logouts(), system.open_sessions()), (1, 1, 1, 0));
    assert_eq!((forticloud.logins(), forticloud.failed_logins()), (1, 1));
}

#[test]
fn json_is_ascii_and_means_the_same() {
    let value = json!({"name": "iPhone of Zoë \u{1F600} \"x\"\n"});
    let bytes = writer::render(&value);
    assert!(bytes.is_ascii());
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
}
