//! An instance of FortiManager Cloud: sessions for access tokens, and JSON-RPC in them.

use std::sync::Arc;

use axum::http::Method;
use serde_json::{Value, json};

use super::pages::FortiManagerPages;
use crate::simulator::call::Call;
use crate::simulator::gate::{Gate, Tokens};
use crate::simulator::simulation::{Desk, Pages};
use crate::simulator::{Answer, Simulation, token};

/// Only with the slash at its end.
const LOGIN: &str = "/p/forticloud_jsonrpc_login/";
const RPC: &str = "/jsonrpc";

/// Whom a good token comes from, and what stands for it at the gate.
const HOLDER: [&str; 2] = ["forticloud", "a good token"];

pub(super) struct Instance {
    pages: Arc<FortiManagerPages>,
    forticloud: Arc<Simulation>,
}

impl Instance {
    pub(super) fn new(pages: Arc<FortiManagerPages>, forticloud: Arc<Simulation>) -> Self {
        Self { pages, forticloud }
    }

    pub(super) fn gate() -> Gate {
        let [holder, proof] = HOLDER;
        Gate::new(holder, proof)
    }

    fn login(&self, desk: &Desk, call: &Call) -> Answer {
        let body = call.json().unwrap_or_default();
        let Some(access_token) = body.get("access_token").and_then(Value::as_str) else {
            desk.record.violation(call, "the body is not JSON with access_token");
            return Answer::json(400, &json!({"message": "Bad request"}));
        };
        // As captured.
        let id = format!("{}==", token::base64(86));
        let tokens = Tokens { id: id.clone(), csrf: String::new(), site: String::new() };
        let [holder, good] = HOLDER;
        let proof = if self.forticloud.vouches_for(access_token) { good } else { "" };
        match desk.gate.sign_in(holder, proof, tokens) {
            Ok(others) => {
                desk.signed_in_beside(call, others);
                // Whether it sets cookies is not public. Here it does, and nobody is to send them back.
                let cookie = format!("CURRENT_SESSION={id}; {}", desk.cookie_attributes("; HttpOnly"));
                Answer::json(200, &json!({"session": id})).header("set-cookie", &cookie)
            }
            // No capture of any refusal is public.
            Err(_) => Answer::json(401, &json!({"message": "Invalid access token"})),
        }
    }
}

impl Pages for Instance {
    fn answer(&self, desk: &Desk, call: &Call) -> Answer {
        if call.is(&Method::POST, LOGIN) {
            self.login(desk, call)
        } else if call.is(&Method::POST, RPC) {
            self.pages.json_rpc(desk, call)
        } else {
            desk.unknown(call)
        }
    }
}
