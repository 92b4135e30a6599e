//! Authorization server metadata (RFC 8414, with the additions of OpenID4VCI 12.3).

use serde::{Deserialize, Serialize};
use url::Url;

use super::well_known::fetchable;

/// The metadata document of an authorization server. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationServerMetadata {
    /// The issuer identifier, compared as a plain string.
    pub issuer: String,
    /// Absent when only the pre-authorized code grant is spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// The token endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// RFC 9126.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// RFC 9126: whether plain authorization requests are refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// The server's public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Scopes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// Response types; may be empty for a server with the pre-authorized code grant only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types_supported: Vec<String>,
    /// Grant types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// PKCE methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// How clients authenticate at the token endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Algorithms for `private_key_jwt`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Algorithms for DPoP proofs (RFC 9449).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Types of `authorization_details` (RFC 9396).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types_supported: Vec<String>,
    /// Attestation-based client authentication: where challenges are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge_endpoint: Option<String>,
    /// Algorithms for client attestations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_attestation_signing_alg_values_supported: Vec<String>,
    /// Algorithms for their proofs of possession.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_attestation_pop_signing_alg_values_supported: Vec<String>,
    /// How possession may be proven since draft 11: `jwt`, `dpop_combined`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_attestation_pop_methods_supported: Vec<String>,
    /// Whether a `client_id` may be the address of the client's own metadata document.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub client_id_metadata_document_supported: bool,
    /// RFC 9207.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub authorization_response_iss_parameter_supported: bool,
    /// OpenID4VCI: whether a pre-authorized code needs no client authentication.
    #[serde(default, rename = "pre-authorized_grant_anonymous_access_supported", skip_serializing_if = "std::ops::Not::not")]
    pub pre_authorized_grant_anonymous_access_supported: bool,
    /// Token Status List section 9: where an issuer names all its lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_list_aggregation_endpoint: Option<String>,
    /// OpenID4VP: a wallet's client identifier prefixes, when this is a wallet's document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_id_prefixes_supported: Vec<String>,
    /// OpenID4VP: a wallet's response modes, when this is a wallet's document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_modes_supported: Vec<String>,
    /// OpenID4VP: a wallet's formats, when this is a wallet's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vp_formats_supported: Option<serde_json::Value>,
}

/// Why authorization server metadata cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerMetadataError {
    /// Not the JSON of such a document, or an endpoint where no connection may go.
    #[error("issuer_metadata")]
    Invalid,
    /// `issuer` differs from the identifier that was asked for.
    #[error("issuer_mismatch")]
    Mismatch,
}

impl ServerMetadataError {
    /// The code of the catalogue of bad inputs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "issuer_metadata",
            Self::Mismatch => "issuer_mismatch",
        }
    }
}

