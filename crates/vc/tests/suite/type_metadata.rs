//! SD-JWT VC type metadata: the draft's examples, pilots' words, extending, integrity, and credentials held against it.

use crate::claims::{World, object};
use serde_json::{Value, json};
use std::collections::HashMap;
use vc::encoding::integrity;
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Path, SdJwt, Segment, prepare};
use vc::type_metadata::{
    ClaimProblem, Integrity, MAX_EXTENDS, Resolution, SelectiveDisclosure, TypeMetadata, TypeMetadataError, check, is_fetchable, parse,
    resolve,
};

const V42: &[u8] = include_bytes!("../vectors/sd-jwt-vc/type-metadata-v42.raw.json");

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn read(document: &Value) -> Result<TypeMetadata, TypeMetadataError> {
    parse(document.to_string().as_bytes())
}

#[test]
fn the_full_example() {
    let full = json_of(include_str!("../vectors/sd-jwt-vc/type-metadata-full.json"));
    let metadata = parse(V42).unwrap();
    assert_eq!(metadata, read(&full["type_metadata"]).unwrap());
    let pinned = json_of(include_str!("../vectors/sd-jwt-vc/type-metadata-v42.integrity.json"));
    assert!(Integrity::parse(pinned["vct#integrity"].as_str().unwrap()).unwrap().fits(V42));
    assert!(!Integrity::parse(pinned["vct#integrity"].as_str().unwrap()).unwrap().fits(&V42[..V42.len() - 1]));
    assert_eq!(metadata.vct.as_deref(), pinned["vct"].as_str());
    let extends = metadata.extends.as_ref().unwrap();
    assert_eq!(extends.vct, "https://galaxy.example.com/galactic-education-credential/v2");
    assert!(extends.integrity.is_some());

    assert_eq!(metadata.display_name("de"), Some("Betelgeuse-Bildungsnachweis"));
    assert_eq!(metadata.display_name("nl"), Some("Betelgeuse Education Credential"));
    let rendering = metadata.rendering("de-DE").unwrap();
    assert_eq!(rendering.background_color.as_deref(), Some("#12107c"));
    assert_eq!(rendering.logo.as_ref().unwrap().alt_text.as_deref(), Some("Logo des Betelgeusischen Bildungsministeriums"));
    let template = &rendering.svg_templates[0];
    assert_eq!((template.orientation.as_deref(), template.contrast.as_deref()), (Some("landscape"), Some("high")));
    let field = Path::key("degrees").child(Segment::All).child("field_of_study");
    let claim = metadata.claim(&field).unwrap();
    assert_eq!((claim.sd, claim.mandatory), (Some(SelectiveDisclosure::Never), None));
    assert_eq!(metadata.label(&Path::key("degrees").child(2).child("field_of_study"), "de"), Some("Studienfach"));
    assert_eq!(metadata.label(&Path::from(["address", "street_address"]), "en"), Some("Street Address"));
    assert_eq!(metadata.claim(&Path::from(["address", "street_address"])).unwrap().svg_id.as_deref(), Some("address_street_address"));
    assert_eq!(metadata.label(&Path::key("degrees").child(2), "en"), None);
}

#[test]
fn our_own_types() {
    for kind in vc::bundled::types() {
        let metadata = parse(kind.metadata.as_bytes()).unwrap();
        assert_eq!(metadata.vct.as_deref(), Some(kind.vct));
        assert!(["nl", "en"].iter().all(|language| metadata.display(language).unwrap().locale.starts_with(language)));
        let resolved = resolve(kind.vct, Some(kind.integrity()), &|_| Some(kind.metadata.as_bytes())).unwrap();
        assert_eq!(resolved, Resolution::Resolved(metadata));
    }
    // What we issue keeps to them, whole and in part.
    let world = World::new();
    for claims in [world.microcredential(), world.enrolment()] {
        let metadata = parse(vc::bundled::type_metadata(claims["vct"].as_str().unwrap()).unwrap()).unwrap();
        let issued = world.issue(claims);
        assert_eq!(check(&metadata, &issued), []);
        assert_eq!(check(&metadata, &issued.reveal(&[]).unwrap()), []);
    }
}

