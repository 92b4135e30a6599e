//! Token requests and answers (OpenID4VCI section 6, RFC 6749 section 5).

use serde::{Deserialize, Serialize};

use super::authorization_details::AuthorizedDetail;
use super::client_assertion;
use super::form::{Params, encode};

/// The grant type of a pre-authorized code.
pub const PRE_AUTHORIZED_CODE: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// The grant type of a code from the authorization endpoint.
pub const AUTHORIZATION_CODE: &str = "authorization_code";
/// The grant type of a refresh token.
pub const REFRESH_TOKEN: &str = "refresh_token";

/// What a token is asked with. Holds secrets, so it has no `Debug`.
#[derive(Clone)]
pub enum Grant {
    /// A pre-authorized code from an offer.
    PreAuthorizedCode {
        /// The code.
        code: String,
        /// The transaction code that the learner typed.
        tx_code: Option<String>,
    },
    /// A code from the authorization endpoint.
    AuthorizationCode {
        /// The code.
        code: String,
        /// As in the authorization request.
        redirect_uri: String,
        /// PKCE.
        code_verifier: String,
    },
    /// A refresh token.
    RefreshToken {
        /// The token.
        refresh_token: String,
        /// Fewer scopes than were granted, space-separated.
        scope: Option<String>,
    },
}

/// A token request.
#[derive(Clone)]
pub struct TokenRequest {
    /// What it is asked with.
    pub grant: Grant,
    /// The client, when it names itself outside of an assertion.
    pub client_id: Option<String>,
    /// `private_key_jwt`.
    pub client_assertion: Option<String>,
    /// RFC 9396, as JSON text.
    pub authorization_details: Option<String>,
}

/// Errors of the token endpoint, and of the pushed request endpoint where a client authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenErrorCode {
    /// A parameter is missing, comes twice or is not expected.
    #[error("invalid_request")]
    InvalidRequest,
    /// The code or refresh token is unknown, used, expired, over-tried, or the transaction code is wrong.
    #[error("invalid_grant")]
    InvalidGrant,
    /// The client is unknown or did not authenticate.
    #[error("invalid_client")]
    InvalidClient,
    /// The client may not use this grant.
    #[error("unauthorized_client")]
    UnauthorizedClient,
    /// A grant type that is not spoken here.
    #[error("unsupported_grant_type")]
    UnsupportedGrantType,
    /// More is asked for than was granted, or something unknown.
    #[error("invalid_scope")]
    InvalidScope,
    /// What is asked for is not what the code is for (RFC 9396).
    #[error("invalid_authorization_details")]
    InvalidAuthorizationDetails,
    /// The DPoP proof does not fit (RFC 9449).
    #[error("invalid_dpop_proof")]
    InvalidDpopProof,
    /// The DPoP proof needs the nonce of this answer's header (RFC 9449 section 8).
    #[error("use_dpop_nonce")]
    UseDpopNonce,
    /// The proof of a client attestation needs the challenge of this answer's header.
    #[error("use_attestation_challenge")]
    UseAttestationChallenge,
    /// The client attestation is too old.
    #[error("use_fresh_attestation")]
    UseFreshAttestation,
    /// The client attestation does not fit, or nobody who is trusted here made it.
    #[error("invalid_client_attestation")]
    InvalidClientAttestation,
}

impl TokenErrorCode {
    /// The OAuth error code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::UseAttestationChallenge => "use_attestation_challenge",
            Self::UseFreshAttestation => "use_fresh_attestation",
            Self::InvalidClientAttestation => "invalid_client_attestation",
        }
    }
}

