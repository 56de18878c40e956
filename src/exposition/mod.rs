//! Observations → the text that Prometheus scrapes.
//!
//! ```text
//! families.rs  latest samples → metric families, stale ones left out
//! page.rs      the encoded page, made anew only when something changed
//! ```

mod families;
mod page;

pub use self::families::of_target;
pub use self::page::{CONTENT_TYPE, Page, encode};
