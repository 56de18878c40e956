//! Series of thousands of targets, written and compressed in blocks: what no
//! poll has changed since is not written again.
//!
//! All series of a metric have to stand together, so the page runs metric by
//! metric and, within each, target by target. A block is what some hundreds of
//! targets have of all metrics. When one of these targets was polled its block is
//! written anew, and of that only those metrics are compressed anew whose text
//! has changed: a few of several dozen, as a rule.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use super::coding::{Coding, Part};
use super::format::Format;
use super::texts::Texts;
use crate::observation::Metric;

/// Enough for a compression that repeats names, few enough to be written in no time.
const TARGETS: usize = 256;

/// A compression that nobody has asked for in so long is no longer kept: that of a person who looked
/// once, without any, may take as much memory as all targets.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Targets that have series.
pub(super) trait Source {
    /// How many.
    fn count(&self) -> usize;

    /// Another number than before whenever one of these shows something else than before.
    fn version(&self, targets: Range<usize>) -> u64;

    /// Writes what these show. Returns until when that is true, whatever changes.
    fn write(&self, targets: Range<usize>, texts: &mut Texts) -> Option<Instant>;
}

/// The blocks of one list of targets, compressed in the ways that were asked for.
#[derive(Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    asked: BTreeMap<Coding, Instant>,
    heads: BTreeMap<(&'static str, Format, Coding), Part>,
}

#[derive(Default)]
struct Block {
    version: u64,
    until: Option<Instant>,
    /// How all that is true of this version was compressed.
    codings: BTreeSet<Coding>,
    families: BTreeMap<&'static str, Family>,
}

struct Family {
    metric: &'static Metric,
    /// Of the text.
    hash: u64,
    parts: BTreeMap<Coding, Part>,
}

impl Blocks {
    /// All series of `source`, and until when they are true. Whoever has another list of targets
    /// begins with other blocks.
    pub(super) fn part(
        &mut self,
        source: &impl Source,
        format: Format,
        coding: Coding,
    ) -> io::Result<(Part, Option<Instant>)> {
        let count = source.count();
        if count <= TARGETS {
            let mut texts = Texts::default();
            let until = source.write(0..count, &mut texts);
            return Ok((coding.part(texts.into_page(format))?, until));
        }
        self.forget_others_than(coding);
        self.blocks.resize_with(count.div_ceil(TARGETS), Block::default);
        for (number, block) in self.blocks.iter_mut().enumerate() {
            let first = number * TARGETS;
            block.renew(source, first..count.min(first + TARGETS), coding)?;
        }
        let part = self.assembled(format, coding)?;
        Ok((part, self.blocks.iter().filter_map(|block| block.until).min()))
    }

    fn forget_others_than(&mut self, coding: Coding) {
        let now = Instant::now();
        self.asked.insert(coding, now);
        let blocks = &mut self.blocks;
        self.asked.retain(|coding, asked| {
            let is_kept = now.duration_since(*asked) < FORGOTTEN;
            if !is_kept {
                blocks.iter_mut().for_each(|block| block.forget(*coding));
            }
            is_kept
        });
    }

    fn assembled(&mut self, format: Format, coding: Coding) -> io::Result<Part> {
        let mut families: BTreeMap<&str, (&'static Metric, Vec<&Part>)> = BTreeMap::new();
        for block in &self.blocks {
            for (name, family) in &block.families {
                let (_, parts) = families.entry(name).or_insert_with(|| (family.metric, Vec::new()));
                parts.extend(family.parts.get(&coding));
            }
        }
        let mut all = Vec::new();
        for (metric, parts) in families.into_values() {
            let head = match self.heads.entry((metric.name, format, coding)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let head = format.head(metric.name, metric.kind, &metric.help());
                    new.insert(coding.part(head.into_bytes())?)
                }
            };
            all.push(head.clone());
            all.extend(parts.into_iter().cloned());
        }
        Ok(coding.assembled(all))
    }
}

impl Block {
    fn forget(&mut self, coding: Coding) {
        self.codings.remove(&coding);
        for family in self.families.values_mut() {
            family.parts.remove(&coding);
        }
    }

    /// Sees to it that what these targets show is there in this coding.
    fn renew(&mut self, source: &impl Source, targets: Range<usize>, coding: Coding) -> io::Result<()> {
        // Before anything is read: what changes meanwhile is seen the next time.
        let version = source.version(targets.clone());
        if version != self.version || self.until.is_some_and(|until| Instant::now() >= until) {
            self.codings.clear();
        }
        if self.codings.contains(&coding) {
            return Ok(());
        }
        let mut texts = Texts::default();
        self.until = source.write(targets, &mut texts);
        let mut before = std::mem::take(&mut self.families);
        for (metric, text) in texts.into_each() {
            let mut hasher = DefaultHasher::new();
            hasher.write(&text);
            let hash = hasher.finish();
            let mut family = before
                .remove(metric.name)
                .filter(|family| family.hash == hash)
                .unwrap_or_else(|| Family { metric, hash, parts: BTreeMap::new() });
            if let Entry::Vacant(new) = family.parts.entry(coding) {
                new.insert(coding.part(text)?);
            }
            self.families.insert(metric.name, family);
        }
        self.version = version;
        self.codings.insert(coding);
        Ok(())
    }
}
