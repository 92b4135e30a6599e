//! Checks what an issuer gave before it is kept: signed by that issuer under the register, of the type that was offered, bound to
//! our own key, and not withdrawn already.

use model::Timestamp;
use model::held::{Standing, Validity};
use serde_json::Value;
use storage::wallet::credential::NewCredential;
use vc::Map;
use vc::key::Jwk;
use vc::report::{CheckName, CheckState, Report};
use vc::sd_jwt::SdJwt;
use vc::verify::Inputs;

use super::error::RedeemError;
use super::redeem::{Begun, Given};
use crate::hold::summary::summarise;
use crate::parties;
use crate::state::AppState;

/// Seconds by which clocks may differ.
const TOLERANCE: i64 = 60;

/// Checks one credential and makes of it what is stored.
pub(super) async fn check(state: &AppState, begun: &Begun, given: &Given) -> Result<NewCredential, RedeemError> {
    let (now, register) = (state.core.now(), state.register.current());
    let trust = register.trust();
    let inputs = Inputs::new(now.seconds(), &trust, http::AppCore::software()).with_tolerance(TOLERANCE);
    let report = state.gather.report(given.text.as_bytes(), &inputs).await;
    believe(&report)?;
    let credential = SdJwt::parse(&given.text).map_err(|_| RedeemError::Invalid("credential_format"))?;
    let claims = credential.disclosed_claims();
    let vct = credential.vct().ok_or(RedeemError::Invalid("credential_type"))?.to_owned();
    is_as_offered(begun, given, &credential, &vct)?;
    let key =
        begun.keys.iter().find(|key| key.configuration == given.configuration).ok_or(RedeemError::Invalid("credential_holder_key"))?;
    let own = key.key.public_jwk()?;
    if !holder(claims).is_some_and(|holder| holder.same_key(&own)) {
        return Err(RedeemError::Invalid("credential_holder_key"));
    }
    let slug = parties::issuer(&register, &begun.receipt.issuer).map(|institution| institution.slug);
    let format = begun.receipt.content.offered.iter().find(|offered| offered.configuration == given.configuration);
    Ok(NewCredential {
        holder_key: key.row.clone(),
        configuration: given.configuration.clone(),
        format: format.map_or_else(|| "dc+sd-jwt".to_owned(), |offered| offered.format.clone()),
        issuer: begun.receipt.issuer.clone(),
        body: given.text.clone(),
        summary: summarise(&vct, claims, slug),
        validity: validity(claims, &report, now),
        status: status_of(claims),
        vct,
    })
}

/// What must hold before anything is kept. Standing is no reason to refuse, but for what is withdrawn already.
fn believe(report: &Report) -> Result<(), RedeemError> {
    let credential = report.credentials.first().ok_or(RedeemError::Invalid("credential_format"))?;
    let required = [
        (CheckName::Format, "credential_format"),
        (CheckName::Signature, "credential_signature"),
        (CheckName::Issuer, "credential_issuer"),
        (CheckName::Schema, "credential_schema"),
    ];
    for (name, code) in required {
        if credential.checks.iter().any(|check| check.check == name && check.state != CheckState::Passed) {
            return Err(RedeemError::Invalid(code));
        }
    }
    let revoked = credential.checks.iter().any(|check| check.check == CheckName::Status && check.code == "revoked");
    if revoked { Err(RedeemError::Invalid("credential_revoked")) } else { Ok(()) }
}

/// The issuer and the type are those of the offer.
fn is_as_offered(begun: &Begun, given: &Given, credential: &SdJwt, vct: &str) -> Result<(), RedeemError> {
    if credential.issuer() != Some(begun.receipt.issuer.as_str()) {
        return Err(RedeemError::Invalid("credential_issuer"));
    }
    let offered = begun.receipt.content.offered.iter().find(|offered| offered.configuration == given.configuration);
    match offered.and_then(|offered| offered.vct.as_deref()) {
        Some(expected) if expected != vct => Err(RedeemError::Invalid("credential_type")),
        _ => Ok(()),
    }
}

/// Dates from the claims, standing from the list.
fn validity(claims: &Map, report: &Report, now: Timestamp) -> Validity {
    let at = |name: &str| claims.get(name).and_then(Value::as_i64).map(Timestamp::from_seconds);
    let checks = report.credentials.first().map(|credential| credential.checks.as_slice()).unwrap_or_default();
    let status = checks.iter().find(|check| check.check == CheckName::Status);
    let (standing, standing_at) = match status.map(|check| (check.state, check.code.as_str())) {
        None => (Standing::Valid, None),
        Some((CheckState::Passed, _)) => (Standing::Valid, Some(now)),
        Some((_, "suspended")) => (Standing::Suspended, Some(now)),
        Some(_) => (Standing::Unknown, None),
    };
    Validity { from: at("nbf"), until: at("exp"), standing, standing_at, superseded: false }
}

/// List and index of a credential's status.
fn status_of(claims: &Map) -> Option<(String, u64)> {
    let list = claims.get("status")?.get("status_list")?;
    Some((list.get("uri")?.as_str()?.to_owned(), list.get("idx")?.as_u64()?))
}

/// The key that a credential is bound to.
pub(crate) fn holder(claims: &Map) -> Option<Jwk> {
    Jwk::from_value(claims.get("cnf")?.get("jwk")?).ok()
}

/// The key that a credential's text says it is bound to, unverified.
pub(super) fn holder_of(text: &str) -> Option<Jwk> {
    holder(SdJwt::parse(text).ok()?.disclosed_claims())
}
