//! How a simulated FortiManager is set up to answer.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::Redirect,
        Self::Unauthorized,
        Self::Forbidden,
        Self::LoginPage,
        Self::StatusCode,
        Self::EmptyObject,
    ];

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

/// Whose pages they are: both products have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulator) enum Product {
    FortiManager,
    FortiAnalyzer,
}

/// How a release signs in and out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// 7.2 and later: the login is all, `POST /p/logout-api/` ends the session.
    OneStep,
    /// 6.x to 7.0: `GET /p/app/` has to follow the login, three headers have to be on every request after
    /// it, and `GET /p/logout/` ends the session.
    TwoStep {
        /// Whether the login sets `HTTP_CSRF_TOKEN` already. Clients of that time say so; no capture is
        /// public.
        token_at_login: bool,
    },
}

/// The switches of one FortiManager.
pub(super) struct Settings {
    pub(super) product: Product,
    pub(super) license: Value,
    /// That of the one REST API administrator.
    pub(super) api_token: String,
    /// Whether JSON-RPC is asked in a session, as in the cloud, and not with the token.
    pub(super) rpc_in_sessions: bool,
    /// What proxy and JSON-RPC answer in place of the demo's own, by address.
    pub(super) data: BTreeMap<String, Value>,
    /// The addresses that account and token have no right to.
    pub(super) refused: BTreeSet<String>,
    pub(super) dead_session: DeadSession,
    pub(super) cookie_prefix: String,
    pub(super) logout_api: bool,
    pub(super) generation: Generation,
    /// The second steps made: the session's id, and what the step brought.
    pub(super) second_steps: BTreeMap<String, PageTokens>,
}

/// What the page behind the second step sets as cookies.
#[derive(Clone)]
pub(super) struct PageTokens {
    /// `csrftoken`.
    pub(super) csrf: String,
    /// `XSRF-TOKEN`.
    pub(super) xsrf: String,
}

impl Settings {
    pub(super) fn new(product: Product, license: Value) -> Self {
        Self {
            product,
            license,
            api_token: "demo-api-token".to_owned(),
            rpc_in_sessions: false,
            data: BTreeMap::new(),
            refused: BTreeSet::new(),
            dead_session: DeadSession::Redirect,
            cookie_prefix: String::new(),
            logout_api: true,
            generation: Generation::OneStep,
            second_steps: BTreeMap::new(),
        }
    }

    /// The cookie that is the session.
    pub(super) fn session_cookie(&self) -> String {
        self.cookie("CURRENT_SESSION")
    }

    /// The name under which a cookie is set.
    pub(super) fn cookie(&self, name: &str) -> String {
        format!("{}{name}", self.cookie_prefix)
    }

    /// Whether the login sets the token that every POST has to repeat in a header.
    pub(super) fn has_token_at_login(&self) -> bool {
        self.generation != (Generation::TwoStep { token_at_login: false })
    }
}
