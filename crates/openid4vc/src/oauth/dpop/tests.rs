//! Row T9, the MUSTs of RFC 9449 section 4.3, and its example.

use serde_json::json;
use vc::encoding::b64url;
use vc::key::Algorithm;

use super::*;

const NOW: i64 = 1_760_000_000;
const TOKEN: &str = "https://issuer.example/roc-voorbeeld/token";

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn expected() -> ExpectedDpop<'static> {
    ExpectedDpop { method: "POST", uri: TOKEN, now: NOW, access_token: None }
}

/// A proof with changed header and payload, `null` removing a member.
fn proof(key: &SigningKey, header: Value, payload: Value) -> String {
    let mut head = json!({"typ": TYP, "jwk": key.public_jwk().unwrap().to_value()});
    let mut body = json!({"jti": "j1", "htm": "POST", "htu": TOKEN, "iat": NOW});
    for (base, change) in [(&mut head, header), (&mut body, payload)] {
        for (name, value) in change.as_object().unwrap() {
            base[name] = value.clone();
        }
        base.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    jws::sign(head.as_object().unwrap(), body.to_string().as_bytes(), key).unwrap()
}

fn refused(header: Value, payload: Value) -> Option<DpopError> {
    verify(&proof(&key(), header, payload), &expected()).err()
}

#[test]
fn what_is_built_is_read() {
    for algorithm in jwt::ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let built = build(&key, "GET", "https://issuer.example/c?a=b#c", NOW, "j", Some("token"), Some("n")).unwrap();
        let expected = ExpectedDpop { method: "GET", uri: "https://issuer.example/c", now: NOW, access_token: Some("token") };
        let read = verify(&built, &expected).unwrap();
        assert!(read.jwk.same_key(&key.public_jwk().unwrap()));
        assert_eq!((read.jkt, read.jti.as_str(), read.nonce.as_deref()), (read.jwk.thumbprint(), "j", Some("n")));
        assert_eq!(verify(&built, &ExpectedDpop { access_token: Some("other"), ..expected }), Err(DpopError::AccessToken));
    }
}

#[test]
fn row_t9() {
    assert_eq!(refused(json!({}), json!({"htu": "https://issuer.example/roc-voorbeeld/credential"})), Some(DpopError::Uri));
    assert_eq!(refused(json!({}), json!({"htm": "GET"})), Some(DpopError::Method));
    assert_eq!(refused(json!({}), json!({"iat": NOW + 600})), Some(DpopError::Time));
}

#[test]
fn rfc9449_4_2_all_claims_are_required() {
    for name in ["jti", "htm", "htu", "iat"] {
        assert_eq!(refused(json!({}), json!({name: null})), Some(DpopError::Malformed), "{name}");
        assert_eq!(refused(json!({}), json!({name: {}})), Some(DpopError::Malformed), "{name}");
    }
    assert_eq!(refused(json!({}), json!({"nonce": 5})), Some(DpopError::Malformed));
}

#[test]
fn rfc9449_4_3_typ_is_dpop_jwt() {
    assert_eq!(refused(json!({"typ": "JWT"}), json!({})), Some(DpopError::Typ));
    assert_eq!(refused(json!({"typ": null}), json!({})), Some(DpopError::Typ));
}

#[test]
fn rfc9449_4_3_the_key_is_public_and_signed_it() {
    assert_eq!(refused(json!({"jwk": null}), json!({})), Some(DpopError::Key));
    assert_eq!(refused(json!({"jwk": null, "kid": "k"}), json!({})), Some(DpopError::Key));
    let key = key();
    let mut jwk = key.public_jwk().unwrap().to_value();
    jwk["d"] = "AAAA".into();
    assert_eq!(verify(&proof(&key, json!({"jwk": jwk}), json!({})), &expected()), Err(DpopError::Key));
    let other = self::key().public_jwk().unwrap().to_value();
    assert_eq!(verify(&proof(&key, json!({"jwk": other}), json!({})), &expected()), Err(DpopError::Signature));
}

