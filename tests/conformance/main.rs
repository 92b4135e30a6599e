//! Holds the lists of what a specification and its conformance suite ask for against the tests that stand for it (decision 0021).

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly, also in what they read with")]

mod check;
mod defects;
mod musts;
mod rows;
mod samples;
mod sources;
mod table;

use std::path::{Path, PathBuf};

use sources::Sources;

/// Where the crates begin whose tests are named in the lists.
const CRATES: [(&str, &str); 4] = [
    ("credential_issuer", "credential-issuer/src/lib.rs"),
    ("wallet_server", "wallet-server/src/lib.rs"),
    ("openid4vc", "crates/openid4vc/src/lib.rs"),
    ("model", "crates/model/src/lib.rs"),
];

/// The suite's issuer modules and wallet modules for OpenID4VCI 1.0, without `oid4vci-1_0-`.
const MODULES: [&str; 26] = [
    "issuer-metadata-test",
    "issuer-metadata-test-signed",
    "issuer-happy-flow",
    "issuer-happy-flow-additional-requests",
    "issuer-happy-flow-multiple-clients",
    "issuer-happy-flow-skip-notification",
    "issuer-batch-issuance",
    "issuer-fail-unknown-credential-configuration",
    "issuer-fail-unknown-credential-identifier",
    "issuer-fail-missing-proof",
    "issuer-fail-invalid-jwt-proof-signature",
    "issuer-fail-invalid-nonce",
    "issuer-fail-invalid-key-attestation-signature",
    "issuer-fail-unsupported-encryption-algorithm",
    "issuer-fail-on-access-token-in-query",
    "issuer-fail-client-attestation-exp-in-past",
    "issuer-fail-client-attestation-no-sub",
    "issuer-fail-client-attestation-pop-wrong-aud",
    "issuer-fail-invalid-client-attestation-signature",
    "issuer-fail-invalid-client-attestation-pop-signature",
    "issuer-fail-mismatched-client-attestation-pop-key",
    "wallet-test-credential-issuance",
    "wallet-test-credential-issuance-notification",
    "wallet-test-batch-credential-issuance",
    "wallet-test-client-attestation-challenge",
    "wallet-happy-path-with-scopes-without-authorization-details-in-token-response",
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
    let expected = MODULES.map(|name| format!("oid4vci-1_0-{name}"));
    assert_eq!(names, expected);
    let faults = check::faults(&modules, &sources());
    assert!(faults.is_empty(), "{faults:#?}");
}
