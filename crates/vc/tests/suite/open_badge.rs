//! Samples of 1EdTech's validator, by file name: structure, transports, signatures; images of any kind.

use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use vc::data_integrity::{self, ExpectedProof, KeyProblem, Keys, Purpose, ResolvedKey};
use vc::did;
use vc::key::{Jwk, VerifyingKey};
use vc::open_badge::bake::{self, BakeError, ImageKind, png_bake, png_unbake, svg_bake, svg_unbake};
use vc::open_badge::{Badge, EndorsementForm, Endorses, Inner, Kind, Picture, check, check_clr, check_endorsement};
use vc::vcdm::jwt::{self, VcJwt};
use vc::vcdm::{Credential, Enveloped, Version};
use vc::{Map, strict_json};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/openbadges").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn map(name: &str) -> Map {
    strict_json::parse_object(&bytes(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Keys as the samples have them: the fragment of the method's URL is the Multikey, what is before it the controller.
struct FragmentKeys;

impl Keys for FragmentKeys {
    fn key(&self, method: &str, _purpose: Purpose) -> Result<ResolvedKey, KeyProblem> {
        let (controller, multikey) = match method.split_once('#') {
            Some((controller, multikey)) => (controller, multikey),
            None => (method, method.strip_prefix("did:key:").ok_or(KeyProblem::DidMethod)?),
        };
        let name = format!("did:key:{multikey}");
        let jwk = did::key_of_url(&name).map_err(|_| KeyProblem::Unknown)?;
        Ok(ResolvedKey { jwk, controller: controller.to_owned() })
    }
}

/// 2026-11-23.
const NOW: i64 = 1_795_392_000;

fn proof(document: &Map) -> Result<(), &'static str> {
    let expected = ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now: NOW, clock_tolerance: 0 };
    data_integrity::verify(document, &FragmentKeys, &expected).map(|_| ()).map_err(|e| e.code())
}

/// The signature of a JWT under the key of its header; the samples have no other.
fn signature(jwt: &VcJwt) -> Result<(), &'static str> {
    let jwk = jwt.jws().header().get("jwk").ok_or("no_key")?;
    let key = VerifyingKey::from_jwk(&Jwk::from_value(jwk).unwrap()).unwrap();
    jwt.verify(&key).map(|_| ()).map_err(|e| e.code())
}

/// Structure of any kind of credential: code and place of what is wrong.
fn structure(document: &Map) -> Result<Kind, (&'static str, String)> {
    let credential = Credential::parse(document.clone()).map_err(|e| (e.code(), e.path().to_owned()))?;
    let refused = |e: vc::open_badge::OpenBadgeError| (e.code(), e.path().to_owned());
    match Kind::of(&credential) {
        Some(Kind::Endorsement) => check_endorsement(&credential).map(|_| Kind::Endorsement).map_err(refused),
        Some(Kind::Clr) => check_clr(&credential).map(|_| Kind::Clr).map_err(refused),
        _ => check(&credential).map(|_| Kind::Badge).map_err(refused),
    }
}

fn badge(document: &Map) -> Badge {
    check(&Credential::parse(document.clone()).unwrap()).unwrap_or_else(|e| panic!("{e}"))
}

