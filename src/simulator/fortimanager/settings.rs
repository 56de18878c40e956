//! How a simulated FortiManager is set up to answer.

use serde_json::{Value, json};

use crate::simulator::Answer;

/// What a page answers to a session that does not exist (any more).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadSession {
    /// 302 to the login page.
    Redirect,
    /// 401 with an HTML page.
    Unauthorized,
    /// 403 with an HTML page.
    Forbidden,
    /// 200 with the login page in HTML.
    LoginPage,
    /// 200 with JSON whose `result[0].status.code` is -6.
    StatusCode,
    /// 200 with `{}`.
    EmptyObject,
}

impl DeadSession {
    pub(super) fn answer(self) -> Answer {
        let page = "<!DOCTYPE html><html><body><form id=\"login\">Please log in</form></body></html>";
        match self {
            Self::Redirect => Answer::redirect("/p/login/"),
            Self::Unauthorized => Answer::html(401, page),
            Self::Forbidden => Answer::html(403, page),
            Self::LoginPage => Answer::html(200, page),
            Self::StatusCode => Answer::json(
                200,
                &json!({"result": [{"status": {"code": -6, "message": "Invalid session"}}]}),
            ),
            Self::EmptyObject => Answer::json(200, &json!({})),
        }
    }
}

/// The switches of one FortiManager.
pub(super) struct Settings {
    pub(super) license: Value,
    pub(super) dead_session: DeadSession,
    pub(super) cookie_prefix: String,
    pub(super) logout_api: bool,
}

impl Settings {
    pub(super) fn new(license: Value) -> Self {
        Self { license, dead_session: DeadSession::Redirect, cookie_prefix: String::new(), logout_api: true }
    }

    /// The cookie that is the session.
    pub(super) fn session_cookie(&self) -> String {
        format!("{}CURRENT_SESSION", self.cookie_prefix)
    }

    /// The cookie whose value every POST has to repeat in a header.
    pub(super) fn csrf_cookie(&self) -> String {
        format!("{}HTTP_CSRF_TOKEN", self.cookie_prefix)
    }
}
