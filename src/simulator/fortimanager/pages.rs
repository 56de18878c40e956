//! Which page answers which request.

use std::sync::Mutex;

use axum::http::Method;
use serde_json::{Value, json};

use super::settings::Settings;
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::gate::Visitor;
use crate::simulator::lock::lock;
use crate::simulator::simulation::{Desk, Pages};

const AUTH: &str = "/cgi-bin/module/flatui_auth";
const DASHBOARD: &str = "/cgi-bin/module/flatui/SysDashboard";
/// Only with the slash at its end.
const LOGOUT: &str = "/p/logout-api/";

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
        } else {
            desk.unknown(call)
        }
    }
}

impl FortiManagerPages {
    pub(super) fn new(license: Value) -> Self {
        Self { settings: Mutex::new(Settings::new(license)) }
    }

    /// The dashboard widgets share one address; only the licence widget is simulated. A GET needs the
    /// session cookie alone.
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

    /// The live session a request belongs to, or the answer for one that has none.
    pub(super) fn session(&self, desk: &Desk, call: &Call) -> Result<Session, Answer> {
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
pub(super) fn envelope(code: i64, message: &str, data: &Value) -> Answer {
    let body = json!({
        "result": [{
            "data": data,
            "id": null,
            "status": {"code": code, "message": message},
            "url": "/gui/userauth",
        }],
    });
    Answer::json(200, &body)
}
