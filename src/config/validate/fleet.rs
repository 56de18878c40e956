//! What is read of an endpoint fleet, and how.

use std::ops::RangeInclusive;

use super::super::{Counting, EmsCollector, Endpoints, Fleet, Paging, raw};
use super::{Checks, Step, below};

/// EMS would give 50 rows; a page of 500 is a megabyte or two.
const DEFAULT_PAGE_SIZE: usize = 500;
/// 5,000 rows with pictures of their users are about the largest page that is read.
const PAGE_SIZES: RangeInclusive<usize> = 1..=5_000;

/// One page is on its way while the one before is counted.
const DEFAULT_CONCURRENCY: usize = 2;
/// A guest that asks for more at once is a burden.
const CONCURRENCIES: RangeInclusive<usize> = 1..=8;

impl Checks {
    /// What is read of an endpoint fleet.
    pub(super) fn fleet(&mut self, path: &[Step], raw: raw::Fleet) -> Fleet {
        let before = self.problems.len();
        let collectors = self.choices(path, "collectors", raw.collectors);
        // Of a list with a mistake it is not known.
        let reads_none = self.problems.len() == before && !collectors.contains(&EmsCollector::Endpoints);
        let counting = raw.endpoints.as_deref().and_then(|word| self.choice(&below(path, "endpoints"), word));
        let is_summary = counting == Some(Counting::Summary);
        // With whether it is of the rows, which a summary reads none of.
        let switches = [
            ("endpoints", raw.endpoints.is_some(), false),
            ("endpoints_by", raw.endpoints_by.is_some(), true),
            ("page_size", raw.page_size.is_some(), true),
            ("concurrency", raw.concurrency.is_some(), true),
        ];
        for (key, _, is_of_rows) in switches.into_iter().filter(|(_, given, _)| *given) {
            let fix = match (reads_none, is_summary && is_of_rows) {
                (true, false) => {
                    self.idle_switch(path, key, "`endpoints`", true);
                    continue;
                }
                // With `endpoints` added it would be idle still.
                (true, true) => "remove it",
                (false, true) => "remove it, or remove `endpoints: summary`, which reads no rows",
                (false, false) => continue,
            };
            self.problem(&below(path, key), "it has no effect here", fix);
        }
        if is_summary {
            return Fleet { collectors, endpoints: Endpoints::Summary };
        }
        let by = self.choices(path, "endpoints_by", raw.endpoints_by);
        let page_size = self.number(path, "page_size", raw.page_size.as_deref(), PAGE_SIZES);
        let concurrency = self.number(path, "concurrency", raw.concurrency.as_deref(), CONCURRENCIES);
        let paging = Paging {
            page_size: page_size.unwrap_or(DEFAULT_PAGE_SIZE),
            concurrency: concurrency.unwrap_or(DEFAULT_CONCURRENCY),
        };
        Fleet { collectors, endpoints: Endpoints::Index { paging, by } }
    }

    fn number(
        &mut self,
        path: &[Step],
        key: &'static str,
        text: Option<&str>,
        allowed: RangeInclusive<usize>,
    ) -> Option<usize> {
        let number = text?.parse().ok().filter(|number| allowed.contains(number));
        if number.is_none() {
            let (least, most) = allowed.into_inner();
            let what = format!("it is not a whole number from {least} to {most}");
            self.problem(&below(path, key), what, format!("write such a number, or leave `{key}` out"));
        }
        number
    }
}
