//! The envelope of every EMS answer: `{"result": {"retval": 1, "message": null}, "data": …}`.
//!
//! A retval below 0 is a failure whatever the HTTP status says: -4 is a dead
//! session, -5 a missing permission.

use serde_json::{Map, Value};

use crate::upstream::{Error, Reason, Reply, Scalar, Verdict as SessionVerdict, quoted};

/// What an answer says of itself.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) retval: i64,
    pub(super) message: String,
}

/// The verdict in a small answer; `None` if it is not EMS's JSON.
pub(super) fn verdict(reply: &Reply) -> Option<Verdict> {
    verdict_of(reply.json::<Value>()?.get("result")?)
}

pub(super) fn verdict_of(result: &Value) -> Option<Verdict> {
    let retval = Scalar::from(result.get("retval")?).number()?;
    let message = result.get("message").and_then(Value::as_str).unwrap_or("no message");
    Some(Verdict { retval: retval.floor() as i64, message: message.to_owned() })
}

/// The error a verdict stands for, if any.
pub(super) fn check(verdict: &Verdict) -> Result<(), Error> {
    let message = quoted(&verdict.message);
    match verdict.retval {
        0.. => Ok(()),
        -4 => Err(Error::new(Reason::Auth, format!("EMS says: {message} (retval -4)"))
            .with_verdict(SessionVerdict::SessionDead)),
        // Signing in anew gives the same rights again.
        -5 => Err(Error::new(Reason::Forbidden, format!("EMS says: {message} (retval -5)"))),
        retval => {
            Err(Error::new(Reason::UnexpectedPayload, format!("EMS says: {message} (retval {retval})")))
        }
    }
}

/// The error of an answer that is not a success: by its retval if it has one,
/// else by its status.
pub(super) fn check_status(reply: &Reply) -> Result<(), Error> {
    if reply.is_success() {
        return Ok(());
    }
    if let Some(verdict) = verdict(reply) {
        check(&verdict)?;
    }
    reply.check_status()
}

/// The object under `data` of a small answer.
pub(super) fn data(reply: &Reply) -> Result<Map<String, Value>, Error> {
    match any_data(reply)? {
        Value::Object(data) => Ok(data),
        _ => Err(Error::new(Reason::UnexpectedPayload, "EMS answered without data")),
    }
}

/// Whatever stands under `data` of a small answer.
pub(super) fn any_data(reply: &Reply) -> Result<Value, Error> {
    check_status(reply)?;
    let mut body: Value = reply.json().ok_or_else(|| reply.not_json())?;
    // The gateway's own answers have a text here.
    let verdict = body.get("result").and_then(verdict_of);
    let verdict = verdict.ok_or_else(|| reply.unexpected("that is no answer of EMS"))?;
    check(&verdict)?;
    Ok(body.get_mut("data").map(Value::take).unwrap_or_default())
}
