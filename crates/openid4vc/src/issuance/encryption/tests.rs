//! Row C18, and the MUSTs of sections 8.2, 9.1, 10 and 12.2.4 about encryption.

use super::*;

fn pair() -> (AgreementKey, ResponseEncryption) {
    let key = AgreementKey::generate().unwrap();
    let asked = ResponseEncryptionSupport::new(false).ask(&key).unwrap();
    (key, asked)
}

fn refused(change: impl FnOnce(&mut Value)) -> Option<CredentialErrorCode> {
    let mut asked = pair().1.to_value();
    change(&mut asked);
    ResponseEncryption::from_value(&asked).err()
}

fn drop_member(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().remove(name);
}

#[test]
fn row_c18() {
    let invalid = Some(CredentialErrorCode::InvalidEncryptionParameters);
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|asked| asked["zip"] = "DEF".into()), invalid);
    assert_eq!(refused(|asked| drop_member(&mut asked["jwk"], "alg")), invalid);
    // A point that is not on the curve: an invalid curve attack begins so.
    assert_eq!(refused(|asked| asked["jwk"]["y"] = asked["jwk"]["x"].clone()), invalid);
}

#[test]
fn vci_8_2_jwk_and_enc_are_required() {
    let invalid = Some(CredentialErrorCode::InvalidEncryptionParameters);
    assert_eq!(refused(|asked| drop_member(asked, "jwk")), invalid);
    assert_eq!(refused(|asked| drop_member(asked, "enc")), invalid);
    assert_eq!(refused(|asked| *asked = json!("x")), invalid);
    for enc in ["A128CBC-HS256", "A192GCM", "dir", ""] {
        assert_eq!(refused(|asked| asked["enc"] = enc.into()), invalid, "{enc}");
    }
}

#[test]
fn keys_that_are_not_for_encryption_are_refused() {
    let invalid = Some(CredentialErrorCode::InvalidEncryptionParameters);
    for alg in ["ECDH-ES+A128KW", "RSA-OAEP-256", "dir", "ES256"] {
        assert_eq!(refused(|asked| asked["jwk"]["alg"] = alg.into()), invalid, "{alg}");
    }
    assert_eq!(refused(|asked| asked["jwk"]["use"] = "sig".into()), invalid);
    assert_eq!(refused(|asked| asked["jwk"]["d"] = "AAAA".into()), invalid);
    assert_eq!(refused(|asked| drop_member(&mut asked["jwk"], "use")), None);
}

