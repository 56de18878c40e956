//! A long list in pages.

use std::ops::Range;

use maud::{Markup, html};

use super::words::{grouped, number};

/// One page of a list.
pub(super) struct Pager {
    total: usize,
    size: usize,
    /// From 1.
    page: usize,
}

impl Pager {
    /// The page that is wanted, or the nearest there is.
    pub(super) fn new(total: usize, size: usize, wanted: usize) -> Self {
        let last = total.div_ceil(size).max(1);
        Self { total, size, page: wanted.clamp(1, last) }
    }

    /// Where in the list it stands.
    pub(super) fn range(&self) -> Range<usize> {
        let start = (self.page - 1) * self.size;
        start..(start + self.size).min(self.total)
    }

    /// The way to the other pages, if there are any.
    pub(super) fn nav(&self, what: &str, link: impl Fn(usize) -> String) -> Markup {
        let (range, last) = (self.range(), self.total.div_ceil(self.size));
        let to = |page: usize, rel: &str, text: &str| {
            html! {
                @if page != self.page && (1..=last).contains(&page) { a rel=(rel) href=(link(page)) { (text) } }
            }
        };
        html! {
            @if last > 1 {
                nav.pager aria-label={ "Pages of " (what) } {
                    span { (grouped(&(range.start + 1))) "–" (grouped(&range.end)) " of " (number(self.total as u64, what, what)) }
                    (to(1, "first", "First"))
                    (to(self.page - 1, "prev", "Previous"))
                    (to(self.page + 1, "next", "Next"))
                    (to(last, "last", "Last"))
                }
            }
        }
    }
}
