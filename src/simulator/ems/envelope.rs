//! The envelope of every EMS answer: `retval` 1 for success, negative for failure.

use serde_json::{Value, json};

use crate::simulator::Answer;

/// A successful read; its message is null.
pub(super) fn data(data: &Value) -> Answer {
    let body = json!({"result": {"retval": 1, "message": null}, "data": data});
    Answer::json(200, &body)
}

/// A success with words.
pub(super) fn success(message: &str, data: &Value) -> Answer {
    let body = json!({"result": {"retval": 1, "message": message}, "data": data});
    Answer::json(200, &body)
}

/// A failure.
pub(super) fn failure(status: u16, retval: i64, message: &str) -> Answer {
    let body = json!({"result": {"retval": retval, "message": message}});
    Answer::json(status, &body)
}

/// What a request without a live session gets.
pub(super) fn no_session() -> Answer {
    failure(401, -4, "Session has expired or does not exist.")
}
