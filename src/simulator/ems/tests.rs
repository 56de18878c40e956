use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::{Ems, SignInRefusal};
use crate::simulator::testing::{client, json, set_cookie, with_json};
use crate::simulator::{Certificate, Cloud, Fleet};

async fn started() -> (Ems, Client) {
    let certificate = Certificate::generate().unwrap();
    let system = Ems::start(&certificate).await.unwrap();
    (system, client(&certificate))
}

async fn sign_in(client: &Client, system: &Ems, body: &Value) -> Response {
    let request = client.post(system.url() + "/api/v1/auth/signin");
    with_json(request, body).send().await.unwrap()
}

async fn get(client: &Client, url: String) -> Response {
    client.get(url).send().await.unwrap()
}

fn right() -> Value {
    json!({"name": "exporter", "password": "demo-password", "site": "default"})
}

#[tokio::test]
async fn an_upright_client_walks_the_list_and_leaves() {
    let (system, client) = started().await;
    system.set_page_cap(40);
    system.reissue_sessions(true);
    let welcome = sign_in(&client, &system, &right()).await;
    assert!(set_cookie(&welcome, "csrftoken").is_some());
    let welcome = json(welcome).await;
    assert_eq!(welcome["result"]["retval"], 1);
    assert_eq!(welcome["data"]["site"], "Default");

    let mut rows = 0;
    loop {
        let url = format!("{}/api/v1/endpoints/index?offset={rows}&count=300", system.url());
        let page = json(get(&client, url).await).await;
        assert_eq!(page["data"]["total"], 500);
        match page["data"]["endpoints"].as_array().unwrap().len() {
            0 => break,
            count => rows += count,
        }
    }
    assert_eq!(rows, 500);

    for (path, pointer, value) in [
        ("license/get", "/data/used/epp", json!(310)),
        ("system/serial_number", "/data", json!("FCTEMS0000000001")),
        ("system/consts/get?system_update_time=1", "/data/System/VERSION", json!("7.4.3")),
    ] {
        let url = format!("{}/api/v1/{path}", system.url());
        let body = json(get(&client, url).await).await;
        assert_eq!(body.pointer(pointer), Some(&value), "{path}");
    }
    let out = get(&client, system.url() + "/api/v1/auth/signout").await;
    assert_eq!(out.status(), 200);
    assert_eq!((system.open_sessions(), system.logouts()), (0, 1));
    assert_eq!(system.violations(), Vec::<String>::new());

    let gone = get(&client, system.url() + "/api/v1/license/get").await;
    assert_eq!(gone.status(), 401);
    assert_eq!(json(gone).await["result"]["retval"], -4);
}

#[tokio::test]
async fn a_frozen_cookie_does_not_last() {
    let (system, client) = started().await;
    let welcome = sign_in(&client, &system, &right()).await;
    let frozen = set_cookie(&welcome, "sessionid").unwrap();
    system.reissue_sessions(true);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let answer = client
            .get(system.url() + "/api/v1/system/serial_number")
            .header("cookie", format!("sessionid={frozen}"))
            .send()
            .await
            .unwrap();
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 200, 401]);
}

#[tokio::test]
async fn refusals_look_as_chosen_and_lock() {
    let (system, client) = started().await;
    let elsewhere = json!({"name": "exporter", "password": "demo-password", "site": "paris"});
    assert_eq!(sign_in(&client, &system, &elsewhere).await.status(), 400);

    let wrong = json!({"name": "exporter", "password": "wrong"});
    for (refusal, status) in
        [(SignInRefusal::BadRequest, 400), (SignInRefusal::Unauthorized, 401), (SignInRefusal::Ok, 200)]
    {
        system.refuse_sign_in_with(refusal);
        let refused = sign_in(&client, &system, &wrong).await;
        assert_eq!(refused.status(), status);
        assert_eq!(set_cookie(&refused, "sessionid"), None);
        assert_eq!(json(refused).await["result"]["retval"], -1);
    }
    assert!(system.is_locked());
    let locked = json(sign_in(&client, &system, &right()).await).await;
    assert_eq!(locked["result"]["retval"], -1);
    assert_eq!((system.logins(), system.failed_logins()), (0, 4));
}

#[tokio::test]
async fn a_wrong_client_is_refused_and_noted() {
    let (system, client) = started().await;
    let url = system.url();
    let index = format!("{url}/api/v1/endpoints/index");
    assert_eq!(get(&client, index.clone()).await.status(), 401);
    sign_in(&client, &system, &right()).await;
    for query in ["?limit=5", "?count=0", "?offset=-1"] {
        assert_eq!(get(&client, format!("{index}{query}")).await.status(), 400);
    }
    let forged = client.post(format!("{url}/api/v1/auth/signout")).send().await.unwrap();
    assert_eq!(forged.status(), 403);
    let other_site = client.get(&index).header("Site", "paris").send().await.unwrap();
    assert_eq!(other_site.status(), 400);
    assert_eq!(get(&client, format!("{url}/api/v1/unheard")).await.status(), 404);
    assert_eq!(system.violations().len(), 7, "{:#?}", system.violations());

    // Forgetting the count is not forbidden, only a trap.
    let page = json(get(&client, index).await).await;
    assert_eq!(page["data"]["endpoints"].as_array().unwrap().len(), 50);
    system.forbid_license(true);
    let forbidden = get(&client, format!("{url}/api/v1/license/get")).await;
    assert_eq!(forbidden.status(), 403);
    assert_eq!(json(forbidden).await["result"]["retval"], -5);
    assert_eq!(system.violations().len(), 7);
}

#[tokio::test]
async fn the_cloud_wants_the_bare_session_id() {
    let certificate = Certificate::generate().unwrap();
    let client = client(&certificate);
    let system = Cloud::start(&certificate).await.unwrap();
    system.set_fleet(Fleet::from_rows(vec![json!({"device_id": 1})]));
    let base = format!("{}/fct/api/public/v1", system.url());
    let login = format!("{base}/ems_api_cloud/login/");
    let index = format!("{base}/ems_api/api/v1/endpoints/index?offset=0&count=10");

    let wrong = json!({"access_key": "wrong", "account_email": "it@example.com"});
    let refused = with_json(client.post(&login), &wrong).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let right = json!({"access_key": "demo-access-key", "account_email": "it@example.com"});
    let welcome = json(with_json(client.post(&login), &right).send().await.unwrap()).await;
    assert_eq!(welcome["result"], "login");
    let id = welcome["session_id"].as_str().unwrap();

    let call = |authorization: String| client.get(&index).header("Authorization", authorization);
    let bearer = call(format!("Bearer {id}")).send().await.unwrap();
    assert_eq!(bearer.status(), 401);
    assert_eq!(system.violations().len(), 1);
    let page = json(call(id.to_owned()).send().await.unwrap()).await;
    assert_eq!(page["data"], json!({"endpoints": [{"device_id": 1}], "total": 1}));

    let out = client
        .post(format!("{base}/ems_api_cloud/logout/"))
        .header("Authorization", id)
        .send()
        .await
        .unwrap();
    assert_eq!(json(out).await, json!({"result": "logout"}));
    assert_eq!(call(id.to_owned()).send().await.unwrap().status(), 401);
    assert_eq!((system.logouts(), system.open_sessions()), (1, 0));
    assert_eq!(system.violations().len(), 1);
}
