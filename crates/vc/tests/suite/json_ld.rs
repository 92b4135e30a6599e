//! JSON-LD: pinned contexts, what is refused before canonicalising, and limits.

use serde_json::{Value, json};
use vc::Map;
use vc::encoding::sha256;
use vc::json_ld::{self, BUNDLED, JsonLdError, MAX_QUADS};

pub(crate) const V2: &str = "https://www.w3.org/ns/credentials/v2";
pub(crate) const OB: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

/// A plain badge, without proof.
pub(crate) fn badge() -> Map {
    let badge = json!({
        "@context": [V2, OB],
        "id": "urn:uuid:3d2fdd2b-6f8e-4d2b-9a4c-0d1f3c3f4a10",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Hogeschool Voorbeeld"},
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2031-11-01T00:00:00Z",
        "name": "Microcredential",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": true, "identityHash": "sha256$00", "identityType": "emailAddress", "salt": "s"}],
            "creditsEarned": 2.5,
            "achievement": {
                "id": "https://school.example/achievements/1",
                "type": ["Achievement"],
                "name": "Water management",
                "description": "Basics.",
                "criteria": {"narrative": "An exam."},
                "alignment": [{"type": ["Alignment"], "targetName": "EQF 5", "targetUrl": "https://levels.example/5"}],
                "tag": ["water", "delta"]
            }
        },
        "credentialStatus": {
            "id": "https://school.example/status/1#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "7", "statusListCredential": "https://school.example/status/1"
        }
    });
    badge.as_object().unwrap().clone()
}

/// The badge with the value at a JSON pointer replaced, or added to the object that holds it.
pub(crate) fn with(pointer: &str, value: Value) -> Map {
    let mut badge = Value::Object(badge());
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    badge.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.replace("~1", "/"), value);
    badge.as_object().unwrap().clone()
}

/// The badge with a member renamed.
fn renamed(parent: &str, from: &str, to: &str) -> Map {
    let mut badge = Value::Object(badge());
    let object = badge.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    let value = object.remove(from).unwrap();
    object.insert(to.into(), value);
    badge.as_object().unwrap().clone()
}

fn refused(document: &Map) -> &'static str {
    let checked = json_ld::check_terms(document);
    assert_eq!(json_ld::canonical(document).map(|_| ()), checked, "checking and canonicalising agree");
    checked.map_or_else(JsonLdError::code, |()| "accepted")
}

#[test]
fn every_context_is_the_pinned_file() {
    let index: Map = serde_json::from_str(include_str!("../../../../schemas/contexts/index.json")).unwrap();
    for file in BUNDLED {
        let hash: String = sha256(file.text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, file.sha256, "{}", file.url);
        assert_eq!(json_ld::context(file.url), Some(file.text));
        let ours = file.url.starts_with("https://w3id.org/eduwallet-nl/");
        assert_eq!(index.get(file.url).map(|entry| entry["sha256"].as_str().unwrap()), (!ours).then_some(file.sha256), "{}", file.url);
    }
    assert!(index.keys().all(|url| json_ld::context(url).is_some()));
    assert_eq!(json_ld::context("https://www.w3.org/ns/credentials/v2#"), None);
}

