//! Operating systems in EMS's free text, such as `Microsoft Windows 11
//! Professional Edition, 64-bit (build 22631)` or `macOS 14.5`.

use std::collections::HashMap;

/// The kinds of operating systems, as label values.
pub(super) const KINDS: [&str; 8] =
    ["windows", "windows_server", "macos", "linux", "ios", "android", "chromeos", "other"];

const LINUX: [&str; 11] =
    ["linux", "ubuntu", "debian", "centos", "red hat", "rhel", "fedora", "suse", "rocky", "alma", "mint"];

/// The kinds behind texts that came before: a million endpoints have a few dozen.
#[derive(Debug, Default)]
pub(super) struct Kinds(HashMap<String, usize>);

impl Kinds {
    const MOST: usize = 1_000;

    /// The kind behind a text: an index into [`KINDS`].
    pub(super) fn of(&mut self, text: &str) -> usize {
        if let Some(kind) = self.0.get(text) {
            return *kind;
        }
        let kind = kind(text);
        if self.0.len() < Self::MOST {
            self.0.insert(text.to_owned(), kind);
        }
        kind
    }
}

fn kind(text: &str) -> usize {
    let text = text.to_ascii_lowercase();
    let has = |part: &str| text.contains(part);
    let begins = |part: &str| text.trim_start().trim_start_matches("apple ").starts_with(part);
    let kind = if has("windows") {
        if has("server") { "windows_server" } else { "windows" }
    } else if has("macos") || has("mac os") || has("os x") {
        "macos"
    } else if begins("ios") || begins("ipad") || begins("iphone") {
        "ios"
    } else if has("android") {
        "android"
    } else if has("chrome") {
        "chromeos"
    } else if LINUX.iter().any(|name| has(name)) {
        "linux"
    } else {
        "other"
    };
    KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sorted_as_a_person_would() {
        for (text, expected) in [
            ("Microsoft Windows 11 Professional Edition, 64-bit (build 22631)", "windows"),
            ("Windows 10 Enterprise", "windows"),
            ("Microsoft Windows Server 2019 Standard Edition, 64-bit (build 17763)", "windows_server"),
            ("macOS 14.5", "macos"),
            ("Mac OS X 10.15", "macos"),
            ("Ubuntu 22.04.4 LTS", "linux"),
            ("Red Hat Enterprise Linux 9", "linux"),
            ("iOS 17.5", "ios"),
            ("Apple iPadOS 17", "ios"),
            ("Android 14", "android"),
            ("Chrome OS 120", "chromeos"),
            ("FreeBSD 14 for Helios", "other"),
            ("", "other"),
        ] {
            assert_eq!(KINDS[kind(text)], expected, "{text}");
        }
    }
}
