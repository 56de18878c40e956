//! What is read of an endpoint fleet, the same on-prem and in the cloud.

use super::Choice;

/// What is read of an endpoint fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// What to read, in the order of [`EmsCollector`].
    pub collectors: Vec<EmsCollector>,
    /// How endpoints are counted.
    pub endpoints: Endpoints,
}

/// What an EMS target can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EmsCollector {
    /// The endpoint index, counted.
    Endpoints,
    /// Seats, seats used, expiry.
    License,
}

/// How endpoints are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoints {
    /// Row by row, over the whole index.
    Index {
        /// How its pages are asked for.
        paging: Paging,
        /// Extra breakdowns, off by default because their labels are the site's own names.
        by: Vec<Grouping>,
    },
    /// By EMS itself: its own totals, and no row is read.
    Summary,
}

/// How the pages of the endpoint index are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Rows asked for at once; a server may give fewer.
    pub page_size: usize,
    /// Pages asked for at the same time.
    pub concurrency: usize,
}

/// A breakdown of the fleet by a name that the site chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grouping {
    /// `forticlient_ems_endpoints_by_policy`.
    Policy,
    /// `forticlient_ems_endpoints_by_group`.
    Group,
}

/// The words of `endpoints`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counting {
    Index,
    Summary,
}

impl Choice for EmsCollector {
    const WORDS: &'static [(&'static str, Self)] =
        &[("endpoints", Self::Endpoints), ("license", Self::License)];

    const DEFAULT: &'static [Self] = &[Self::Endpoints, Self::License];
}

impl Choice for Grouping {
    const WORDS: &'static [(&'static str, Self)] = &[("policy", Self::Policy), ("group", Self::Group)];

    const DEFAULT: &'static [Self] = &[];
}

impl Choice for Counting {
    const WORDS: &'static [(&'static str, Self)] = &[("index", Self::Index), ("summary", Self::Summary)];

    const DEFAULT: &'static [Self] = &[Self::Index];
}
