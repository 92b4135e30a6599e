//! The forms of a credential: from an award's content to what will be signed, linted. Times are coarse and every copy has its own
//! key, id and place, so that copies do not link.

mod achievement;
mod enrolment_vc;
mod open_badge;
mod sd_jwt;

use model::Timestamp;
use model::achievement::Content;
use model::configuration::Configuration;
use serde_json::{Value, json};
use storage::issuer::key::InstitutionKey;
use vc::Map;
use vc::bundled::CredentialType;
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose};
use vc::json_ld;
use vc::key::{Algorithm, Jwk};
use vc::random::Random;
use vc::vcdm::jwt::{Dialect, prepare_credential};
use vc::verify::{Finding, PreparedForm, lint_content, lint_w3c, lint_w3c_content};

use crate::institution::Institution;
use crate::status::places::Place;

pub(crate) use achievement::Published as PublishedAchievement;
pub(crate) use achievement::of_template;

/// A proof of enrolment in a programme ends so many days after its as-of date at the latest.
const ENROLMENT_DAYS: i64 = 183;
/// It outlives the enrolment by so many days, so that it can still be shown in the last month.
const GRACE_DAYS: i64 = 30;
/// Who a document is about while nobody has come for it: it is looked at, and thrown away.
const NOBODY: &str = "did:jwk:e30";

/// Everything beside the content.
pub(crate) struct Issuance<'a> {
    pub(crate) institution: &'a Institution,
    /// UUIDv4 of this copy.
    pub(crate) id: &'a str,
    /// The holder's key.
    pub(crate) holder: &'a Jwk,
    /// Its place in a status list.
    pub(crate) place: &'a Place,
    /// When the institution's source last showed the content.
    pub(crate) seen_at: Timestamp,
    /// Now.
    pub(crate) now: Timestamp,
}

