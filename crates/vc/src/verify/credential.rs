//! One credential's part of the report: all checks that apply, in their order.

use super::{Case, binding, format, issuer, standing};
use crate::bundled;
use crate::jws::Jws;
use crate::report::{Check, CheckName, CredentialReport, IssuerReport, Verdict};
use crate::sd_jwt::SdJwt;
use crate::{Map, encoding};
use serde_json::Value;

/// Claims that belong to the credential itself; their meaning is in the checks, so they are no claims of the report.
const TECHNICAL: [&str; 9] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/// The report of something that was meant to be an SD-JWT VC but is not well-formed.
pub(super) fn broken(text: &str, code: &'static str, format: String) -> CredentialReport {
    let jwt = Jws::parse(text.split('~').next().unwrap_or_default());
    let claim = |name: &str| {
        let claims = jwt.as_ref().ok().map(Jws::payload_unverified);
        claims.and_then(|c| c.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut checks = vec![Check::failed(CheckName::Format, code)];
    checks.extend([CheckName::Signature, CheckName::Issuer, CheckName::Dates].map(unproven));
    assemble(checks, format, &claim("vct"), IssuerReport { id: claim("iss"), ..IssuerReport::default() }, None)
}

/// The report of a well-formed SD-JWT VC.
pub(super) fn check(credential: &SdJwt, inputs: &Case<'_>) -> CredentialReport {
    let claims = credential.disclosed_claims();
    let vct = credential.vct().unwrap_or_default();
    let format = credential.jwt().typ().unwrap_or_default().to_owned();
    let (signature, signer) = issuer::signature(credential, inputs);
    let id = issuer::identifier(credential, signer.as_ref());
    let mut checks = vec![Check::passed(CheckName::Format), signature];
    let Some(signer) = signer else {
        // Nothing that nobody signed is believed, so nothing else is judged.
        checks.extend([CheckName::Issuer, CheckName::Dates].map(unproven));
        let named = [(CheckName::Status, claims.contains_key("status")), (CheckName::Schema, bundled::short_name(vct).is_some())];
        let bound = (CheckName::HolderBinding, inputs.binding.is_some() || credential.key_binding().is_some());
        checks.extend(named.into_iter().chain([bound]).filter(|(_, applies)| *applies).map(|(name, _)| unproven(name)));
        return assemble(checks, format, vct, IssuerReport { id, ..IssuerReport::default() }, None);
    };
    let iat = format::number(claims, "iat").ok().flatten();
    let (check, issuer) = issuer::issuer(id, &signer, vct, iat, inputs);
    checks.push(check);
    checks.push(standing::dates(claims, inputs));
    checks.extend(standing::status(claims, &issuer.id, inputs));
    checks.extend(schema(vct, claims));
    checks.extend(binding::holder_binding(credential, inputs));
    let mut shown = claims.clone();
    shown.retain(|name, _| !TECHNICAL.contains(&name.as_str()));
    assemble(checks, format, vct, issuer, Some(shown))
}

fn unproven(name: CheckName) -> Check {
    Check::not_checked(name, "unproven")
}

fn assemble(checks: Vec<Check>, format: String, vct: &str, issuer: IssuerReport, claims: Option<Map>) -> CredentialReport {
    let kind = bundled::short_name(vct).unwrap_or(vct).to_owned();
    let mut report =
        CredentialReport { verdict: Verdict::Invalid, checks: Vec::new(), format, kind, issuer, claims, endorsements: Vec::new() };
    for check in checks {
        report.set(check);
    }
    report
}

/// The `schema` check; `None` when the type is not bundled. `vct#integrity` must fit the bundled metadata.
fn schema(vct: &str, claims: &Map) -> Option<Check> {
    let kind = bundled::credential_type(vct)?;
    let pinned = claims.get("vct#integrity");
    if pinned.is_some_and(|value| value.as_str() != Some(&encoding::integrity(kind.metadata.as_bytes()))) {
        return Some(Check::failed(CheckName::Schema, "vct_integrity"));
    }
    Some(match kind.schema().check(claims) {
        Ok(()) => Check::passed(CheckName::Schema),
        Err(violation) => {
            let at = violation.path.map(|p| p.to_string()).unwrap_or_default();
            Check::failed(CheckName::Schema, "schema").with("path", at).with("keyword", violation.keyword)
        }
    })
}
