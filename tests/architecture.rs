//! Imports point one way only, as the map in `src/lib.rs` says.

use std::path::{Path, PathBuf};

/// Each module and what it may import. Whoever adds a line here changes the
/// architecture, and should mean to.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("settings", &[]),
    ("config", &["settings"]),
    ("observation", &[]),
    ("sharding", &[]),
    ("simulator", &[]),
    ("upstream", &["config"]),
    ("telemetry", &["observation", "sharding", "upstream"]),
    ("poll", &["observation", "telemetry", "upstream"]),
    ("fortimanager", &["config", "observation", "poll", "upstream"]),
    ("fortianalyzer", &["config", "fortimanager", "observation", "poll", "upstream"]),
    ("ems", &["config", "observation", "poll", "upstream"]),
    ("capture", &["upstream"]),
    (
        "targets",
        &["config", "ems", "fortianalyzer", "fortimanager", "observation", "poll", "telemetry", "upstream"],
    ),
    ("exposition", &["observation", "telemetry"]),
    ("web", &["exposition", "observation", "settings", "sharding"]),
    (
        "daemon",
        &[
            "config",
            "exposition",
            "observation",
            "poll",
            "sharding",
            "targets",
            "telemetry",
            "upstream",
            "web",
        ],
    ),
    (
        "probe",
        &[
            "capture",
            "config",
            "daemon",
            "exposition",
            "observation",
            "poll",
            "targets",
            "telemetry",
            "upstream",
        ],
    ),
    ("demo", &["config", "daemon", "simulator"]),
    ("healthcheck", &["config", "upstream", "web"]),
    ("catalogue", &["ems", "fortianalyzer", "fortimanager", "observation", "telemetry"]),
    ("cli", &["daemon", "sharding", "telemetry", "web"]),
];

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The crate's modules that a file names: `crate::poll::…`, `crate::{ems, …}`.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap(),
            None => rest,
        };
        for name in names.split(',').take(if rest.starts_with('{') { usize::MAX } else { 1 }) {
            found.push(name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn imports_point_one_way_only() {
    let mut sources = Vec::new();
    files(Path::new("src"), &mut sources);
    let mut checked = 0;
    for source in sources {
        let inside = source.strip_prefix("src").unwrap();
        let module =
            inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if matches!(module, "main" | "lib") {
            continue;
        }
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("{module} is not in the table"));
        for import in imports(&std::fs::read_to_string(&source).unwrap()) {
            checked += 1;
            assert!(
                import == module || allowed.contains(&import.as_str()),
                "{} imports {import}",
                source.display()
            );
        }
    }
    assert!(checked > 100, "only {checked} imports were found");
}

#[test]
fn the_table_has_no_circle() {
    // Each module may only import those that are resolved before it.
    let mut resolved: Vec<&str> = Vec::new();
    while resolved.len() < MAY_IMPORT.len() {
        let next = MAY_IMPORT.iter().find(|(name, imports)| {
            !resolved.contains(name) && imports.iter().all(|import| resolved.contains(import))
        });
        let Some((name, _)) = next else {
            panic!("a circle among those not in {resolved:?}");
        };
        resolved.push(name);
    }
}
