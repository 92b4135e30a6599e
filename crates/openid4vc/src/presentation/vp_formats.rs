//! `vp_formats_supported` (OpenID4VP sections 10 and 11 and appendix B): which formats and algorithms a wallet or verifier reads.

use serde_json::{Map, Value, json};

use crate::dcql::Format;

/// What a wallet of ours presents: its holder keys are P-256, and it keeps what any of these issuers signed.
pub fn of_wallet() -> Value {
    json!({
        "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256", "EdDSA"], "kb-jwt_alg_values": ["ES256"]},
        "jwt_vc_json": {"alg_values": ["ES256", "EdDSA"]},
        "ldp_vc": {"proof_type_values": ["DataIntegrityProof"], "cryptosuite_values": SUITES},
    })
}

/// What a verifier of ours reads.
pub fn of_verifier() -> Value {
    json!({
        "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256", "EdDSA"], "kb-jwt_alg_values": ["ES256", "EdDSA"]},
        "jwt_vc_json": {"alg_values": ["ES256", "EdDSA"]},
        "ldp_vc": {"proof_type_values": ["DataIntegrityProof"], "cryptosuite_values": SUITES},
    })
}

const SUITES: [&str; 4] = ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"];

/// What somebody says of one format. One who says nothing of a format and asks for it all the same reads it.
#[derive(Clone, Copy, Debug)]
pub struct VpFormat<'a>(Option<&'a Map<String, Value>>);

impl<'a> VpFormat<'a> {
    /// Of a `vp_formats_supported`, when there is one.
    pub fn of(supported: Option<&'a Value>, format: &Format) -> Self {
        Self(supported.and_then(|all| all.get(format.name())?.as_object()))
    }

    /// Whether a member such as `alg_values` lets a value pass: absent, it lets everything pass.
    pub fn takes(&self, member: &str, value: &str) -> bool {
        let listed = self.0.and_then(|members| members.get(member)?.as_array());
        listed.is_none_or(|values| values.iter().any(|one| one == value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_counts_and_what_is_not_is_open() {
        let supported = json!({"jwt_vc_json": {"alg_values": ["ES384"]}, "dc+sd-jwt": {}});
        let of = |format: &Format| VpFormat::of(Some(&supported), format);
        assert!(!of(&Format::JwtVcJson).takes("alg_values", "ES256") && of(&Format::JwtVcJson).takes("alg_values", "ES384"));
        assert!(of(&Format::SdJwtVc).takes("sd-jwt_alg_values", "ES256") && of(&Format::LdpVc).takes("cryptosuite_values", "x"));
        assert!(VpFormat::of(None, &Format::LdpVc).takes("proof_type_values", "DataIntegrityProof"));
    }

    #[test]
    fn the_examples_of_the_specification_read() {
        let examples = [
            (include_str!("../../tests/vectors/openid4vp/spec-examples/client_metadata/w3c_ldp_verifier_metadata.json"), Format::LdpVc),
            (include_str!("../../tests/vectors/openid4vp/spec-examples/client_metadata/w3c_jwt_verifier_metadata.json"), Format::JwtVcJson),
            (include_str!("../../tests/vectors/openid4vp/spec-examples/client_metadata/sd_jwt_vc_verifier_metadata.json"), Format::SdJwtVc),
        ];
        let takes = |at: usize, member: &str, value: &str| {
            let (text, format) = &examples[at];
            let metadata: Value = serde_json::from_str(text).unwrap();
            VpFormat::of(metadata.get("vp_formats_supported"), format).takes(member, value)
        };
        assert!(takes(0, "cryptosuite_values", "ecdsa-rdfc-2019") && !takes(0, "cryptosuite_values", "eddsa-jcs-2022"));
        assert!(takes(1, "alg_values", "ES256") && !takes(1, "alg_values", "none"));
        assert!(takes(2, "kb-jwt_alg_values", "ES256") && !takes(2, "kb-jwt_alg_values", "none"));
        for format in [Format::SdJwtVc, Format::JwtVcJson, Format::LdpVc] {
            assert!([of_wallet(), of_verifier()].iter().all(|all| all.get(format.name()).is_some_and(Value::is_object)));
        }
    }
}
