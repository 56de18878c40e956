//! Who still writes to which series.
//!
//! When a reload replaces a target, its old poller may be signing out while
//! the new one polls already, and both hold the series of one name. They
//! vanish with the last holder, not with the first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is held, by key.
pub(super) struct Claims<K, T>(Mutex<BTreeMap<K, Claim<T>>>);

struct Claim<T> {
    holders: usize,
    held: Arc<T>,
}

impl<K: Ord + Clone, T> Claims<K, T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Takes a claim; what is held is created with the first.
    pub(super) fn take(&self, key: &K, create: impl FnOnce() -> T) -> Arc<T> {
        let mut claims = self.lock();
        let create = || Claim { holders: 0, held: Arc::new(create()) };
        let claim = claims.entry(key.clone()).or_insert_with(create);
        claim.holders += 1;
        Arc::clone(&claim.held)
    }

    /// Gives a claim back. With the last, what is held is no longer shown.
    pub(super) fn give_back(&self, key: &K) {
        let mut claims = self.lock();
        let Some(claim) = claims.get_mut(key) else { return };
        claim.holders -= 1;
        if claim.holders == 0 {
            claims.remove(key);
        }
    }

    /// Looks at everything that is held, by key in order.
    pub(super) fn each(&self, mut see: impl FnMut(&K, &Arc<T>)) {
        self.lock().iter().for_each(|(key, claim)| see(key, &claim.held));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, Claim<T>>> {
        // Counts and names: whole at any time.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
