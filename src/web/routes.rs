//! The routes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::aside::Aside;
use super::lifecycle::{self, Reloads};
use super::prefix::Prefix;
use super::{discovery, scrape, status};
use crate::exposition::Page;
use crate::observation::Store;
use crate::sharding::Shard;

/// What the pages show.
pub struct Site {
    pub(super) page: Page,
    pub(super) store: Arc<Store>,
    telemetry_path: String,
    pub(super) route_prefix: Prefix,
    pub(super) shard: Shard,
    /// Scrapes answered at once; one more is refused rather than queued.
    pub(super) scrapes: Semaphore,
    /// Where pages are written that are not kept.
    pub(super) aside: Aside,
    /// Once ready, always ready: a target that fails later has a metric.
    ready: AtomicBool,
    /// Where reloads are asked for, if they may be.
    reloads: Option<Reloads>,
}

impl Site {
    /// `max_requests` scrapes at once, 0 for no limit.
    pub fn new(
        page: Page,
        store: Arc<Store>,
        telemetry_path: &str,
        max_requests: usize,
        reloads: Option<Reloads>,
    ) -> Self {
        let permits = if max_requests == 0 { Semaphore::MAX_PERMITS } else { max_requests };
        Self {
            page,
            store,
            telemetry_path: telemetry_path.to_owned(),
            route_prefix: Prefix::default(),
            shard: Shard::ONLY,
            scrapes: Semaphore::new(permits.min(Semaphore::MAX_PERMITS)),
            aside: Aside::new(),
            ready: AtomicBool::new(false),
            reloads,
        }
    }

    /// The same with all routes below a path of their own.
    pub fn below(self, route_prefix: Prefix) -> Self {
        Self { route_prefix, ..self }
    }

    /// The same for one of several exporters.
    pub fn of_shard(self, shard: Shard) -> Self {
        Self { shard, ..self }
    }

    fn is_ready(&self) -> bool {
        if !self.ready.load(Ordering::Acquire) && self.store.targets().iter().all(|target| target.was_tried())
        {
            self.ready.store(true, Ordering::Release);
        }
        self.ready.load(Ordering::Acquire)
    }
}

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
