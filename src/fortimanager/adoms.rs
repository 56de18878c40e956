//! Collector `adoms`: how many ADOMs are in use.
//!
//! `get /gui/switch/adoms/list` by the pages' proxy: what the page offers to
//! switch between, each with `name`, `type_name` and `oid`. No capture is
//! public, only clients that read it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::Pages;
use super::fields::oid;
use super::known;
use super::metrics as m;
use super::proxy;
use crate::observation::Samples;
use crate::poll::{Collector, Findings};
use crate::upstream::{Deadline, Error, Reason, Scalar, Unreadable};

pub(super) const LIST: &str = "/gui/switch/adoms/list";

/// The global database stands in the list and is no ADOM.
const GLOBAL_OID: u64 = 10;
const GLOBAL: [&str; 2] = ["rootp", "Global"];

pub(super) struct AdomsCollector(Arc<Pages>);

impl AdomsCollector {
    pub(super) fn new(pages: Arc<Pages>) -> Self {
        Self(pages)
    }
}

impl Collector for AdomsCollector {
    fn name(&self) -> &'static str {
        "adoms"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move { findings(&proxy::read(&self.0, self.name(), LIST, deadline).await?) })
    }
}

fn findings(data: &Value) -> Result<Findings, Error> {
    let mut unreadable = Unreadable::default();
    known::ADOMS.look(data, &mut unreadable.unknown);
    let used = listed(data, &mut unreadable)?.len();
    let mut samples = Samples::default();
    // Of an administrator who may see none it is not known how many there are.
    samples.push(&m::ADOMS_USED, &[], (used > 0).then_some(used as f64));
    Ok(Findings { samples, unreadable })
}

/// The entries of the list that are ADOMs.
pub(super) fn listed<'a>(data: &'a Value, unreadable: &mut Unreadable) -> Result<Vec<&'a Value>, Error> {
    let Some(entries) = data.as_array() else {
        return Err(Error::new(Reason::UnexpectedPayload, format!("{LIST} answered with no list")));
    };
    let (adoms, others): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.is_object());
    others.iter().for_each(|_| unreadable.count("adoms"));
    Ok(adoms.into_iter().filter(|adom| !is_global(adom)).collect())
}

fn is_global(adom: &Value) -> bool {
    let name = adom.get("name").map(Scalar::from).unwrap_or_default();
    oid(adom) == Some(GLOBAL_OID) || name.text().is_some_and(|name| GLOBAL.contains(&name.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn adoms_are_counted_without_the_global_database() {
        let used = |data: &Value| {
            let samples = findings(data).unwrap().samples.into_sorted();
            samples.first().map(|sample| sample.value)
        };
        let root = json!({"name": "root", "type_name": "FortiGate", "oid": 3});
        assert_eq!(
            used(&json!([root, {"name": "Global", "oid": "10"}, {"name": "a", "oid": 157}])),
            Some(2.0)
        );
        assert_eq!(used(&json!([root, {"name": "rootp"}])), Some(1.0));
        assert_eq!(used(&json!([{"name": "b"}, "c", null])), Some(1.0));
        assert_eq!(used(&json!([])), None);
        assert_eq!(findings(&json!({"adoms": 3})).unwrap_err().reason(), Reason::UnexpectedPayload);
    }
}
