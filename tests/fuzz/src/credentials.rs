//! Parsers of `vc`: what issuers, wallets, DIDs and status providers send.

use crate::{json, text};
use base64::Engine;
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
