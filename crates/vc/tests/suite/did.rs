//! DIDs: published names and documents of did:jwk, did:key and did:web, and what is refused.

use serde_json::Value;
use vc::did::{self, DidError};
use vc::encoding::b64url;
use vc::key::{Algorithm, Jwk, SigningKey};

const NOW: i64 = 1_790_000_000;
const RELATIONSHIPS: [(&str, did::Relationship); 2] =
    [("assertionMethod", did::Relationship::AssertionMethod), ("authentication", did::Relationship::Authentication)];

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn nothing(_: &url::Url) -> Option<Vec<u8>> {
    None
}

#[test]
fn did_jwk() {
    let vector = json(include_str!("../vectors/did/did-jwk-p-256.json"));
    let did = vector["did"].as_str().unwrap();
    let expected = Jwk::from_value(&vector["document"]["verificationMethod"][0]["publicKeyJwk"]).unwrap();
    assert_eq!(did::key_of_url(did).unwrap(), expected);
    assert_eq!(did::key_of_url(&format!("{did}#0")).unwrap(), expected);
    assert_eq!(did::jwk_did(&expected), did);
    let document = did::resolve(did, &nothing, NOW, false).unwrap();
    for (name, relationship) in RELATIONSHIPS {
        // The example writes one of the two names with a stray character.
        let method = vector["document"][name][0].as_str().unwrap().replace('$', "");
        assert_eq!(document.key(&method, relationship), Some(&expected), "{name}");
    }
    for (bad, expected) in [
        (format!("{did}#1"), DidError::Malformed),
        (did.replace("eyJ", "fyJ"), DidError::Malformed),
        ("did:jwk:".into(), DidError::Malformed),
        ("did:example:1".into(), DidError::Method),
    ] {
        assert_eq!(did::key_of_url(&bad), Err(expected), "{bad}");
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
            assert_eq!(did::key_of_url(&format!("{did}#other")), Err(DidError::Malformed));
            assert!(vc::key::VerifyingKey::from_jwk(&jwk).is_ok());
        }
    }
    let x25519 = format!("did:key:{}", names["x25519"][0].as_str().unwrap());
    assert_eq!(did::key_of_url(&x25519), Err(DidError::Key));
    // Every other kind of key that the specification names is known and refused as such.
    let prefixes = names["multicodec_prefix_hex"].as_object().unwrap();
    for (kind, length) in [("p521", 67), ("secp256k1", 33), ("rsa", 270)] {
        let hex = prefixes[kind].as_str().unwrap();
        let prefix = [u8::from_str_radix(&hex[..2], 16).unwrap(), u8::from_str_radix(&hex[2..], 16).unwrap()];
        let name = bs58::encode([prefix.as_slice(), &vec![2; length]].concat()).into_string();
        assert_eq!(did::key_of_url(&format!("did:key:z{name}")), Err(DidError::Key), "{kind}");
    }
    let documents = json(include_str!("../vectors/did/did-key-documents.json"));
    let document = &documents["documents"][0];
    let id = document["id"].as_str().unwrap();
    let read = did::Document::parse(document.to_string().as_bytes(), id).unwrap();
    let resolved = did::resolve(id, &nothing, NOW, false).unwrap();
    for (name, relationship) in RELATIONSHIPS {
        let method = document[name][0].as_str().unwrap();
        assert_eq!(read.key(method, relationship), Some(&did::key_of_url(id).unwrap()));
        assert_eq!(resolved.method(method, relationship), read.method(method, relationship));
    }
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
            None => {
                let expected = match did {
                    "did:web:example.com:..:secret" => DidError::Path,
                    "did:web:127.0.0.1" => DidError::Host,
                    _ => DidError::Malformed,
                };
                assert_eq!(did::web_url(did, true), Err(expected), "{did}");
                assert_eq!(did::documents(did, true), Err(expected), "{did}");
            }
        }
    }
    let local = "did:web:localhost%3A8081:hogeschool-voorbeeld";
    assert_eq!(did::web_url(local, true).unwrap().as_str(), "http://localhost:8081/hogeschool-voorbeeld/did.json");
    assert_eq!(did::web_url(local, false), Err(DidError::Host));
    for (bad, expected) in [
        ("did:web:user%40example.com", DidError::Malformed),
        ("did:web:example.com:", DidError::Path),
        ("did:web:example.com::a", DidError::Path),
        ("did:web:example.com:%2e%2E", DidError::Path),
        ("did:web:example.com:a%2Fb", DidError::Path),
        ("did:web:example.com:a%5Cb", DidError::Path),
        ("did:web:example.com:%20", DidError::Path),
        ("did:web:example.com:%00", DidError::Path),
        ("did:web:example.com:a%252Fb%2", DidError::Malformed),
        ("did:web:example.com%3A0", DidError::Malformed),
        ("did:web:example.com%3A65536", DidError::Malformed),
        ("did:web:example.com%3A%2B80", DidError::Malformed),
        ("did:web:example.com%3A80%3A80", DidError::Malformed),
        ("did:web:example..com", DidError::Malformed),
        ("did:web:example.com%ff", DidError::Malformed),
        ("did:web:[::1]", DidError::Malformed),
        ("did:web:0x7f.1", DidError::Host),
        ("did:web:2130706433", DidError::Host),
        ("did:web:127%2e1", DidError::Host),
        ("did:web:10.0.0.1%3a8080", DidError::Host),
    ] {
        assert_eq!(did::web_url(bad, true), Err(expected), "{bad}");
    }
    // Decoded once, written again as it must be; and a name of another script is a name.
    assert_eq!(did::web_url("did:web:example.com:a%25b", false).unwrap().as_str(), "https://example.com/a%25b/did.json");
    let idn = "did:web:b%C3%BCcher.example:%E7%94%A8%E6%88%B7";
    assert_eq!(did::web_url(idn, false).unwrap().as_str(), "https://xn--bcher-kva.example/%E7%94%A8%E6%88%B7/did.json");
}

