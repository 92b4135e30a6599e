//! What somebody showed, as far as a query looks at it. Nothing is verified here: [`super::anything`] does that.

use super::recognise::Shape;
use crate::Map;
use crate::jws::Jws;
use crate::key::VerifyingKey;
use crate::sd_jwt::{self, Content, SdJwt};
use crate::strict_json;
use crate::vcdm::{self, Enveloped, Presentation, Presented};
use crate::x509::Chain;
use serde_json::Value;

/// One credential as it was shown.
pub struct Shown {
    /// Its format as DCQL names it: `dc+sd-jwt`, `ldp_vc`, `jwt_vc_json`, `vc+jwt` or `vc+sd-jwt`.
    pub format: &'static str,
    /// The type of an SD-JWT VC.
    pub vct: Option<String>,
    /// Its claims; of a W3C credential the whole document.
    pub claims: Map,
    /// Whether it was shown with a proof of its holder.
    pub bound: bool,
    /// The credential as text: of an SD-JWT all that was shown, else what is in the presentation.
    pub text: String,
}

impl Shown {
    /// The identifiers of the keys in the chain that its issuer signed with, for `aki` of a query (OpenID4VP section 6.1.1.1): of a
    /// chain that led to one of `anchors` (DER) when it signed, and whose leaf's key signed this credential; else none. `now` (Unix
    /// seconds) is taken for when it signed where it does not say. An issuer that signs by another key proves nothing with a chain
    /// that lies beside.
    pub fn authority_keys(&self, anchors: &[Vec<u8>], now: i64) -> Vec<String> {
        let signed = self.text.split('~').next().and_then(|jws| Jws::parse(jws).ok());
        let chained = signed.and_then(|jws| {
            let chain = Chain::from_x5c(&jws.x5c()?).ok()?;
            let at = jws.payload_unverified().get("iat").and_then(Value::as_i64).unwrap_or(now).min(now);
            let leaf = chain.verify(anchors, at).ok()?;
            jws.verify(&VerifyingKey::from_jwk(&leaf.jwk).ok()?, None).ok()?;
            Some(chain.authority_keys())
        });
        chained.unwrap_or_default()
    }
}

/// The credentials in a presentation, or the one that was shown bare; empty when it does not read.
pub fn shown(text: &str) -> Vec<Shown> {
    let text = text.trim();
    if text.starts_with('{') {
        return strict_json::parse_object(text.as_bytes()).map(|map| of_object(map, text)).unwrap_or_default();
    }
    of_token(text)
}

fn of_token(text: &str) -> Vec<Shown> {
    if text.contains('~') {
        return SdJwt::parse(text).ok().and_then(|read| of_sd_jwt(&read, text)).into_iter().collect();
    }
    match vcdm::jwt::read_presentation(text) {
        Ok(presentation) => of_presentation(presentation.presentation_unverified().clone(), true),
        Err(_) => of_jwt(text).into_iter().collect(),
    }
}

/// An object is taken for what it is verified as, and for nothing else.
fn of_object(map: Map, text: &str) -> Vec<Shown> {
    match Shape::of(&map) {
        Shape::SdJwt => SdJwt::parse_json(text).ok().and_then(|read| of_sd_jwt(&read, text)).into_iter().collect(),
        Shape::Envelope => Enveloped::parse(&map).map(|enveloped| of_token(&enveloped.text)).unwrap_or_default(),
        Shape::Presentation => {
            let bound = map.contains_key("proof");
            of_presentation(map, bound)
        }
        Shape::Credential => vec![of_document(map)],
        Shape::Other => Vec::new(),
    }
}

fn of_presentation(map: Map, bound: bool) -> Vec<Shown> {
    let Ok(presentation) = Presentation::parse(map) else { return Vec::new() };
    let read = |one: &Presented| match one {
        Presented::Embedded(credential) => Some(of_document(credential.as_map().clone())),
        Presented::Enveloped(enveloped) if enveloped.text.contains('~') => {
            SdJwt::parse(&enveloped.text).ok().and_then(|read| of_sd_jwt(&read, &enveloped.text))
        }
        Presented::Enveloped(enveloped) => of_jwt(&enveloped.text),
    };
    let all: Option<Vec<Shown>> = presentation.credentials().iter().map(read).collect();
    // One that does not read is no part of what was shown, and then nothing is.
    all.unwrap_or_default().into_iter().map(|one| Shown { bound, ..one }).collect()
}

fn of_document(map: Map) -> Shown {
    let text = Value::Object(map.clone()).to_string();
    Shown { format: "ldp_vc", vct: None, claims: map, bound: false, text }
}

fn of_jwt(text: &str) -> Option<Shown> {
    let read = vcdm::jwt::read(text).ok()?;
    let (format, claims) = (read.dialect().format(), read.credential_unverified().clone());
    Some(Shown { format, vct: None, claims, bound: false, text: text.to_owned() })
}

fn of_sd_jwt(read: &SdJwt, text: &str) -> Option<Shown> {
    let bound = read.key_binding().is_some();
    Some(match sd_jwt::content(read).ok()? {
        Content::SdJwtVc { vct, .. } => {
            Shown { format: sd_jwt::TYP, vct: Some(vct), claims: read.disclosed_claims().clone(), bound, text: text.to_owned() }
        }
        Content::Vcdm { credential } => Shown { format: sd_jwt::OLD_TYP, vct: None, claims: credential, bound, text: text.to_owned() },
    })
}
