//! What is known of the pages of a FortiManager, beyond what is read.

use crate::upstream::{Page, Vocabulary};

/// All of it.
pub static VOCABULARY: Vocabulary = Vocabulary {
    pages: &[
        &LICENSE,
        &CONTRACTS,
        &STATUS,
        &HA,
        &TASKS,
        &SYSTEM,
        &ADOMS,
        &SESSION,
        &PACKAGES,
        &REPORT,
        &DEVICES,
        &DEVICE_CONTRACTS,
    ],
    envelope: Page {
        addresses: &[],
        below: "",
        plain: &["code", "data.result.status.code", "id", "result.id", "result.status.code", "status.code"],
        clocks: &[],
        ends: &[],
        private: &[
            "data.result.data",
            "data.result.status.message",
            "data.result.url",
            "message",
            "result.data",
            "result.status.message",
            "result.url",
            "status.message",
        ],
    },
    sign_ins: &["/cgi-bin/module/flatui_auth"],
    paths: &[
        "/cgi-bin/module/flatui_proxy",
        "/cgi-bin/module/forward",
        "/gui/sys/info",
        "/gui/userauth",
        "/jsonrpc",
        "/p/app",
        "/p/logout",
        "/p/logout-api",
    ],
    parameters: &["action", "type"],
};

const BY_PROXY: &str = "result.data";

/// The licence page, of 7.4.1: the only payload that is public.
pub(super) static LICENSE: Page = Page {
    addresses: &["/cgi-bin/module/flatui/SysDashboard"],
    below: "",
    plain: &[
        "adom_enabled",
        "current_num_dev",
        "dev_num_count.*.label",
        "dev_num_count.*.val",
        "duplicate_license",
        "en_com_fgd_svr",
        "enc_type",
        "faz_status",
        "fortimeter_lic",
        "has_vmmeter",
        "is_vm",
        "is_vm_trial_lic",
        "licenses.*.css",
        "licenses.*.status",
        "licenses.*.txt",
        "max_disk",
        "max_disk_gb",
        "max_gb_day",
        "max_num_adom",
        "max_num_dev",
        "type",
        "used_disk",
        "used_disk_gb",
        "used_gb_day",
        "used_gb_day_history.date",
        "used_gb_day_history.is_exceed",
        "used_gb_day_history.used",
        "usg",
        "usg_has_lic",
        "valid",
    ],
    clocks: &[],
    ends: &[],
    private: &["account_id", "company"],
};

/// The contracts by JSON-RPC.
pub(super) static CONTRACTS: Page = Page {
    addresses: &["/um/license/self"],
    below: BY_PROXY,
    plain: &["contract.contract_item", "count"],
    clocks: &[],
    ends: &[],
    private: &[
        "contract.account",
        "contract.company",
        "contract.industry",
        "contract.rawdata",
        "contract.serial",
    ],
};

/// What a token is asked about.
static STATUS: Page = Page {
    addresses: &["/sys/status", "/cli/global/system/status"],
    below: BY_PROXY,
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
pub(super) static HA: Page = Page {
    addresses: &["/sys/ha/status"],
    below: BY_PROXY,
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
pub(super) static TASKS: Page = Page {
    addresses: &["/task/task"],
    below: BY_PROXY,
    plain: &["id", "num_err", "state"],
    clocks: &["start_tm"],
    ends: &[],
    private: &[],
};

/// The dashboard's system information, of 7.6.4.
pub(super) static SYSTEM: Page = Page {
    addresses: &["/gui/sys/uptime"],
    below: BY_PROXY,
    plain: &[
        "admin.num",
        "adom",
        "adomconfigable",
        "fazfeature",
        "fips_mode",
        "fwversion",
        "ha.mode.txt",
        "ha.mode.val",
        "offlineMode",
        "platform",
        "uptimeSeconds",
    ],
    clocks: &["bkptime", "systemstamp", "systimeStr"],
    ends: &[],
    private: &["admin.admin", "hostname", "sn"],
};

/// The list of ADOMs, as clients read it.
pub(super) static ADOMS: Page = Page {
    addresses: &["/gui/switch/adoms/list"],
    below: BY_PROXY,
    plain: &["type", "type_name", "version"],
    clocks: &[],
    ends: &[],
    private: &["name", "oid"],
};

/// Who is signed in: asked for to find out whether a session lives.
static SESSION: Page = Page {
    addresses: &["/gui/sys/session"],
    below: BY_PROXY,
    plain: &["time_left", "valid"],
    clocks: &["timestamp"],
    ends: &[],
    private: &[
        "admin_adom",
        "admin_prof",
        "admin_user",
        "adom_list",
        "adom_override",
        "current_adom_name",
        "login_user",
    ],
};

/// The policy packages of an ADOM, with folders in folders.
pub(super) static PACKAGES: Page = Page {
    addresses: &["/pm/pkg/adom/*"],
    below: "data.result.data",
    plain: &["obj ver", "subobj.obj ver", "subobj.subobj.type", "subobj.type", "type"],
    clocks: &[],
    ends: &[],
    private: &[
        "name",
        "oid",
        "package settings",
        "scope member",
        "subobj.name",
        "subobj.oid",
        "subobj.package settings",
        "subobj.scope member",
        "subobj.subobj",
        "subobj.subobj.name",
        "subobj.subobj.oid",
    ],
};

/// The report of a consistency check, known from one capture.
pub(super) static REPORT: Page = Page {
    addresses: &["/gui/adoms/*/pkgs/*/consistency-checker"],
    below: "result",
    plain: &[
        "rec.full_shadow_count",
        "rec.none policy count",
        "rec.partial_shadow_count",
        "rec.type",
        "status",
        "type",
    ],
    clocks: &["timestamp"],
    ends: &[],
    private: &["id", "name", "pkgname", "rec.name", "rec.none_rec", "rec.rec", "url"],
};

/// The managed devices: the fields that are asked for, and the one that comes in any case.
pub(super) static DEVICES: Page = Page {
    addresses: &["/dvmdb/device"],
    below: BY_PROXY,
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
pub(super) static DEVICE_CONTRACTS: Page = Page {
    addresses: &["/um/misc/dump_contract"],
    below: BY_PROXY,
    plain: &["contract.contract_item", "count", "support_level_desc", "support_type_desc"],
    clocks: &[],
    ends: &[],
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
