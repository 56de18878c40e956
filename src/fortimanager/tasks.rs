//! Collector `tasks`: how the tasks of the last day stand.
//!
//! `get /task/task` by JSON-RPC. The table has the latest ten thousand tasks;
//! those that began within 24 hours are asked for, and of each no more than
//! says how it stands: a title or a user's name is nothing to be collected.

use std::sync::Arc;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::choice::{Words, word};
use super::fields::Fields;
use super::known;
use super::metrics as m;
use super::rpc::{Call, Rpc};
use crate::observation::{Samples, seconds};
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, Reason, Unreadable};

const TASKS: &str = "/task/task";

const FIELDS: [&str; 3] = ["state", "num_err", "start_tm"];

/// Of a list, a captured FortiManager tells the number although `verbose` is asked for; of one task, the word.
const STATES: Words = &[
    "pending",
    "running",
    "cancelling",
    "cancelled",
    "done",
    "error",
    "aborting",
    "aborted",
    "warning",
    "to_continue",
    "unknown",
];

const DAY: f64 = 86_400.0;

/// Each standing, and what else it stands for.
pub(super) const STANDINGS: [(&str, &str); 6] = [
    ("running", "pending, cancelling, aborting or to_continue as well"),
    ("done", "without an error"),
    ("warning", "without an error"),
    ("failed", "error, aborted, or at an end with errors"),
    ("cancelled", ""),
    ("other", "any other state"),
];

pub(super) struct TasksCollector(Arc<Rpc>);

impl TasksCollector {
    pub(super) fn new(rpc: Arc<Rpc>) -> Self {
        Self(rpc)
    }
}

impl Collector for TasksCollector {
    fn name(&self) -> &'static str {
        "tasks"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let since = (seconds(SystemTime::now()) - DAY).floor();
            let call = Call::get(TASKS)
                .with("fields", json!(FIELDS))
                .with("filter", json!([["start_tm", ">=", since as i64]]))
                .with("loadsub", 0);
            self.0.read(self.name(), call, deadline, move |data| findings(&data, since)).await
        })
    }
}

/// Counts the tasks that began at `since` or later: a filter may have been taken no notice of.
fn findings(data: &Value, since: f64) -> Result<Findings, Error> {
    let Some(tasks) = data.as_array() else {
        return Err(Error::new(Reason::UnexpectedPayload, format!("{TASKS} answered with no list")));
    };
    let mut unreadable = Unreadable::default();
    known::TASKS.look(data, &mut unreadable.unknown);
    let mut counts = STANDINGS.map(|(standing, _)| (standing, 0_u32));
    for task in tasks {
        let Some(map) = task.as_object() else {
            unreadable.count("tasks");
            continue;
        };
        let mut task = Fields { map, unreadable: &mut unreadable };
        // Of one that has not begun it may not be known when it did.
        if task.quantity("start_tm").is_some_and(|start| start > 0.0 && start < since) {
            continue;
        }
        let standing = standing(&mut task);
        if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == standing) {
            *count += 1;
        }
    }
    let mut samples = Samples::default();
    for (standing, count) in counts {
        samples.push(&m::TASKS, &[standing], f64::from(count));
    }
    Ok(Findings { samples, unreadable })
}

/// How a task stands, as one of [`STANDINGS`]. At the end, errors of its parts make it one that failed.
fn standing(task: &mut Fields<'_>) -> &'static str {
    let errors = task.quantity("num_err");
    let has_errors = errors.is_some_and(|errors| errors > 0.0);
    let is_unknown = errors.is_none() && !task.scalar("num_err").is_empty();
    match word(&task.scalar("state"), STATES).as_deref() {
        Some("pending" | "running" | "cancelling" | "aborting" | "to_continue") => "running",
        Some("error" | "aborted") => "failed",
        Some("cancelled") => "cancelled",
        Some("done" | "warning") if has_errors => "failed",
        // Whether it failed is not known.
        Some("done" | "warning") if is_unknown => "other",
        Some("done") => "done",
        Some("warning") => "warning",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(data: &Value, since: f64) -> (Vec<String>, Vec<(&'static str, u64)>) {
        let Findings { samples, unreadable } = findings(data, since).unwrap();
        let counts = samples.into_sorted().into_iter().filter(|sample| sample.value > 0.0);
        let counts = counts.map(|sample| format!("{} {}", sample.labels.first().unwrap(), sample.value));
        (counts.collect(), unreadable.iter().collect())
    }

    #[test]
    fn a_task_with_errors_has_failed_once_it_has_ended() {
        for (state, errors, expected) in [
            ("running", 0, "running"),
            ("running", 2, "running"),
            ("pending", 0, "running"),
            ("done", 0, "done"),
            ("done", 1, "failed"),
            ("warning", 0, "warning"),
            ("warning", 1, "failed"),
            ("error", 0, "failed"),
            ("aborted", 0, "failed"),
            ("cancelled", 3, "cancelled"),
            ("postponed", 0, "other"),
        ] {
            let number = STATES.iter().position(|word| *word == state).map(|number| json!(number));
            for state in number.into_iter().chain([json!(state)]) {
                let task = json!({"state": state, "num_err": errors, "start_tm": 200});
                assert_eq!(counts(&json!([task]), 100.0).0, [format!("{expected} 1")], "{state} {errors}");
            }
        }
    }

    #[test]
    fn only_tasks_of_the_last_day_count() {
        let task = |start: Value| json!({"state": "done", "num_err": 0, "start_tm": start});
        let tasks = json!([task(json!(99)), task(json!(100)), task(json!("101")), task(json!(0))]);
        assert_eq!(counts(&tasks, 100.0).0, ["done 3"]);
    }

    #[test]
    fn what_is_odd_is_counted_as_such_and_none_are_none() {
        let tasks = json!([{"state": "done", "num_err": "many", "start_tm": 200}, "task", {"state": 11, "start_tm": 200}]);
        let (found, unreadable) = counts(&tasks, 100.0);
        assert_eq!(found, ["other 2"]);
        assert_eq!(unreadable, [("num_err", 1), ("tasks", 1)]);
        let none = findings(&json!([]), 100.0).unwrap().samples.into_sorted();
        assert_eq!(none.iter().map(|sample| sample.value).collect::<Vec<_>>(), [0.0; 6]);
        assert_eq!(findings(&json!({"task": 1}), 0.0).unwrap_err().reason(), Reason::UnexpectedPayload);
    }
}
