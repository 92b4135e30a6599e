use super::*;
use crate::key::{Algorithm, SigningKey};
use serde_json::json;

const ISS: &str = "https://issuer.example/tenant/1";

fn spec() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/sd-jwt-vc/jwt-vc-issuer.json")).unwrap()
}

fn jwk(kid: &str) -> Value {
    SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap().with_kid(kid).to_value()
}

fn read(document: &Value) -> Result<IssuerMetadata, IssuerMetadataError> {
    parse(document.to_string().as_bytes(), ISS, false)
}

#[test]
fn addresses() {
    for case in spec()["addresses"].as_array().unwrap() {
        assert_eq!(address(case["iss"].as_str().unwrap(), false).unwrap().as_str(), case["url"]);
    }
    for (iss, url) in [
        ("https://a.example/", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example:8443/x/", "https://a.example:8443/.well-known/jwt-vc-issuer/x"),
        ("https://a.example/x%20y", "https://a.example/.well-known/jwt-vc-issuer/x%20y"),
    ] {
        assert_eq!(address(iss, false).unwrap().as_str(), url);
    }
    for bad in ["http://a.example", "http://localhost", "did:web:a.example", "a.example", "https://u@a.example", "https://u:p@a.example"] {
        assert_eq!(address(bad, false), Err(IssuerMetadataError::Address), "{bad}");
    }
    for bad in ["https://a.example?x", "https://a.example/#x", "https://a.example?", "", "https://"] {
        assert_eq!(address(bad, true), Err(IssuerMetadataError::Address), "{bad}");
    }
    assert_eq!(address("http://localhost:9/i", true).unwrap().as_str(), "http://localhost:9/.well-known/jwt-vc-issuer/i");
    assert_eq!(address("http://localhost.evil.example", true), Err(IssuerMetadataError::Address));
}

#[test]
fn documents_of_the_draft() {
    let spec = spec();
    let here = parse(spec["jwks_document"].to_string().as_bytes(), "https://example.com", false).unwrap();
    assert_eq!((here.issuer(), here.needs()), ("https://example.com", None));
    assert_eq!(here.key(Some("doc-signer-06-05-2025")).unwrap().kid(), Some("doc-signer-06-05-2025"));
    assert_eq!(here.key(None), Err(KeySetError::Ambiguous.into()));
    assert_eq!(here.key(Some("doc-signer")), Err(KeySetError::Unknown.into()));
    let elsewhere = parse(spec["jwks_uri_document"].to_string().as_bytes(), "https://example.com", false).unwrap();
    assert_eq!(elsewhere.needs().unwrap().as_str(), "https://jwt-vc-issuer.example.com/my_public_keys.jwks");
    assert_eq!(elsewhere.key(None), Err(IssuerMetadataError::KeysElsewhere));
    let keys = spec["jwks_document"]["jwks"].to_string();
    let there = elsewhere.clone().with_key_set(keys.as_bytes()).unwrap();
    assert_eq!(there.key(Some("doc-signer-05-25-2022")), here.key(Some("doc-signer-05-25-2022")));
    assert!(there.needs().is_none());
    assert_eq!(elsewhere.with_key_set(b"{}"), Err(KeySetError::Malformed.into()));
}

#[test]
fn refusals() {
    let keys = json!({"keys": [jwk("a")]});
    assert!(read(&json!({"issuer": ISS, "jwks": keys, "more": 1})).is_ok());
    use IssuerMetadataError::{Issuer, Keys, KeysOnce, Malformed};
    for (document, error) in [
        (json!({"jwks": keys}), Malformed),
        (json!({"issuer": 1, "jwks": keys}), Malformed),
        (json!({"issuer": format!("{ISS}/"), "jwks": keys}), Issuer),
        (json!({"issuer": "https://ISSUER.example/tenant/1", "jwks": keys}), Issuer),
        (json!({"issuer": ISS}), KeysOnce),
        (json!({"issuer": ISS, "jwks": keys, "jwks_uri": "https://issuer.example/keys"}), KeysOnce),
        (json!({"issuer": ISS, "jwks_uri": "http://issuer.example/keys"}), Malformed),
        (json!({"issuer": ISS, "jwks_uri": "http://localhost/keys"}), Malformed),
        (json!({"issuer": ISS, "jwks_uri": 1}), Malformed),
        (json!({"issuer": ISS, "jwks": []}), Keys(KeySetError::Malformed)),
        (json!({"issuer": ISS, "jwks": {"keys": vec![jwk("a"); 65]}}), Keys(KeySetError::Malformed)),
        (json!({"issuer": ISS, "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}}), Keys(KeySetError::Malformed)),
        (json!({"issuer": ISS, "jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}), Keys(KeySetError::Private)),
        (json!([]), Malformed),
    ] {
        assert_eq!(read(&document), Err(error), "{document}");
    }
    assert_eq!(parse(b"{\"issuer\":\"x\",\"issuer\":\"x\"}", "x", false), Err(Malformed));
    assert_eq!(parse(&vec![b' '; MAX_BYTES + 1], ISS, false), Err(Malformed));
}

/// Keys of other kinds and for other uses are passed over; a name that stands twice names nothing.
#[test]
fn which_key() {
    let mut encrypting = jwk("a");
    encrypting["use"] = json!("enc");
    let unknown = json!({"kty": "EC", "crv": "secp256k1", "kid": "a", "x": "AA", "y": "AA"});
    let document = |keys: Vec<Value>| read(&json!({"issuer": ISS, "jwks": {"keys": keys}})).unwrap();
    let one = document(vec![encrypting.clone(), unknown.clone(), jwk("a")]);
    assert!(one.key(Some("a")).is_ok() && one.key(None).is_ok());
    assert_eq!(one.key(Some("A")), Err(KeySetError::Unknown.into()));
    assert_eq!(document(vec![jwk("a"), jwk("a")]).key(Some("a")), Err(KeySetError::Ambiguous.into()));
    assert_eq!(document(vec![encrypting, unknown]).key(None), Err(KeySetError::Unknown.into()));
}
