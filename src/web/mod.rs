//! The HTTP server: what Prometheus, a browser and an orchestrator meet.
//!
//! | path | answer |
//! |---|---|
//! | `/` | status page |
//! | `/metrics` | everything, for Prometheus |
//! | `/probe?target=NAME` | one target alone, from its last poll |
//! | `/sd` | every target with its `/probe`, for Prometheus' service discovery |
//! | `/-/healthy` | 200 while the process serves |
//! | `/-/ready` | 200 once every target was tried, 503 before |
//! | `POST /-/reload` | reads the configuration again, where that is enabled |
//!
//! With `--web.route-prefix` all of them are below that path. `guard/` decides who is let in and over which TLS,
//! `server/` serves the connections, and what takes a while to write is written `aside`.
//!
//! Nothing here waits for a Fortinet system or knows of one.

mod aside;
mod discovery;
mod guard;
mod lifecycle;
mod listen;
mod negotiation;
mod prefix;
mod routes;
mod scrape;
mod server;
mod site;
mod status;

pub use self::guard::Guard;
#[cfg(fuzzing)]
pub use self::guard::fuzzing;
pub use self::lifecycle::{ReloadRequest, Reloads, WAITING as WAITING_RELOADS};
pub use self::listen::{Address, Listener, bind, inherited};
pub use self::prefix::Prefix;
pub use self::routes::router;
pub use self::server::Server;
pub use self::site::Site;
pub use crate::settings::Error as ConfigError;
