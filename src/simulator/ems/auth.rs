//! Signing in to and out of an EMS.

use axum::http::Method;
use serde_json::{Value, json};

use super::envelope::{failure, success};
use super::pages::{EmsPages, SignInRefusal, refuse_site, session_id};
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::gate::{Refusal, Tokens};
use crate::simulator::lock::lock;
use crate::simulator::simulation::Desk;
use crate::simulator::token;

impl EmsPages {
    /// The real one takes a form as well; JSON is the only encoding simulated.
    pub(super) fn sign_in(&self, desk: &Desk, call: &Call) -> Answer {
        if call.method != Method::POST {
            return desk.unknown(call);
        }
        let Some(body) = call.json() else {
            desk.record.violation(call, "the body is not JSON, or its content type does not say so");
            return failure(400, -6, "Bad request.");
        };
        let text = |key| body.get(key).and_then(Value::as_str);
        let (Some(name), Some(password)) = (text("name"), text("password")) else {
            desk.record.violation(call, "the body lacks name or password");
            return failure(400, -6, "Bad request.");
        };
        let site = lock(&self.settings).site.clone();
        if body.get("site").is_some() && !text("site").is_some_and(|named| named.eq_ignore_ascii_case(&site))
        {
            return failure(400, -1, "The site does not exist.");
        }

        if let Some(refusal) = refuse_site(desk, call, &site) {
            return refusal;
        }
        let tokens = Tokens { id: session_id(), csrf: token::alphanumeric(64), site: site.clone() };
        let (id, csrf) = (tokens.id.clone(), tokens.csrf.clone());
        match desk.gate.sign_in(name, password, tokens) {
            Ok(others) => {
                desk.signed_in_beside(call, others);
                let readable = desk.cookie_attributes("; SameSite=Lax");
                success("Login successful.", &json!({"site": site}))
                    .header("set-cookie", &format!("csrftoken={csrf}; {readable}"))
                    .header("set-cookie", &self.session_cookie(desk, &id))
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }

    /// The tries left, and how long a lock lasts, stand in the message.
    fn refuse(&self, refusal: &Refusal) -> Answer {
        let message = match refusal {
            Refusal::Credentials { tries_left } => {
                format!("Invalid username or password. {tries_left} attempts remaining.")
            }
            Refusal::Locked(wait) => {
                let seconds = wait.as_secs() + 1;
                format!("Your account is locked. Try again in {seconds} seconds.")
            }
            Refusal::SessionCap => "Too many sessions.".to_owned(),
        };
        let status = match lock(&self.settings).refusal {
            SignInRefusal::BadRequest => 400,
            SignInRefusal::Unauthorized => 401,
            SignInRefusal::Ok => 200,
        };
        failure(status, -1, &message)
    }

    /// A GET needs the session cookie; a POST is held to Django's rules against forgery as well.
    pub(super) fn sign_out(&self, desk: &Desk, call: &Call) -> Answer {
        let session = match self.session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        if let Some(refusal) = refuse_site(desk, call, &session.visitor.site) {
            return refusal;
        }
        if call.method == Method::POST {
            let csrf = session.visitor.csrf.as_str();
            let token_fits =
                call.header("x-csrftoken") == Some(csrf) && call.cookie("csrftoken") == Some(csrf);
            if !token_fits || !call.referer_is_ours() {
                desk.record.violation(call, "no fitting X-CSRFToken, csrftoken cookie and Referer");
                return Answer::html(
                    403,
                    "<html><body><h1>Forbidden</h1><p>CSRF verification failed.</p></body></html>",
                );
            }
        } else if call.method != Method::GET {
            return desk.unknown(call);
        }
        desk.gate.sign_out(&session.id);
        success("Logout successful.", &Value::Null)
    }
}
