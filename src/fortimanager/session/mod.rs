//! Signing in to FortiManager's GUI API and out of it.
//!
//! Sign-in: `POST /cgi-bin/module/flatui_auth`. Success is status code 0 *and*
//! the session cookie; how a failure looks is documented nowhere, so anything
//! else that answers is taken for a refusal. The answer also sets the CSRF
//! token that every later POST must carry as a header.
//!
//! Sign-out: `POST /p/logout-api/` (7.2 and later), which demands a `Referer`;
//! else the `logout` method of `flatui_auth`.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, SignIn};

const AUTH: &str = "/cgi-bin/module/flatui_auth";
const LOGOUT: &str = "/p/logout-api/";
/// FortiManager images may put a prefix before these.
const SESSION_COOKIE: &str = "CURRENT_SESSION";
const CSRF_COOKIE: &str = "HTTP_CSRF_TOKEN";

/// The CSRF token of a session; its cookies are in the client.
#[derive(Clone)]
pub(super) struct Csrf(Option<String>);

impl Csrf {
    /// Adds the token to a request. Only a POST needs it; nothing minds it.
    pub(super) fn sign(&self, request: Request) -> Request {
        match &self.0 {
            Some(token) => request.header("XSRF-TOKEN", token.clone()),
            None => request,
        }
    }
}

pub(super) struct FlatUi {
    client: Client,
    username: String,
}

#[derive(Serialize)]
struct Login<'a> {
    url: &'static str,
    method: &'static str,
    params: Credentials<'a>,
}

#[derive(Serialize)]
struct Credentials<'a> {
    username: &'a str,
    secretkey: &'a str,
    logintype: u8,
}

#[derive(Serialize)]
struct Logout {
    url: &'static str,
    method: &'static str,
}

impl FlatUi {
    pub(super) fn new(client: Client, username: String) -> Self {
        Self { client, username }
    }

    fn has_session(&self) -> bool {
        self.client.cookie(SESSION_COOKIE).is_some()
    }
}

impl SignIn for FlatUi {
    type Session = Csrf;

    const MAX_AGE: Option<Duration> = None;

    async fn sign_in(&self, secret: &SecretString, deadline: Deadline) -> Result<Csrf, Error> {
        self.client.forget_cookies();
        let params =
            Credentials { username: &self.username, secretkey: secret.expose_secret(), logintype: 0 };
        let login = Login { url: "/gui/userauth", method: "login", params };
        let reply = self.client.send(Request::post_json(AUTH, &login), deadline).await?;
        check_login(&reply, self.has_session())?;
        Ok(Csrf(self.client.cookie(CSRF_COOKIE)))
    }

    fn leftover(&self) -> Option<Csrf> {
        self.has_session().then(|| Csrf(self.client.cookie(CSRF_COOKIE)))
    }

    fn tokens(&self, session: &Csrf) -> Vec<String> {
        let cookies = self.client.cookies().into_iter().map(|(_, value)| value);
        cookies.chain(session.0.clone()).collect()
    }

    async fn sign_out(&self, session: &Csrf, deadline: Deadline) {
        let request = session.sign(Request::post_empty(LOGOUT)).header("Referer", self.client.origin());
        let done =
            |reply: Reply| reply.is_success() && reply.json().is_some_and(|body| status(&body) == Status::Ok);
        if !self.client.send(request, deadline).await.is_ok_and(done) {
            let request = Request::post_json(AUTH, &Logout { url: "/gui/userauth", method: "logout" });
            let token = session.0.clone().unwrap_or_default();
            let request =
                session.sign(request).header("X-CSRFToken", token).header("Referer", self.client.origin());
            // Nothing is left to try; the session ends by its idle timeout.
            let _ = self.client.send(request, deadline).await;
        }
        self.client.forget_cookies();
    }
}

/// Decides whether a sign-in succeeded. A refusal must not be repeated soon:
/// three of them lock the administrator.
fn check_login(reply: &Reply, has_session: bool) -> Result<(), Error> {
    if !reply.judges_credentials() {
        return reply.check_status();
    }
    if !reply.is_success() {
        let message = format!("FortiManager refused the sign-in with HTTP {}", reply.status());
        return Err(Error::refused(Reason::Auth, message));
    }
    let Some(body) = reply.json::<Value>() else {
        let message = "FortiManager answered the sign-in with something that is not JSON";
        return Err(Error::refused(Reason::NotJson, message));
    };
    match status(&body) {
        Status::Failed { code, message } => Err(Error::refused_saying("FortiManager", &message, code)),
        Status::Ok | Status::None if has_session => Ok(()),
        Status::Ok | Status::None => {
            let message = "FortiManager answered the sign-in without a session cookie";
            Err(Error::refused(Reason::Auth, message))
        }
    }
}

/// What an answer says of itself.
#[derive(Debug, PartialEq)]
pub(super) enum Status {
    /// Nothing: the bare pages carry no status.
    None,
    Ok,
    Failed {
        code: i64,
        message: String,
    },
}

/// Finds the status in any of the envelopes: `result[0].status`, `result.status`,
/// `status`, or a bare `code` beside `message`.
pub(super) fn status(body: &Value) -> Status {
    let result = body.get("result");
    let result = result.and_then(|result| result.get(0)).or(result);
    let inner = result.and_then(|result| result.get("status"));
    for place in [inner, body.get("status"), Some(body)].into_iter().flatten() {
        let Some(code) = place.get("code") else { continue };
        let code = code.as_i64().or_else(|| code.as_str()?.trim().parse().ok());
        let message = place.get("message").and_then(Value::as_str).unwrap_or("no message");
        match code {
            Some(0) => {}
            Some(code) => return Status::Failed { code, message: message.to_owned() },
            None => return Status::Failed { code: -1, message: message.to_owned() },
        }
        return Status::Ok;
    }
    Status::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_is_found_in_every_envelope() {
        let failed = |code| Status::Failed { code, message: "m".to_owned() };
        for (body, expected) in [
            (json!({"result": [{"status": {"code": 0, "message": ""}}]}), Status::Ok),
            (json!({"result": [{"status": {"code": -6, "message": "m"}}]}), failed(-6)),
            (json!({"result": {"status": {"code": "-11", "message": "m"}}}), failed(-11)),
            (json!({"code": -6, "message": "m", "data": {}}), failed(-6)),
            (json!({"status": {"code": 1, "message": "m"}}), failed(1)),
            (json!({"max_num_dev": 100}), Status::None),
            (json!([]), Status::None),
            (json!(null), Status::None),
        ] {
            assert_eq!(status(&body), expected, "{body}");
        }
    }
}
