//! `credential_configurations_supported`: one kind of credential, how it is bound, and what is shown of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::claims;
use super::super::key_attestation;

/// A name with its language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Display {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A language tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A colour of CSS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
    /// A picture behind everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_image: Option<Logo>,
    /// A colour of CSS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_color: Option<String>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logo {
    /// Where it is: `https:`, or `data:` itself.
    pub uri: String,
    /// What it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
}

/// One kind of credential.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// `dc+sd-jwt`, `ldp_vc`, `jwt_vc_json`; drafts called the first `vc+sd-jwt`.
    pub format: String,
    /// The OAuth scope that asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// JOSE names; suite names for `ldp_vc`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credential_signing_alg_values_supported: Vec<Value>,
    /// Present exactly when a key proof is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cryptographic_binding_methods_supported: Vec<String>,
    /// Present exactly when a key proof is needed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proof_types_supported: BTreeMap<String, ProofType>,
    /// Names and claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_metadata: Option<CredentialMetadata>,
    /// The type of an SD-JWT VC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vct: Option<String>,
    /// The types of a W3C credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_definition: Option<CredentialDefinition>,
}

/// What a key proof must look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProofType {
    /// JOSE names; suite names for `di_vp`.
    pub proof_signing_alg_values_supported: Vec<String>,
    /// How the key must be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_attestations_required: Option<key_attestation::Required>,
}

/// `credential_metadata`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialMetadata {
    /// Names of the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// Its claims, in order of display.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimDescription>,
}

/// One claim of a kind of credential (appendix B.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimDescription {
    /// Where it stands.
    pub path: Vec<Value>,
    /// Whether it is always there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mandatory: bool,
    /// Its names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
}

/// `credential_definition` of the W3C formats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialDefinition {
    /// Contexts, for the JSON-LD formats.
    #[serde(default, rename = "@context", skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Value>,
    /// Types.
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Anything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl CredentialConfiguration {
    /// Whether the credential is bound to a key, so that a proof is needed.
    pub fn needs_proof(&self) -> bool {
        !self.cryptographic_binding_methods_supported.is_empty() || !self.proof_types_supported.is_empty()
    }

    /// The types of a W3C credential; empty for other formats.
    pub fn types(&self) -> &[String] {
        self.credential_definition.as_ref().map(|definition| definition.types.as_slice()).unwrap_or_default()
    }

    /// Whether it keeps the rules of its format (appendix A) and describes its claims without contradicting itself (appendix B.3).
    pub fn is_sound(&self) -> bool {
        let typed = match self.format.as_str() {
            "dc+sd-jwt" | "vc+sd-jwt" => self.vct.is_some(),
            // Contexts are for the issuer to name and for nobody to process (appendix A.1.2).
            "jwt_vc_json" | "ldp_vc" | "jwt_vc_json-ld" => !self.types().is_empty(),
            _ => true,
        };
        let sound = |proof: &ProofType| {
            !proof.proof_signing_alg_values_supported.is_empty()
                && proof.key_attestations_required.as_ref().is_none_or(key_attestation::Required::is_sound)
        };
        let paths = self.credential_metadata.iter().flat_map(|metadata| metadata.claims.iter().map(|claim| claim.path.as_slice()));
        typed && self.proof_types_supported.values().all(sound) && claims::check(paths).is_ok()
    }
}
