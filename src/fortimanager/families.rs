//! The metrics that FortiManager and FortiAnalyzer have alike: their pages are the same, the names are each
//! product's own. What is listed here once, each makes metrics of with [`named`].

use crate::observation::Metric;

/// Hands the list to another macro, after what that one takes besides.
///
/// A row: the static's name, the field's in [`Families`], and the metric, its name without the product's prefix.
macro_rules! families {
    ($then:ident! { $($with:tt)* }) => { $then! { { $($with)* }
        VM_VALID vm_valid = Gauge "_vm_license_valid" [] from "valid of SysDashboard type=license":
            "1 if the VM licence is valid.";
        VM_DUPLICATE vm_duplicate = Gauge "_vm_license_duplicate" [] from "duplicate_license of SysDashboard type=license":
            "1 if the same VM licence is active elsewhere; it turns invalid after 24 hours.";
        VM_TRIAL vm_trial = Gauge "_vm_license_trial" [] from "is_vm_trial_lic of SysDashboard type=license":
            "1 if the VM runs on a trial licence.";
        DEVICES_USED devices_used = Gauge "_devices_used" [] from "current_num_dev of SysDashboard type=license":
            "Devices and VDOMs that count against the licence.";
        DEVICES_LIMIT devices_limit = Gauge "_devices_limit" [] from "max_num_dev of SysDashboard type=license":
            "Devices and VDOMs the licence allows.";
        MANAGED_DEVICES managed_devices = Gauge "_managed_devices" ["kind"] from "dev_num_count.*.val of SysDashboard type=license":
            "Managed devices by kind; only FortiGates and logging devices count against the licence.";
        ADOMS_LIMIT adoms_limit = Gauge "_adoms_limit" [] from "max_num_adom of SysDashboard type=license":
            "ADOMs the licence allows.";
        LOG_DAILY_USED log_daily_used = Gauge "_log_daily_used_bytes" [] from "used_gb_day (after #) of SysDashboard type=license":
            "Logs received today.";
        LOG_DAILY_LIMIT log_daily_limit = Gauge "_log_daily_limit_bytes" [] from "max_gb_day of SysDashboard type=license":
            "Logs the licence allows per day.";
        LOG_DAILY_EXCEEDED log_daily_exceeded = Gauge "_log_daily_exceeded" [] from "used_gb_day (before #) of SysDashboard type=license":
            "1 if the box flags today's logs as over the limit.";
        LOG_HISTORY_USED log_history_used = Gauge "_log_history_used_bytes" ["days_ago"] from "used_gb_day_history.used of SysDashboard type=license":
            "Logs received on each of the six days before today.";
        LOG_HISTORY_EXCEEDED log_history_exceeded = Gauge "_log_history_exceeded" ["days_ago"] from "used_gb_day_history.is_exceed of SysDashboard type=license":
            "1 if that day's logs were over the limit.";
        DISK_USED disk_used = Gauge "_disk_used_bytes" [] from "used_disk_gb (else used_disk) of SysDashboard type=license":
            "Disk space used for logs.";
        DISK_LIMIT disk_limit = Gauge "_disk_limit_bytes" [] from "max_disk_gb (else max_disk) of SysDashboard type=license":
            "Disk space allowed for logs.";
        DISK_EXCEEDED disk_exceeded = Gauge "_disk_exceeded" [] from "used_disk (before #) of SysDashboard type=license":
            "1 if the box flags the disk space as exceeded.";
        FEATURE_ENABLED feature_enabled = Gauge "_feature_enabled" ["feature"] from "adom_enabled, faz_status, en_com_fgd_svr, usg, has_vmmeter of SysDashboard type=license":
            "1 if the feature is switched on.";
        PLATFORM_INFO platform_info = Gauge "_platform_info" ["vm", "license_type", "encryption_type", "vm_meter_license"] from "is_vm, type, enc_type, fortimeter_lic of SysDashboard type=license":
            "Always 1; what else the licence says, in undocumented codes of the box.";
        INFO info = Gauge "_info" ["version", "platform", "hostname", "ha_mode"] from "fwversion, platform, hostname, ha.mode.txt of /gui/sys/uptime":
            "Always 1; what the box says it is.";
        UPTIME uptime = Gauge "_uptime_seconds" [] from "uptimeSeconds of /gui/sys/uptime":
            "Time since the box started.";
        LAST_BACKUP last_backup = Gauge "_last_backup_timestamp_seconds" [] from "bkptime of /gui/sys/uptime, with the zone by systimeStr and systemstamp":
            "When the last backup of the configuration was made; an hour off if it was made in another half of the year under summer time.";
        ADMIN_SESSIONS admin_sessions = Gauge "_admin_sessions" [] from "admin.num of /gui/sys/uptime":
            "Administrators signed in, the exporter's own session included.";
        CLOCK_SKEW clock_skew = Gauge "_clock_skew_seconds" [] from "systemstamp of /gui/sys/uptime":
            "How far the box's clock is ahead of the exporter's, negative if behind; the box tells whole seconds.";
    } };
}
pub(crate) use families;

macro_rules! declare {
    ({} $($id:ident $field:ident = $kind:ident $name:literal $labels:tt from $source:literal: $meaning:literal;)*) => {
        /// The metrics of one product, for the collectors that it shares with the other.
        pub(crate) struct Families {
            pub(crate) license_expiry: &'static Metric,
            pub(crate) license_active: &'static Metric,
            pub(crate) license_info: &'static Metric,
            /// Where contracts are read in more places than one.
            pub(crate) license_source: Option<&'static Metric>,
            pub(crate) account_info: &'static Metric,
            /// How platforms of the other product begin.
            pub(crate) other_platform: &'static str,
            /// Where the configuration has the other product.
            pub(crate) other_list: &'static str,
            $(#[doc = $meaning] pub(crate) $field: &'static Metric,)*
        }
    };
}
families!(declare! {});

/// Declares the metrics of a product as statics: the prefix of their names; what tells the other product; those of
/// its contracts, whose texts say where it has them from; those that it has alone.
macro_rules! named {
    (
        { $prefix:literal, source: $read_at:expr, other: $platform:literal of $list:literal; { $($contracts:tt)* } { $($own:tt)* } }
        $($id:ident $field:ident = $kind:ident $name:literal $labels:tt from $source:literal: $meaning:literal;)*
    ) => {
        $crate::observation::metrics! {
            UP = Gauge $prefix "_up" [] from "":
                "1 if the last poll of the target's main collector succeeded, 0 if it failed; absent before the first poll.";
            $($contracts)*
            $($id = $kind $prefix $name $labels from $source: $meaning;)*
            $($own)*
        }

        /// Those that are read from pages which both products have.
        pub(crate) static FAMILIES: $crate::fortimanager::families::Families =
            $crate::fortimanager::families::Families {
                license_expiry: &LICENSE_EXPIRY,
                license_active: &LICENSE_ACTIVE,
                license_info: &LICENSE_INFO,
                license_source: $read_at,
                account_info: &ACCOUNT_INFO,
                other_platform: $platform,
                other_list: $list,
                $($field: &$id,)*
            };
    };
}
pub(crate) use named;
