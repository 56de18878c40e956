//! What is wrong with a page, and the error that it is.

use crate::upstream::{Error, Reason, Reply};

/// Rows on one page that are no honest answer to a request for 500.
pub(super) const MOST_ROWS: usize = 10_000;

/// What is wrong with a page.
#[derive(Debug)]
pub enum Flaw {
    /// Not JSON from beginning to end.
    NotJson,
    /// More rows than any honest answer has.
    TooManyRows,
    /// JSON, but no answer of EMS.
    NoEnvelope,
    /// EMS says itself that something is wrong.
    Refused(Error),
    /// An answer without a list of endpoints.
    NoList,
    /// Its `total` is no number of endpoints.
    OddTotal,
    /// The page before once more, its rows without ids.
    Repeated,
}

impl Flaw {
    /// The error, given the answer that has the flaw.
    pub(in crate::ems) fn of(self, reply: &Reply) -> Error {
        match self {
            Self::NotJson => reply.not_json(),
            Self::TooManyRows => {
                let message = format!("EMS sent more than {MOST_ROWS} rows on one page");
                Error::new(Reason::TooLarge, message)
            }
            Self::NoEnvelope => reply.unexpected("that is no answer of EMS"),
            Self::Refused(error) => error,
            Self::NoList => reply.unexpected("that has no list of endpoints"),
            Self::OddTotal => reply.unexpected("whose total is no number of endpoints"),
            Self::Repeated => {
                let message = "EMS sent the same page twice in a row, and nothing tells its rows apart";
                Error::new(Reason::UnexpectedPayload, message)
            }
        }
    }
}
