//! Credential requests, answers and errors (OpenID4VCI section 8, rows C4 to C8 and C16).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::oauth::OAuthError;

/// Which credential is asked for; the token answer says which of the two to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `credential_configuration_id`
    Configuration(String),
    /// `credential_identifier`
    Identifier(String),
}

/// A credential request that we can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRequest {
    /// What is asked for.
    pub wanted: Wanted,
    /// Key proofs as compact JWTs, none when the credential is bound to no key.
    pub proofs: Vec<String>,
}

/// A credential request as it travels.
#[derive(Serialize, Deserialize)]
struct Message {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential_configuration_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential_identifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proofs: Option<BTreeMap<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential_response_encryption: Option<Value>,
}

/// Errors of the credential endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialErrorCode {
    /// Malformed, or both or neither of the two identifiers.
    #[error("invalid_credential_request")]
    InvalidCredentialRequest,
    /// Row C4.
    #[error("unknown_credential_configuration")]
    UnknownCredentialConfiguration,
    /// Row C5.
    #[error("unknown_credential_identifier")]
    UnknownCredentialIdentifier,
    /// A proof is missing or does not fit.
    #[error("invalid_proof")]
    InvalidProof,
    /// The proof's nonce is unknown, used or old: fetch a new one, once.
    #[error("invalid_nonce")]
    InvalidNonce,
    /// Encryption was asked for that is not offered.
    #[error("invalid_encryption_parameters")]
    InvalidEncryptionParameters,
    /// Final.
    #[error("credential_request_denied")]
    CredentialRequestDenied,
}

impl CredentialErrorCode {
    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidCredentialRequest => "invalid_credential_request",
            Self::UnknownCredentialConfiguration => "unknown_credential_configuration",
            Self::UnknownCredentialIdentifier => "unknown_credential_identifier",
            Self::InvalidProof => "invalid_proof",
            Self::InvalidNonce => "invalid_nonce",
            Self::InvalidEncryptionParameters => "invalid_encryption_parameters",
            Self::CredentialRequestDenied => "credential_request_denied",
        }
    }
}

/// The error body of the credential endpoint, never encrypted.
pub type CredentialError = OAuthError;

impl CredentialRequest {
    /// Reads a body. Unknown members are ignored, the singular `proof` of drafts among them (row C8). Whether proofs are needed
    /// is for the configuration: [`Self::require_proofs`].
    ///
    /// # Errors
    /// [`CredentialErrorCode`].
    pub fn parse(body: &[u8]) -> Result<Self, CredentialErrorCode> {
        use CredentialErrorCode::{InvalidCredentialRequest, InvalidEncryptionParameters};
        let value = vc::strict_json::parse(body).map_err(|_| InvalidCredentialRequest)?;
        let message: Message = serde_json::from_value(value).map_err(|_| InvalidCredentialRequest)?;
        let wanted = match (message.credential_configuration_id, message.credential_identifier) {
            (Some(id), None) => Wanted::Configuration(id),
            (None, Some(id)) => Wanted::Identifier(id),
            _ => return Err(InvalidCredentialRequest),
        };
        if message.credential_response_encryption.is_some() {
            return Err(InvalidEncryptionParameters);
        }
        Ok(Self { wanted, proofs: jwt_proofs(message.proofs)? })
    }

    /// Checks the number of proofs: at least one, at most `batch_size`, none twice (rows C7, C16). That two proofs name one key
    /// is found after verifying them.
    ///
    /// # Errors
    /// `invalid_proof` when there is none, `invalid_credential_request` when there are too many.
    pub fn require_proofs(&self, batch_size: usize) -> Result<(), CredentialErrorCode> {
        let repeated = self.proofs.iter().enumerate().any(|(at, proof)| self.proofs.iter().take(at).any(|earlier| earlier == proof));
        match self.proofs.len() {
            0 => Err(CredentialErrorCode::InvalidProof),
            count if count > batch_size || repeated => Err(CredentialErrorCode::InvalidCredentialRequest),
            _ => Ok(()),
        }
    }

    /// The JSON body.
    pub fn body(&self) -> String {
        let (configuration, identifier) = match &self.wanted {
            Wanted::Configuration(id) => (Some(id.clone()), None),
            Wanted::Identifier(id) => (None, Some(id.clone())),
        };
        let proofs = (!self.proofs.is_empty()).then(|| BTreeMap::from([("jwt".to_owned(), Value::from(self.proofs.clone()))]));
        let message = Message {
            credential_configuration_id: configuration,
            credential_identifier: identifier,
            proofs,
            credential_response_encryption: None,
        };
        serde_json::to_string(&message).unwrap_or_default()
    }
}

/// `proofs`: an object with exactly one key, of which we read `jwt`, holding an array of compact JWTs.
fn jwt_proofs(proofs: Option<BTreeMap<String, Value>>) -> Result<Vec<String>, CredentialErrorCode> {
    let mut proofs = proofs.unwrap_or_default().into_iter();
    let (kind, list) = match (proofs.next(), proofs.next()) {
        (None, _) => return Ok(Vec::new()),
        (Some(only), None) => only,
        (Some(_), Some(_)) => return Err(CredentialErrorCode::InvalidCredentialRequest),
    };
    if kind != "jwt" {
        return Err(CredentialErrorCode::InvalidProof);
    }
    serde_json::from_value(list).map_err(|_| CredentialErrorCode::InvalidProof)
}

