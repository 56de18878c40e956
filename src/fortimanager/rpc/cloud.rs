//! Signing in to an instance of FortiManager Cloud.
//!
//! An API user of FortiCloud's IAM is given an access token at a host of its
//! own, `POST /api/v1/oauth/token/`, and for that token the instance gives a
//! session, `POST /p/forticloud_jsonrpc_login/`. What was published are the two
//! good answers and a call in the session. How either refuses, and when a
//! session ends, is not: whatever answers otherwise is taken for a refusal.
//!
//! The token is good for hours and for other sessions, but once it has brought
//! one it is kept only to be found in what the instance says. One that the instance
//! could not be asked with waits for the next try: FortiCloud is not to suffer
//! from an instance that is out of reach.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

use super::super::envelope::{Status, status};
use super::{Call, Proof};
use crate::upstream::{Client, Deadline, Error, Reason, Refusals, Reply, Request, SignIn, Verdict};

const TOKEN: &str = "/api/v1/oauth/token/";
const LOGIN: &str = "/p/forticloud_jsonrpc_login/";
/// What FortiCloud calls the product.
const CLIENT: &str = "FortiManager";

/// A token is said to be good for four hours.
const SPARE_FOR: Duration = Duration::from_secs(3600);

const AUTH: &str = "FortiCloud";
const INSTANCE: &str = "FortiManager Cloud";

const AUTH_HINT: &str =
    "check `auth_url`, which is where FortiCloud's API users sign in, and the firewalls on the way";
const API_USER_HINT: &str = "check `api_id` and its password, as in the file of credentials that FortiCloud's IAM \
                             gave for the API user, before the next try";
const INSTANCE_HINT: &str = "FortiCloud took the credentials: check that the API user's permissions have FortiManager \
                             Cloud, and that `url` is an instance of the same account";

pub(in crate::fortimanager) struct FortiCloud {
    auth: Client,
    instance: Client,
    api_id: String,
    /// Of the API user, who may be the same for many instances.
    refusals: Refusals,
    spare: Mutex<Option<Spare>>,
}

/// An access token that has brought nothing yet.
struct Spare {
    token: SecretString,
    /// What it was given for.
    secret: SecretString,
    since: Instant,
}

/// An open session. Not `Debug`.
#[derive(Clone)]
pub(in crate::fortimanager) struct Session {
    id: SecretString,
    /// What it was given for.
    token: SecretString,
}

impl Proof for Session {
    fn sign(&self, call: &Call) -> Request {
        call.request_in(self.id.expose_secret())
    }
}

#[derive(Serialize)]
struct Credentials<'a> {
    username: &'a str,
    password: &'a str,
    client_id: &'static str,
    grant_type: &'static str,
}

#[derive(Serialize)]
struct Login<'a> {
    access_token: &'a str,
}

impl FortiCloud {
    pub(in crate::fortimanager) fn new(
        auth: Client,
        instance: Client,
        api_id: String,
        refusals: Refusals,
    ) -> Self {
        let auth = auth.with_unreachable_hint(AUTH_HINT);
        Self { auth, instance, api_id, refusals, spare: Mutex::default() }
    }

    async fn token(&self, secret: &SecretString, deadline: Deadline) -> Result<SecretString, Error> {
        let credentials = Credentials {
            username: &self.api_id,
            password: secret.expose_secret(),
            client_id: CLIENT,
            grant_type: "password",
        };
        let reply = self.auth.send(Request::post_json(TOKEN, &credentials), deadline).await;
        reply.and_then(|reply| token(&reply)).map_err(|error| {
            let error = error.without(secret.expose_secret());
            match error.reason() {
                Reason::Dns | Reason::HttpStatus | Reason::NotJson => error.with_hint(AUTH_HINT),
                _ => error,
            }
        })
    }

    /// The token left over from a try before, or a new one.
    async fn spare_or_token(&self, secret: &SecretString, deadline: Deadline) -> Result<Spare, Error> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        let is_good = |spare: &Spare| {
            spare.secret.expose_secret() == secret.expose_secret() && spare.since.elapsed() < SPARE_FOR
        };
        if let Some(spare) = spare.filter(is_good) {
            return Ok(spare);
        }
        // Refused to one instance, the password is refused to all.
        let token = self.refusals.heeded(secret, deadline, self.token(secret, deadline)).await?;
        Ok(Spare { token, secret: secret.clone(), since: Instant::now() })
    }

    async fn login(&self, token: &SecretString, deadline: Deadline) -> Result<Session, Error> {
        let login = Login { access_token: token.expose_secret() };
        let reply = self.instance.send(Request::post_json(LOGIN, &login), deadline).await;
        // No cookie goes along with what was published.
        self.instance.forget_cookies();
        match reply.and_then(|reply| session(&reply)) {
            Ok(id) => Ok(Session { id, token: token.clone() }),
            Err(error) => Err(error.without(token.expose_secret())),
        }
    }
}