#[test]
fn vci_10_the_header_repeats_kid_and_alg_of_the_key() {
    let (key, asked) = pair();
    for enc in ENC {
        let asked = ResponseEncryption { enc, ..asked.clone() };
        let compact = asked.encrypt(&json!({"credentials": [{"credential": "a"}]})).unwrap();
        let header = jwe::header(&compact).unwrap();
        assert_eq!(header["kid"].as_str(), asked.jwk.kid());
        assert_eq!(header["alg"].as_str(), asked.jwk.alg());
        assert_eq!(header["enc"], enc.name());
        assert!(!header.contains_key("zip"));
        assert_eq!(decrypt_answer(&compact, &key).unwrap(), br#"{"credentials":[{"credential":"a"}]}"#);
        assert_eq!(decrypt_answer(&compact, &AgreementKey::generate().unwrap()), None);
    }
}

#[test]
fn a_key_without_kid_gives_a_header_without_kid() {
    let (_, asked) = pair();
    let mut value = asked.to_value();
    drop_member(&mut value["jwk"], "kid");
    let compact = ResponseEncryption::from_value(&value).unwrap().encrypt(&json!({})).unwrap();
    assert!(!jwe::header(&compact).unwrap().contains_key("kid"));
}

#[test]
fn requests_are_opened_with_the_key_that_they_name() {
    let keys = [AgreementKey::generate().unwrap(), AgreementKey::generate().unwrap()];
    let public: Vec<Jwk> = keys.iter().map(|key| key.public_jwk().unwrap()).collect();
    let kids: Vec<String> = public.iter().map(Jwk::thumbprint).collect();
    let held: Vec<(&str, &AgreementKey)> = kids.iter().map(String::as_str).zip(&keys).collect();
    let support = RequestEncryptionSupport::new(&public, true);
    assert!(support.is_sound());
    let sent = support.encrypt(r#"{"transaction_id":"t"}"#).unwrap();
    assert_eq!(decrypt_request(&sent, &held).unwrap(), br#"{"transaction_id":"t"}"#);
    let invalid = Err(CredentialErrorCode::InvalidEncryptionParameters);
    assert_eq!(decrypt_request(&sent, &held[1..]), invalid);
    assert_eq!(decrypt_request("{}", &held), invalid);
    let nameless = jwe::encrypt(b"{}", &public[0], Enc::A128Gcm, Extra::default()).unwrap();
    assert_eq!(decrypt_request(&nameless, &held), invalid);
    let wrong = jwe::encrypt(b"{}", &public[0], Enc::A128Gcm, Extra { kid: Some(&kids[1]), ..Extra::default() }).unwrap();
    assert_eq!(decrypt_request(&wrong, &held), invalid);
}

#[test]
fn vci_12_2_4_each_key_has_a_kid_of_its_own() {
    let key = AgreementKey::generate().unwrap().public_jwk().unwrap();
    let mut support = RequestEncryptionSupport::new(std::slice::from_ref(&key), false);
    drop_member(&mut support.jwks["keys"][0], "kid");
    assert!(!support.is_sound());
    let twice = RequestEncryptionSupport::new(&[key.clone(), key], false);
    assert!(!twice.is_sound());
    assert!(!RequestEncryptionSupport::new(&[], false).is_sound());
}

#[test]
fn a_wallet_uses_what_it_can_or_nothing() {
    let key = AgreementKey::generate().unwrap();
    let mut support = RequestEncryptionSupport::new(&[key.public_jwk().unwrap()], false);
    let keys = support.jwks["keys"].as_array_mut().unwrap();
    keys.insert(0, json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "RSA-OAEP-256", "kid": "r"}));
    keys.insert(0, json!({"kty": "EC", "crv": "P-521", "alg": "ECDH-ES", "kid": "p"}));
    support.enc_values_supported = vec!["A128CBC-HS256".into(), "A128GCM".into()];
    let (chosen, enc) = support.choose().unwrap();
    assert!(chosen.same_key(&key.public_jwk().unwrap()) && enc == Enc::A128Gcm);
    support.enc_values_supported.truncate(1);
    assert!(support.choose().is_none());
    let answers = ResponseEncryptionSupport { alg_values_supported: vec!["RSA-OAEP".into()], ..ResponseEncryptionSupport::new(true) };
    assert!(answers.ask(&key).is_none());
}

#[test]
fn vci_10_the_key_names_its_alg() {
    let key = AgreementKey::generate().unwrap().public_jwk().unwrap();
    let mut support = RequestEncryptionSupport::new(&[key], false);
    assert!(support.encrypt("{}").is_some());
    drop_member(&mut support.jwks["keys"][0], "alg");
    assert_eq!(support.encrypt("{}"), None);
}

#[test]
fn vci_8_2_an_encrypted_answer_is_asked_for_by_an_encrypted_request() {
    let (_, asked) = pair();
    let invalid = Err(CredentialErrorCode::InvalidEncryptionParameters);
    let free = Demands::default();
    assert_eq!(free.check(false, None), Ok(()));
    assert_eq!(free.check(false, Some(&asked)), invalid);
    assert_eq!(free.check(true, Some(&asked)), Ok(()));
    assert_eq!(free.check(true, None), Ok(()));
    let both = Demands { request: true, response: true };
    assert_eq!(both.check(false, None), invalid);
    assert_eq!(both.check(true, None), invalid);
    assert_eq!(both.check(true, Some(&asked)), Ok(()));
}
