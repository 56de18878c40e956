//! The routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::site::Site;
use super::{discovery, lifecycle, scrape, status};

/// All routes over `site`.
pub fn router(site: Arc<Site>) -> Router {
    let (telemetry_path, prefix) = (site.telemetry_path.clone(), site.route_prefix.clone());
    let mut router = Router::new();
    if telemetry_path != "/" {
        router = router.route("/", get(index));
    }
    let pages = pages(&site);
    let routes = router
        .route(&telemetry_path, get(scrape::metrics))
        .route(scrape::PROBE, get(scrape::probe))
        .route("/sd", get(discovery::targets))
        .route("/-/healthy", get(|| async { "fortinet-exporter is healthy.\n" }))
        .route("/-/ready", get(ready))
        .route("/-/reload", post(reload).put(reload))
        .with_state(site);
    prefix.below(routes).fallback(async move || (StatusCode::NOT_FOUND, pages))
}

/// What there is, for who asks for something else.
fn pages(site: &Site) -> String {
    let metrics = &site.telemetry_path;
    let index = (metrics != "/").then_some("/");
    let all = [metrics, "/probe?target=NAME", "/sd", "/-/healthy", "/-/ready"];
    let all = index.into_iter().chain(all).map(|path| format!("  {}\n", site.route_prefix.path(path)));
    format!("not found; there is\n{}", all.collect::<String>())
}

async fn ready(State(site): State<Arc<Site>>) -> Response {
    if site.is_ready() {
        return "fortinet-exporter is ready.\n".into_response();
    }
    let waiting = site.store.targets().iter().filter(|target| !target.was_tried()).count();
    let message = format!("{waiting} targets have not been polled yet\n");
    (StatusCode::SERVICE_UNAVAILABLE, message).into_response()
}

async fn reload(State(site): State<Arc<Site>>) -> Response {
    lifecycle::reload(site.reloads.as_ref()).await
}

async fn index(State(site): State<Arc<Site>>, RawQuery(query): RawQuery) -> Response {
    let written = Arc::clone(&site);
    let write = move || {
        let metrics = written.telemetry_path.trim_start_matches('/');
        let links =
            [(metrics, "Metrics"), ("sd", "Discovery"), ("-/ready", "Ready?"), ("-/healthy", "Healthy?")];
        status::page(&written.store, written.shard, &links, query.as_deref())
    };
    site.aside.page(write).await
}
