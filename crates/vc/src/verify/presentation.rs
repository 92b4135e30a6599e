//! Presentations of the W3C data model: every credential in them, each with whether its holder showed it.

use super::keys::{Problem, Signer};
use super::recognise::{self, Found};
use super::{Case, Checked, Holder, w3c};
use crate::data_integrity::{ExpectedProof, Purpose};
use crate::did::{self, Relationship};
use crate::jws::Jws;
use crate::key::{Jwk, VerifyingKey};
use crate::report::{Check, CheckName, IssuerReport};
use crate::sd_jwt::{BindingError, Expected};
use crate::vcdm::jwt::{VpJwt, read_presentation};
use crate::vcdm::{Presentation, Presented};
use crate::{Map, sd_jwt};

/// Who showed it: a name that holds the key, and the key.
struct Shower {
    name: String,
    key: Jwk,
}

/// A presentation with an embedded proof, or with none.
pub(super) fn with_proof(map: Map, case: &Case<'_>) -> Found {
    let presentation = match Presentation::parse(map.clone()) {
        Ok(presentation) => presentation,
        Err(error) => return Ok(vec![w3c::broken(&map, "ldp_vp", &error)]),
    };
    let shower = if presentation.has_proof() { by_proof(&presentation, case) } else { Err(Problem::Refused("binding_missing")) };
    credentials(&presentation, shower.and_then(|shower| of_holder(shower, &presentation)), case)
}

/// A presentation as JWT.
pub(super) fn with_jwt(text: &str, case: &Case<'_>) -> Found {
    let read = match read_presentation(text) {
        Ok(read) => read,
        Err(error) => return Ok(vec![broken(error.code())]),
    };
    let presentation = match Presentation::parse(read.presentation_unverified().clone()) {
        Ok(presentation) => presentation,
        Err(error) => return Ok(vec![w3c::broken(read.presentation_unverified(), "jwt_vp_json", &error)]),
    };
    let shower = by_jws(&read, &presentation, case);
    credentials(&presentation, shower.and_then(|shower| of_holder(shower, &presentation)), case)
}

/// A JWT that was meant to be a presentation and is none.
fn broken(code: &'static str) -> Checked {
    let mut checks = vec![Check::failed(CheckName::Format, code)];
    checks.extend([CheckName::Signature, CheckName::Issuer, CheckName::Dates].map(super::unproven));
    Checked::unbound(super::assemble(checks, "jwt_vp_json", "VerifiablePresentation", IssuerReport::default(), None))
}

/// `holder`, when it is named, is who signed.
fn of_holder(shower: Shower, presentation: &Presentation) -> Result<Shower, Problem> {
    match presentation.holder() {
        Some(holder) if holder != shower.name => Err(Problem::Refused("holder_mismatch")),
        _ => Ok(shower),
    }
}

fn by_proof(presentation: &Presentation, case: &Case<'_>) -> Result<Shower, Problem> {
    let expected = ExpectedProof {
        purpose: Purpose::Authentication,
        challenge: case.binding.map(|binding| binding.nonce),
        domain: case.binding.map(|binding| binding.audience),
        now: case.now,
        clock_tolerance: case.clock_tolerance.max(sd_jwt::IatWindow::PRESENTATION.future),
    };
    let Signer { key, names, .. } =
        w3c::proven(presentation.as_map(), &expected, &w3c::Of::new(case)).map_err(|problem| match problem {
            Problem::Refused("proof_challenge") => Problem::Refused("binding_nonce"),
            Problem::Refused("proof_domain") => Problem::Refused("binding_audience"),
            Problem::Refused("proof_expired" | "proof_not_yet_valid") => Problem::Refused("binding_stale"),
            Problem::Refused("proof_invalid") => Problem::Refused("binding_signature"),
            other => other,
        })?;
    Ok(Shower { name: names.into_iter().next().unwrap_or_default(), key })
}

