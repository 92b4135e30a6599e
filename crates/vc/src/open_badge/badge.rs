//! A badge: checked against the model, and what of it is shown.

use super::endorsement::{Endorsed, Endorses, of_object};
use super::identity::{Identity, identities};
use super::result::{ResultEntry, results};
use super::{Code, Kind, OpenBadgeError, Picture, classes, context, model};
use crate::Map;
use crate::vcdm::{At, Credential, Version, one_or_many, texts, timestamp};
use serde_json::Value;

/// What a badge says. Who its issuer is, is a matter of the register: only `issuer_id` is here.
#[derive(Clone, PartialEq)]
pub struct Badge {
    /// `id` of the credential.
    pub id: String,
    /// Identifier of the issuer.
    pub issuer_id: String,
    /// `id` of the subject; absent when identity objects stand for it.
    pub subject_id: Option<String>,
    /// Identity objects of the subject.
    pub identities: Vec<Identity>,
    /// Name of the credential, which may differ from the achievement's.
    pub credential_name: Option<String>,
    /// `id` of the achievement.
    pub achievement_id: String,
    /// Name of the achievement.
    pub name: String,
    /// Description, Markdown.
    pub description: String,
    /// How it is earned.
    pub criteria: Criteria,
    /// `achievementType`: a word of the specification, or `ext:…`.
    pub achievement_type: Option<String>,
    /// `id` of the achievement's maker.
    pub creator_id: Option<String>,
    /// `creditsAvailable`.
    pub credits_available: Option<f64>,
    /// `creditsEarned`.
    pub credits_earned: Option<f64>,
    /// `fieldOfStudy`.
    pub field_of_study: Option<String>,
    /// `humanCode`.
    pub human_code: Option<String>,
    /// `inLanguage`.
    pub language: Option<String>,
    /// `specialization`.
    pub specialization: Option<String>,
    /// `version` of the achievement.
    pub version: Option<String>,
    /// `tag`.
    pub tags: Vec<String>,
    /// Frameworks that the achievement is aligned to.
    pub alignments: Vec<Alignment>,
    /// Results.
    pub results: Vec<ResultEntry>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// Image of the achievement, or of the credential.
    pub image: Option<Picture>,
    /// `awardedDate`, Unix seconds.
    pub awarded: Option<i64>,
    /// `activityStartDate` and `activityEndDate`, as they stand in the document.
    pub activity: (Option<String>, Option<String>),
    /// `role`, `term`, `licenseNumber`, `narrative` of the subject, when stated.
    pub role: Option<String>,
    /// `term`.
    pub term: Option<String>,
    /// `licenseNumber`.
    pub license_number: Option<String>,
    /// `narrative`, Markdown.
    pub narrative: Option<String>,
    /// Endorsements, each to be verified on its own.
    pub endorsements: Vec<Endorsed>,
}

/// How an achievement is earned; at least one of both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// Address of the criteria.
    pub id: Option<String>,
    /// The criteria, Markdown.
    pub narrative: Option<String>,
}

/// An alignment to a node of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// Name of the node.
    pub name: String,
    /// Its address.
    pub url: String,
    /// `targetType`: a word of the specification, or `ext:…`.
    pub target_type: Option<String>,
    /// Code within the framework.
    pub code: Option<String>,
    /// Name of the framework.
    pub framework: Option<String>,
    /// Description of the node.
    pub description: Option<String>,
}

/// Evidence of an achievement; what lies at its address nobody checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Address.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Narrative, Markdown.
    pub narrative: Option<String>,
    /// Kind of evidence, free text.
    pub genre: Option<String>,
    /// For whom, free text.
    pub audience: Option<String>,
}

/// Checks a badge and reads what it says.
///
/// # Errors
/// The first rule of the model that is broken, with the member at fault.
pub fn check(credential: &Credential) -> Result<Badge, OpenBadgeError> {
    let at = At::ROOT;
    if Kind::of(credential) != Some(Kind::Badge) {
        return Err(OpenBadgeError::new(Code::Type, &at.key("type")));
    }
    context::check(credential, Kind::Badge)?;
    issuer(credential, &at)?;
    if credential.version() == Version::V2 && credential.valid_from().is_none() {
        return Err(OpenBadgeError::new(Code::MemberMissing, &at.key("validFrom")));
    }
    let subject_at = at.key("credentialSubject");
    let [subject] = credential.subjects()[..] else { return Err(OpenBadgeError::new(Code::SubjectCount, &subject_at)) };
    model::members(credential.as_map(), &classes::ACHIEVEMENT_CREDENTIAL, &at)?;
    let achievement =
        object(subject, "achievement").ok_or_else(|| OpenBadgeError::new(Code::MemberMissing, &subject_at.key("achievement")))?;
    let criteria = criteria(achievement, &subject_at.key("achievement"))?;
    let identities = identities(subject, &subject_at)?;
    let results = results(subject, achievement, &subject_at)?;
    Ok(view(credential, subject, achievement, Checked { criteria, identities, results }))
}