/// What will be signed, with what goes along.
pub(crate) struct Built {
    pub(crate) prepared: PreparedForm,
    /// The end of validity.
    pub(crate) expires_at: Option<Timestamp>,
    /// The achievement that the credential names by its address.
    pub(crate) achievement: Option<PublishedAchievement>,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotBuilt {
    /// It would be over already, such as the enrolment of a former year.
    #[error("it would be over already")]
    Over,
    /// It says what no credential may say; the words name the places, never the values.
    #[error("{0}")]
    Unfit(String),
    /// Ours.
    #[error("it could not be written: {0}")]
    Written(String),
}

fn unfit(findings: &[Finding]) -> NotBuilt {
    NotBuilt::Unfit(findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn written(error: impl std::fmt::Display) -> NotBuilt {
    NotBuilt::Written(error.to_string())
}

/// With what a configuration is signed: embedded proofs with Ed25519, everything else with P-256.
pub(crate) const fn algorithm(configuration: Configuration) -> Algorithm {
    match configuration {
        Configuration::MicrocredentialOpenBadge | Configuration::EnrolmentVc => Algorithm::EdDsa,
        Configuration::MicrocredentialSdJwt
        | Configuration::MicrocredentialOpenBadgeJwt
        | Configuration::EnrolmentSdJwt
        | Configuration::MicrocredentialVcSdJwt
        | Configuration::EnrolmentVcSdJwt => Algorithm::Es256,
    }
}

/// Builds and lints one form; `key` is the institution's active key of [`algorithm`].
///
/// # Errors
/// [`NotBuilt`].
pub(crate) fn build(
    configuration: Configuration,
    content: &Content,
    issuance: &Issuance<'_>,
    key: &InstitutionKey,
    random: &dyn Random,
) -> Result<Built, NotBuilt> {
    let expires_at = expiry(content, issuance.seen_at.day_start());
    if expires_at.is_some_and(|end| end <= issuance.now) {
        return Err(NotBuilt::Over);
    }
    if configuration.is_sd_jwt() {
        let prepared = sd_jwt::prepare(content, issuance, expires_at, random)?;
        // `typ` is the format's name, in drafts and since.
        let header = crate::key::header(key, configuration.format());
        return Ok(Built { prepared: PreparedForm::SdJwt { header, prepared }, expires_at, achievement: None });
    }
    let kind = vc::bundled::credential_type(content.kind().vct()).ok_or_else(|| written("unknown type"))?;
    let subject = vc::did::jwk_did(issuance.holder);
    let (mut document, achievement) = draft(content, issuance.institution, &subject, issuance.seen_at)?;
    complete(&mut document, kind, issuance, expires_at);
    let findings = lint_w3c(kind, &document, issuance.now.seconds());
    if !findings.is_empty() {
        return Err(unfit(&findings));
    }
    let did = did(issuance.institution)?;
    let method = format!("{did}#{}", key.kid);
    let prepared = match algorithm(configuration) {
        Algorithm::EdDsa => {
            let mut options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, method, Purpose::AssertionMethod);
            options.created = Some(issuance.now.day_start().seconds());
            PreparedForm::DataIntegrity(
                data_integrity::prepare(&document, &options).map_err(|error| NotBuilt::Unfit(error.code().to_owned()))?,
            )
        }
        algorithm => {
            let header = Map::from_iter([("kid".to_owned(), json!(method))]);
            PreparedForm::Jwt(prepare_credential(&document, Dialect::JwtVcJson, &header, algorithm).map_err(written)?)
        }
    };
    Ok(Built { prepared, expires_at, achievement })
}

/// What keeps content out of every form, found before anything is held out to anybody: a text that is too long, something like a
/// citizen service number, an element outside its vocabulary.
pub(crate) fn unfit_content(content: &Content, institution: &Institution, now: Timestamp) -> Vec<Finding> {
    if !content.is_complete() {
        return Vec::new();
    }
    let mut findings = content.claims().map(|claims| lint_content(content.kind().vct(), &claims)).unwrap_or_default();
    let Some(kind) = vc::bundled::credential_type(content.kind().vct()) else { return findings };
    let Ok((document, _)) = draft(content, institution, NOBODY, now) else { return findings };
    // What the claims say is told where the source has it, not a second time where the badge has it.
    if findings.is_empty() {
        findings = lint_w3c_content(kind, &document);
    }
    if findings.is_empty()
        && let Err(error) = json_ld::check_terms(&document)
    {
        findings.push(Finding { code: error.code(), path: None, element: None });
    }
    findings
}

/// A W3C document without what only issuing brings.
fn draft(
    content: &Content,
    institution: &Institution,
    subject: &str,
    seen_at: Timestamp,
) -> Result<(Map, Option<PublishedAchievement>), NotBuilt> {
    match content {
        Content::Microcredential(of) => {
            let achievement = achievement::of(of, institution)?;
            Ok((open_badge::draft(of, institution, &achievement, subject)?, Some(achievement)))
        }
        Content::Enrolment(of) => Ok((enrolment_vc::draft(content, of, institution, subject, seen_at)?, None)),
        Content::Sketch(_) => Err(written("a sketch")),
    }
}

/// Id, dates, status and schema, the same for every W3C form. Revocation and suspension stand at one place of one row's lists.
fn complete(document: &mut Map, kind: &CredentialType, issuance: &Issuance<'_>, expires_at: Option<Timestamp>) {
    let list = issuance.institution.at(&format!("/status/{}", issuance.place.list));
    let entry = |purpose: &str| {
        let address = format!("{list}/{purpose}");
        json!({
            "id": format!("{address}#{}", issuance.place.index), "type": "BitstringStatusListEntry", "statusPurpose": purpose,
            "statusListIndex": issuance.place.index.to_string(), "statusListCredential": address,
        })
    };
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    set("id", json!(format!("urn:uuid:{}", issuance.id)));
    set("validFrom", json!(issuance.now.day_start().rfc3339()));
    if let Some(end) = expires_at {
        set("validUntil", json!(end.rfc3339()));
    }
    set("credentialStatus", json!([entry("revocation"), entry("suspension")]));
    set("credentialSchema", json!([{"id": kind.w3c.schema_id, "type": "1EdTechJsonSchemaValidator2019"}]));
}

/// The institution's `did:web`.
fn did(institution: &Institution) -> Result<String, NotBuilt> {
    vc::did::web_did(&institution.identifier).map_err(written)
}

/// Most microcredentials do not end. A proof of enrolment ends half a year after it was true, and a month after the enrolment.
fn expiry(content: &Content, as_of: Timestamp) -> Option<Timestamp> {
    match content {
        Content::Microcredential(of) => of.valid_until.as_deref().and_then(Timestamp::parse).map(|last| last.plus_days(1).day_end()),
        Content::Enrolment(of) => {
            let freshness = as_of.plus_days(ENROLMENT_DAYS);
            let ended = of.end_date.as_deref().and_then(Timestamp::parse).map(|end| end.plus_days(GRACE_DAYS + 1));
            Some(ended.map_or(freshness, |ended| ended.min(freshness)).day_end())
        }
        Content::Sketch(_) => None,
    }
}

/// Whether somebody is enrolled on the day on which it was seen, full-date.
fn is_enrolled(of: &model::achievement::Enrolment, today: &str) -> bool {
    let running = of.start_date.as_str() <= today && of.end_date.as_deref().is_none_or(|end| end >= today);
    running && of.state == "associated"
}
