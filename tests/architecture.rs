//! Keeps the house as drawn in docs/architecture.md: the arrows between crates, and what may be said in which room.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests fail loudly, also in what they walk with")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What each crate of ours may use of ours.
const ARROWS: &[(&str, &[&str])] = &[
    ("vc", &[]),
    ("ooapi", &[]),
    ("photo", &[]),
    ("web", &[]),
    ("openid4vc", &["vc"]),
    ("model", &["vc"]),
    ("storage", &["model", "vc"]),
    ("http", &["model", "storage", "openid4vc", "web", "vc"]),
    ("verifier", &["http", "storage", "openid4vc", "vc", "model", "web"]),
    ("credential-issuer", &["http", "storage", "openid4vc", "vc", "ooapi", "model", "web"]),
    ("wallet-server", &["http", "storage", "openid4vc", "vc", "model", "photo", "web"]),
    ("sandbox", &["ooapi", "openid4vc", "vc"]),
    (
        "eduwallet",
        &["http", "storage", "openid4vc", "vc", "ooapi", "model", "web", "verifier", "credential-issuer", "wallet-server", "sandbox"],
    ),
    ("xtask", &[]),
    ("bench", &["vc"]),
];

/// Crates that exist for tests alone.
const FOR_TESTS: &[&str] = &["testkit", "tests"];

/// Outside crates that a pure crate must not use.
const NO_IO: &[(&str, &[&str])] = &[
    ("vc", &["tokio", "axum", "sqlx", "rusqlite", "reqwest"]),
    ("openid4vc", &["tokio", "axum", "sqlx", "rusqlite", "reqwest"]),
    ("model", &["tokio", "axum", "sqlx", "rusqlite", "reqwest"]),
    ("ooapi", &["tokio", "axum", "sqlx", "rusqlite", "reqwest"]),
    ("photo", &["tokio", "axum", "sqlx", "rusqlite", "reqwest"]),
    ("web", &["tokio", "axum", "sqlx", "rusqlite", "reqwest"]),
    ("storage", &["axum", "reqwest"]),
];

/// Folder names that say what kind of class lies inside instead of what the user does.
const NO_ROOMS: &[&str] = &["services", "repositories", "dto", "utils", "common", "helpers", "managers"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn short(package: &str) -> &str {
    package.strip_prefix("eduwallet-").unwrap_or(package)
}

/// Our packages with their normal dependencies.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let package = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
        let names = dependencies.map(|dependency| short(dependency["name"].as_str().unwrap()).to_owned()).collect();
        (short(package["name"].as_str().unwrap()).to_owned(), names)
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

/// Every Rust file of the product, with its text; test files and modules are left out.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for room in ["crates", "credential-issuer", "wallet-server", "web"] {
        collect(&root().join(room), &mut found);
    }
    assert!(found.len() > 100, "the walk over the sources found only {} files", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "tests", "testkit", "xtask", "bench", "node_modules", "examples"].contains(&name.as_str()) {
            collect(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "build.rs" {
            let text = fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            let path = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push((path, product));
        }
    }
}

#[test]
fn every_arrow_is_in_the_picture() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let packages = packages();
    let ours: BTreeSet<&str> = allowed.keys().copied().chain(FOR_TESTS.iter().copied()).collect();
    for (name, dependencies) in &packages {
        if FOR_TESTS.contains(&name.as_str()) {
            continue;
        }
        let allowed = allowed.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the picture"));
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not use {dependency}");
        }
    }
    for (name, _) in ARROWS {
        assert!(packages.contains_key(*name), "{name} is in the picture but not in the workspace");
    }
}

#[test]
fn pure_crates_know_no_runtime() {
    let packages = packages();
    for (name, banned) in NO_IO {
        let used: Vec<_> = packages[*name].iter().filter(|dependency| banned.contains(&dependency.as_str())).collect();
        assert!(used.is_empty(), "{name} must not use {used:?}");
    }
}

#[test]
fn sql_lives_in_storage() {
    let verbs = ["INSERT INTO ", "DELETE FROM ", "SELECT COUNT(", " WHERE id = ", "UPDATE outbox"];
    for (path, text) in sources().iter().filter(|(path, _)| !path.starts_with("crates/storage/")) {
        for verb in verbs {
            assert!(!text.contains(verb), "{path} says {verb:?}: SQL lives in crates/storage");
        }
        assert!(!text.contains("sqlx::") && !text.contains("rusqlite::"), "{path} names a database's library");
    }
}

#[test]
fn time_and_randomness_come_through_the_door() {
    let doors = ["crates/model/src/clock.rs", "crates/vc/src/random.rs"];
    let ways =
        ["SystemTime::now", "Instant::now", "OffsetDateTime::now", "Uuid::new_v4", "Uuid::now_v7", "SystemRandom::new()", "rand::fill"];
    for (path, text) in sources().iter().filter(|(path, _)| !doors.contains(&path.as_str())) {
        for way in ways {
            assert!(!text.contains(way), "{path} says {way}: take it from the context");
        }
    }
}

#[test]
fn foreign_addresses_are_fetched_by_the_guarded_client_only() {
    let may = ["crates/http/src/egress", "crates/sandbox/", "crates/eduwallet/src/demo"];
    for (path, text) in sources().iter().filter(|(path, _)| !may.iter().any(|room| path.starts_with(room))) {
        assert!(!text.contains("reqwest::Client"), "{path} makes a client of its own");
    }
}

/// Dependencies that are there for a feature or a derive and never named.
const UNNAMED: &[(&str, &str)] = &[];

#[test]
fn no_dependency_is_unused() {
    let mut unused = Vec::new();
    for room in ["credential-issuer", "wallet-server", "web"].into_iter().map(PathBuf::from).chain(rooms_below("crates")) {
        let manifest = fs::read_to_string(root().join(&room).join("Cargo.toml")).unwrap();
        let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap_or_default();
        let mut files = Vec::new();
        walk(&root().join(&room).join("src"), &mut files);
        let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        for name in section.lines().filter_map(|line| line.split_once(['.', ' '])).map(|(name, _)| name) {
            let word = name.replace('-', "_");
            let named = [format!("{word}::"), format!("use {word}"), format!("{word}!")].iter().any(|form| text.contains(form));
            if !named && !UNNAMED.contains(&(room.to_str().unwrap(), name)) {
                unused.push(format!("{}: {name}", room.display()));
            }
        }
    }
    assert!(unused.is_empty(), "{unused:#?}");
}

fn rooms_below(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap().flatten();
    entries.map(|entry| Path::new(folder).join(entry.file_name())).filter(|room| root().join(room).join("Cargo.toml").is_file()).collect()
}

#[test]
fn rooms_are_named_for_what_the_user_does() {
    for (path, _) in sources() {
        for name in NO_ROOMS {
            assert!(!path.split('/').any(|part| part == *name || part == format!("{name}.rs")), "{path}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path} does not open with a sentence on what it is for");
    }
}

#[test]
fn pages_carry_no_inline_style_or_script() {
    let mut templates = Vec::new();
    walk(&root().join("web/templates"), &mut templates);
    assert!(templates.len() > 10);
    for path in templates {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        assert!(!text.contains(" style=\""), "{name} has a style attribute");
        assert!(!text.contains("<script>"), "{name} has an inline script");
        for word in text.split_ascii_whitespace() {
            let handler = word.starts_with("on") && word.contains("=\"");
            assert!(!handler, "{name} has an inline handler {word}");
        }
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}
