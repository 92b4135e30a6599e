//! Credential issuer metadata (OpenID4VCI section 12.2), written by our issuer and read by our wallet (rows M1, M3, M6, M7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::encryption::{RequestEncryptionSupport, ResponseEncryptionSupport};
use super::key_attestation;
use crate::oauth::well_known::fetchable;

/// The metadata document of a credential issuer. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssuerMetadata {
    /// The Credential Issuer Identifier, compared as a plain string.
    pub credential_issuer: String,
    /// Absent: the issuer is its own authorization server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_servers: Vec<String>,
    /// Where credentials are asked for.
    pub credential_endpoint: String,
    /// Where nonces are made; present when key proofs need one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce_endpoint: Option<String>,
    /// Where deferred credentials are fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred_credential_endpoint: Option<String>,
    /// Where the wallet says what became of a credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_endpoint: Option<String>,
    /// Whether and how requests are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_request_encryption: Option<RequestEncryptionSupport>,
    /// Whether and how answers are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_response_encryption: Option<ResponseEncryptionSupport>,
    /// How many credentials at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_credential_issuance: Option<BatchIssuance>,
    /// Names and logos of the issuer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// What the issuer has, by configuration id.
    pub credential_configurations_supported: BTreeMap<String, CredentialConfiguration>,
}

/// `batch_credential_issuance`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchIssuance {
    /// At least 2 (row M7).
    pub batch_size: u32,
}

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
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logo {
    /// Where it is.
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
    /// JOSE names.
    pub proof_signing_alg_values_supported: Vec<String>,
    /// What the key must be attested as.
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

/// One claim of a kind of credential.
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

/// Why issuer metadata cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerMetadataError {
    /// Not the JSON of such a document, an endpoint where no connection may go, a batch below two (rows M3, M7).
    #[error("issuer_metadata")]
    Invalid,
    /// `credential_issuer` differs from the identifier that was asked for (row M1).
    #[error("issuer_mismatch")]
    Mismatch,
    /// Signed metadata, which this wallet did not ask for and does not trust (row M6).
    #[error("issuer_signature")]
    Signed,
}

impl IssuerMetadataError {
    /// The code of the catalogue of bad inputs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "issuer_metadata",
            Self::Mismatch => "issuer_mismatch",
            Self::Signed => "issuer_signature",
        }
    }
}

/// Whether fetched metadata came as JSON; signed metadata is never read as if it were unsigned (row M6).
///
/// # Errors
/// [`IssuerMetadataError`].
pub fn check_media_type(content_type: Option<&str>) -> Result<(), IssuerMetadataError> {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Ok(()),
        "application/jwt" => Err(IssuerMetadataError::Signed),
        _ => Err(IssuerMetadataError::Invalid),
    }
}

/// Drafts carried signed metadata as a member, which nobody has to verify. One that says of itself that nobody signed it makes
/// the whole document unusable (row M6).
fn check_signed_member(document: &Value) -> Result<(), IssuerMetadataError> {
    let Some(signed) = document.get("signed_metadata").and_then(Value::as_str) else { return Ok(()) };
    let header = vc::encoding::b64url_decode(signed.split('.').next().unwrap_or_default()).unwrap_or_default();
    let unsigned = vc::strict_json::parse(&header).is_ok_and(|header| header.get("alg").is_some_and(|alg| alg == "none"));
    if unsigned { Err(IssuerMetadataError::Signed) } else { Ok(()) }
}

impl IssuerMetadata {
    /// Reads a fetched document for the identifier that was asked for.
    ///
    /// # Errors
    /// [`IssuerMetadataError`].
    pub fn parse(body: &[u8], credential_issuer: &str, allow_localhost: bool) -> Result<Self, IssuerMetadataError> {
        let value = vc::strict_json::parse(body).map_err(|_| IssuerMetadataError::Invalid)?;
        check_signed_member(&value)?;
        let metadata: Self = serde_json::from_value(value).map_err(|_| IssuerMetadataError::Invalid)?;
        if metadata.credential_issuer != credential_issuer {
            return Err(IssuerMetadataError::Mismatch);
        }
        let optional = [&metadata.nonce_endpoint, &metadata.deferred_credential_endpoint, &metadata.notification_endpoint];
        let endpoints = std::iter::once(&metadata.credential_endpoint).chain(optional.into_iter().flatten());
        let reachable = { endpoints }.all(|text| Url::parse(text).is_ok_and(|url| fetchable(&url, allow_localhost)));
        let batch = metadata.batch_credential_issuance.is_none_or(|batch| batch.batch_size >= 2);
        let request = metadata.credential_request_encryption.as_ref().is_none_or(RequestEncryptionSupport::is_sound);
        let response = metadata.credential_response_encryption.as_ref().is_none_or(ResponseEncryptionSupport::is_sound);
        (reachable && batch && request && response).then_some(metadata).ok_or(IssuerMetadataError::Invalid)
    }