#[test]
fn rfc9449_4_3_alg_is_asymmetric() {
    let jwk = key().public_jwk().unwrap().to_value();
    for alg in ["none", "HS256", "ES256K", "RS256", ""] {
        let header = json!({"typ": TYP, "alg": alg, "jwk": jwk}).to_string();
        let payload = json!({"jti": "j", "htm": "POST", "htu": TOKEN, "iat": NOW}).to_string();
        let forged = format!("{}.{}.", b64url(header), b64url(payload));
        assert_eq!(verify(&forged, &expected()), Err(DpopError::Key), "{alg}");
    }
}

#[test]
fn rfc9449_4_3_htu_is_compared_without_query_and_fragment() {
    for same in ["https://ISSUER.example:443/roc-voorbeeld/token", "https://issuer.example/roc-voorbeeld/token?a=b#c"] {
        assert_eq!(refused(json!({}), json!({"htu": same})), None, "{same}");
    }
    for other in ["http://issuer.example/roc-voorbeeld/token", "https://issuer.example/roc-voorbeeld/token/", "/token", ""] {
        assert!(refused(json!({}), json!({"htu": other})).is_some(), "{other}");
    }
}

#[test]
fn rfc9449_4_3_iat_is_within_a_window() {
    for (iat, outcome) in [(60, None), (61, Some(DpopError::Time)), (-300, None), (-301, Some(DpopError::Time))] {
        assert_eq!(refused(json!({}), json!({"iat": NOW + iat})), outcome, "{iat}");
    }
}

#[test]
fn rfc9449_4_3_ath_is_demanded_with_a_token() {
    let with = ExpectedDpop { access_token: Some("token"), ..expected() };
    let key = key();
    assert_eq!(verify(&proof(&key, json!({}), json!({})), &with), Err(DpopError::AccessToken));
    assert!(verify(&proof(&key, json!({}), json!({"ath": token_hash("token")})), &with).is_ok());
}

/// RFC 9449 sections 4.1, 6.1 and 7.1.
#[test]
fn examples_of_the_rfc() {
    let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/oauth/rfc-snippets.json")).unwrap();
    let ath = &vectors["dpop_rfc9449_ath"];
    assert_eq!(token_hash(ath["access_token"].as_str().unwrap()), ath["ath"]);
    let jkt = &vectors["dpop_rfc9449_jkt"];
    assert_eq!(Jwk::from_value(&jkt["jwk"]).unwrap().thumbprint(), jkt["jkt"]);
    for name in ["jwk_thumbprint_rfc7638_3_1", "ed25519_thumbprint_rfc8037_a3"] {
        assert_eq!(Jwk::from_value(&vectors[name]["jwk"]).unwrap().thumbprint(), vectors[name]["thumbprint"], "{name}");
    }
    let proofs: Value = serde_json::from_str(include_str!("../../../tests/vectors/oauth/dpop-proofs.json")).unwrap();
    let expected = ExpectedDpop { method: "POST", uri: "https://server.example.com/token", now: 1_562_262_616, access_token: None };
    let read = verify(proofs["rfc9449_4_1"].as_str().unwrap(), &expected).unwrap();
    assert_eq!((read.jkt.as_str(), read.jti.as_str()), (jkt["jkt"].as_str().unwrap(), "-BwC3ESc6acc2lTc"));
    let resource = ExpectedDpop {
        method: "GET",
        uri: "https://resource.example.org/protectedresource",
        now: 1_562_262_618,
        access_token: ath["access_token"].as_str(),
    };
    assert_eq!(verify(proofs["rfc9449_7_1"].as_str().unwrap(), &resource).unwrap().jti, "e1j3V_bKic8-LAEB");
}

#[test]
fn every_refusal_has_the_one_code() {
    assert_eq!(DpopError::Time.code(), "invalid_dpop_proof");
}
