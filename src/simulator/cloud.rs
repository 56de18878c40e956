//! FortiClient Cloud: a gateway that signs in with an access key and passes calls on to an EMS.

use std::ops::Deref;
use std::sync::Arc;

use axum::http::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::ems::Inventory;
use super::fleet::Fleet;
use super::gate::{Gate, Tokens};
use super::simulation::{Desk, Pages};
use super::{Answer, Certificate, Error, Simulation, token};

const LOGIN: &str = "/fct/api/public/v1/ems_api_cloud/login/";
const LOGOUT: &str = "/fct/api/public/v1/ems_api_cloud/logout/";
/// Before the whole path of the EMS call.
const PASSED_ON: &str = "/fct/api/public/v1/ems_api";

/// A running gateway; clones are handles on the same one, and the last to go stops it.
///
/// It starts with the access key `demo-access-key` of `it@example.com`; otherwise as [`super::Ems`].
#[derive(Clone)]
pub struct Cloud {
    simulation: Arc<Simulation>,
    pages: Arc<CloudPages>,
}

struct CloudPages {
    inventory: Inventory,
}

impl Cloud {
    /// Listens on a free loopback port with TLS.
    // Async because it spawns: only callers inside a runtime can do that.
    pub async fn start(certificate: &Certificate) -> Result<Self, Error> {
        Self::listen(Some(certificate))
    }

    /// Listens on a free loopback port without TLS.
    pub async fn start_plain() -> Result<Self, Error> {
        Self::listen(None)
    }

    fn listen(certificate: Option<&Certificate>) -> Result<Self, Error> {
        let pages = Arc::new(CloudPages { inventory: Inventory::demo() });
        let gate = Gate::new("it@example.com", "demo-access-key");
        let simulation = Simulation::start(certificate, gate, Arc::clone(&pages))?;
        Ok(Self { simulation: Arc::new(simulation), pages })
    }

    /// Replaces the account and its access key; sessions already open stay open.
    pub fn set_access_key(&self, account_email: &str, access_key: &str) {
        self.set_account(account_email, access_key);
    }

    /// Replaces the endpoints, also in the middle of a client's walk through them.
    pub fn set_fleet(&self, fleet: Fleet) {
        self.pages.inventory.set_fleet(fleet);
    }

    /// Replaces the licence: what stands under `data`.
    pub fn set_license(&self, data: Value) {
        self.pages.inventory.set_license(data);
    }

    /// Refuses the licence with 403 and -5, as for a role that may not read it (default: no).
    pub fn forbid_license(&self, forbidden: bool) {
        self.pages.inventory.forbid_license(forbidden);
    }

    /// Sets the version the EMS says it is.
    pub fn set_version(&self, version: &str) {
        self.pages.inventory.set_version(version);
    }

    /// Never gives more rows than this on one page, whatever is asked for (default: no cap).
    pub fn set_page_cap(&self, rows: usize) {
        self.pages.inventory.set_page_cap(rows);
    }
}

impl Deref for Cloud {
    type Target = Simulation;

    fn deref(&self) -> &Simulation {
        &self.simulation
    }
}

impl Pages for CloudPages {
    fn answer(&self, desk: &Desk, call: &Call) -> Answer {
        if call.is(&Method::POST, LOGIN) {
            return login(desk, call);
        }
        if call.is(&Method::POST, LOGOUT) {
            return match session(desk, call) {
                Ok(id) => {
                    desk.gate.sign_out(id);
                    Answer::json(200, &json!({"result": "logout"}))
                }
                Err(answer) => answer,
            };
        }
        match call.path.strip_prefix(PASSED_ON) {
            Some(path) if path.starts_with("/api/") => match session(desk, call) {
                Ok(_) => self.inventory.answer(desk, call, path),
                Err(answer) => answer,
            },
            _ => desk.unknown(call),
        }
    }
}

fn login(desk: &Desk, call: &Call) -> Answer {
    let body = call.json().unwrap_or_default();
    let text = |key| body.get(key).and_then(Value::as_str);
    let (Some(key), Some(email)) = (text("access_key"), text("account_email")) else {
        desk.record.violation(call, "the body is not JSON with access_key and account_email");
        return Answer::json(400, &json!({"result": "error"}));
    };
    let tokens = Tokens { id: token::alphanumeric(64), csrf: String::new(), site: String::new() };
    let id = tokens.id.clone();
    match desk.gate.sign_in(email, key, tokens) {
        Ok(others) => {
            desk.signed_in_beside(call, others);
            Answer::json(200, &json!({"result": "login", "session_id": id}))
        }
        // No capture of any refusal is public.
        Err(_) => dead(),
    }
}

/// The live session named in `Authorization`, which holds its id and nothing before it.
fn session<'a>(desk: &Desk, call: &'a Call) -> Result<&'a str, Answer> {
    let Some(id) = call.header("authorization") else {
        desk.record.violation(call, "no Authorization was sent");
        return Err(dead());
    };
    if id.contains(' ') {
        desk.record.violation(call, "Authorization holds more than the session id");
        return Err(dead());
    }
    desk.gate.enter(id).map(|_| id).ok_or_else(dead)
}

fn dead() -> Answer {
    Answer::json(401, &json!({"result": "error"}))
}