impl SignIn for FortiCloud {
    type Session = Session;

    const MAX_AGE: Option<Duration> = None;

    async fn sign_in(&self, secret: &SecretString, deadline: Deadline) -> Result<Session, Error> {
        let spare = self.spare_or_token(secret, deadline).await?;
        let opened = self.login(&spare.token, deadline).await;
        if opened.as_ref().is_err_and(|error| error.verdict() != Verdict::CredentialsRefused) {
            *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = Some(spare);
        }
        opened
    }

    /// A session that may not read this is not told from one that is gone.
    async fn is_alive(&self, session: &Session, deadline: Deadline) -> Option<bool> {
        let call = Call::get("/sys/status");
        let reply = self.instance.send(session.sign(&call), deadline).await.ok()?;
        match call.data(&reply) {
            Ok(_) => Some(true),
            Err(error) => (error.verdict() == Verdict::SessionDead).then_some(false),
        }
    }

    /// The id comes in the body alone: an answer that is lost takes it along.
    fn leftover(&self) -> Option<Session> {
        None
    }

    fn tokens(&self, session: &Session) -> Vec<String> {
        [&session.id, &session.token].map(|secret| secret.expose_secret().to_owned()).into()
    }

    /// As every session of JSON-RPC is ended. Whether the cloud's is, nobody has said; it ends by itself.
    async fn sign_out(&self, session: &Session, deadline: Deadline) {
        let _ = self.instance.send(session.sign(&Call::sign_out()).hanging_up(), deadline).await;
    }
}

/// The access token an answer brings, if it does.
fn token(reply: &Reply) -> Result<SecretString, Error> {
    let body = body(AUTH, reply)?;
    let status = text(&body, "status").is_none_or(|status| status.eq_ignore_ascii_case("success"));
    match text(&body, "access_token") {
        Some(token) if reply.is_success() && status => Ok(token.to_owned().into()),
        _ => {
            let words = first(&body, &["error_description", "message", "error", "detail", "status"]);
            let error = refused(AUTH, words, reply).with_hint(API_USER_HINT);
            Err(without(&body, &["access_token", "refresh_token"], error))
        }
    }
}

/// The id of the session an answer brings, if it does.
fn session(reply: &Reply) -> Result<SecretString, Error> {
    let body = body(INSTANCE, reply)?;
    let failure = match status(&body) {
        Status::Failed { message, .. } => Some(message),
        Status::Ok | Status::None => None,
    };
    match text(&body, "session") {
        Some(session) if reply.is_success() && failure.is_none() => Ok(session.to_owned().into()),
        _ => {
            let words = failure.as_deref().or(first(&body, &["message", "error", "detail"]));
            let error = refused(INSTANCE, words, reply).with_hint(INSTANCE_HINT);
            Err(without(&body, &["session"], error))
        }
    }
}

/// The JSON of an answer that passes judgement on what was sent.
fn body(who: &str, reply: &Reply) -> Result<Value, Error> {
    if !reply.judges_credentials() {
        reply.check_status()?;
    }
    reply.json().ok_or_else(|| {
        if reply.is_success() {
            let message = format!("{who} answered the sign-in with something that is not JSON");
            return Error::refused(Reason::NotJson, message);
        }
        Error::refused(Reason::Auth, format!("{who} refused the sign-in with HTTP {}", reply.status()))
    })
}

fn refused(who: &str, words: Option<&str>, reply: &Reply) -> Error {
    Error::refused_saying(who, words.unwrap_or("no message"), reply.status().into())
}

/// The error without what an answer brings that is none all the same.
fn without(body: &Value, secrets: &[&str], error: Error) -> Error {
    secrets.iter().filter_map(|key| text(body, key)).fold(error, Error::without)
}

fn first<'a>(body: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| text(body, key))
}

fn text<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// What the fuzz targets reach for; in no other build.
#[cfg(fuzzing)]
pub(in crate::fortimanager) mod fuzzing {
    use secrecy::ExposeSecret as _;

    use crate::upstream::{Error, Reply};

    /// The access token an answer brings.
    pub(in crate::fortimanager) fn token(reply: &Reply) -> Result<String, Error> {
        super::token(reply).map(|token| token.expose_secret().to_owned())
    }

    /// The session an answer brings.
    pub(in crate::fortimanager) fn session(reply: &Reply) -> Result<String, Error> {
        super::session(reply).map(|session| session.expose_secret().to_owned())
    }
}
