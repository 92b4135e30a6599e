//! What bytes turn out to be: recognised by their content, never by a name or a media type that somebody gave them.

use super::{Case, Checked, link, presentation, sd_jwt_vc, w3c};
use crate::jws::Jws;
use crate::open_badge::bake;
use crate::sd_jwt::{self, Content, SdJwt};
use crate::vcdm::{self, Enveloped};
use crate::{Map, strict_json};
use serde_json::Value;

/// Most bytes of an image.
const MAX_IMAGE: usize = 5 * 1024 * 1024;
/// Most bytes of text, white space around it included.
const MAX_TEXT: usize = 1024 * 1024;
/// Most credentials in one list.
const MOST: usize = 32;
/// How deep a text may be packed: a picture that holds a link to an envelope in JSON.
const MAX_PACKED: u8 = 4;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What was found and checked; an error is the reason why nothing could be read.
pub(super) type Found = Result<Vec<Checked>, &'static str>;

/// Recognises bytes: a picture, or text.
pub(super) fn bytes(bytes: &[u8], case: &Case<'_>) -> Found {
    if bytes.len() > MAX_IMAGE {
        return Err("too_large");
    }
    if bytes.starts_with(PNG) {
        return unbaked(bake::png_unbake(bytes).map_err(|error| error.code())?, case);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "unreadable")?.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return unbaked(bake::svg_unbake(text.as_bytes()).map_err(|error| error.code())?, case);
    }
    read(text, case)
}

fn unbaked(credential: Option<String>, case: &Case<'_>) -> Found {
    read(credential.as_deref().map(str::trim).ok_or("no_credential_in_image")?, case)
}

/// Recognises text: JSON, a token, or the address of a shared credential.
pub(super) fn read(text: &str, case: &Case<'_>) -> Found {
    let Some(case) = case.deeper(MAX_PACKED) else { return Err("unsupported_format") };
    if text.len() > MAX_TEXT {
        return Err("too_large");
    }
    match text.chars().next() {
        None => Err("unreadable"),
        Some('{' | '[' | '"') => json(text, &case),
        Some(_) if link::is_one(text) => link::follow(text, &case),
        Some(_) => token(text, &case),
    }
}

fn json(text: &str, case: &Case<'_>) -> Found {
    match strict_json::parse(text.as_bytes()).map_err(|_| "unreadable")? {
        Value::String(inner) => read(inner.trim(), case),
        Value::Array(items) => several(&items, case),
        Value::Object(map) => object(map, text, case),
        _ => Err("unsupported_format"),
    }
}

/// A list of credentials. One that cannot be read refuses the list: a report on the others would pass over it in silence.
fn several(items: &[Value], case: &Case<'_>) -> Found {
    if items.len() > MOST {
        return Err("too_many");
    }
    let mut found = Vec::new();
    for item in items {
        found.extend(value(item, case)?);
    }
    if found.is_empty() { Err("unreadable") } else { Ok(found) }
}

/// A credential that stands in JSON: an object, or a token as text.
pub(super) fn value(value: &Value, case: &Case<'_>) -> Found {
    match value {
        Value::String(text) => read(text.trim(), case),
        Value::Object(map) => match case.deeper(MAX_PACKED) {
            Some(case) => object(map.clone(), &value.to_string(), &case),
            None => Err("unsupported_format"),
        },
        _ => Err("unsupported_format"),
    }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An SD-JWT in a JSON serialisation.
    SdJwt,
    /// A token in a `data:` URL.
    Envelope,
    Presentation,
    Credential,
    /// None of these; perhaps something that holds one.
    Other,
}

