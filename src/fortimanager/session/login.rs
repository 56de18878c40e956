//! The login: what is sent, and what is made of the answer.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::super::envelope::{Status, status};
use super::AUTH;
use crate::upstream::{Error, Reason, Reply, Request};

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

pub(super) fn request(username: &str, secret: &SecretString) -> Request {
    let params = Credentials { username, secretkey: secret.expose_secret(), logintype: 0 };
    Request::post_json(AUTH, &Login { url: "/gui/userauth", method: "login", params })
}

/// Decides whether a sign-in succeeded. A refusal must not be repeated soon:
/// three of them lock the administrator.
pub(in crate::fortimanager) fn check(product: &str, reply: &Reply, has_session: bool) -> Result<(), Error> {
    if !reply.judges_credentials() {
        return reply.check_status();
    }
    if !reply.is_success() {
        let message = format!("{product} refused the sign-in with HTTP {}", reply.status());
        return Err(Error::refused(Reason::Auth, message));
    }
    let Some(body) = reply.json::<Value>() else {
        let message = format!("{product} answered the sign-in with something that is not JSON");
        return Err(Error::refused(Reason::NotJson, message));
    };
    match status(&body) {
        Status::Failed { code, message } => Err(Error::refused_saying(product, &message, code)),
        Status::Ok | Status::None if has_session => Ok(()),
        Status::Ok | Status::None => {
            let message = format!("{product} answered the sign-in without a session cookie");
            Err(Error::refused(Reason::Auth, message))
        }
    }
}
