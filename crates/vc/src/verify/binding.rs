//! Holder binding: that the presentation was made by the holder's key, for this verifier, now.

use super::Case;
use crate::did;
use crate::key::{Jwk, VerifyingKey};
use crate::report::{Check, CheckName};
use crate::sd_jwt::{Expected, IatWindow, SdJwt};

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

/// The `holder_binding` check; `None` when nobody asked for a binding and there is none.
pub(super) fn holder_binding(credential: &SdJwt, inputs: &Case<'_>) -> Option<Check> {
    let failed = |code: &str| Some(Check::failed(CheckName::HolderBinding, code));
    if credential.key_binding().is_none() {
        return inputs.binding.and_then(|_| failed("binding_missing"));
    }
    let Some(holder) = holder(credential) else { return failed("holder_key_missing") };
    let Ok(key) = VerifyingKey::from_jwk(&holder) else { return failed("holder_key_missing") };
    let expected = Expected {
        nonce: inputs.binding.map(|b| b.nonce),
        audience: inputs.binding.map(|b| b.audience),
        iat: inputs.binding.and_then(|b| b.iat_window).map(|window| (inputs.now, window)),
    };
    Some(match credential.verify_binding(&key, &expected) {
        Err(error) => Check::failed(CheckName::HolderBinding, error.code()),
        Ok(()) if inputs.binding.is_some() => Check::passed(CheckName::HolderBinding),
        // Signed by the holder, but for whom and when cannot be judged without the request.
        Ok(()) => Check::not_checked(CheckName::HolderBinding, "binding_unasked"),
    })
}

/// The holder's key of claim `cnf`: `jwk`, or `kid` with a DID that is a key.
fn holder(credential: &SdJwt) -> Option<Jwk> {
    let cnf = credential.disclosed_claims().get("cnf")?;
    match cnf.get("jwk") {
        Some(jwk) => Jwk::from_value(jwk).ok(),
        None => did::key_of_url(cnf.get("kid")?.as_str()?).ok(),
    }
}
