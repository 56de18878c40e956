//! One report: `get /gui/adoms/ADOM_OID/pkgs/PACKAGE_OID/consistency-checker`,
//! known from one capture. Unlike all other answers it says `ok` in place of a
//! code, stands where data stand elsewhere, and its counts are texts.

use serde_json::Value;

use super::super::envelope::{Status, status};
use super::super::known;
use super::super::system::clock;
use crate::upstream::{Scalar, Unreadable};

/// JSON-RPC's code for an object that does not exist.
const NO_SUCH_OBJECT: i64 = -3;

/// What a report says. Unknown is `None`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Report {
    /// Policies that can never match.
    pub(super) full: Option<f64>,
    /// Policies that match less than they say.
    pub(super) partial: Option<f64>,
    /// When it was made, by the box's own clock: in seconds since 1970 as if that showed UTC.
    pub(super) made: Option<f64>,
}

/// Whether an answer says that there has never been a report.
pub(super) fn is_missing(body: &Value) -> bool {
    matches!(status(body), Status::Failed { code: NO_SUCH_OBJECT, .. })
}

/// The report in an answer. `Err` where none belongs, `None` where there has been none yet.
pub(super) fn read(body: &Value, unreadable: &mut Unreadable) -> Result<Option<Report>, ()> {
    let result = body.pointer("/result/0").filter(|result| result.is_object()).ok_or(())?;
    let report = result.get("data").filter(|data| data.is_object()).unwrap_or(result);
    let records = report.get("rec").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let timestamp = report.get("timestamp").map(Scalar::from).unwrap_or_default();
    if records.is_empty() && timestamp.is_empty() {
        return Ok(None);
    }
    known::REPORT.look(report, &mut unreadable.unknown);
    Ok(Some(Report {
        full: sum(records, "full_shadow_count", unreadable),
        partial: sum(records, "partial_shadow_count", unreadable),
        made: unreadable.check("timestamp", &timestamp, clock::read(&timestamp)),
    }))
}

/// A count of all records; of no record, and where one of them is unknown, it is unknown.
fn sum(records: &[Value], key: &'static str, unreadable: &mut Unreadable) -> Option<f64> {
    let counts = records.iter().map(|record| {
        let count = record.get(key).map(Scalar::from).unwrap_or_default();
        unreadable.check(key, &count, count.quantity())
    });
    counts.reduce(|sum, count| Some(sum? + count?)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The report, if an answer with this result may have one, and how many fields of it were unreadable.
    fn report(result: &Value) -> (Result<Option<Report>, ()>, u64) {
        let mut unreadable = Unreadable::default();
        let report = read(&json!({"result": [result]}), &mut unreadable);
        (report, unreadable.iter().map(|(_, count)| count).sum())
    }

    #[test]
    fn the_counts_of_all_records_are_summed_up_or_unknown() {
        let made = Some(1_618_827_275.0);
        let (found, unreadable) = report(&json!({
            "status": "ok",
            "timestamp": "Mon Apr 19 10:14:35 2021",
            "rec": [
                {"full_shadow_count": "3", "partial_shadow_count": "8", "rec": [{}]},
                {"full_shadow_count": 2, "partial_shadow_count": "many"},
            ],
        }));
        assert_eq!(found, Ok(Some(Report { full: Some(5.0), partial: None, made })));
        assert_eq!(unreadable, 1);
        // In the envelope of all other answers.
        let (found, unreadable) = report(&json!({
            "status": {"code": 0, "message": ""},
            "data": {"timestamp": "Mon Apr 19 10:14:35 2021", "rec": []},
        }));
        assert_eq!(found, Ok(Some(Report { made, ..Report::default() })));
        assert_eq!(unreadable, 0);
    }

    #[test]
    fn no_report_is_told_from_something_else() {
        for none in [
            json!({"status": "ok", "rec": []}),
            json!({"status": {"code": 0, "message": ""}, "data": null}),
            json!({"timestamp": "", "rec": null}),
        ] {
            assert_eq!(report(&none), (Ok(None), 0), "{none}");
        }
        assert_eq!(report(&json!("ok")).0, Err(()));
        assert_eq!(read(&json!({}), &mut Unreadable::default()), Err(()));
        let missing = json!({"result": [{"status": {"code": -3, "message": "Object does not exist"}}]});
        assert!(is_missing(&missing));
        assert!(!is_missing(&json!({"result": [{"status": "ok"}]})));
    }
}
