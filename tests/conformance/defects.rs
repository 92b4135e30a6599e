//! The deliberate defects of `tests/mutations` stay true as the code moves: each still applies, to product code alone.
//! That each turns exactly its test red is what `cargo xtask mutations` shows.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::{root, table};

/// Rooms of the product; what lies in a folder of tests is none of it.
const PRODUCT: [&str; 6] = [
    "crates/openid4vc/src/",
    "crates/model/src/",
    "crates/vc/src/",
    "crates/verifier/src/",
    "credential-issuer/src/",
    "wallet-server/src/",
];

#[test]
fn every_module_has_a_defect_that_still_applies() {
    let modules = table::modules(include_str!("modules.md")).unwrap();
    let expected: BTreeSet<String> = modules.iter().map(|module| format!("{}.patch", module.name)).collect();
    let folder = root().join("tests/mutations");
    let found = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = found.filter(|name| name != "README.md").collect();
    assert_eq!(found, expected);
    for name in &found {
        let patch = fs::read_to_string(folder.join(name)).unwrap();
        let files: Vec<&str> = patch.lines().filter_map(|line| line.strip_prefix("+++ b/")).collect();
        assert!(!files.is_empty() && patch.starts_with("# "), "{name} says what is wrong, and where");
        for file in files {
            let product = PRODUCT.iter().any(|room| file.starts_with(room)) && !file.contains("/tests");
            assert!(product, "{name} changes {file}");
        }
        let mut apply = Command::new("git");
        let checked = apply.args(["apply", "--check"]).arg(folder.join(name)).current_dir(root()).output().unwrap();
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}
