//! `/sd`: the targets as Prometheus' HTTP service discovery wants them, each
//! with its own `/probe`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::scrape::PROBE;
use super::site::Site;
use crate::observation::TargetState;
use crate::sharding::Shard;

/// A host name has at most 253 characters.
const LONGEST_HOST: usize = 253 + ":65535".len();

/// Every target. Where Prometheus scrapes them is where it has asked for them:
/// the exporter cannot know by which name and through which port it is reached.
pub(super) async fn targets(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(host) = host(&uri, &headers) else {
        let message = "the request names no host and port to scrape (Host)\n";
        return (StatusCode::BAD_REQUEST, message).into_response();
    };
    let (host, probe) = (host.to_owned(), site.route_prefix.path(PROBE));
    let targets = site.store.targets();
    let shard = site.shard;
    let write = move || {
        let groups: Value = targets.iter().map(|target| group(target, &host, &probe, shard)).collect();
        ([(CONTENT_TYPE, "application/json")], groups.to_string()).into_response()
    };
    site.aside.page(write).await
}

/// The label `target` is for `up` and the like, which then have it as every series has.
fn group(target: &TargetState, host: &str, probe: &str, shard: Shard) -> Value {
    json!({
        "targets": [host],
        "labels": {
            "target": target.name,
            "__metrics_path__": probe,
            "__param_target": target.name,
            "__meta_fortinet_target": target.name,
            "__meta_fortinet_system": target.system.name,
            "__meta_fortinet_url": target.url,
            "__meta_fortinet_shard": shard.index().to_string(),
        },
    })
}

/// HTTP/2 has it in place of the header.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let header = || headers.get(HOST)?.to_str().ok();
    uri.authority().map(Authority::as_str).or_else(header).filter(|host| is_host(host))
}

/// A name or an address, perhaps with a port: what Prometheus takes for a target.
fn is_host(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    text.len() <= LONGEST_HOST && !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for host in ["localhost:10066", "exporter.example.com", "[::1]:10066", "10.0.0.1:443", "my_host"] {
            assert!(is_host(host), "{host}");
        }
        let long = "a".repeat(300);
        for host in ["", "a/b", "user@host", "a b", "a\"b", "höst", "a,b", "a?b", long.as_str()] {
            assert!(!is_host(host), "{host}");
        }
    }
}