impl TokenRequest {
    /// Reads a form body (rows T1, T10). A body that is no form has no `grant_type`, so it is an invalid request.
    ///
    /// # Errors
    /// `invalid_request` or `unsupported_grant_type`.
    pub fn parse(body: &str) -> Result<Self, TokenErrorCode> {
        let mut params = Params::parse(body).map_err(|_| TokenErrorCode::InvalidRequest)?;
        let mut required = |name: &str| params.take(name).ok_or(TokenErrorCode::InvalidRequest);
        let grant_type = required("grant_type")?;
        let grant = match grant_type.as_str() {
            PRE_AUTHORIZED_CODE => Grant::PreAuthorizedCode { code: required("pre-authorized_code")?, tx_code: params.take("tx_code") },
            AUTHORIZATION_CODE => Grant::AuthorizationCode {
                code: required("code")?,
                redirect_uri: required("redirect_uri")?,
                code_verifier: required("code_verifier")?,
            },
            REFRESH_TOKEN => Grant::RefreshToken { refresh_token: required("refresh_token")?, scope: params.take("scope") },
            _ => return Err(TokenErrorCode::UnsupportedGrantType),
        };
        let client_assertion = client_assertion::from_form(&mut params).map_err(|_| TokenErrorCode::InvalidRequest)?;
        let (client_id, authorization_details) = (params.take("client_id"), params.take("authorization_details"));
        Ok(Self { grant, client_id, client_assertion, authorization_details })
    }

    /// The form body.
    pub fn form(&self) -> String {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        match &self.grant {
            Grant::PreAuthorizedCode { code, tx_code } => {
                pairs.extend([("grant_type", PRE_AUTHORIZED_CODE), ("pre-authorized_code", code)]);
                pairs.extend(tx_code.as_deref().map(|code| ("tx_code", code)));
            }
            Grant::AuthorizationCode { code, redirect_uri, code_verifier } => pairs.extend([
                ("grant_type", AUTHORIZATION_CODE),
                ("code", code.as_str()),
                ("redirect_uri", redirect_uri),
                ("code_verifier", code_verifier),
            ]),
            Grant::RefreshToken { refresh_token, scope } => {
                pairs.extend([("grant_type", REFRESH_TOKEN), ("refresh_token", refresh_token)]);
                pairs.extend(scope.as_deref().map(|scope| ("scope", scope)));
            }
        }
        pairs.extend(self.client_id.as_deref().map(|id| ("client_id", id)));
        pairs.extend(self.authorization_details.as_deref().map(|details| ("authorization_details", details)));
        if let Some(assertion) = &self.client_assertion {
            pairs.extend([("client_assertion_type", client_assertion::TYPE), ("client_assertion", assertion.as_str())]);
        }
        encode(pairs)
    }
}

/// How an access token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TokenType {
    /// Whoever has it may use it (RFC 6750).
    Bearer,
    /// With a proof of the key that it is bound to (RFC 9449).
    DPoP,
}

impl TokenType {
    /// The `token_type`, which is also the scheme of the `Authorization` header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::DPoP => "DPoP",
        }
    }
}

impl TryFrom<String> for TokenType {
    type Error = &'static str;

    /// Compared without regard to case (RFC 6749 section 5.1).
    fn try_from(text: String) -> Result<Self, &'static str> {
        let known = [Self::Bearer, Self::DPoP].into_iter().find(|known| known.name().eq_ignore_ascii_case(&text));
        known.ok_or("a token type that is not spoken here")
    }
}

impl<'de> Deserialize<'de> for TokenType {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(reader)?).map_err(serde::de::Error::custom)
    }
}

/// A token answer, sent with `Cache-Control: no-store`. Holds secrets, so it has no `Debug`. Unknown members are ignored.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// How it is sent.
    pub token_type: TokenType,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// A refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Scopes, when they differ from what was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Required when the request used `authorization_details`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<AuthorizedDetail>,
    /// The first nonce for key proofs, as drafts up to 13 gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c_nonce: Option<String>,
    /// How long it can be used, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c_nonce_expires_in: Option<u64>,
}

impl TokenResponse {
    /// An answer with a token alone.
    pub const fn new(access_token: String, token_type: TokenType) -> Self {
        Self {
            access_token,
            token_type,
            expires_in: None,
            refresh_token: None,
            scope: None,
            authorization_details: Vec::new(),
            c_nonce: None,
            c_nonce_expires_in: None,
        }
    }

