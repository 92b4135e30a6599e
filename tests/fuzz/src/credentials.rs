//! Parsers of `vc`: what issuers, wallets, DIDs and status providers send.

use crate::{json, text};
use base64::Engine;
use vc::data_integrity::{ExpectedProof, KeyProblem, Keys, Purpose, ResolvedKey};
use vc::did::{Document, key_of_url, web_url};
use vc::key::{AgreementKey, Jwk};
use vc::sd_jwt::SdJwt;
use vc::status_list::{StatusList, TokenKeys, read_token};
use vc::x509::Chain;

const NOW: i64 = 1_790_000_000;

pub(crate) fn strict_json(input: &[u8]) {
    drop(vc::strict_json::parse(input));
}

pub(crate) fn jws(input: &[u8]) {
    text(input, |text| drop(vc::jws::Jws::parse(text)));
}

pub(crate) fn sd_jwt(input: &[u8]) {
    text(input, |text| {
        let Ok(credential) = SdJwt::parse(text) else { return };
        let paths: Vec<_> = credential.disclosures().iter().map(|disclosure| disclosure.path().clone()).collect();
        // What can be read can be shown in part, and the part can be read again.
        let part = credential.reveal(paths.get(..paths.len() / 2).unwrap_or_default());
        if let Ok(part) = part {
            assert!(SdJwt::parse(&part.to_string()).is_ok(), "a part of a readable SD-JWT is readable");
        }
    });
}

pub(crate) fn sd_jwt_json(input: &[u8]) {
    text(input, |text| drop(SdJwt::parse_json(text)));
}

pub(crate) fn type_metadata(input: &[u8]) {
    drop(vc::type_metadata::parse(input));
}

pub(crate) fn issuer_key_documents(input: &[u8]) {
    drop(vc::issuer_metadata::parse(input, "https://issuer.example", false));
    drop(vc::issuer_metadata::KeySet::parse(input));
}

pub(crate) fn jwk(input: &[u8]) {
    json(input, |value| {
        if let Ok(key) = Jwk::from_value(value) {
            drop((key.thumbprint(), key.to_spki()));
        }
        drop(Jwk::set_from_value(value));
    });
    drop(Jwk::from_spki(input));
}

pub(crate) fn x5c(input: &[u8]) {
    text(input, |text| {
        let texts: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        read_chain(&texts);
    });
    read_chain(&[base64::engine::general_purpose::STANDARD.encode(input)]);
}

fn read_chain(texts: &[String]) {
    if let Ok(chain) = Chain::from_x5c(texts) {
        drop((chain.leaf_unverified(), chain.verify(&[], NOW)));
    }
}

pub(crate) fn jwe(input: &[u8]) {
    text(input, |text| {
        drop(vc::jwe::header(text));
        if let Ok(key) = AgreementKey::generate() {
            drop(vc::jwe::decrypt(text, &key));
        }
    });
}

pub(crate) fn did_document(input: &[u8]) {
    drop(Document::parse(input, "did:web:issuer.example"));
}

pub(crate) fn did_url(input: &[u8]) {
    text(input, |text| {
        drop((key_of_url(text), web_url(text, true), web_url(text, false)));
        drop((vc::did::documents(text, true), vc::did::resolve(text, &|_| None, NOW, true)));
    });
}

pub(crate) fn status_list_token(input: &[u8]) {
    json(input, |value| {
        if let Ok(list) = StatusList::decode(value) {
            assert!(list.status(list.len()).is_none(), "nothing stands behind the end of a list");
        }
    });
    text(input, |text| drop(read_token(text, TokenKeys::Given(&[]), "https://issuer.example/status/1", NOW)));
}

/// A log of did:webvh, and a witness file beside it.
pub(crate) fn did_webvh(input: &[u8]) {
    let did = "did:webvh:QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG:issuer.example";
    if let Ok(log) = vc::did::webvh::Log::read(did, input, NOW) {
        drop(log.witnessed(Some(input), NOW));
    }
}

pub(crate) fn jcs(input: &[u8]) {
    json(input, |value| {
        let Ok(canonical) = vc::jcs::canonical(value) else { return };
        let again = serde_json::from_str(&canonical).ok().and_then(|value| vc::jcs::canonical(&value).ok());
        assert_eq!(again, Some(canonical), "a canonical form is its own canonical form");
    });
}

pub(crate) fn json_ld(input: &[u8]) {
    json(input, |value| {
        if let Some(document) = value.as_object() {
            drop((vc::json_ld::check_terms(document), vc::json_ld::canonical(document)));
        }
    });
}

/// Nobody's key fits: every path up to the signature is walked.
struct AnyKey;

impl Keys for AnyKey {
    fn key(&self, verification_method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        const KEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        let jwk = Jwk::from_multikey(KEY).map_err(|_| KeyProblem::Unknown)?;
        Ok(ResolvedKey { jwk, controller: verification_method.to_owned() })
    }
}

pub(crate) fn data_integrity(input: &[u8]) {
    let expected = ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now: NOW, clock_tolerance: 0 };
    json(input, |value| {
        if let Some(document) = value.as_object() {
            drop(vc::data_integrity::verify(document, &AnyKey, &expected));
        }
    });
}

pub(crate) fn vcdm(input: &[u8]) {
    json(input, |value| {
        let Some(map) = value.as_object() else { return };
        drop(vc::vcdm::Presentation::parse(map.clone()));
        let Ok(credential) = vc::vcdm::Credential::parse(map.clone()) else { return };
        drop(vc::open_badge::check(&credential));
        drop(vc::open_badge::check_clr(&credential));
        drop(vc::open_badge::check_endorsement(&credential));
        drop(vc::status_list::StatusEntry::of_credential(map));
    });
}

pub(crate) fn vc_jwt(input: &[u8]) {
    text(input, |text| {
        drop(vc::vcdm::jwt::read(text));
        drop(vc::vcdm::jwt::read_presentation(text));
    });
}

pub(crate) fn baked_image(input: &[u8]) {
    let _kind = vc::open_badge::bake::check_image(input);
    drop(vc::open_badge::bake::unbake(input));
    let Ok(baked) = vc::open_badge::bake::bake(input, "e30.e30.e30") else { return };
    assert_eq!(vc::open_badge::bake::unbake(&baked), Ok(Some("e30.e30.e30".to_owned())), "what is baked into a picture comes out of it");
}

pub(crate) fn bitstring(input: &[u8]) {
    text(input, |text| drop(vc::status_list::bitstring::decode(text)));
    json(input, |value| {
        let Some(map) = value.as_object() else { return };
        drop(vc::status_list::BitstringList::of_verified(map, "https://issuer.example/status/1", NOW));
    });
    drop(vc::status_list::RevocationList::read(input, "https://issuer.example/status/1"));
    drop(vc::status_list::recognise(input, "https://issuer.example/status/1"));
}

/// The one entry point, with nothing fetched and nobody trusted: never valid.
pub(crate) fn anything(input: &[u8]) {
    let trust = vc::trust::Trust::default();
    let report = vc::verify::anything(input, &vc::verify::Inputs::new(NOW, &trust, "fuzz"));
    assert_ne!(report.verdict, vc::report::Verdict::Valid, "nobody is trusted");
}