/// Whoever it is said to be from: `holder`, else `iss`, else whose key `kid` names. None of them is demanded by VC-JOSE-COSE.
fn by_jws(read: &VpJwt, presentation: &Presentation, case: &Case<'_>) -> Result<Shower, Problem> {
    let signed_for = || read.jws().kid().filter(|kid| kid.starts_with("did:")).and_then(|kid| kid.split('#').next());
    let holder = presentation.holder().or(read.claims().issuer.as_deref()).or_else(signed_for);
    let holder = holder.ok_or(Problem::Refused("holder_key_missing"))?;
    let key = holder_key(read.jws(), holder, case)?;
    let verifying = VerifyingKey::from_jwk(&key).map_err(|_| Problem::Refused("unsupported_key"))?;
    let expected = Expected {
        nonce: case.binding.map(|binding| binding.nonce),
        audience: case.binding.map(|binding| binding.audience),
        iat: case.binding.and_then(|binding| binding.iat_window).map(|window| (case.now, window)),
    };
    read.verify(&verifying, &expected).map_err(|error: BindingError| Problem::Refused(error.code()))?;
    Ok(Shower { name: holder.to_owned(), key })
}

/// The key that a holder's DID names, or the one method that `kid` names of it.
fn holder_key(jws: &Jws, holder: &str, case: &Case<'_>) -> Result<Jwk, Problem> {
    let method = match jws.kid() {
        Some(kid) if kid.starts_with('#') => format!("{holder}{kid}"),
        Some(kid) if kid.contains('#') => kid.to_owned(),
        Some(kid) if kid != holder && !kid.contains(':') => format!("{holder}#{kid}"),
        _ => return did::key_of_url(holder).map_err(|_| Problem::Refused("holder_key_missing")),
    };
    if method.split('#').next() != Some(holder) {
        return Err(Problem::Refused("holder_mismatch"));
    }
    case.method(&method, Relationship::Authentication)
}

/// Each credential with its own checks, and with what the presentation proves of it.
fn credentials(presentation: &Presentation, shower: Result<Shower, Problem>, case: &Case<'_>) -> Found {
    let plain = case.without_binding();
    let mut found = Vec::new();
    for one in presentation.credentials() {
        found.extend(match one {
            Presented::Embedded(credential) => w3c::with_proof(credential.as_map().clone(), &plain)?,
            Presented::Enveloped(enveloped) => recognise::read(&enveloped.text, &plain)?,
        });
    }
    if found.is_empty() {
        return Err("presentation_empty");
    }
    for checked in &mut found {
        let check = match &shower {
            Err(Problem::Refused("binding_missing")) if case.binding.is_none() => {
                Check::not_checked(CheckName::HolderBinding, "binding_missing")
            }
            Err(problem) => problem.check(CheckName::HolderBinding, case.offline),
            Ok(shower) => shown_by(&checked.holder, shower, case),
        };
        checked.report.set(check);
    }
    Ok(found)
}

/// Whether who showed it is whom the credential is about, or whose key it is bound to.
fn shown_by(holder: &Holder, shower: &Shower, case: &Case<'_>) -> Check {
    let failed = |code: &str| Check::failed(CheckName::HolderBinding, code);
    let same_key = |id: &String| did::key_of_url(id).is_ok_and(|key| key.same_key(&shower.key));
    let bound = match (&holder.key, holder.ids.as_slice()) {
        (Some(key), _) => key.same_key(&shower.key),
        (None, []) => return failed("holder_key_missing"),
        (None, ids) => ids.iter().any(|id| *id == shower.name || same_key(id)),
    };
    match (bound, case.binding) {
        (false, _) => failed("holder_mismatch"),
        (true, Some(_)) => Check::passed(CheckName::HolderBinding),
        // Signed by the holder, but for whom and when cannot be judged without the request.
        (true, None) => Check::not_checked(CheckName::HolderBinding, "binding_unasked"),
    }
}
