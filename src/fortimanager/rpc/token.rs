//! Signing in with an API token: asking for something that every administrator
//! of this API may read, once. Nothing is opened by it that would have to be
//! closed, and a token ends with nothing but its replacement.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::super::envelope::{Status, status};
use super::{Call, NO_PERMISSION, Proof};
use crate::upstream::{Client, Deadline, Error, Reason, Request, SignIn, Verdict};

/// The second is for those whom the first is refused, which happens to good tokens as well.
const SYSTEM_STATUS: [&str; 2] = ["/sys/status", "/cli/global/system/status"];

const HINT: &str = "check the API token, that its administrator's JSON API access is read-only or more, \
                    and that the exporter's address is one of its trusted hosts";

pub(super) struct ApiToken {
    client: Client,
}

/// A token as it is sent. Not `Debug`.
#[derive(Clone)]
pub(super) struct Bearer(SecretString);

impl Bearer {
    /// It goes into a header: one that cannot is no token.
    fn new(token: &SecretString) -> Result<Self, Error> {
        if token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(token.clone()));
        }
        let error = Error::new(Reason::Auth, "the API token has a character that no token has");
        Err(error.with_hint("leave nothing but the token there, without spaces").before_sending())
    }
}

impl Proof for Bearer {
    fn sign(&self, call: &Call) -> Request {
        call.request().header("Authorization", format!("Bearer {}", self.0.expose_secret()))
    }
}

impl ApiToken {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Whether the token is taken, or the error that says why not.
    async fn check(&self, token: &Bearer, deadline: Deadline) -> Result<(), Error> {
        let [first, second] = SYSTEM_STATUS;
        let status = match self.ask(first, token, deadline).await? {
            Status::Failed { code: NO_PERMISSION, .. } => self.ask(second, token, deadline).await?,
            status => status,
        };
        match status {
            Status::Ok => Ok(()),
            Status::Failed { code, message } => {
                Err(Error::refused_saying("FortiManager", &message, code).with_hint(HINT))
            }
            Status::None => {
                let message = "FortiManager answered the API token with JSON that has no status";
                Err(Error::refused(Reason::UnexpectedPayload, message))
            }
        }
    }

    async fn ask(&self, url: &'static str, token: &Bearer, deadline: Deadline) -> Result<Status, Error> {
        let reply = self.client.send(token.sign(&Call::get(url)), deadline).await?;
        if !reply.judges_credentials() {
            reply.check_status()?;
        }
        if !reply.is_success() {
            let message = format!("FortiManager refused the API token with HTTP {}", reply.status());
            return Err(Error::refused(Reason::Auth, message).with_hint(HINT));
        }
        let body: Value = reply.json().ok_or_else(|| {
            let message = "FortiManager answered the API token with something that is not JSON";
            Error::refused(Reason::NotJson, message)
        })?;
        Ok(status(&body))
    }
}

impl SignIn for ApiToken {
    type Session = Bearer;

    const MAX_AGE: Option<Duration> = None;

    async fn sign_in(&self, secret: &SecretString, deadline: Deadline) -> Result<Bearer, Error> {
        let token = Bearer::new(secret)?;
        self.check(&token, deadline).await.map(|()| token)
    }

    async fn is_alive(&self, session: &Bearer, deadline: Deadline) -> Option<bool> {
        match self.check(session, deadline).await {
            Ok(()) => Some(true),
            Err(error) => (error.verdict() == Verdict::CredentialsRefused).then_some(false),
        }
    }

    /// Nothing is opened by asking.
    fn leftover(&self) -> Option<Bearer> {
        None
    }

    fn tokens(&self, session: &Bearer) -> Vec<String> {
        vec![session.0.expose_secret().to_owned()]
    }

    /// A token cannot be ended from here.
    async fn sign_out(&self, _session: &Bearer, _deadline: Deadline) {}
}
