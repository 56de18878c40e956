//! A page of EMS's endpoint index.

#![no_main]

use fortinet_exporter::config::Grouping;
use fortinet_exporter::ems;
use fortinet_exporter::observation::Sample;
use fortinet_exporter::upstream::Reply;
use fortinet_exporter_fuzz::{errors, served, value};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Metrics that count the endpoints that say yes to a field.
const FLAGS: [(&str, &str); 7] = [
    ("forticlient_ems_endpoints_managed", "is_managed"),
    ("forticlient_ems_endpoints_registered", "is_ems_registered"),
    ("forticlient_ems_endpoints_online", "is_ems_online"),
    ("forticlient_ems_endpoints_on_fabric", "is_ems_onnet"),
    ("forticlient_ems_endpoints_quarantined", "is_quarantined"),
    ("forticlient_ems_endpoints_excluded", "is_excluded"),
    ("forticlient_ems_endpoints_migrating", "is_migrating"),
];

fuzz_target!(|body: &[u8]| {
    let Some((samples, rows)) = counted(body) else { return };
    let endpoints = value(&samples, "forticlient_ems_endpoints").expect("the number of endpoints");
    assert!(endpoints <= rows as f64, "{endpoints} endpoints in {rows} rows");
    for sample in &samples {
        let name = sample.metric.name;
        let is_count = name.starts_with("forticlient_ems_endpoints");
        assert!(!is_count || sample.value <= endpoints, "{name} is {} of {endpoints}", sample.value);
        assert_eq!(sample.value.fract(), if is_count { 0.0 } else { sample.value.fract() }, "{name}");
        if name.starts_with("forticlient_ems_endpoints_by_") {
            let family = samples.iter().filter(|other| other.metric.name == name);
            let sum: f64 = family.map(|sample| sample.value).sum();
            assert!(sum <= endpoints, "{name} adds up to {sum} of {endpoints}");
        }
    }
    // The same without doubled keys, so that it can be counted in another way.
    let Ok(page) = serde_json::from_slice::<Value>(body) else { return };
    if let Some((samples, rows)) = counted(page.to_string().as_bytes()) {
        recounted(&samples, rows, &page);
    }
});

fn counted(body: &[u8]) -> Option<(Vec<Sample>, usize)> {
    let reply = Reply::made_up(200, "application/json", body);
    match ems::fuzzing::endpoints(&reply, &[Grouping::Policy, Grouping::Group]) {
        Ok((findings, rows)) => Some((served(findings, &ems::ON_PREM), rows)),
        Err(error) => {
            errors::check(&error);
            None
        }
    }
}

fn recounted(samples: &[Sample], rows: usize, page: &Value) {
    let list = page["data"]["endpoints"].as_array().expect("a list");
    assert_eq!(rows, list.len());
    if list.iter().any(|row| row.get("device_id").is_some()) {
        return;
    }
    assert_eq!(value(samples, "forticlient_ems_endpoints"), Some(list.len() as f64));
    for (metric, field) in FLAGS {
        let says = |what: bool| list.iter().filter(|row| row.get(field) == Some(&Value::Bool(what))).count();
        let counted = value(samples, metric);
        if let Some(counted) = counted {
            assert!(says(true) as f64 <= counted && counted <= (list.len() - says(false)) as f64, "{metric}");
        }
        let known = list.iter().any(|row| !row.get(field).unwrap_or(&Value::Null).is_null());
        assert!(known || list.is_empty() || counted.is_none(), "{metric} comes from nowhere");
    }
}
