//! A request as the simulated systems look at it.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use serde_json::Value;

/// More than any client has to send; what is larger is cut to nothing.
const BODY_LIMIT: usize = 64 * 1024;

/// One request, read whole.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    headers: HeaderMap,
    body: Bytes,
    scheme: &'static str,
}

impl Call {
    pub(super) async fn read(request: Request<Body>, scheme: &'static str) -> Self {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_LIMIT).await;
        Self {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body: body.unwrap_or_default(),
            scheme,
        }
    }

    /// The path with its query, as a log would show it.
    pub(super) fn target(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    pub(super) fn is(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.path == path
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A cookie's value byte for byte: these systems neither decode nor unquote it.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The query's parameters as they stand; none of those understood here needs decoding.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Whether the content type says JSON, with or without a charset.
    pub(super) fn says_json(&self) -> bool {
        self.header("content-type")
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    }

    /// The body as JSON, if it is and says so.
    pub(super) fn json(&self) -> Option<Value> {
        if !self.says_json() {
            return None;
        }
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the body holds what signs in to one of the systems.
    pub(super) fn has_credentials(&self) -> bool {
        let Some(body) = self.json() else { return false };
        let places = ["/params/secretkey", "/password", "/access_key", "/access_token"];
        places.iter().any(|place| body.pointer(place).is_some())
    }

    pub(super) fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Whether `Referer` names this very host and port, with any path: the rule of Django, which both
    /// FortiManager's logout and EMS follow.
    pub(super) fn referer_is_ours(&self) -> bool {
        let Some((scheme, rest)) = self.header("referer").and_then(|referer| referer.split_once("://"))
        else {
            return false;
        };
        let host = rest.split('/').next().unwrap_or_default();
        scheme == self.scheme && self.header("host") == Some(host)
    }
}
