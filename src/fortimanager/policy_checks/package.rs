//! The policy packages of an ADOM: `get /pm/pkg/adom/ADOM` of JSON-RPC. Folders
//! hold further ones under `subobj`.

use serde_json::Value;

use super::super::fields::oid;
use crate::observation::label;
use crate::upstream::{Scalar, Unreadable};

/// One policy package.
#[derive(Debug, PartialEq)]
pub(super) struct Package {
    /// With the folders it stands in: `emea/branches`.
    pub(super) name: String,
    pub(super) oid: u64,
}

/// Packages that were listed.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) packages: Vec<Package>,
    /// How many there are beyond those that there was room for.
    pub(super) left_out: usize,
}

/// The packages of a list, those in folders included, so many at most.
pub(super) fn listed(list: &[Value], room: usize, unreadable: &mut Unreadable) -> Listed {
    let mut found = Listed::default();
    below("", list, room, &mut found, unreadable);
    found
}

fn below(folder: &str, list: &[Value], room: usize, found: &mut Listed, unreadable: &mut Unreadable) {
    for entry in list {
        let field = |key: &str| entry.get(key).map(Scalar::from).unwrap_or_default();
        let (name, kind, oid) = (field("name"), field("type"), oid(entry));
        let path = name.text().map(|name| label(&format!("{folder}{name}")));
        match (kind.text().as_deref(), path, oid, entry.get("subobj").and_then(Value::as_array)) {
            (Some("pkg"), Some(name), Some(oid), _) if found.packages.len() < room => {
                found.packages.push(Package { name, oid });
            }
            (Some("pkg"), Some(_), Some(_), _) => found.left_out += 1,
            (Some("folder"), Some(name), _, Some(list)) => {
                below(&format!("{name}/"), list, room, found, unreadable);
            }
            // An empty folder.
            (Some("folder"), Some(_), _, None) => {}
            _ => unreadable.count("packages"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn packages_are_found_in_folders_and_whatever_is_none_is_counted() {
        let list = json!([
            {"name": "default", "oid": 1303, "type": "pkg", "obj ver": 1, "scope member": []},
            {"name": "emea", "oid": 1400, "type": "folder", "subobj": [
                {"name": "branches", "oid": "9007199254740993", "type": "pkg"},
                {"name": "empty", "oid": 1402, "type": "folder"},
                {"name": "italy", "oid": 1403, "type": "folder", "subobj": [
                    {"name": "default", "oid": 1404, "type": "pkg"},
                ]},
            ]},
            {"name": "no oid", "type": "pkg"},
            {"oid": 1500, "type": "pkg"},
            "text",
        ]);
        let mut unreadable = Unreadable::default();
        let found = listed(list.as_array().unwrap(), 10, &mut unreadable);
        assert_eq!(found.left_out, 0);
        let found: Vec<_> =
            found.packages.iter().map(|package| (package.name.as_str(), package.oid)).collect();
        assert_eq!(
            found,
            [("default", 1303), ("emea/branches", 9_007_199_254_740_993), ("emea/italy/default", 1404)]
        );
        assert_eq!(unreadable.iter().collect::<Vec<_>>(), [("packages", 3)]);
    }

    #[test]
    fn of_too_many_packages_the_first_are_kept_and_no_name_is_endless() {
        let packages: Vec<Value> =
            (0..1_000).map(|oid| json!({"name": "p", "oid": oid, "type": "pkg"})).collect();
        let list = json!([{"name": "F".repeat(100_000), "oid": 1, "type": "folder", "subobj": packages}]);
        let found = listed(list.as_array().unwrap(), 3, &mut Unreadable::default());
        assert_eq!((found.packages.len(), found.left_out), (3, 997));
        assert!(found.packages.iter().all(|package| package.name.len() <= 128));
    }
}
