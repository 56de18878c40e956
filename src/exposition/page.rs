//! The page that Prometheus scrapes.
//!
//! The part with the targets' data is encoded when something changed or went
//! stale, not at every scrape; the exporter's own metrics are always fresh.

use std::sync::Arc;

use prometheus::proto::MetricFamily;
use prometheus::{Encoder as _, TextEncoder};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::families;
use crate::observation::Store;
use crate::telemetry::OwnMetrics;

/// Text format 0.0.4. Prometheus 3 refuses a page without a type it knows.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The whole exposition of the process.
pub struct Page {
    store: Arc<Store>,
    own: Arc<OwnMetrics>,
    data: Mutex<Option<Data>>,
}

/// The encoded data of all targets.
struct Data {
    text: Vec<u8>,
    /// The store's number of changes when it was encoded.
    changes: u64,
    /// When the first of the series in it goes stale.
    stale_at: Option<Instant>,
}

impl Page {
    /// The page over a store and the exporter's own metrics.
    pub fn new(store: Arc<Store>, own: Arc<OwnMetrics>) -> Self {
        Self { store, own, data: Mutex::new(None) }
    }

    /// The page as it is now.
    pub async fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut data = self.data.lock().await;
        let changes = self.store.changes();
        let current =
            data.as_ref().is_some_and(|data| data.changes == changes && !families::is_past(data.stale_at));
        if !current {
            let (families, stale_at) = families::of_store(&self.store);
            *data = Some(Data { text: encode(&families)?, changes, stale_at });
        }
        let mut page = data.as_ref().map(|data| data.text.clone()).unwrap_or_default();
        drop(data);
        page.extend(encode(&self.own.gather())?);
        Ok(page)
    }
}

/// Families in text format 0.0.4.
pub fn encode(families: &[MetricFamily]) -> Result<Vec<u8>, prometheus::Error> {
    let mut text = Vec::new();
    TextEncoder::new().encode(families, &mut text)?;
    Ok(text)
}
