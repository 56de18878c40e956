//! The page that Prometheus scrapes.
//!
//! It is made of parts that change at different times, each kept in the forms
//! that were asked for: what is known of the targets, what the exporter says
//! about them, and what it says about itself.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::coding::Coding;
use super::format::Format;
use super::kept::Kept;
use super::writer::Writer;
use super::{data, own};
use crate::observation::{Store, TargetState};
use crate::telemetry::OwnMetrics;

/// `process_*` is read from the system no more often than this. Nobody scrapes as often.
const PROCESS_AGE: Duration = Duration::from_millis(100);

/// The whole exposition of the process.
pub struct Page {
    store: Arc<Store>,
    own: Arc<OwnMetrics>,
    data: Kept,
    of_targets: Kept,
    of_process: Kept,
}

impl Page {
    /// The page over a store and the exporter's own metrics.
    pub fn new(store: Arc<Store>, own: Arc<OwnMetrics>) -> Self {
        let [data, of_targets, of_process] = <[Kept; 3]>::default();
        Self { store, own, data, of_targets, of_process }
    }

    /// The page as it is now, in pieces.
    pub async fn render(&self, format: Format, coding: Coding) -> io::Result<Vec<Bytes>> {
        let form = (format, coding);
        let store = Arc::clone(&self.store);
        let write = move |writer: &mut Writer| data::write(store.targets().iter().map(Arc::as_ref), writer);
        let data = self.data.get(|| self.store.changes(), form, write).await?;

        let own = Arc::clone(&self.own);
        let write = move |writer: &mut Writer| {
            own::write_targets(&own, None, writer);
            None
        };
        let of_targets = self.of_targets.get(|| self.own.changes(), form, write).await?;

        let own = Arc::clone(&self.own);
        let write = move |writer: &mut Writer| {
            let until = Instant::now() + PROCESS_AGE;
            own::write_process(&own, writer);
            writer.end();
            Some(until)
        };
        let of_process = self.of_process.get(|| self.own.changes(), form, write).await?;
        Ok(coding.join([data, of_targets, of_process]))
    }

    /// What there is of one target alone, likewise.
    pub fn render_target(
        &self,
        target: &TargetState,
        format: Format,
        coding: Coding,
    ) -> io::Result<Vec<Bytes>> {
        let mut writer = Writer::new(format);
        data::write([target].into_iter(), &mut writer);
        own::write_targets(&self.own, Some(&target.name), &mut writer);
        writer.end();
        Ok(coding.join([coding.part(writer.into_text())?]))
    }
}

/// The data of one target as text, for a page that is made once.
pub fn of_target(target: &TargetState) -> Vec<u8> {
    let mut writer = Writer::new(Format::Text);
    data::write([target].into_iter(), &mut writer);
    writer.into_text()
}

/// The exporter's own metrics, likewise.
pub fn of_exporter(own: &OwnMetrics) -> Vec<u8> {
    let mut writer = Writer::new(Format::Text);
    own::write_targets(own, None, &mut writer);
    own::write_process(own, &mut writer);
    writer.into_text()
}
