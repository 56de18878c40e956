//! Which page answers which request, and to whom.

use std::sync::Mutex;

use super::envelope::{failure, no_session};
use super::inventory::Inventory;
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::gate::Visitor;
use crate::simulator::lock::lock;
use crate::simulator::simulation::{Desk, Pages};
use crate::simulator::token;

const SIGN_IN: &str = "/api/v1/auth/signin";
const SIGN_OUT: &str = "/api/v1/auth/signout";

/// How a refused sign-in looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefusal {
    /// 400 with `retval` -1, what the documents list.
    BadRequest,
    /// 401 with `retval` -1, what one client expects.
    Unauthorized,
    /// 200 with `retval` -1 and no cookies, what other clients guard against.
    Ok,
}

/// The switches of one EMS.
pub(super) struct Settings {
    pub(super) site: String,
    pub(super) refusal: SignInRefusal,
    pub(super) reissue: bool,
    pub(super) cookie_prefix: String,
}

impl Settings {
    fn session_cookie(&self) -> String {
        format!("{}sessionid", self.cookie_prefix)
    }
}

pub(super) struct EmsPages {
    pub(super) inventory: Inventory,
    pub(super) settings: Mutex<Settings>,
}

/// A live session and the id it came with.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) visitor: Visitor,
}

impl Pages for EmsPages {
    fn answer(&self, desk: &Desk, call: &Call) -> Answer {
        match call.path.as_str() {
            SIGN_IN => self.sign_in(desk, call),
            SIGN_OUT => self.sign_out(desk, call),
            path => self.read(desk, call, path),
        }
    }
}

impl EmsPages {
    pub(super) fn new() -> Self {
        Self {
            inventory: Inventory::demo(),
            settings: Mutex::new(Settings {
                site: "Default".to_owned(),
                refusal: SignInRefusal::BadRequest,
                reissue: false,
                cookie_prefix: String::new(),
            }),
        }
    }

    /// A GET needs the session cookie alone.
    fn read(&self, desk: &Desk, call: &Call, path: &str) -> Answer {
        let session = match self.session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        if let Some(refusal) = refuse_site(desk, call, &session.visitor.site) {
            return refusal;
        }
        let answer = self.inventory.answer(desk, call, path);
        if !lock(&self.settings).reissue {
            return answer;
        }
        let new = session_id();
        desk.gate.reissue(&session.id, &new);
        answer.header("set-cookie", &self.session_cookie(desk, &new))
    }

    /// The live session a request belongs to, or the answer for one that has none.
    pub(super) fn session(&self, desk: &Desk, call: &Call) -> Result<Session, Answer> {
        let name = lock(&self.settings).session_cookie();
        let Some(id) = call.cookie(&name) else {
            desk.record.violation(call, "no session cookie was sent");
            return Err(no_session());
        };
        match desk.gate.enter(id) {
            Some(visitor) => Ok(Session { id: id.to_owned(), visitor }),
            None => Err(no_session()),
        }
    }

    /// The cookie that carries this session.
    pub(super) fn session_cookie(&self, desk: &Desk, id: &str) -> String {
        let attributes = desk.cookie_attributes("; HttpOnly; SameSite=Lax");
        format!("{}={id}; {attributes}", lock(&self.settings).session_cookie())
    }
}

/// A session sees one site: a `Site` header that names another one is a mistake.
pub(super) fn refuse_site(desk: &Desk, call: &Call, site: &str) -> Option<Answer> {
    let named = call.header("site")?;
    if named.eq_ignore_ascii_case(site) {
        return None;
    }
    desk.record.violation(call, "the header Site names another site");
    Some(failure(400, -1, "Invalid site."))
}

/// Since 7.2.9 the cookie is said to hold the whole session, signed: long and opaque.
pub(super) fn session_id() -> String {
    format!("{}:{}:{}", token::alphanumeric(220), token::alphanumeric(6), token::alphanumeric(43))
}
