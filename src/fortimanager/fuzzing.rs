//! What the fuzz targets reach for; in no other build.

use jiff::civil::date;

use super::metrics::FAMILIES;
use super::{SYSTEM, contracts, license, rpc, session};
use crate::poll::Findings;
use crate::upstream::{Error, Reply};

/// What the collector `license` makes of an answer.
pub fn license(reply: &Reply, account_info: bool) -> Result<Findings, Error> {
    license::page(reply).map(|page| license::findings(&page, account_info, &FAMILIES))
}

/// What the collector `contracts` makes of an answer on 2026-05-25.
pub fn contracts(reply: &Reply, account_info: bool) -> Result<Findings, Error> {
    let data = contracts::call().data(reply)?;
    contracts::findings(&data, account_info, date(2026, 5, 25))
}

/// Whether this answer to a login is a session, given that its cookie came or not.
pub fn login(reply: &Reply, has_session: bool) -> Result<(), Error> {
    session::login::check(SYSTEM.name, reply, has_session)
}

/// The access token that FortiCloud's answer brings.
pub fn cloud_token(reply: &Reply) -> Result<String, Error> {
    rpc::fuzzing::token(reply)
}

/// The session that the answer of an instance in the cloud brings.
pub fn cloud_session(reply: &Reply) -> Result<String, Error> {
    rpc::fuzzing::session(reply)
}