#[test]
fn words_of_pilots() {
    let metadata = parse(include_bytes!("../vectors/sd-jwt-vc/own-pilot-metadata.json")).unwrap();
    assert_eq!(
        (&metadata.vct, metadata.display_name("nl"), metadata.display_name("fr")),
        (&None, Some("Studentenpas"), Some("Student pass"))
    );
    assert_eq!(metadata.label(&Path::key("entitlement"), "nl"), Some("Recht"));
    assert_eq!(metadata.label(&Path::key("is_library-walk-in"), "nl-BE"), Some("Loopt binnen"));
    let rules: Vec<_> = metadata.claims.iter().map(|claim| (claim.sd, claim.mandatory)).collect();
    use SelectiveDisclosure::{Allowed, Never};
    assert_eq!(rules, [(None, None), (Some(Allowed), None), (Some(Never), None)]);
    // A colour that is more than a colour is none.
    let rendering = metadata.rendering("nl").unwrap();
    assert_eq!((rendering.text_color.as_deref(), rendering.background_color.as_deref()), (None, Some("#123")));
    let resolved = resolve("pilot", None, &|_| Some(include_bytes!("../vectors/sd-jwt-vc/own-pilot-metadata.json"))).unwrap();
    assert!(matches!(resolved, Resolution::Resolved(TypeMetadata { vct: Some(vct), .. }) if vct == "pilot"));
}

/// A microcredential of another pilot: `lang`, `$comment`, the hash of a type that it does not extend.
#[test]
fn a_pilot_elsewhere() {
    let bytes = include_bytes!("../vectors/sd-jwt-vc/dc4eu-vctm_microcredential.json");
    let published = json_of(std::str::from_utf8(bytes).unwrap());
    let metadata = parse(bytes).unwrap();
    assert_eq!((metadata.vct.as_deref(), metadata.extends.is_none()), (published["vct"].as_str(), true));
    assert_eq!(metadata.display_name("nl"), Some("MicroCredential"));
    assert_eq!(metadata.claims.len(), published["claims"].as_array().unwrap().len());
    let name = Path::from(["credentialSubject", "achievement", "name"]);
    assert_eq!(metadata.label(&name, "en"), Some("Name"));
    assert_eq!(metadata.claim(&name).unwrap().sd, Some(SelectiveDisclosure::Never));
    let resolved = resolve("urn:eudi:micro_credential:1", None, &|_| Some(bytes)).unwrap();
    assert_eq!(resolved, Resolution::Resolved(metadata));
}

#[test]
fn malformed_documents() {
    use TypeMetadataError::{Integrity, Limit, Malformed};
    let claim = |claim: Value| json!({"vct": "x", "claims": [claim]});
    for (document, error) in [
        (json!([]), Malformed),
        (json!({"vct": 1}), Malformed),
        (json!({"vct": "x", "name": {}}), Malformed),
        (json!({"vct": "x", "extends": 1}), Malformed),
        (json!({"vct": "x", "extends": "y", "extends#integrity": "md5-AA=="}), Integrity),
        (json!({"vct": "x", "display": {}}), Malformed),
        (json!({"vct": "x", "display": [{"name": "a"}]}), Malformed),
        (json!({"vct": "x", "display": [{"locale": "nl"}]}), Malformed),
        (json!({"vct": "x", "display": [{"locale": "nl onclick", "name": "a"}]}), Malformed),
        (json!({"vct": "x", "display": [{"locale": "nl", "name": "a", "rendering": []}]}), Malformed),
        (json!({"vct": "x", "display": [{"locale": "nl", "name": "a", "rendering": {"simple": {"logo": {}}}}]}), Malformed),
        (claim(json!({})), Malformed),
        (claim(json!({"path": []})), Malformed),
        (claim(json!({"path": "a"})), Malformed),
        (claim(json!({"path": [-1]})), Malformed),
        (claim(json!({"path": [1.5]})), Malformed),
        (claim(json!({"path": [["a"]]})), Malformed),
        (claim(json!({"path": ["a"], "mandatory": "yes"})), Malformed),
        (claim(json!({"path": ["a"], "sd": "sometimes"})), Malformed),
        (claim(json!({"path": ["a"], "svg_id": "1a"})), Malformed),
        (claim(json!({"path": ["a"], "svg_id": ""})), Malformed),
        (claim(json!({"path": ["a"], "display": [{"locale": "nl"}]})), Malformed),
        (json!({"vct": "x", "claims": [{"path": ["a"]}, {"path": ["a"]}]}), Malformed),
        (json!({"vct": "x", "claims": [{"path": ["a"], "svg_id": "i"}, {"path": ["b"], "svg_id": "i"}]}), Malformed),
        (json!({"vct": "x", "claims": vec![json!({"path": ["a"]}); 513]}), Limit),
    ] {
        assert_eq!(read(&document), Err(error), "{document}");
    }
    assert_eq!(parse(b"{\"vct\":\"x\",\"vct\":\"y\"}"), Err(Malformed));
    assert_eq!(parse(&vec![b' '; 256 * 1024 + 1]), Err(Limit));
}

