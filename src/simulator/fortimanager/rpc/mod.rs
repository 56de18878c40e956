//! `/jsonrpc`: the documented API, for the token of a REST API administrator, or in a session of the cloud.

mod data;
mod devices;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::pages::FortiManagerPages;
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::lock::lock;
use crate::simulator::simulation::Desk;

/// The one object of `params`, and what is to be done with it.
struct Asked<'a> {
    id: i64,
    method: &'a str,
    url: &'a str,
    params: &'a Value,
}

/// Whether somebody may ask at all.
enum Access {
    Granted,
    Refused,
    NotAskedFor,
}

/// A code other than 0, in the API's own words.
struct Refusal(i64, &'static str);

const INVALID_URL: Refusal = Refusal(-6, "Invalid url");
const INVALID_PARAMETER: Refusal = Refusal(-8, "Invalid parameter");
const NO_PERMISSION: Refusal = Refusal(-11, "No permission for the resource");

impl FortiManagerPages {
    pub(in super::super) fn json_rpc(&self, desk: &Desk, call: &Call) -> Answer {
        for name in ["cookie", "xsrf-token", "x-csrftoken"] {
            if call.header(name).is_some() {
                desk.record.violation(call, &format!("a {name} of the pages beside the token"));
            }
        }
        // Taken in the address by releases before 7.4.7 and 7.6.2, where it stands in every log.
        if !call.query.is_empty() {
            desk.record.violation(call, "something in the address");
        }
        let Some(body) = call.json() else {
            desk.record.violation(call, "the body is not JSON, or its content type does not say so");
            return Answer::text(400, "Bad Request");
        };
        let Some(asked) = Asked::read(&body) else {
            desk.record.violation(call, "the body lacks id, method or the url of one object in params");
            return answer(0, "", Err(INVALID_PARAMETER));
        };
        let (result, is_breach) = match self.access(desk, call, &body) {
            Access::Granted => self.result(desk, &body, &asked),
            Access::Refused => (Err(NO_PERMISSION), false),
            Access::NotAskedFor => (Err(NO_PERMISSION), true),
        };
        if is_breach {
            desk.record.violation(call, &format!("{} {} as nobody should ask", asked.method, asked.url));
        }
        answer(asked.id, asked.url, result)
    }

    /// Who asks. A token or a session that is not known breaks no rule: the answer tells it from none of the
    /// rights that one may lack.
    fn access(&self, desk: &Desk, call: &Call, body: &Value) -> Access {
        let header = call.header("authorization");
        let settings = lock(&self.settings);
        let is_known = if settings.rpc_in_sessions {
            if header.is_some() {
                desk.record.violation(call, "a token beside the session");
            }
            session(body).map(|id| desk.gate.enter(id).is_some())
        } else {
            let token = header.and_then(|value| value.strip_prefix("Bearer "));
            token.map(|token| token == settings.api_token)
        };
        match is_known {
            Some(true) => Access::Granted,
            Some(false) => Access::Refused,
            None => Access::NotAskedFor,
        }
    }

    /// What is answered, and whether the question breaks the API's rules.
    fn result(&self, desk: &Desk, body: &Value, asked: &Asked<'_>) -> (Result<Value, Refusal>, bool) {
        let settings = lock(&self.settings);
        if settings.rpc_in_sessions
            && let (Some(id), "exec", "/sys/logout") = (session(body), asked.method, asked.url)
        {
            desk.gate.sign_out(id);
            return (Ok(Value::Null), false);
        }
        if settings.refused.contains(asked.url) {
            return (Err(NO_PERMISSION), false);
        }
        let own = settings.data.get(asked.url).cloned();
        drop(settings);
        match data::of(asked, own, Timestamp::now()) {
            Ok(data) => (Ok(data), false),
            Err(refusal) => (Err(refusal), true),
        }
    }
}

impl<'a> Asked<'a> {
    fn read(body: &'a Value) -> Option<Self> {
        let params = body.get("params")?.as_array().filter(|params| params.len() == 1)?.first()?;
        Some(Self {
            id: body.get("id")?.as_i64()?,
            method: body.get("method")?.as_str()?,
            url: params.get("url")?.as_str()?,
            params,
        })
    }
}

fn session(body: &Value) -> Option<&str> {
    body.get("session")?.as_str()
}

fn answer(id: i64, url: &str, result: Result<Value, Refusal>) -> Answer {
    let result = match result {
        Ok(data) => json!({"data": data, "status": {"code": 0, "message": "OK"}, "url": url}),
        Err(Refusal(code, message)) => json!({"status": {"code": code, "message": message}, "url": url}),
    };
    Answer::json(200, &json!({"id": id, "result": [result]}))
}