impl Shape {
    /// The one thing that an object is taken for, whatever else it would like to be: what verifies it and what looks into it must
    /// not see two different things.
    pub(super) fn of(map: &Map) -> Self {
        let is = |name: &str| match map.get("type") {
            Some(Value::String(one)) => one == name,
            Some(Value::Array(all)) => all.iter().any(|one| one == name),
            _ => false,
        };
        if map.contains_key("payload") && (map.contains_key("signature") || map.contains_key("signatures")) {
            Self::SdJwt
        } else if is("EnvelopedVerifiableCredential") || is("EnvelopedVerifiablePresentation") {
            Self::Envelope
        } else if is("VerifiablePresentation") {
            Self::Presentation
        } else if is("VerifiableCredential") || map.contains_key("credentialSubject") {
            Self::Credential
        } else {
            Self::Other
        }
    }
}

fn object(map: Map, text: &str, case: &Case<'_>) -> Found {
    match Shape::of(&map) {
        Shape::SdJwt => match SdJwt::parse_json(text) {
            Ok(read) => sd_jwt(&read, text, case),
            Err(error) => Ok(vec![sd_jwt_vc::broken(text, error.code(), sd_jwt::TYP)]),
        },
        Shape::Envelope => match Enveloped::parse(&map) {
            Ok(enveloped) => read(&enveloped.text, case),
            Err(error) => Ok(vec![w3c::broken(&map, w3c::LDP_VC, &error)]),
        },
        Shape::Presentation => presentation::with_proof(map, case),
        Shape::Credential => w3c::with_proof(map, case),
        // As a credential endpoint answers, and as our own API takes it.
        Shape::Other => match map.get("credential") {
            Some(inner) => value(inner, case),
            None => map.get("credentials").and_then(Value::as_array).map_or(Err("unsupported_format"), |all| several(all, case)),
        },
    }
}

/// A compact token. Mail and terminals break long lines, so white space inside is passed over.
fn token(text: &str, case: &Case<'_>) -> Found {
    let joined: String = text.split_ascii_whitespace().collect();
    let broken_lines = joined.len() == text.len() || joined.matches('.').count() > 1;
    if !broken_lines || !joined.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)) {
        return Err("unreadable");
    }
    if !joined.contains('~') {
        return jwt(&joined, case);
    }
    match SdJwt::parse(&joined) {
        Ok(read) => sd_jwt(&read, &joined, case),
        Err(error) => Ok(vec![sd_jwt_vc::broken(&joined, error.code(), sd_jwt::TYP)]),
    }
}

fn sd_jwt(read: &SdJwt, text: &str, case: &Case<'_>) -> Found {
    let typ = read.jwt().typ().unwrap_or_default();
    match sd_jwt::content(read) {
        Err(error) => Ok(vec![sd_jwt_vc::broken(text, error.code(), typ)]),
        Ok(Content::SdJwtVc { vct, .. }) => Ok(vec![sd_jwt_vc::check(read, &vct, text, case)]),
        Ok(Content::Vcdm { credential }) => w3c::with_sd_jwt(credential, read, case),
    }
}

/// A JWT by what it says it is, and by what is in it.
fn jwt(text: &str, case: &Case<'_>) -> Found {
    let jws = Jws::parse(text).map_err(|_| "unreadable")?;
    let typ = jws.typ().unwrap_or_default().to_ascii_lowercase();
    if [sd_jwt::TYP, sd_jwt::OLD_TYP].contains(&typ.as_str()) {
        // The issuer's JWT alone is no SD-JWT.
        return Ok(vec![sd_jwt_vc::broken(text, "malformed", &typ)]);
    }
    let payload = jws.payload_unverified();
    let has = |name: &str| payload.get(name).is_some();
    let is_credential = typ.starts_with("vc");
    if typ.starts_with("vp") || (!is_credential && (has("vp") || has("verifiableCredential"))) {
        return presentation::with_jwt(text, case);
    }
    if is_credential || has("vc") || has("credentialSubject") {
        return match vcdm::jwt::read(text) {
            Ok(read) => w3c::with_jwt(&read, case),
            Err(error) => Ok(vec![w3c::broken_jwt(&jws, error.code())]),
        };
    }
    Err("unsupported_format")
}
