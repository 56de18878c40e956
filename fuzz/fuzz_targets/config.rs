//! The configuration file.

#![no_main]

use std::collections::BTreeSet;

use fortinet_exporter::config::Config;
use fortinet_exporter_fuzz::refusal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Config::parse(text, "fuzz.yml") {
        Err(error) => {
            let again = Config::parse(text, "fuzz.yml").expect_err("as before");
            refusal::check(&error.to_string(), &again.to_string());
        }
        Ok(config) => {
            let names: BTreeSet<&str> = config.entries().map(|entry| entry.common().name.as_str()).collect();
            assert!(config.targets() > 0 && names.len() == config.targets(), "{names:?}");
            for common in config.entries().map(|entry| entry.common()) {
                assert!(!common.name.is_empty() && common.interval.as_secs() >= 1);
                assert!(!common.timeout.is_zero() && common.stale_after >= common.interval);
            }
        }
    }
});