#[test]
fn did_web_documents() {
    let key = SigningKey::generate(Algorithm::EdDsa).unwrap().public_jwk().unwrap();
    let did = "did:web:issuer.example:hogeschool";
    let built = did::build_document(did, &[("badge".to_owned(), key.clone())]).unwrap();
    let address = did::documents(&format!("{did}#badge"), false).unwrap();
    assert_eq!(address.iter().map(|url| url.as_str()).collect::<Vec<_>>(), ["https://issuer.example/hogeschool/did.json"]);
    let fetched = |url: &url::Url| (*url == address[0]).then(|| built.to_string().into_bytes());
    let document = did::resolve(&format!("{did}#badge"), &fetched, NOW, false).unwrap();
    assert_eq!(document.key(&format!("{did}#badge"), did::Relationship::AssertionMethod), Some(&key));
    assert_eq!(did::resolve(did, &nothing, NOW, false), Err(DidError::NotFound));
    // The document of another DID, at the address of this one.
    let other = |_: &url::Url| Some(built.to_string().replace(did, "did:web:other.example").into_bytes());
    assert_eq!(did::resolve(did, &other, NOW, false), Err(DidError::Document));
    for (refused, expected) in [
        (format!("{did}/path"), DidError::Malformed),
        (format!("{did}?service=files"), DidError::Malformed),
        ("did:example:1".to_owned(), DidError::Method),
        ("did:ion:x".to_owned(), DidError::Method),
    ] {
        assert_eq!(did::resolve(&refused, &fetched, NOW, false), Err(expected), "{refused}");
    }
}

