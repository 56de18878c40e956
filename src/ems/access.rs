//! What a session adds to a request.

use crate::upstream::Request;

/// An open session: where EMS's own paths begin, and the headers that prove
/// the session. On-prem the proof is in the client's cookies.
#[derive(Clone, Default)]
pub(super) struct Access {
    pub(super) prefix: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Access {
    /// A GET of EMS's own `path`.
    pub(super) fn get(&self, path: &str) -> Request {
        self.sign(Request::get(format!("{}{path}", self.prefix)))
    }

    /// Adds the session's headers.
    pub(super) fn sign(&self, request: Request) -> Request {
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value.clone()))
    }
}
