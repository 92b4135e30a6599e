//! Rows C9 and C11 to C15, and the honest way with each kind of key.

use serde_json::json;
use vc::encoding::b64url;

use super::*;

const ISSUER: &str = "https://issuer.example/roc-voorbeeld";
const NOW: i64 = 1_760_000_000;

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// A proof with changed header and payload, `null` removing a member.
fn proof(key: &SigningKey, header: Value, payload: Value) -> String {
    let mut head = json!({"typ": TYP, "jwk": key.public_jwk().unwrap().to_value()});
    let mut body = json!({"aud": ISSUER, "iat": NOW, "nonce": "n1"});
    for (base, change) in [(&mut head, header), (&mut body, payload)] {
        for (name, value) in change.as_object().unwrap() {
            base[name] = value.clone();
        }
        base.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    jws::sign(head.as_object().unwrap(), body.to_string().as_bytes(), key).unwrap()
}

#[test]
fn each_kind_of_key_proves_itself() {
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let built = build(&key, ISSUER, Some("n1"), NOW, Some("client")).unwrap();
        let checked = verify(&built, ISSUER, NOW + 10).unwrap();
        assert!(checked.holder.same_key(&key.public_jwk().unwrap()));
        assert_eq!((checked.nonce.as_str(), checked.client_id.as_deref()), ("n1", Some("client")));
        let did = vc::did::jwk_did(&key.public_jwk().unwrap());
        let by_did = proof(&key, json!({"jwk": null, "kid": format!("{did}#0")}), json!({}));
        assert!(verify(&by_did, ISSUER, NOW).is_ok());
        let did = vc::did::key_did(&key.public_jwk().unwrap()).unwrap();
        let fragment = did.trim_start_matches("did:key:");
        let by_did = proof(&key, json!({"jwk": null, "kid": format!("{did}#{fragment}")}), json!({}));
        assert!(verify(&by_did, ISSUER, NOW).is_ok());
    }
}

#[test]
fn rows_c9_c12_c13_c14() {
    let key = key();
    let refused = [
        (json!({}), json!({"nonce": null}), ProofError::Nonce),
        (json!({"typ": "JWT"}), json!({}), ProofError::Typ),
        (json!({"typ": null}), json!({}), ProofError::Typ),
        (json!({}), json!({"aud": "https://other.example"}), ProofError::Audience),
        (json!({}), json!({"aud": [ISSUER, "https://other.example"]}), ProofError::Audience),
        (json!({"kid": "k"}), json!({}), ProofError::Key),
        (json!({"jwk": null}), json!({}), ProofError::Key),
        (json!({}), json!({"iat": NOW - 301}), ProofError::Time),
        (json!({}), json!({"iat": NOW + 301}), ProofError::Time),
    ];
    for (header, payload, error) in refused {
        assert_eq!(verify(&proof(&key, header, payload), ISSUER, NOW), Err(error));
    }
}

#[test]
fn row_c11() {
    let key = key();
    let jwk = key.public_jwk().unwrap().to_value();
    for alg in ["none", "HS256"] {
        let header = json!({"typ": TYP, "alg": alg, "jwk": jwk}).to_string();
        let payload = json!({"aud": ISSUER, "iat": NOW, "nonce": "n1"}).to_string();
        let signature = if alg == "none" { String::new() } else { b64url(vc::encoding::sha256(payload.as_bytes())) };
        let forged = format!("{}.{}.{signature}", b64url(header), b64url(payload));
        assert!(verify(&forged, ISSUER, NOW).is_err(), "{alg}");
    }
}

#[test]
fn row_c15_and_another_key() {
    let key = key();
    let mut jwk = key.public_jwk().unwrap().to_value();
    jwk["d"] = "AAAA".into();
    assert_eq!(verify(&proof(&key, json!({"jwk": jwk}), json!({})), ISSUER, NOW), Err(ProofError::Key));
    let other = self::key().public_jwk().unwrap().to_value();
    assert_eq!(verify(&proof(&key, json!({"jwk": other}), json!({})), ISSUER, NOW), Err(ProofError::Signature));
}
