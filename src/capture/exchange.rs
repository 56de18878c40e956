//! One exchange as it is written to its file.

use serde_json::{Map, Value, json};

use super::address;
use super::mask::{MASKED, Mask, names_a_secret};
use super::skeleton::elements;
use crate::upstream::{Page, Recorded, Reply, is_field_name, lenient_json};

/// Names of cookies; some systems put a prefix of their owner's in front.
const COOKIES: [&str; 8] = [
    "CURRENT_SESSION",
    "HTTP_CSRF_TOKEN",
    "XSRF-TOKEN",
    "auth_state",
    "csrftoken",
    "remoteauth",
    "selectadom",
    "sessionid",
];

/// Kinds of content; others may be anybody's word.
const KINDS: [&str; 8] = [
    "application/json",
    "application/octet-stream",
    "application/xml",
    "text/html",
    "text/javascript",
    "text/json",
    "text/plain",
    "text/xml",
];

/// One exchange without anything that tells whose it was.
pub(super) struct Exchange {
    pub(super) content: Map<String, Value>,
    /// What the file is called, beside its number.
    pub(super) name: String,
    /// Where a page of many begins.
    pub(super) offset: usize,
    /// Path without the query.
    pub(super) path: String,
    /// The page, if it is one of many that are read alike.
    pub(super) one_of_many: Option<&'static Page>,
}

impl Exchange {
    pub(super) fn of(recorded: &Recorded<'_>, mask: &mut Mask) -> Self {
        let sent: Option<Value> = recorded.body.and_then(|body| lenient_json(body.as_bytes()));
        let asked_for = sent.as_ref().and_then(asked_for).unwrap_or(recorded.path);
        let page = address::page(mask.vocabulary, asked_for);
        let address = mask.address(recorded.path);
        let mut content = Map::new();
        let mut add = |key: &str, value: Value| content.insert(key.to_owned(), value);
        add(
            "request",
            json!({
                "method": recorded.method,
                "path": address,
                "headers": recorded.headers,
                "body": sent.as_ref().map(|sent| request(sent, recorded.path, mask)),
            }),
        );
        match recorded.outcome {
            Ok(reply) => add("response", answer(reply, page, mask).into()),
            Err(error) => add("error", error.reason().as_str().into()),
        };
        let path = address.split('?').next().unwrap_or_default().to_owned();
        let name = name(recorded.method, &mask.address(asked_for));
        let one_of_many = page.filter(|page| page.addresses.iter().any(|address| address.contains('*')));
        Self { content, name, offset: offset(recorded.path), path, one_of_many }
    }
}

/// The method, and the end of the address.
fn name(method: &str, address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.rsplit('/').filter(|part| is_field_name(part)).take(2).collect();
    parts.push(method);
    parts.reverse();
    parts.join("-").to_ascii_lowercase()
}

/// What a proxy is asked for: `url`, or that of the first of the `params`.
fn asked_for(sent: &Value) -> Option<&str> {
    let url = sent.get("url").or_else(|| sent.pointer("/params/0/url"));
    url.and_then(Value::as_str)
}

fn offset(path: &str) -> usize {
    let offset = path.split(['?', '&']).find_map(|pair| pair.strip_prefix("offset="));
    offset.and_then(|offset| offset.parse().ok()).unwrap_or_default()
}

/// The exporter's own words: where they hold a secret, the keys are all that is shown.
fn request(sent: &Value, path: &str, mask: &mut Mask) -> Value {
    let is_secret = address::is_sign_in(mask.vocabulary, path);
    own(sent, "", is_secret, mask)
}

fn own(sent: &Value, key: &str, is_secret: bool, mask: &mut Mask) -> Value {
    match sent {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| (key.clone(), own(value, key, is_secret, mask));
            members.iter().map(member).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| own(item, key, is_secret, mask)).collect(),
        Value::String(text) => match key {
            "url" => mask.address(text).into(),
            "method" | "fields" | "filter" | "jsonrpc" if is_field_name(text) || key == "jsonrpc" => {
                text.as_str().into()
            }
            _ if is_secret || names_a_secret(key) => MASKED.into(),
            _ => mask.stand_ins.text(text).into(),
        },
        Value::Number(_) if is_secret => MASKED.into(),
        Value::Number(number) => mask.sent(number),
        other => other.clone(),
    }
}

fn answer(reply: &Reply, page: Option<&Page>, mask: &mut Mask) -> Map<String, Value> {
    let kind = reply.content_type().split(';').next().unwrap_or_default().trim();
    let kind = KINDS.iter().find(|known| known.eq_ignore_ascii_case(kind)).copied().unwrap_or_default();
    let known = |cookie: &String| COOKIES.iter().find(|name| cookie.ends_with(**name)).copied();
    let cookies: Vec<&str> = reply.cookies().iter().filter_map(known).collect();
    let mut answer = Map::new();
    let mut add = |key: &str, value: Value| answer.insert(key.to_owned(), value);
    add("status", reply.status().into());
    add("content_type", kind.into());
    add("cookies", cookies.into());
    match reply.json::<Value>().filter(|body| body.is_object() || body.is_array()) {
        Some(body) => {
            let (body, left_out) = mask.body(page, &body);
            add("body", body);
            if !left_out.is_empty() {
                add("left_out", json!(left_out));
            }
        }
        None => {
            add("bytes", reply.body().len().into());
            add("elements", elements(reply.body()).into());
        }
    }
    answer
}
