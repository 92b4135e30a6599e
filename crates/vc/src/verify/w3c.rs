//! Credentials of the W3C data model, secured by embedded proofs, as JWT or as SD-JWT: all checks that apply in their order.

use super::keys::{self, Problem, Signer, Way};
use super::recognise::{self, Found};
use super::standing::Dates;
use super::{Case, Checked, Holder, binding, issuer, schema, status};
use crate::bundled::CredentialType;
use crate::data_integrity::{self, DataIntegrityError, ExpectedProof, KeyProblem, Keys, Purpose, ResolvedKey};
use crate::did::Relationship;
use crate::json_ld::Budget;
use crate::jws::Jws;
use crate::key::Jwk;
use crate::open_badge::{self, EndorsementForm, Inner, Kind};
use crate::report::{Check, CheckName, CredentialReport, IssuerReport};
use crate::sd_jwt::SdJwt;
use crate::status_list::StatusEntry;
use crate::trust::Mechanism;
use crate::vcdm::jwt::VcJwt;
use crate::vcdm::{Credential, VcdmError};
use crate::{Map, bundled, json_ld};
use serde_json::Value;
use std::cell::Cell;
use url::Url;

/// Format of a credential with an embedded proof.
pub(super) const LDP_VC: &str = "ldp_vc";

/// Members that belong to the credential itself; their meaning is in the checks, so they are no claims of the report. Who
/// issued it is said by the register, never by the credential.
const TECHNICAL: [&str; 12] = [
    "@context",
    "proof",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "credentialStatus",
    "credentialSchema",
    "endorsement",
    "endorsementJwt",
    "relatedResource",
];

/// Members of badges and records in which credentials of others stand, however deep.
const OTHERS: [&str; 3] = ["endorsement", "endorsementJwt", "verifiableCredential"];

/// What secures a credential.
#[derive(Clone, Copy)]
enum Secured<'a> {
    Proof,
    Jwt(&'a VcJwt),
    SdJwt(&'a SdJwt),
}

impl Secured<'_> {
    fn format(self) -> &'static str {
        match self {
            Self::Proof => LDP_VC,
            Self::Jwt(jwt) => jwt.dialect().format(),
            Self::SdJwt(_) => "vc+sd-jwt",
        }
    }

    /// Dates of what is around the credential.
    fn dates(self) -> Dates {
        match self {
            Self::Proof => Dates::default(),
            Self::Jwt(jwt) => {
                let claims = jwt.claims();
                Dates { issued: claims.issued_at, from: claims.not_before, until: claims.expires }
            }
            Self::SdJwt(credential) => Dates::of_claims(credential.disclosed_claims()),
        }
    }

    /// Where its status stands, beside `credentialStatus`.
    fn status(self) -> Option<Value> {
        match self {
            Self::Proof => None,
            Self::Jwt(jwt) => jwt.claims().status.clone(),
            Self::SdJwt(credential) => credential.disclosed_claims().get("status").cloned(),
        }
    }

    /// The key that it is bound to, beside the subject.
    fn holder_key(self) -> Option<Jwk> {
        match self {
            Self::Proof => None,
            Self::Jwt(jwt) => binding::key_of(jwt.claims().confirmation.as_ref()?),
            Self::SdJwt(credential) => binding::holder(credential.disclosed_claims()),
        }
    }

    /// The `holder_binding` check; `None` when nobody asked for a binding and there is none.
    fn binding(self, case: &Case<'_>) -> Option<Check> {
        match self {
            Self::SdJwt(credential) => binding::holder_binding(credential, case),
            _ => case.binding.map(|_| Check::failed(CheckName::HolderBinding, "binding_missing")),
        }
    }
}

/// A credential with embedded proofs.
pub(super) fn with_proof(map: Map, case: &Case<'_>) -> Found {
    checked(map, Secured::Proof, case)
}

/// A credential as JWT.
pub(super) fn with_jwt(jwt: &VcJwt, case: &Case<'_>) -> Found {
    checked(jwt.credential_unverified().clone(), Secured::Jwt(jwt), case)
}

/// A credential as SD-JWT.
pub(super) fn with_sd_jwt(credential: Map, sd_jwt: &SdJwt, case: &Case<'_>) -> Found {
    checked(credential, Secured::SdJwt(sd_jwt), case)
}