impl AuthorizationServerMetadata {
    /// Metadata with nothing but the issuer identifier, to be filled.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            authorization_endpoint: None,
            token_endpoint: None,
            pushed_authorization_request_endpoint: None,
            require_pushed_authorization_requests: false,
            jwks_uri: None,
            scopes_supported: Vec::new(),
            response_types_supported: Vec::new(),
            grant_types_supported: Vec::new(),
            code_challenge_methods_supported: Vec::new(),
            token_endpoint_auth_methods_supported: Vec::new(),
            token_endpoint_auth_signing_alg_values_supported: Vec::new(),
            dpop_signing_alg_values_supported: Vec::new(),
            authorization_details_types_supported: Vec::new(),
            challenge_endpoint: None,
            client_attestation_signing_alg_values_supported: Vec::new(),
            client_attestation_pop_signing_alg_values_supported: Vec::new(),
            client_attestation_pop_methods_supported: Vec::new(),
            client_id_metadata_document_supported: false,
            authorization_response_iss_parameter_supported: false,
            pre_authorized_grant_anonymous_access_supported: false,
            status_list_aggregation_endpoint: None,
            client_id_prefixes_supported: Vec::new(),
            response_modes_supported: Vec::new(),
            vp_formats_supported: None,
        }
    }

    /// Whether a grant is spoken; a document that names none speaks the authorization code grant (RFC 8414 section 2).
    pub fn has_grant(&self, grant: &str) -> bool {
        match self.grant_types_supported.as_slice() {
            [] => grant == "authorization_code",
            grants => grants.iter().any(|one| one == grant),
        }
    }

    /// Whether clients may authenticate this way at the token endpoint; a document that names none wants a secret.
    pub fn has_auth_method(&self, method: &str) -> bool {
        self.token_endpoint_auth_methods_supported.iter().any(|one| one == method)
    }

    /// Whether tokens can be bound to a key that signs with this algorithm (RFC 9449 section 5.1).
    pub fn has_dpop(&self, algorithm: vc::key::Algorithm) -> bool {
        self.dpop_signing_alg_values_supported.iter().any(|one| one == algorithm.name())
    }

    /// Reads a fetched document for the identifier that was asked for.
    ///
    /// # Errors
    /// [`ServerMetadataError`].
    pub fn parse(body: &[u8], issuer: &str, allow_localhost: bool) -> Result<Self, ServerMetadataError> {
        let value = vc::strict_json::parse(body).map_err(|_| ServerMetadataError::Invalid)?;
        let metadata: Self = serde_json::from_value(value).map_err(|_| ServerMetadataError::Invalid)?;
        if metadata.issuer != issuer {
            return Err(ServerMetadataError::Mismatch);
        }
        let endpoints = [
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
            &metadata.pushed_authorization_request_endpoint,
            &metadata.jwks_uri,
            &metadata.challenge_endpoint,
        ];
        let fetchable = |text: &String| Url::parse(text).is_ok_and(|url| fetchable(&url, allow_localhost));
        let reachable = endpoints.into_iter().flatten().all(fetchable);
        reachable.then_some(metadata).ok_or(ServerMetadataError::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conformance_suite_documents() {
        for document in [
            include_str!("../../tests/vectors/openid4vci/oidf-metadata-cases/valid-oauth-authorization-server-metadata-mock-full.json"),
            include_str!("../../tests/vectors/openid4vci/oidf-metadata-cases/valid-oauth-authorization-server-metadata-mock.json"),
        ] {
            let issuer = serde_json::from_str::<serde_json::Value>(document).unwrap()["issuer"].as_str().unwrap().to_owned();
            let parsed = AuthorizationServerMetadata::parse(document.as_bytes(), &issuer, false).unwrap();
            assert_eq!(parsed.issuer, issuer);
            let slash = AuthorizationServerMetadata::parse(document.as_bytes(), &format!("{issuer}/"), false);
            assert_eq!(slash.err(), Some(ServerMetadataError::Mismatch));
        }
    }

    #[test]
    fn documents_with_errors_are_refused() {
        let document = include_str!(
            "../../tests/vectors/openid4vci/oidf-metadata-cases/invalid-oauth-authorization-server-metadata-multiple-errors.json"
        );
        assert_eq!(AuthorizationServerMetadata::parse(document.as_bytes(), "123", false).err(), Some(ServerMetadataError::Invalid));
    }

    #[test]
    fn vci_12_3_anonymous_access_is_off_where_nothing_is_said() {
        let read =
            AuthorizationServerMetadata::parse(br#"{"issuer":"https://as.example","unknown":{}}"#, "https://as.example", false).unwrap();
        assert!(!read.pre_authorized_grant_anonymous_access_supported && read.response_types_supported.is_empty());
        assert!(read.has_grant("authorization_code") && !read.has_grant("refresh_token") && !read.has_auth_method("none"));
        let body = br#"{"issuer":"https://as.example","pre-authorized_grant_anonymous_access_supported":true,"dpop_signing_alg_values_supported":["ES256"],
            "token_endpoint_auth_methods_supported":["attest_jwt_client_auth"],"challenge_endpoint":"https://as.example/challenge"}"#;
        let read = AuthorizationServerMetadata::parse(body, "https://as.example", false).unwrap();
        assert!(read.pre_authorized_grant_anonymous_access_supported && read.has_auth_method("attest_jwt_client_auth"));
        assert!(read.has_dpop(vc::key::Algorithm::Es256) && !read.has_dpop(vc::key::Algorithm::EdDsa));
    }

    #[test]
    fn endpoints_stay_on_reachable_hosts() {
        let body = br#"{"issuer":"https://as.example","token_endpoint":"http://as.example/token"}"#;
        assert_eq!(AuthorizationServerMetadata::parse(body, "https://as.example", true).err(), Some(ServerMetadataError::Invalid));
    }
}
