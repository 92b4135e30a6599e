//! Checks what an issuer gave before it is kept: signed by that issuer under the register, of the type that was offered, bound to
//! our own key, and not withdrawn already.

use http::AppCore;
use model::held::{Kind, Origin, Standing, Summary, Validity, Way};
use model::receipt::{Came, OfferGrant, OfferedCredential, Receipt};
use model::{LocalText, Timestamp};
use openid4vc::dcql::Format;
use serde_json::Value;
use storage::wallet::credential::NewCredential;
use vc::Map;
use vc::report::{Check, CheckName, CheckState, Report};
use vc::verify::{Inputs, shown};
use zeroize::Zeroizing;

use super::ask::HolderKey;
use super::error::RedeemError;
use super::redeem::Begun;
use super::type_labels::Described;
use crate::hold::form::Form;
use crate::hold::summary::{is_badge, summarise};
use crate::hold::view::{self, View};
use crate::parties;
use crate::state::AppState;

/// Seconds by which clocks may differ.
pub(crate) const TOLERANCE: i64 = 60;

/// What a credential must be, and what is known of it beside what it says.
pub(super) struct Expected<'a> {
    /// By which offer it comes, and of whom.
    pub(super) begun: &'a Begun,
    /// What was said of it.
    pub(super) offered: &'a OfferedCredential,
    /// What its rows are known by.
    pub(super) part: &'a str,
    /// Whether it is bound to a key of ours.
    pub(super) bound: bool,
    /// Whether the issuer prepared it first.
    pub(super) deferred: bool,
    /// Names of a type that this software does not know.
    pub(super) described: &'a Described,
}

/// Checks one credential and makes of it what is stored.
pub(super) async fn check(
    state: &AppState,
    expected: &Expected<'_>,
    key: &HolderKey,
    text: Zeroizing<String>,
) -> Result<NewCredential, RedeemError> {
    let (begun, offered) = (expected.begun, expected.offered);
    let (now, register) = (state.core.now(), state.register.current());
    let trust = register.trust();
    let inputs = Inputs::new(now.seconds(), &trust, AppCore::software()).with_tolerance(TOLERANCE);
    let report = state.gather.report(text.as_bytes(), &inputs).await;
    believe(&report, begun.listed)?;
    let form = Form::read(&offered.format, &text).ok_or(RedeemError::Invalid("credential_format"))?;
    is_what_was_checked(&form, &text)?;
    is_as_offered(begun, offered, &form)?;
    let own = key.key.public_jwk()?;
    if expected.bound && !form.holder().is_some_and(|holder| holder.same_key(&own)) {
        return Err(RedeemError::Invalid("credential_holder_key"));
    }
    // Outside the register an issuer may sign under a name of its own, such as a DID; what is signed is what counts.
    let issuer = if begun.listed { begun.receipt.issuer.as_str() } else { form.issuer().unwrap_or(&begun.receipt.issuer) };
    let slug = parties::issuer(&register, issuer).map(|institution| institution.slug);
    let View { vct, claims } = view::of(&form);
    let mut summary = summarise(&vct, &claims, slug);
    summary.own_id = form.own_id().map(vc::open_badge::comparable);
    summary.badge = is_badge(&form.types());
    name(&mut summary, &claims, expected);
    Ok(NewCredential {
        holder_key: Some(key.row.clone()),
        configuration: expected.part.to_owned(),
        format: offered.format.clone(),
        issuer: issuer.to_owned(),
        summary,
        validity: validity(&report, now),
        status: status_of(form.document()),
        body: text,
        vct,
    })
}

/// Adds what the credential does not say itself: where it came from, and for a type that is not known here its names.
fn name(summary: &mut Summary, claims: &Map, expected: &Expected<'_>) {
    let receipt = &expected.begun.receipt;
    let titled = ["title", "name"].into_iter().any(|name| claims.get(name).is_some_and(Value::is_string));
    if summary.kind == Kind::Other && !titled {
        summary.title = expected.described.title.clone();
    }
    if summary.institution.nl.is_empty() {
        let host = || url::Url::parse(&receipt.issuer).ok().and_then(|url| url.host_str().map(LocalText::same));
        summary.institution = receipt.content.issuer_name.clone().or_else(host).unwrap_or_else(|| LocalText::same(&receipt.issuer));
    }
    summary.labels.clone_from(&expected.described.labels);
    let (way, came) = way_of(receipt);
    summary.origin = Some(Origin {
        from: receipt.issuer.clone(),
        name: receipt.content.issuer_name.clone(),
        way,
        came,
        listed: expected.begun.listed,
        deferred: expected.deferred,
        via: None,
    });
}

