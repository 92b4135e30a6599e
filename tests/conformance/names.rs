//! What the suite calls its modules, plan by plan; a list that lacks one of them fails.

/// The modules of one plan.
pub(crate) struct Plan {
    /// What stands before every name.
    pub(crate) prefix: &'static str,
    /// The names without it, in the order of the list.
    pub(crate) modules: &'static [&'static str],
}

/// Every plan, in the order of the list.
pub(crate) const PLANS: [Plan; 4] = [ISSUER, RECEIVING_WALLET, VERIFIER, ASKED_WALLET];

/// OpenID4VCI 1.0, issuers.
const ISSUER: Plan = Plan {
    prefix: "oid4vci-1_0-issuer-",
    modules: &[
        "metadata-test",
        "metadata-test-signed",
        "happy-flow",
        "happy-flow-additional-requests",
        "happy-flow-multiple-clients",
        "happy-flow-skip-notification",
        "batch-issuance",
        "fail-unknown-credential-configuration",
        "fail-unknown-credential-identifier",
        "fail-missing-proof",
        "fail-invalid-jwt-proof-signature",
        "fail-invalid-nonce",
        "fail-invalid-key-attestation-signature",
        "fail-unsupported-encryption-algorithm",
        "fail-on-access-token-in-query",
        "fail-client-attestation-exp-in-past",
        "fail-client-attestation-no-sub",
        "fail-client-attestation-pop-wrong-aud",
        "fail-invalid-client-attestation-signature",
        "fail-invalid-client-attestation-pop-signature",
        "fail-mismatched-client-attestation-pop-key",
    ],
};

/// OpenID4VCI 1.0, wallets.
const RECEIVING_WALLET: Plan = Plan {
    prefix: "oid4vci-1_0-wallet-",
    modules: &[
        "test-credential-issuance",
        "test-credential-issuance-notification",
        "test-batch-credential-issuance",
        "test-client-attestation-challenge",
        "happy-path-with-scopes-without-authorization-details-in-token-response",
    ],
};

/// OpenID4VP 1.0, verifiers.
const VERIFIER: Plan = Plan {
    prefix: "oid4vp-1final-verifier-",
    modules: &[
        "happy-flow",
        "minimal-cnf-jwk",
        "request-uri-method-post",
        "request-uri-fetched-twice",
        "invalid-credential-signature",
        "invalid-kb-jwt-signature",
        "invalid-kb-jwt-nonce",
        "invalid-kb-jwt-aud",
        "invalid-sd-hash",
        "kb-jwt-iat-in-past",
        "kb-jwt-iat-in-future",
    ],
};

/// OpenID4VP 1.0, wallets.
const ASKED_WALLET: Plan = Plan {
    prefix: "oid4vp-1final-wallet-",
    modules: &[
        "happy-flow",
        "alternate-happy-flow",
        "fewer-claims-than-available",
        "no-claims-in-dcql-query",
        "optional-credential-set",
        "negative-test-required-non-matching-credential",
        "request-uri-method-post",
        "ignores-unusable-encryption-key",
        "negative-test-invalid-client-id-prefix",
        "negative-test-mismatched-client-id",
        "negative-test-missing-nonce",
        "negative-test-invalid-request-object-signature",
        "negative-test-redirect-uri-with-direct-post",
        "negative-test-response-uri-not-client-id",
        "negative-test-unknown-transaction-data-type",
    ],
};
