use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::{DeadSession, FortiManager};
use crate::simulator::testing::{client, json, set_cookie, with_json};
use crate::simulator::{Answer, Certificate};

const AUTH: &str = "/cgi-bin/module/flatui_auth";
const LICENSE: &str = "/cgi-bin/module/flatui/SysDashboard?action=read&type=license";

async fn started() -> (FortiManager, Client) {
    let certificate = Certificate::generate().unwrap();
    let system = FortiManager::start(&certificate).await.unwrap();
    (system, client(&certificate))
}

async fn login(client: &Client, system: &FortiManager, password: &str) -> Response {
    let body = json!({
        "url": "/gui/userauth",
        "method": "login",
        "params": {"username": "exporter", "secretkey": password, "logintype": 0},
    });
    let request = client.post(system.url() + AUTH);
    with_json(request, &body).send().await.unwrap()
}

async fn get(client: &Client, system: &FortiManager, path: &str) -> Response {
    client.get(system.url() + path).send().await.unwrap()
}

async fn code(response: Response) -> Value {
    json(response).await["result"][0]["status"]["code"].clone()
}

#[tokio::test]
async fn an_upright_client_reads_the_licence_and_leaves() {
    let (system, client) = started().await;
    let welcome = login(&client, &system, "demo-password").await;
    assert_eq!(welcome.status(), 200);
    let csrf = set_cookie(&welcome, "HTTP_CSRF_TOKEN").unwrap();
    let session = set_cookie(&welcome, "CURRENT_SESSION").unwrap();
    assert_eq!(csrf.len(), 31);
    assert!(session.contains('+') && session.contains('/') && session.ends_with('='));
    assert_eq!(set_cookie(&welcome, "auth_state").as_deref(), Some(""));
    assert_eq!(code(welcome).await, 0);

    assert_eq!(json(get(&client, &system, LICENSE).await).await, system.license());

    let out = client
        .post(system.url() + "/p/logout-api/")
        .header(CONTENT_TYPE, "application/json")
        .header("Xsrf-Token", csrf)
        .header("Referer", system.url())
        .send()
        .await
        .unwrap();
    let out = json(out).await;
    assert_eq!(out["result"][0]["status"]["code"], 0);
    assert_eq!(out["result"][0]["data"], json!({}));

    assert_eq!((system.logins(), system.logouts()), (1, 1));
    assert_eq!((system.open_sessions(), system.most_sessions_open()), (0, 1));
    assert_eq!(system.violations(), Vec::<String>::new());
    let seen: Vec<_> =
        system.requests().into_iter().map(|request| (request.method, request.path, request.status)).collect();
    assert_eq!(
        seen,
        [
            ("POST".to_owned(), AUTH.to_owned(), 200),
            ("GET".to_owned(), LICENSE.to_owned(), 200),
            ("POST".to_owned(), "/p/logout-api/".to_owned(), 200),
        ]
    );
}

#[tokio::test]
async fn each_rule_of_logging_out_is_enforced() {
    let (system, client) = started().await;
    let csrf = set_cookie(&login(&client, &system, "demo-password").await, "HTTP_CSRF_TOKEN").unwrap();
    let url = system.url();
    let json_type = "application/json";
    for (token, referer, kind, status) in [
        ("", url.as_str(), json_type, 403),
        (csrf.as_str(), "", json_type, 403),
        (csrf.as_str(), "https://elsewhere.test", json_type, 403),
        (csrf.as_str(), "https://127.0.0.1", json_type, 403),
        (csrf.as_str(), url.as_str(), "text/plain", 400),
    ] {
        let answer = client
            .post(format!("{url}/p/logout-api/"))
            .header(CONTENT_TYPE, kind)
            .header("XSRF-TOKEN", token)
            .header("Referer", referer)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status);
        if token.is_empty() {
            assert_eq!(answer.text().await.unwrap(), "Not match CSRFToken");
        }
    }
    let no_slash = client.post(format!("{url}/p/logout-api")).send().await.unwrap();
    assert_eq!(no_slash.status(), 404);
    assert_eq!(system.violations().len(), 6);
    assert_eq!((system.open_sessions(), system.logouts()), (1, 0));

    // Where the page does not exist the older way works, with its own header.
    system.set_logout_api(false);
    let body = json!({"url": "/gui/userauth", "method": "logout"});
    let out = with_json(client.post(format!("{url}{AUTH}")), &body)
        .header("X-CSRFToken", csrf)
        .send()
        .await
        .unwrap();
    assert_eq!(code(out).await, 0);
    assert_eq!((system.open_sessions(), system.logouts()), (0, 1));
}

#[tokio::test]
async fn three_wrong_passwords_lock_the_right_one_out() {
    let (system, client) = started().await;
    for _ in 0..3 {
        assert!(!system.is_locked());
        let refused = login(&client, &system, "wrong").await;
        assert_eq!(refused.status(), 200);
        assert_eq!(set_cookie(&refused, "CURRENT_SESSION"), None);
        assert_eq!(code(refused).await, -22);
    }
    assert!(system.is_locked());
    assert_eq!(code(login(&client, &system, "demo-password").await).await, -22);
    assert_eq!((system.logins(), system.failed_logins()), (0, 4));
}

