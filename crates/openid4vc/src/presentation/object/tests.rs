//! Rows R1, R2, R4, R5, R6 and R10, and the honest way.

use vc::key::Algorithm;
use vc::x509::{CertificateAuthority, LeafRequest};

use super::super::request::tests::sample;
use super::*;

const NOW: i64 = 1_760_000_000;
const URI: &str = "https://v.example/r/1";

struct Verifier {
    anchor: Vec<u8>,
    key: SigningKey,
    chain: Chain,
    registered: Vec<Jwk>,
    attesters: Vec<TrustedAttester>,
}

fn verifier() -> Verifier {
    let authority = CertificateAuthority::new("Proefanker", NOW).unwrap();
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let leaf = authority
        .issue_leaf(&LeafRequest {
            public_jwk: key.public_jwk().unwrap(),
            common_name: "Werkgever Voorbeeld".into(),
            san_uri: None,
            san_dns: vec!["v.example".into()],
            not_before: NOW - 100,
            not_after: NOW + 100_000,
        })
        .unwrap();
    let chain = Chain::from_x5c(&[vc::encoding::b64(leaf)]).unwrap();
    Verifier { anchor: authority.anchor_der().to_vec(), key, chain, registered: Vec::new(), attesters: Vec::new() }
}

impl Verifier {
    fn hash_id(&self) -> String {
        format!("x509_hash:{}", vc::encoding::b64url(self.chain.leaf_sha256()))
    }

    fn signed(&self, client_id: &str, wallet_nonce: Option<&str>) -> String {
        sample(client_id, URI).sign(&self.key, &SignedBy::X5c(&self.chain), NOW, NOW + 300, wallet_nonce).unwrap()
    }

    fn read(&self, jwt: &str, outer: &str, wallet_nonce: Option<&str>, now: i64) -> Result<AuthorizationRequest, RequestError> {
        let object = RequestObject::parse(jwt, &ClientId::parse(outer)?)?;
        let evidence = Evidence {
            anchors: std::slice::from_ref(&self.anchor),
            resolved: None,
            registered: &self.registered,
            attesters: &self.attesters,
            wallet_nonce,
            wallet: "https://wallet.example",
            allow_localhost: false,
            now,
        };
        object.authenticate(&evidence).map_err(|refusal| refusal.error)
    }
}

#[test]
fn certificates_prove_hash_and_name() {
    let verifier = verifier();
    for id in [verifier.hash_id(), "x509_san_dns:v.example".to_owned()] {
        let request = verifier.read(&verifier.signed(&id, None), &id, None, NOW + 10).unwrap();
        assert!(matches!(request.authentication, Authentication::Certificate { .. }));
        assert_eq!(request.expires_at, Some(NOW + 300));
    }
}

#[test]
fn row_r1() {
    let verifier = verifier();
    let mut header = Map::new();
    for typ in [None, Some("JWT")] {
        header.extend(typ.map(|typ| ("typ".to_owned(), Value::from(typ))));
        let payload = Value::Object(sample(&verifier.hash_id(), URI).members()).to_string();
        let jwt = jws::sign(&header, payload.as_bytes(), &verifier.key).unwrap();
        assert_eq!(verifier.read(&jwt, &verifier.hash_id(), None, NOW), Err(RequestError::Typ));
    }
}

#[test]
fn rows_r2_and_r4() {
    let verifier = verifier();
    let jwt = verifier.signed(&verifier.hash_id(), None);
    assert_eq!(verifier.read(&jwt, "x509_san_dns:v.example", None, NOW), Err(RequestError::ClientMismatch));
    let address = format!("redirect_uri:{URI}");
    assert_eq!(verifier.read(&verifier.signed(&address, None), &address, None, NOW), Err(RequestError::ClientPrefix));
}

#[test]
fn rows_r5_and_r6() {
    let (verifier, other) = (verifier(), self::verifier());
    for id in ["x509_san_dns:a.example".to_owned(), other.hash_id()] {
        assert_eq!(verifier.read(&verifier.signed(&id, None), &id, None, NOW), Err(RequestError::ClientAuth), "{id}");
    }
    let id = verifier.hash_id();
    assert_eq!(other.read(&verifier.signed(&id, None), &id, None, NOW), Err(RequestError::ClientAuth), "another anchor");
    let elsewhere = sample("x509_san_dns:v.example", "https://b.example/r");
    let jwt = elsewhere.sign(&verifier.key, &SignedBy::X5c(&verifier.chain), NOW, NOW + 300, None).unwrap();
    assert_eq!(verifier.read(&jwt, "x509_san_dns:v.example", None, NOW), Err(RequestError::ClientAuth));
}

#[test]
fn row_r10_and_the_end() {
    let verifier = verifier();
    let id = verifier.hash_id();
    assert!(verifier.read(&verifier.signed(&id, Some("w")), &id, Some("w"), NOW).is_ok());
    for repeated in [None, Some("x")] {
        assert_eq!(verifier.read(&verifier.signed(&id, repeated), &id, Some("w"), NOW), Err(RequestError::WalletNonce));
    }
    assert_eq!(verifier.read(&verifier.signed(&id, None), &id, None, NOW + 300), Err(RequestError::Expired));
}

