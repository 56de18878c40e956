//! The answers to a sign-in. The input is a letter for the HTTP status, `+` if
//! the session cookie came, and the body.

#![no_main]

use fortinet_exporter::upstream::{Error, Reply, Verdict};
use fortinet_exporter::{ems, fortimanager};
use fortinet_exporter_fuzz::errors;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// From `a` on.
const STATUSES: [u16; 14] = [200, 201, 204, 302, 400, 401, 403, 404, 405, 408, 429, 431, 500, 503];

fuzz_target!(|data: &[u8]| {
    let [letter, cookie, body @ ..] = data else { return };
    let status = STATUSES[usize::from(letter.wrapping_sub(b'a')) % STATUSES.len()];
    let has_session = *cookie == b'+';
    let reply = Reply::made_up(status, "application/json", body);
    let json: Option<Value> = reply.json();
    let body = json.as_ref().unwrap_or(&Value::Null);

    let fortimanager = fortimanager::fuzzing::login(&reply, has_session);
    if checked(&fortimanager, &reply) {
        assert!(has_session && json.is_some());
        for code in ["/result/0/status/code", "/result/status/code"] {
            assert!(body.pointer(code).is_none_or(is_zero), "a session in spite of {body}");
        }
    }

    let retval = body.pointer("/result/retval");
    let onprem = ems::fuzzing::onprem_login(&reply, has_session);
    if checked(&onprem, &reply) {
        assert!(has_session && retval.is_some(), "a session in spite of {body}");
    } else {
        assert!(
            !(has_session && reply.is_success() && retval == Some(&1.into())),
            "no session in spite of {body}"
        );
    }

    let cloud = ems::fuzzing::cloud_login(&reply);
    if checked(&cloud, &reply) {
        let id = body["session_id"].as_str().expect("an id");
        assert_eq!(body["result"], "login");
        assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{id:?} cannot be sent");
        assert_eq!(cloud.expect("a session")[0], ("Authorization", id.to_owned()));
    }

    let token = fortimanager::fuzzing::cloud_token(&reply);
    if checked(&token, &reply) {
        assert_eq!(body["access_token"], token.expect("a token"));
        assert!(
            body["status"]
                .as_str()
                .is_none_or(|status| status.is_empty() || status.eq_ignore_ascii_case("success"))
        );
    }
    let session = fortimanager::fuzzing::cloud_session(&reply);
    if checked(&session, &reply) {
        assert_eq!(body["session"], session.expect("a session"));
    }
});

/// Whether it is a session: then the answer was a success. If it is not, and
/// the credentials were looked at, the account is left alone.
fn checked<T>(result: &Result<T, Error>, reply: &Reply) -> bool {
    match result {
        Ok(_) => assert!(reply.is_success(), "a session with HTTP {}", reply.status()),
        Err(error) => {
            errors::check(error);
            let is_refusal = error.verdict() == Verdict::CredentialsRefused;
            assert_eq!(is_refusal, reply.judges_credentials(), "{error:?}");
        }
    }
    result.is_ok()
}

/// A code that is `0` in any type; what is no code is passed over.
fn is_zero(code: &Value) -> bool {
    code.as_i64() == Some(0) || code.as_str().is_some_and(|text| text.trim().parse() == Ok(0))
}
