//! The sign-in of FortiCloud: access tokens for the API users of its IAM.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::gate::{Gate, Tokens};
use super::simulation::{Desk, Pages};
use super::{Answer, Certificate, Error, Simulation, token};

/// Only with the slash at its end.
const TOKEN: &str = "/api/v1/oauth/token/";
/// A token lives for so long, used or not.
const LIFETIME: Duration = Duration::from_secs(14_400);

struct ForticloudPages;

/// Listens on a free loopback port; the API user is `demo-api-id` / `demo-password`.
pub(super) fn start(certificate: Option<&Certificate>) -> Result<Arc<Simulation>, Error> {
    let gate = Gate::new("demo-api-id", "demo-password");
    gate.set_idle_timeout(LIFETIME);
    // Tokens are no sessions: nobody counts them.
    gate.set_session_cap(usize::MAX);
    Simulation::start(certificate, gate, Arc::new(ForticloudPages)).map(Arc::new)
}

impl Pages for ForticloudPages {
    fn answer(&self, desk: &Desk, call: &Call) -> Answer {
        if call.is(&Method::POST, TOKEN) { give(desk, call) } else { desk.unknown(call) }
    }
}

fn give(desk: &Desk, call: &Call) -> Answer {
    let body = call.json().unwrap_or_default();
    let text = |key| body.get(key).and_then(Value::as_str);
    let (Some(username), Some(password)) = (text("username"), text("password")) else {
        desk.record.violation(call, "the body is not JSON with username and password");
        return Answer::json(400, &json!({"error": "invalid_request"}));
    };
    if text("grant_type") != Some("password") {
        desk.record.violation(call, "grant_type is not password");
        return Answer::json(400, &json!({"error": "unsupported_grant_type"}));
    }
    if text("client_id") != Some("FortiManager") {
        desk.record.violation(call, "client_id is not FortiManager");
        return Answer::json(401, &json!({"error": "invalid_client"}));
    }
    let [access_token, refresh_token] = [token::alphanumeric(30), token::alphanumeric(30)];
    let tokens = Tokens { id: access_token.clone(), csrf: refresh_token.clone(), site: String::new() };
    match desk.gate.sign_in(username, password, tokens) {
        Ok(_) => Answer::json(
            200,
            &json!({
                "access_token": access_token,
                "expires_in": LIFETIME.as_secs(),
                "message": "successfully authenticated",
                "refresh_token": refresh_token,
                "scope": "read write",
                "status": "success",
                "token_type": "Bearer",
            }),
        ),
        // No capture of any refusal is public.
        Err(_) => Answer::json(
            401,
            &json!({"error": "invalid_grant", "error_description": "Invalid credentials given.", "status": "failed"}),
        ),
    }
}
