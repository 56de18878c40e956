//! What is read of an endpoint fleet, and how.

use std::ops::RangeInclusive;

use super::super::{Counting, Endpoints, Fleet, Paging, raw};
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
        let collectors = self.choices(path, "collectors", raw.collectors);
        let counting = raw.endpoints.and_then(|word| self.choice(&below(path, "endpoints"), word.as_str()));
        if counting == Some(Counting::Summary) {
            let of_rows = [
                ("endpoints_by", raw.endpoints_by.is_some()),
                ("page_size", raw.page_size.is_some()),
                ("concurrency", raw.concurrency.is_some()),
            ];
            for (key, _) in of_rows.iter().filter(|(_, given)| *given) {
                let fix = "remove it, or remove `endpoints: summary`, which reads no rows";
                self.problem(&below(path, key), "it has no effect here", fix);
            }
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
