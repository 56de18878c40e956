//! Operations for which signing in anew does not help, and how long that is
//! believed.

use super::State;
use super::pause::{POINTLESS, Pause};

/// A fresh session that was refused as well.
#[derive(Clone, Copy)]
pub(super) struct Pointless {
    pub(super) number: u64,
    pause: Pause,
    /// Whether the system said at that time that the session was alive.
    pub(super) is_vouched_for: bool,
}

/// Why a session is replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// An operation found it dead; it may as well be the operation's fault.
    Refused,
    /// The system says itself that it is gone.
    Gone,
}

/// Whether a session that was found dead is to be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Free,
    Paused,
    /// As the system called this very session alive, it is worth asking again.
    PausedButVouchedFor,
}

impl<T> State<T> {
    pub(super) fn standing(&self, operation: &'static str, number: u64) -> Standing {
        let is_unproven = self.live.as_ref().is_some_and(|live| live.number == number && !live.is_proven);
        let applying = self.pointless.iter().filter(|(name, pointless)| {
            let applies = **name == operation || (is_unproven && pointless.number == number);
            applies && !pointless.pause.is_over()
        });
        let vouched = applying.map(|(_, pointless)| pointless.number == number && pointless.is_vouched_for);
        match vouched.max() {
            None => Standing::Free,
            Some(false) => Standing::Paused,
            Some(true) => Standing::PausedButVouchedFor,
        }
    }

    /// Begins the pause of an operation, longer than the one before; a session
    /// replaced in the middle of one does not prolong it.
    pub(super) fn pause(&mut self, operation: &'static str, number: u64) {
        let earlier = self.pointless.get(operation).map(|earlier| earlier.pause);
        let pause = match earlier {
            Some(earlier) if !earlier.is_over() => earlier,
            _ => Pause::begin(POINTLESS, earlier),
        };
        self.pointless.insert(operation, Pointless { number, pause, is_vouched_for: false });
    }
}