/// Documents by their type, as bytes served.
struct Served(HashMap<String, Vec<u8>>);

impl Served {
    fn new(documents: &[Value]) -> Self {
        Self(documents.iter().map(|d| (d["vct"].as_str().unwrap().to_owned(), d.to_string().into_bytes())).collect())
    }

    fn resolve(&self, vct: &str, integrity: Option<&str>) -> Result<Resolution, TypeMetadataError> {
        resolve(vct, integrity, &|vct| self.0.get(vct).map(Vec::as_slice))
    }

    fn resolved(&self, vct: &str) -> Result<TypeMetadata, TypeMetadataError> {
        match self.resolve(vct, None)? {
            Resolution::Resolved(metadata) => Ok(metadata),
            Resolution::Needs(vct) => panic!("needs {vct}"),
        }
    }
}

#[test]
fn extending_as_in_the_draft() {
    let vector = json_of(include_str!("../vectors/sd-jwt-vc/type-metadata-extends.json"));
    let child = "https://example.com/custom-type-metadata";
    let first = Served::new(&[vector["child"].clone()]);
    assert_eq!(Served::new(&[]).resolve(child, None), Ok(Resolution::Needs(child.into())));
    assert_eq!(first.resolve(child, None), Ok(Resolution::Needs("https://example.com/base-type-metadata".into())));
    let served = Served::new(&[vector["child"].clone(), vector["base"].clone()]);
    let effective = read(&json!({"claims": vector["effective_claims"]})).unwrap();
    let resolved = served.resolved(child).unwrap();
    assert_eq!(resolved.claims, effective.claims);
    assert_eq!(resolved.vct.as_deref(), Some(child));
    assert!(is_fetchable(child) && !is_fetchable("urn:x") && !is_fetchable("http://a.example") && !is_fetchable("nl.example.x"));
}

#[test]
fn what_an_extending_type_may_change() {
    let base = |claim: Value| json!({"vct": "base", "display": [{"locale": "en", "name": "Base"}], "claims": [claim]});
    let child = |claim: Value| json!({"vct": "child", "extends": "base", "claims": [claim]});
    let outcome = |inherited: Value, own: Value| {
        let with = |mut claim: Value| {
            claim["path"] = json!(["a"]);
            claim
        };
        let merged = Served::new(&[base(with(inherited)), child(with(own))]).resolved("child")?;
        assert_eq!(merged.claims.len(), 1);
        Ok((merged.claims[0].sd, merged.claims[0].mandatory))
    };
    use SelectiveDisclosure::{Always, Never};
    for (inherited, own, expected) in [
        (json!({"sd": "always"}), json!({}), Ok((Some(Always), None))),
        (json!({"sd": "allowed"}), json!({"sd": "always"}), Ok((Some(Always), None))),
        (json!({}), json!({"sd": "never"}), Ok((Some(Never), None))),
        (json!({"sd": "always"}), json!({"sd": "always"}), Ok((Some(Always), None))),
        (json!({"sd": "always"}), json!({"sd": "never"}), Err(TypeMetadataError::Contradiction)),
        (json!({"sd": "always"}), json!({"sd": "allowed"}), Err(TypeMetadataError::Contradiction)),
        (json!({"sd": "never"}), json!({"sd": "allowed"}), Err(TypeMetadataError::Contradiction)),
        (json!({"mandatory": true}), json!({}), Ok((None, Some(true)))),
        (json!({"mandatory": false}), json!({"mandatory": true}), Ok((None, Some(true)))),
        (json!({"mandatory": true}), json!({"mandatory": false}), Err(TypeMetadataError::Contradiction)),
    ] {
        assert_eq!(outcome(inherited.clone(), own.clone()), expected, "{inherited} {own}");
    }
    // Names are taken over as a whole or not at all.
    let bare = json!({"vct": "child", "extends": "base"});
    assert_eq!(Served::new(&[base(json!({"path": ["a"]})), bare]).resolved("child").unwrap().display_name("nl"), Some("Base"));
    let own = json!({"vct": "child", "extends": "base", "display": [{"locale": "nl", "name": "Kind"}]});
    assert_eq!(Served::new(&[base(json!({"path": ["a"]})), own]).resolved("child").unwrap().display_name("en"), Some("Kind"));
}

