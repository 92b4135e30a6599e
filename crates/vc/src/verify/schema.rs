//! Schemas: whether the content has the shape that its type prescribes.

use crate::json_schema::Schema;
use crate::open_badge::{self, Kind};
use crate::report::{Check, CheckName};
use crate::sd_jwt::SdJwt;
use crate::type_metadata::{self, Integrity};
use crate::vcdm::{Credential, digest_matches, one_or_many};
use crate::{Map, bundled, json_ld};
use serde_json::Value;

/// Schemas of 1EdTech that describe what [`open_badge`] checks itself.
const ONE_EDTECH: [&str; 2] =
    ["https://purl.imsglobal.org/spec/ob/v3p0/schema/json/", "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/"];

/// The `schema` check of an SD-JWT VC; `None` when the type is not bundled. `vct#integrity` must fit the bundled metadata, and the
/// claims must be concealed as that says.
pub(super) fn of_sd_jwt_vc(vct: &str, credential: &SdJwt) -> Option<Check> {
    let kind = bundled::credential_type(vct)?;
    let claims = credential.disclosed_claims();
    let pinned = claims.get("vct#integrity");
    let fits_pin = |text: &str| Integrity::parse(text).is_some_and(|integrity| integrity.fits(kind.metadata.as_bytes()));
    if pinned.is_some_and(|value| !value.as_str().is_some_and(fits_pin)) {
        return Some(Check::failed(CheckName::Schema, "vct_integrity"));
    }
    let violations = type_metadata::bundled(vct).map(|metadata| type_metadata::check(metadata, credential));
    Some(match violations.unwrap_or_default().first() {
        Some(found) => Check::failed(CheckName::Schema, found.problem.code()).with("path", found.path.to_string()),
        None => fits(kind.schema(), claims),
    })
}

fn fits(schema: &Schema, claims: &Map) -> Check {
    match schema.check(claims) {
        Ok(()) => Check::passed(CheckName::Schema),
        Err(violation) => {
            let at = violation.path.map(|p| p.to_string()).unwrap_or_default();
            Check::failed(CheckName::Schema, "schema").with("path", at).with("keyword", violation.keyword)
        }
    }
}

/// The `schema` check of a W3C credential: the bytes that it pins, not checked where they are not bundled, the model of its family, then every
/// schema that it names. A bundled type has its own schema, named or not: contexts are in no RDF, so that whoever holds a credential
/// can add ours to it. `None` when it is of no family that is known here and names none.
pub(super) fn of_w3c(credential: &Credential) -> Option<Check> {
    let mut unread = None;
    for (index, resource) in credential.related_resources().iter().enumerate() {
        let place = format!("/relatedResource/{index}");
        match bundled_text(&resource.id).map(|text| resource.matches(text.as_bytes())) {
            Some(true) => {}
            Some(false) => return Some(Check::failed(CheckName::Schema, "related_resource").with("path", place)),
            None => unread = unread.or(Some(place)),
        }
    }
    if let Some(place) = altered_schema(credential) {
        return Some(Check::failed(CheckName::Schema, "related_resource").with("path", place));
    }
    let family = Kind::of(credential).map(|kind| match kind {
        Kind::Badge => open_badge::check(credential).map(|_| ()),
        Kind::Endorsement => open_badge::check_endorsement(credential).map(|_| ()),
        Kind::Clr => open_badge::check_clr(credential).map(|_| ()),
    });
    if let Some(Err(error)) = &family {
        return Some(Check::failed(CheckName::Schema, error.code()).with("path", error.path()));
    }
    let named = credential.schemas().into_iter().filter_map(|(id, _)| bundled::by_schema(id));
    for kind in super::w3c::own_type(credential).into_iter().chain(named) {
        let check = fits(kind.w3c.schema(), credential.as_map());
        if check != Check::passed(CheckName::Schema) {
            return Some(check);
        }
    }
    // What was not compared does not pass.
    let mut unknown = unread
        .or_else(|| unread_schema(credential))
        .map(|place| Check::not_checked(CheckName::Schema, "related_resource_unread").with("path", place));
    for (id, _) in credential.schemas().into_iter().filter(|(id, _)| bundled::by_schema(id).is_none()) {
        if family.is_none() || !ONE_EDTECH.iter().any(|base| id.starts_with(base)) {
            unknown = Some(Check::not_checked(CheckName::Schema, "schema_unknown").with("schema", id));
        }
    }
    let made = family.is_some() || super::w3c::own_type(credential).is_some() || !credential.schemas().is_empty();
    unknown.or_else(|| made.then(|| Check::passed(CheckName::Schema)))
}

/// The bytes of a document that every build carries.
fn bundled_text(id: &str) -> Option<&'static str> {
    json_ld::context(id).or_else(|| bundled::documents().find(|document| document.name == id).map(|document| document.text))
}

/// The place of a schema that the credential pins and that no build carries.
fn unread_schema(credential: &Credential) -> Option<String> {
    let mut named = one_or_many(credential.as_map().get("credentialSchema")).iter().filter_map(Value::as_object);
    let carried = |schema: &Map| schema.get("id").and_then(Value::as_str).is_some_and(|id| bundled::by_schema(id).is_some());
    let at = named.position(|schema| !carried(schema) && digest_matches(schema, b"").is_some())?;
    Some(format!("/credentialSchema/{at}"))
}

/// The place of a schema that the credential pins by a digest which the bundled bytes do not have (VCDM 2.0 section 5.3).
fn altered_schema(credential: &Credential) -> Option<String> {
    let named = one_or_many(credential.as_map().get("credentialSchema")).iter().filter_map(Value::as_object).enumerate();
    let mut altered = named.filter(|(_, schema)| {
        let kind = schema.get("id").and_then(Value::as_str).and_then(bundled::by_schema);
        kind.is_some_and(|kind| digest_matches(schema, kind.w3c.schema_text.as_bytes()) == Some(false))
    });
    altered.next().map(|(index, _)| format!("/credentialSchema/{index}"))
}