/// By which way what an offer brings comes.
pub(crate) fn way_of(receipt: &Receipt) -> (Way, Option<Came>) {
    let came = Some(receipt.content.came);
    match (&receipt.connection, receipt.content.grant) {
        (Some(_), _) => (Way::Delivery, None),
        (None, OfferGrant::PreAuthorizedCode) => (Way::Offer, came),
        (None, OfferGrant::AuthorizationCode) => (Way::Login, came),
    }
}

/// What must hold before anything is kept. Standing is no reason to refuse, but for what is withdrawn already.
fn believe(report: &Report, listed: bool) -> Result<(), RedeemError> {
    let credential = report.credentials.first().ok_or(RedeemError::Invalid("credential_format"))?;
    let required = [
        (CheckName::Format, "credential_format"),
        (CheckName::Signature, "credential_signature"),
        (CheckName::Issuer, "credential_issuer"),
        (CheckName::Schema, "credential_schema"),
    ];
    // The learner said to go on with an issuer that nobody vouches for; that is all that is let through.
    let unknown = |check: &Check| !listed && check.check == CheckName::Issuer && check.code == "issuer_unknown";
    for (name, code) in required {
        // A schema or attachment that is not known here is no reason to refuse what its issuer signed; a wrong one is.
        let open = |check: &Check| check.check == CheckName::Schema && check.state == CheckState::NotChecked;
        let failed = |check: &&Check| check.check == name && check.state != CheckState::Passed && !unknown(check) && !open(check);
        if let Some(check) = credential.checks.iter().find(failed) {
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
    let same = |named: &str| named == issuer || vc::did::web_did(issuer).ok().as_deref() == Some(named);
    if begun.listed && !form.issuer().is_some_and(same) {
        return Err(RedeemError::Invalid("credential_issuer"));
    }
    let other_vct = offered.vct.as_deref().is_some_and(|expected| form.vct() != Some(expected));
    let types = form.types();
    let other_types = !offered.types.iter().all(|expected| types.contains(expected));
    let selective = matches!(Format::from_name(&offered.format), Format::SdJwtVc);
    let untyped = selective && form.vct().is_none();
    if other_vct || other_types || untyped { Err(RedeemError::Invalid("credential_type")) } else { Ok(()) }
}

/// Dates as they were checked, standing from the list.
pub(crate) fn validity(report: &Report, now: Timestamp) -> Validity {
    let dates = report.credentials.first().and_then(|one| one.check(CheckName::Dates));
    let date = |name: &str| dates.and_then(|check| Timestamp::parse(check.detail.get(name)?.as_str()?));
    let named = status(report).is_some();
    let (standing, standing_at) = match standing(report) {
        Some(standing) => (standing, named.then_some(now)),
        None => (Standing::Unknown, None),
    };
    Validity { from: date("not_before"), until: date("expires_at"), standing, standing_at, superseded: false }
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
pub(crate) fn status_of(document: &Map) -> Map {
    let named = ["status", "credentialStatus"].iter().any(|name| document.contains_key(*name));
    let kept = ["status", "credentialStatus", "id"].into_iter().filter_map(|name| Some((name.to_owned(), document.get(name)?.clone())));
    if named { kept.collect() } else { Map::new() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The narrower of what the credential and what is around it say, whole or not: what `dates` was judged by.
    #[test]
    fn the_window_is_the_one_that_was_checked() {
        let key = vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap();
        let keys = [key.public_jwk().unwrap()];
        let of = |claims: Value| {
            let header = Map::from_iter([("typ".to_owned(), "dc+sd-jwt".into())]);
            let text = format!("{}~", vc::jws::sign(&header, claims.to_string().as_bytes(), &key).unwrap());
            let trust = vc::trust::Trust::default();
            let now = Timestamp::from_seconds(1_770_000_000);
            let validity =
                validity(&vc::verify::anything(text.as_bytes(), &Inputs::new(now.seconds(), &trust, "test").with_keys(Some(&keys))), now);
            (validity.from.map(Timestamp::seconds), validity.until.map(Timestamp::seconds))
        };
        let vct = "https://a.example/vct";
        let window = of(json!({"vct": vct, "iss": "https://a.example", "nbf": 1_760_000_000, "exp": 1_780_000_000.5}));
        assert_eq!(window, (Some(1_760_000_000), Some(1_780_000_000)));
        assert_eq!(of(json!({"vct": vct, "iss": "https://a.example"})), (None, None));
    }

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
