//! The proof of enrolment as W3C credential: the seven claims of `AcademicEnrollmentCredential` and ours beside them, no person's
//! name, because nothing can be concealed.

use model::Timestamp;
use model::achievement::{Content, Enrolment};
use serde_json::{Value, json};
use vc::Map;
use vc::bundled::{ENROLMENT_CONTEXTS, ENROLMENT_TYPES};
use vc::sd_jwt::Path;

use super::{NotBuilt, did, is_enrolled, written};
use crate::institution::Institution;

/// The credential without what only issuing brings.
pub(super) fn draft(
    content: &Content,
    of: &Enrolment,
    institution: &Institution,
    subject: &str,
    seen_at: Timestamp,
) -> Result<Map, NotBuilt> {
    let schema = vc::bundled::credential_type(content.kind().vct()).ok_or_else(|| written("unknown type"))?.w3c.schema();
    let known = |name: &str| schema.knows(&Path::from(["credentialSubject", name]));
    let today = seen_at.day_start().date();
    let mut about: Map = content.claims().map_err(written)?.into_iter().filter(|(name, _)| known(name)).collect();
    about.insert("id".to_owned(), json!(subject));
    about.insert("is_enrolled".to_owned(), json!(is_enrolled(of, &today)));
    about.insert("as_of".to_owned(), json!(today));
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("@context", json!(ENROLMENT_CONTEXTS));
    set("type", json!(ENROLMENT_TYPES));
    set("issuer", json!({"id": did(institution)?, "name": of.institution_name}));
    set("credentialSubject", Value::Object(about));
    Ok(map)
}
