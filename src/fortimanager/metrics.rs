//! Every `fortimanager_*` metric. All carry the label `target` beside those
//! listed. FortiManager's GB are 2^30 bytes.

use super::families::{families, named};

families!(named! { "fortimanager", source: Some(&LICENSE_SOURCE), other: "FAZ" of "fortianalyzers";
    {
        LICENSE_EXPIRY = Gauge "fortimanager_license_expiry_timestamp_seconds" ["license"] from "licenses.*.txt of SysDashboard type=license, or contract_item of /um/license/self":
            "The day a contract ends, as 00:00 UTC of it; the last day is still covered.";
        LICENSE_ACTIVE = Gauge "fortimanager_license_active" ["license"] from "licenses.*.status of SysDashboard type=license, or contract_item of /um/license/self":
            "1 if FortiManager shows the contract as ok, else 0; by JSON-RPC, which says no more than the date, 1 until the last day is over.";
        LICENSE_INFO = Gauge "fortimanager_license_info" ["license", "name", "level", "status"] from "licenses of SysDashboard type=license, or contract_item of /um/license/self":
            "Always 1; a contract's service, support level and status as the licence page words them; by JSON-RPC it has no status.";
        LICENSE_SOURCE = Gauge "fortimanager_license_source_info" ["source"] from "whichever answered":
            "Always 1; where the contracts were read, the licence page or JSON-RPC.";
        ACCOUNT_INFO = Gauge "fortimanager_account_info" ["account_id", "company"] from "account_id, company of SysDashboard type=license, or account, company of /um/license/self":
            "Always 1; the FortiCloud account. Only with account_info: true, since the id is a person's e-mail address.";
    }
    {
        ADOMS_USED = Gauge "fortimanager_adoms_used" [] from "the length of /gui/switch/adoms/list":
            "ADOMs that the account may see, without the global database.";
        SHADOWED_POLICIES = Gauge "fortimanager_shadowed_policies" ["adom", "package", "shadow"] from "full_shadow_count, partial_shadow_count of /gui/adoms/*/pkgs/*/consistency-checker":
            "Policies of a package that earlier ones take traffic from, by its latest consistency check; the exporter starts none.";
        POLICY_CHECK = Gauge "fortimanager_policy_check_timestamp_seconds" ["adom", "package"] from "timestamp of /gui/adoms/*/pkgs/*/consistency-checker, with the zone by /gui/sys/uptime":
            "When a package's latest consistency check was made; an hour off if it was made in another half of the year under summer time.";
        POLICY_PACKAGES = Gauge "fortimanager_policy_packages" ["report"] from "/pm/pkg/adom/*":
            "Policy packages by what came of reading the latest report of each; of more than 200, the others are left out.";
        POLICY_ADOMS = Gauge "fortimanager_policy_adoms" ["packages"] from "/gui/switch/adoms/list":
            "ADOMs by what came of listing the policy packages of each; of more than 100, the others are left out.";
        HA_INFO = Gauge "fortimanager_ha_info" ["role", "status", "health"] from "HA Role, FMG-HA Status, HA Health Status of /sys/ha/status":
            "Always 1; what the box is in its cluster, and how it words the state of that.";
        HA_HEALTHY = Gauge "fortimanager_ha_healthy" [] from "HA Health Status of /sys/ha/status":
            "1 if the box calls the health of its cluster OK, 0 if it calls it anything else; absent where it says that it has none or does not know.";
        HA_MEMBER_INFO = Gauge "fortimanager_ha_member_info" ["member", "hostname", "status"] from "members of /sys/ha/status":
            "Always 1; another box of the cluster, by its serial number, and how its state is worded.";
        HA_MEMBER_UP = Gauge "fortimanager_ha_member_up" ["member"] from "HA Sync status of /sys/ha/status":
            "1 if another box of the cluster is up, as the one asked sees it.";
        HA_MEMBER_IN_SYNC = Gauge "fortimanager_ha_member_in_sync" ["member"] from "HA Sync status of /sys/ha/status":
            "1 if another box of the cluster has what the one asked has.";
        HA_MEMBER_PENDING = Gauge "fortimanager_ha_member_pending_bytes" ["member"] from "Pending Synced Data of /sys/ha/status":
            "What is still to be sent to another box of the cluster.";
        HA_MEMBER_SYNC_AGE = Gauge "fortimanager_ha_member_last_sync_age_seconds" ["member"] from "Last Sync of /sys/ha/status":
            "Time since something was last sent to another box of the cluster; it is long where nothing changes.";
        HA_MEMBER_HEARTBEAT_AGE = Gauge "fortimanager_ha_member_last_heartbeat_age_seconds" ["member"] from "Last Heartbeat of /sys/ha/status":
            "Time since another box of the cluster was last heard.";
        TASKS = Gauge "fortimanager_tasks" ["state"] from "state and num_err of /task/task":
            "Tasks that began within the 24 hours before the poll, by how they stand.";
        DEVICES_BY_CONNECTION = Gauge "fortimanager_managed_devices_by_connection" ["connection"] from "conn_status of /dvmdb/device":
            "Managed devices by whether FortiManager has a connection to them.";
        DEVICES_BY_CONFIGURATION = Gauge "fortimanager_managed_devices_by_configuration" ["configuration"] from "conf_status of /dvmdb/device":
            "Managed devices by whether FortiManager's copy of their configuration is theirs.";
        DEVICES_BY_STATUS = Gauge "fortimanager_managed_devices_by_status" ["status"] from "dev_status of /dvmdb/device":
            "Managed devices by how the last installation or retrieval of their configuration went.";
        DEVICES_BY_PLATFORM = Gauge "fortimanager_managed_devices_by_platform" ["platform"] from "platform_str of /dvmdb/device":
            "Managed devices by model; the 50 most common, the rest as other.";
        DEVICES_BY_VERSION = Gauge "fortimanager_managed_devices_by_version" ["version"] from "os_ver, mr, patch of /dvmdb/device":
            "Managed devices by firmware; the 50 most common, the rest as other.";
        VM_LICENSES_BY_STATUS = Gauge "fortimanager_managed_vm_licenses_by_status" ["status"] from "vm_status of /dvmdb/device":
            "Managed virtual machines by the state of their licence.";
        VM_LICENSES_BY_TIME_LEFT = Gauge "fortimanager_managed_vm_licenses_by_time_left" ["left"] from "vm_lic_expire of /dvmdb/device":
            "Managed virtual machines whose licence has an end, by what is left until then; each is counted once.";
        VM_LICENSES_OVERDUE = Gauge "fortimanager_managed_vm_licenses_overdue" [] from "vm_lic_overdue_since of /dvmdb/device":
            "Managed virtual machines that have not validated their licence for too long.";
        VM_LICENSE_NEXT_EXPIRY = Gauge "fortimanager_managed_vm_license_next_expiry_timestamp_seconds" [] from "vm_lic_expire of /dvmdb/device":
            "When the first of these licences ends that has not ended yet.";
        DEVICE_UP = Gauge "fortimanager_device_up" ["device"] from "conn_status of /dvmdb/device":
            "1 if FortiManager has a connection to the device, absent where it does not know. Only with device_series: true.";
        DEVICE_IN_SYNC = Gauge "fortimanager_device_configuration_in_sync" ["device"] from "conf_status of /dvmdb/device":
            "1 if FortiManager's copy of the device's configuration is the device's own, absent where it does not know. Only with device_series: true.";
        DEVICE_VM_LICENSE_EXPIRY = Gauge "fortimanager_device_vm_license_expiry_timestamp_seconds" ["device"] from "vm_lic_expire of /dvmdb/device":
            "When the licence of a virtual machine ends. Only with device_series: true.";
        DEVICE_INFO = Gauge "fortimanager_device_info" ["device", "serial", "platform", "version", "status", "vm_license"] from "name, sn, platform_str, os_ver, mr, patch, dev_status, vm_status of /dvmdb/device":
            "Always 1; what FortiManager says of a device. Only with device_series: true.";
        DEVICE_SERIES_LEFT_OUT = Gauge "fortimanager_device_series_left_out" [] from "the rows of /dvmdb/device":
            "Devices beyond the first 1,000 by name, which have no series of their own. Only with device_series: true.";
        DEVICES_WITH_CONTRACTS = Gauge "fortimanager_devices_with_contracts" [] from "contract of /um/misc/dump_contract":
            "Devices whose contracts FortiManager knows.";
        DEVICE_CONTRACTS = Gauge "fortimanager_device_contracts" ["license", "left"] from "contract.*.contract_item of /um/misc/dump_contract":
            "Devices with a contract of this code, by what is left until the end of its last day; the last to end of each serial number, each counted once.";
        DEVICE_CONTRACT_NEXT_EXPIRY = Gauge "fortimanager_device_contract_next_expiry_timestamp_seconds" ["license"] from "contract.*.contract_item of /um/misc/dump_contract":
            "The day on which the first of these contracts ends that is not over yet, as 00:00 UTC of it; the last day is still covered.";
        DEVICE_CONTRACT_EXPIRY = Gauge "fortimanager_device_contract_expiry_timestamp_seconds" ["serial", "license"] from "contract.*.contract_item of /um/misc/dump_contract":
            "The day on which a device's contract ends, as 00:00 UTC of it; the last day is still covered. Only with device_series: true.";
        DEVICE_CONTRACT_SERIES_LEFT_OUT = Gauge "fortimanager_device_contract_series_left_out" [] from "contract of /um/misc/dump_contract":
            "Devices beyond the first 1,000, which have no series of their own. Only with device_series: true.";
    }
});
