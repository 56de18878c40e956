//! The envelopes in which FortiManager says how a request went.

use serde_json::Value;

/// What an answer says of itself.
#[derive(Debug, PartialEq)]
pub(super) enum Status {
    /// Nothing: the bare pages carry no status.
    None,
    Ok,
    Failed {
        code: i64,
        message: String,
    },
}

/// Finds the status in any of the envelopes: `result[0].status`, `result.status`,
/// `status`, or a bare `code` beside `message`.
pub(super) fn status(body: &Value) -> Status {
    let result = body.get("result");
    let result = result.and_then(|result| result.get(0)).or(result);
    let inner = result.and_then(|result| result.get("status"));
    for place in [inner, body.get("status"), Some(body)].into_iter().flatten() {
        let Some(code) = place.get("code") else { continue };
        let code = code.as_i64().or_else(|| code.as_str()?.trim().parse().ok());
        let message = place.get("message").and_then(Value::as_str).unwrap_or("no message");
        match code {
            Some(0) => {}
            Some(code) => return Status::Failed { code, message: message.to_owned() },
            None => return Status::Failed { code: -1, message: message.to_owned() },
        }
        return Status::Ok;
    }
    Status::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_is_found_in_every_envelope() {
        let failed = |code| Status::Failed { code, message: "m".to_owned() };
        for (body, expected) in [
            (json!({"result": [{"status": {"code": 0, "message": ""}}]}), Status::Ok),
            (json!({"result": [{"status": {"code": -6, "message": "m"}}]}), failed(-6)),
            (json!({"result": {"status": {"code": "-11", "message": "m"}}}), failed(-11)),
            (json!({"code": -6, "message": "m", "data": {}}), failed(-6)),
            (json!({"status": {"code": 1, "message": "m"}}), failed(1)),
            (json!({"max_num_dev": 100}), Status::None),
            (json!([]), Status::None),
            (json!(null), Status::None),
        ] {
            assert_eq!(status(&body), expected, "{body}");
        }
    }
}