#[test]
fn a_did_proves_itself() {
    let verifier = verifier();
    let did = vc::did::jwk_did(&verifier.key.public_jwk().unwrap());
    let (id, kid) = (format!("decentralized_identifier:{did}"), format!("{did}#0"));
    let jwt = sample(&id, URI).sign(&verifier.key, &SignedBy::Kid(&kid), NOW, NOW + 300, None).unwrap();
    assert_eq!(verifier.read(&jwt, &id, None, NOW).map(|request| request.authentication), Ok(Authentication::Did { did }));
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let forged = sample(&id, URI).sign(&other, &SignedBy::Kid(&kid), NOW, NOW + 300, None).unwrap();
    assert_eq!(verifier.read(&forged, &id, None, NOW), Err(RequestError::ClientAuth));
}

#[test]
fn a_client_without_a_prefix_signs_with_a_key_that_is_known_beforehand() {
    let mut verifier = verifier();
    let key = verifier.key.public_jwk().unwrap();
    let by_thumbprint = |kid: &str| sample("werkgever", URI).sign(&verifier.key, &SignedBy::Kid(kid), NOW, NOW + 300, None).unwrap();
    let (named, foreign) = (by_thumbprint(&key.thumbprint()), by_thumbprint("another"));
    assert_eq!(verifier.read(&named, "werkgever", None, NOW), Err(RequestError::ClientAuth), "nobody knows it");
    verifier.registered = vec![SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap(), key];
    assert_eq!(verifier.read(&named, "werkgever", None, NOW).map(|request| request.authentication), Ok(Authentication::Registered));
    let unnamed = verifier.signed("werkgever", None);
    assert!(verifier.read(&unnamed, "werkgever", None, NOW).is_ok(), "the key that signed is among those that are known");
    assert_eq!(verifier.read(&foreign, "werkgever", None, NOW), Err(RequestError::ClientAuth));
    assert_eq!(verifier.read(&unnamed, "ander", None, NOW), Err(RequestError::ClientMismatch));
    verifier.registered.pop();
    assert_eq!(verifier.read(&unnamed, "werkgever", None, NOW), Err(RequestError::ClientAuth));
}

#[test]
fn an_attestation_gives_a_client_its_key() {
    let mut verifier = verifier();
    let attester = SigningKey::generate(Algorithm::Es256).unwrap();
    let issuer = "https://attester.example";
    let trusted = TrustedAttester { issuer: Some(issuer.to_owned()), keys: vec![attester.public_jwk().unwrap()], anchors: Vec::new() };
    let id = "verifier_attestation:werkgever";
    let honest = serde_json::json!({
        "iss": issuer, "sub": "werkgever", "exp": NOW + 100, "iat": NOW,
        "cnf": {"jwk": verifier.key.public_jwk().unwrap().to_value()}, "redirect_uris": ["https://v.example/other", URI],
    });
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let attested = |change: &Value, typ: &str, by: &SigningKey| {
        let mut payload = honest.clone();
        for (name, value) in change.as_object().unwrap() {
            payload[name] = value.clone();
        }
        let header = serde_json::json!({"typ": typ});
        let attestation = jws::sign(header.as_object().unwrap(), payload.to_string().as_bytes(), by).unwrap();
        let header = serde_json::json!({"typ": TYP, "jwt": attestation});
        let members = Value::Object(sample(id, URI).members()).to_string();
        jws::sign(header.as_object().unwrap(), members.as_bytes(), &verifier.key).unwrap()
    };
    let typ = "verifier-attestation+jwt";
    let nothing = serde_json::json!({});
    let right = attested(&nothing, typ, &attester);
    let wrong = [
        attested(&nothing, "JWT", &attester),
        attested(&nothing, typ, &other),
        attested(&serde_json::json!({"sub": "ander"}), typ, &attester),
        attested(&serde_json::json!({"exp": NOW}), typ, &attester),
        attested(&serde_json::json!({"exp": null}), typ, &attester),
        attested(&serde_json::json!({"nbf": NOW + 61}), typ, &attester),
        attested(&serde_json::json!({"iss": "https://other.example"}), typ, &attester),
        attested(&serde_json::json!({"redirect_uris": ["https://v.example/other"]}), typ, &attester),
        attested(&serde_json::json!({"cnf": {"jwk": other.public_jwk().unwrap().to_value()}}), typ, &attester),
        attested(&serde_json::json!({"cnf": {}}), typ, &attester),
        verifier.signed(id, None),
    ];
    assert_eq!(verifier.read(&right, id, None, NOW), Err(RequestError::ClientAuth), "nobody is believed");
    verifier.attesters = vec![trusted];
    let read = verifier.read(&right, id, None, NOW).map(|request| request.authentication);
    assert_eq!(read, Ok(Authentication::Attested { attester: issuer.to_owned() }));
    for (at, jwt) in wrong.iter().enumerate() {
        assert_eq!(verifier.read(jwt, id, None, NOW), Err(RequestError::ClientAuth), "{at}");
    }
}

#[test]
fn a_federation_is_told_apart_from_what_nobody_can_be() {
    assert_eq!(ClientId::parse_supported("openid_federation:https://v.example"), Err(RequestError::Federation));
    assert_eq!(ClientId::parse_supported("origin:https://v.example"), Err(RequestError::ClientPrefix));
    assert!(ClientId::parse_supported("werkgever").is_ok());
}
