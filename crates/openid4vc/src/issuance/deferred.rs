//! Deferred credentials (OpenID4VCI section 9): asking for what was put off, and what comes back (rows D1 to D3).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credential::{CredentialErrorCode, CredentialResponse};
use super::encryption::ResponseEncryption;

/// A deferred credential request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeferredRequest {
    /// From the credential answer.
    pub transaction_id: String,
    /// How to encrypt this answer, whatever the first request said; none when it is absent.
    pub response_encryption: Option<ResponseEncryption>,
}

/// A request as it travels.
#[derive(Serialize, Deserialize)]
struct Message {
    transaction_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential_response_encryption: Option<Value>,
}

impl DeferredRequest {
    /// Reads a body, decrypted where it came encrypted. Unknown members are ignored.
    ///
    /// # Errors
    /// `invalid_credential_request`, `invalid_transaction_id` for an empty one, `invalid_encryption_parameters`.
    pub fn parse(body: &[u8]) -> Result<Self, CredentialErrorCode> {
        let value = vc::strict_json::parse_object(body).map(Value::Object).map_err(|_| CredentialErrorCode::InvalidCredentialRequest)?;
        let message: Message = serde_json::from_value(value).map_err(|_| CredentialErrorCode::InvalidCredentialRequest)?;
        if message.transaction_id.is_empty() {
            return Err(CredentialErrorCode::InvalidTransactionId);
        }
        let response_encryption = message.credential_response_encryption.as_ref().map(ResponseEncryption::from_value).transpose()?;
        Ok(Self { transaction_id: message.transaction_id, response_encryption })
    }

    /// The JSON body.
    pub fn body(&self) -> String {
        let credential_response_encryption = self.response_encryption.as_ref().map(ResponseEncryption::to_value);
        let message = Message { transaction_id: self.transaction_id.clone(), credential_response_encryption };
        serde_json::to_string(&message).unwrap_or_default()
    }

    /// Reads an answer to this request. `None` when it is none: neither credentials nor a wait, or a wait for another transaction
    /// (section 9.2).
    pub fn answer(&self, body: &[u8]) -> Option<DeferredAnswer> {
        let response = CredentialResponse::parse(body)?;
        match &response.transaction_id {
            None => Some(DeferredAnswer::Issued(response)),
            Some(id) if *id == self.transaction_id => Some(DeferredAnswer::Later { interval: response.interval? }),
            Some(_) => None,
        }
    }
}

/// What a deferred credential request is answered with.
#[derive(Clone)]
pub enum DeferredAnswer {
    /// The credentials.
    Issued(CredentialResponse),
    /// Not yet.
    Later {
        /// Seconds to wait before asking again.
        interval: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vci_9_1_transaction_id_is_required() {
        for body in ["{}", "[]", r#"{"transaction_id":5}"#, r#"{"transaction_id":"t","transaction_id":"t"}"#] {
            assert_eq!(DeferredRequest::parse(body.as_bytes()), Err(CredentialErrorCode::InvalidCredentialRequest), "{body}");
        }
        assert_eq!(DeferredRequest::parse(br#"{"transaction_id":""}"#), Err(CredentialErrorCode::InvalidTransactionId));
    }

    #[test]
    fn vci_9_1_unrecognized_parameters_are_ignored() {
        let request = DeferredRequest::parse(br#"{"transaction_id":"t","x":[{}]}"#).unwrap();
        assert_eq!(request, DeferredRequest { transaction_id: "t".into(), response_encryption: None });
        assert_eq!(request.body(), r#"{"transaction_id":"t"}"#);
    }

    #[test]
    fn vci_9_2_unrecognized_parameters_are_ignored() {
        let request = DeferredRequest { transaction_id: "t".into(), response_encryption: None };
        let later = request.answer(br#"{"transaction_id":"t","interval":7,"unknown":{"a":[1]}}"#);
        assert!(matches!(later, Some(DeferredAnswer::Later { interval: 7 })));
    }

    #[test]
    fn vci_9_2_a_wait_names_the_same_transaction() {
        let request = DeferredRequest { transaction_id: "t".into(), response_encryption: None };
        let later = |id: &str| serde_json::to_vec(&CredentialResponse::deferred(id.to_owned(), 5)).unwrap();
        assert!(matches!(request.answer(&later("t")), Some(DeferredAnswer::Later { interval: 5 })));
        assert!(request.answer(&later("u")).is_none());
        let issued = request.answer(br#"{"credentials":[{"credential":"a"}],"notification_id":"n","x":1}"#);
        let Some(DeferredAnswer::Issued(response)) = issued else { panic!("not issued") };
        assert_eq!(response.notification_id.as_deref(), Some("n"));
    }
}
