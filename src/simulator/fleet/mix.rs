//! What the demo company runs, with weights: (weight, value).

use fastrand::Rng;

/// A row's shape, by the EMS version that writes it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// 7.0: the user's name and picture in the row itself.
    Flat,
    /// 7.2: a list of users; quarantine as a boolean.
    Users,
    /// 7.4: the same with the public address, and quarantine as a number.
    UsersAndNumbers,
    /// A computer known from Active Directory only: nearly everything is null.
    DirectoryOnly,
}

pub(super) const SHAPES: [(u32, Shape); 4] =
    [(15, Shape::Flat), (33, Shape::Users), (40, Shape::UsersAndNumbers), (12, Shape::DirectoryOnly)];

/// Operating systems as EMS spells them, with the start of the names such machines get.
pub(super) const SYSTEMS: [(u32, (&str, &str)); 14] = [
    (30, ("Microsoft Windows 11 Professional Edition, 64-bit (build 22631)", "LT-")),
    (12, ("Microsoft Windows 11 Enterprise Edition, 64-bit (build 26100)", "LT-")),
    (16, ("Microsoft Windows 10 Enterprise Edition, 64-bit (build 19045)", "PC-")),
    (7, ("Microsoft Windows Server 2019 Standard Edition, 64-bit (build 17763)", "SRV-")),
    (5, ("Microsoft Windows Server 2022 Datacenter Edition, 64-bit (build 20348)", "SRV-")),
    (9, ("macOS 14.5", "MBP-")),
    (4, ("Mac OS X 10.15.7", "IMAC-")),
    (4, ("Ubuntu 22.04.4 LTS", "DEV-")),
    (2, ("Red Hat Enterprise Linux 9.4 (Plow)", "app")),
    (1, ("Fedora Linux 40 (Workstation Edition)", "dev")),
    (3, ("iOS 17.5.1", "iPhone of Zoë ")),
    (1, ("iPadOS 17.5", "iPad-")),
    (4, ("Android 14", "Pixel-")),
    (2, ("Chrome OS 126.0.6478.132", "CB-")),
];

/// What a directory says of a computer that never ran FortiClient.
pub(super) const DIRECTORY_SYSTEM: (&str, &str) = ("Windows 10 Enterprise", "PC-");

/// FortiClient as major, minor, patch, build: three that matter and a tail.
pub(super) const CLIENTS: [(u32, [u32; 4]); 9] = [
    (48, [7, 4, 2, 1737]),
    (28, [7, 2, 9, 1185]),
    (14, [7, 0, 13, 577]),
    (3, [7, 4, 3, 1790]),
    (2, [7, 4, 0, 1636]),
    (2, [7, 2, 4, 972]),
    (1, [7, 0, 7, 345]),
    (1, [6, 4, 9, 1797]),
    (1, [6, 2, 9, 1010]),
];

/// Id and name; some endpoints have none.
pub(super) const POLICIES: [(u32, Option<(u32, &str)>); 6] = [
    (55, Some((3, "Corp-Default"))),
    (20, Some((4, "Remote workers"))),
    (12, Some((6, "Servers"))),
    (6, Some((9, "Kiosk \"lobby\""))),
    (4, Some((11, "Zürich"))),
    (3, None),
];

/// Id and name, which is the last part of a path below "All Groups".
pub(super) const GROUPS: [(u32, (u32, &str)); 6] = [
    (30, (12, "Engineering")),
    (22, (13, "Sales")),
    (15, (14, "Finance")),
    (12, (15, "Servers")),
    (6, (18, "Legal & Compliance")),
    (15, (2, "Other Endpoints")),
];

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// How long ago an offline endpoint was seen, in seconds from..to.
pub(super) const OFFLINE_AGES: [(u32, (i64, i64)); 5] = [
    (10, (2 * MINUTE, 60 * MINUTE)),
    (32, (60 * MINUTE, DAY)),
    (28, (DAY, 7 * DAY)),
    (17, (7 * DAY, 30 * DAY)),
    (13, (30 * DAY, 400 * DAY)),
];

/// Features by the start of their key, with the percentage of endpoints that have them on.
pub(super) const FEATURES: [(&str, u32); 13] = [
    ("av", 88),
    ("rtp", 86),
    ("ae", 20),
    ("cs", 35),
    ("rm", 60),
    ("fw", 70),
    ("wf", 90),
    ("vpn", 80),
    ("vuln", 92),
    ("ssoma", 10),
    ("sb", 15),
    ("sb_cloud", 45),
    ("rs", 30),
];

/// Kinds of events by the start of their key, with the percentage of endpoints that have any.
pub(super) const EVENTS: [(&str, u32); 16] = [
    ("av", 4),
    ("sb", 2),
    ("fw", 12),
    ("wf", 40),
    ("vuln", 35),
    ("ae", 1),
    ("rm", 5),
    ("cs", 1),
    ("rs", 1),
    ("vf", 0),
    ("unreg", 2),
    ("nwifsc", 0),
    ("owmsg", 0),
    ("reg", 20),
    ("ztna_sign", 30),
    ("ztna_revoke", 1),
];

/// One of a table's values by weight; `otherwise` if the table holds no weight.
pub(super) fn pick<T: Copy>(rng: &mut Rng, table: &[(u32, T)], otherwise: T) -> T {
    let total: u32 = table.iter().map(|(weight, _)| weight).sum();
    if total == 0 {
        return otherwise;
    }
    let mut left = rng.u32(0..total);
    for &(weight, value) in table {
        if left < weight {
            return value;
        }
        left -= weight;
    }
    otherwise
}

/// True in so many of a hundred cases.
pub(super) fn percent(rng: &mut Rng, chance: u32) -> bool {
    rng.u32(0..100) < chance
}
