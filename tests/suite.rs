//! The integration tests: a module per theme, each driving the real binary or
//! the real clients against the simulator.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr
)]

mod support;

mod alerting;
mod architecture;
mod captures;
mod cli;
mod config;
mod dashboards;
mod discovery;
mod docs;
mod drift;
mod ems_endpoints;
mod ems_summary;
mod ems_walk;
mod faults;
mod formats;
mod fortianalyzer;
mod fortimanager_cloud;
mod fortimanager_devices;
mod fortimanager_license;
mod fortimanager_pages;
mod fortimanager_policy_checks;
mod fortimanager_rpc;
mod fortimanager_token;
mod generations;
mod healthcheck;
mod listening;
mod login_budget;
mod logs;
mod probe;
mod prometheus;
mod reload;
mod requests;
mod secrets;
mod sessions;
mod sharded;
mod sharing;
mod staleness;
mod status_browser;
mod status_page;
mod systemd;
mod tls;
mod turns;
mod version;
mod web;
mod web_config;
