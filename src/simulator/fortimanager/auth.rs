//! Signing in and out of a FortiManager.

use serde_json::{Value, json};

use super::pages::{FortiManagerPages, Session, envelope, refuse_token};
use super::settings::Generation;
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::gate::{Refusal, Tokens};
use crate::simulator::lock::lock;
use crate::simulator::simulation::Desk;
use crate::simulator::token;

impl FortiManagerPages {
    /// One address serves both signing in and the older way of signing out.
    pub(super) fn authenticate(&self, desk: &Desk, call: &Call) -> Answer {
        let Some(body) = call.json() else {
            desk.record.violation(call, "the body is not JSON, or its content type does not say so");
            return Answer::text(400, "Bad Request");
        };
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str);
        if text("/url") != Some("/gui/userauth") {
            desk.record.violation(call, "url is not /gui/userauth");
            return answer(-6, "Invalid url", &Value::Null);
        }
        match text("/method") {
            Some("login") => self.login(desk, call, &body),
            Some("logout") => self.logout_by_method(desk, call),
            _ => {
                desk.record.violation(call, "method is neither login nor logout");
                answer(-9, "Invalid method", &Value::Null)
            }
        }
    }

    fn login(&self, desk: &Desk, call: &Call, body: &Value) -> Answer {
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str);
        let (Some(username), Some(secretkey), Some(0)) = (
            text("/params/username"),
            text("/params/secretkey"),
            body.pointer("/params/logintype").and_then(Value::as_i64),
        ) else {
            desk.record.violation(call, "params lack username, secretkey or logintype 0");
            return answer(-8, "Invalid parameter", &Value::Null);
        };
        // Lengths and alphabets as captured: the session ends in padding, the token has 31 characters.
        let tokens =
            Tokens { id: format!("{}==", token::base64(86)), csrf: token::base64(31), site: String::new() };
        let (id, csrf) = (tokens.id.clone(), tokens.csrf.clone());
        match desk.gate.sign_in(username, secretkey, tokens) {
            Ok(others) => {
                desk.signed_in_beside(call, others);
                self.welcome(desk, &id, &csrf)
            }
            // A locked account gets no other words: the pages do not tell.
            Err(Refusal::Credentials { .. } | Refusal::Locked(_)) => answer(-22, "Login fail", &Value::Null),
            // No capture is public; any other code than 0 means the same to a client.
            Err(Refusal::SessionCap) => answer(-1, "Maximum number of sessions reached", &Value::Null),
        }
    }

    /// All cookies last for the session only; two of them are empty.
    fn welcome(&self, desk: &Desk, id: &str, csrf: &str) -> Answer {
        let (session_cookie, csrf_cookie) = {
            let settings = lock(&self.settings);
            let csrf_cookie = settings.has_token_at_login().then(|| settings.cookie("HTTP_CSRF_TOKEN"));
            (settings.session_cookie(), csrf_cookie)
        };
        let hidden = desk.cookie_attributes("; HttpOnly; SameSite=Strict; Version=1");
        let readable = desk.cookie_attributes("; SameSite=Strict; Version=1");
        let welcome = answer(0, "", &Value::Null)
            .header("set-cookie", &format!("{session_cookie}={id}; {hidden}"))
            .header("set-cookie", &format!("auth_state=; {readable}"))
            .header("set-cookie", &format!("remoteauth=; {readable}"));
        match csrf_cookie {
            Some(name) => welcome.header("set-cookie", &format!("{name}={csrf}; {readable}")),
            None => welcome,
        }
    }

    /// The documented way out: no body, but the token and a Referer of this very host.
    pub(super) fn logout_api(&self, desk: &Desk, call: &Call) -> Answer {
        let exists = {
            let settings = lock(&self.settings);
            settings.logout_api && settings.generation == Generation::OneStep
        };
        if !exists {
            return Answer::html(404, "<html><body><h1>Not Found</h1></body></html>");
        }
        let session = match self.session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        if let Some(refusal) = refuse_token(desk, call, &session, "xsrf-token") {
            return refusal;
        }
        if !call.referer_is_ours() {
            desk.record.violation(call, "Referer does not name this host");
            return Answer::html(403, "<html><body><h1>Forbidden</h1></body></html>");
        }
        if !call.says_json() || call.has_body() {
            desk.record.violation(call, "not an empty body with the content type of JSON");
            return Answer::text(400, "Bad Request");
        }
        goodbye(desk, &session)
    }

    /// The way out of clients that speak to `flatui_auth` alone; its token header has another name.
    /// Known of newer releases only.
    fn logout_by_method(&self, desk: &Desk, call: &Call) -> Answer {
        if lock(&self.settings).generation != Generation::OneStep {
            return answer(-9, "Invalid method", &Value::Null);
        }
        let session = match self.session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        refuse_token(desk, call, &session, "x-csrftoken").unwrap_or_else(|| goodbye(desk, &session))
    }
}

fn goodbye(desk: &Desk, session: &Session) -> Answer {
    desk.gate.sign_out(&session.id);
    answer(0, "", &json!({}))
}

fn answer(code: i64, message: &str, data: &Value) -> Answer {
    envelope("/gui/userauth", code, message, data)
}
