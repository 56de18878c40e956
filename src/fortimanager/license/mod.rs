//! Collector `license`: what the licence page of FortiManager shows.
//!
//! `GET /cgi-bin/module/flatui/SysDashboard?action=read&type=license` answers
//! a bare JSON object. It is not an official API: every key may be missing and
//! change its type, and what an expired session gets instead is not known. Any
//! release may do without the page. Where there is an API token, the contracts
//! are then read by JSON-RPC, in the same poll and under the same names; each
//! poll looks for the page first, so that it is used again once it is back.

mod domain;
mod payload;
mod samples;
mod tables;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

pub(super) use self::tables::label_values;
use super::csrf::Csrf;
use super::envelope::{Status, status};
use super::families::Families;
use super::known;
use super::rpc::Rpc;
use super::{Pages, contracts, proxy};
use crate::poll::{Collector, Findings};
use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, Unreadable, Verdict, quoted};

const PAGE: &str = "/cgi-bin/module/flatui/SysDashboard?action=read&type=license";

pub(super) struct LicenseCollector {
    pages: Arc<Pages>,
    /// Where to turn to while the page is gone.
    rpc: Option<Arc<Rpc>>,
    account_info: bool,
    families: &'static Families,
}

impl LicenseCollector {
    pub(super) fn new(
        pages: Arc<Pages>,
        rpc: Option<Arc<Rpc>>,
        account_info: bool,
        families: &'static Families,
    ) -> Self {
        Self { pages, rpc, account_info, families }
    }

    /// Whether it is the page that failed: the session is alive, says the system, or was replaced. A page
    /// that is gone for everybody does not tell when the session has ended. Where there is none to be had, what
    /// the page answered is what everybody gets, and the error is why there is none.
    async fn is_gone(&self, error: &Error, deadline: Deadline) -> Result<bool, Error> {
        let may_be = matches!(
            error.reason(),
            Reason::HttpStatus | Reason::NotJson | Reason::UnexpectedPayload | Reason::TooLarge
        );
        if !may_be {
            return Ok(false);
        }
        match proxy::read(&self.pages, "session", proxy::SESSION, deadline).await {
            Ok(_) => Ok(true),
            Err(refused) if refused.next_sign_in().is_some() => Err(refused),
            Err(_) => Ok(false),
        }
    }
}

impl Collector for LicenseCollector {
    fn name(&self) -> &'static str {
        "license"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let Pages { client, keeper } = &*self.pages;
            let read =
                |csrf| -> BoxFuture<'static, _> { Box::pin(read_page(client.clone(), csrf, deadline)) };
            let error = match keeper.with_session(self.name(), deadline, read).await {
                Ok(page) => return Ok(findings(&page, self.account_info, self.families)),
                Err(error) => error,
            };
            match &self.rpc {
                Some(rpc) if self.is_gone(&error, deadline).await? => {
                    let found = contracts::read(rpc, self.name(), self.account_info, deadline).await;
                    found.map_err(|other| other.after(&error))
                }
                _ => Err(error),
            }
        })
    }
}

async fn read_page(client: Client, csrf: Csrf, deadline: Deadline) -> Result<Value, Error> {
    page(&client.send(csrf.sign(Request::get(PAGE)), deadline).await?)
}

/// The page's object, or the error that says whether the session is to blame.
pub(super) fn page(reply: &Reply) -> Result<Value, Error> {
    reply.check_status()?;
    let page: Value = reply.json().ok_or_else(|| reply.not_json())?;
    if let Status::Failed { code, message } = status(&page) {
        // -11 is FortiManager's "no permission", which a stale session gets as well.
        let reason = if code == -11 { Reason::Forbidden } else { Reason::UnexpectedPayload };
        let message = format!("the licence page answered: {} (code {code})", quoted(&message));
        return Err(Error::new(reason, message).with_verdict(Verdict::SessionDead));
    }
    if payload::is_license(&page) {
        Ok(page)
    } else {
        Err(reply.unexpected("that has none of the licence's keys"))
    }
}

/// What can be read of such an object.
pub(super) fn findings(page: &Value, account_info: bool, families: &Families) -> Findings {
    let mut unreadable = Unreadable::default();
    known::LICENSE.look(page, &mut unreadable.unknown);
    let license = payload::decode(page, &mut unreadable);
    Findings { samples: samples::samples(&license, account_info, families), unreadable }
}
