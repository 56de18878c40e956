//! What every settings file shares, whatever stands in it: a text that is
//! guarded before it is parsed, and messages that name the place and the fix.
//!
//! ```text
//! yaml.rs    the text: size, nesting (nesting.rs), aliases and double keys (survey.rs)
//! noting.rs  the text into structs; keys that none of them has are noted
//! syntax.rs  what the parser refused, and keys that nobody knows, in words
//! locate.rs  line and column of a value, for problems found after parsing
//! error.rs   every message: place, key, what, fix; never the file's own text
//! hidden.rs  a secret in the text, unprintable from the first moment
//! period.rs  durations as people write them
//! file.rs    what a file named in a settings file has to be
//! ```

mod error;
pub(crate) mod file;
mod hidden;
mod locate;
mod nesting;
mod noting;
pub(crate) mod period;
mod survey;
mod syntax;
pub(crate) mod yaml;

pub use self::error::{Error, Problem};
pub(crate) use self::error::{Finding, key, nearest, quotable, quotable_from, quoted};
pub(crate) use self::hidden::Hidden;
pub(crate) use self::locate::Step;

/// What the messages about one kind of settings file need to know of it.
pub(crate) struct Form {
    /// The flag that names the file.
    pub(crate) flag: &'static str,
    /// Every key that has a value of its own.
    pub(crate) keys: &'static [&'static str],
    /// What to write into a file that is empty; `None` where that stands for the defaults.
    pub(crate) empty: Option<&'static str>,
    /// What to do about a file that is too large.
    pub(crate) too_large: &'static str,
    /// How to mend a key that belongs somewhere else.
    pub(crate) misplaced: fn(&str) -> Option<String>,
}
