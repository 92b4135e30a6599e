//! Checks what an issuer gave before it is kept: signed by that issuer under the register, of the type that was offered, bound to
//! our own key, and not withdrawn already.

use http::AppCore;
use model::Timestamp;
use model::held::{Standing, Validity};
use model::receipt::OfferedCredential;
use openid4vc::dcql::Format;
use serde_json::Value;
use storage::wallet::credential::NewCredential;
use vc::Map;
use vc::report::{Check, CheckName, CheckState, Report};
use vc::verify::{Inputs, shown};
use zeroize::Zeroizing;

use super::error::RedeemError;
use super::redeem::{Begun, HolderKey};
use crate::hold::form::Form;
use crate::hold::summary::summarise;
use crate::hold::view::{self, View};
use crate::parties;
use crate::state::AppState;

/// Seconds by which clocks may differ.
const TOLERANCE: i64 = 60;

/// Checks one credential and makes of it what is stored.
pub(super) async fn check(
    state: &AppState,
    begun: &Begun,
    offered: &OfferedCredential,
    key: &HolderKey,
    text: Zeroizing<String>,
) -> Result<NewCredential, RedeemError> {
    let (now, register) = (state.core.now(), state.register.current());
    let trust = register.trust();
    let inputs = Inputs::new(now.seconds(), &trust, AppCore::software()).with_tolerance(TOLERANCE);
    let report = state.gather.report(text.as_bytes(), &inputs).await;
    believe(&report)?;
    let form = Form::read(&offered.format, &text).ok_or(RedeemError::Invalid("credential_format"))?;
    is_what_was_checked(&form, &text)?;
    is_as_offered(begun, offered, &form)?;
    let own = key.key.public_jwk()?;
    if !form.holder().is_some_and(|holder| holder.same_key(&own)) {
        return Err(RedeemError::Invalid("credential_holder_key"));
    }
    let slug = parties::issuer(&register, &begun.receipt.issuer).map(|institution| institution.slug);
    let View { vct, claims } = view::of(&form);
    let mut summary = summarise(&vct, &claims, slug);
    summary.own_id = form.own_id().map(str::to_owned);
    Ok(NewCredential {
        holder_key: key.row.clone(),
        configuration: offered.configuration.clone(),
        format: offered.format.clone(),
        issuer: begun.receipt.issuer.clone(),
        summary,
        validity: validity(form.document(), &report, now),
        status: status_of(form.document()),
        body: text,
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
        if let Some(check) = credential.checks.iter().find(|check| check.check == name && check.state != CheckState::Passed) {
            tracing::info!(check = code, code = check.code, reason = ?check.detail.get("reason"), "a credential is not kept");
            return Err(RedeemError::Invalid(code));
        }
    }
    // RFC 9901 section 7.2: what an issuer gives is bound to no presentation yet.
    if credential.checks.iter().any(|check| check.check == CheckName::HolderBinding) {
        return Err(RedeemError::Invalid("credential_format"));
    }
    let revoked = credential.checks.iter().any(|check| check.check == CheckName::Status && check.code == "revoked");
    if revoked { Err(RedeemError::Invalid("credential_revoked")) } else { Ok(()) }
}

/// An object can look like several things: what is kept must be the credential that was verified, not something around it.
fn is_what_was_checked(form: &Form, text: &str) -> Result<(), RedeemError> {
    let Form::Embedded(document) = form else { return Ok(()) };
    match shown(text).as_slice() {
        [one] if one.format == "ldp_vc" && one.claims == *document => Ok(()),
        _ => Err(RedeemError::Invalid("credential_format")),
    }
}

/// The issuer and the type are those of the offer.
fn is_as_offered(begun: &Begun, offered: &OfferedCredential, form: &Form) -> Result<(), RedeemError> {
    let issuer = begun.receipt.issuer.as_str();
    let named = form.issuer().ok_or(RedeemError::Invalid("credential_issuer"))?;
    if named != issuer && vc::did::web_did(issuer).ok().as_deref() != Some(named) {
        return Err(RedeemError::Invalid("credential_issuer"));
    }
    let other_vct = offered.vct.as_deref().is_some_and(|expected| form.vct() != Some(expected));
    let types = form.types();
    let other_types = !offered.types.iter().all(|expected| types.contains(expected));
    let selective = matches!(Format::from_name(&offered.format), Format::SdJwtVc);
    let untyped = selective && form.vct().is_none();
    if other_vct || other_types || untyped { Err(RedeemError::Invalid("credential_type")) } else { Ok(()) }
}

/// Dates from the credential, standing from the list.
fn validity(document: &Map, report: &Report, now: Timestamp) -> Validity {
    let number = |name: &str| document.get(name).and_then(Value::as_i64).map(Timestamp::from_seconds);
    let date = |names: [&str; 2]| names.iter().find_map(|name| Timestamp::parse(document.get(*name)?.as_str()?));
    let named = status(report).is_some();
    let (standing, standing_at) = match standing(report) {
        Some(standing) => (standing, named.then_some(now)),
        None => (Standing::Unknown, None),
    };
    Validity {
        from: date(["validFrom", "issuanceDate"]).or_else(|| number("nbf")),
        until: date(["validUntil", "expirationDate"]).or_else(|| number("exp")),
        standing,
        standing_at,
        superseded: false,
    }
}

fn status(report: &Report) -> Option<&Check> {
    report.credentials.first()?.checks.iter().find(|check| check.check == CheckName::Status)
}

/// What a report says of a credential's standing. `None` when no list could be read, or it says something else.
pub(crate) fn standing(report: &Report) -> Option<Standing> {
    match status(report).map(|check| (check.state, check.code.as_str())) {
        None | Some((CheckState::Passed, _)) => Some(Standing::Valid),
        Some((CheckState::Failed, "suspended")) => Some(Standing::Suspended),
        Some((CheckState::Failed, "revoked")) => Some(Standing::Revoked),
        Some(_) => None,
    }
}

/// The members by which lists are asked for it.
fn status_of(document: &Map) -> Map {
    let named = ["status", "credentialStatus"].iter().any(|name| document.contains_key(*name));
    let kept = ["status", "credentialStatus", "id"].into_iter().filter_map(|name| Some((name.to_owned(), document.get(name)?.clone())));
    if named { kept.collect() } else { Map::new() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is verified inside of it is another credential than what it says on the outside.
    #[test]
    fn what_is_kept_is_what_was_checked() {
        let document = json!({"type": ["VerifiableCredential"], "credentialSubject": {"id": "did:example:a"}});
        let outcome = |more: Value| {
            let mut document = document.clone();
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let text = document.to_string();
            is_what_was_checked(&Form::read("ldp_vc", &text).unwrap(), &text).is_ok()
        };
        assert!(outcome(json!({})));
        for inside in [
            json!({"payload": "e30", "protected": "e30", "signature": "AA"}),
            json!({"type": ["VerifiableCredential", "EnvelopedVerifiableCredential"], "id": "data:application/vc+jwt,e30.e30.AA"}),
            json!({"type": ["VerifiableCredential", "VerifiablePresentation"], "verifiableCredential": []}),
        ] {
            assert!(!outcome(inside.clone()), "{inside}");
        }
        let wrapped = json!({"credential": document, "cnf": {}}).to_string();
        assert!(is_what_was_checked(&Form::read("ldp_vc", &wrapped).unwrap(), &wrapped).is_err());
    }
}
