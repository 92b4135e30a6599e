//! Holder binding: that the presentation was made by the holder's key, for this verifier, now.

use super::Case;
use crate::Map;
use crate::did;
use crate::key::{Jwk, VerifyingKey};
use crate::report::{Check, CheckName, CheckState};
use crate::sd_jwt::{Expected, IatWindow, SdJwt};
use serde_json::Value;

/// What a presentation must be bound to.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// Nonce of the request.
    pub nonce: &'a str,
    /// Audience: the full client identifier with its prefix.
    pub audience: &'a str,
    /// Window for `iat`; `None` for shares, which are made once and shown later.
    pub iat_window: Option<IatWindow>,
}

/// The `holder_binding` check of an SD-JWT; `None` when nobody asked for a binding and there is none.
pub(super) fn holder_binding(credential: &SdJwt, case: &Case<'_>) -> Option<Check> {
    let failed = |code: &str| Some(Check::failed(CheckName::HolderBinding, code));
    if credential.key_binding().is_none() {
        return case.binding.and_then(|_| failed("binding_missing"));
    }
    let Some(holder) = holder(credential.disclosed_claims()) else { return failed("holder_key_missing") };
    let Ok(key) = VerifyingKey::from_jwk(&holder) else { return failed("holder_key_missing") };
    let expected = Expected {
        nonce: case.binding.map(|b| b.nonce),
        audience: case.binding.map(|b| b.audience).or(case.shown_at()),
        iat: case.binding.and_then(|b| b.iat_window).map(|window| (case.now, window)),
    };
    Some(match credential.verify_binding(&key, &expected) {
        Err(error) => Check::failed(CheckName::HolderBinding, error.code()),
        Ok(()) if case.binding.is_some() => Check::passed(CheckName::HolderBinding),
        // Made for the wallet that serves the link, and fetched from there.
        Ok(()) if case.shown_at().is_some() => Check::new(CheckName::HolderBinding, CheckState::Passed, "shared_link"),
        // Signed by the holder, but for whom and when cannot be judged without the request.
        Ok(()) => Check::not_checked(CheckName::HolderBinding, "binding_unasked"),
    })
}

/// The holder's key of claim `cnf`.
pub(super) fn holder(claims: &Map) -> Option<Jwk> {
    key_of(claims.get("cnf")?)
}

/// The key of a confirmation (RFC 7800): `jwk`, or `kid` with a DID that is a key.
pub(super) fn key_of(confirmation: &Value) -> Option<Jwk> {
    match confirmation.get("jwk") {
        Some(jwk) => Jwk::from_value(jwk).ok(),
        None => did::key_of_url(confirmation.get("kid")?.as_str()?).ok(),
    }
}
