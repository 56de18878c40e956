//! An answer that counts until its client has taken the last of it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use super::connections::{Answer, Busy};

/// The body of an answer. Its pieces know when they are no longer needed, wherever they wait until then.
pub(super) struct Sending {
    body: Body,
    answer: Arc<Answer>,
}

struct Piece {
    bytes: Bytes,
    _until_sent: Arc<Answer>,
}

impl Sending {
    /// The answer to a request.
    pub(super) fn of(response: Response, busy: Busy) -> Response<Self> {
        let length =
            response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let length = length.unwrap_or_else(|| response.body().size_hint().lower());
        let answer = Arc::new(busy.answered(usize::try_from(length).unwrap_or(usize::MAX)));
        response.map(|body| Self { body, answer })
    }
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        let piece = |bytes| Bytes::from_owner(Piece { bytes, _until_sent: Arc::clone(&self.answer) });
        frame.map_ok(|frame| frame.map_data(piece))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
