//! JSON-LD beside `oxjsonld`: whatever is let through becomes the graph that another processor makes of it.

use crate::json_ld::{OB, V2, badge, map_of, with};
use proptest::prelude::*;
use serde_json::{Value, json};
use vc::Map;
use vc::json_ld;

/// Members and values that mean something to JSON-LD or to a credential, in any order and depth.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Few digits: oxjsonld writes up to 17, where JSON-LD has 16.
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 4.0)),
        prop::sample::select(WORDS).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Map>()
                .into()),
        ]
    })
}

const KEYS: &[&str] = &[
    "@context",
    "@id",
    "@type",
    "@value",
    "@language",
    "@list",
    "@set",
    "@graph",
    "@index",
    "@reverse",
    "@direction",
    "@json",
    "id",
    "type",
    "name",
    "description",
    "issuer",
    "credentialSubject",
    "achievement",
    "alignment",
    "allowedValue",
    "criteria",
    "narrative",
    "image",
    "verifiableCredential",
    "holder",
    "proof",
    "proofPurpose",
    "verificationMethod",
    "evidence",
    "jsonSchema",
    "_sd",
    "cnf",
    "jwk",
    "statusMessage",
    "status",
    "relations",
    "hashed",
    "creditsEarned",
    "unknown",
    "https://schema.org/name",
    "",
];
const WORDS: &[&str] = &[
    V2,
    OB,
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/examples/v2",
    "VerifiableCredential",
    "VerifiablePresentation",
    "OpenBadgeCredential",
    "Achievement",
    "AchievementSubject",
    "ResultDescription",
    "Profile",
    "JsonSchema",
    "DataIntegrityProof",
    "BitstringStatusListEntry",
    "assertionMethod",
    "urn:uuid:1",
    "did:web:a.example",
    "_:b0",
    "nl",
    "x",
    "@id",
    "relative",
    "https://a.example/b c",
    "cred:x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// No panic whatever comes; and what is let through becomes the graph that another processor makes of it.
    #[test]
    fn any_document(
        types in prop::collection::vec(prop::sample::select(WORDS), 0..3),
        contexts in prop_oneof![
            4 => Just(json!([V2, OB])),
            1 => prop::collection::vec(prop::sample::select(WORDS), 0..3).prop_map(Value::from),
            1 => any_json(),
        ],
        members in prop::collection::vec((prop::sample::select(KEYS), any_json()), 0..6),
    ) {
        let mut document: Map = members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        document.insert("@context".into(), contexts);
        document.insert("type".into(), types.into());
        as_another_processor(document)?;
    }

    /// The same around a real badge, so that more of it comes through.
    #[test]
    fn a_badge_with_any_part(at in any::<prop::sample::Index>(), part in any_json()) {
        let mut badge = Value::Object(badge());
        let pointers = pointers(&badge);
        *badge.pointer_mut(at.get(pointers.as_slice()).as_str()).unwrap() = part;
        as_another_processor(badge.as_object().unwrap().clone())?;
    }
}

fn as_another_processor(document: Map) -> Result<(), TestCaseError> {
    let document = Value::Object(document);
    // oxjsonld 0.2 takes the context of the last type only.
    if let Ok(ours) = json_ld::canonical(&map_of(document.clone()))
        && !several_types(&document)
    {
        match by_oxjsonld(&map_of(document.clone())) {
            // It lets a property's context define protected terms again for nodes only, not for `cnf: 1`.
            Err(error) if error.starts_with("Overriding the protected term") => {}
            theirs => prop_assert_eq!(Ok(ours), theirs, "{}", document),
        }
    }
    Ok(())
}

/// Whether some node has more than one type.
fn several_types(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(several_types),
        Value::Object(members) => {
            let many = |key: &str| members.get(key).and_then(Value::as_array).is_some_and(|types| types.len() > 1);
            many("type") || many("@type") || members.values().any(several_types)
        }
        _ => false,
    }
}

