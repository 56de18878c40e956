//! The table of tasks, with the parameters that narrow it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::{INVALID_PARAMETER, Refusal};

const RUNNING: u32 = 1;
const CANCELLED: u32 = 3;
const DONE: u32 = 4;
const ERROR: u32 = 5;
const WARNING: u32 = 8;

/// What was done, its state, errors in it, and the hours since it began: two have failed within the day.
const TASKS: [(&str, u32, u32, i64); 8] = [
    ("Install Device", RUNNING, 0, 0),
    ("Install Package", DONE, 0, 2),
    ("Install Package", DONE, 1, 3),
    ("Retrieve Device", WARNING, 0, 5),
    ("Run Script", ERROR, 4, 9),
    ("Update Device", DONE, 0, 14),
    ("Install Device", CANCELLED, 0, 20),
    ("Install Package", ERROR, 2, 30),
];

/// The rows that pass the filter, with the fields that were asked for.
pub(super) fn of(params: &Value, now: Timestamp) -> Result<Value, Refusal> {
    let fields = match params.get("fields") {
        None => None,
        Some(fields) => Some(fields.as_array().ok_or(INVALID_PARAMETER)?),
    };
    let since = match params.get("filter") {
        None => 0,
        Some(filter) => since(filter).ok_or(INVALID_PARAMETER)?,
    };
    let rows = (2066..).zip(TASKS).map(|(id, task)| row(id, task, now));
    let rows = rows.filter(|row| row.get("start_tm").and_then(Value::as_i64) >= Some(since));
    // The id comes whether it was asked for or not.
    let has = |key: &str| key == "id" || fields.is_none_or(|fields| fields.iter().any(|field| field == key));
    Ok(rows.map(|row| row.into_iter().filter(|(key, _)| has(key)).collect::<Map<_, _>>()).collect())
}

/// The one kind of filter that is understood: `[["start_tm", ">=", …]]`.
fn since(filter: &Value) -> Option<i64> {
    let [condition] = filter.as_array()?.as_slice() else { return None };
    let [field, operator, value] = condition.as_array()?.as_slice() else { return None };
    (field == "start_tm" && operator == ">=").then(|| value.as_i64()).flatten()
}

/// Keys and kinds of values as captured: state and source are numbers in a list.
fn row(id: u32, (title, state, errors, hours): (&str, u32, u32, i64), now: Timestamp) -> Map<String, Value> {
    let start = now.as_second() - hours * 3600;
    let (percent, end) = if state == RUNNING { (40, 0) } else { (100, start + 27) };
    let row = json!({
        "adom": 3,
        "end_tm": end,
        "flags": 0,
        "id": id,
        "num_done": 1,
        "num_err": errors,
        "num_lines": 5,
        "num_warn": u8::from(state == WARNING),
        "percent": percent,
        "pid": 26_153,
        "src": 0,
        "start_tm": start,
        "state": state,
        "title": title,
        "tot_percent": 5 * percent,
        "user": "admin",
    });
    match row {
        Value::Object(row) => row,
        _ => Map::new(),
    }
}
