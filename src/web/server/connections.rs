//! How many connections are open, and which one goes when there are too many.
//!
//! Whoever opens thousands of connections and asks for nothing must not keep
//! Prometheus out, nor use up the file descriptors that the polls need. Beyond
//! the limit the connection that has waited longest for its next request makes
//! room for the new one; one that was answered a moment ago is the last to go.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Far more than scrapers and browsers open.
const MOST: usize = 4096;
/// At least so many, however few files the process may open.
const LEAST: usize = 16;

/// Every open connection.
pub(super) struct Connections {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: usize,
    /// Counts up with each connection that begins to wait.
    now: u64,
    /// Those without a request under way, by the time since when.
    idle: BTreeMap<u64, CancellationToken>,
}

impl Connections {
    /// At most half of the files that the process may open: polls need theirs.
    pub(super) fn new() -> Arc<Self> {
        let files = std::fs::read_to_string("/proc/self/limits").ok().and_then(|text| open_files(&text));
        Self::at_most(files.map_or(MOST, |files| (files / 2).clamp(LEAST, MOST)))
    }

    fn at_most(most: usize) -> Arc<Self> {
        Arc::new(Self { most, state: Mutex::default() })
    }

    /// A seat for one more connection; none if every other one has a request under way.
    pub(super) fn seat(self: &Arc<Self>) -> Option<Seat> {
        let mut state = self.state();
        if state.open >= self.most && !state.close_longest_idle() {
            return None;
        }
        state.open += 1;
        let closed = CancellationToken::new();
        let since = state.wait(closed.clone());
        drop(state);
        Some(Seat { connections: Arc::clone(self), closed, using: Mutex::new(Using { requests: 0, since }) })
    }

    /// Closes the connection that has waited longest, if one waits.
    pub(super) fn close_one(&self) {
        self.state().close_longest_idle();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close_longest_idle(&mut self) -> bool {
        let Some((_, closed)) = self.idle.pop_first() else { return false };
        closed.cancel();
        self.open -= 1;
        true
    }

    fn wait(&mut self, closed: CancellationToken) -> u64 {
        self.now += 1;
        self.idle.insert(self.now, closed);
        self.now
    }
}

/// One open connection.
pub(super) struct Seat {
    connections: Arc<Connections>,
    closed: CancellationToken,
    using: Mutex<Using>,
}

struct Using {
    /// Under way now; HTTP/2 has several at once.
    requests: usize,
    since: u64,
}

impl Seat {
    /// Resolves when the connection has to make room.
    pub(super) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// A request is under way until the guard is dropped.
    pub(super) fn request(self: &Arc<Self>) -> Busy {
        let mut using = self.using.lock().unwrap_or_else(PoisonError::into_inner);
        using.requests += 1;
        if using.requests == 1 {
            self.connections.state().idle.remove(&using.since);
        }
        drop(using);
        Busy(Arc::clone(self))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let since = self.using.get_mut().unwrap_or_else(PoisonError::into_inner).since;
        let mut state = self.connections.state();
        // One that had to make room is no longer counted. That is decided under the lock, so it is asked there.
        if !self.closed.is_cancelled() {
            state.idle.remove(&since);
            state.open -= 1;
        }
    }
}

/// A request under way.
pub(super) struct Busy(Arc<Seat>);

impl Drop for Busy {
    fn drop(&mut self) {
        let seat = &self.0;
        let mut using = seat.using.lock().unwrap_or_else(PoisonError::into_inner);
        using.requests -= 1;
        if using.requests == 0 && !seat.closed.is_cancelled() {
            using.since = seat.connections.state().wait(seat.closed.clone());
        }
    }
}

/// The soft limit in `/proc/self/limits`.
fn open_files(text: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(connections: &Arc<Connections>) -> Arc<Seat> {
        Arc::new(connections.seat().unwrap())
    }

    #[test]
    fn who_has_waited_longest_makes_room() {
        let connections = Connections::at_most(3);
        let [first, second, third] = [(); 3].map(|()| seat(&connections));
        // The first asks for something, so the second has waited longest.
        drop(first.request());
        let fourth = seat(&connections);
        let closed = |seats: &[&Arc<Seat>]| -> Vec<bool> {
            seats.iter().map(|seat| seat.closed.is_cancelled()).collect()
        };
        assert_eq!(closed(&[&first, &second, &third, &fourth]), [false, true, false, false]);
        // The room of one that has gone by itself is free.
        drop(third);
        let fifth = seat(&connections);
        assert_eq!(closed(&[&first, &fourth, &fifth]), [false, false, false]);
        let sixth = seat(&connections);
        assert_eq!(closed(&[&first, &fourth, &fifth, &sixth]), [true, false, false, false]);
    }

    #[test]
    fn nobody_with_a_request_under_way_makes_room() {
        let connections = Connections::at_most(2);
        let [first, second] = [(); 2].map(|()| seat(&connections));
        let (one, other, _third) = (first.request(), first.request(), second.request());
        assert!(connections.seat().is_none());
        drop(one);
        assert!(connections.seat().is_none(), "one of two requests is still under way");
        drop(other);
        assert!(connections.seat().is_some() && first.closed.is_cancelled());
    }

    #[test]
    fn the_limit_of_files_is_read() {
        let text = "Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 524288               files\n";
        assert_eq!(open_files(text), Some(1024));
        assert_eq!(
            open_files("Max open files            unlimited            unlimited            files\n"),
            None
        );
    }
}