/// `issuer` as Profile; in version 2.0 its identifier alone will do (`ProfileRef`).
pub(super) fn issuer(credential: &Credential, at: &At<'_>) -> Result<(), OpenBadgeError> {
    match credential.as_map().get("issuer") {
        Some(issuer @ Value::Object(_)) => model::object(issuer, &classes::PROFILE, &at.key("issuer")).map(|_| ()),
        _ => Ok(()),
    }
}

/// `criteria` with `id` or `narrative`.
pub(super) fn criteria(achievement: &Map, at: &At<'_>) -> Result<Criteria, OpenBadgeError> {
    let criteria = object(achievement, "criteria");
    let text = |name: &str| criteria.and_then(|c| text(c, name));
    let criteria = Criteria { id: text("id"), narrative: text("narrative") };
    if criteria == Criteria::default() {
        return Err(OpenBadgeError::new(Code::Criteria, &at.key("criteria")));
    }
    Ok(criteria)
}

/// What was read while checking.
struct Checked {
    criteria: Criteria,
    identities: Vec<Identity>,
    results: Vec<ResultEntry>,
}

fn view(credential: &Credential, subject: &Map, achievement: &Map, checked: Checked) -> Badge {
    let map = credential.as_map();
    Badge {
        id: credential.id().unwrap_or_default().to_owned(),
        issuer_id: credential.issuer_id().to_owned(),
        subject_id: text(subject, "id"),
        identities: checked.identities,
        credential_name: name(map, "name"),
        achievement_id: text(achievement, "id").unwrap_or_default(),
        name: text(achievement, "name").unwrap_or_default(),
        description: text(achievement, "description").unwrap_or_default(),
        criteria: checked.criteria,
        achievement_type: text(achievement, "achievementType"),
        creator_id: object(achievement, "creator").and_then(|creator| text(creator, "id")),
        credits_available: achievement.get("creditsAvailable").and_then(Value::as_f64),
        credits_earned: subject.get("creditsEarned").and_then(Value::as_f64),
        field_of_study: text(achievement, "fieldOfStudy"),
        human_code: text(achievement, "humanCode"),
        language: text(achievement, "inLanguage"),
        specialization: text(achievement, "specialization"),
        version: text(achievement, "version"),
        tags: texts(achievement.get("tag")).map(str::to_owned).collect(),
        alignments: objects(achievement, "alignment").map(alignment).collect(),
        results: checked.results,
        evidence: objects(map, "evidence").map(evidence).collect(),
        image: [achievement, map].into_iter().find_map(|holder| Picture::of(one_or_many(holder.get("image")).first()?)),
        awarded: text(map, "awardedDate").as_deref().and_then(timestamp),
        activity: (text(subject, "activityStartDate"), text(subject, "activityEndDate")),
        role: text(subject, "role"),
        term: text(subject, "term"),
        license_number: text(subject, "licenseNumber"),
        narrative: text(subject, "narrative"),
        endorsements: endorsements(map, subject, achievement),
    }
}

fn endorsements(map: &Map, subject: &Map, achievement: &Map) -> Vec<Endorsed> {
    let places = [
        (Some(map), Endorses::Credential),
        (Some(achievement), Endorses::Achievement),
        (object(map, "issuer"), Endorses::Issuer),
        (object(achievement, "creator"), Endorses::Creator),
        (object(subject, "source"), Endorses::Source),
    ];
    places.into_iter().filter_map(|(object, endorses)| Some(of_object(object?, endorses))).flatten().collect()
}

fn alignment(item: &Map) -> Alignment {
    Alignment {
        name: text(item, "targetName").unwrap_or_default(),
        url: text(item, "targetUrl").unwrap_or_default(),
        target_type: text(item, "targetType"),
        code: text(item, "targetCode"),
        framework: text(item, "targetFramework"),
        description: text(item, "targetDescription"),
    }
}

fn evidence(item: &Map) -> Evidence {
    Evidence {
        id: text(item, "id"),
        name: text(item, "name"),
        description: text(item, "description"),
        narrative: text(item, "narrative"),
        genre: text(item, "genre"),
        audience: text(item, "audience"),
    }
}

/// The first text of a member.
pub(super) fn text(map: &Map, name: &str) -> Option<String> {
    texts(map.get(name)).next().map(str::to_owned)
}

/// A name that may be text or language value objects: the first one.
fn name(map: &Map, member: &str) -> Option<String> {
    let value = one_or_many(map.get(member)).first()?;
    value.as_str().or_else(|| value.get("@value")?.as_str()).map(str::to_owned)
}

/// The first object of a member.
fn object<'a>(map: &'a Map, name: &str) -> Option<&'a Map> {
    objects(map, name).next()
}

/// The objects of a member.
pub(super) fn objects<'a>(map: &'a Map, name: &str) -> impl Iterator<Item = &'a Map> {
    one_or_many(map.get(name)).iter().filter_map(Value::as_object)
}