/// A credential that breaks a rule of the data model.
pub(super) fn broken(map: &Map, format: &str, error: &VcdmError) -> Checked {
    let check = Check::failed(CheckName::Format, error.code()).with("path", error.path());
    let mut checks = vec![check];
    checks.extend([CheckName::Signature, CheckName::Issuer, CheckName::Dates].map(super::unproven));
    let issuer = IssuerReport { id: issuer_id(map).to_owned(), ..IssuerReport::default() };
    Checked::unbound(super::assemble(checks, format, "VerifiableCredential", issuer, None))
}

/// A JWT that was meant to be a credential and is none.
pub(super) fn broken_jwt(jws: &Jws, code: &'static str) -> Checked {
    let payload = jws.payload_unverified();
    let id = payload.get("iss").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut checks = vec![Check::failed(CheckName::Format, code)];
    checks.extend([CheckName::Signature, CheckName::Issuer, CheckName::Dates].map(super::unproven));
    let format = if jws.typ().is_some_and(|typ| typ.eq_ignore_ascii_case("vc+jwt")) { "vc+jwt" } else { "jwt_vc_json" };
    let issuer = IssuerReport { id, ..IssuerReport::default() };
    Checked::unbound(super::assemble(checks, format, "VerifiableCredential", issuer, None))
}

fn issuer_id(map: &Map) -> &str {
    match map.get("issuer") {
        Some(Value::String(id)) => id,
        Some(issuer) => issuer.get("id").and_then(Value::as_str).unwrap_or_default(),
        None => "",
    }
}

/// The credential and, when it is a record of others, each of those.
fn checked(map: Map, secured: Secured<'_>, case: &Case<'_>) -> Found {
    case.count()?;
    let credential = match Credential::parse(map.clone()) {
        Ok(credential) => credential,
        Err(error) => return Ok(vec![broken(&map, secured.format(), &error)]),
    };
    let status = match status_entries(&credential, secured) {
        Ok(entries) => entries,
        Err(()) => return Ok(vec![malformed_status(&credential, secured)]),
    };
    let signature = match secured {
        Secured::Proof => by_proof(credential.as_map(), credential.issuer_id(), case),
        Secured::Jwt(jwt) => by_jws(jwt.jws(), credential.issuer_id(), secured.format(), case),
        Secured::SdJwt(sd_jwt) => by_jws(sd_jwt.jwt(), credential.issuer_id(), secured.format(), case),
    };
    let signer = match signature {
        Ok(signer) => signer,
        Err(problem) => return Ok(vec![unsigned(&credential, secured, problem, !status.is_empty(), case)]),
    };
    let mut found = vec![signed(&credential, secured, &signer, &status, case)];
    found.extend(inner(&credential, case)?);
    Ok(found)
}

fn status_entries(credential: &Credential, secured: Secured<'_>) -> Result<Vec<StatusEntry>, ()> {
    let mut entries = StatusEntry::of_credential(credential.as_map()).map_err(|_| ())?;
    if let Some(claim) = secured.status() {
        entries.extend(StatusEntry::of_status(&claim).map_err(|_| ())?);
    }
    Ok(entries)
}

fn malformed_status(credential: &Credential, secured: Secured<'_>) -> Checked {
    let mut checks = vec![Check::failed(CheckName::Format, "malformed_status")];
    checks.extend([CheckName::Signature, CheckName::Issuer, CheckName::Dates].map(super::unproven));
    let issuer = IssuerReport { id: credential.issuer_id().to_owned(), ..IssuerReport::default() };
    Checked::unbound(super::assemble(checks, secured.format(), kind(credential), issuer, None))
}

/// Nothing that nobody signed is believed, so nothing else is judged.
fn unsigned(credential: &Credential, secured: Secured<'_>, problem: Problem, named: bool, case: &Case<'_>) -> Checked {
    let mut checks = vec![Check::passed(CheckName::Format), problem.check(CheckName::Signature, case.offline)];
    checks.extend([CheckName::Issuer, CheckName::Dates].map(super::unproven));
    let shaped = Kind::of(credential).is_some() || own_type(credential).is_some() || !credential.schemas().is_empty();
    let applying = [(CheckName::Status, named), (CheckName::Schema, shaped), (CheckName::HolderBinding, case.binding.is_some())];
    checks.extend(applying.into_iter().filter(|(_, applies)| *applies).map(|(name, _)| super::unproven(name)));
    let issuer = IssuerReport { id: credential.issuer_id().to_owned(), ..IssuerReport::default() };
    Checked::unbound(super::assemble(checks, secured.format(), kind(credential), issuer, None))
}