    /// Reads the body of a token answer. `None` when it is none, or the token is of a type that is not spoken here.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let response: Self = serde_json::from_value(vc::strict_json::parse(body).ok()?).ok()?;
        Some(response).filter(|response| !response.access_token.is_empty())
    }

    /// Whether the token is sent as `Bearer`.
    pub const fn is_bearer(&self) -> bool {
        matches!(self.token_type, TokenType::Bearer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_t1_and_t10() {
        assert_eq!(TokenRequest::parse("grant_type=password&username=x").err(), Some(TokenErrorCode::UnsupportedGrantType));
        assert_eq!(TokenRequest::parse(r#"{"grant_type":"authorization_code"}"#).err(), Some(TokenErrorCode::InvalidRequest));
    }

    #[test]
    fn vci_6_1_each_grant_has_its_parameters() {
        for missing in [
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code",
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=",
            "grant_type=authorization_code&code=c&redirect_uri=r",
            "grant_type=authorization_code&code=c&code_verifier=v",
            "grant_type=refresh_token",
            "grant_type=refresh_token&refresh_token=a&refresh_token=b",
            "grant_type=refresh_token&refresh_token=a&client_assertion=x",
        ] {
            assert_eq!(TokenRequest::parse(missing).err(), Some(TokenErrorCode::InvalidRequest), "{missing}");
        }
    }

    #[test]
    fn vci_6_1_unrecognized_parameters_are_ignored() {
        let read = TokenRequest::parse("grant_type=refresh_token&refresh_token=a&scope=b+c&x=1&user_pin=2").unwrap();
        let Grant::RefreshToken { refresh_token, scope } = &read.grant else { panic!("other grant") };
        assert_eq!((refresh_token.as_str(), scope.as_deref()), ("a", Some("b c")));
        assert_eq!(TokenRequest::parse(&read.form()).unwrap().form(), read.form());
    }

    #[test]
    fn rfc6749_5_1_the_token_type_is_read_in_any_case() {
        let read = |kind: &str| TokenResponse::parse(format!(r#"{{"access_token":"t","token_type":"{kind}","x":1}}"#).as_bytes());
        for (kind, known) in
            [("bearer", TokenType::Bearer), ("BEARER", TokenType::Bearer), ("dpop", TokenType::DPoP), ("DPoP", TokenType::DPoP)]
        {
            assert_eq!(read(kind).map(|response| response.token_type), Some(known), "{kind}");
        }
        assert!(read("mac").is_none() && TokenResponse::parse(br#"{"access_token":"","token_type":"Bearer"}"#).is_none());
        let written = serde_json::to_string(&TokenResponse::new("t".into(), TokenType::DPoP)).unwrap();
        assert_eq!(written, r#"{"access_token":"t","token_type":"DPoP"}"#);
    }

    #[test]
    fn vci_6_2_identifiers_come_with_their_configuration() {
        let body = br#"{"access_token":"t","token_type":"Bearer","expires_in":86400,"authorization_details":[{"type":"openid_credential",
            "credential_configuration_id":"U","credential_identifiers":["a","b"],"more":{}}],"c_nonce":"n","c_nonce_expires_in":5}"#;
        let response = TokenResponse::parse(body).unwrap();
        assert_eq!(response.authorization_details[0].credential_identifiers, ["a", "b"]);
        assert_eq!(response.c_nonce.as_deref(), Some("n"));
    }

    #[test]
    fn vci_6_2_unrecognized_parameters_are_ignored() {
        let body = br#"{"access_token":"t","token_type":"Bearer","unknown":{"a":[1]},"interval":5}"#;
        assert_eq!(TokenResponse::parse(body).map(|response| response.access_token).as_deref(), Some("t"));
    }

    #[test]
    fn vci_6_2_unrecognized_fields_of_details_are_ignored() {
        let body = br#"{"access_token":"t","token_type":"Bearer","authorization_details":[{"type":"openid_credential",
            "credential_configuration_id":"U","credential_identifiers":["a"],"unknown":1,"claims":[]}]}"#;
        let details = TokenResponse::parse(body).unwrap().authorization_details;
        assert_eq!((details.len(), details[0].credential_identifiers.as_slice()), (1, &["a".to_owned()][..]));
    }

    #[test]
    fn what_is_written_is_read() {
        let request = TokenRequest {
            grant: Grant::PreAuthorizedCode { code: "abc+/".into(), tx_code: Some("012345".into()) },
            client_id: None,
            client_assertion: Some("a.b.c".into()),
            authorization_details: None,
        };
        let read = TokenRequest::parse(&request.form()).unwrap();
        let Grant::PreAuthorizedCode { code, tx_code } = &read.grant else { panic!("other grant") };
        assert_eq!((code.as_str(), tx_code.as_deref()), ("abc+/", Some("012345")));
        assert_eq!(read.form(), request.form());
    }
}
