//! Collector `license`: what the licence page of FortiManager shows.
//!
//! `GET /cgi-bin/module/flatui/SysDashboard?action=read&type=license` answers
//! a bare JSON object. It is not an official API: every key may be missing and
//! change its type, and what an expired session gets instead is not known.

mod domain;
mod payload;
mod samples;
mod tables;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

pub(super) use self::tables::label_values;
use super::FortiManager;
use super::session::{Csrf, Status, status};
use crate::poll::{Collector, Findings};
use crate::upstream::{Client, Deadline, Error, Reason, Reply, Request, Unreadable, Verdict, quoted};

const PAGE: &str = "/cgi-bin/module/flatui/SysDashboard?action=read&type=license";

pub(super) struct LicenseCollector {
    fortimanager: Arc<FortiManager>,
    account_info: bool,
}

impl LicenseCollector {
    pub(super) fn new(fortimanager: Arc<FortiManager>, account_info: bool) -> Self {
        Self { fortimanager, account_info }
    }
}

impl Collector for LicenseCollector {
    fn name(&self) -> &'static str {
        "license"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let FortiManager { client, keeper } = &*self.fortimanager;
            let read =
                |csrf| -> BoxFuture<'static, _> { Box::pin(read_page(client.clone(), csrf, deadline)) };
            let page = keeper.with_session(self.name(), deadline, read).await?;
            Ok(findings(&page, self.account_info))
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
pub(super) fn findings(page: &Value, account_info: bool) -> Findings {
    let mut unreadable = Unreadable::default();
    let license = payload::decode(page, &mut unreadable);
    Findings { samples: samples::samples(&license, account_info), unreadable }
}
