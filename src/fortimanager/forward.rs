//! FortiManager's databases behind the pages: `POST /cgi-bin/module/forward`.
//!
//! The addresses and methods are those of JSON-RPC, the session is that of the
//! pages, and the answer of JSON-RPC stands in an envelope with a code of its
//! own. Only `get` is ever used. No capture is public, only clients that read
//! it.

use serde::Serialize;
use serde_json::Value;

use super::csrf::Csrf;
use super::proxy;
use crate::upstream::{Client, Deadline, Error, Request, aside};

const FORWARD: &str = "/cgi-bin/module/forward";
/// A list may name every device that each of its entries is for.
const LARGEST: usize = 8 * 1024 * 1024;

#[derive(Serialize)]
struct Call<'a> {
    id: u32,
    method: &'static str,
    params: [Address<'a>; 1],
}

#[derive(Serialize)]
struct Address<'a> {
    url: &'a str,
}

/// What `look` makes of the data at `url`, asked for with this session.
pub(super) async fn ask<T: Send + 'static>(
    client: &Client,
    csrf: &Csrf,
    url: &str,
    deadline: Deadline,
    look: impl FnOnce(Value) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let call = Call { id: 1, method: "get", params: [Address { url }] };
    let request = Request::post_json(FORWARD, &call).calling(call.method, url).body_limit(LARGEST);
    let request = csrf.sign_renamed(request);
    let reply = client.send(request, deadline).await?;
    let url = url.to_owned();
    aside(reply.body().len(), move || {
        let mut body = proxy::body(&reply, &url)?;
        let answer = body.get_mut("data").map(Value::take).unwrap_or_default();
        proxy::check(&answer, &url)?;
        look(proxy::data(answer, &reply)?)
    })
    .await?
}
