//! Page after page through the index: the whole of it, or an error.
//!
//! The index is no snapshot. It is ordered by a name that is not unique and
//! changes while it is read, so rows may come twice or slip through between
//! pages: rows are told apart by `device_id`, and one in a hundred that is
//! missing is forgiven. The offset moves by the rows that came, so that a
//! server that caps `count` lower is still read whole.

use super::super::envelope;
use super::census::Census;
use super::pages::{LARGEST_PAGE, Pages, Source};
use crate::config::Grouping;
use crate::upstream::{Error, Reason, aside};

/// A million endpoints from a server that gives 50 at a time, twice over.
const MOST_PAGES: usize = 40_000;
/// Twice a million, the largest fleet that was ever spoken of; ids take memory.
const MOST_ROWS: usize = 2_000_000;
/// On average; a row has some two kilobytes, with a picture of its user some ten.
const LARGEST_ROW: usize = 64 * 1024;

/// Reads the whole index; a walk that came up short is tried once more.
pub(super) async fn complete(source: Source, by: Vec<Grouping>) -> Result<Census, Error> {
    let mut missing = String::new();
    for _ in 0..2 {
        let census = walk(Pages::new(source.clone()), Census::new(&by)).await?;
        match census.shortfall() {
            None => return Ok(census),
            Some(words) => missing = words,
        }
    }
    Err(Error::new(Reason::UnexpectedPayload, missing))
}

async fn walk(mut pages: Pages, mut census: Census) -> Result<Census, Error> {
    let mut bytes = 0;
    for _ in 0..MOST_PAGES {
        let page = pages.at(census.received(), census.outlook()).await?;
        envelope::check_status(&page)?;
        bytes += page.body().len();
        let (taken, counted, page) = aside(page.body().len(), move || {
            let taken = census.take(page.body());
            (taken, census, page)
        })
        .await?;
        taken.map_err(|flaw| flaw.of(&page))?;
        census = counted;
        pages.recycle(page);
        if census.is_over() {
            return Ok(census);
        }
        if census.received() > MOST_ROWS || bytes > LARGEST_PAGE + census.received() * LARGEST_ROW {
            break;
        }
    }
    let message =
        format!("the endpoint index has not ended after {} rows and {bytes} bytes", census.received());
    Err(Error::new(Reason::TooLarge, message))
}
