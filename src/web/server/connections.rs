//! How many connections are open, what their clients have not taken yet, and
//! which one goes when there is too much of either.
//!
//! Whoever opens thousands of connections and asks for nothing must not keep
//! Prometheus out, nor use up the file descriptors that the polls need. Beyond
//! the limit the connection that has waited longest for its next request makes
//! room for the new one; one that was answered a moment ago is the last to go.
//!
//! Whoever asks and does not read must not fill the memory: an answer is kept
//! until its client has taken it, however old it has become. Beyond the limit
//! the connection goes that has been at it for longest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Far more than scrapers and browsers open.
const MOST: usize = 4096;
/// At least so many, however few files the process may open.
const LEAST: usize = 16;
/// So many bytes of answers may wait to be taken,
const UNSENT: usize = 64 << 20;
/// or so many answers as large as the largest, if that is more: all metrics of ten thousand targets are 24 MB.
const ANSWERS: usize = 16;

/// Every open connection.
pub(super) struct Connections {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: usize,
    /// Counts up with each connection that begins to wait or to send.
    now: u64,
    /// Those without a request under way, by the time since when.
    idle: BTreeMap<u64, CancellationToken>,
    /// Those with an answer that is not taken yet, likewise, and how much it is.
    sending: BTreeMap<u64, (CancellationToken, usize)>,
    /// The sum of these.
    unsent: usize,
    largest: usize,
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

    /// A seat for one more connection; none if a page is being made for every other one.
    pub(super) fn seat(self: &Arc<Self>) -> Option<Seat> {
        let mut state = self.state();
        if state.open >= self.most && !state.close_one() {
            return None;
        }
        state.open += 1;
        let (closed, mut using) = (CancellationToken::new(), Using::default());
        state.enter(&mut using, &closed);
        drop(state);
        Some(Seat { connections: Arc::clone(self), closed, using: Mutex::new(using) })
    }

    /// Closes the connection that has waited longest, if one waits.
    pub(super) fn close_one(&self) {
        self.state().close_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close_one(&mut self) -> bool {
        let Some((_, closed)) = self.idle.pop_first() else { return self.close_longest_sending() };
        closed.cancel();
        self.open -= 1;
        true
    }

    fn close_longest_sending(&mut self) -> bool {
        let Some((_, (closed, unsent))) = self.sending.pop_first() else { return false };
        closed.cancel();
        self.open -= 1;
        self.unsent -= unsent;
        true
    }

    fn enter(&mut self, using: &mut Using, closed: &CancellationToken) {
        let phase = using.phase();
        if phase != using.entered {
            self.now += 1;
            (using.entered, using.since) = (phase, self.now);
        }
        match phase {
            Phase::Waiting => {
                self.idle.insert(using.since, closed.clone());
            }
            Phase::Working => {}
            Phase::Sending => {
                self.sending.insert(using.since, (closed.clone(), using.unsent));
                self.unsent += using.unsent;
            }
        }
    }

    fn leave(&mut self, using: &Using) {
        self.idle.remove(&using.since);
        if let Some((_, unsent)) = self.sending.remove(&using.since) {
            self.unsent -= unsent;
        }
    }
}

/// One open connection.
pub(super) struct Seat {
    connections: Arc<Connections>,
    closed: CancellationToken,
    using: Mutex<Using>,
}

#[derive(Default)]
struct Using {
    /// Under way now; HTTP/2 has several at once.
    requests: usize,
    /// Made and not taken yet, and their bytes.
    answers: usize,
    unsent: usize,
    /// What is known of it in [`State`], and since when.
    entered: Phase,
    since: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Working,
    Sending,
    Waiting,
}

impl Using {
    fn phase(&self) -> Phase {
        match (self.answers, self.requests) {
            (0, 0) => Phase::Waiting,
            (0, _) => Phase::Working,
            _ => Phase::Sending,
        }
    }
}

impl Seat {
    /// Resolves when the connection has to make room.
    pub(super) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// A request is under way until the guard is dropped or answered.
    pub(super) fn request(self: &Arc<Self>) -> Busy {
        self.update(|using| using.requests += 1);
        Busy(Arc::clone(self))
    }

    fn update(&self, change: impl FnOnce(&mut Using)) {
        let mut using = self.using();
        let mut state = self.connections.state();
        // One that had to make room is no longer counted. That is decided under the lock, so it is asked there.
        if self.closed.is_cancelled() {
            return change(&mut using);
        }
        state.leave(&using);
        change(&mut using);
        state.enter(&mut using, &self.closed);
        while state.unsent > UNSENT.max(ANSWERS * state.largest) && state.close_longest_sending() {}
    }

    fn using(&self) -> MutexGuard<'_, Using> {
        self.using.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let using = self.using.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.connections.state();
        if !self.closed.is_cancelled() {
            state.leave(using);
            state.open -= 1;
        }
    }
}

/// A request under way.
pub(super) struct Busy(Arc<Seat>);

impl Busy {
    /// The answer is there and has so many bytes. It counts until what is returned is dropped.
    pub(super) fn answered(self, bytes: usize) -> Answer {
        let seat = Arc::clone(&self.0);
        let mut state = seat.connections.state();
        state.largest = state.largest.max(bytes);
        drop(state);
        seat.update(|using| {
            using.answers += 1;
            using.unsent += bytes;
        });
        Answer { seat, bytes }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.update(|using| using.requests -= 1);
    }
}

/// An answer that the client has not taken yet.
pub(super) struct Answer {
    seat: Arc<Seat>,
    bytes: usize,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.seat.update(|using| {
            using.answers -= 1;
            using.unsent -= self.bytes;
        });
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
    fn who_takes_no_answer_makes_room_when_there_is_too_much_of_them() {
        const LARGE: usize = UNSENT / 4;
        let connections = Connections::at_most(100);
        let [first, second, idle] = [(); 3].map(|()| seat(&connections));
        let (one, _other) = (first.request().answered(LARGE), second.request().answered(LARGE));
        let rest: Vec<Arc<Seat>> = (2..ANSWERS).map(|_| seat(&connections)).collect();
        let mut answers: Vec<Answer> = rest.iter().map(|seat| seat.request().answered(LARGE)).collect();
        let is_closed = |seat: &Arc<Seat>| seat.closed.is_cancelled();
        assert!(![&first, &second, &idle].into_iter().any(is_closed), "so many large ones may wait");
        // Whoever has taken the first answer has been at the next for a shorter time.
        drop(one);
        let _next = first.request().answered(LARGE);
        let late = seat(&connections);
        answers.push(late.request().answered(LARGE));
        assert!(is_closed(&second) && ![&first, &idle, &late].into_iter().any(is_closed));
        drop(answers);
        assert_eq!(connections.state().unsent, LARGE, "that of the first");
    }

    #[test]
    fn where_nobody_waits_who_is_slow_makes_room() {
        let connections = Connections::at_most(2);
        let [first, second] = [(); 2].map(|()| seat(&connections));
        let (_answer, _request) = (first.request().answered(1), second.request());
        assert!(connections.seat().is_some() && first.closed.is_cancelled());
        assert!(!second.closed.is_cancelled());
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