    /// The issuer's name in a language, else its first name.
    pub fn name(&self, language: &str) -> Option<&str> {
        let spoken = |display: &&Display| display.locale.as_deref().is_some_and(|locale| locale.starts_with(language));
        self.display.iter().find(spoken).or_else(|| self.display.first())?.name.as_deref()
    }

    /// The authorization server: the named one, else the issuer itself.
    pub fn authorization_server<'a>(&'a self, named: Option<&'a str>) -> &'a str {
        named.or_else(|| self.authorization_servers.first().map(String::as_str)).unwrap_or(&self.credential_issuer)
    }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal(change: impl FnOnce(&mut Value)) -> Result<IssuerMetadata, IssuerMetadataError> {
        let mut document = serde_json::json!({
            "credential_issuer": "https://i.example/t", "credential_endpoint": "https://i.example/t/credential",
            "credential_configurations_supported": {"a": {"format": "dc+sd-jwt", "vct": "v"}},
        });
        change(&mut document);
        IssuerMetadata::parse(document.to_string().as_bytes(), "https://i.example/t", true)
    }

    #[test]
    fn rows_m1_m3_m7() {
        assert!(minimal(|_| ()).is_ok());
        assert_eq!(minimal(|d| d["credential_issuer"] = "https://i.example/t/".into()).err(), Some(IssuerMetadataError::Mismatch));
        for endpoint in ["http://i.example/c", "https://10.0.0.1/c", "https://[::1]/c"] {
            assert_eq!(minimal(|d| d["credential_endpoint"] = endpoint.into()).err(), Some(IssuerMetadataError::Invalid));
        }
        for size in [serde_json::json!(1), serde_json::json!(0), serde_json::json!("10")] {
            let batch = minimal(|d| d["batch_credential_issuance"] = serde_json::json!({"batch_size": size}));
            assert_eq!(batch.err(), Some(IssuerMetadataError::Invalid));
        }
    }

    #[test]
    fn row_m6() {
        assert_eq!(check_media_type(Some("application/jwt")), Err(IssuerMetadataError::Signed));
        let jwt = |header: &str| Value::from(format!("{}.e30.", vc::encoding::b64url(header)));
        let unsigned = jwt(r#"{"alg":"none","typ":"openidvci-issuer-metadata+jwt"}"#);
        assert_eq!(minimal(|d| d["signed_metadata"] = unsigned).err(), Some(IssuerMetadataError::Signed));
        assert!(minimal(|d| d["signed_metadata"] = jwt(r#"{"alg":"ES256"}"#)).is_ok());
    }

    #[test]
    fn conformance_suite_documents() {
        let valid = [
            include_str!("../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-mock-full.json"),
            include_str!("../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-mock-minimal.json"),
            include_str!(
                "../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-spec-appendix-example.json"
            ),
            include_str!(
                "../../tests/vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-spec-DcSdJwt-claims-example.json"
            ),
            include_str!("../../tests/vectors/openid4vci/spec-examples/credential_issuer_metadata_sd_jwt_long.json"),
        ];
        for document in valid {
            let issuer = serde_json::from_str::<Value>(document).unwrap()["credential_issuer"].as_str().unwrap().to_owned();
            IssuerMetadata::parse(document.as_bytes(), &issuer, false).unwrap();
        }
        let invalid = [
            include_str!(
                "../../tests/vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-invalid-type-for-authorization-servers.json"
            ),
            include_str!(
                "../../tests/vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-missing-required-property.json"
            ),
        ];
        for document in invalid {
            assert_eq!(
                IssuerMetadata::parse(document.as_bytes(), "https://issuer.example.com", false).err(),
                Some(IssuerMetadataError::Invalid)
            );
        }
    }
}
