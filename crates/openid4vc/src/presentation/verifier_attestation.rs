//! Verifier attestations (OpenID4VP section 12): somebody whom the wallet trusts says which key is a client's.

use serde_json::Value;
use vc::jws::Jws;
use vc::key::Jwk;

use super::RequestError;
use super::object::TOLERANCE;
use crate::oauth::attester::{TrustedAttester, vouched_for};

/// The `typ` of an attestation.
const TYP: &str = "verifier-attestation+jwt";

/// What an attestation in a request object must fit.
pub(super) struct Attested<'a> {
    /// The client identifier without its prefix: the attestation's `sub`.
    pub(super) client: &'a str,
    /// Where the answer would go.
    pub(super) response_uri: Option<&'a str>,
    /// Unix seconds.
    pub(super) now: i64,
}

impl Attested<'_> {
    /// The key that an attestation gives the client, and the `iss` of who says so.
    ///
    /// # Errors
    /// [`RequestError::ClientAuth`]: no attestation of a known attester, of another client, over, not begun, without a key, or for
    /// other addresses than the one that the answer would go to.
    pub(super) fn key(&self, attestation: &str, attesters: &[TrustedAttester]) -> Result<(Jwk, String), RequestError> {
        self.read(attestation, attesters).ok_or(RequestError::ClientAuth)
    }

    fn read(&self, attestation: &str, attesters: &[TrustedAttester]) -> Option<(Jwk, String)> {
        let jws = Jws::parse(attestation).ok()?;
        if !vouched_for(&jws, TYP, attesters, self.now) {
            return None;
        }
        let payload = jws.payload_unverified();
        let seconds = |name: &str| payload.get(name).map(Value::as_i64);
        let ends = seconds("exp")?? > self.now;
        let has_begun = |at: Option<i64>| at.is_some_and(|at| at <= self.now.saturating_add(TOLERANCE));
        let begun = ["iat", "nbf"].into_iter().filter_map(seconds).all(has_begun);
        let is_client = payload.get("sub").and_then(Value::as_str) == Some(self.client);
        let goes_there = match payload.get("redirect_uris") {
            None => true,
            Some(addresses) => addresses.as_array()?.iter().filter_map(Value::as_str).any(|address| Some(address) == self.response_uri),
        };
        if !(ends && begun && is_client && goes_there) {
            return None;
        }
        let issuer = payload.get("iss")?.as_str()?.to_owned();
        Some((Jwk::from_value(payload.get("cnf")?.get("jwk")?).ok()?, issuer))
    }
}
