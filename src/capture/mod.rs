//! One poll, written down for others to see: every request and answer, with
//! stand-ins in place of all values that are not listed as plain.
//!
//! ```text
//! exchange.rs   one exchange as it is written to its file
//! mask.rs       JSON with a stand-in for every value that is not plain
//! keys.rs       its keys, of which those that may be names are stand-ins as well
//! address.rs    addresses without the names in them
//! plain.rs      what may be shown of a field that is plain
//! words.rs      the words that names of fields are made of
//! stand_ins.rs  stand-ins of the same shape
//! dates.rs      dates moved by whole weeks
//! skeleton.rs   a page for people without what is written on it
//! readme.rs     what the folder says of itself
//! ```

mod address;
mod dates;
mod exchange;
mod keys;
mod mask;
mod plain;
mod readme;
mod skeleton;
mod stand_ins;
mod words;

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use self::exchange::Exchange;
use self::mask::Mask;
use crate::upstream::{Recorded, Recorder, Vocabulary};

/// Pages of one kind, such as the reports of policy packages.
const MOST_ALIKE: usize = 12;

/// Why nothing can be captured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is there would be mixed up with the capture.
    #[error("{0} is not empty\n    fix: give a folder that is, or one that does not exist")]
    NotEmpty(PathBuf),
    /// The folder cannot be written.
    #[error("cannot write the capture to {0}: {1}")]
    Write(PathBuf, io::Error),
}

/// A capture under way.
pub struct Capture {
    dir: PathBuf,
    state: Mutex<State>,
}

struct State {
    mask: Mask,
    exchanges: Vec<Exchange>,
    /// Pages of a long list between its first and its last, and further ones of one kind.
    pages_left_out: usize,
}

impl Capture {
    /// To be written to `dir`, which is made, and has nothing in it.
    pub fn new(dir: &Path, vocabulary: &'static Vocabulary) -> Result<Arc<Self>, Error> {
        let failed = |error| Error::Write(dir.to_owned(), error);
        fs::create_dir_all(dir).map_err(failed)?;
        if fs::read_dir(dir).map_err(failed)?.next().is_some() {
            return Err(Error::NotEmpty(dir.to_owned()));
        }
        let state = State { mask: Mask::new(vocabulary), exchanges: Vec::new(), pages_left_out: 0 };
        Ok(Arc::new(Self { dir: dir.to_owned(), state: Mutex::new(state) }))
    }

    /// What has to be given each exchange.
    pub fn recorder(self: &Arc<Self>) -> Recorder {
        let capture = Arc::clone(self);
        Arc::new(move |recorded: &Recorded<'_>| capture.lock().add(recorded))
    }

    /// Writes it, with what `about` says of the poll; returns how many exchanges there are.
    pub fn write(&self, mut about: Map<String, Value>) -> Result<usize, Error> {
        let state = self.lock();
        let write = |name: &str, text: String| {
            // To be read by its owner first, and never through somebody's link.
            let file =
                fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.dir.join(name));
            file.and_then(|mut file| file.write_all(text.as_bytes()))
                .map_err(|error| Error::Write(self.dir.clone(), error))
        };
        for (number, exchange) in (1..).zip(&state.exchanges) {
            write(&format!("{number:03}-{}.json", exchange.name), pretty(&exchange.content))?;
        }
        keep_names(&mut about, &state.mask);
        about.insert("pages_left_out".to_owned(), state.pages_left_out.into());
        write("capture.json", pretty(&about))?;
        write("README.md", readme::TEXT.to_owned())?;
        Ok(state.exchanges.len())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whole after every exchange.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Of the pages of a list, the first and the last are kept, of many that are read alike the first few.
    fn add(&mut self, recorded: &Recorded<'_>) {
        let exchange = Exchange::of(recorded, &mut self.mask);
        if let Some(page) = exchange.one_of_many {
            let is_alike = |other: &&Exchange| other.one_of_many.is_some_and(|other| ptr::eq(other, page));
            if self.exchanges.iter().filter(is_alike).count() >= MOST_ALIKE {
                self.pages_left_out += 1;
                return;
            }
        }
        let last = self
            .exchanges
            .last_mut()
            .filter(|last| last.offset > 0 && exchange.offset > 0 && last.path == exchange.path);
        let Some(last) = last else { return self.exchanges.push(exchange) };
        self.pages_left_out += 1;
        // Pages that are asked for at the same time come in any order.
        if exchange.offset > last.offset {
            *last = exchange;
        }
    }
}

/// Leaves of the unknown fields that `about` names those that the answers show as well.
fn keep_names(about: &mut Map<String, Value>, mask: &Mask) {
    let collectors = about.get_mut("collectors").and_then(Value::as_array_mut);
    for collector in collectors.into_iter().flatten() {
        if let Some(names) = collector.get_mut("names").and_then(Value::as_array_mut) {
            names.retain(|name| name.as_str().is_some_and(|name| mask.shows(name)));
        }
    }
}

fn pretty(content: &impl Serialize) -> String {
    serde_json::to_string_pretty(content).unwrap_or_default() + "\n"
}