fn signed(credential: &Credential, secured: Secured<'_>, signer: &Signer, status: &[StatusEntry], case: &Case<'_>) -> Checked {
    let own = Dates { issued: None, from: credential.valid_from(), until: credential.valid_until() };
    let dates = own.within(secured.dates());
    let mut checks = vec![Check::passed(CheckName::Format), signer.check()];
    // Validity may begin long before or after the signing.
    let signed_at = signer.made_at.or(dates.issued).or(dates.from);
    let (check, issuer) = issuer::issuer(credential.issuer_id(), signer, kind(credential), signed_at, case);
    checks.push(check);
    checks.push(dates.check(case));
    checks.extend(status::check(status, &[credential.issuer_id(), &issuer.id], credential.id(), case));
    checks.extend(schema::of_w3c(credential));
    checks.extend(secured.binding(case));
    let mut shown = credential.as_map().clone();
    shown.retain(|name, _| !TECHNICAL.contains(&name.as_str()));
    if Kind::of(credential).is_some() {
        shown.values_mut().for_each(without_others);
    }
    let mut report = super::assemble(checks, secured.format(), kind(credential), issuer, Some(shown));
    report.endorsements = endorsements(credential, case);
    let ids = credential.subjects().iter().filter_map(|subject| subject.get("id")?.as_str()).map(str::to_owned).collect();
    Checked { report, holder: Holder { ids, key: secured.holder_key() } }
}

/// What others signed stands in the report on its own, with a verdict of its own: it is no claim of what it is packed in.
fn without_others(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !OTHERS.contains(&name.as_str()));
            members.values_mut().for_each(without_others);
        }
        Value::Array(items) => items.iter_mut().for_each(without_others),
        _ => {}
    }
}

/// The bundled type that a credential says it is of, by its own context.
pub(super) fn own_type(credential: &Credential) -> Option<&'static CredentialType> {
    let contexts = credential.contexts();
    bundled::types().iter().find(|kind| kind.w3c.contexts.last().is_some_and(|own| contexts.contains(own)))
}

/// Short name of a bundled type; else the most telling of its types.
fn kind(credential: &Credential) -> &str {
    let telling = || credential.types().into_iter().find(|name| *name != "VerifiableCredential");
    own_type(credential).map(|kind| kind.short_name).or_else(telling).unwrap_or("VerifiableCredential")
}

