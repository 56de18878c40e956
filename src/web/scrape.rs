//! What Prometheus scrapes.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tracing::error;

use super::negotiation;
use super::routes::Site;
use crate::exposition::{Coding, Format};

/// Everything.
pub(super) async fn metrics(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    answer(&site, &headers, |format, coding| site.page.render(format, coding)).await
}

/// A page in the form that the client wants, unless there are too many who want one.
pub(super) async fn answer<F>(
    site: &Site,
    headers: &HeaderMap,
    render: impl FnOnce(Format, Coding) -> F,
) -> Response
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
