//! `POST /-/reload`, as Prometheus has it: only with `--web.enable-lifecycle`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// Somebody who waits to hear how a reload went: well, or what was refused and why.
pub type ReloadRequest = oneshot::Sender<Result<(), String>>;

/// Where reloads are asked for.
pub type Reloads = mpsc::Sender<ReloadRequest>;

/// So many may wait for theirs.
pub const WAITING: usize = 32;

/// Asks for a reload, if that may be done, and tells how it went.
pub(super) async fn reload(reloads: Option<&Reloads>) -> Response {
    let Some(reloads) = reloads else {
        let message = "reloading over HTTP is off (--web.enable-lifecycle); SIGHUP does the same\n";
        return (StatusCode::FORBIDDEN, message).into_response();
    };
    let (request, answer) = oneshot::channel();
    let result = match reloads.try_send(request) {
        Ok(()) => answer.await.ok(),
        // Connections that wait for their answer make no room for others.
        Err(TrySendError::Full(_)) => {
            return (StatusCode::SERVICE_UNAVAILABLE, "too many wait for a reload already\n").into_response();
        }
        Err(TrySendError::Closed(_)) => None,
    };
    match result {
        Some(Ok(())) => "configuration reloaded\n".into_response(),
        Some(Err(message)) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{message}\n")).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, "the exporter is stopping\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_asks_for_one_reload_too_many_is_told_at_once() {
        let (reloads, mut requests) = mpsc::channel(1);
        let asked = reloads.clone();
        let first = tokio::spawn(async move { reload(Some(&asked)).await.status() });
        while reloads.capacity() > 0 {
            tokio::task::yield_now().await;
        }
        let second = timeout(Duration::from_secs(60), reload(Some(&reloads))).await;
        assert_eq!(second.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        requests.recv().await.unwrap().send(Ok(())).unwrap();
        assert_eq!(first.await.unwrap(), StatusCode::OK);
    }
}
