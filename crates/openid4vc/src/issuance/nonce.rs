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
        serde_json::from_value(vc::strict_json::parse(body).ok()?).ok()
    }
}
