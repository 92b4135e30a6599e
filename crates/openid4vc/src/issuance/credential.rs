//! Credential requests, answers and errors (OpenID4VCI section 8, rows C4 to C8 and C16).

mod response;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::encryption::ResponseEncryption;
use super::older::Older;
use crate::oauth::OAuthError;

pub use response::{CredentialResponse, IssuedCredential};

/// Which credential is asked for; the token answer says which of the two to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `credential_configuration_id`
    Configuration(String),
    /// `credential_identifier`
    Identifier(String),
}

/// `proofs`: one kind of them, as they travel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proofs {
    /// Absent: the credential is bound to no key.
    #[default]
    None,
    /// Key proofs as compact JWTs (appendix F.1).
    Jwt(Vec<String>),
    /// One key attestation, which stands for all its keys (appendix F.3).
    Attestation(String),
    /// Presentations with a Data Integrity proof (appendix F.2).
    DiVp(Vec<Value>),
}

impl Proofs {
    /// The proof type, as in `proof_types_supported`. `None` when there are no proofs.
    pub const fn kind(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Jwt(_) => Some("jwt"),
            Self::Attestation(_) => Some("attestation"),
            Self::DiVp(_) => Some("di_vp"),
        }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Jwt(proofs) => proofs.len(),
            Self::Attestation(_) => 1,
            Self::DiVp(proofs) => proofs.len(),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads an object with exactly one key, which holds a list that is not empty.
    fn read(proofs: BTreeMap<String, Value>) -> Result<Self, CredentialErrorCode> {
        use CredentialErrorCode::{InvalidCredentialRequest, InvalidProof};
        let mut proofs = proofs.into_iter();
        let (kind, list) = match (proofs.next(), proofs.next()) {
            (None, _) => return Err(InvalidProof),
            (Some(only), None) => only,
            (Some(_), Some(_)) => return Err(InvalidCredentialRequest),
        };
        let Value::Array(list) = list else { return Err(InvalidProof) };
        if list.is_empty() {
            return Err(InvalidProof);
        }
        let texts = |list: Vec<Value>| list.into_iter().map(text).collect::<Option<Vec<String>>>().ok_or(InvalidProof);
        match kind.as_str() {
            "jwt" => texts(list).map(Self::Jwt),
            "attestation" => match <[String; 1]>::try_from(texts(list)?) {
                Ok([attestation]) => Ok(Self::Attestation(attestation)),
                Err(_) => Err(InvalidProof),
            },
            "di_vp" if list.iter().all(Value::is_object) => Ok(Self::DiVp(list)),
            _ => Err(InvalidProof),
        }
    }

    fn members(&self) -> Option<BTreeMap<String, Value>> {
        let list = match self {
            Self::None => return None,
            Self::Jwt(proofs) => Value::from(proofs.clone()),
            Self::Attestation(attestation) => Value::from(vec![attestation.clone()]),
            Self::DiVp(proofs) => Value::from(proofs.clone()),
        };
        Some(BTreeMap::from([(self.kind()?.to_owned(), list)]))
    }