type Outcome = (Result<Kind, (&'static str, &'static str)>, Result<(), &'static str>);

/// Structure and proof of each JSON sample. What a name promises to be wrong is the one that is not `Ok`, except where
/// 1EdTech's samples have more than one fault.
const TABLE: [(&str, Outcome); 35] = [
    ("simple.1ob", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple_v1", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple-context-alias", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple-context-version", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple-did-key-method", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple-did-web-method", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple-eddsa-2022", (Ok(Kind::Badge), Ok(()))),
    ("ob30/complete", (Ok(Kind::Badge), Ok(()))),
    ("ob30/credential-status-revoked", (Ok(Kind::Badge), Ok(()))),
    ("ob30/endorsement-valid", (Ok(Kind::Endorsement), Ok(()))),
    // Its key is at an address without the key in it.
    ("ob30/complete_v1", (Ok(Kind::Badge), Err("key_unknown"))),
    // All proofs must hold, and one is of an unknown type.
    ("ob30/simple-multiple-proofs", (Ok(Kind::Badge), Err("unsupported_cryptosuite"))),
    // Unsigned, and older than the rule that there is an achievement.
    ("ob30/simple-noproof", (Err(("member_missing", "/credentialSubject/achievement")), Err("proof_missing"))),
    ("ob30/simple-err-context", (Err(("context", "/@context/0")), Err("undefined_term"))),
    ("ob30/simple-err-issuer", (Err(("issuer_id", "/issuer")), Ok(()))),
    // Issued in the future, see `dates_of_samples`; it also lacks an achievement.
    ("ob30/simple-err-issued", (Err(("member_missing", "/credentialSubject/achievement")), Ok(()))),
    // Over, see `dates_of_samples`.
    ("ob30/simple-err-expired", (Ok(Kind::Badge), Ok(()))),
    ("ob30/simple-err-type", (Err(("type", "/type")), Err("undefined_term"))),
    ("ob30/simple-err-credential-subject-type", (Err(("object_type", "/credentialSubject/type")), Err("undefined_term"))),
    (
        "ob30/simple-err-credential-subject-identifier-type",
        (Err(("object_type", "/credentialSubject/identifier/0/type")), Err("undefined_term")),
    ),
    ("ob30/simple-err-credential-subject-profile-type", (Err(("object_type", "/credentialSubject/source/type")), Err("undefined_term"))),
    ("ob30/simple-err-credential-subject-result-type", (Err(("object_type", "/credentialSubject/result/1/type")), Err("undefined_term"))),
    (
        "ob30/simple-err-credential-subject-achievement-result-description-type",
        (Err(("object_type", "/credentialSubject/achievement/resultDescription/2/type")), Err("undefined_term")),
    ),
    ("ob30/simple-err-evidence-type", (Err(("object_type", "/evidence/1/type")), Err("undefined_term"))),
    ("ob30/simple-err-issuer-type", (Err(("object_type", "/issuer/type")), Err("undefined_term"))),
    ("ob30/simple-err-issuer-parentorg-type", (Err(("object_type", "/issuer/parentOrg/type")), Err("undefined_term"))),
    ("ob30/simple-err-issuer-otheridentifier-type", (Err(("object_type", "/issuer/otherIdentifier/1/type")), Err("undefined_term"))),
    ("ob30/simple-err-proof-method", (Ok(Kind::Badge), Err("key_unknown"))),
    ("ob30/simple-err-proof-method-no-scheme", (Ok(Kind::Badge), Err("verification_method"))),
    ("ob30/simple-err-proof-method-unknown-scheme", (Ok(Kind::Badge), Err("verification_method"))),
    ("ob30/simple-err-proof-method-unknown-did-method", (Ok(Kind::Badge), Err("did_method"))),
    ("ob30/simple-err-proof-value", (Ok(Kind::Badge), Err("proof_invalid"))),
    ("clr20/simple", (Ok(Kind::Clr), Ok(()))),
    ("clr20/complex", (Ok(Kind::Clr), Ok(()))),
];

/// Records whose proofs cannot be judged: unsigned, and under a `urn:` that leads to no key.
const UNPROVEN_RECORDS: [(&str, &str); 2] = [("clr20/simple-noproof", "proof_missing"), ("clr20/simple_v1", "verification_method")];

/// Every JSON sample: its structure, and its proof.
#[test]
fn every_sample() {
    let table = BTreeMap::from(TABLE);
    let mut seen = 0;
    for name in ["ob30", "clr20"] {
        for entry in fs::read_dir(folder(name)).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let key = match file.rsplit_once('.') {
                Some((stem, "json")) => format!("{name}/{stem}"),
                Some((_, "1ob")) => file.clone(),
                _ => continue,
            };
            let document = map(&format!("{name}/{file}"));
            let (expected, proven) = match UNPROVEN_RECORDS.iter().find(|(record, _)| *record == key) {
                Some((_, code)) => (Ok(Kind::Clr), Err(*code)),
                None => table.get(key.as_str()).copied().unwrap_or_else(|| panic!("{key} is not in the table")),
            };
            assert_eq!(structure(&document), expected.map_err(|(code, path)| (code, path.to_owned())), "{key}");
            assert_eq!(proof(&document), proven, "{key}");
            seen += 1;
        }
    }
    assert_eq!(seen, TABLE.len() + UNPROVEN_RECORDS.len());
}