#[test]
fn methods_of_others_are_passed_over() {
    let keys = [0, 1].map(|_| SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap());
    let did = "did:web:issuer.example";
    let method = |id: &str, controller: &str, key: &Jwk| {
        json(&format!(r#"{{"id":"{id}","type":"JsonWebKey","controller":"{controller}","publicKeyJwk":{}}}"#, key.to_value()))
    };
    let document = serde_json::json!({
        "id": did, "controller": ["did:web:parent.example"],
        "verificationMethod": [
            method("#own", did, &keys[0]), method("#foreign", "did:web:other.example", &keys[1]),
            method("did:web:other.example#key", "did:web:other.example", &keys[1]),
            {"id": "#bitcoin", "type": "EcdsaSecp256k1RecoveryMethod2020", "controller": did, "blockchainAccountId": "x"},
        ],
        "assertionMethod": ["#own", "#foreign", "did:web:other.example#key", "#bitcoin"],
    });
    let read = did::Document::parse(document.to_string().as_bytes(), did).unwrap();
    assert_eq!(read.controllers, ["did:web:parent.example"]);
    assert_eq!(read.methods_for(did::Relationship::AssertionMethod).map(|m| m.id.as_str()).collect::<Vec<_>>(), [format!("{did}#own")]);
    assert_eq!(read.key("#own", did::Relationship::Authentication), None);
    let mut twice = document.clone();
    twice["verificationMethod"][1]["id"] = "#own".into();
    assert_eq!(did::Document::parse(twice.to_string().as_bytes(), did), Err(DidError::Document));
}

#[test]
fn keys_in_names() {
    // A JWK in canonical JSON, as wallets of the European blockchain infrastructure name themselves.
    let ebsi = "did:key:z2dmzD81cgPx8Vki7JbuuMmFYrWPgYoytykUZ3eyqht1j9KbrDdfT9akMuMfujYUaYNMZVLQDayhJK8CR2mDHzpD8nTkeDQ8ePj2ta24VESK91eWa2F27h2SA2fETWpRKw1fHqgjcZ9YmKghQevwEUSjSSoyvvDGECusjWZKtrBk2YqvrY";
    let vector = json(include_str!("../vectors/did/did-jwk-p-256.json"));
    let expected = Jwk::from_value(&vector["document"]["verificationMethod"][0]["publicKeyJwk"]).unwrap();
    assert_eq!(did::key_of_url(ebsi).unwrap(), expected);
    let named = |json: &str| format!("did:key:z{}", bs58::encode([&[0xd1, 0xd6, 0x03], json.as_bytes()].concat()).into_string());
    let text = expected.to_value().to_string();
    assert_eq!(named(&text), ebsi);
    for (other, expected) in [
        (text.replace(r#","kty""#, r#", "kty""#), DidError::Key),
        (text.replace("P-256", "secp256k1"), DidError::Key),
        (text.replace('{', r#"{"d":"AA","#), DidError::Key),
    ] {
        assert_eq!(did::key_of_url(&named(&other)), Err(expected), "{other}");
    }
    // `use` decides what a did:jwk is for.
    for (usage, signs) in [("sig", true), ("enc", false)] {
        let name = format!("did:jwk:{}", b64url(expected.clone().with_use(usage).to_value().to_string()));
        assert_eq!(did::key_of_url(&name).is_ok(), signs);
        let document = did::resolve(&name, &nothing, NOW, false).unwrap();
        assert_eq!(document.key("#0", did::Relationship::AssertionMethod).is_some(), signs);
    }
}

#[test]
fn own_did_documents_read_back() {
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
    assert_eq!(did::Document::parse(built.to_string().as_bytes(), "did:web:other.example"), Err(DidError::Document));
}

/// Controlled Identifiers 1.0 section 2.2: a method that expired or was revoked verifies nothing any more.
#[test]
fn methods_end() {
    let key = SigningKey::generate(Algorithm::EdDsa).unwrap().public_jwk().unwrap();
    let did = "did:web:issuer.example";
    let built = did::build_document(did, &[("a".to_owned(), key)]).unwrap();
    let found = |member: &str, value: &str| {
        let mut document = built.clone();
        document["verificationMethod"][0][member] = serde_json::json!(value);
        let fetched = |_: &url::Url| Some(document.to_string().into_bytes());
        did::resolve(did, &fetched, NOW, false).unwrap().key("#a", did::Relationship::AssertionMethod).is_some()
    };
    let (past, ahead) = (vc::report::rfc3339(NOW).unwrap(), vc::report::rfc3339(NOW + 1).unwrap());
    for member in ["expires", "revoked"] {
        assert!(found(member, &ahead) && !found(member, &past) && !found(member, "soon"), "{member}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    /// Whatever comes in, the answer is a document or a refusal.
    #[test]
    fn nothing_panics(name in ".{0,80}", bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        for method in ["did:key:z", "did:jwk:", "did:web:", "did:webvh:"] {
            let did = format!("{method}{name}");
            let _ = did::key_of_url(&did);
            let _ = did::documents(&did, true);
            let _ = did::resolve(&did, &|_| Some(bytes.clone()), NOW, true);
        }
        let _ = did::Document::parse(&bytes, "did:web:issuer.example");
    }
}