    /// Whether two of them are the same, byte for byte or member for member.
    fn repeats(&self) -> bool {
        fn twice<T: PartialEq>(list: &[T]) -> bool {
            list.iter().enumerate().any(|(at, one)| list.iter().take(at).any(|earlier| earlier == one))
        }
        match self {
            Self::None | Self::Attestation(_) => false,
            Self::Jwt(proofs) => twice(proofs),
            Self::DiVp(proofs) => twice(proofs),
        }
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A credential request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRequest {
    /// What is asked for.
    pub wanted: Wanted,
    /// Proofs of the keys that the credentials are to be bound to.
    pub proofs: Proofs,
    /// How to encrypt the answer; not encrypted when it is absent.
    pub response_encryption: Option<ResponseEncryption>,
    /// What of it was said in the words of an older draft; always `None` from [`CredentialRequest::parse`].
    pub older: Option<Older>,
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

/// Errors of the credential and the deferred credential endpoint.
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
    /// Encryption was asked for that is not offered, or not asked for though it is demanded.
    #[error("invalid_encryption_parameters")]
    InvalidEncryptionParameters,
    /// Final.
    #[error("credential_request_denied")]
    CredentialRequestDenied,
    /// Of the deferred credential endpoint: never given out, or used up (rows D1 to D3).
    #[error("invalid_transaction_id")]
    InvalidTransactionId,
}

impl CredentialErrorCode {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::InvalidCredentialRequest,
        Self::UnknownCredentialConfiguration,
        Self::UnknownCredentialIdentifier,
        Self::InvalidProof,
        Self::InvalidNonce,
        Self::InvalidEncryptionParameters,
        Self::CredentialRequestDenied,
        Self::InvalidTransactionId,
    ];

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
            Self::InvalidTransactionId => "invalid_transaction_id",
        }
    }

    /// The error of a code. `None` for codes that the specification does not name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// The error body of the credential endpoint, never encrypted.
pub type CredentialError = OAuthError;

impl CredentialRequest {
    /// A request in the words of OpenID4VCI 1.0, its answer not encrypted.
    pub const fn new(wanted: Wanted, proofs: Proofs) -> Self {
        Self { wanted, proofs, response_encryption: None, older: None }
    }

    /// Reads a body, decrypted where it came encrypted. Unknown members are ignored, the singular `proof` of drafts among them
    /// (row C8). Whether proofs are needed is for the configuration: [`Self::require_proofs`].
    ///
    /// # Errors
    /// [`CredentialErrorCode`].
    pub fn parse(body: &[u8]) -> Result<Self, CredentialErrorCode> {
        let value = vc::strict_json::parse_object(body).map(Value::Object).map_err(|_| CredentialErrorCode::InvalidCredentialRequest)?;
        Self::from_value(value)
    }

    pub(super) fn from_value(value: Value) -> Result<Self, CredentialErrorCode> {
        use CredentialErrorCode::InvalidCredentialRequest;
        let message: Message = serde_json::from_value(value).map_err(|_| InvalidCredentialRequest)?;
        let wanted = match (message.credential_configuration_id, message.credential_identifier) {
            (Some(id), None) => Wanted::Configuration(id),
            (None, Some(id)) => Wanted::Identifier(id),
            _ => return Err(InvalidCredentialRequest),
        };
        let proofs = message.proofs.map_or(Ok(Proofs::None), Proofs::read)?;
        let response_encryption = message.credential_response_encryption.as_ref().map(ResponseEncryption::from_value).transpose()?;
        Ok(Self { wanted, proofs, response_encryption, older: None })
    }

    /// Checks the number of proofs: at least one, at most `batch_size`, none twice (rows C7, C16). That two proofs name one key,
    /// and how many keys an attestation has, is found when they are verified.
    ///
    /// # Errors
    /// `invalid_proof` when there is none, `invalid_credential_request` when there are too many.
    pub fn require_proofs(&self, batch_size: usize) -> Result<(), CredentialErrorCode> {
        match self.proofs.len() {
            0 => Err(CredentialErrorCode::InvalidProof),
            count if count > batch_size || self.proofs.repeats() => Err(CredentialErrorCode::InvalidCredentialRequest),
            _ => Ok(()),
        }
    }

    /// The JSON body.
    pub fn body(&self) -> String {
        let (configuration, identifier) = match &self.wanted {
            Wanted::Configuration(id) => (Some(id.clone()), None),
            Wanted::Identifier(id) => (None, Some(id.clone())),
        };
        let message = Message {
            credential_configuration_id: configuration,
            credential_identifier: identifier,
            proofs: self.proofs.members(),
            credential_response_encryption: self.response_encryption.as_ref().map(ResponseEncryption::to_value),
        };
        serde_json::to_string(&message).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
