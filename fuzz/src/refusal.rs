//! What the refusal of a settings file looks like. Seeds have [`SECRET`] in place of every secret.

pub const SECRET: &str = "xyzzy-Marker-7";

/// `again` is what is said when the same file is read once more.
pub fn check(refusal: &str, again: &str) {
    assert_eq!(refusal, again);
    is_readable(refusal);
    quotes_no_secret(refusal);
}

/// Each problem is a line with its place and a line with its fix.
fn is_readable(error: &str) {
    let lines: Vec<&str> = error.split('\n').collect();
    assert_eq!(lines.len() % 2, 0, "{error}");
    for pair in lines.chunks(2) {
        assert!(pair[0].starts_with("fuzz.yml:") && pair[1].starts_with("    fix: "), "{error}");
        assert!(!pair.concat().contains(char::is_control), "{error:?}");
    }
}

/// What may be quoted is an absolute path, which can hold anything, and a name that ends as one of a certificate.
fn quotes_no_secret(error: &str) {
    let is_path = |text: &str| {
        let word = text.split(' ').next().unwrap_or_default();
        [".cer", ".crt", ".key", ".pem"].iter().any(|end| word.trim_end_matches(':').ends_with(end))
    };
    let is_leak =
        |line: &str| line.find(SECRET).is_some_and(|at| !line[..at].contains(" /") && !is_path(&line[at..]));
    assert!(!error.lines().any(is_leak), "{error}");
}
