//! What the fuzz targets reach for; in no other build.

use super::metrics::FAMILIES;
use super::{SYSTEM, license, session};
use crate::poll::Findings;
use crate::upstream::{Error, Reply};

/// What the collector `license` makes of an answer.
pub fn license(reply: &Reply, account_info: bool) -> Result<Findings, Error> {
    license::page(reply).map(|page| license::findings(&page, account_info, &FAMILIES))
}

/// Whether this answer to a login is a session, given that its cookie came or not.
pub fn login(reply: &Reply, has_session: bool) -> Result<(), Error> {
    session::login::check(SYSTEM.name, reply, has_session)
}
