//! tokio's paused clock, moved by hand.
//!
//! A paused clock jumps to the next timer whenever the runtime has nothing to
//! do, and waiting for bytes on loopback counts as nothing to do: timeouts
//! would fire in the middle of a good exchange. It stands still while a
//! blocking task runs, so that is how it is held.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// The clock of a `start_paused` test, held until this is dropped.
pub(crate) struct Clock {
    _release: Sender<()>,
}

impl Clock {
    pub(crate) fn hold() -> Self {
        let (sender, receiver): (Sender<()>, Receiver<()>) = channel();
        // Ends when the sender is dropped, at the latest with the test.
        drop(tokio::task::spawn_blocking(move || receiver.recv()));
        Self { _release: sender }
    }

    /// Moves the clock, and lets everything happen that was due.
    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::advance(time).await;
        for _ in 0..3 {
            real_pause().await;
        }
    }

    /// Runs `work` to its end. The clock stands, but for the times when
    /// `is_stuck` says that nothing but time can get it further.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = T>, is_stuck: impl Fn() -> bool) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = real_pause() => {}
            }
            if is_stuck() {
                tokio::time::advance(Duration::from_secs(1)).await;
            }
        }
    }
}

/// A moment in which bytes travel and tasks run, but the held clock stands.
async fn real_pause() {
    let pause = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_micros(500)));
    pause.await.expect("a pause does not panic");
}
