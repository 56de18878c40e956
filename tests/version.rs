//! What a binary says of itself.

use std::process::Command;

use crate::support::run;

#[tokio::test]
async fn version_says_what_was_built_from_which_commit_for_which_target() {
    let finished = run(b"", &["--version"]).await;
    let lines: Vec<&str> = finished.stdout.lines().collect();
    assert_eq!(lines[0], concat!("fortinet-exporter ", env!("CARGO_PKG_VERSION")));
    let said = |key: &str| lines.iter().find_map(|line| line.strip_prefix(key)).unwrap().trim();
    let git = Command::new("git").args(["rev-parse", "HEAD"]).output();
    let head = git.ok().filter(|git| git.status.success()).map(|git| String::from_utf8(git.stdout).unwrap());
    match head {
        Some(head) => assert_eq!(said("commit:").trim_end_matches("-modified"), head.trim()),
        None => assert_eq!(said("commit:"), "unknown"),
    }
    assert!(said("target:").starts_with(std::env::consts::ARCH), "{lines:?}");
    assert_eq!(said("features:"), "none");
    assert!(said("compiler:").starts_with("rustc 1."), "{lines:?}");

    let short = run(b"", &["-V"]).await;
    assert_eq!(short.stdout, format!("{}\n", lines[0]));
}
