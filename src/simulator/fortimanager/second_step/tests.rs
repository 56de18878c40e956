use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::simulator::testing::{client, json, set_cookie, with_json};
use crate::simulator::{Certificate, DeadSession, FortiManager, Generation};

const AUTH: &str = "/cgi-bin/module/flatui_auth";
const PROXY: &str = "/cgi-bin/module/flatui_proxy";
const LICENSE: &str = "/cgi-bin/module/flatui/SysDashboard?action=read&type=license";

/// A system of this generation, and the answer to a login.
async fn signed_in(generation: Generation) -> (FortiManager, Client, Response) {
    let certificate = Certificate::generate().unwrap();
    let system = FortiManager::start(&certificate).await.unwrap();
    system.set_generation(generation);
    let client = client(&certificate);
    let body = json!({
        "url": "/gui/userauth",
        "method": "login",
        "params": {"username": "exporter", "secretkey": "demo-password", "logintype": 0},
    });
    let welcome = with_json(client.post(system.url() + AUTH), &body).send().await.unwrap();
    (system, client, welcome)
}

async fn get(client: &Client, system: &FortiManager, path: &str, headers: [&str; 3]) -> Response {
    let names = ["X-CSRFToken", "X-XSRF-TOKEN", "XSRF-TOKEN"];
    let request = client.get(system.url() + path);
    let request =
        names.into_iter().zip(headers).fold(request, |request, (name, value)| request.header(name, value));
    request.send().await.unwrap()
}

#[tokio::test]
async fn the_older_generation_wants_the_second_step_and_each_header() {
    for token_at_login in [true, false] {
        let (system, client, welcome) = signed_in(Generation::TwoStep { token_at_login }).await;
        system.answer_dead_sessions_with(DeadSession::Forbidden);
        let token = set_cookie(&welcome, "HTTP_CSRF_TOKEN");
        assert_eq!(token.is_some(), token_at_login);
        assert_eq!(client.get(system.url() + LICENSE).send().await.unwrap().status(), 403);
        assert_eq!(system.violations(), Vec::<String>::new(), "nobody can know the release");

        let page = client.get(system.url() + "/p/app/").send().await.unwrap();
        let csrf = set_cookie(&page, "csrftoken").unwrap();
        let xsrf = set_cookie(&page, "XSRF-TOKEN").unwrap();
        let third = token.as_ref().unwrap_or(&xsrf);
        for tokens in [&csrf, &xsrf, third] {
            assert!(system.issued_tokens().contains(tokens));
        }
        for headers in [["", &xsrf, third], [&csrf, "", third], [&csrf, &xsrf, ""]] {
            assert_eq!(get(&client, &system, LICENSE, headers).await.status(), 403);
            assert_eq!(get(&client, &system, "/p/logout/", headers).await.status(), 403);
        }
        assert_eq!(system.violations().len(), 6);
        assert_eq!(get(&client, &system, LICENSE, [&csrf, &xsrf, third]).await.status(), 200);

        // There is no newer way out.
        let newer = client.post(system.url() + "/p/logout-api/").header("XSRF-TOKEN", third).send().await;
        assert_eq!(newer.unwrap().status(), 404);
        assert_eq!(system.open_sessions(), 1);
        get(&client, &system, "/p/logout/", [&csrf, &xsrf, third]).await;
        assert_eq!((system.open_sessions(), system.logouts(), system.violations().len()), (0, 1, 6));
    }
}

#[tokio::test]
async fn a_session_without_its_second_step_can_be_ended() {
    let (system, client, _) = signed_in(Generation::TwoStep { token_at_login: true }).await;
    client.get(system.url() + "/p/logout/").send().await.unwrap();
    assert_eq!((system.open_sessions(), system.violations()), (0, Vec::new()));
}

#[tokio::test]
async fn the_newer_generation_has_a_large_page_without_cookies_and_no_older_way_out() {
    let (system, client, _) = signed_in(Generation::OneStep).await;
    let page = client.get(system.url() + "/p/app/").send().await.unwrap();
    assert_eq!((set_cookie(&page, "csrftoken"), set_cookie(&page, "XSRF-TOKEN")), (None, None));
    assert!(page.bytes().await.unwrap().len() > 1024 * 1024);
    assert_eq!(client.get(system.url() + "/p/logout/").send().await.unwrap().status(), 404);
    assert_eq!((system.open_sessions(), system.violations()), (1, Vec::new()));
}

#[tokio::test]
async fn the_proxy_tells_of_the_session_and_is_strict() {
    let (system, client, welcome) = signed_in(Generation::OneStep).await;
    let token = set_cookie(&welcome, "HTTP_CSRF_TOKEN").unwrap();
    let ask = async |url: &str, token: &str| {
        let body = json!({"method": "get", "url": url});
        let request = with_json(client.post(system.url() + PROXY), &body).header("XSRF-TOKEN", token);
        request.send().await.unwrap()
    };
    let status = |answer: &Value| answer["result"][0]["status"]["code"].clone();
    let answer = json(ask("/gui/sys/session", &token).await).await;
    assert_eq!((status(&answer), &answer["result"][0]["url"]), (json!(0), &json!("/gui/sys/session")));
    assert_eq!(answer["result"][0]["data"]["login_user"], "exporter");
    assert_eq!(system.violations(), Vec::<String>::new());

    assert_eq!(ask("/gui/sys/session", "").await.status(), 403);
    assert_eq!(status(&json(ask("/gui/elsewhere", &token).await).await), -6);
    assert_eq!(system.violations().len(), 2);
    system.kill_sessions();
    assert_eq!(ask("/gui/sys/session", &token).await.status(), 302);
    assert_eq!(system.violations().len(), 2);
}
