//! Signing in to an on-prem EMS and out of it.
//!
//! `POST /api/v1/auth/signin` sets the cookies `sessionid` and `csrftoken`.
//! EMS may answer 200 to a failed sign-in, so success is 200 *and* retval 1
//! *and* the session cookie. Reading needs the cookies alone.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::access::Access;
use super::envelope;
use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, SignIn};

const SIGN_IN: &str = "/api/v1/auth/signin";
const SITE_HINT: &str = "check `site`: the name of a site as EMS shows it, or none for the default site";
const SIGN_OUT: &str = "/api/v1/auth/signout";

pub(super) struct OnPrem {
    client: Client,
    username: String,
    site: Option<String>,
}

#[derive(Serialize)]
struct Credentials<'a> {
    name: &'a str,
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
}

impl OnPrem {
    pub(super) fn new(client: Client, username: String, site: Option<String>) -> Self {
        Self { client, username, site }
    }

    fn has_session(&self) -> bool {
        self.client.cookie("sessionid").is_some()
    }

    fn access(&self) -> Access {
        // The call type is customary and harmless; 2 means a caller of the API.
        let mut headers = vec![("Ems-Call-Type", "2".to_owned())];
        headers.extend(self.site.clone().map(|site| ("Site", site)));
        Access { prefix: "", headers }
    }
}

impl SignIn for OnPrem {
    type Session = Access;

    /// EMS can disable accounts that have not *signed in* for days, however
    /// much they read.
    const MAX_AGE: Option<Duration> = Some(Duration::from_secs(24 * 3600));

    async fn sign_in(&self, secret: &SecretString, deadline: Deadline) -> Result<Access, Error> {
        self.client.forget_cookies();
        let credentials = Credentials {
            name: &self.username,
            password: secret.expose_secret(),
            site: self.site.as_deref(),
        };
        let access = self.access();
        let request = access.sign(Request::post_json(SIGN_IN, &credentials));
        let reply = self.client.send(request, deadline).await?;
        check(&reply, self.has_session())?;
        Ok(access)
    }

    fn leftover(&self) -> Option<Access> {
        self.has_session().then(|| self.access())
    }

    fn tokens(&self, _: &Access) -> Vec<String> {
        self.client.cookies().into_iter().map(|(_, value)| value).collect()
    }

    async fn sign_out(&self, session: &Access, deadline: Deadline) {
        let simple = self.client.send(session.get(SIGN_OUT).hanging_up(), deadline).await;
        if !simple.is_ok_and(|reply| reply.is_success() || reply.status() == 401) {
            // Where GET is not allowed: Django wants its token and a Referer for POST.
            let token = self.client.cookie("csrftoken").unwrap_or_default();
            let request = session
                .sign(Request::post_empty(SIGN_OUT))
                .header("X-CSRFToken", token)
                .header("Referer", self.client.origin())
                .hanging_up();
            // Nothing is left to try; the session ends by its idle timeout.
            let _ = self.client.send(request, deadline).await;
        }
        self.client.forget_cookies();
    }
}

/// Decides whether a sign-in succeeded.
pub(super) fn check(reply: &Reply, has_session: bool) -> Result<(), Error> {
    if !reply.judges_credentials() {
        return reply.check_status();
    }
    match envelope::verdict(reply) {
        Some(verdict) if reply.is_success() && verdict.retval == 1 && has_session => Ok(()),
        Some(verdict) if reply.is_success() && verdict.retval == 1 => {
            Err(Error::refused(Reason::Auth, "EMS answered the sign-in without a session cookie"))
        }
        Some(verdict) => {
            let error = Error::refused_saying("EMS", &verdict.message, verdict.retval);
            // `The site does not exist.`
            let is_site = verdict.message.to_ascii_lowercase().contains("site");
            Err(if is_site { error.with_hint(SITE_HINT) } else { error })
        }
        None if reply.is_success() && reply.json::<Value>().is_some() => {
            let message = "EMS answered the sign-in with JSON that is not its own";
            Err(Error::refused(Reason::UnexpectedPayload, message))
        }
        None if reply.is_success() => {
            let message = "EMS answered the sign-in with something that is not JSON";
            Err(Error::refused(Reason::NotJson, message))
        }
        None => {
            Err(Error::refused(Reason::Auth, format!("EMS refused the sign-in with HTTP {}", reply.status())))
        }
    }
}
