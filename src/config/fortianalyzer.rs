//! A FortiAnalyzer, and what is read of it.

use super::{Choice, Common, Login};

/// A FortiAnalyzer, read through the same pages as a FortiManager.
#[derive(Debug, PartialEq, Eq)]
pub struct FortiAnalyzer {
    /// Name, address and timing.
    pub common: Common,
    /// For the pages, which take nothing else.
    pub login: Login,
    /// What to read, in the order of [`FortiAnalyzerCollector`].
    pub collectors: Vec<FortiAnalyzerCollector>,
    /// Whether the FortiCloud account (an e-mail address) and company become labels.
    pub account_info: bool,
}

/// What a FortiAnalyzer target can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FortiAnalyzerCollector {
    /// The licence page: contracts, limits, disk, GB/day.
    License,
    /// Version, uptime, last backup, administrators signed in, clock.
    System,
}

impl Choice for FortiAnalyzerCollector {
    const WORDS: &'static [(&'static str, Self)] = &[("license", Self::License), ("system", Self::System)];

    const DEFAULT: &'static [Self] = &[Self::License];
}
