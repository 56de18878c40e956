//! What may be shown of a field that is listed as plain: nothing that looks like
//! a name of somebody's, wherever a release puts one.

use std::net::IpAddr;

/// Longer ones are no states.
const LONGEST: usize = 96;

/// Whether a text is made of words and numbers alone: no address, serial number,
/// host or key.
pub(super) fn is_harmless(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || " ._,#%()/+-:&\n".contains(c);
    let mut words = text.split(|c: char| " ,#()/&\n".contains(c)).filter(|word| !word.is_empty());
    let is_harmless = |word: &str| is_harmless_word(word) && parts(word).all(is_harmless_word);
    text.len() <= LONGEST && text.chars().all(is_allowed) && words.all(is_harmless)
}

/// Of models, what stands in front and what may stand behind, beside what has a digit: `VM64`, `400G`.
const PRODUCTS: [&str; 6] = ["FAZ", "FGR", "FGT", "FMG", "FWF", "Forti"];
const VARIANTS: [&str; 20] = [
    "ALI",
    "ALIONDEMAND",
    "AWS",
    "AWSONDEMAND",
    "AZURE",
    "AZUREONDEMAND",
    "BDSL",
    "BYOL",
    "Cloud",
    "DSL",
    "GCP",
    "GCPONDEMAND",
    "HV",
    "IBM",
    "KVM",
    "LTE",
    "OPC",
    "POE",
    "SVM",
    "XEN",
];

/// Whether a text is the name of one of the vendor's models: `FMG-VM64-KVM`, `FortiGate-60F`.
pub(super) fn is_model(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_product = |part: &str| {
        let known = PRODUCTS.iter().find_map(|product| part.strip_prefix(product));
        known.is_some_and(|rest| rest.len() <= 12 && rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let is_number = |part: &str| part.len() <= 6 && part.bytes().any(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(is_product) && parts.all(|part| VARIANTS.contains(&part) || is_number(part))
}

/// A name may have a word in front of it, and another one behind it: `SN:FMG-VM…`, `10.1.2.3-10.1.2.9`.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let tails = word.match_indices(':').map(|(at, _)| word.get(at + 1..).unwrap_or_default());
    tails.chain(word.split([':', '-', '_'])).filter(|part| !part.is_empty())
}

fn is_harmless_word(word: &str) -> bool {
    let count = |kind: fn(&u8) -> bool| word.bytes().filter(kind).count();
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let digits = count(u8::is_ascii_digit);
    let is_serial = upper >= 2 && digits >= 6 && !word.contains(':');
    let is_key = word.len() >= 16 && upper + lower > 0 && digits >= 5 && !word.contains(['.', ':']);
    let is_long_number = word.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() > 9);
    !(is_serial || is_key || is_long_number || is_address(word) || is_host(word))
}

fn is_address(word: &str) -> bool {
    let is_hex_pair = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mac = |separator| {
        let parts: Vec<&str> = word.split(separator).collect();
        parts.len() == 6 && parts.into_iter().all(is_hex_pair)
    };
    let hex = |part: &str, digits| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_dotted = word.split('.').count() == 3 && word.split('.').all(|part| hex(part, 4));
    let is_bare = hex(word, 12);
    let bare = word.trim_end_matches(['.', ':']);
    let host = bare.rsplit_once(':').map_or(bare, |(host, _)| host);
    [bare, host].iter().any(|text| text.parse::<IpAddr>().is_ok())
        || is_mac(':')
        || is_mac('-')
        || is_dotted
        || is_bare
}

/// `fw01.paris.example`: a letter behind a dot.
fn is_host(word: &str) -> bool {
    word.as_bytes().windows(3).any(|three| match three {
        [before, b'.', after] => before.is_ascii_alphanumeric() && after.is_ascii_alphabetic(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_versions_and_sizes_are_harmless_and_names_are_not() {
        for text in [
            "ok",
            "warning-red",
            "24x7 Support (Expires )",
            "FortiGates/Logging Devices",
            "0#59.24 GB",
            "798.720115",
            "v7.6.4-build3525 250521 (GA)",
            "7.4.2.1737",
            "FMG-VM64",
            "Microsoft Windows 11 Professional Edition, 64-bit (build 22631)",
            "VMLS-1-06-:0:5000:5000:0",
            "sandbox_cloud",
        ] {
            assert!(is_harmless(text), "{text}");
        }
        for text in [
            "expired for it@example.com",
            "FMG-VM0000000001",
            "FGT60FTK00000001 is down",
            "10.1.2.3",
            "from 10.1.2.3:8013",
            "2001:db8::7",
            "00-00-5e-00-53-01",
            "00:00:5e:00:53:01",
            "fw.paris.example",
            "CORP\\jdoe",
            "0F3C9A5B7D1E42668C20AA91D4E77B10",
            "+331234567890",
            "Müller",
            "SN:FMG-VMTM20012345",
            "peer:10.1.2.3",
            "10.9.8.7-10.9.8.9",
            "MAC:00:11:22:33:44:55",
            "0011.2233.4455",
            "00a1b2c3d4e5",
            "fmg01.lan",
        ] {
            assert!(!is_harmless(text), "{text}");
        }
    }

    #[test]
    fn models_are_told_from_other_words() {
        for text in ["FMG-VM64", "FMG-VM64-KVM", "FortiManager-VM64-AWS", "FortiGate-60F-3G4G", "FAZ-3000G"] {
            assert!(is_model(text), "{text}");
        }
        for text in ["", "Paris", "paris-dc", "FMG-PARIS", "FMG Lyon", "Rack 4", "FMG-VM64 in Paris"] {
            assert!(!is_model(text), "{text}");
        }
    }
}
