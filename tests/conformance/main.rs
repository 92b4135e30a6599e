//! Holds the lists of what a specification and its conformance suite ask for against the tests that stand for it (decision 0021).

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly, also in what they read with")]

mod check;
mod defects;
mod musts;
mod names;
mod rows;
mod samples;
mod sources;
mod table;

use std::path::{Path, PathBuf};

use sources::Sources;

/// Where the crates begin whose tests are named in the lists.
const CRATES: [(&str, &str); 6] = [
    ("credential_issuer", "credential-issuer/src/lib.rs"),
    ("wallet_server", "wallet-server/src/lib.rs"),
    ("openid4vc", "crates/openid4vc/src/lib.rs"),
    ("model", "crates/model/src/lib.rs"),
    ("verifier", "crates/verifier/src/lib.rs"),
    ("verifier_tests", "crates/verifier/tests/verifier/main.rs"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn sources() -> Sources {
    let mut sources = Sources::default();
    for (name, file) in CRATES {
        sources.read(name, &root().join(file));
    }
    assert!(sources.tests().count() > 500, "the walk over the sources found only {} tests", sources.tests().count());
    sources
}

#[test]
fn every_module_has_a_test_of_its_own() {
    let modules = table::modules(include_str!("modules.md")).unwrap();
    let names: Vec<String> = modules.iter().map(|module| module.name.clone()).collect();
    let expected = names::PLANS.iter().flat_map(|plan| plan.modules.iter().map(|name| format!("{}{name}", plan.prefix)));
    let expected: Vec<String> = expected.collect();
    assert_eq!(names, expected);
    let faults = check::faults(&modules, &sources());
    assert!(faults.is_empty(), "{faults:#?}");
}
