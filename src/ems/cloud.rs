//! Signing in to the FortiClient Cloud gateway and out of it.
//!
//! The gateway gives a session id for an access key and passes calls on to the
//! EMS behind it. Its own answers have `result` as a text, those of the EMS as
//! an object. How it refuses a key or a dead session is not documented.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::access::Access;
use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, SignIn};

const LOGIN: &str = "/fct/api/public/v1/ems_api_cloud/login/";
const LOGOUT: &str = "/fct/api/public/v1/ems_api_cloud/logout/";
const EMS: &str = "/fct/api/public/v1/ems_api";

pub(super) struct Gateway {
    client: Client,
    account_email: String,
}

#[derive(Serialize)]
struct Credentials<'a> {
    access_key: &'a str,
    account_email: &'a str,
}

#[derive(Serialize)]
struct Nothing {}

impl Gateway {
    pub(super) fn new(client: Client, account_email: String) -> Self {
        Self { client, account_email }
    }
}

impl SignIn for Gateway {
    type Session = Access;

    const MAX_AGE: Option<Duration> = None;

    async fn sign_in(&self, secret: &SecretString, deadline: Deadline) -> Result<Access, Error> {
        self.client.forget_cookies();
        let credentials =
            Credentials { access_key: secret.expose_secret(), account_email: &self.account_email };
        let reply = self.client.send(Request::post_json(LOGIN, &credentials), deadline).await?;
        session(&reply)
    }

    /// The id comes in the body alone: an answer that is lost takes it along.
    fn leftover(&self) -> Option<Access> {
        None
    }

    fn tokens(&self, session: &Access) -> Vec<String> {
        let proof = session.headers.iter().filter(|(name, _)| *name == "Authorization");
        proof.map(|(_, id)| id.clone()).collect()
    }

    async fn sign_out(&self, session: &Access, deadline: Deadline) {
        // Nothing else to try when it fails; the session ends by itself.
        let request = session.sign(Request::post_json(LOGOUT, &Nothing {})).hanging_up();
        let _ = self.client.send(request, deadline).await;
    }
}

/// The session an answer to a sign-in brings, if it does.
pub(super) fn session(reply: &Reply) -> Result<Access, Error> {
    if !reply.judges_credentials() {
        reply.check_status()?;
    }
    let body: Option<Value> = reply.json();
    let text = |key| body.as_ref().and_then(|body| body.get(key)).and_then(Value::as_str);
    // It goes into a header: one that cannot is no session.
    let is_sendable = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic());
    let session_id = text("session_id").filter(is_sendable);
    match session_id {
        Some(id) if reply.is_success() && text("result") == Some("login") => Ok(Access {
            prefix: EMS,
            headers: vec![
                // The bare id: the gateway refuses a scheme in front of it.
                ("Authorization", id.to_owned()),
                ("Ems-Api-Header-Content-Type", "application/json".to_owned()),
            ],
        }),
        _ if body.is_none() && reply.is_success() => {
            let message = "FortiClient Cloud answered the sign-in with something that is not JSON";
            Err(Error::refused(Reason::NotJson, message))
        }
        _ if body.is_none() => {
            let message = format!("FortiClient Cloud refused the sign-in with HTTP {}", reply.status());
            Err(Error::refused(Reason::Auth, message))
        }
        _ => {
            let words = text("message").or(text("error")).or(text("result")).unwrap_or("no message");
            Err(Error::refused_saying("FortiClient Cloud", words, reply.status().into()))
        }
    }
}
