//! Every `fortianalyzer_*` metric. All carry the label `target` beside those
//! listed. FortiAnalyzer's GB are 2^30 bytes, as FortiManager's.

use crate::fortimanager::families::{families, named};

families!(named! { "fortianalyzer", source: None, other: "FMG" of "fortimanagers";
    {
        LICENSE_EXPIRY = Gauge "fortianalyzer_license_expiry_timestamp_seconds" ["license"] from "licenses.*.txt of SysDashboard type=license":
            "The day a contract ends, as 00:00 UTC of it; the last day is still covered.";
        LICENSE_ACTIVE = Gauge "fortianalyzer_license_active" ["license"] from "licenses.*.status of SysDashboard type=license":
            "1 if FortiAnalyzer shows the contract as ok, else 0.";
        LICENSE_INFO = Gauge "fortianalyzer_license_info" ["license", "name", "level", "status"] from "licenses of SysDashboard type=license":
            "Always 1; a contract's service, support level and status as FortiAnalyzer words them.";
        ACCOUNT_INFO = Gauge "fortianalyzer_account_info" ["account_id", "company"] from "account_id, company of SysDashboard type=license":
            "Always 1; the FortiCloud account. Only with account_info: true, since the id is a person's e-mail address.";
    }
    {}
});