#[test]
fn dates_of_samples() {
    let window = |name: &str| {
        let credential = Credential::parse(map(name)).unwrap();
        (credential.valid_from().unwrap() > NOW, credential.valid_until().is_some_and(|until| until < NOW))
    };
    assert_eq!(window("ob30/simple.json"), (false, false));
    assert_eq!(window("ob30/simple-err-issued.json"), (true, false));
    assert_eq!(window("ob30/simple-err-expired.json"), (false, true));
}

/// Takes the credential out of each transport and judges it as a whole.
#[test]
fn every_transport() {
    for (file, credential_type) in [("simple-json.png", Version::V2), ("simple-json.svg", Version::V2)] {
        let text = bake::unbake(&bytes(&format!("ob30/{file}"))).unwrap().unwrap();
        let document = strict_json::parse_object(text.as_bytes()).unwrap();
        assert_eq!((structure(&document), proof(&document)), (Ok(Kind::Badge), Ok(())), "{file}");
        assert_eq!(Credential::parse(document).unwrap().version(), credential_type);
    }
    for (file, version) in [
        ("simple-jwt.png", Version::V2),
        ("simple-jwt.svg", Version::V2),
        ("simple-jwt_v1.png", Version::V1),
        ("simple-jwt_v1.svg", Version::V1),
    ] {
        let text = bake::unbake(&bytes(&format!("ob30/{file}"))).unwrap().unwrap();
        let jwt = jwt::read(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!((structure(jwt.credential_unverified()), signature(&jwt)), (Ok(Kind::Badge), Ok(())), "{file}");
        assert_eq!(Credential::parse(jwt.credential_unverified().clone()).unwrap().version(), version, "{file}");
        assert_eq!(jwt.claims().not_before, Some(1_262_304_000));
        let at = text.rfind('.').unwrap() + 10;
        let broken = format!("{}{}{}", &text[..at], if &text[at..=at] == "A" { "B" } else { "A" }, &text[at + 1..]);
        assert_eq!(signature(&jwt::read(&broken).unwrap()), Err("signature"), "{file}");
    }
    // Older than the rule that there is an achievement, and its key is nowhere.
    let jwt = jwt::read(std::str::from_utf8(&bytes("ob30/simple.jwt")).unwrap().trim()).unwrap();
    assert_eq!(signature(&jwt), Err("no_key"));
    assert_eq!(structure(jwt.credential_unverified()), Err(("member_missing", "/credentialSubject/achievement".into())));
    // Of Open Badges 2.0.
    assert_eq!(bake::unbake(&bytes("ob20/simple-badge.png")), Err(BakeError::OlderVersion));
}

#[test]
fn samples_with_other_status_and_proof() {
    let listed = map("ob30/bit-string-list/credential-status-revoked.json");
    assert_eq!((structure(&listed), proof(&listed)), (Ok(Kind::Badge), Ok(())));
    let credential = Credential::parse(listed).unwrap();
    assert_eq!(credential.status()[0]["type"], "BitstringStatusListEntry");
    let list: Map = map("ob30/bit-string-list/testlist");
    assert_eq!((proof(&list), Credential::parse(list).unwrap().has_type("BitstringStatusListCredential")), (Ok(()), true));
    let derived = map("ob30/sd/derivedcredential.json");
    assert_eq!((structure(&derived), proof(&derived)), (Ok(Kind::Badge), Err("unsupported_cryptosuite")));
}

#[test]
fn what_a_badge_says() {
    let badge = badge(&map("ob30/complete.json"));
    assert_eq!((badge.name.as_str(), badge.issuer_id.as_str()), ("1EdTech University Degree", "https://1edtech.edu/issuers/565049"));
    assert_eq!(
        (badge.achievement_type.as_deref(), badge.creator_id.as_deref()),
        (Some("Degree"), Some("https://1edtech.edu/issuers/565049"))
    );
    assert_eq!((badge.credits_available, badge.credits_earned), (Some(36.0), Some(42.0)));
    assert_eq!(badge.criteria.narrative.as_deref(), Some("# Degree Requirements\nStudents must complete..."));
    assert_eq!(badge.alignments.len(), 2);
    assert_eq!((badge.alignments[0].code.as_deref(), badge.alignments[0].target_type.as_deref()), (Some("degree"), Some("CFItem")));
    let results: Vec<_> = badge.results.iter().map(|r| (r.value.as_deref(), r.level.as_deref(), r.status.as_deref())).collect();
    assert_eq!(results, [(Some("A"), None, None), (None, Some("Mastery"), None), (None, None, Some("Completed"))]);
    assert_eq!(badge.results[0].description.as_ref().unwrap().allowed, ["D", "C", "B", "A"]);
    assert_eq!(
        badge.evidence.iter().map(|e| e.name.as_deref().unwrap()).collect::<Vec<_>>(),
        ["Final Project Report", "Final Project Code"]
    );
    assert_eq!(badge.image.as_ref().unwrap().caption(), Some("1EdTech University Degree"));
    assert!(matches!(badge.image, Some(Picture::Elsewhere { url: Some(_), .. })));
    assert_eq!((badge.identities.len(), badge.identities[0].kind(), badge.identities[0].is_hashed()), (2, "emailAddress", false));
    assert_eq!(
        (badge.role.as_deref(), badge.term.as_deref(), badge.license_number.as_deref()),
        (Some("Major Domo"), Some("Fall"), Some("A-9320041"))
    );
    assert_eq!(badge.tags, ["research", "computer science"]);
}

#[test]
fn endorsements_stand_alone() {
    let endorsed = badge(&map("ob30/complete.json")).endorsements;
    let places: Vec<_> = endorsed.iter().map(|e| e.endorses).collect();
    assert_eq!(places, [Endorses::Credential, Endorses::Achievement, Endorses::Issuer, Endorses::Creator, Endorses::Creator]);
    for endorsement in &endorsed {
        let EndorsementForm::Embedded(document) = &endorsement.form else { panic!("not embedded") };
        assert_eq!(structure(document), Ok(Kind::Endorsement));
        // A suite that never was: the badge holds all the same, the endorsement does not.
        assert_eq!(proof(document), Err("unsupported_cryptosuite"));
    }
    let mut document = map("ob30/simple.json");
    let valid = map("ob30/endorsement-valid.json");
    document["issuer"]["endorsement"] = json!([valid]);
    document["issuer"]["endorsementJwt"] = json!(["a.b.c"]);
    let endorsed = badge(&document).endorsements;
    assert_eq!(endorsed[0].target, "https://example.com/issuers/876543");
    let EndorsementForm::Embedded(found) = &endorsed[0].form else { panic!("not embedded") };
    assert_eq!(proof(found), Ok(()));
    let read = check_endorsement(&Credential::parse(found.clone()).unwrap()).unwrap();
    assert_eq!((read.issuer_id.as_str(), read.target.as_str()), ("https://state.gov/issuers/565049", "https://1edtech.edu/issuers/565049"));
    assert_eq!(endorsed[1].form, EndorsementForm::Jwt("a.b.c".into()));
    document["issuer"]["endorsementJwt"] = json!(["not a JWS"]);
    assert_eq!(structure(&document), Err(("member_value", "/issuer/endorsementJwt/0".into())));
}

#[test]
fn records_and_the_credentials_in_them() {
    let clr = check_clr(&Credential::parse(map("clr20/complex.json")).unwrap()).unwrap();
    assert_eq!((clr.credentials.len(), clr.associations.len(), clr.name.as_deref()), (6, 5, Some("Ellis Monday")));
    assert_eq!(clr.associations.iter().filter(|a| a.known).count(), 2);
    for inner in &clr.credentials {
        let Inner::Embedded(document) = inner else { panic!("not embedded") };
        assert_eq!((structure(document), proof(document)), (Ok(Kind::Badge), Ok(())));
    }
    let simple = check_clr(&Credential::parse(map("clr20/simple.json")).unwrap()).unwrap();
    assert_eq!(simple.achievements.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["Achievement 1", "Achievement 2"]);
    assert!(simple.associations[0].known && simple.associations[0].kind == "isParentOf");
    let [Inner::Embedded(badge)] = simple.credentials.as_slice() else { panic!("not embedded") };
    assert_eq!((structure(badge), proof(badge)), (Ok(Kind::Badge), Ok(())));

    let jwt = jwt::read(std::str::from_utf8(&bytes("clr20/simple.jwt")).unwrap().trim()).unwrap();
    assert_eq!((structure(jwt.credential_unverified()), signature(&jwt)), (Ok(Kind::Clr), Ok(())));
    let record = check_clr(&Credential::parse(jwt.credential_unverified().clone()).unwrap()).unwrap();
    let [Inner::Enveloped(Enveloped { text, .. })] = record.credentials.as_slice() else { panic!("not a JWT") };
    let inner = jwt::read(text).unwrap();
    assert_eq!((structure(inner.credential_unverified()), signature(&inner)), (Ok(Kind::Badge), Ok(())));
}

#[test]
fn dutch_badges() {
    for file in [
        "educredentials/mbob_eo_eov_extracurricular_full.json",
        "educredentials/uvh_at_microcredential_full_1.json",
        "educredentials/uvh_at_microcredential_full_edtech_proposal_LO.json",
        "own-nl-microcredential.json",
    ] {
        let document = map(file);
        assert_eq!(structure(&document), Ok(Kind::Badge), "{file}");
    }
    let badge = badge(&map("own-nl-microcredential.json"));
    assert_eq!((badge.achievement_type.as_deref(), badge.language.as_deref()), (Some("MicroCredential"), Some("nl")));
    let kinds: Vec<_> = badge.alignments.iter().filter_map(|a| a.target_type.as_deref()).collect();
    assert_eq!(kinds, ["ext:EQF", "ext:QualityAssurance", "ext:LearningOutcome"]);
    assert_eq!(badge.results[0].value.as_deref(), Some("8"));
    // A published context that is broken: never used for RDF, so the badge's proof cannot be made or checked with it.
    let mut foreign = map("educredentials/uvh_at_microcredential_full_1.json");
    foreign.insert("proof".into(), map("ob30/simple.json")["proof"].clone());
    assert_eq!(proof(&foreign), Err("context_not_allowed"));
}

#[test]
fn one_thing_wrong_at_a_time() {
    type Change = fn(&mut Value);
    let changes: [(&str, &str, Change); 17] = [
        ("member_missing", "/id", |d| drop(d.as_object_mut().unwrap().remove("id"))),
        ("member_missing", "/validFrom", |d| drop(d.as_object_mut().unwrap().remove("validFrom"))),
        ("context", "/@context/1", |d| d["@context"][1] = json!("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")),
        ("context_not_allowed", "/@context/2", |d| {
            d["@context"].as_array_mut().unwrap().push(json!({"achievement": "https://a.example/#other"}));
        }),
        ("subject_count", "/credentialSubject", |d| d["credentialSubject"] = json!([d["credentialSubject"], d["credentialSubject"]])),
        ("identity_missing", "/credentialSubject", |d| drop(d["credentialSubject"].as_object_mut().unwrap().remove("id"))),
        ("member_missing", "/credentialSubject/achievement/name", |d| d["credentialSubject"]["achievement"]["name"] = json!(null)),
        ("criteria", "/credentialSubject/achievement/criteria", |d| d["credentialSubject"]["achievement"]["criteria"] = json!({"a": 1})),
        ("member_value", "/credentialSubject/achievement/achievementType", |d| {
            d["credentialSubject"]["achievement"]["achievementType"] = json!("Phd");
        }),
        ("member_type", "/credentialSubject/achievement/creditsAvailable", |d| {
            d["credentialSubject"]["achievement"]["creditsAvailable"] = json!("3");
        }),
        ("member_missing", "/credentialSubject/achievement/alignment/targetUrl", |d| {
            d["credentialSubject"]["achievement"]["alignment"] = json!({"type": "Alignment", "targetName": "a"});
        }),
        ("member_value", "/awardedDate", |d| d["awardedDate"] = json!("2020-01-01T00:00:00")),
        ("member_value", "/credentialSubject/result/0/status", |d| {
            d["credentialSubject"]["result"] = json!([{"type": ["Result"], "status": "Passed"}]);
        }),
        ("result_description", "/credentialSubject/result/0/resultDescription", |d| {
            d["credentialSubject"]["result"] = json!([{"type": ["Result"], "resultDescription": "urn:x:1"}]);
        }),
        ("member_value", "/credentialSubject/identifier/0/identityHash", |d| {
            d["credentialSubject"]["identifier"] =
                json!([{"type": "IdentityObject", "hashed": true, "identityHash": "sha256$1", "identityType": "emailAddress"}]);
        }),
        ("type", "/type", |d| d["type"] = json!(["VerifiableCredential", "ClrCredentials"])),
        ("member_type", "/credentialSubject/achievement/image", |d| d["credentialSubject"]["achievement"]["image"] = json!(1)),
    ];
    for (code, path, change) in changes {
        let mut document = Value::Object(map("ob30/simple.json"));
        change(&mut document);
        assert_eq!(structure(document.as_object().unwrap()), Err((code, path.to_owned())));
    }
}

#[test]
fn tolerant_of_one_or_many() {
    let mut document = Value::Object(map("ob30/simple.json"));
    let subject = document["credentialSubject"].clone();
    document["credentialSubject"] = json!([subject]);
    document["credentialSubject"][0]["achievement"] = json!([subject["achievement"]]);
    document["credentialSubject"][0]["type"] = json!("AchievementSubject");
    document["credentialSubject"][0]["achievement"][0]["tag"] = json!("one");
    document["issuer"] = json!("https://example.com/issuers/876543");
    let badge = badge(document.as_object().unwrap());
    assert_eq!((badge.name.as_str(), badge.tags.as_slice()), ("Teamwork", ["one".to_owned()].as_slice()));
}

/// As many as verification takes, the record itself included.
#[test]
fn records_of_many() {
    let record = map("clr20/simple.json");
    let of = |count: usize| {
        let mut record = Value::Object(record.clone());
        let one = record["credentialSubject"]["verifiableCredential"][0].clone();
        record["credentialSubject"]["verifiableCredential"] = json!(vec![one; count]);
        let credential = Credential::parse(record.as_object().unwrap().clone()).unwrap();
        check_clr(&credential).map(|clr| clr.credentials.len()).map_err(|error| (error.code(), error.path().to_owned()))
    };
    assert_eq!(of(vc::vcdm::MAX_CREDENTIALS - 1), Ok(63));
    assert_eq!(of(vc::vcdm::MAX_CREDENTIALS), Err(("too_many", "/credentialSubject/verifiableCredential".to_owned())));
}

#[test]
fn samples_are_baked_again() {
    let jwt = String::from_utf8(bytes("ob30/simple.jwt")).unwrap().trim().to_owned();
    let json = String::from_utf8(bytes("ob30/simple.json")).unwrap();
    for file in ["simple-json.png", "simple-jwt.svg", "simple-json.svg"] {
        let image = bytes(&format!("ob30/{file}"));
        let first = bake::bake(&image, &jwt).unwrap();
        assert_eq!(bake::unbake(&first), Ok(Some(jwt.clone())), "{file}");
        let second = bake::bake(&first, &json).unwrap();
        // The sample has line ends that XML does not keep.
        let read: Value = serde_json::from_str(&bake::unbake(&second).unwrap().unwrap()).unwrap();
        assert_eq!(read, serde_json::from_str::<Value>(&json).unwrap(), "{file}");
        assert_eq!(bake::bake(&second, &jwt).unwrap(), first, "{file}");
        assert_eq!(bake::check_image(&first), Ok(ImageKind::of(&image).unwrap()));
    }
}

/// The smallest image of each kind.
fn images() -> [Vec<u8>; 2] {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>"#.to_vec();
    [bytes("ob20/simple-badge.png"), svg]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn baked_text_comes_out_again(text in "[A-Za-z0-9_-]{1,40}(\\.[A-Za-z0-9_-]{1,40}){2}", name in "\\PC{0,24}") {
        for image in images() {
            let baked = bake::bake(&image, &text).unwrap();
            prop_assert_eq!(bake::unbake(&baked).unwrap(), Some(text.clone()));
            let json = json!({ "name": name, "]]>": "<&\"'" }).to_string();
            let again = bake::bake(&baked, &json).unwrap();
            let read: Value = serde_json::from_str(&bake::unbake(&again).unwrap().unwrap()).unwrap();
            prop_assert_eq!(read, serde_json::from_str::<Value>(&json).unwrap());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = png_unbake(&bytes);
        let _ = svg_unbake(&bytes);
        let _ = bake::bake(&bytes, "a.b.c");
        let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &bytes].concat();
        let _ = png_unbake(&png);
        let _ = png_bake(&png, "a.b.c");
    }

    #[test]
    fn no_damaged_image_panics(at in 0..2_000usize, with in any::<u8>(), cut in 0..2_000usize) {
        for mut image in [bake::bake(&images()[0], "a.b.c").unwrap(), bake::bake(&images()[1], "{\"a\":1}").unwrap()] {
            let length = image.len();
            if let Some(byte) = image.get_mut(at % length) {
                *byte = with;
            }
            image.truncate(cut.min(length));
            if let Ok(Some(text)) = bake::unbake(&image) {
                prop_assert!(!text.is_empty());
            }
            let _ = svg_bake(&image, "a.b.c");
        }
    }

    #[test]
    fn no_markup_panics(parts in prop::collection::vec(prop::sample::select(MARKUP.to_vec()), 0..24)) {
        let inner = parts.concat();
        for image in [inner.clone(), format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inner}</svg>")] {
            if let Ok(found) = svg_unbake(image.as_bytes()) {
                let baked = svg_bake(image.as_bytes(), "a.b.c").unwrap();
                prop_assert_eq!(svg_unbake(&baked), Ok(Some("a.b.c".to_owned())));
                prop_assert!(found.is_none_or(|text| image.contains(&text)));
            }
        }
    }
}

/// What an SVG is made of, and what breaks one.
const MARKUP: [&str; 24] = [
    "<g>",
    "</g>",
    "<g/>",
    "<svg>",
    "</svg>",
    "<",
    ">",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?a",
    "?>",
    "<!DOCTYPE svg>",
    "'",
    "\"",
    " a='1'",
    "&amp;",
    "&a;",
    "é",
    "text",
    "<openbadges:credential xmlns:openbadges='https://purl.imsglobal.org/ob/v3p0' verify='x.y.z'/>",
    "<o:credential xmlns:o='https://purl.imsglobal.org/ob/v3p0'>{}</o:credential>",
];
