//! What every Fortinet system shares: how it is spoken to, nothing of what is said.
//!
//! ```text
//! client.rs    one target's way to its system: cookies, caps, timeouts, errors with a reason
//! clients.rs   the HTTP clients below, shared where settings are equal
//! exchange.rs  a request and its reply; the record of it that `probe` prints
//! recorder.rs  the whole of it, for a capture
//! aside.rs     work on a large reply, where it holds up nothing
//! deadline.rs  how long is left
//! tls/         which certificate is accepted, and a refusal that says what to write
//! keeper/      one session per target: sign in once, reuse, renew, sign out
//! lenient.rs   JSON values of drifting types
//! known.rs     which fields of an answer are known
//! unknown.rs   those that nobody knows
//! repair.rs    JSON with a broken character in it
//! error.rs     errors with a bounded reason, and what to do about them
//! redact.rs    secrets that a system repeats in its words
//! ```

mod aside;
mod client;
mod clients;
mod deadline;
mod error;
mod exchange;
mod jar;
mod keeper;
mod known;
mod lenient;
mod reason;
mod recorder;
mod redact;
mod repair;
mod tls;
mod unknown;

pub(crate) use self::aside::aside;
pub use self::client::{Client, Observer};
pub use self::clients::Clients;
pub use self::deadline::Deadline;
pub(crate) use self::error::quoted;
pub use self::error::{Error, Verdict};
pub use self::exchange::{Exchange, Reply, Request};
pub use self::keeper::{Keeper, LoginCounters, Logins, Refusals, SignIn};
pub use self::known::{Field, Page, Vocabulary};
pub use self::lenient::{Scalar, Unreadable};
pub use self::reason::Reason;
pub use self::recorder::{Recorded, Recorder};
pub(crate) use self::repair::lenient_json;
pub(crate) use self::tls::TlsContext;
pub use self::unknown::Unknown;
pub(crate) use self::unknown::{is_field_name, join};
