//! The policy packages of an ADOM: `get /pm/pkg/adom/ADOM` of JSON-RPC. Folders
//! hold further ones under `subobj`.

use serde_json::Value;

use crate::upstream::{Scalar, Unreadable};

/// One policy package.
#[derive(Debug, PartialEq)]
pub(super) struct Package {
    /// With the folders it stands in: `emea/branches`.
    pub(super) name: String,
    pub(super) oid: u64,
}

/// The packages of a list, those in folders included.
pub(super) fn listed(list: &[Value], unreadable: &mut Unreadable) -> Vec<Package> {
    let mut found = Vec::new();
    below("", list, &mut found, unreadable);
    found
}

fn below(folder: &str, list: &[Value], found: &mut Vec<Package>, unreadable: &mut Unreadable) {
    for entry in list {
        let field = |key: &str| entry.get(key).map(Scalar::from).unwrap_or_default();
        let (name, kind, oid) = (field("name"), field("type"), entry.get("oid").and_then(Value::as_u64));
        let path = name.text().map(|name| format!("{folder}{name}"));
        match (kind.text().as_deref(), path, oid, entry.get("subobj").and_then(Value::as_array)) {
            (Some("pkg"), Some(name), Some(oid), _) => found.push(Package { name, oid }),
            (Some("folder"), Some(name), _, Some(list)) => {
                below(&format!("{name}/"), list, found, unreadable);
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
                {"name": "branches", "oid": 1401, "type": "pkg"},
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
        let found = listed(list.as_array().unwrap(), &mut unreadable);
        let found: Vec<_> = found.iter().map(|package| (package.name.as_str(), package.oid)).collect();
        assert_eq!(found, [("default", 1303), ("emea/branches", 1401), ("emea/italy/default", 1404)]);
        assert_eq!(unreadable.iter().collect::<Vec<_>>(), [("packages", 3)]);
    }
}
