//! Label values that many targets have in common, each held once: ten thousand
//! targets have the same contracts, features and kinds of devices.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The label values of one series.
pub type Labels = Arc<[String]>;

/// Those of all targets.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<HashSet<Labels>>);

impl Shared {
    /// The one that is equal to these, which are kept if there is none.
    pub(super) fn of(&self, labels: Labels) -> Labels {
        // Whole at any time.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&labels) {
            return Arc::clone(known);
        }
        // What nobody uses any more, now and then.
        if known.len() == known.capacity() {
            known.retain(|labels| Arc::strong_count(labels) > 1);
        }
        known.insert(Arc::clone(&labels));
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        Arc::from([text.to_owned()])
    }

    #[test]
    fn equal_labels_are_one_for_as_long_as_somebody_uses_them() {
        let shared = Shared::default();
        let first = shared.of(labels("AVEN"));
        assert!(Arc::ptr_eq(&first, &shared.of(labels("AVEN"))));
        assert!(!Arc::ptr_eq(&first, &shared.of(labels("NIDS"))));
        for number in 0..10_000 {
            shared.of(labels(&number.to_string()));
        }
        assert!(shared.0.lock().unwrap().len() < 100);
        assert!(Arc::ptr_eq(&first, &shared.of(labels("AVEN"))));
    }
}
