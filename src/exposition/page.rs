//! The page that Prometheus scrapes.
//!
//! It is made of parts that change at different times, each kept in the forms
//! that were asked for: what is known of the targets, what the exporter says
//! about them, and what it says about itself.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::blocks::{Blocks, Source};
use super::coding::{Coding, Part};
use super::format::Format;
use super::kept::Kept;
use super::texts::Texts;
use super::{data, own};
use crate::observation::{Store, TargetState};
use crate::telemetry::{OwnMetrics, OwnTargets};

/// `process_*` is read from the system no more often than this. Nobody scrapes as often.
const PROCESS_AGE: Duration = Duration::from_millis(100);

/// The whole exposition of the process.
pub struct Page {
    store: Arc<Store>,
    own: Arc<OwnMetrics>,
    data: Kept,
    of_targets: Kept,
    of_process: Kept,
    /// What the two above are made of, each for a list of targets that has not changed.
    blocks: Arc<Mutex<Lists>>,
}

/// Blocks with the list they are of.
#[derive(Default)]
struct Lists {
    data: (Arc<Vec<Arc<TargetState>>>, Blocks),
    own: (Arc<OwnTargets>, Blocks),
}

impl Page {
    /// The page over a store and the exporter's own metrics.
    pub fn new(store: Arc<Store>, own: Arc<OwnMetrics>) -> Self {
        let [data, of_targets, of_process] = <[Kept; 3]>::default();
        Self { store, own, data, of_targets, of_process, blocks: Arc::default() }
    }

    /// The page as it is now, in pieces.
    pub async fn render(&self, format: Format, coding: Coding) -> io::Result<Vec<Bytes>> {
        let form = (format, coding);
        let (store, lists) = (Arc::clone(&self.store), Arc::clone(&self.blocks));
        let make = move || part(&mut lock(&lists).data, store.targets(), form);
        let data = self.data.get(|| self.store.changes(), form, make).await?;

        let (own, lists) = (Arc::clone(&self.own), Arc::clone(&self.blocks));
        let make = move || part(&mut lock(&lists).own, own.targets(), form);
        let of_targets = self.of_targets.get(|| self.own.changes(), form, make).await?;

        let own = Arc::clone(&self.own);
        let make = move || {
            let until = Instant::now() + PROCESS_AGE;
            let mut text = own::write_process(&own, format);
            text.extend_from_slice(format.end());
            Ok((coding.part(text)?, Some(until)))
        };
        let of_process = self.of_process.get(|| self.own.changes(), form, make).await?;
        Ok(coding.join([data, of_targets, of_process]))
    }

    /// What there is of one target alone, likewise.
    pub fn render_target(
        &self,
        target: &TargetState,
        format: Format,
        coding: Coding,
    ) -> io::Result<Vec<Bytes>> {
        let (mut data, mut own) = (Texts::default(), Texts::default());
        data::write(target, &mut data);
        let targets = self.own.targets();
        if let Ok(place) = targets.names().binary_search(&target.name) {
            own::write_target(&targets, place, &mut own);
        }
        let mut text = data.into_page(format);
        text.extend(own.into_page(format));
        text.extend_from_slice(format.end());
        Ok(coding.join([coding.part(text)?]))
    }
}

/// The series of a list of targets. Another list has other blocks.
fn part<S: Source>(
    (known, blocks): &mut (Arc<S>, Blocks),
    source: Arc<S>,
    (format, coding): (Format, Coding),
) -> io::Result<(Part, Option<Instant>)> {
    if !Arc::ptr_eq(known, &source) {
        (*known, *blocks) = (source, Blocks::default());
    }
    blocks.part(&**known, format, coding)
}

fn lock(lists: &Mutex<Lists>) -> MutexGuard<'_, Lists> {
    // Whole after every block.
    lists.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The data of one target as text, for a page that is made once.
pub fn of_target(target: &TargetState) -> Vec<u8> {
    let mut texts = Texts::default();
    data::write(target, &mut texts);
    texts.into_page(Format::Text)
}

/// The exporter's own metrics, likewise.
pub fn of_exporter(own: &OwnMetrics) -> Vec<u8> {
    let (targets, mut texts) = (own.targets(), Texts::default());
    targets.write(0..targets.count(), &mut texts);
    let mut text = texts.into_page(Format::Text);
    text.extend(own::write_process(own, Format::Text));
    text
}
