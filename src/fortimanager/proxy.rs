//! The data behind the pages: `POST /cgi-bin/module/flatui_proxy`.
//!
//! Most of what a page shows it fetches here, by an address and a method. Only
//! `get` is ever used: other methods change something.

use serde::Serialize;
use serde_json::Value;

use super::Pages;
use super::csrf::Csrf;
use super::envelope::{Status, status};
use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, Verdict, quoted};

const PROXY: &str = "/cgi-bin/module/flatui_proxy";

/// What every session may read: about itself.
pub(super) const SESSION: &str = "/gui/sys/session";

#[derive(Serialize)]
struct Call<'a> {
    method: &'static str,
    url: &'a str,
}

/// The request for the data at `url`.
pub(super) fn get(csrf: &Csrf, url: &str) -> Request {
    let call = Call { method: "get", url };
    csrf.sign(Request::post_json(PROXY, &call).calling(call.method, url))
}

/// The data at `url`, read with the session of the collector's target.
pub(super) async fn read(
    pages: &Pages,
    collector: &'static str,
    url: &'static str,
    deadline: Deadline,
) -> Result<Value, Error> {
    let Pages { client, keeper } = pages;
    let read = |csrf: Csrf| -> futures_util::future::BoxFuture<'static, _> {
        let client = client.clone();
        Box::pin(async move { ask(&client, &csrf, url, deadline).await })
    };
    keeper.with_session(collector, deadline, read).await
}

/// The data at `url`, asked for with this session.
pub(super) async fn ask(client: &Client, csrf: &Csrf, url: &str, deadline: Deadline) -> Result<Value, Error> {
    let reply = client.send(get(csrf, url), deadline).await?;
    data(body(&reply, url)?, &reply)
}

/// The body of an answer about `url`, or the error that says whether the session is to blame.
pub(super) fn body(reply: &Reply, url: &str) -> Result<Value, Error> {
    reply.check_status()?;
    let body = reply.json().ok_or_else(|| reply.not_json())?;
    check(&body, url)?;
    Ok(body)
}

/// The error that a body tells of.
pub(super) fn check(body: &Value, url: &str) -> Result<(), Error> {
    let Status::Failed { code, message } = status(body) else { return Ok(()) };
    let message = format!("{url} answered: {} (code {code})", quoted(&message));
    Err(match code {
        // Clients take -6 for a session that has ended; -11 is "no permission", which a stale one gets, too.
        -6 => Error::new(Reason::Auth, message).with_verdict(Verdict::SessionDead),
        -11 => Error::new(Reason::Forbidden, message).with_verdict(Verdict::SessionDead),
        _ => Error::new(Reason::UnexpectedPayload, message),
    })
}

/// What stands under `result[0].data` of a body.
pub(super) fn data(mut body: Value, reply: &Reply) -> Result<Value, Error> {
    if status(&body) == Status::None {
        return Err(reply.unexpected("that has no status"));
    }
    let data = body.pointer_mut("/result/0/data").map(Value::take);
    data.filter(|data| !data.is_null()).ok_or_else(|| reply.unexpected("that has no data"))
}
