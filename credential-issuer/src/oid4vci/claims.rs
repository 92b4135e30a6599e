//! The claims of an SD-JWT VC: the award's content, and what exists only once it is issued. Times are coarse, so that copies do not link.

use model::Timestamp;
use model::achievement::{Content, ContentError};
use serde_json::{Value, json};
use vc::Map;
use vc::key::Jwk;
use vc::sd_jwt::Path;

/// A proof of enrolment in a programme ends so many days after its as-of date at the latest.
const ENROLMENT_DAYS: i64 = 183;
/// It outlives the enrolment by so many days, so that it can still be shown in the last month.
const GRACE_DAYS: i64 = 30;

/// How sure the name is: as the institution's own administration has it. Neither OOAPI nor the machine API tells how the identity
/// was checked there, so nothing stronger is said (`schemas/README.md`).
const ASSURANCE: &str = "institution_records";

/// Everything beside the content.
pub(crate) struct Issuance<'a> {
    /// The Credential Issuer Identifier.
    pub(crate) issuer: &'a str,
    /// The holder's key.
    pub(crate) holder: &'a Jwk,
    /// Address of the status list.
    pub(crate) status_uri: &'a str,
    /// Place in it.
    pub(crate) status_index: i64,
    /// When the content was decided.
    pub(crate) decided_at: Timestamp,
    /// Now.
    pub(crate) now: Timestamp,
}

/// The claims, the paths that are concealed, and the end of validity.
pub(crate) struct Built {
    pub(crate) claims: Map,
    pub(crate) concealed: Vec<Path>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// Builds the claims of a credential.
pub(crate) fn build(content: &Content, issuance: &Issuance<'_>) -> Result<Built, ContentError> {
    let vct = content.kind().vct();
    let issued_at = issuance.now.day_start().seconds();
    let as_of = issuance.decided_at.day_start();
    let expires_at = expiry(content, as_of);
    let mut claims = content.claims()?;
    let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    set("vct", json!(vct));
    if let Some(kind) = vc::bundled::credential_type(vct) {
        set("vct#integrity", json!(kind.integrity()));
    }
    set("iss", json!(issuance.issuer));
    set("iat", json!(issued_at));
    set("nbf", json!(issued_at));
    if let Some(end) = expires_at {
        set("exp", json!(end.seconds()));
    }
    set("cnf", json!({"jwk": Jwk::new(issuance.holder.key().clone()).to_value()}));
    set("status", json!({"status_list": {"idx": issuance.status_index, "uri": issuance.status_uri}}));
    set("holder_identity", json!({"name_source": "institution", "assurance": ASSURANCE, "checked_on": as_of.date()}));
    if let Content::Enrolment(enrolment) = content {
        let today = as_of.date();
        set("as_of", json!(today));
        let running = enrolment.start_date <= today && enrolment.end_date.as_ref().is_none_or(|end| *end >= today);
        set("is_enrolled", json!(running && enrolment.state == "associated"));
    }
    Ok(Built { claims, concealed: vc::bundled::concealed(vct), expires_at })
}

/// A microcredential does not end. A proof of enrolment ends half a year after it was true, and a month after the enrolment.
fn expiry(content: &Content, as_of: Timestamp) -> Option<Timestamp> {
    let Content::Enrolment(enrolment) = content else { return None };
    let freshness = as_of.plus_days(ENROLMENT_DAYS);
    let ended = enrolment.end_date.as_deref().and_then(Timestamp::parse).map(|end| end.plus_days(GRACE_DAYS + 1));
    Some(ended.map_or(freshness, |ended| ended.min(freshness)).day_end())
}
