//! What Prometheus scrapes.

use std::convert::Infallible;
use std::future::{self, Future};
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tracing::error;

use super::negotiation;
use super::site::Site;
use crate::exposition::{Coding, Format};
use crate::observation::TargetState;
use crate::sharding::Shard;

/// Where one target is.
pub(super) const PROBE: &str = "/probe";

/// Everything.
pub(super) async fn metrics(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    answer(&site, &headers, |format, coding| site.page.render(format, coding)).await
}

/// One target by its name: what its last poll brought. Never a poll of its own, so that nobody
/// can make the exporter sign in by asking.
pub(super) async fn probe(
    State(site): State<Arc<Site>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let mut names = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == "target");
    let (Some((_, name)), None) = (names.next(), names.next()) else {
        let message = "which target? write /probe?target=NAME, once; /sd lists them all\n";
        return (StatusCode::BAD_REQUEST, message).into_response();
    };
    let targets = site.store.targets();
    let Some(target) = targets.iter().find(|target| target.name == name) else {
        let (name, targets, shard) = (name.into_owned(), Arc::clone(&targets), site.shard);
        let write = move || (StatusCode::NOT_FOUND, unknown(&name, &targets, shard)).into_response();
        return site.aside.page(write).await;
    };
    let page = |format, coding| future::ready(site.page.render_target(target, format, coding));
    answer(&site, &headers, page).await
}

fn unknown(name: &str, targets: &[Arc<TargetState>], shard: Shard) -> String {
    /// Of names longer than this nobody mistypes one letter.
    const LONGEST: usize = 64;
    const MOST: usize = 3;
    let is_short = |name: &str| name.len() <= LONGEST;
    if !is_short(name) {
        return "no target has such a long name; /sd lists them all\n".to_owned();
    }
    if !shard.has(name) {
        return format!(
            "{name:?} is not among the targets of {shard}; if there is one, shard {} has it\n",
            shard.holder(name)
        );
    }
    let near = targets.iter().map(|target| target.name.as_str()).filter(|known| is_short(known));
    let mut near: Vec<(usize, &str)> =
        near.map(|known| (strsim::damerau_levenshtein(name, known), known)).collect();
    near.retain(|(distance, known)| *distance <= known.len() / 3 + 1);
    near.sort_unstable();
    let near: Vec<String> = near.iter().take(MOST).map(|(_, known)| format!("{known:?}")).collect();
    let hint = if near.is_empty() { String::new() } else { format!("did you mean {}? ", near.join(" or ")) };
    format!("no target is called {name:?}; {hint}/sd lists them all\n")
}

/// A page in the form that the client wants, unless there are too many who want one.
async fn answer<F>(site: &Site, headers: &HeaderMap, render: impl FnOnce(Format, Coding) -> F) -> Response
where
    F: Future<Output = io::Result<Vec<Bytes>>>,
{
    let Ok(_permit) = site.scrapes.try_acquire() else {
        let message = "limit of concurrent scrapes reached (--web.max-requests)\n";
        return (StatusCode::SERVICE_UNAVAILABLE, message).into_response();
    };
    let (format, coding) = (negotiation::format(headers), negotiation::coding(headers));
    match render(format, coding).await {
        Ok(page) => (headers_of(format, coding, &page), body(page)).into_response(),
        Err(error) => {
            error!("the metrics cannot be encoded: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be encoded; see the log\n")
                .into_response()
        }
    }
}

fn headers_of(format: Format, coding: Coding, page: &[Bytes]) -> HeaderMap {
    let length: usize = page.iter().map(Bytes::len).sum();
    let text = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let mut headers = HeaderMap::from_iter([
        text(header::CONTENT_TYPE, format.content_type()),
        text(header::VARY, "Accept, Accept-Encoding"),
        (header::CONTENT_LENGTH, length.into()),
    ]);
    headers.extend(coding.name().map(|name| text(header::CONTENT_ENCODING, name)));
    headers
}

/// The pieces as they are: a large page is not copied for each scrape.
fn body(page: Vec<Bytes>) -> Body {
    Body::from_stream(stream::iter(page.into_iter().map(Ok::<_, Infallible>)))
}
