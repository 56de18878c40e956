//! Prometheus exporter for FortiManager licences and the FortiClient EMS fleet.
//!
//! # Layout
//!
//! Data runs one way, and imports only point against it:
//!
//! ```text
//! config ──► targets ──► poll ──► fortimanager, fortianalyzer, ems ──► observation ──► exposition ──► web
//! ```
//!
//! * `settings`: what every settings file shares: guards, places, messages.
//! * [`config`]: YAML → a [`Config`](config::Config) that cannot hold a wrong value.
//! * [`sharding`]: which of several exporters with one configuration polls a target.
//! * [`targets`]: configured entries → targets; the one place that knows every system.
//! * [`poll`]: when to poll, and what a collector is.
//! * [`upstream`]: what every Fortinet system shares: HTTPS, sessions, errors with a reason.
//! * [`fortimanager`], [`fortianalyzer`], [`ems`]: wire payload → typed domain → samples.
//! * [`observation`]: the latest samples and outcome of every target.
//! * [`exposition`]: observations → the text that Prometheus scrapes.
//! * [`web`]: the pages.
//! * [`telemetry`]: the exporter's own metrics and log.
//! * [`capture`]: one poll written down for others to see, without what is nobody's business.
//! * [`daemon`], [`probe`], [`demo`], [`healthcheck`], [`cli`]: the commands.
//! * [`simulator`]: the built-in systems for `demo` and the tests; shares no code with the rest.

#![forbid(unsafe_code)]

pub mod capture;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod demo;
pub mod ems;
pub mod exposition;
pub mod fortianalyzer;
pub mod fortimanager;
pub mod healthcheck;
pub mod observation;
pub mod poll;
pub mod probe;
mod settings;
pub mod sharding;
pub mod simulator;
pub mod targets;
pub mod telemetry;
pub mod upstream;
pub mod web;
