//! The seeds of a target: the published vectors that the tests hold, whole and the strings and objects in them.

use eduwallet_fuzz::Target;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A vector longer than this is left out: it would make every input slow.
const LONGEST: u64 = 128 * 1024;

/// All seeds of the folders that a target names; one empty seed when there are none.
pub(crate) fn of(target: &Target) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut seeds = vec![Vec::new()];
    for folder in target.seeds {
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files);
        assert!(!files.is_empty(), "{folder} holds no seeds");
        files.sort();
        for bytes in files.iter().filter_map(|file| std::fs::read(file).ok()) {
            if let Ok(value) = serde_json::from_slice(&bytes) {
                inner(&value, 0, &mut seeds);
            }
            seeds.push(bytes);
        }
    }
    seeds.sort();
    seeds.dedup();
    seeds
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if entry.metadata().is_ok_and(|data| data.len() <= LONGEST) && path.file_name().is_some_and(|name| name != "README.md") {
            files.push(path);
        }
    }
}

/// Vectors carry what a parser reads inside a document of cases: long strings, and objects of the first levels.
fn inner(value: &Value, depth: usize, seeds: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) if text.len() > 20 => seeds.push(text.clone().into_bytes()),
        Value::Array(items) => items.iter().for_each(|item| inner(item, depth + 1, seeds)),
        Value::Object(members) => {
            if depth > 0 && depth < 4 {
                seeds.push(value.to_string().into_bytes());
            }
            members.values().for_each(|member| inner(member, depth + 1, seeds));
        }
        _ => {}
    }
}
