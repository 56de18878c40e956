//! The configuration file. Seeds have [`SECRET`] in place of every secret.

#![no_main]

use std::collections::BTreeSet;

use fortinet_exporter::config::Config;
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "xyzzy-Marker-7";

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Config::parse(text, "fuzz.yml") {
        Err(error) => {
            let error = error.to_string();
            assert_eq!(error, Config::parse(text, "fuzz.yml").expect_err("as before").to_string());
            is_readable(&error);
            quotes_no_secret(&error);
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

/// Each problem is a line with its place and a line with its fix.
fn is_readable(error: &str) {
    let lines: Vec<&str> = error.split('\n').collect();
    assert_eq!(lines.len() % 2, 0, "{error}");
    for pair in lines.chunks(2) {
        assert!(pair[0].starts_with("fuzz.yml:") && pair[1].starts_with("    fix: "), "{error}");
        assert!(!pair.concat().contains(char::is_control), "{error:?}");
    }
}

/// What may be quoted is an absolute path, which can hold anything.
fn quotes_no_secret(error: &str) {
    let is_leak = |line: &str| line.find(SECRET).is_some_and(|at| !line[..at].contains(" /"));
    assert!(!error.lines().any(is_leak), "{error}");
}
