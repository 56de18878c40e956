//! Signing in to FortiManager's GUI API and out of it.
//!
//! Sign-in: `POST /cgi-bin/module/flatui_auth`. Success is status code 0 *and*
//! the session cookie; how a failure looks is documented nowhere, so anything
//! else that answers is taken for a refusal. The answer also sets the CSRF
//! token that every later POST must carry as a header.
//!
//! Before 7.2 that is half of it: `GET /p/app/` has to follow, which sets two
//! more cookies, and three headers belong on every request. Nothing announces
//! the generation, so one step is tried first. The second follows at once if
//! the login brought no token, else when a session that has never been good
//! for anything is refused: that takes no further login. What was good for
//! something is done at once the next time, until the system is upgraded and
//! the second step brings nothing any more.
//!
//! Sign-out: `POST /p/logout-api/` (7.2 and later), which demands a `Referer`,
//! or `GET /p/logout/` (before); else the `logout` method of `flatui_auth`.

pub(super) mod login;
mod logout;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use super::csrf::Csrf;
use super::envelope::{Status, status};
use super::proxy;
use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, SignIn, Verdict};

const AUTH: &str = "/cgi-bin/module/flatui_auth";
const APP: &str = "/p/app/";
/// FortiManager images may put a prefix before this and all other names.
const SESSION_COOKIE: &str = "CURRENT_SESSION";
/// Unlike the login's, an answer that comes later brings no session to lose.
const SECOND_STEP: Duration = Duration::from_secs(10);

pub(super) struct FlatUi {
    /// What it is called in messages.
    product: &'static str,
    client: Client,
    username: String,
    /// Whether the last session that was good for something took two steps.
    two_step: AtomicBool,
}

impl FlatUi {
    pub(super) fn new(product: &'static str, client: Client, username: String) -> Self {
        Self { product, client, username, two_step: AtomicBool::new(false) }
    }

    fn has_session(&self) -> bool {
        self.client.cookie(SESSION_COOKIE).is_some()
    }

    fn takes_two_steps(&self) -> bool {
        self.two_step.load(Ordering::Relaxed)
    }

    /// Makes the second step after a login that brought `login`. A newer
    /// release has the page, too, or leads elsewhere: if the login brought a
    /// token, that is all there is.
    async fn second_step(&self, login: Csrf, deadline: Deadline) -> Result<Csrf, Error> {
        // The page can be larger than any data; its cookies are all that is wanted.
        let reply = self
            .client
            .send(Request::get(APP).head_only(), deadline.in_steps_of(SECOND_STEP))
            .await
            .map_err(|error| half_done(&error))?;
        let both = Csrf::of_both(&self.client);
        if both.is_of_page() {
            return Ok(both);
        }
        // Reading takes no token from 7.2 on, so even a session without any may do.
        if reply.status() == 404 || login.is_of_login() && !is_busy(&reply) {
            return Ok(login);
        }
        reply.check_status().map(|()| login).map_err(|error| half_done(&error))
    }
}

impl SignIn for FlatUi {
    type Session = Csrf;

    const MAX_AGE: Option<Duration> = None;

    async fn sign_in(&self, secret: &SecretString, deadline: Deadline) -> Result<Csrf, Error> {
        self.client.forget_cookies();
        let reply = self.client.send(login::request(&self.username, secret), deadline).await?;
        login::check(self.product, &reply, self.has_session())?;
        let csrf = Csrf::of_login(&self.client);
        if csrf.is_of_login() && !self.takes_two_steps() {
            return Ok(csrf);
        }
        self.second_step(csrf, deadline).await
    }

    async fn complete(&self, session: &Csrf, deadline: Deadline) -> Option<Csrf> {
        if session.is_of_page() {
            return None;
        }
        let session = self.second_step(session.clone(), deadline).await.ok()?;
        session.is_of_page().then_some(session)
    }

    fn was_good(&self, session: &Csrf) {
        self.two_step.store(session.is_of_page(), Ordering::Relaxed);
    }

    async fn is_alive(&self, session: &Csrf, deadline: Deadline) -> Option<bool> {
        let call = proxy::get(session, proxy::SESSION);
        let reply = self.client.send(call, deadline).await.ok()?;
        if let Err(error) = reply.check_status() {
            return (error.verdict() == Verdict::SessionDead).then_some(false);
        }
        let Some(body) = reply.json::<Value>() else { return Some(false) };
        match status(&body) {
            Status::Ok => body.pointer("/result/0/data").is_some_and(Value::is_object).then_some(true),
            Status::Failed { .. } => Some(false),
            Status::None => None,
        }
    }

    fn leftover(&self) -> Option<Csrf> {
        self.has_session().then(|| Csrf::of_both(&self.client))
    }

    fn tokens(&self, session: &Csrf) -> Vec<String> {
        let cookies = self.client.cookies().into_iter().map(|(_, value)| value);
        cookies.chain(session.values()).collect()
    }

    async fn sign_out(&self, session: &Csrf, deadline: Deadline) {
        logout::sign_out(&self.client, session, self.takes_two_steps(), deadline).await;
        self.client.forget_cookies();
    }
}

/// Whether the system may answer otherwise in a while.
fn is_busy(reply: &Reply) -> bool {
    matches!(reply.status(), 408 | 429 | 500..)
}

/// The error for a second step that failed. The login before it went well: the
/// credentials are not to blame, and the account was signed in to.
fn half_done(error: &Error) -> Error {
    let reason = match error.reason() {
        Reason::Auth | Reason::Forbidden => Reason::HttpStatus,
        reason => reason,
    };
    let message = format!("signed in, but the second step failed: {error}");
    Error::new(reason, message).with_retry_after(error.retry_after())
}
