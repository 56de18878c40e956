//! Sessions that end, accounts that are refused.

use std::time::Duration;

use fortinet_exporter::upstream::Reason::{Auth, LockedOut};

use crate::faults::row::{Expect, Fault, Next, Recovery, Row, Section, fine, refused};
use crate::faults::stand::Stand;

pub(super) fn rows() -> Vec<Row> {
    let row = |name, begin: fn(&Stand<'_>), lift: fn(&Stand<'_>), expect: Expect| Row {
        section: Section::Sessions,
        name,
        fault: Fault::State { begin, lift },
        expect,
    };
    // One sign-in, and everything once more: the page, the sign-out, the sign-in, and the poll's own.
    let renewed = || fine().requests([5, 6, 6], [1, 3, 3]).sign_ins([1; 3], [0; 3]).at_most([1; 3]);
    let refused = |reason| refused(reason).next(Next::Interval);
    vec![
        row("the server closes idle connections after 5 s", |_| {}, |_| {}, fine()),
        row("the session has ended", |stand| stand.system.simulation.kill_sessions(), |_| {}, renewed()),
        row(
            "a failover to another backend that does not know the session",
            |stand| stand.front.switch_to(&stand.spare.simulation.url()),
            |stand| stand.front.switch_to(&stand.system.simulation.url()),
            renewed(),
        ),
        row(
            "cookies whose names have a prefix from now on",
            |stand| {
                stand.system.prefix_cookies("poc_");
                stand.end_sessions();
            },
            |stand| {
                stand.system.prefix_cookies("");
                stand.end_sessions();
            },
            renewed(),
        ),
        row(
            "an idle timeout shorter than the interval",
            |stand| stand.system.simulation.set_idle_timeout(Duration::from_secs(60)),
            |stand| stand.system.simulation.set_idle_timeout(Duration::from_secs(900)),
            renewed().requests([5, 6, 6], [5, 6, 6]).sign_ins([1; 3], [1; 3]).at_most([13; 3]),
        ),
        row(
            "a session that dies with every request",
            |stand| {
                stand.system.simulation.set_single_use_sessions(true);
                stand.end_sessions();
            },
            |stand| stand.system.simulation.set_single_use_sessions(false),
            // EMS has two collectors, so two sign-ins; its version is not asked for in vain.
            renewed().requests([5, 9, 9], [5, 9, 9]).sign_ins([1, 2, 2], [1, 2, 2]).at_most([13, 26, 26]),
        ),
        row(
            "the credentials are refused until the secret file has the right ones",
            |stand| {
                stand.change_secret(&stand.next_secret());
                stand.end_sessions();
            },
            |stand| stand.tell_the_exporter(&stand.next_secret()),
            refused(Auth).recovery(Recovery::NextTry),
        ),
        row(
            "the credentials are refused until the system is mended",
            |stand| {
                stand.change_secret(&stand.next_secret());
                stand.end_sessions();
            },
            |stand| stand.change_secret(&stand.secret()),
            refused(Auth),
        ),
        row(
            "the account is locked (only EMS says so)",
            |stand| {
                stand.system.simulation.set_locked(true);
                stand.end_sessions();
            },
            |stand| stand.system.simulation.set_locked(false),
            refused(Auth).says([Auth, LockedOut, Auth]),
        ),
    ]
}
