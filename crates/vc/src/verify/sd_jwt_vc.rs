//! SD-JWT VC (draft-ietf-oauth-sd-jwt-vc): one credential's part of the report, all checks that apply in their order.

use super::keys::{self, Problem, Signer, Way};
use super::{Case, Checked, Holder, binding, issuer, schema, standing, status};
use crate::bundled;
use crate::jws::Jws;
use crate::report::{Check, CheckName, IssuerReport};
use crate::sd_jwt::{self, IssuerKey, SdJwt};
use crate::status_list::StatusEntry;
use crate::trust::Mechanism;
use serde_json::Value;

/// Claims that belong to the credential itself; their meaning is in the checks, so they are no claims of the report.
const TECHNICAL: [&str; 9] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/// Something that was meant to be an SD-JWT but is not well-formed, or not what it calls itself.
pub(super) fn broken(text: &str, code: &'static str, format: &str) -> Checked {
    let jwt = Jws::parse(text.split('~').next().unwrap_or_default());
    let claim = |name: &str| {
        let claims = jwt.as_ref().ok().map(Jws::payload_unverified);
        claims.and_then(|c| c.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut checks = vec![Check::failed(CheckName::Format, code)];
    checks.extend([CheckName::Signature, CheckName::Issuer, CheckName::Dates].map(super::unproven));
    let issuer = IssuerReport { id: claim("iss"), ..IssuerReport::default() };
    Checked::unbound(super::assemble(checks, format, kind(&claim("vct")), issuer, None))
}

/// A well-formed SD-JWT VC.
pub(super) fn check(credential: &SdJwt, vct: &str, text: &str, case: &Case<'_>) -> Checked {
    let claims = credential.disclosed_claims();
    let format = credential.jwt().typ().unwrap_or_default();
    let Ok(entries) = claims.get("status").map_or(Ok(Vec::new()), StatusEntry::of_status) else {
        return broken(text, "malformed_status", format);
    };
    let (signature, signer) = match signature(credential, case) {
        Ok(signer) => (signer.check(), Some(signer)),
        Err(problem) => (problem.check(CheckName::Signature, case.offline), None),
    };
    let id = identifier(credential, signer.as_ref());
    let mut checks = vec![Check::passed(CheckName::Format), signature];
    let Some(signer) = signer else {
        // Nothing that nobody signed is believed, so nothing else is judged.
        checks.extend([CheckName::Issuer, CheckName::Dates].map(super::unproven));
        let named = [(CheckName::Status, !entries.is_empty()), (CheckName::Schema, bundled::credential_type(vct).is_some())];
        let bound = (CheckName::HolderBinding, case.binding.is_some() || credential.key_binding().is_some());
        let applying = named.into_iter().chain([bound]).filter(|(_, applies)| *applies);
        checks.extend(applying.map(|(name, _)| super::unproven(name)));
        return Checked::unbound(super::assemble(checks, format, kind(vct), IssuerReport { id, ..IssuerReport::default() }, None));
    };
    let dates = standing::Dates::of_claims(claims);
    let (check, issuer) = issuer::issuer(&id, &signer, kind(vct), dates.issued, case);
    checks.push(check);
    checks.push(dates.check(case));
    checks.extend(status::check(&entries, &[&id, &issuer.id], None, case));
    checks.extend(schema::of_sd_jwt_vc(vct, credential));
    checks.extend(binding::holder_binding(credential, case));
    let mut shown = claims.clone();
    shown.retain(|name, _| !TECHNICAL.contains(&name.as_str()));
    let holder = Holder { ids: Vec::new(), key: binding::holder(claims) };
    Checked { report: super::assemble(checks, format, kind(vct), issuer, Some(shown)), holder }
}

fn kind(vct: &str) -> &str {
    bundled::short_name(vct).unwrap_or(vct)
}

/// Whose signature it is, by the one way that counts for this issuer: what the register permits, else what the credential
/// itself puts first.
pub(super) fn signature(credential: &SdJwt, case: &Case<'_>) -> Result<Signer, Problem> {
    let jwt = credential.jwt();
    if let Some(keys) = case.key_given {
        return keys::given(jwt, credential.kid(), keys);
    }
    let ways = sd_jwt::issuer_keys(credential).map_err(|error| Problem::Refused(error.code()))?;
    let id = credential.issuer();
    let permitted = |way: &IssuerKey| id.is_none_or(|id| case.permits(id, sd_jwt::TYP, Some(mechanism(way))));
    let way = ways.into_iter().find(permitted).ok_or(Problem::Refused("no_key"))?;
    match way {
        IssuerKey::Certificate { .. } => {
            let signer = keys::by_certificate(jwt, id)?;
            // Without `iss` it is the certificate that says whose credential it is, and its way must be permitted all the same.
            let permitted = signer.names.first().is_none_or(|name| case.permits(name, sd_jwt::TYP, signer.way.mechanism()));
            if permitted { Ok(signer) } else { Err(Problem::Refused("no_key")) }
        }
        IssuerKey::Metadata { issuer, kid } => {
            let key = case.metadata_key(&issuer, kid.as_deref())?;
            keys::verify_jws(jwt, &key).map(|()| Signer::new(Way::Metadata, key))
        }
        IssuerKey::Did { did, verification_method } => {
            let key = case.issuer_method(&did, verification_method.as_deref())?;
            keys::verify_jws(jwt, &key).map(|()| Signer::new(Way::Document, key))
        }
    }
}

fn mechanism(way: &IssuerKey) -> Mechanism {
    match way {
        IssuerKey::Certificate { .. } => Mechanism::X5c,
        IssuerKey::Metadata { .. } => Mechanism::IssuerMetadata,
        IssuerKey::Did { .. } => Mechanism::Did,
    }
}

/// The issuer as the credential states it; without `iss` the first name of its certificate.
fn identifier(credential: &SdJwt, signer: Option<&Signer>) -> String {
    let certified = || signer.and_then(|signer| signer.names.first());
    credential.issuer().or_else(|| certified().map(String::as_str)).unwrap_or_default().to_owned()
}
