//! What the fuzz targets reach for; in no other build.

use super::{Census, cloud, envelope, license, onprem};
use crate::config::Grouping;
use crate::poll::Findings;
use crate::upstream::{Error, Reply};

/// What the collector `license` makes of an answer.
pub fn license(reply: &Reply) -> Result<Findings, Error> {
    envelope::data(reply).map(|data| license::findings(&data, None))
}

/// What the collector `endpoints` makes of a page as if it were the whole
/// index, and how many rows the page has.
pub fn endpoints(reply: &Reply, by: &[Grouping]) -> Result<(Findings, usize), Error> {
    envelope::check_status(reply)?;
    let mut census = Census::new(by);
    census.take(reply.body()).map_err(|flaw| flaw.of(reply))?;
    let rows = census.received();
    Ok((census.into_findings(), rows))
}

/// Whether this answer to a sign-in is a session, given that its cookie came or not.
pub fn onprem_login(reply: &Reply, has_session: bool) -> Result<(), Error> {
    onprem::check(reply, has_session)
}

/// The headers of the session that the gateway's answer brings.
pub fn cloud_login(reply: &Reply) -> Result<Vec<(&'static str, String)>, Error> {
    cloud::session(reply).map(|access| access.headers)
}