/// The answer of the credential endpoint as it travels.
#[derive(Clone, Serialize, Deserialize)]
pub struct CredentialResponse {
    /// Present with 200. The order is not promised: match by key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Vec<IssuedCredential>>,
    /// For the notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_id: Option<String>,
    /// Present with 202.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Present with 202: seconds to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u64>,
}

/// One credential, as text or, for `ldp_vc`, as an object.
#[derive(Clone, Serialize, Deserialize)]
pub struct IssuedCredential {
    /// The credential.
    pub credential: Value,
}

impl IssuedCredential {
    /// The credential as it is kept: the text, or the JSON of the object. `None` when it is neither.
    pub fn text(&self) -> Option<String> {
        match &self.credential {
            Value::String(text) => Some(text.clone()),
            Value::Object(_) => Some(self.credential.to_string()),
            _ => None,
        }
    }
}

impl CredentialResponse {
    /// An answer with credentials.
    pub fn issued(credentials: impl IntoIterator<Item = Value>, notification_id: Option<String>) -> Self {
        let credentials = credentials.into_iter().map(|credential| IssuedCredential { credential }).collect();
        Self { credentials: Some(credentials), notification_id, transaction_id: None, interval: None }
    }

    /// An answer that puts the wallet off, sent with 202.
    pub fn deferred(transaction_id: String, interval: u64) -> Self {
        Self { credentials: None, notification_id: None, transaction_id: Some(transaction_id), interval: Some(interval) }
    }

    /// Reads a body; the singular `credential` of drafts up to 14 is read as a list of one. `None` when it holds neither
    /// credentials nor a transaction, or both.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut value = vc::strict_json::parse(body).ok()?;
        let members = value.as_object_mut()?;
        if let Some(one) = members.remove("credential").filter(|_| !members.contains_key("credentials")) {
            members.insert("credentials".into(), serde_json::json!([{"credential": one}]));
        }
        let response: Self = serde_json::from_value(value).ok()?;
        let issued = response.credentials.as_ref().is_some_and(|list| !list.is_empty());
        (issued != response.transaction_id.is_some()).then_some(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CredentialErrorCode::*;

    fn read(body: &str) -> Result<CredentialRequest, CredentialErrorCode> {
        CredentialRequest::parse(body.as_bytes())
    }

    #[test]
    fn row_c6() {
        assert_eq!(read(r#"{"credential_identifier":"x","credential_configuration_id":"y"}"#), Err(InvalidCredentialRequest));
        assert_eq!(read("{}"), Err(InvalidCredentialRequest));
    }

    #[test]
    fn rows_c7_and_c8() {
        for body in [
            r#"{"credential_configuration_id":"mc"}"#,
            r#"{"credential_configuration_id":"mc","proofs":{}}"#,
            r#"{"credential_configuration_id":"mc","proof":{"proof_type":"jwt","jwt":"a.b.c"}}"#,
            r#"{"credential_configuration_id":"mc","proofs":{"jwt":[]}}"#,
        ] {
            assert_eq!(read(body).and_then(|request| request.require_proofs(1)), Err(InvalidProof), "{body}");
        }
        let two = r#"{"credential_configuration_id":"mc","proofs":{"jwt":["a"],"attestation":["b"]}}"#;
        assert_eq!(read(two), Err(InvalidCredentialRequest));
    }

    #[test]
    fn row_c16() {
        let request = CredentialRequest { wanted: Wanted::Configuration("mc".into()), proofs: vec!["a".into(), "b".into()] };
        assert_eq!(request.require_proofs(1), Err(InvalidCredentialRequest));
        assert_eq!(request.require_proofs(2), Ok(()));
        assert_eq!(read(&request.body()), Ok(request));
    }

    #[test]
    fn an_answer_has_credentials_or_a_transaction() {
        let body = serde_json::to_vec(&CredentialResponse::issued(["a~".into()], Some("n".into()))).unwrap();
        assert!(CredentialResponse::parse(&body).is_some_and(|answer| answer.transaction_id.is_none()));
        assert!(CredentialResponse::parse(br#"{"credentials":[]}"#).is_none());
        let texts =
            |body: &[u8]| CredentialResponse::parse(body)?.credentials?.iter().map(IssuedCredential::text).collect::<Option<Vec<_>>>();
        assert_eq!(texts(br#"{"credentials":[{"credential":{"a":2,"b":1}}]}"#), Some(vec![r#"{"a":2,"b":1}"#.to_owned()]));
        assert_eq!(texts(br#"{"credential":"a.b.c"}"#), Some(vec!["a.b.c".to_owned()]));
        assert_eq!(texts(br#"{"credentials":[{"credential":1}]}"#), None);
        let body = serde_json::to_vec(&CredentialResponse::deferred("t".into(), 2)).unwrap();
        assert_eq!(CredentialResponse::parse(&body).unwrap().interval, Some(2));
    }
}
