//! Endorsements: credentials of others about a badge, an achievement or a profile, each to be verified on its own.

use super::{Code, Kind, OpenBadgeError, classes, context, model};
use crate::Map;
use crate::vcdm::{At, Credential, Version, one_or_many, texts};
use serde_json::Value;

/// Where in a badge an endorsement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endorses {
    /// The award itself.
    Credential,
    /// The achievement.
    Achievement,
    /// The issuer.
    Issuer,
    /// Who made the achievement.
    Creator,
    /// The organisation that the subject names as source.
    Source,
}

/// An endorsement as it stands in a badge. Nothing in it is proven by the badge's own signature but that the issuer
/// put it there.
#[derive(Debug, Clone, PartialEq)]
pub struct Endorsed {
    /// What it stands at.
    pub endorses: Endorses,
    /// `id` of that.
    pub target: String,
    /// The endorsement credential.
    pub form: EndorsementForm,
}

/// How an endorsement is secured.
#[derive(Debug, Clone, PartialEq)]
pub enum EndorsementForm {
    /// JSON with an embedded proof.
    Embedded(Map),
    /// A JWT.
    Jwt(String),
}

/// What an endorsement credential says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    /// Issuer's identifier; its name is a matter of the register.
    pub issuer_id: String,
    /// What is endorsed.
    pub target: String,
    /// `endorsementComment`, Markdown.
    pub comment: Option<String>,
}

/// Checks an endorsement credential.
///
/// # Errors
/// The first rule that is broken, with the member at fault.
pub fn check_endorsement(credential: &Credential) -> Result<Endorsement, OpenBadgeError> {
    let at = At::ROOT;
    if Kind::of(credential) != Some(Kind::Endorsement) {
        return Err(OpenBadgeError::new(Code::Type, &at.key("type")));
    }
    context::check(credential, Kind::Endorsement)?;
    if credential.version() == Version::V2 && credential.valid_from().is_none() {
        return Err(OpenBadgeError::new(Code::MemberMissing, &at.key("validFrom")));
    }
    model::members(credential.as_map(), &classes::ENDORSEMENT_CREDENTIAL, &at)?;
    let subject = credential.subjects().into_iter().next();
    let text = |name: &str| subject.and_then(|s| texts(s.get(name)).next()).map(str::to_owned);
    Ok(Endorsement {
        issuer_id: credential.issuer_id().to_owned(),
        target: text("id").unwrap_or_default(),
        comment: text("endorsementComment"),
    })
}

/// The endorsements of one object of a badge.
pub(super) fn of_object(object: &Map, endorses: Endorses) -> impl Iterator<Item = Endorsed> {
    let target = texts(object.get("id")).next().unwrap_or_default().to_owned();
    let embedded = one_or_many(object.get("endorsement")).iter().filter_map(Value::as_object).cloned().map(EndorsementForm::Embedded);
    let signed = texts(object.get("endorsementJwt")).map(str::to_owned).map(EndorsementForm::Jwt);
    embedded.chain(signed).map(move |form| Endorsed { endorses, target: target.clone(), form })
}
