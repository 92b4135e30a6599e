//! SD-JWT VC: the award's claims with what exists only once it is issued, concealed as the type says.

use model::Timestamp;
use model::achievement::Content;
use serde_json::{Value, json};
use vc::key::Jwk;
use vc::random::Random;
use vc::sd_jwt::Prepared;
use vc::verify::lint;

use super::{Issuance, NotBuilt, is_enrolled, unfit, written};

/// Decoy digests, so that the number of concealed claims says little.
const DECOYS: usize = 3;
/// How sure the name is: as the institution's own administration has it. Neither OOAPI nor the machine API tells how the identity
/// was checked there, so nothing stronger is said (`schemas/README.md`).
const ASSURANCE: &str = "institution_records";

/// Builds, lints and conceals.
pub(super) fn prepare(
    content: &Content,
    issuance: &Issuance<'_>,
    expires_at: Option<Timestamp>,
    random: &dyn Random,
) -> Result<Prepared, NotBuilt> {
    let vct = content.kind().vct();
    let issued_at = issuance.now.day_start().seconds();
    let today = issuance.seen_at.day_start().date();
    let mut claims = content.claims().map_err(written)?;
    let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    set("vct", json!(vct));
    if let Some(kind) = vc::bundled::credential_type(vct) {
        set("vct#integrity", json!(kind.integrity()));
    }
    set("iss", json!(issuance.institution.identifier));
    set("iat", json!(issued_at));
    set("nbf", json!(issued_at));
    if let Some(end) = expires_at {
        set("exp", json!(end.seconds()));
    }
    set("cnf", json!({"jwk": Jwk::new(issuance.holder.key().clone()).to_value()}));
    let list = issuance.institution.at(&format!("/status/{}", issuance.place.list));
    set("status", json!({"status_list": {"idx": issuance.place.index, "uri": list}}));
    if !content.person().is_empty() {
        set("holder_identity", json!({"name_source": "institution", "assurance": ASSURANCE, "checked_on": today}));
    }
    if let Content::Enrolment(enrolment) = content {
        set("is_enrolled", json!(is_enrolled(enrolment, &today)));
        set("as_of", json!(today));
    }
    let concealed = vc::bundled::concealed(vct);
    let findings = lint(&claims, &concealed, issuance.now.seconds());
    if !findings.is_empty() {
        return Err(unfit(&findings));
    }
    vc::sd_jwt::prepare(claims, &concealed, DECOYS, random).map_err(written)
}
