//! An upright client for the simulator's own tests. It is not the product's client.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use super::Certificate;

/// A client with a cookie jar that trusts this certificate's CA and follows no redirect.
pub(super) fn client(certificate: &Certificate) -> Client {
    let ca = reqwest::Certificate::from_pem(certificate.ca_pem().as_bytes()).unwrap();
    Client::builder()
        .tls_certs_only([ca])
        .cookie_store(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// A request with this JSON as its body.
pub(super) fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json").body(body.to_string())
}

pub(super) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// The value of a cookie an answer sets.
pub(super) fn set_cookie(response: &Response, name: &str) -> Option<String> {
    response
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|line| line.to_str().unwrap().split(';').next())
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
