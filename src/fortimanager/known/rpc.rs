//! What is read by JSON-RPC.

use super::DATA;
use crate::upstream::Page;

/// The contracts by JSON-RPC.
pub(in crate::fortimanager) static CONTRACTS: Page = Page {
    addresses: &["/um/license/self"],
    below: DATA,
    plain: &["contract.contract_item", "count"],
    clocks: &[],
    ends: &["contract.contract_item"],
    private: &[
        "contract.account",
        "contract.company",
        "contract.industry",
        "contract.rawdata",
        "contract.serial",
    ],
};

/// What a token is asked about.
pub(in crate::fortimanager) static STATUS: Page = Page {
    addresses: &["/sys/status", "/cli/global/system/status"],
    below: DATA,
    plain: &[
        "Admin Domain Configuration",
        "BIOS version",
        "Branch Point",
        "Build",
        "Daylight Time Saving",
        "FIPS Mode",
        "HA Mode",
        "License Status",
        "Major",
        "Max Number of Admin Domains",
        "Max Number of Device Groups",
        "Minor",
        "Offline Mode",
        "Patch",
        "Platform Full Name",
        "Platform Type",
        "Release Version Information",
        "Version",
        "x86-64 Applications",
    ],
    clocks: &["Current Time", "TZ", "Time Zone"],
    ends: &[],
    private: &["Hostname", "Serial Number"],
};

/// The cluster, by JSON-RPC.
pub(in crate::fortimanager) static HA: Page = Page {
    addresses: &["/sys/ha/status"],
    below: DATA,
    plain: &[
        "Average Idle CPU",
        "Average Memory Usage",
        "Average Nice CPU",
        "Average System CPU",
        "Average User CPU",
        "Cluster-ID",
        "Debug",
        "FMG-HA Status",
        "File-Quota",
        "HA Health Status",
        "HA Role",
        "HB-Interval",
        "HB-Lost-Threshold",
        "Model",
        "members.Average Idle CPU",
        "members.Average Memory Usage",
        "members.Average Nice CPU",
        "members.Average System CPU",
        "members.Average User CPU",
        "members.Estimated Sync Time Left (seconds)",
        "members.HA Sync status",
        "members.Last Heartbeat (seconds)",
        "members.Last Sync (seconds)",
        "members.Pending Synced Data (bytes)",
        "members.Total Synced Data (bytes)",
    ],
    clocks: &["HA Primary Uptime", "HA Primary state change timestamp"],
    ends: &[],
    private: &["Primary", "members.Hostname", "members.IP", "members.Last Error", "members.Serial Number"],
};

/// Tasks by JSON-RPC, of which no more is asked for.
pub(in crate::fortimanager) static TASKS: Page = Page {
    addresses: &["/task/task"],
    below: DATA,
    plain: &["id", "num_err", "state"],
    clocks: &["start_tm"],
    ends: &[],
    private: &[],
};

/// The managed devices: the fields that are asked for, and the one that comes in any case.
pub(in crate::fortimanager) static DEVICES: Page = Page {
    addresses: &["/dvmdb/device"],
    below: DATA,
    plain: &[
        "conf_status",
        "conn_status",
        "dev_status",
        "mr",
        "os_ver",
        "patch",
        "platform_str",
        "vm_status",
    ],
    clocks: &[],
    ends: &["vm_lic_expire", "vm_lic_overdue_since"],
    private: &["name", "oid", "sn"],
};

/// The contracts of the managed devices.
pub(in crate::fortimanager) static DEVICE_CONTRACTS: Page = Page {
    addresses: &["/um/misc/dump_contract"],
    below: DATA,
    plain: &["contract.contract_item", "count", "support_level_desc", "support_type_desc"],
    clocks: &[],
    ends: &["contract.contract_item"],
    private: &[
        "acli",
        "contract.account",
        "contract.address",
        "contract.company",
        "contract.industry",
        "contract.rawdata",
        "contract.serial",
    ],
};
