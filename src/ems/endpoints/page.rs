//! One page of the index, decoded row by row: each row is handed on as it is
//! read, borrowing from the page, and what is not counted is skipped.

use super::super::envelope::{self, Verdict};
use super::cursor::{Cursor, NotJson};
use super::flaw::{Flaw, MOST_ROWS};
use super::row::Row;
use super::shape::Shape;
use crate::upstream::{Unknown, lenient_json};

/// What a page says beside its rows.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// EMS's own word on the call; `None` where there is no envelope.
    pub(super) verdict: Option<Verdict>,
    /// How many rows came; `None` where there is no list.
    pub(super) rows: Option<usize>,
    /// The size of the whole index: `None` where the page does not say,
    /// `Some(None)` where it says nothing that can be one.
    pub(super) total: Option<Option<f64>>,
    /// Keys of its rows that nobody knows, and those beside the list.
    pub(super) unknown: Unknown,
}

/// More endpoints than there are computers.
const LARGEST_TOTAL: f64 = 1e10;

/// Decodes a page, handing each row to `take`. A value of the wrong kind is
/// passed over and spoils no more than itself.
pub(super) fn decode(body: &[u8], take: &mut dyn FnMut(&Row<'_>)) -> Result<Page, Flaw> {
    let mut page = Page::default();
    let mut json = Cursor::new(body);
    json.members(|json, key| match key {
        "result" => {
            page.verdict = envelope::verdict_of(&lenient_json(json.skip()?).ok_or(NotJson)?);
            Ok(())
        }
        "data" => data(json, &mut page, take),
        _ => passed_over(json),
    })?;
    if json.is_at_end() { Ok(page) } else { Err(Flaw::NotJson) }
}

fn data(json: &mut Cursor<'_>, page: &mut Page, take: &mut dyn FnMut(&Row<'_>)) -> Result<(), Flaw> {
    json.members(|json, key| match key {
        "endpoints" => endpoints(json, page, take),
        "total" => {
            let total = json.scalar()?.quantity().filter(|total| *total <= LARGEST_TOTAL);
            page.total = Some(total);
            Ok(())
        }
        _ => {
            page.unknown.add("", key);
            passed_over(json)
        }
    })?;
    Ok(())
}

fn endpoints(json: &mut Cursor<'_>, page: &mut Page, take: &mut dyn FnMut(&Row<'_>)) -> Result<(), Flaw> {
    let mut rows = page.rows.unwrap_or_default();
    let (mut row, mut shape) = (Row::default(), Shape::default());
    let is_list = json.items(|json| {
        rows += 1;
        if rows > MOST_ROWS {
            return Err(Flaw::TooManyRows);
        }
        row.read(json, &mut shape)?;
        take(&row);
        Ok(())
    })?;
    if is_list {
        page.rows = Some(rows);
    }
    page.unknown.extend(shape.unknown());
    Ok(())
}

fn passed_over(json: &mut Cursor<'_>) -> Result<(), Flaw> {
    json.skip()?;
    Ok(())
}

impl From<NotJson> for Flaw {
    fn from(_: NotJson) -> Self {
        Self::NotJson
    }
}
