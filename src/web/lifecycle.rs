//! `POST /-/reload`, as Prometheus has it: only with `--web.enable-lifecycle`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::{mpsc, oneshot};

/// Somebody who waits to hear how a reload went: well, or why not.
pub type ReloadRequest = oneshot::Sender<Result<(), String>>;

/// Where reloads are asked for.
pub type Reloads = mpsc::Sender<ReloadRequest>;

/// Asks for a reload, if that may be done, and tells how it went.
pub(super) async fn reload(reloads: Option<&Reloads>) -> Response {
    let Some(reloads) = reloads else {
        let message = "reloading over HTTP is off (--web.enable-lifecycle); SIGHUP does the same\n";
        return (StatusCode::FORBIDDEN, message).into_response();
    };
    let (request, answer) = oneshot::channel();
    let result = match reloads.send(request).await {
        Ok(()) => answer.await.ok(),
        Err(_) => None,
    };
    match result {
        Some(Ok(())) => "configuration reloaded\n".into_response(),
        Some(Err(message)) => {
            let message = format!("configuration not reloaded, the one before stays in force: {message}\n");
            (StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "the exporter is stopping\n").into_response(),
    }
}
