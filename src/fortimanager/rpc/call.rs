//! One call: a method, an address, and what else belongs to it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::envelope::{Status, status};
use super::{NO_PERMISSION, PATH};
use crate::upstream::{Error, Reason, Reply, Request, Verdict, quoted};

/// The table of tasks has ten thousand rows.
const LARGEST: usize = 8 * 1024 * 1024;

/// A call that reads, or ends a session. There are methods that change something; none
/// of them can be made here, and `exec` is for addresses that execute no more than a look.
#[derive(Serialize)]
pub(in crate::fortimanager) struct Call {
    id: u8,
    method: &'static str,
    params: [Params; 1],
    /// Choices as words, where they would be numbers.
    verbose: u8,
    #[serde(skip)]
    body_limit: usize,
}

/// A call as it is made in a session.
#[derive(Serialize)]
struct InSession<'a> {
    #[serde(flatten)]
    call: &'a Call,
    session: &'a str,
}

#[derive(Serialize)]
struct Params {
    url: Cow<'static, str>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

impl Call {
    /// `get` of what stands at `url`.
    pub(in crate::fortimanager) fn get(url: impl Into<Cow<'static, str>>) -> Self {
        Self::new("get", url.into())
    }

    /// `exec` of `url` with `data`.
    pub(in crate::fortimanager) fn exec(url: &'static str, data: impl Into<Value>) -> Self {
        Self::new("exec", Cow::Borrowed(url)).with("data", data)
    }

    /// The end of a session.
    pub(super) fn sign_out() -> Self {
        Self::new("exec", Cow::Borrowed("/sys/logout"))
    }

    fn new(method: &'static str, url: Cow<'static, str>) -> Self {
        Self { id: 1, method, params: [Params { url, more: Map::new() }], verbose: 1, body_limit: LARGEST }
    }

    /// The same with another parameter beside `url`, such as `fields`.
    pub(in crate::fortimanager) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let [params] = &mut self.params;
        params.more.insert(key.to_owned(), value.into());
        self
    }

    /// The same with a larger answer allowed, in bytes.
    pub(in crate::fortimanager) fn body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// The request without a token.
    pub(super) fn request(&self) -> Request {
        self.posted(self)
    }

    /// The request in a session, whose id stands in the body.
    pub(super) fn request_in(&self, session: &str) -> Request {
        self.posted(&InSession { call: self, session })
    }

    fn posted(&self, body: &impl Serialize) -> Request {
        Request::post_json(PATH, body).calling(self.method, self.url()).body_limit(self.body_limit)
    }

    fn url(&self) -> &str {
        let [params] = &self.params;
        &params.url
    }

    /// The `data` of an answer, or the error that says whether token or session is to blame.
    pub(in crate::fortimanager) fn data(&self, reply: &Reply) -> Result<Value, Error> {
        reply.check_status()?;
        let mut body: Value = reply.json().ok_or_else(|| reply.not_json())?;
        match status(&body) {
            Status::Ok => {}
            Status::None => return Err(reply.unexpected("that has no status")),
            Status::Failed { code, message } => {
                let message = format!("{} answered: {} (code {code})", self.url(), quoted(&message));
                return Err(match code {
                    NO_PERMISSION => {
                        Error::new(Reason::Forbidden, message).with_verdict(Verdict::SessionDead)
                    }
                    // By another code, of which nothing is public.
                    _ if tells_of_session(&message) => {
                        Error::new(Reason::Auth, message).with_verdict(Verdict::SessionDead)
                    }
                    _ => Error::new(Reason::UnexpectedPayload, message),
                });
            }
        }
        // As an object where there is one result alone, by some accounts.
        let place = if body.pointer("/result/0").is_some() { "/result/0/data" } else { "/result/data" };
        let data = body.pointer_mut(place).map(Value::take).filter(|data| !data.is_null());
        data.ok_or_else(|| {
            let message = format!("{} answered with no data", self.url());
            Error::new(Reason::UnexpectedPayload, message)
        })
    }
}

/// Whether an error's words are about the session, not about what was asked for.
fn tells_of_session(message: &str) -> bool {
    let lower = message.to_ascii_lowercase();
    ["session", "not logged in", "unauthorized"].iter().any(|words| lower.contains(words))
}
