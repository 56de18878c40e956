//! A system played from a capture: it answers what was answered then, in the same order.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A capture that is being played; it ends when this is dropped.
pub(crate) struct Replay {
    about: Value,
    url: String,
    server: JoinHandle<()>,
}

/// What was asked once, and what came back.
struct Exchange {
    asked: Asked,
    response: Value,
    is_used: bool,
}

/// What tells requests apart: where a page begins depends on how many rows are left.
#[derive(PartialEq)]
struct Asked {
    method: String,
    path: String,
    parameters: Vec<String>,
    /// Of a proxy.
    url: Option<String>,
}

impl Replay {
    /// Plays the capture in a folder.
    pub(crate) async fn of(folder: &Path) -> Self {
        let about = read(&folder.join("capture.json"));
        let exchanges = Arc::new(Mutex::new(exchanges(folder)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(exchanges);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { about, url, server }
    }

    /// A configuration in which it is the only target, called `capture`.
    pub(crate) fn config(&self) -> String {
        let section = self.about["section"].as_str().unwrap();
        let in_cloud = format!("api_id: an-api-id, password: a-password, auth_url: '{}'", self.url);
        let account = match section {
            "forticlient_cloud" => "account_email: it@example.com, access_key: a-key",
            "fortimanager_cloud" => &in_cloud,
            _ if self.about["api_token"] == true => {
                "username: exporter, password: a-password, api_token: a-token"
            }
            _ => "username: exporter, password: a-password",
        };
        let collectors: Vec<&str> = self.about["collectors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].as_str().unwrap())
            .collect();
        let summary = if self.about["endpoints"] == "summary" { ", endpoints: summary" } else { "" };
        format!(
            "{section}: [{{ name: capture, url: '{}', allow_plain_http: true, {account}, collectors: [{}]{summary} }}]\n",
            self.url,
            collectors.join(", ")
        )
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The exchanges of a folder in their order.
fn exchanges(folder: &Path) -> Vec<Exchange> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files
        .retain(|file| file.file_name().unwrap().to_str().unwrap().starts_with(|c: char| c.is_ascii_digit()));
    files.sort();
    let is_cut = read(&folder.join("capture.json"))["pages_left_out"] != 0;
    let mut all: Vec<Exchange> = files.iter().map(|file| exchange(&read(file))).collect();
    let rows = |exchange: &Exchange| exchange.response["body"]["data"]["endpoints"].as_array().map(Vec::len);
    let left: usize = all.iter().filter_map(rows).sum();
    for exchange in &mut all {
        // Rows that were left out do not come: an index must not say that there are more.
        let is_short = is_cut || exchange.response["left_out"]["data.endpoints"].is_number();
        if is_short && rows(exchange).is_some() {
            exchange.response["body"]["data"]["total"] = left.into();
        }
    }
    all
}

fn exchange(file: &Value) -> Exchange {
    let request = &file["request"];
    let text = |key: &str| request[key].as_str().unwrap();
    let asked = Asked::new(text("method"), text("path"), &request["body"]);
    Exchange { asked, response: file["response"].clone(), is_used: false }
}

impl Asked {
    fn new(method: &str, target: &str, body: &Value) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameters = query.split('&').filter(|pair| !pair.starts_with("offset="));
        let url = body.get("url").or_else(|| body.pointer("/params/0/url")).and_then(Value::as_str);
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            parameters: parameters.map(str::to_owned).collect(),
            url: url.map(str::to_owned),
        }
    }
}

async fn answer(State(exchanges): State<Arc<Mutex<Vec<Exchange>>>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let asked = Asked::new(head.method.as_str(), head.uri.path_and_query().unwrap().as_str(), &body);
    let mut exchanges = exchanges.lock().unwrap_or_else(PoisonError::into_inner);
    let mut same: Vec<&mut Exchange> = exchanges.iter_mut().filter(|known| known.asked == asked).collect();
    let next = same.iter().position(|known| !known.is_used).unwrap_or(same.len().saturating_sub(1));
    let Some(exchange) = same.get_mut(next) else {
        return Response::builder().status(404).body(Body::empty()).unwrap();
    };
    exchange.is_used = true;
    let captured = &exchange.response;
    let status = captured["status"].as_u64().map_or(500, |status| u16::try_from(status).unwrap());
    let mut response = Response::builder().status(status);
    if let Some(kind) = captured["content_type"].as_str().filter(|kind| !kind.is_empty()) {
        response = response.header(CONTENT_TYPE, kind);
    }
    for cookie in captured["cookies"].as_array().into_iter().flatten() {
        response = response.header(SET_COOKIE, format!("{}=stand-in; Path=/", cookie.as_str().unwrap()));
    }
    let body = match captured.get("body") {
        Some(body) => body.to_string(),
        None => elements(captured),
    };
    response.body(Body::from(body)).unwrap()
}

/// A page for people, of whose elements the capture tells.
fn elements(captured: &Value) -> String {
    let elements = captured["elements"].as_array().into_iter().flatten();
    elements.map(|element| format!("<{}>", element.as_str().unwrap())).collect()
}
