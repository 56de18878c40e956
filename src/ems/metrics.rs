//! Every `forticlient_ems_*` metric. All carry the label `target` beside those
//! listed. Hosts, users and addresses are never labels.

use crate::observation::metrics;

metrics! {
    UP = Gauge "forticlient_ems_up" [] from "":
        "1 if the last poll of the target's main collector succeeded, 0 if it failed; absent before the first poll.";
    INFO = Gauge "forticlient_ems_info" ["version", "serial"] from "System.VERSION of system/consts/get and sn of license/get":
        "Always 1; which EMS this is.";
    ENDPOINTS = Gauge "forticlient_ems_endpoints" [] from "the rows of endpoints/index":
        "Endpoints that EMS knows, including those without FortiClient.";
    MANAGED = Gauge "forticlient_ems_endpoints_managed" [] from "is_managed of endpoints/index":
        "Endpoints that EMS manages.";
    REGISTERED = Gauge "forticlient_ems_endpoints_registered" [] from "is_ems_registered of endpoints/index":
        "Endpoints that are registered and use up a licence seat.";
    ONLINE = Gauge "forticlient_ems_endpoints_online" [] from "is_ems_online of endpoints/index":
        "Endpoints whose telemetry connection is up.";
    ON_FABRIC = Gauge "forticlient_ems_endpoints_on_fabric" [] from "is_ems_onnet of endpoints/index":
        "Endpoints that EMS sees on the corporate network.";
    QUARANTINED = Gauge "forticlient_ems_endpoints_quarantined" [] from "is_quarantined of endpoints/index":
        "Endpoints in quarantine.";
    EXCLUDED = Gauge "forticlient_ems_endpoints_excluded" [] from "is_excluded of endpoints/index":
        "Endpoints excluded from management.";
    MIGRATING = Gauge "forticlient_ems_endpoints_migrating" [] from "is_migrating of endpoints/index":
        "Endpoints moving to another EMS.";
    OUT_OF_SYNC = Gauge "forticlient_ems_endpoints_out_of_sync" [] from "client_policy_synced and is_ems_online of endpoints/index":
        "Endpoints that are online without the current policy.";
    CLIENT_OUTDATED = Gauge "forticlient_ems_endpoints_client_outdated" [] from "client_version_up_to_date of endpoints/index":
        "Endpoints whose FortiClient is not up to date.";
    AV_SIGNATURE_OUTDATED = Gauge "forticlient_ems_endpoints_av_signature_outdated" [] from "client_av_sig_version_up_to_date of endpoints/index":
        "Endpoints whose antivirus signatures are not up to date.";
    VULNERABLE = Gauge "forticlient_ems_endpoints_vulnerable" [] from "vuln_events_count of endpoints/index":
        "Endpoints with at least one known vulnerability.";
    BY_OS = Gauge "forticlient_ems_endpoints_by_os" ["os"] from "os_version of endpoints/index":
        "Endpoints by operating system; other includes those that report none.";
    BY_VERSION = Gauge "forticlient_ems_endpoints_by_client_version" ["version"] from "fct_version of endpoints/index":
        "Endpoints with FortiClient by its version; the 50 most common, the rest as other.";
    BY_LAST_SEEN = Gauge "forticlient_ems_endpoints_by_last_seen" ["age"] from "last_seen of endpoints/index":
        "Endpoints by the time since EMS last heard of them.";
    BY_POLICY = Gauge "forticlient_ems_endpoints_by_policy" ["policy"] from "endpoint_policy_name of endpoints/index":
        "Endpoints by policy; the 50 most common, the rest as other. Only where endpoints_by names policy.";
    BY_GROUP = Gauge "forticlient_ems_endpoints_by_group" ["group"] from "group_path (else group_name) of endpoints/index":
        "Endpoints by group; the 50 most common, the rest as other. Only where endpoints_by names group.";
    FEATURE_ENABLED = Gauge "forticlient_ems_endpoints_feature_enabled" ["feature"] from "*_enabled of endpoints/index":
        "Endpoints on which a FortiClient feature is switched on.";
    SECURITY_EVENTS = Gauge "forticlient_ems_security_events" ["kind"] from "*_events_count of endpoints/index":
        "Events that EMS shows at its endpoints, summed over all of them.";
    SEATS = Gauge "forticlient_ems_license_seats" ["license"] from "seats of license/get":
        "Seats bought.";
    SEATS_USED = Gauge "forticlient_ems_license_seats_used" ["license"] from "used of license/get":
        "Seats in use.";
    LICENSE_EXPIRY = Gauge "forticlient_ems_license_expiry_timestamp_seconds" ["license"] from "licenses.expiry_date of license/get":
        "When the last contract for these seats ends; EMS names no zone, read as UTC.";
}