#[test]
fn circles_depth_and_integrity() {
    let link = |vct: &str, extends: &str| json!({"vct": vct, "extends": extends});
    assert_eq!(Served::new(&[link("a", "a")]).resolved("a"), Err(TypeMetadataError::Circle));
    assert_eq!(Served::new(&[link("a", "b"), link("b", "c"), link("c", "b")]).resolved("a"), Err(TypeMetadataError::Circle));
    let chain = |length: usize| {
        let mut all: Vec<Value> = (1..length).map(|n| link(&n.to_string(), &(n + 1).to_string())).collect();
        all.push(json!({"vct": length.to_string()}));
        Served::new(&all).resolved("1").map(|_| ())
    };
    assert_eq!(chain(MAX_EXTENDS), Ok(()));
    assert_eq!(chain(MAX_EXTENDS + 1), Err(TypeMetadataError::Depth));

    let base = json!({"vct": "base"});
    let pinned = |bytes: &[u8]| json!({"vct": "child", "extends": "base", "extends#integrity": integrity(bytes)});
    let right = pinned(base.to_string().as_bytes());
    assert!(Served::new(&[base.clone(), right.clone()]).resolved("child").is_ok());
    assert_eq!(Served::new(&[base.clone(), pinned(b"other")]).resolved("child"), Err(TypeMetadataError::Integrity));
    let served = Served::new(&[base, right.clone()]);
    assert!(matches!(served.resolve("child", Some(&integrity(right.to_string().as_bytes()))), Ok(Resolution::Resolved(_))));
    assert_eq!(served.resolve("child", Some(&integrity(b"other"))), Err(TypeMetadataError::Integrity));
    assert_eq!(served.resolve("child", Some("md5-AA==")), Err(TypeMetadataError::Integrity));
    // The document of another type under this address.
    let swapped = Served(HashMap::from([("child".to_owned(), json!({"vct": "other"}).to_string().into_bytes())]));
    assert_eq!(swapped.resolve("child", None), Err(TypeMetadataError::Type));
}

fn issue(claims: Value, concealed: &[Path]) -> SdJwt {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    prepare(object(claims), concealed, 0, &SystemRandom).unwrap().sign(&object(json!({"typ": "dc+sd-jwt"})), &key).unwrap()
}

/// Section 5.6: a path is walked through the credential as issued.
#[test]
fn claims_of_the_example() {
    let metadata = parse(V42).unwrap();
    let claims = json!({
        "vct": "https://betelgeuse.example.com/education_credential/v42", "name": "Zaphod",
        "address": {"street_address": "42 Galaxy Way", "city": "Betelgeuse City"},
        "degrees": [{"field_of_study": "Politics", "date_awarded": "2020-05-15"}, {"field_of_study": "Mechanics", "date_awarded": "2016-07-25"}],
    });
    let degree = Path::key("degrees").child(Segment::All);
    let right =
        [Path::key("name"), Path::key("address"), Path::from(["address", "street_address"]), degree.clone(), degree.child("date_awarded")];
    let problems = |credential: &SdJwt| -> Vec<(String, ClaimProblem)> {
        check(&metadata, credential).into_iter().map(|v| (v.path.to_string(), v.problem)).collect()
    };
    let issued = issue(claims.clone(), &right);
    assert_eq!(problems(&issued), []);
    // Any part of it keeps to the type as well.
    let last = issued.reveal(&[Path::key("degrees").child(1).child("field_of_study")]).unwrap();
    assert_eq!(last.disclosed_claims()["degrees"], json!([{"field_of_study": "Mechanics"}]));
    for part in [issued.reveal(&[]).unwrap(), last, issued.reveal(&[Path::key("address")]).unwrap()] {
        assert_eq!(problems(&part), []);
    }
    let without =
        |dropped: usize| -> Vec<Path> { right.iter().enumerate().filter(|(at, _)| *at != dropped).map(|(_, p)| p.clone()).collect() };
    use ClaimProblem::{Concealed, Missing, NotConcealed, Path as Walk};
    assert_eq!(problems(&issue(claims.clone(), &without(0))), [("name".into(), NotConcealed)]);
    assert_eq!(problems(&issue(claims.clone(), &without(2))), [("address.street_address".into(), NotConcealed)]);
    assert_eq!(problems(&issue(claims.clone(), &without(3))), [("degrees[*]".into(), NotConcealed)]);
    let more = [right.as_slice(), &[Path::key("degrees")]].concat();
    assert_eq!(problems(&issue(claims.clone(), &more)), [("degrees".into(), Concealed)]);
    let deep = [right.as_slice(), &[degree.child("field_of_study")]].concat();
    assert_eq!(problems(&issue(claims.clone(), &deep)), [("degrees[*].field_of_study".into(), Concealed)]);
    // One element of an array that differs from the rule is enough.
    let uneven = [&without(3)[..], &[Path::key("degrees").child(0)]].concat();
    assert_eq!(problems(&issue(claims.clone(), &uneven)), [("degrees[*]".into(), NotConcealed)]);
    let mut nameless = claims.clone();
    nameless.as_object_mut().unwrap().remove("name");
    // A holder, who has all disclosures, sees that it was left out; a verifier of a part cannot.
    let nameless = issue(nameless, &right);
    assert_eq!(problems(&nameless), [("name".into(), Missing)]);
    assert_eq!(problems(&nameless.reveal(&[]).unwrap()), []);
    let odd = issue(json!({"vct": "x", "name": "Zaphod", "degrees": "two"}), &[Path::key("name")]);
    assert_eq!(problems(&odd).into_iter().map(|p| p.1).collect::<Vec<_>>(), [Walk, Walk, Walk]);
    let bare = issue(json!({"vct": "x"}), &[]);
    assert_eq!(problems(&bare), [("name".into(), Missing)]);
}

