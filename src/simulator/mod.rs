//! The built-in FortiManager, on-prem and in the cloud, FortiAnalyzer, FortiClient EMS and FortiClient Cloud, for
//! `demo` and for the tests.
//!
//! They share no code with the clients and are as strict as the real systems are known to be, so that a
//! client which is wrong fails here first. What the real systems answer where no capture is public can be
//! chosen; each breach of their rules is kept in words.

mod answer;
mod call;
mod certificate;
mod cloud;
mod ems;
mod error;
mod fleet;
mod fortianalyzer;
mod forticloud;
mod fortimanager;
mod fortimanager_cloud;
mod gate;
mod json;
mod lock;
mod overrides;
mod record;
mod server;
mod simulation;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod token;

pub use answer::Answer;
pub use certificate::Certificate;
pub use cloud::Cloud;
pub use ems::{Ems, OldIndex, SignInRefusal, demo_ems_license};
pub use error::Error;
pub use fleet::Fleet;
pub use fortianalyzer::FortiAnalyzer;
pub use fortimanager::{DeadSession, FortiManager, Generation, demo_fortianalyzer_license, demo_license};
pub use fortimanager_cloud::FortiManagerCloud;
pub use record::Request;
pub use simulation::Simulation;
