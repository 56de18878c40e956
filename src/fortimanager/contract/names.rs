//! Contract codes and the services they stand for.

/// Codes and services.
///
/// Source: FortiManager's own `support_type_desc` table where it has a text,
/// else the common reading.
pub(in crate::fortimanager) const NAMES: [(&str, &str); 37] = [
    ("ADOM", "ADOM Subscription"),
    ("AFAC", "FortiAnalyzer Cloud Premium"),
    ("AVDB", "Advanced Malware Protection"),
    ("AVEN", "AntiVirus Engine"),
    ("COMP", "Comprehensive Support"),
    ("DLDB", "Data Loss Prevention"),
    ("ENHN", "Enhanced Support"),
    ("FAIS", "FortiGuard AI-based Sandbox"),
    ("FAZC", "FortiAnalyzer Cloud"),
    ("FCEM", "EMS Cloud"),
    ("FCSS", "FortiConverter"),
    ("FGSA", "FortiGuard Attack Surface Security"),
    ("FMGC", "FortiManager Cloud"),
    ("FMSS", "Mobile Security"),
    ("FMWR", "Firmware and General Updates"),
    ("FOAS", "Outbreak Alert"),
    ("FRVS", "Vulnerability Management"),
    ("FSFG", "FortiSASE LAN Extension"),
    ("FSPA", "FortiSASE SPA"),
    ("FURL", "FortiGuard URL, DNS and Video Filtering"),
    ("HDWR", "Hardware"),
    ("IOTH", "IoT Detection"),
    ("IPMC", "IPAM Cloud"),
    ("ISSS", "FortiGuard OT Security"),
    ("NIDS", "FortiGuard IPS"),
    ("SBCL", "FortiSandbox Cloud"),
    ("SCPC", "Storage Connector"),
    ("SOAR", "SOAR"),
    ("SPAM", "AntiSpam"),
    ("SPRT", "FortiCare Support"),
    ("SWNC", "SD-WAN Orchestrator"),
    ("SWNM", "FortiGuard SD-WAN Underlay"),
    ("SWNO", "SD-WAN Overlay Controller"),
    ("VDOM", "VDOM"),
    ("VMDB", "Vulnerability Management and Compliance"),
    ("VMLS", "VM License"),
    ("ZHVO", "FortiGuard Virus Outbreak Protection"),
];

/// The service behind a code. The codes are open-ended; one that is not listed
/// is shown as it is.
pub(super) fn name(code: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}