/// What others say of it: reported beside it, and never a reason to believe it more or less. What is said of something that does not
/// occur in it is said of something else, wherever it stands.
fn endorsements(credential: &Credential, case: &Case<'_>) -> Vec<CredentialReport> {
    let (endorsed, mut named) = match Kind::of(credential) {
        Some(Kind::Badge) => match open_badge::check(credential) {
            Ok(badge) => (badge.endorsements, vec![badge.achievement_id]),
            Err(_) => return Vec::new(),
        },
        Some(Kind::Clr) => match open_badge::check_clr(credential) {
            Ok(clr) => (clr.endorsements, clr.achievements.into_iter().map(|(id, _)| id).collect()),
            Err(_) => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    named.extend(credential.id().map(str::to_owned));
    named.push(credential.issuer_id().to_owned());
    named.extend(endorsed.iter().map(|one| one.target.clone()));
    let about = |checked: &Checked| checked.holder.ids.iter().all(|id| named.contains(id));
    let case = case.without_binding();
    let report = |form: EndorsementForm| match form {
        EndorsementForm::Embedded(map) => with_proof(map, &case),
        EndorsementForm::Jwt(text) => recognise::read(&text, &case),
    };
    let found = endorsed.into_iter().filter_map(|one| report(one.form).ok()).flatten().filter(about);
    found.map(|checked| CredentialReport { endorsements: Vec::new(), ..checked.report }).collect()
}

/// The credentials in a comprehensive learner record, each signed by its own issuer.
fn inner(credential: &Credential, case: &Case<'_>) -> Found {
    let Some(clr) = (Kind::of(credential) == Some(Kind::Clr)).then(|| open_badge::check_clr(credential).ok()).flatten() else {
        return Ok(Vec::new());
    };
    let case = case.without_binding();
    let mut found = Vec::new();
    for one in clr.credentials {
        found.extend(match one {
            Inner::Embedded(map) => with_proof(map, &case),
            Inner::Enveloped(enveloped) => recognise::read(&enveloped.text, &case),
        }?);
    }
    Ok(found)
}

/// Verifies the proofs of a list credential, whose issuer need not be in the register.
pub(super) fn proven_by_proof(map: &Map, case: &Case<'_>) -> Result<(), Problem> {
    by_proof(map, issuer_id(map), case).and_then(|signer| stands(&signer, case))
}

/// A stolen key says nothing about anybody's status either.
fn stands(signer: &Signer, case: &Case<'_>) -> Result<(), Problem> {
    if case.trust.is_revoked(&signer.key) { Err(Problem::Refused("key_revoked")) } else { Ok(()) }
}

/// Verifies the signature of a list credential as JWT.
pub(super) fn proven_by_jwt(jwt: &VcJwt, case: &Case<'_>) -> Result<(), Problem> {
    by_jws(jwt.jws(), issuer_id(jwt.credential_unverified()), jwt.dialect().format(), case).and_then(|signer| stands(&signer, case))
}

/// The signer of embedded proofs. All of them must hold (row W7), and each be of the issuer (row W5).
fn by_proof(map: &Map, issuer: &str, case: &Case<'_>) -> Result<Signer, Problem> {
    let expected = ExpectedProof {
        purpose: Purpose::AssertionMethod,
        challenge: None,
        domain: None,
        now: case.now,
        clock_tolerance: case.clock_tolerance,
    };
    let Some(given) = case.key_given else {
        if !case.permits(issuer, LDP_VC, Some(Mechanism::Did)) {
            return Err(Problem::Refused("no_key"));
        }
        return proven(map, &expected, &Of { name: Some(issuer), ..Of::new(case) });
    };
    let mut outcome = Err(Problem::Refused("proof_invalid"));
    for key in given {
        outcome = proven(map, &expected, &Of { given: Some(key), ..Of::new(case) });
        if !matches!(outcome, Err(Problem::Refused("proof_invalid"))) {
            break;
        }
    }
    outcome
}

/// Verifies proofs with keys of one controller. Where the document breaks a rule of its contexts, that is the answer, and
/// nothing is fetched for it (rows W1 to W3).
pub(super) fn proven(map: &Map, expected: &ExpectedProof<'_>, keys: &Of<'_>) -> Result<Signer, Problem> {
    let case = keys.case;
    let before = case.needs_so_far();
    match data_integrity::verify_remembering(map, keys, expected, case.signatures) {
        Ok(proofs) => {
            let first = proofs.into_iter().next().ok_or(Problem::Refused("proof_missing"))?;
            let unbound = keys.name.is_some_and(|name| is_nobodys(name, &first.controller));
            let way = match keys.given {
                Some(_) => Way::Given,
                None if unbound => Way::Bare,
                None => Way::Document,
            };
            Ok(Signer { names: vec![first.controller], made_at: first.created, ..Signer::new(way, first.jwk) })
        }
        Err(DataIntegrityError::Key(none)) => {
            let unsaid = if none == KeyProblem::Unavailable { Problem::Missing } else { Problem::Refused(none.code()) };
            let problem = keys.problem.take().unwrap_or(unsaid);
            if problem == Problem::Missing
                && let Err(error) = json_ld::check_terms(map)
            {
                case.forget_needs_after(before);
                return Err(Problem::Refused(error.code()));
            }
            Err(problem)
        }
        Err(error) => Err(Problem::Refused(error.code())),
    }
}

/// An issuer that is named by a URN has no document that could name its key, and no register can know it. A key that is its
/// own name then proves that nothing was changed, and nothing about who signed.
fn is_nobodys(issuer: &str, controller: &str) -> bool {
    issuer.starts_with("urn:") && (controller.starts_with("did:key:") || controller.starts_with("did:jwk:"))
}

/// The keys of one controller, or the one key that was given.
pub(super) struct Of<'a> {
    case: &'a Case<'a>,
    /// Who must control the key; `None`: anybody.
    pub(super) name: Option<&'a str>,
    /// The key that was given by hand.
    pub(super) given: Option<&'a Jwk>,
    problem: Cell<Option<Problem>>,
}

impl<'a> Of<'a> {
    /// Keys of anybody.
    pub(super) fn new(case: &'a Case<'a>) -> Self {
        Self { case, name: None, given: None, problem: Cell::new(None) }
    }
}

impl Keys for Of<'_> {
    fn key(&self, verification_method: &str, purpose: Purpose) -> Result<ResolvedKey, KeyProblem> {
        let controller = verification_method.split('#').next().unwrap_or_default().to_owned();
        if let Some(jwk) = self.given {
            return Ok(ResolvedKey { jwk: jwk.clone(), controller });
        }
        let refuse = |problem: Problem| {
            self.problem.set(Some(problem));
            if problem == Problem::Missing { KeyProblem::Unavailable } else { KeyProblem::Unknown }
        };
        if self.name.is_some_and(|name| name != controller && !is_nobodys(name, &controller)) {
            return Err(refuse(Problem::Refused("issuer_key_mismatch")));
        }
        let relationship = match purpose {
            Purpose::AssertionMethod => Relationship::AssertionMethod,
            Purpose::Authentication => Relationship::Authentication,
        };
        let jwk = match relationship {
            Relationship::AssertionMethod => self.case.issuer_method(&controller, Some(verification_method)),
            Relationship::Authentication => self.case.method(verification_method, relationship),
        };
        let jwk = jwk.map_err(refuse)?;
        Ok(ResolvedKey { jwk, controller })
    }

    fn budget(&self) -> Option<&Budget> {
        Some(&self.case.work.complexity)
    }
}

