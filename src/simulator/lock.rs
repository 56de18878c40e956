//! Taking a lock whatever a test did while it held it.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that failed while it held a lock has poisoned it; the state is still whole, so the others go on.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
