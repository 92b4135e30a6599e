//! Published values: thumbprints (RFC 7638, 8037, 9449), did:jwk, did:key, did:web, type metadata integrity.

use serde_json::Value;
use vc::did;
use vc::encoding::{b64url, integrity, sha256};
use vc::key::Jwk;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn thumbprints() {
    let vectors = json(include_str!("../vectors/oauth/rfc-snippets.json"));
    for (name, expected) in
        [("jwk_thumbprint_rfc7638_3_1", "thumbprint"), ("ed25519_thumbprint_rfc8037_a3", "thumbprint"), ("dpop_rfc9449_jkt", "jkt")]
    {
        let jwk = Jwk::from_value(&vectors[name]["jwk"]).unwrap();
        assert_eq!(jwk.thumbprint(), vectors[name][expected].as_str().unwrap(), "{name}");
        assert_eq!(serde_json::to_value(&jwk).unwrap(), vectors[name]["jwk"], "{name}");
    }
    let pkce = &vectors["pkce_s256_rfc7636_appendix_b"];
    assert_eq!(b64url(sha256(pkce["code_verifier"].as_str().unwrap().as_bytes())), pkce["code_challenge"].as_str().unwrap());
}

#[test]
fn private_keys_are_no_public_keys() {
    let vector = json(include_str!("../vectors/openid4vp/encrypted-response.json"));
    assert_eq!(Jwk::from_value(&vector["private_jwk"]), Err(vc::key::KeyError::Private));
    assert!(serde_json::from_value::<Jwk>(vector["private_jwk"].clone()).is_err());
}

#[test]
fn did_jwk() {
    let vector = json(include_str!("../vectors/did/did-jwk-p-256.json"));
    let did = vector["did"].as_str().unwrap();
    let expected = Jwk::from_value(&vector["document"]["verificationMethod"][0]["publicKeyJwk"]).unwrap();
    assert_eq!(did::key_of_url(did).unwrap(), expected);
    assert_eq!(did::key_of_url(&format!("{did}#0")).unwrap(), expected);
    assert_eq!(did::jwk_did(&expected), did);
    for bad in [format!("{did}#1"), did.replace("eyJ", "fyJ"), "did:jwk:".into(), "did:example:1".into()] {
        assert!(did::key_of_url(&bad).is_err(), "{bad}");
    }
}

#[test]
fn did_key() {
    let names = json(include_str!("../vectors/did/did-key-names.json"));
    for kind in ["ed25519", "p256", "p384"] {
        for name in names[kind].as_array().unwrap() {
            let did = format!("did:key:{}", name.as_str().unwrap());
            let jwk = did::key_of_url(&did).unwrap();
            assert_eq!(did::key_did(&jwk).unwrap(), did);
            assert_eq!(did::key_of_url(&format!("{did}#{}", name.as_str().unwrap())).unwrap(), jwk);
            assert!(did::key_of_url(&format!("{did}#other")).is_err());
            assert!(vc::key::VerifyingKey::from_jwk(&jwk).is_ok());
        }
    }
    for kind in ["x25519"] {
        let did = format!("did:key:{}", names[kind][0].as_str().unwrap());
        assert_eq!(did::key_of_url(&did), Err(did::DidError::Key), "{kind}");
    }
    let documents = json(include_str!("../vectors/did/did-key-documents.json"));
    let document = &documents["documents"][0];
    let id = document["id"].as_str().unwrap();
    let read = did::Document::parse(document.to_string().as_bytes(), id).unwrap();
    let method = document["assertionMethod"][0].as_str().unwrap();
    assert_eq!(read.key(method, did::Relationship::AssertionMethod), Some(&did::key_of_url(id).unwrap()));
}

#[test]
fn did_web_addresses() {
    let vectors = json(include_str!("../vectors/did/own-did-web-url-cases.json"));
    for case in vectors["cases"].as_array().unwrap() {
        let did = case["did"].as_str().unwrap();
        match case["url"].as_str() {
            Some(url) => {
                assert_eq!(did::web_url(did, false).unwrap().as_str(), url);
                assert_eq!(did::web_did(url.trim_end_matches("/.well-known/did.json").trim_end_matches("/did.json")).unwrap(), did);
            }
            None => assert!(did::web_url(did, true).is_err(), "{did}"),
        }
    }
    let local = "did:web:localhost%3A8081:hogeschool-voorbeeld";
    assert_eq!(did::web_url(local, true).unwrap().as_str(), "http://localhost:8081/hogeschool-voorbeeld/did.json");
    assert!(did::web_url(local, false).is_err());
    for bad in [
        "did:web:user%40example.com",
        "did:web:example.com:",
        "did:web:example.com:a%2e%2e",
        "did:web:[::1]",
        "did:web:0x7f.1",
        "did:web:2130706433",
    ] {
        assert!(did::web_url(bad, true).is_err(), "{bad}");
    }
}

#[test]
fn own_did_documents_read_back() {
    use vc::key::{Algorithm, SigningKey};
    let keys: Vec<(String, Jwk)> = [("sd-jwt", Algorithm::Es256), ("badge", Algorithm::EdDsa)]
        .map(|(name, algorithm)| (name.to_owned(), SigningKey::generate(algorithm).unwrap().public_jwk().unwrap()))
        .to_vec();
    let did = "did:web:issuer.example:hogeschool-voorbeeld";
    let built = did::build_document(did, &keys).unwrap();
    let read = did::Document::parse(built.to_string().as_bytes(), did).unwrap();
    for (fragment, jwk) in &keys {
        assert_eq!(read.key(&format!("{did}#{fragment}"), did::Relationship::AssertionMethod), Some(jwk));
        assert_eq!(read.key(&format!("#{fragment}"), did::Relationship::Authentication), Some(jwk));
    }
    assert_eq!(read.key("#absent", did::Relationship::Authentication), None);
    assert!(did::Document::parse(built.to_string().as_bytes(), "did:web:other.example").is_err());
}

#[test]
fn type_metadata_integrity() {
    let expected = json(include_str!("../vectors/sd-jwt-vc/type-metadata-v42.integrity.json"));
    assert_eq!(integrity(include_bytes!("../vectors/sd-jwt-vc/type-metadata-v42.raw.json")), expected["vct#integrity"].as_str().unwrap());
}
