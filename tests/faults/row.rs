//! What a row of the fault table is made of.

use std::time::Duration;

use fortinet_exporter::simulator::{Answer, Certificate};
use fortinet_exporter::upstream::Reason;

use super::stand::Stand;
use crate::support::Mischief;

/// One behaviour of an upstream, and what the exporter makes of it.
pub(super) struct Row {
    pub(super) section: Section,
    /// What happens, in an operator's words.
    pub(super) name: &'static str,
    pub(super) fault: Fault,
    pub(super) expect: Expect,
}

/// Where in the table a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Way,
    Transfer,
    Pages,
    Json,
    SignIn,
    Sessions,
}

impl Section {
    pub(super) const ALL: [Self; 6] =
        [Self::Way, Self::Transfer, Self::Pages, Self::Json, Self::SignIn, Self::Sessions];
}

/// Which requests meet a wrong answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// Those for data, of a session that is alive.
    Pages,
    /// Those that sign in; all sessions have ended.
    SignIn,
}

/// How the upstream is made to misbehave.
pub(super) enum Fault {
    /// The host name has no address. From the start: a name cannot be taken away.
    UnknownName,
    /// Nobody listens.
    Refused,
    /// Connects are not answered.
    ConnectHangs,
    /// Another certificate is presented.
    Certificate { presented: fn() -> Certificate, is_from_trusted_ca: bool },
    /// Something below or beside HTTP, to all requests.
    Front(Mischief),
    /// The system answers so.
    Answer(On, fn(&Stand<'_>) -> Answer),
    /// The system itself is in a state of its own.
    State { begin: fn(&Stand<'_>), lift: fn(&Stand<'_>) },
}

/// One number for each system: FortiManager, EMS, Cloud.
pub(super) type Each<T> = [T; 3];

/// The columns. Those of two polls are of the first poll that meets the
/// fault, and of each of the next two.
#[derive(Clone, Copy)]
pub(super) struct Expect {
    /// Why the main collector's polls fail, if they do.
    pub(super) reasons: Each<Option<Reason>>,
    /// Requests that the upstream sees.
    pub(super) requests: (Each<usize>, Each<usize>),
    /// How many of them try to sign in.
    pub(super) sign_ins: (Each<usize>, Each<usize>),
    pub(super) next: Next,
    pub(super) recovery: Recovery,
    /// For how long nothing may be tried once a fault that lasted an hour is over.
    pub(super) pause_after_an_hour: Duration,
    /// Sign-ins within the first hour of the fault, at most.
    pub(super) hour: Each<usize>,
}

/// When the next poll comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// At the end of the interval.
    Interval,
    /// After up to 5 s, doubling up to the interval.
    Soon,
    /// After what the upstream asked for, within the hour.
    Asked(Duration),
}

/// What the first good poll after the end of the fault waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recovery {
    /// Nothing: it is the next.
    NextTry,
    /// For the end of this pause, which began with the last sign-in.
    Pause(Duration),
}

const MINUTE: Duration = Duration::from_secs(60);

/// The polls go on as if nothing were.
pub(super) fn fine() -> Expect {
    Expect {
        reasons: [None; 3],
        requests: ([1, 3, 3], [1, 3, 3]),
        sign_ins: ([0; 3], [0; 3]),
        next: Next::Interval,
        recovery: Recovery::NextTry,
        pause_after_an_hour: Duration::ZERO,
        hour: [0; 3],
    }
}

/// Each page is asked for once, and the next poll comes soon.
pub(super) fn fails(reason: Reason) -> Expect {
    Expect { next: Next::Soon, ..fine() }.says([reason; 3]).requests([1, 2, 2], [1, 2, 2])
}

/// A page that looks as if the session were dead: one new session, to see
/// whether that helps, and none for a quarter of an hour if it does not.
pub(super) fn looks_dead(reason: Reason) -> Expect {
    let expect = fails(reason).requests([6, 5, 5], [2, 2, 2]).sign_ins([1; 3], [0; 3]).at_most([3; 3]);
    // The session has ended meanwhile, and a new one was of no use so often.
    Expect { pause_after_an_hour: 60 * MINUTE, ..expect }
}

/// A sign-in that was answered, but not with a session: the account is left alone.
pub(super) fn refused(reason: Reason) -> Expect {
    let expect = fails(reason).requests([4, 3, 3], [0; 3]).sign_ins([1; 3], [0; 3]).at_most([3; 3]);
    let recovery = Recovery::Pause(15 * MINUTE);
    Expect { recovery, pause_after_an_hour: 60 * MINUTE, ..expect }
}

/// A sign-in whose end is not known.
pub(super) fn uncertain(reason: Reason) -> Expect {
    let recovery = Recovery::Pause(MINUTE);
    Expect { recovery, pause_after_an_hour: 15 * MINUTE, ..refused(reason).at_most([8; 3]) }
}

impl Expect {
    pub(super) fn requests(self, first: Each<usize>, then: Each<usize>) -> Self {
        Self { requests: (first, then), ..self }
    }

    pub(super) fn sign_ins(self, first: Each<usize>, then: Each<usize>) -> Self {
        Self { sign_ins: (first, then), ..self }
    }

    pub(super) fn next(self, next: Next) -> Self {
        Self { next, ..self }
    }

    pub(super) fn asked(self, seconds: u64) -> Self {
        self.next(Next::Asked(Duration::from_secs(seconds)))
    }

    /// Sign-ins within the hour.
    pub(super) fn at_most(self, hour: Each<usize>) -> Self {
        Self { hour, ..self }
    }

    pub(super) fn recovery(self, recovery: Recovery) -> Self {
        let is_at_once = recovery == Recovery::NextTry;
        let pause_after_an_hour = if is_at_once { Duration::ZERO } else { self.pause_after_an_hour };
        Self { recovery, pause_after_an_hour, ..self }
    }

    /// For other reasons.
    pub(super) fn says(self, reasons: Each<Reason>) -> Self {
        Self { reasons: reasons.map(Some), ..self }
    }
}
