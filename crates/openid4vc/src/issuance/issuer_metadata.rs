//! Credential issuer metadata (OpenID4VCI section 12.2), written by our issuer and read by our wallet (rows M1, M3, M6, M7).

mod configuration;
pub mod signed;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::encryption::{RequestEncryptionSupport, ResponseEncryptionSupport};
use super::older;
use crate::oauth::well_known::fetchable;

pub use configuration::{ClaimDescription, CredentialConfiguration, CredentialDefinition, CredentialMetadata, Display, Logo, ProofType};

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

/// Takes out the configurations that cannot be used. Whether none of several was left.
fn drop_unusable(document: &mut Value) -> bool {
    let Some(Value::Object(configurations)) = document.get_mut("credential_configurations_supported") else { return false };
    let before = configurations.len();
    let usable = |value: &Value| CredentialConfiguration::deserialize(value).is_ok_and(|configuration| configuration.is_sound());
    configurations.retain(|_, value| usable(value));
    configurations.is_empty() && before > 0
}

impl IssuerMetadata {
    /// Reads a fetched document for the identifier that was asked for. What drafts up to 15 said otherwise is read as it was meant,
    /// and a configuration that breaks the rules of its format or contradicts itself is left out: nobody can collect it.
    ///
    /// # Errors
    /// [`IssuerMetadataError`].
    pub fn parse(body: &[u8], credential_issuer: &str, allow_localhost: bool) -> Result<Self, IssuerMetadataError> {
        let value = vc::strict_json::parse(body).map_err(|_| IssuerMetadataError::Invalid)?;
        check_signed_member(&value)?;
        Self::from_value(value, credential_issuer, allow_localhost)
    }

    fn from_value(mut value: Value, credential_issuer: &str, allow_localhost: bool) -> Result<Self, IssuerMetadataError> {
        older::read_metadata(&mut value);
        let empty = drop_unusable(&mut value);
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
        (reachable && batch && request && response && !empty).then_some(metadata).ok_or(IssuerMetadataError::Invalid)
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

#[cfg(test)]
mod tests;