/// Section 5.6.1: what the paths of the draft's example lead to in its credential, and where one leads nowhere.
#[test]
fn paths_of_the_draft() {
    let vector = json_of(include_str!("../vectors/sd-jwt-vc/type-metadata-min.json"));
    let claims = vector["claim_path_example_credential"].clone();
    let issued = issue(claims.clone(), &[]);
    let problems = |path: Value| {
        let metadata = read(&json!({"vct": claims["vct"], "claims": [{"path": path, "mandatory": true}]})).unwrap();
        check(&metadata, &issued).into_iter().map(|v| v.problem).collect::<Vec<_>>()
    };
    for path in [json!(["name"]), json!(["address"]), json!(["address", "street_address"]), json!(["degrees", null, "type"])] {
        assert_eq!(problems(path.clone()), [], "{path}");
    }
    for path in [json!(["nationalities", 1]), json!(["degrees", 0, "university"])] {
        assert_eq!(problems(path.clone()), [], "{path}");
    }
    assert_eq!(problems(json!(["degrees", "type"])), [ClaimProblem::Path]);
    assert_eq!(problems(json!(["name", null])), [ClaimProblem::Path]);
    assert_eq!(problems(json!(["nationalities", 2])), [ClaimProblem::Missing]);
    // Each is concealed as its path says: an element, a member of each element, a member of a member.
    let concealed = [
        Path::key("name"),
        Path::from(["address", "street_address"]),
        Path::key("degrees").child(Segment::All).child("type"),
        Path::key("nationalities").child(1),
    ];
    let issued = issue(claims.clone(), &concealed);
    assert_eq!(Value::Object(issued.disclosed_claims().clone()), claims);
    let hidden = issued.reveal(&[]).unwrap();
    let rest = json!({
        "vct": claims["vct"], "address": {"city": "Milliways", "postal_code": "12345"},
        "degrees": [{"university": "University of Betelgeuse"}, {"university": "University of Betelgeuse"}], "nationalities": ["British"],
    });
    assert_eq!(Value::Object(hidden.disclosed_claims().clone()), rest);
}

/// Many paths through a long array cost no more than a look.
#[test]
fn a_path_selects_no_more_than_so_much() {
    let metadata = read(&json!({"vct": "x", "claims": [{"path": ["list", null]}]})).unwrap();
    let of = |length: usize| check(&metadata, &issue(json!({"vct": "x", "list": vec![0; length]}), &[]));
    assert_eq!(of(4096), []);
    assert_eq!(of(4097)[0].problem, ClaimProblem::Path);
}

/// What is merely undisclosed is not missing; what nothing hides is.
#[test]
fn missing_and_undisclosed() {
    let metadata = |path: Value| read(&json!({"vct": "x", "claims": [{"path": path, "mandatory": true}]})).unwrap();
    let issued = issue(json!({"vct": "x", "a": {"b": 1}, "list": [{"c": 1}, {"c": 2}]}), &[Path::key("a"), Path::key("list").child(0)]);
    let hidden = issued.reveal(&[]).unwrap();
    for (path, whole, part) in [
        (json!(["a"]), true, true),
        (json!(["a", "b"]), true, true),
        (json!(["a", "z"]), false, true),
        (json!(["z"]), false, true),
        (json!(["list"]), true, true),
        (json!(["list", null, "c"]), true, true),
        (json!(["list", 0, "c"]), true, true),
        (json!(["list", 0, "z"]), false, true),
        (json!(["list", 1, "z"]), false, false),
        (json!(["list", 2]), false, false),
    ] {
        let fits = |credential: &SdJwt| check(&metadata(path.clone()), credential).is_empty();
        assert_eq!((fits(&issued), fits(&hidden)), (whole, part), "{path}");
    }
}
