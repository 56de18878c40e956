//! Pages that take a while to write where there are thousands of targets, and
//! are written for each request.
//!
//! They are written beside the runtime, one at a time, and few may wait: whoever
//! asks for them without pause keeps one core busy, and neither scrapes nor
//! polls.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// As many as are written in a few seconds.
const WAITING: usize = 32;

/// Where they are written.
pub(super) struct Aside {
    turn: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Aside {
    pub(super) fn new() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), waiting: Arc::new(Semaphore::new(WAITING)) }
    }

    /// What `write` makes, once it is its turn.
    pub(super) async fn page(&self, write: impl FnOnce() -> Response + Send + 'static) -> Response {
        let busy = || {
            let message = "too many ask for this page; try again in a moment\n";
            (StatusCode::SERVICE_UNAVAILABLE, message).into_response()
        };
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else { return busy() };
        let Ok(turn) = Arc::clone(&self.turn).acquire_owned().await else { return busy() };
        // Whoever hangs up does not end the writing, so the writing itself keeps its turn.
        let writing = spawn_blocking(move || {
            let _until_done = (place, turn);
            write()
        });
        writing.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, mpsc};

    use super::*;

    #[tokio::test]
    async fn one_page_is_written_at_a_time_and_few_wait_for_theirs() {
        let aside = Arc::new(Aside::new());
        let (go_on, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let [writing, most] = [0, 0].map(|count| Arc::new(AtomicUsize::new(count)));
        let ask = || {
            let (aside, gate) = (Arc::clone(&aside), Arc::clone(&gate));
            let (writing, most) = (Arc::clone(&writing), Arc::clone(&most));
            let write = move || {
                most.fetch_max(writing.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                gate.lock().unwrap().recv().unwrap();
                writing.fetch_sub(1, Ordering::SeqCst);
                StatusCode::OK.into_response()
            };
            tokio::spawn(async move { aside.page(write).await.status() })
        };
        let asked: Vec<_> = (0..WAITING).map(|_| ask()).collect();
        while aside.waiting.available_permits() > 0 || writing.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(ask().await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
        // Whoever hangs up while a page is being written makes no room for the next before it is done.
        asked[0].abort();
        (0..WAITING).for_each(|_| go_on.send(()).unwrap());
        for answer in asked.into_iter().skip(1) {
            assert_eq!(answer.await.unwrap(), StatusCode::OK);
        }
        assert_eq!(most.load(Ordering::SeqCst), 1);
        assert_eq!(aside.waiting.available_permits(), WAITING);
    }
}