/// The canonical N-Quads by `oxjsonld` and `oxrdf`.
pub(crate) fn by_oxjsonld(document: &Map) -> Result<String, String> {
    use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
    let text = serde_json::to_vec(document).unwrap();
    let parser = oxjsonld::JsonLdParser::new().for_slice(&text).with_load_document_callback(|url, _| {
        let file = json_ld::context(url).ok_or("not bundled")?;
        Ok(oxjsonld::JsonLdRemoteDocument { document: file.as_bytes().to_vec(), document_url: url.into() })
    });
    let mut dataset: oxrdf::Dataset = parser.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?.into_iter().collect();
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 });
    let lines: std::collections::BTreeSet<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    Ok(lines.into_iter().collect())
}

/// Documents with what credentials use: as another processor makes them.
#[test]
fn whole_documents_as_another_processor() {
    let presentation = json!({"@context": [V2], "type": "VerifiablePresentation", "verifiableCredential": [badge()]});
    let results = with(
        "/credentialSubject/achievement/resultDescription",
        json!([{"id": "urn:uuid:7", "type": ["ResultDescription"], "name": "Mark", "resultType": "x", "allowedValue": ["c", "b", "a", 1, 2.5]}]),
    );
    let mut proof = map_of(json!({
        "@context": [V2], "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-11-23T12:00:00Z",
        "expires": "2027-11-23T12:00:00Z", "verificationMethod": "did:key:z6Mk#z6Mk", "proofPurpose": "assertionMethod",
        "challenge": "c \" \n é", "domain": ["a.example", "b.example"], "nonce": "n", "id": "urn:uuid:1",
        "previousProof": ["urn:uuid:2", "urn:uuid:3"]
    }));
    let simple = with("/type", json!("VerifiableCredential"));
    for document in [badge(), map_of(presentation), results, proof.clone(), simple] {
        // Both types of a badge are named, and only one of them has a context: oxjsonld 0.2 reads that right.
        assert_eq!(json_ld::canonical(&document).map_err(|error| error.to_string()), by_oxjsonld(&document));
    }
    proof.insert("@context".into(), json!(["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"]));
    assert_eq!(json_ld::canonical(&proof).map_err(|error| error.to_string()), by_oxjsonld(&proof));
}

/// Two types of one node, each with a context of its own: the terms of both are in force (JSON-LD 1.1 API section 5.1.2, 11).
#[test]
fn a_node_of_two_types() {
    let ours = vc::bundled::MICROCREDENTIAL_CONTEXT;
    let mut badge = with("/credentialSubject/achievement/type", json!(["Achievement", "EducredentialAchievement"]));
    badge.insert("@context".into(), json!([V2, OB, ours]));
    badge["credentialSubject"]["achievement"]["ECTS"] = json!(5);
    let canonical = json_ld::canonical(&badge).unwrap();
    assert!(canonical.contains("<https://w3id.org/eduwallet-nl/vocab#ECTS> \"5.0E0\"^^<http://www.w3.org/2001/XMLSchema#double>"));
    assert!(canonical.contains("<https://purl.imsglobal.org/spec/vc/ob/vocab.html#Criteria>"));
    assert_eq!(by_oxjsonld(&badge), Ok(canonical), "our context repeats what it needs of the other, for processors that err");

    let both = map_of(json!({
        "@context": [V2, OB], "id": "urn:uuid:1", "type": ["AchievementSubject", "VerifiableCredential"], "creditsEarned": 2.5,
        "issuer": "did:web:a.example"
    }));
    let canonical = json_ld::canonical(&both).unwrap();
    assert!(canonical.contains("#creditsEarned> \"2.5E0\"") && canonical.contains("#issuer> <did:web:a.example>"));
    assert_ne!(by_oxjsonld(&both), Ok(canonical), "oxjsonld reads it right now: it could be the engine again");
}

/// JSON pointers to every value inside `value`.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect(),
        _ => Vec::new(),
    };
    let mut out = Vec::new();
    for (name, value) in inside {
        out.push(format!("/{name}"));
        out.extend(pointers(value).into_iter().map(|deeper| format!("/{name}{deeper}")));
    }
    out
}
