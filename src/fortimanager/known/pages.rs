//! The pages, and what they fetch by their proxies.

use super::DATA;
use crate::upstream::Page;

/// The licence page, of 7.4.1: the only payload that is public.
pub(in crate::fortimanager) static LICENSE: Page = Page {
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
    ends: &["licenses.*.txt"],
    private: &["account_id", "company"],
};

/// The dashboard's system information, of 7.6.4.
pub(in crate::fortimanager) static SYSTEM: Page = Page {
    addresses: &["/gui/sys/uptime"],
    below: DATA,
    plain: &[
        "admin.num",
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
    private: &["admin.admin", "adom", "hostname", "sn"],
};

/// The list of ADOMs, as clients read it.
pub(in crate::fortimanager) static ADOMS: Page = Page {
    addresses: &["/gui/switch/adoms/list"],
    below: DATA,
    plain: &["type", "type_name", "version"],
    clocks: &[],
    ends: &[],
    private: &["name", "oid"],
};

/// Who is signed in: asked for to find out whether a session lives.
pub(in crate::fortimanager) static SESSION: Page = Page {
    addresses: &["/gui/sys/session"],
    below: DATA,
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
pub(in crate::fortimanager) static PACKAGES: Page = Page {
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
pub(in crate::fortimanager) static REPORT: Page = Page {
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