/// The signer of a JWT: by the key that was given, a certificate, a method of the issuer's document, or the bare key in the
/// header, which counts only where no register knows the issuer.
fn by_jws(jws: &Jws, issuer: &str, format: &str, case: &Case<'_>) -> Result<Signer, Problem> {
    if let Some(given) = case.key_given {
        return keys::given(jws, jws.kid(), given);
    }
    if jws.header().contains_key("x5c") && case.permits(issuer, format, Some(Mechanism::X5c)) {
        return keys::by_certificate(jws, Some(issuer));
    }
    let (way, key) = match (jws.kid(), jws.header().get("jwk")) {
        _ if !case.permits(issuer, format, Some(Mechanism::Did)) => return Err(Problem::Refused("no_key")),
        (Some(kid), _) if is_absolute(kid) => (Way::Document, named_key(kid, issuer, case)?),
        (None, Some(jwk)) if case.known(issuer).is_none() => {
            (Way::Bare, Jwk::from_value(jwk).map_err(|_| Problem::Refused("unsupported_key"))?)
        }
        (kid, _) if issuer.starts_with("did:") => {
            let method = kid.map(|kid| format!("{issuer}#{}", kid.trim_start_matches('#')));
            (Way::Document, case.issuer_method(issuer, method.as_deref())?)
        }
        _ => return Err(Problem::Refused("no_key")),
    };
    keys::verify_jws(jws, &key).map(|()| Signer::new(way, key))
}

fn is_absolute(kid: &str) -> bool {
    kid.starts_with("did:") || kid.starts_with("https://") || kid.starts_with("http://")
}

/// The key that `kid` names: a method of the issuer's document, or a bare key that the issuer's own site serves (Open Badges
/// 3.0 section 8.2.3).
fn named_key(kid: &str, issuer: &str, case: &Case<'_>) -> Result<Jwk, Problem> {
    if kid == issuer {
        return case.issuer_method(issuer, None);
    }
    if kid.split('#').next() == Some(issuer) {
        return case.issuer_method(issuer, Some(kid));
    }
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    if !kid.contains('#') && origin(kid).is_some() && origin(kid) == origin(issuer) {
        return case.jwk_at(kid);
    }
    Err(Problem::Refused("issuer_key_mismatch"))
}
