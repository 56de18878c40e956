//! What a binary says of itself (`--version`), and what the static one needs of the C library.

use std::env;
use std::path::Path;
use std::process::Command;

/// What goes into the binary: a change here is one of it.
const INPUTS: [&str; 6] =
    ["build.rs", "src", "Cargo.toml", "Cargo.lock", "deploy/prometheus/fortinet.rules.yml", NAMES];
const NAMES: &str = "deploy/static/names.c";
/// Takes git's place where the sources come without it.
const COMMIT: &str = "FORTINET_EXPORTER_COMMIT";

fn main() {
    for input in INPUTS {
        println!("cargo:rerun-if-changed={input}");
    }
    println!("cargo:rerun-if-env-changed={COMMIT}");
    let target_features = variable("CARGO_CFG_TARGET_FEATURE");
    let is_static = target_features.split(',').any(|feature| feature == "crt-static");
    if is_static && variable("CARGO_CFG_TARGET_ENV") == "gnu" {
        names_without_modules();
    }
    let commit = Some(variable(COMMIT)).filter(|commit| !commit.is_empty()).or_else(commit);
    println!("cargo:rustc-env=BUILD_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
    println!("cargo:rustc-env=BUILD_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=BUILD_FEATURES={}", if is_static { "static, built-in roots" } else { "none" });
    let compiler = said(Command::new(variable("RUSTC")).arg("--version"));
    println!("cargo:rustc-env=BUILD_COMPILER={}", compiler.as_deref().unwrap_or("unknown"));
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Compiles the C file that says why.
fn names_without_modules() {
    let object = cc::Build::new().file(NAMES).compile_intermediates();
    for object in object {
        println!("cargo:rustc-link-arg-bins={}", object.display());
    }
}

/// The commit of these sources; `-modified` where they are not quite it. None outside of a checkout, be it
/// inside another one.
fn commit() -> Option<String> {
    let here = Path::new(&variable("CARGO_MANIFEST_DIR")).canonicalize().ok()?;
    let git = |args: &[&str]| said(Command::new("git").current_dir(&here).args(args));
    if Path::new(&git(&["rev-parse", "--show-toplevel"])?) != here {
        return None;
    }
    // Each commit and checkout is written down there.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if here.join(&log).exists() {
        println!("cargo:rerun-if-changed={log}");
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    let changes = git(&[&["status", "--porcelain", "--"], &INPUTS[..]].concat())?;
    Some(if changes.is_empty() { commit } else { commit + "-modified" })
}

/// What a command prints, if it succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
