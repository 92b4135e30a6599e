//! Published values: thumbprints (RFC 7638, 8037, 9449), type metadata integrity.

use serde_json::Value;
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
    let refused = serde_json::from_value::<Jwk>(vector["private_jwk"].clone()).unwrap_err();
    assert_eq!(refused.to_string(), vc::key::KeyError::Private.to_string());
}

#[test]
fn type_metadata_integrity() {
    let expected = json(include_str!("../vectors/sd-jwt-vc/type-metadata-v42.integrity.json"));
    assert_eq!(integrity(include_bytes!("../vectors/sd-jwt-vc/type-metadata-v42.raw.json")), expected["vct#integrity"].as_str().unwrap());
}
