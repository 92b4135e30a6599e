//! The answer of the nonce endpoint (OpenID4VCI section 7).

use serde::{Deserialize, Serialize};

/// Sent with `Cache-Control: no-store`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceResponse {
    /// To be put into key proofs.
    pub c_nonce: String,
}

impl NonceResponse {
    /// Reads the body of a nonce answer. `None` when it is none.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let response: Self = serde_json::from_value(vc::strict_json::parse(body).ok()?).ok()?;
        Some(response).filter(|response| !response.c_nonce.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vci_7_2_the_nonce_is_required() {
        assert_eq!(
            NonceResponse::parse(br#"{"c_nonce":"wKI4LT17ac15ES9bw8ac4","c_nonce_expires_in":5}"#).unwrap().c_nonce,
            "wKI4LT17ac15ES9bw8ac4"
        );
        for body in ["{}", r#"{"c_nonce":""}"#, r#"{"c_nonce":5}"#, "[]", ""] {
            assert_eq!(NonceResponse::parse(body.as_bytes()), None, "{body}");
        }
    }
}
