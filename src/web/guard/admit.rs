//! What every request goes through before a page is made, whatever its path:
//! the rate limit, then the headers of the answer, then the user.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretSlice;
use secrecy::zeroize::Zeroizing;

use super::Guard;
use super::users::Verdict;

/// Answers for the router, or instead of it.
pub(in crate::web) async fn admit(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let rules = guard.rules.load_full();
    if rules.limit.as_ref().is_some_and(|(_, limit)| !limit.allows(Instant::now())) {
        return refuse(StatusCode::TOO_MANY_REQUESTS);
    }
    let verdict = match (rules.users.is_empty(), credentials(request.headers())) {
        (true, _) => Verdict::Welcome,
        (false, Some((name, password))) => rules.users.check(&name, password).await,
        (false, None) => Verdict::Refused,
    };
    let mut response = match verdict {
        Verdict::Welcome => next.run(request).await,
        Verdict::Busy => refuse(StatusCode::SERVICE_UNAVAILABLE),
        Verdict::Refused => {
            let mut response = refuse(StatusCode::UNAUTHORIZED);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
            response
        }
    };
    for (name, value) in &rules.headers {
        // A page that has its own knows better what it needs.
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}

/// The status in words and nothing more.
fn refuse(status: StatusCode) -> Response {
    let words = format!("{}\n", status.canonical_reason().unwrap_or_default());
    (status, [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], words).into_response()
}

/// Name and password, as `Basic` followed by the base64 of `NAME:PASSWORD`.
fn credentials(headers: &HeaderMap) -> Option<(String, SecretSlice<u8>)> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, encoded) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let both = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let colon = both.iter().position(|byte| *byte == b':')?;
    let (name, password) = (both.get(..colon)?, both.get(colon + 1..)?);
    Some((String::from_utf8_lossy(name).into_owned(), password.to_vec().into()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn credentials_are_read_as_browsers_and_prometheus_write_them() {
        let read = |value: &str| {
            let value = HeaderValue::from_str(value).unwrap();
            let (name, password) = credentials(&HeaderMap::from_iter([(header::AUTHORIZATION, value)]))?;
            Some((name, String::from_utf8(password.expose_secret().to_vec()).unwrap()))
        };
        let pair = |name: &str, password: &str| Some((name.to_owned(), password.to_owned()));
        assert_eq!(read("Basic YWxpY2U6cGE6c3M="), pair("alice", "pa:ss"));
        assert_eq!(read("basic YWxpY2U6"), pair("alice", ""));
        assert_eq!(read("BASIC Og=="), pair("", ""));
        for value in
            ["", "Basic", "Basic ", "Bearer YWxpY2U6cGE6c3M=", "Basic YWxpY2U", "Basic YWxpY2U=", "Basic §"]
        {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
