//! Answers in the words of drafts 13 to 15.

use serde_json::{Value, json};

use super::super::credential::CredentialResponse;
use super::{Bridges, Older};

/// Error of drafts up to 15 while a deferred credential is not ready.
const PENDING: &str = "issuance_pending";

/// An answer as a wallet of the request's draft expects it: the single credential under its own name too, and the next nonce.
#[must_use]
pub fn answer(response: CredentialResponse, older: Option<Older>, bridges: Bridges, c_nonce: Option<(String, u64)>) -> CredentialResponse {
    let mut response = response;
    if bridges.one_credential
        && older.is_some_and(|older| older.by_format || older.single_proof)
        && let Some([only]) = response.credentials.as_deref()
    {
        response.credential = Some(only.credential.clone());
    }
    if let Some((c_nonce, seconds)) = c_nonce.filter(|_| bridges.nonce_in_answers) {
        response.c_nonce = Some(c_nonce);
        response.c_nonce_expires_in = Some(seconds);
    }
    response
}

/// The error body, sent with 400, by which drafts up to 15 said that a deferred credential is not ready.
pub fn pending(interval: u64) -> Value {
    json!({"error": PENDING, "interval": interval})
}

/// Seconds to wait, when an error body says that a deferred credential is not ready; five where it does not say how long.
pub fn pending_interval(body: &[u8]) -> Option<u64> {
    let body = vc::strict_json::parse(body).ok()?;
    let pending = body.get("error").and_then(Value::as_str) == Some(PENDING);
    pending.then(|| body.get("interval").and_then(Value::as_u64).unwrap_or(5))
}