#[test]
fn the_canonical_form_of_a_badge() {
    let canonical = json_ld::canonical(&badge()).unwrap();
    let vocabulary = "https://purl.imsglobal.org/spec/vc/ob/vocab.html";
    for line in [
        // Where `ssi` differs from every other implementation: native values under a datatype that only looks like XSD.
        &format!(r#"<{vocabulary}#hashed> "true"^^<https://www.w3.org/2001/XMLSchema#boolean> ."#),
        &format!(r#"<{vocabulary}#creditsEarned> "2.5E0"^^<https://www.w3.org/2001/XMLSchema#float> ."#),
        r#"<https://www.w3.org/2018/credentials#validFrom> "2026-11-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> ."#,
        r#"<https://schema.org/keywords> "water" ."#,
        r#"<https://www.w3.org/2018/credentials#issuer> <did:web:school.example> ."#,
    ] {
        assert!(canonical.contains(line), "{line}");
    }
    assert_eq!(canonical.lines().count(), 34);
    assert!(canonical.lines().is_sorted());
}

/// W1 and W2.
#[test]
fn contexts_that_are_not_allowed() {
    let cases = [
        json!("https://unknown.example/v1"),
        json!([V2, OB, "https://unknown.example/v1"]),
        json!([V2, OB, "HTTPS://www.w3.org/ns/credentials/v2"]),
        json!([V2, OB, format!("{V2}#")]),
        json!([V2, OB, null]),
        json!([V2, OB, 1]),
        json!([V2, OB, [OB]]),
        json!([V2, OB, {"achievement": "https://own.example/achievement"}]),
        json!([V2, OB, {"validUntil": null}]),
        json!([V2, OB, {"until": "https://www.w3.org/2018/credentials#validUntil"}]),
        json!([V2, OB, {"until": {"@id": "https://www.w3.org/2018/credentials#validUntil", "@type": "@id"}}]),
        json!([V2, OB, {"vc": "https://www.w3.org/2018/credentials#"}]),
        json!([V2, OB, {"@vocab": "https://www.w3.org/2018/credentials#"}]),
        json!([V2, OB, {"@vocab": "https://www.w3.org/2018/credentials#valid"}]),
        json!([V2, OB, {"@vocab": ""}]),
        json!([V2, OB, {"@vocab": null}]),
        json!([V2, OB, {"@base": "https://own.example/"}]),
        json!([V2, OB, {"@import": V2}]),
        json!([V2, OB, {"@language": "nl"}]),
        json!([V2, OB, {"@propagate": false}]),
        json!([V2, OB, {"identity": "@id"}]),
        json!([V2, OB, {"own": {"@id": "https://own.example/own", "@context": {"name": "https://own.example/name"}}}]),
        json!([V2, OB, {"own": {"@reverse": "https://own.example/own"}}]),
        json!([V2, OB, {"own": {"@id": "https://own.example/own", "@container": "@index"}}]),
        json!([V2, OB, {"own": {"@id": "https://own.example/own", "@type": "@json"}}]),
        json!([V2, OB, {"own": "relative"}]),
        // Names are not signed, IRIs are: another name would be another word under the same signature.
        json!([V2, OB, {"passedExams": "https://own.example/words#failedExams"}]),
        json!([V2, OB, {"passedExams": {"@id": "https://own.example/words/failedExams"}}]),
        json!([V2, OB, {"@vocab": "https://own.example/words#failed"}]),
        json!([V2, OB, {"own": "own"}]),
        json!([V2, OB, {"own": "own:word"}]),
        json!([V2, OB, {"own:word": "https://own.example/word"}]),
        json!([V2, OB, {"https://schema.org/name": "https://own.example/word"}]),
    ];
    for context in cases {
        assert_eq!(refused(&with("/@context", context.clone())), "context_not_allowed", "{context}");
    }
    for pointer in ["/issuer/@context", "/credentialSubject/achievement/@context"] {
        for context in [json!("https://unknown.example/v1"), json!({"achievement": "https://own.example/a"}), json!(null)] {
            assert_eq!(refused(&with(pointer, context.clone())), "context_not_allowed", "{pointer} {context}");
        }
    }
}

/// What one context protects, another may not define anew: JSON-LD 1.1 section 4.1.11.
#[test]
fn contexts_that_contradict_each_other() {
    let both = with("/@context", json!([V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"]));
    assert_eq!(json_ld::canonical(&both), Err(JsonLdError::Context));
}

/// An issuer may have words of its own, as long as they are its own.
#[test]
fn definitions_that_touch_nothing() {
    let own = json!({
        "@version": 1.1, "@protected": true,
        "ownWord": "https://own.example/ownWord",
        "ownLink": {"@id": "https://own.example/words#ownLink", "@type": "@id"},
        "ownSteps": {"@id": "https://own.example/ownSteps", "@container": "@list"},
        "OwnType": "urn:example:OwnType"
    });
    let mut badge = with("/@context", json!([V2, OB, own]));
    assert_eq!(refused(&badge), "accepted");
    badge.insert("ownWord".into(), "hello".into());
    badge.insert("ownLink".into(), "https://own.example/1".into());
    badge.insert("ownSteps".into(), json!(["a", "b", {"type": "OwnType"}]));
    let canonical = json_ld::canonical(&badge).unwrap();
    for part in
        ["<https://own.example/ownWord> \"hello\"", "<https://own.example/words#ownLink> <https://own.example/1>", "<urn:example:OwnType>"]
    {
        assert!(canonical.contains(part), "{part}");
    }
    let vocabulary = with("/@context", json!([V2, OB, {"@vocab": "https://own.example/words#"}]));
    assert_eq!(refused(&vocabulary), "accepted");
    // A word that is defined as itself is the vocabulary's, whatever it meant before (JSON-LD 1.1 API section 4.2.2, step 14).
    let first = json!({"ownWord": "https://own.example/before/ownWord"});
    for second in [
        json!({"@vocab": "https://own.example/words#", "ownWord": "ownWord"}),
        json!({"@vocab": "https://own.example/words#", "ownWord": {"@id": "ownWord"}}),
    ] {
        let mut badge = with("/@context", json!([V2, OB, first, second]));
        badge.insert("ownWord".into(), "hello".into());
        let canonical = json_ld::canonical(&badge).unwrap();
        assert!(canonical.contains("<https://own.example/words#ownWord> \"hello\""), "{canonical}");
        assert_eq!(crate::json_ld_oracle::by_oxjsonld(&badge), Ok(canonical));
    }
}

/// W3: whatever RDF would leave out of the graph, and with it out of the signature.
#[test]
fn undefined_terms() {
    for (pointer, value) in [
        ("/nickname", json!("x")),
        ("/", json!("x")),
        ("/issuer/nickname", json!("x")),
        ("/credentialSubject/nickname", json!(null)),
        ("/credentialSubject/achievement/nickname", json!({})),
        ("/credentialSubject/achievement/achievement", json!("defined for a subject, not for an achievement")),
        ("/credentialSubject/achievement/alignment", json!([{"type": "Alignment", "nickname": []}])),
        ("/statusPurpose", json!("defined for an entry only")),
        ("/type", json!(["VerifiableCredential", "OpenBadgeCredential", "Nickname"])),
        ("/type", json!(["VerifiableCredential", "OpenBadgeCredential", "relative/type"])),
        ("/type", json!(["VerifiableCredential", "OpenBadgeCredential", "@type"])),
        ("/type", json!(["OpenBadgeCredential"])),
        ("/id", json!("relative")),
        ("/id", json!("")),
        ("/id", json!("https://with space.example/")),
        ("/id", json!("@id")),
        ("/issuer/id", json!("school")),
        ("/issuer", json!("school")),
        ("/credentialStatus/statusListCredential", json!("/status/1")),
        ("/credentialSubject/achievement/image", json!("image.png")),
    ] {
        assert_eq!(refused(&with(pointer, value.clone())), "undefined_term", "{pointer} {value}");
    }
    let no_context = renamed("", "@context", "context");
    assert_eq!(refused(&no_context), "undefined_term");
}

/// The same statements, disguised: a signature over RDF holds, and a reader of the JSON sees something else.
#[test]
fn statements_in_another_form() {
    for (parent, from, to) in [
        ("", "validUntil", "https://www.w3.org/2018/credentials#validUntil"),
        ("", "credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"),
        ("", "name", "https://schema.org/name"),
        ("", "id", "@id"),
        ("", "type", "@type"),
        ("/issuer", "id", "@id"),
        ("/credentialStatus", "type", "@type"),
    ] {
        assert_eq!(refused(&renamed(parent, from, to)), "json_ld_form", "{from} as {to}");
    }
    let class = renamed("/credentialSubject/achievement", "criteria", "Criteria");
    assert_eq!(refused(&class), "json_ld_form", "a class, which has the IRI of the property");
    let id = badge()["id"].clone();
    for (pointer, value) in [
        ("/type", json!(["VerifiableCredential", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"])),
        ("/@graph", json!([{"id": id, "name": "x"}])),
        ("/@included", json!([{"id": id, "name": "x"}])),
        ("/@reverse", json!({})),
        ("/@nest", json!({})),
        ("/@index", json!("x")),
        ("/@unknown", json!("x")),
        ("/name", json!({"@value": "x", "@direction": "ltr", "@language": "nl"})),
        ("/name", json!({"@value": "x", "@index": "i"})),
        ("/name", json!({"@value": "x", "@language": "nl", "@type": "https://t.example/"})),
        ("/name", json!({"@value": 1, "@language": "nl"})),
        ("/name", json!({"@value": ["x"]})),
        ("/name", json!({"@value": "x", "name": "y"})),
        ("/name", json!({"@set": ["x"]})),
        ("/name", json!({"@list": ["x"]})),
        ("/name", json!([["x"]])),
        ("/id", json!("_:b0")),
        ("/issuer/id", json!("_:b0")),
        ("/issuer", json!("_:b0")),
        ("/id", json!(null)),
        ("/id", json!(["urn:uuid:1"])),
        ("/type", json!(["VerifiableCredential", "OpenBadgeCredential", 1])),
        ("/evidence", json!({"id": id, "type": ["Evidence"], "name": "what it says here, it says of the credential"})),
        ("/evidence", json!({"id": id, "type": ["Evidence", "OpenBadgeCredential"]})),
    ] {
        assert_eq!(refused(&with(pointer, value.clone())), "json_ld_form", "{pointer} {value}");
    }
    for (pointer, value) in [
        ("/evidence", json!({"id": id})),
        ("/evidence", json!({"id": id, "type": ["Evidence"]})),
        ("/name", json!({"@value": "x", "@language": "nl"})),
        ("/name", json!([{"@value": "x", "@language": "nl"}, {"@value": "y", "@language": "en"}])),
        ("/name", json!({"@value": "x"})),
        ("/name", json!(null)),
        ("/name", json!([])),
        ("/type", json!(["VerifiableCredential", "OpenBadgeCredential", "https://own.example/Type"])),
        ("/issuer", json!("did:web:school.example")),
    ] {
        assert_eq!(refused(&with(pointer, value.clone())), "accepted", "{pointer} {value}");
    }
    // A language that is none would be dropped by a processor.
    let odd = with("/name", json!({"@value": "x", "@language": "not a language"}));
    assert_eq!(json_ld::canonical(&odd), Err(JsonLdError::Undefined));
}

/// A presentation holds its credentials in graphs of their own, whose names would be lost.
#[test]
fn presentations() {
    let presentation = |credential: Value| {
        let map =
            json!({"@context": [V2], "type": ["VerifiablePresentation"], "holder": "did:key:z6Mk", "verifiableCredential": credential});
        refused(map.as_object().unwrap())
    };
    assert_eq!(presentation(json!([badge()])), "accepted");
    let other = with("/id", json!("urn:uuid:b2d0dd2b-6f8e-4d2b-9a4c-0d1f3c3f4a11"));
    assert_eq!(presentation(json!([badge(), other])), "accepted");
    assert_eq!(presentation(json!(["urn:uuid:1"])), "json_ld_form");
    assert_eq!(presentation(json!([{"id": "urn:uuid:1"}])), "undefined_term", "nothing is defined without a context of its own");
    let mut foreign = badge();
    foreign.insert("nickname".into(), "x".into());
    assert_eq!(presentation(json!([foreign])), "undefined_term");
    let enveloped = json!({"@context": V2, "id": "data:application/vc+jwt,eyJ", "type": "EnvelopedVerifiableCredential"});
    assert_eq!(presentation(json!([enveloped])), "accepted");
}

/// Two equal subtrees with equal children: each order of each is tried for each.
fn poisoned(children: usize) -> Map {
    let alignments: Vec<_> = (0..children).map(|_| json!({"type": ["Alignment"], "targetName": "same"})).collect();
    let achievement = json!({"type": ["Achievement"], "alignment": alignments});
    with("/credentialSubject/achievement", json!([achievement, achievement]))
}

#[test]
fn poisoned_documents_are_refused_by_counting() {
    assert!(json_ld::canonical(&poisoned(3)).is_ok());
    for children in [10, 60, 200] {
        assert_eq!(json_ld::check_terms(&poisoned(children)), Ok(()));
        assert_eq!(json_ld::canonical(&poisoned(children)), Err(JsonLdError::Limit), "{children}");
    }
}

#[test]
fn large_documents_are_refused_before_they_are_processed() {
    let tags: Vec<_> = (0..=MAX_QUADS).map(|at| at.to_string()).collect();
    assert_eq!(refused(&with("/credentialSubject/achievement/tag", json!(tags))), "document_too_complex");
    let types: Vec<_> = std::iter::repeat_n("Achievement", MAX_QUADS + 1).collect();
    assert_eq!(refused(&with("/credentialSubject/achievement/type", json!(types))), "document_too_complex");
    let contexts: Vec<_> = std::iter::repeat_n(V2, 65).collect();
    assert_eq!(refused(&with("/@context", json!(contexts))), "document_too_complex");
    let nested: Vec<_> = (0..65).map(|_| json!({"@context": [V2, OB], "type": ["Alignment"]})).collect();
    assert_eq!(refused(&with("/credentialSubject/achievement/alignment", json!(nested))), "document_too_complex");
    let blank: Vec<_> = (0..501).map(|at| json!({"type": ["Alignment"], "targetName": at.to_string()})).collect();
    let many = with("/credentialSubject/achievement/alignment", json!(blank));
    assert_eq!(json_ld::canonical(&many), Err(JsonLdError::Limit));
}

/// A JSON object as what `vc` takes.
pub(crate) fn map_of(value: Value) -> Map {
    value.as_object().unwrap().clone()
}
