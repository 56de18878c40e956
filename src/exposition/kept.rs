//! A part of the page, kept until it is no longer true.

use std::collections::BTreeMap;
use std::io;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::coding::{Coding, Part};
use super::format::Format;

/// One part in the forms that were asked for since something changed.
#[derive(Default)]
pub(super) struct Kept(Mutex<Forms>);

#[derive(Default)]
struct Forms {
    /// The number of changes when the first of them was begun.
    changes: Option<u64>,
    /// When they are no longer true, whatever changes.
    until: Option<Instant>,
    parts: BTreeMap<(Format, Coding), Part>,
}

impl Kept {
    /// The part as it is now, written anew only if something has changed: `changes` counts that.
    /// `make` returns until when it is true as well.
    pub(super) async fn get(
        &self,
        changes: impl Fn() -> u64,
        form: (Format, Coding),
        make: impl FnOnce() -> io::Result<(Part, Option<Instant>)> + Send + 'static,
    ) -> io::Result<Part> {
        // Of many who ask while targets change all the time, those who wait here for the first
        // share what the second makes: it was begun after they had asked.
        let wanted = changes();
        let mut forms = self.0.lock().await;
        if !forms.are_true_of(wanted) {
            *forms = Forms { changes: Some(changes()), ..Forms::default() };
        }
        if let Some(part) = forms.parts.get(&form) {
            return Ok(part.clone());
        }
        // A large page takes a while, and polls are not to wait for it.
        let (part, until) = spawn_blocking(make).await??;
        forms.until = forms.until.into_iter().chain(until).min();
        forms.parts.insert(form, part.clone());
        Ok(part)
    }
}

impl Forms {
    fn are_true_of(&self, changes: u64) -> bool {
        self.changes.is_some_and(|known| known >= changes)
            && self.until.is_none_or(|until| Instant::now() < until)
    }
}
