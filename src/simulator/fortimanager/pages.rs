//! Which page answers which request.

use std::sync::Mutex;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::settings::{Generation, Product, Settings};
use super::{data, policies};
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::gate::Visitor;
use crate::simulator::lock::lock;
use crate::simulator::simulation::{Desk, Pages};

const AUTH: &str = "/cgi-bin/module/flatui_auth";
const DASHBOARD: &str = "/cgi-bin/module/flatui/SysDashboard";
/// Only with the slash at its end.
const LOGOUT: &str = "/p/logout-api/";
const PROXY: &str = "/cgi-bin/module/flatui_proxy";
const FORWARD: &str = "/cgi-bin/module/forward";
const RPC: &str = "/jsonrpc";
/// The web application itself.
const APP: &str = "/p/app/";
/// The way out of releases before 7.2.
const OLD_LOGOUT: &str = "/p/logout/";

pub(super) struct FortiManagerPages {
    pub(super) settings: Mutex<Settings>,
}

/// A live session and the id it came with.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) visitor: Visitor,
}

impl Pages for FortiManagerPages {
    fn answer(&self, desk: &Desk, call: &Call) -> Answer {
        if call.is(&Method::POST, AUTH) {
            self.authenticate(desk, call)
        } else if call.is(&Method::GET, DASHBOARD) {
            self.dashboard(desk, call)
        } else if call.is(&Method::POST, LOGOUT) {
            self.logout_api(desk, call)
        } else if call.is(&Method::POST, PROXY) {
            self.proxy(desk, call)
        } else if call.is(&Method::POST, FORWARD) {
            self.forward(desk, call)
        } else if call.is(&Method::POST, RPC) {
            self.json_rpc(desk, call)
        } else if call.is(&Method::GET, APP) {
            self.app(desk, call)
        } else if call.is(&Method::GET, OLD_LOGOUT) {
            self.old_logout(desk, call)
        } else {
            desk.unknown(call)
        }
    }
}

impl FortiManagerPages {
    pub(super) fn new(product: Product, license: Value) -> Self {
        Self { settings: Mutex::new(Settings::new(product, license)) }
    }

    /// The dashboard widgets share one address; only the licence widget is simulated. From 7.2 on a GET
    /// needs the session cookie alone.
    fn dashboard(&self, desk: &Desk, call: &Call) -> Answer {
        let session = self.session(desk, call);
        if let Err(answer) = session {
            return answer;
        }
        if call.parameter("action") != Some("read") || call.parameter("type") != Some("license") {
            return desk.unknown(call);
        }
        // A bare object: no envelope, no status code.
        Answer::json(200, &lock(&self.settings).license)
    }

    /// What the pages use to fetch data of all kinds.
    fn proxy(&self, desk: &Desk, call: &Call) -> Answer {
        let session = match self.session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        let two_step = lock(&self.settings).generation != Generation::OneStep;
        if !two_step && let Some(refusal) = refuse_token(desk, call, &session, "xsrf-token") {
            return refusal;
        }
        let Some(body) = call.json() else {
            desk.record.violation(call, "the body is not JSON, or its content type does not say so");
            return Answer::text(400, "Bad Request");
        };
        let text = |key| body.get(key).and_then(Value::as_str);
        let (url, method) = (text("url").unwrap_or_default(), text("method"));
        let settings = lock(&self.settings);
        if settings.refused.contains(url) {
            return envelope(url, -11, "No permission for the resource", &Value::Null);
        }
        let own = settings.data.get(url).cloned();
        // Every other method changes something.
        match own.or_else(|| data::of(settings.product, url, Timestamp::now())) {
            // A report stands where others have their envelope.
            Some(report) if method == Some("get") && policies::is_report(url) => {
                Answer::json(200, &json!({"result": [report]}))
            }
            Some(data) if method == Some("get") => envelope(url, 0, "", &data),
            _ => {
                desk.record.violation(call, "neither the url nor the method of anything simulated");
                envelope(url, -6, "Invalid url", &Value::Null)
            }
        }
    }

    /// What the pages use to ask databases by JSON-RPC, which answers in an envelope of its own.
    fn forward(&self, desk: &Desk, call: &Call) -> Answer {
        let session = match self.session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        let two_step = lock(&self.settings).generation != Generation::OneStep;
        if !two_step && let Some(refusal) = refuse_token(desk, call, &session, "x-csrftoken") {
            return refusal;
        }
        let body = call.json().unwrap_or_default();
        let params = body.get("params").and_then(Value::as_array).map(Vec::as_slice);
        let url = match params {
            Some([param]) => param.get("url").and_then(Value::as_str),
            _ => None,
        };
        let is_get = body.get("method").and_then(Value::as_str) == Some("get");
        let (Some(url), true, Some(id)) = (url, is_get, body.get("id").and_then(Value::as_u64)) else {
            desk.record.violation(call, "not one get of JSON-RPC with an id");
            return forwarded(0, "", -9, "Invalid request", &Value::Null);
        };
        let settings = lock(&self.settings);
        if settings.refused.contains(url) {
            return forwarded(id, url, -11, "No permission for the resource", &Value::Null);
        }
        let adoms = settings.data.get(data::ADOMS).cloned().unwrap_or_else(data::adoms);
        match settings.data.get(url).cloned().or_else(|| policies::packages(url, &adoms)) {
            Some(data) => forwarded(id, url, 0, "OK", &data),
            None => forwarded(id, url, -3, "Object does not exist", &Value::Null),
        }
    }

    /// The live session a request may use, or the answer for one that may not. Releases before 7.2 want
    /// more of it than that it is alive.
    pub(super) fn session(&self, desk: &Desk, call: &Call) -> Result<Session, Answer> {
        let session = self.live_session(desk, call)?;
        match self.refuse_half_session(desk, call, &session) {
            Some(refusal) => Err(refusal),
            None => Ok(session),
        }
    }

    /// The live session a request belongs to, or the answer for one that has none.
    pub(super) fn live_session(&self, desk: &Desk, call: &Call) -> Result<Session, Answer> {
        let (name, dead) = {
            let settings = lock(&self.settings);
            (settings.session_cookie(), settings.dead_session)
        };
        let Some(id) = call.cookie(&name) else {
            desk.record.violation(call, "no session cookie was sent");
            return Err(dead.answer());
        };
        match desk.gate.enter(id) {
            Some(visitor) => Ok(Session { id: id.to_owned(), visitor }),
            None => Err(dead.answer()),
        }
    }
}

/// The envelope of everything but the dashboard.
pub(super) fn envelope(url: &str, code: i64, message: &str, data: &Value) -> Answer {
    let body = json!({
        "result": [{
            "data": data,
            "id": null,
            "status": {"code": code, "message": message},
            "url": url,
        }],
    });
    Answer::json(200, &body)
}

/// The envelope of JSON-RPC within that of the pages.
fn forwarded(id: u64, url: &str, code: i64, message: &str, data: &Value) -> Answer {
    let result = json!({"data": data, "status": {"code": code, "message": message}, "url": url});
    Answer::json(200, &json!({"code": 0, "message": "", "data": {"id": id, "result": [result]}}))
}

/// The answer to a POST that does not repeat the session's token in this header.
pub(super) fn refuse_token(desk: &Desk, call: &Call, session: &Session, header: &str) -> Option<Answer> {
    if call.header(header) == Some(session.visitor.csrf.as_str()) {
        return None;
    }
    let what = format!("the header {header} does not match the CSRF token");
    desk.record.violation(call, &what);
    Some(Answer::text(403, "Not match CSRFToken"))
}
