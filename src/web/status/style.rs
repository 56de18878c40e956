//! How the page looks, and what a browser may do with it: nothing else.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The stylesheet, which stands in the page itself: one answer is all of it.
pub(super) const STYLE: &str = include_str!("style.css");

/// The content security policy: this stylesheet, known by its hash, and a search that leads back here.
pub(super) static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});
