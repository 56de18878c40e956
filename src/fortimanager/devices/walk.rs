//! Page after page of the device database: the whole of it, or an error.
//!
//! `get /dvmdb/device` of JSON-RPC with `range`, in order of name. A release
//! that takes no notice of the range sends everything at once, or the same
//! again and again: either way the end is where nothing new comes.

use serde_json::{Value, json};

use super::super::known;
use super::super::rpc::{Call, Rpc};
use super::census::Census;
use super::device::FIELDS;
use crate::upstream::{Deadline, Error, Reason};

const DEVICES: &str = "/dvmdb/device";
/// A device is some 400 bytes here.
const PAGE: usize = 500;
/// 100,000 devices; what goes on after them is no list.
const MOST_PAGES: usize = 200;
const MOST_DEVICES: usize = MOST_PAGES * PAGE;

/// Reads all devices.
pub(super) async fn complete(
    rpc: &Rpc,
    collector: &'static str,
    series: bool,
    deadline: Deadline,
) -> Result<Census, Error> {
    let mut census = Census::new(series);
    let mut offset = 0;
    for _ in 0..MOST_PAGES {
        let count = move |data| page(census, data);
        let (counted, rows) = rpc.read(collector, call(offset), deadline, count).await?;
        census = counted;
        // A short page is not the end: a release may give fewer at a time, or leave some out.
        let Some(rows) = rows else { return census.whole() };
        offset += rows;
        // Of a release that gives more at a time.
        if census.devices() > MOST_DEVICES {
            break;
        }
    }
    let message = format!("the list of devices has not ended after {}", census.devices());
    Err(Error::new(Reason::TooLarge, message))
}

/// Counts a page; how many rows it has, if any of them is new.
fn page(mut census: Census, data: Value) -> Result<(Census, Option<usize>), Error> {
    known::DEVICES.look(&data, &mut census.unreadable.unknown);
    let Value::Array(rows) = data else {
        return Err(Error::new(Reason::UnexpectedPayload, format!("{DEVICES} answered with no list")));
    };
    let is_new = census.take(&rows);
    Ok((census, is_new.then_some(rows.len())))
}

fn call(offset: usize) -> Call {
    Call::get(DEVICES)
        .with("fields", FIELDS.to_vec())
        .with("loadsub", 0)
        .with("range", vec![offset, PAGE])
        .with("sortings", json!([{"name": 1}]))
}
