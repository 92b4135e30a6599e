//! What the credential endpoint and the deferred credential endpoint answer with (OpenID4VCI sections 8.3 and 9.2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer as it travels.
#[derive(Clone, Default, Serialize, Deserialize)]
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
    /// The one credential, for clients of drafts up to 14; read into `credentials`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Value>,
    /// The next nonce, for clients of drafts up to 13 and of their issuers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c_nonce: Option<String>,
    /// How long it can be used, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c_nonce_expires_in: Option<u64>,
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

/// Seconds that are waited where an issuer of a draft names none.
const INTERVAL: u64 = 5;

impl CredentialResponse {
    /// An answer with credentials.
    pub fn issued(credentials: impl IntoIterator<Item = Value>, notification_id: Option<String>) -> Self {
        let credentials = credentials.into_iter().map(|credential| IssuedCredential { credential }).collect();
        Self { credentials: Some(credentials), notification_id, ..Self::default() }
    }

    /// An answer that puts the wallet off, sent with 202.
    pub fn deferred(transaction_id: String, interval: u64) -> Self {
        Self { transaction_id: Some(transaction_id), interval: Some(interval), ..Self::default() }
    }

    /// Reads a body; the singular `credential` of drafts up to 14 is read as a list of one, and an issuer of a draft that names no
    /// `interval` is asked again after five seconds. `None` when it holds neither credentials nor a transaction, or both.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let value = vc::strict_json::parse(body).ok()?;
        let mut response: Self = serde_json::from_value(value).ok()?;
        if let Some(credential) = response.credential.take().filter(|_| response.credentials.is_none()) {
            response.credentials = Some(vec![IssuedCredential { credential }]);
        }
        let issued = response.credentials.as_ref().is_some_and(|list| !list.is_empty());
        let later = response.transaction_id.as_ref().is_some_and(|id| !id.is_empty());
        if later {
            response.interval.get_or_insert(INTERVAL);
        }
        let empty = response.credentials.is_some() && !issued;
        (issued != later && !empty).then_some(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Option<Vec<String>> {
        CredentialResponse::parse(body.as_bytes())?.credentials?.iter().map(IssuedCredential::text).collect()
    }

    #[test]
    fn vci_8_3_an_answer_has_credentials_or_a_transaction() {
        let body = serde_json::to_vec(&CredentialResponse::issued(["a~".into()], Some("n".into()))).unwrap();
        assert_eq!(body, br#"{"credentials":[{"credential":"a~"}],"notification_id":"n"}"#);
        assert!(CredentialResponse::parse(&body).is_some_and(|answer| answer.transaction_id.is_none()));
        for neither in [
            "{}",
            r#"{"credentials":[]}"#,
            r#"{"transaction_id":""}"#,
            r#"{"credentials":["a"]}"#,
            r#"{"credentials":[{}]}"#,
            r#"{"credentials":[{"credential":"a"}],"transaction_id":"t","interval":5}"#,
            r#"{"credentials":[],"transaction_id":"t","interval":5}"#,
        ] {
            assert!(CredentialResponse::parse(neither.as_bytes()).is_none(), "{neither}");
        }
    }

    #[test]
    fn vci_8_3_a_transaction_comes_with_an_interval() {
        let body = serde_json::to_string(&CredentialResponse::deferred("t".into(), 2)).unwrap();
        assert_eq!(body, r#"{"transaction_id":"t","interval":2}"#);
        assert_eq!(CredentialResponse::parse(body.as_bytes()).unwrap().interval, Some(2));
        assert!(CredentialResponse::parse(br#"{"transaction_id":"t","interval":-2}"#).is_none());
        assert_eq!(CredentialResponse::parse(br#"{"transaction_id":"t"}"#).unwrap().interval, Some(INTERVAL));
    }

    #[test]
    fn vci_8_3_unrecognized_parameters_are_ignored() {
        assert_eq!(texts(r#"{"credentials":[{"credential":"a","x":1}],"y":{}}"#), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn a_credential_is_a_text_or_an_object() {
        assert_eq!(texts(r#"{"credentials":[{"credential":{"a":2,"b":1}}]}"#), Some(vec![r#"{"a":2,"b":1}"#.to_owned()]));
        assert_eq!(texts(r#"{"credentials":[{"credential":1}]}"#), None);
    }

    /// Printed with line breaks within values, which are taken out.
    #[test]
    fn answers_of_the_specification() {
        for (example, is_text) in [
            (include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_response_jwt_vc_json.txt"), true),
            (include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_response_sd_jwt_vc.txt"), true),
            (include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_response_mso_mdoc.txt"), true),
            (include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_response_ldp_vc.txt"), false),
        ] {
            let body = example.get(example.find("\n{").unwrap()..).unwrap().replace("\n      ", "");
            let credentials = CredentialResponse::parse(body.as_bytes()).unwrap().credentials.unwrap();
            assert_eq!((credentials.len(), credentials[0].credential.is_string()), (1, is_text), "{body}");
        }
    }

    #[test]
    fn drafts_answered_with_one_credential_and_a_nonce() {
        assert_eq!(texts(r#"{"credential":"a.b.c"}"#), Some(vec!["a.b.c".to_owned()]));
        let answer = CredentialResponse::parse(br#"{"format":"vc+sd-jwt","credential":"a","c_nonce":"n","c_nonce_expires_in":86400}"#);
        assert_eq!(answer.unwrap().c_nonce.as_deref(), Some("n"));
    }
}
