//! JOSE beside `josekit` (OpenSSL): what we sign it verifies, what it signs we verify, and encryption both ways.

use josekit::jwe::{ECDH_ES, JweHeader, deserialize_compact as their_decrypt, serialize_compact as their_encrypt};
use josekit::jwk::Jwk as TheirJwk;
use josekit::jwk::alg::{ec::EcCurve, ed::EdCurve};
use josekit::jws::{ES256, EdDSA, JwsHeader, RS256, deserialize_compact, serialize_compact};
use serde_json::{Value, json};
use vc::Map;
use vc::jwe::{self, Enc, Extra};
use vc::jws::{self, Jws};
use vc::key::{AgreementKey, Algorithm, Jwk, SigningKey, VerifyingKey};

const PAYLOAD: &[u8] = br#"{"sub":"somebody","n":1}"#;

fn ours(jwk: &TheirJwk) -> Jwk {
    Jwk::from_value(&public(jwk)).unwrap()
}

fn public(jwk: &TheirJwk) -> Value {
    serde_json::to_value(jwk.to_public_key().unwrap()).unwrap()
}

fn theirs(jwk: &Jwk) -> TheirJwk {
    serde_json::from_value(jwk.to_value()).unwrap()
}

fn header() -> Map {
    json!({"typ": "example+jwt", "kid": "k"}).as_object().unwrap().clone()
}

#[test]
fn they_verify_what_we_sign() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let key = SigningKey::generate(algorithm).unwrap();
        let jwk = theirs(&key.public_jwk().unwrap());
        let text = jws::sign(&header(), PAYLOAD, &key).unwrap();
        let (payload, read) = match algorithm {
            Algorithm::Es256 => deserialize_compact(&text, &ES256.verifier_from_jwk(&jwk).unwrap()),
            _ => deserialize_compact(&text, &EdDSA.verifier_from_jwk(&jwk).unwrap()),
        }
        .unwrap();
        assert_eq!(payload, PAYLOAD);
        assert_eq!(read.token_type(), Some("example+jwt"));
    }
}

#[test]
fn we_verify_what_they_sign() {
    let ec = TheirJwk::generate_ec_key(EcCurve::P256).unwrap();
    let ed = TheirJwk::generate_ed_key(EdCurve::Ed25519).unwrap();
    let rsa = TheirJwk::generate_rsa_key(2048).unwrap();
    let mut header = JwsHeader::new();
    header.set_token_type("example+jwt");
    let signed = [
        (&ec, serialize_compact(PAYLOAD, &header, &ES256.signer_from_jwk(&ec).unwrap()).unwrap()),
        (&ed, serialize_compact(PAYLOAD, &header, &EdDSA.signer_from_jwk(&ed).unwrap()).unwrap()),
        (&rsa, serialize_compact(PAYLOAD, &header, &RS256.signer_from_jwk(&rsa).unwrap()).unwrap()),
    ];
    for (jwk, text) in &signed {
        let key = VerifyingKey::from_jwk(&ours(jwk)).unwrap();
        let read = Jws::parse(text).unwrap();
        assert_eq!(read.verify(&key, Some("example+jwt")).unwrap(), &serde_json::from_slice::<Value>(PAYLOAD).unwrap());
        for (other, _) in signed.iter().filter(|(other, _)| !std::ptr::eq(*other, *jwk)) {
            assert!(read.verify(&VerifyingKey::from_jwk(&ours(other)).unwrap(), None).is_err());
        }
    }
}

#[test]
fn a_changed_byte_never_verifies() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let text = jws::sign(&header(), PAYLOAD, &key).unwrap();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        let ours =
            Jws::parse(&changed).is_ok_and(|read| read.verify(&VerifyingKey::from_jwk(&key.public_jwk().unwrap()).unwrap(), None).is_ok());
        assert!(!ours, "byte {at}");
    }
}

#[test]
fn they_decrypt_what_we_encrypt() {
    let recipient = TheirJwk::generate_ec_key(EcCurve::P256).unwrap();
    for enc in [Enc::A128Gcm, Enc::A256Gcm] {
        for extra in [Extra { kid: None, apu: None, apv: None }, Extra { kid: Some("k"), apu: Some(b"wallet"), apv: Some(b"nonce") }] {
            let text = jwe::encrypt(PAYLOAD, &ours(&recipient), enc, extra).unwrap();
            let (payload, header) = their_decrypt(&text, &ECDH_ES.decrypter_from_jwk(&recipient).unwrap()).unwrap();
            assert_eq!(payload, PAYLOAD);
            assert_eq!(header.content_encryption(), Some(enc.name()));
        }
    }
}

#[test]
fn we_decrypt_what_they_encrypt() {
    let key = AgreementKey::generate().unwrap();
    let recipient = theirs(&key.public_jwk().unwrap());
    for enc in [Enc::A128Gcm, Enc::A256Gcm] {
        for parties in [false, true] {
            let mut header = JweHeader::new();
            header.set_content_encryption(enc.name());
            if parties {
                header.set_agreement_partyuinfo(b"wallet");
                header.set_agreement_partyvinfo(b"nonce");
            }
            let text = their_encrypt(PAYLOAD, &header, &ECDH_ES.encrypter_from_jwk(&recipient).unwrap()).unwrap();
            assert_eq!(jwe::decrypt(&text, &key).unwrap(), PAYLOAD);
        }
    }
}

#[test]
fn what_they_compress_we_refuse() {
    let key = AgreementKey::generate().unwrap();
    let mut header = JweHeader::new();
    header.set_content_encryption("A128GCM");
    header.set_compression("DEF");
    let text = their_encrypt(PAYLOAD, &header, &ECDH_ES.encrypter_from_jwk(&theirs(&key.public_jwk().unwrap())).unwrap()).unwrap();
    assert!(jwe::decrypt(&text, &key).is_err());
}
