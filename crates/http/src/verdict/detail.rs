//! Results, alignments and evidence of an achievement, and what others say of it.

use model::register::Register;
use serde_json::Value as Json;
use vc::Map;
use vc::report::CredentialReport;
use web::Text;
use web::verdict::{Alignment, Endorsement, Endorses, Evidence, ResultEntry, Scale};

use super::content::{plain, text, words};
use super::{check, face_of, issuer};
use crate::claims;

/// The objects of a claim that is a list of them.
fn objects<'a>(claims: &'a Map, name: &str) -> impl Iterator<Item = &'a Map> {
    claims.get(name).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object)
}

/// A result in a word: its grade, else whether it was a pass, else how far it is.
pub(super) fn grade(result: &Map) -> Option<Text> {
    let graded = result.get("value").and_then(plain).map(Text::same);
    graded.or_else(|| status(result))
}

fn status(result: &Map) -> Option<Text> {
    let stated = || text(result, "status").map(|status| claims::words("status", &status));
    match result.get("passed").and_then(Json::as_bool) {
        Some(true) => Some(Text::new("behaald", "passed")),
        Some(false) => Some(Text::new("niet behaald", "not passed")),
        None => stated(),
    }
}

/// The results, when there is more to say than the grade alone.
pub(super) fn results(claims: &Map) -> Vec<ResultEntry> {
    let several: Vec<ResultEntry> = objects(claims, "results").map(result).collect();
    if !several.is_empty() {
        return several;
    }
    let only = claims.get("result").and_then(Json::as_object).map(result);
    only.into_iter().filter(|one| one.name.is_some() || one.scale.is_some() || one.required.is_some()).collect()
}

fn result(result: &Map) -> ResultEntry {
    let value = |name: &str| result.get(name).and_then(plain);
    let allowed: Vec<String> = result.get("allowed").and_then(Json::as_array).into_iter().flatten().filter_map(plain).collect();
    let range = || Some(Scale::Range(value("min")?, value("max")?));
    ResultEntry {
        name: words(result, "name"),
        value: value("value").map(Text::same),
        status: status(result),
        scale: if allowed.is_empty() { range() } else { Some(Scale::Values(allowed)) },
        required: value("required"),
    }
}

/// Places in frameworks, as the credential names them.
pub(super) fn alignments(claims: &Map) -> Vec<Alignment> {
    let alignment = |one: &Map| {
        Some(Alignment {
            name: words(one, "name")?,
            framework: text(one, "framework"),
            code: text(one, "code"),
            description: words(one, "description"),
            url: text(one, "url"),
        })
    };
    objects(claims, "alignments").filter_map(alignment).collect()
}

/// Pieces of evidence, of which nobody looked at what lies at their address.
pub(super) fn evidence(claims: &Map) -> Vec<Evidence> {
    let piece = |one: &Map| {
        let name = words(one, "name").or_else(|| text(one, "url").map(Text::same))?;
        Some(Evidence { name, genre: text(one, "genre"), description: words(one, "description"), url: text(one, "url") })
    };
    objects(claims, "evidence").filter_map(piece).collect()
}

/// What others say of a credential; nothing that they say where their signature does not hold.
pub(super) fn endorsements(of: &CredentialReport, register: &Register) -> Vec<Endorsement> {
    let endorsement = |one: &CredentialReport| {
        let subject = one.claims.as_ref().and_then(|claims| claims.get("credentialSubject")?.as_object());
        Endorsement {
            face: face_of(one),
            issuer: one.claims.as_ref().map(|_| issuer(one, register)),
            endorses: subject.and_then(|subject| text(subject, "id")).map_or(Endorses::Other, |id| endorses(of, &id)),
            comment: subject.and_then(|subject| words(subject, "endorsementComment")),
            checks: one.checks.iter().map(check).collect(),
        }
    };
    of.endorsements.iter().map(endorsement).collect()
}

/// What an identifier is of a credential. It is the endorser's word that counts, not the place where an endorsement was put.
fn endorses(of: &CredentialReport, id: &str) -> Endorses {
    let claims = of.claims.as_ref();
    let own = claims.and_then(|claims| text(claims, "id"));
    let achievement = claims.and_then(|claims| claims.get("credentialSubject")?.get("achievement")?.get("id")?.as_str());
    let is_issuer = of.issuer.id == id || vc::did::web_did(&of.issuer.id).is_ok_and(|did| did == id);
    match id {
        _ if own.as_deref() == Some(id) => Endorses::Credential,
        _ if achievement == Some(id) => Endorses::Achievement,
        _ if is_issuer => Endorses::Issuer,
        _ => Endorses::Other,
    }
}