#[tokio::test]
async fn a_lockout_passes() {
    let (system, client) = started().await;
    system.set_lockout(1, Duration::from_millis(50));
    login(&client, &system, "wrong").await;
    assert!(system.is_locked());
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(code(login(&client, &system, "demo-password").await).await, 0);
}

#[tokio::test]
async fn sessions_are_counted_capped_and_end_when_idle() {
    let (system, client) = started().await;
    system.set_session_cap(2);
    for _ in 0..2 {
        assert_eq!(code(login(&client, &system, "demo-password").await).await, 0);
    }
    assert_ne!(code(login(&client, &system, "demo-password").await).await, 0);
    assert_eq!((system.open_sessions(), system.failed_logins()), (2, 1));
    assert_eq!(system.violations().len(), 1, "signed in beside a live session");

    system.set_idle_timeout(Duration::ZERO);
    assert_eq!(system.open_sessions(), 0);
    assert_eq!(get(&client, &system, LICENSE).await.status(), 302);
}

#[tokio::test]
async fn a_dead_session_answers_in_every_way_chosen() {
    let (system, client) = started().await;
    login(&client, &system, "demo-password").await;
    system.kill_sessions();
    for (shape, status) in [
        (DeadSession::Redirect, 302),
        (DeadSession::Unauthorized, 401),
        (DeadSession::Forbidden, 403),
        (DeadSession::LoginPage, 200),
        (DeadSession::StatusCode, 200),
        (DeadSession::EmptyObject, 200),
    ] {
        system.answer_dead_sessions_with(shape);
        let answer = get(&client, &system, LICENSE).await;
        assert_eq!(answer.status(), status, "{shape:?}");
        let body = answer.text().await.unwrap();
        assert!(!body.contains("max_num_dev"), "{shape:?}");
    }
    // An ended session is nobody's fault, unlike none at all.
    assert_eq!(system.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_client_is_refused_and_noted() {
    let (system, client) = started().await;
    // Never signed in.
    assert_eq!(get(&client, &system, LICENSE).await.status(), 302);
    // JSON that does not say it is.
    let untyped = client.post(system.url() + AUTH).body("{}").send().await.unwrap();
    assert_eq!(untyped.status(), 400);
    // No logintype.
    let body = json!({
        "url": "/gui/userauth",
        "method": "login",
        "params": {"username": "exporter", "secretkey": "demo-password"},
    });
    let incomplete = with_json(client.post(system.url() + AUTH), &body).send().await.unwrap();
    assert_ne!(code(incomplete).await, 0);
    // A page that does not exist.
    assert_eq!(get(&client, &system, "/jsonrpc").await.status(), 404);

    assert_eq!(system.violations().len(), 4);
    let noted = system.violations().concat();
    assert!(!noted.contains("demo-password"), "{noted}");
    assert_eq!(system.failed_logins(), 0);
}

#[tokio::test]
async fn overrides_prefixes_and_plain_http() {
    let certificate = Certificate::generate().unwrap();
    let client = client(&certificate);
    let system = FortiManager::start_plain().await.unwrap();
    system.set_cookie_prefix("demo_");
    let welcome = login(&client, &system, "demo-password").await;
    assert!(set_cookie(&welcome, "demo_CURRENT_SESSION").is_some());
    assert_eq!(get(&client, &system, LICENSE).await.status(), 200);

    system.override_path_times(
        "/cgi-bin/module/flatui/",
        Answer::status(503).header("retry-after", "7").body("busy"),
        1,
    );
    let busy = get(&client, &system, LICENSE).await;
    assert_eq!((busy.status().as_u16(), &busy.headers()["retry-after"]), (503, &"7".parse().unwrap()));
    assert_eq!(get(&client, &system, LICENSE).await.status(), 200);
    system.override_path("/", Answer::status(500));
    assert_eq!(get(&client, &system, LICENSE).await.status(), 500);
    system.clear_overrides();
    assert_eq!(get(&client, &system, LICENSE).await.status(), 200);

    system.stop().await;
    let refused = client.get(system.url()).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    system.resume().await.unwrap();
    assert_eq!(get(&client, &system, LICENSE).await.status(), 200);

    system.override_path("/", Answer::json(200, &json!({"half": "an"})).broken_off());
    let half = get(&client, &system, LICENSE).await;
    assert_eq!(half.status(), 200);
    assert!(half.bytes().await.is_err());
}

#[test]
fn the_demo_licence_moves_with_the_day() {
    let license = super::demo_license("2025-06-25T23:59:59Z".parse().unwrap());
    assert_eq!(license["used_gb_day_history"][1]["date"], "Jun 24, 2025");
    assert_eq!(
        license["licenses"]["FMWR"],
        json!({
            "css": "ok",
            "txt": "Web/Online Support (Expires 2025-07-13)",
            "status": "ok",
        })
    );
    assert_eq!(license["licenses"]["NIDS"]["txt"], "Expired (Expires 2025-06-16)");
}
