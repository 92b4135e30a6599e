//! Comprehensive Learner Record 2.0: a signed record of credentials, each signed by its own issuer.

use super::badge::{criteria, issuer, objects, text};
use super::endorsement::{Endorsed, Endorses, of_object};
use super::identity::{Identity, identities};
use super::{Code, Kind, OpenBadgeError, classes, context, model};
use crate::Map;
use crate::vcdm::{At, Credential, Enveloped, MAX_CREDENTIALS, MediaType, Version, one_or_many};
use serde_json::Value;
use std::collections::HashSet;

/// What a record says. Its signature says nothing of the credentials in it: each is verified on its own.
#[derive(Clone, PartialEq)]
pub struct Clr {
    /// `id` of the record.
    pub id: String,
    /// Identifier of the issuer of the record.
    pub issuer_id: String,
    /// Name of the record.
    pub name: Option<String>,
    /// `id` of the subject.
    pub subject_id: Option<String>,
    /// Identity objects of the subject.
    pub identities: Vec<Identity>,
    /// The credentials, to be verified each on its own.
    pub credentials: Vec<Inner>,
    /// `(id, name)` of achievements that only explain associations; they are awarded by nobody.
    pub achievements: Vec<(String, String)>,
    /// How achievements hang together.
    pub associations: Vec<Association>,
    /// Endorsements, each to be verified on its own.
    pub endorsements: Vec<Endorsed>,
}

/// A credential within a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Inner {
    /// JSON with an embedded proof.
    Embedded(Map),
    /// A signed text.
    Enveloped(Enveloped),
}

/// How two achievements hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// `isChildOf`, `isParentOf` …
    pub kind: String,
    /// `id` of the one.
    pub source: String,
    /// `id` of the other.
    pub target: String,
    /// Whether both are achievements of this record.
    pub known: bool,
}

/// Checks a record and reads what it says.
///
/// # Errors
/// The first rule of the model that is broken, with the member at fault.
pub fn check_clr(credential: &Credential) -> Result<Clr, OpenBadgeError> {
    let at = At::ROOT;
    if Kind::of(credential) != Some(Kind::Clr) {
        return Err(OpenBadgeError::new(Code::Type, &at.key("type")));
    }
    context::check(credential, Kind::Clr)?;
    issuer(credential, &at)?;
    if credential.version() == Version::V2 && credential.valid_from().is_none() {
        return Err(OpenBadgeError::new(Code::MemberMissing, &at.key("validFrom")));
    }
    let subject_at = at.key("credentialSubject");
    let [subject] = credential.subjects()[..] else { return Err(OpenBadgeError::new(Code::SubjectCount, &subject_at)) };
    let map = credential.as_map();
    model::members(map, &classes::CLR_CREDENTIAL, &at)?;
    let achievement_at = subject_at.key("achievement");
    for (index, achievement) in objects(subject, "achievement").enumerate() {
        criteria(achievement, &achievement_at.index(index))?;
    }
    let identities = identities(subject, &subject_at)?;
    let credentials = inner(subject, &subject_at)?;
    let achievements: Vec<(String, String)> = objects(subject, "achievement")
        .map(|achievement| (text(achievement, "id").unwrap_or_default(), text(achievement, "name").unwrap_or_default()))
        .collect();
    let associations = associations(subject, &achievements, &credentials);
    Ok(Clr {
        id: credential.id().unwrap_or_default().to_owned(),
        issuer_id: credential.issuer_id().to_owned(),
        name: text(map, "name"),
        subject_id: text(subject, "id"),
        identities,
        credentials,
        achievements,
        associations,
        endorsements: of_object(map, Endorses::Credential).collect(),
    })
}

/// `verifiableCredential`: objects, envelopes, and JWTs as plain text as version 1.1 has them.
fn inner(subject: &Map, at: &At<'_>) -> Result<Vec<Inner>, OpenBadgeError> {
    let member = at.key("verifiableCredential");
    let items = one_or_many(subject.get("verifiableCredential"));
    if items.is_empty() {
        return Err(OpenBadgeError::new(Code::MemberMissing, &member));
    }
    // The record itself is one of them.
    if items.len() >= MAX_CREDENTIALS {
        return Err(OpenBadgeError::new(Code::TooMany, &member));
    }
    let mut out = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        out.push(match item {
            Value::Object(object) => match Enveloped::parse(object) {
                Ok(enveloped) => Inner::Enveloped(enveloped),
                Err(_) => Inner::Embedded(object.clone()),
            },
            Value::String(text) if text.split('.').count() == 3 => {
                Inner::Enveloped(Enveloped { media_type: MediaType::Jwt, text: text.clone() })
            }
            _ => return Err(OpenBadgeError::new(Code::MemberType, &member.index(index))),
        });
    }
    Ok(out)
}

fn associations(subject: &Map, achievements: &[(String, String)], credentials: &[Inner]) -> Vec<Association> {
    let mut ids: HashSet<&str> = achievements.iter().map(|(id, _)| id.as_str()).collect();
    for credential in credentials {
        if let Inner::Embedded(map) = credential {
            let subjects = one_or_many(map.get("credentialSubject")).iter();
            let awarded = subjects.flat_map(|subject| one_or_many(subject.get("achievement")));
            ids.extend(awarded.filter_map(|achievement| achievement.get("id").and_then(Value::as_str)));
        }
    }
    let read = |association: &Map| {
        let text = |name: &str| text(association, name).unwrap_or_default();
        let (source, target) = (text("sourceId"), text("targetId"));
        let known = ids.contains(source.as_str()) && ids.contains(target.as_str());
        Association { kind: text("associationType"), known, source, target }
    };
    objects(subject, "association").map(read).collect()
}
