//! What the metrics about the exporter itself are called and mean.

use crate::observation::{LabelValues, metrics};
use crate::upstream::Reason;

metrics! {
    SUCCESS = Gauge "fortinet_exporter_collector_success" ["collector", "target"] from "":
        "1 if the collector's last poll succeeded, 0 if it failed; absent before the first poll.";
    DURATION = Gauge "fortinet_exporter_collector_duration_seconds" ["collector", "target"] from "":
        "How long the collector's last poll took, signing in included.";
    LAST_SUCCESS = Gauge "fortinet_exporter_collector_last_success_timestamp_seconds" ["collector", "target"] from "":
        "When the collector's last good poll ended: the age of every number it shows.";
    POLLS = Counter "fortinet_exporter_collector_polls_total" ["collector", "target"] from "":
        "Polls begun.";
    FAILURES = Counter "fortinet_exporter_collector_failures_total" ["collector", "reason", "target"] from "":
        "Polls that failed, by reason.";
    FAILURE = Gauge "fortinet_exporter_collector_failure_info" ["collector", "reason", "target"] from "":
        "Always 1; why the collector's last poll failed; absent after a good one.";
    UNREADABLE = Counter "fortinet_exporter_unreadable_fields_total" ["collector", "field", "target"] from "":
        "Values that were present but could not be read and are therefore missing from the metrics.";
    UNKNOWN = Gauge "fortinet_exporter_unknown_fields" ["collector", "target"] from "":
        "Keys in the answers of the collector's last good poll that nobody knows, each counted once, up to 100; 0 when all are known. `probe` names them.";
    POLLS_IN_PROGRESS = Gauge "fortinet_exporter_polls_in_progress" [] from "":
        "Targets that are being polled.";
    POLLS_WAITING = Gauge "fortinet_exporter_polls_waiting" [] from "":
        "Targets whose poll is due and waits for others to end; their time limits have not begun.";
    POLLS_LIMIT = Gauge "fortinet_exporter_polls_limit" [] from "":
        "Targets that may be polled at once (max_concurrent_polls).";
    INTERVAL = Gauge "fortinet_exporter_target_interval_seconds" ["target"] from "":
        "From the start of one poll to the start of the next, as configured.";
    LOGINS = Counter "fortinet_exporter_logins_total" ["target"] from "":
        "Sign-ins that were sent, failed ones included; one that found no connection is none.";
    LOGIN_FAILURES = Counter "fortinet_exporter_login_failures_total" ["target"] from "":
        "Sign-ins that were sent and did not end in a session.";
    UNVERIFIED = Gauge "fortinet_exporter_tls_verification_disabled" ["target"] from "":
        "1 if whoever answers in the target's place would not be noticed: insecure_skip_verify or plain HTTP.";
    RELOAD_OK = Gauge "fortinet_exporter_config_last_reload_successful" [] from "":
        "1 if the configuration was accepted when it was last read.";
    RELOAD_AT = Gauge "fortinet_exporter_config_last_reload_success_timestamp_seconds" [] from "":
        "When the configuration was last read and accepted.";
    SHARD = Gauge "fortinet_exporter_shard_info" ["shard", "total_shards"] from "":
        "Always 1; which share of the configured targets this exporter polls, from 0, and how many shares there are.";
    WEB_RELOAD_OK = Gauge "fortinet_exporter_web_config_last_reload_successful" [] from "":
        "1 if the web configuration was accepted when it was last read; absent without --web.config.file.";
    WEB_RELOAD_AT = Gauge "fortinet_exporter_web_config_last_reload_success_timestamp_seconds" [] from "":
        "When the web configuration was last read and accepted.";
    WEB_CERTIFICATE = Gauge "fortinet_exporter_web_certificate_expiry_timestamp_seconds" [] from "":
        "When the certificate of the exporter's own pages ends, or the first of those of its issuers beside it.";
    BUILD = Gauge "fortinet_exporter_build_info" ["version"] from "":
        "Always 1; which exporter this is.";
}

/// The label values that are known beforehand.
pub fn label_values() -> Vec<LabelValues> {
    let reasons = || Reason::ALL.map(|reason| (reason, ""));
    [&FAILURES, &FAILURE].map(|metric| LabelValues::closed(metric, "reason", reasons())).into()
}
