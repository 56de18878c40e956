//! Who still writes to which series.
//!
//! When a reload replaces a target, its old poller may be signing out while
//! the new one polls already, and both hold the series of one name. They
//! vanish with the last holder, not with the first.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::upstream::Reason;

/// A target, and a collector of it; none for what belongs to the target as a whole.
pub(super) type Key = (String, Option<&'static str>);

#[derive(Default)]
pub(super) struct Claims(Mutex<HashMap<Key, Claim>>);

/// Which series a key has beside those that are always there.
#[derive(Default)]
pub(super) struct Claim {
    holders: usize,
    /// The fields counted so far: the only label value not known beforehand.
    pub(super) fields: BTreeSet<&'static str>,
    /// Why the last poll failed, if it did.
    pub(super) failure: Option<Reason>,
}

impl Claims {
    /// Takes a claim; `create` makes the series while nobody can remove them.
    pub(super) fn take<T>(&self, key: &Key, create: impl FnOnce() -> T) -> T {
        let mut claims = self.lock();
        claims.entry(key.clone()).or_default().holders += 1;
        create()
    }

    /// Notes that a series of this field exists.
    pub(super) fn note_field(&self, key: &Key, field: &'static str) {
        if let Some(claim) = self.lock().get_mut(key) {
            claim.fields.insert(field);
        }
    }

    /// Notes how the last poll ended; `change` gets the failure noted before, and moves the series along
    /// while nobody else can.
    pub(super) fn note_failure(
        &self,
        key: &Key,
        failure: Option<Reason>,
        change: impl FnOnce(Option<Reason>),
    ) {
        if let Some(claim) = self.lock().get_mut(key) {
            change(std::mem::replace(&mut claim.failure, failure));
        }
    }

    /// Gives a claim back. If it was the last, `remove` is told what is left of the key.
    pub(super) fn give_back(&self, key: &Key, remove: impl FnOnce(&Claim)) {
        let mut claims = self.lock();
        let Some(claim) = claims.get_mut(key) else { return };
        claim.holders -= 1;
        if claim.holders == 0 {
            remove(claim);
            claims.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Claim>> {
        // Counts and names: whole at any time.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
