//! Properties of SD-JWT: any subset is revealed exactly, copies share nothing, no changed byte verifies, forms are equal.

use crate::claims::object;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::LazyLock;
use vc::Map;
use vc::key::{Algorithm, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Concealment, Content, Decoys, Expected, HashAlgorithm, IatWindow, Path, SdJwt, Segment, content, prepare_with};

const NOW: i64 = 1_790_000_000;

struct Keys {
    issuer: SigningKey,
    holder: SigningKey,
    verify_issuer: VerifyingKey,
    verify_holder: VerifyingKey,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let key = || SigningKey::generate(Algorithm::Es256).unwrap();
    let public = |key: &SigningKey| VerifyingKey::from_jwk(&key.public_jwk().unwrap()).unwrap();
    let (issuer, holder) = (key(), key());
    Keys { verify_issuer: public(&issuer), verify_holder: public(&holder), issuer, holder }
});

fn header() -> Map {
    object(json!({"typ": "dc+sd-jwt"}))
}

/// Whether a verifier takes this: format, type, issuer's signature, holder's signature, all of it.
fn verifies(read: &SdJwt) -> bool {
    let iat = Some((NOW, IatWindow::PRESENTATION));
    let expected = Expected { nonce: Some("n"), audience: Some("aud"), iat };
    matches!(content(read), Ok(Content::SdJwtVc { .. }))
        && read.jwt().verify(&KEYS.verify_issuer, None).is_ok()
        && read.verify_binding(&KEYS.verify_holder, &expected).is_ok()
}

/// Claims of any shape, three levels deep.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map("[a-zé\"~ ][a-zé\"~. ]{0,5}", inner, 0..5).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn any_claims() -> impl Strategy<Value = Map> {
    proptest::collection::btree_map("[a-z]{1,6}", any_value(), 1..6).prop_map(|map| {
        let mut claims: Map = map.into_iter().filter(|(name, _)| !vc::sd_jwt::NEVER_HIDDEN.contains(&name.as_str())).collect();
        claims.insert("vct".into(), "https://types.example/1".into());
        claims
    })
}

/// Every place in `value` that could be concealed, parents before what is in them.
fn places(value: &Value, at: &[Segment], out: &mut Vec<Vec<Segment>>) {
    let children: Vec<(Segment, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (Segment::from(name.as_str()), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (Segment::from(index), value)).collect(),
        _ => Vec::new(),
    };
    for (segment, value) in children {
        if at.is_empty() && segment == Segment::from("vct") {
            continue;
        }
        let here = [at, &[segment]].concat();
        out.push(here.clone());
        places(value, &here, out);
    }
}

/// What is seen of `value` when of the concealed places only the shown ones are.
fn seen(value: &Value, at: &[Segment], concealed: &HashSet<Vec<Segment>>, shown: &HashSet<Vec<Segment>>) -> Value {
    let visible = |segment: Segment, value: &Value| {
        let here = [at, &[segment]].concat();
        (!concealed.contains(&here) || shown.contains(&here)).then(|| seen(value, &here, concealed, shown))
    };
    match value {
        Value::Object(map) => map.iter().filter_map(|(name, v)| Some((name.clone(), visible(Segment::from(name.as_str()), v)?))).collect(),
        Value::Array(items) => items.iter().enumerate().filter_map(|(index, v)| visible(Segment::from(index), v)).collect(),
        plain => plain.clone(),
    }
}

fn paths(places: &HashSet<Vec<Segment>>) -> Vec<Path> {
    places.iter().map(|place| Path::try_from(place.clone()).unwrap()).collect()
}

fn pick(all: &[Vec<Segment>], picks: &[Index]) -> HashSet<Vec<Segment>> {
    if all.is_empty() { HashSet::new() } else { picks.iter().map(|index| index.get(all).clone()).collect() }
}

/// The JSON serialisations of a compact text.
fn serialised(compact: &str) -> [String; 2] {
    let (front, binding) = compact.rsplit_once('~').unwrap();
    let mut parts = front.split('~');
    let jwt: Vec<&str> = parts.next().unwrap().split('.').collect();
    let mut unprotected = json!({"disclosures": parts.collect::<Vec<_>>()});
    if !binding.is_empty() {
        unprotected["kb_jwt"] = binding.into();
    }
    let signature = json!({"protected": jwt[0], "signature": jwt[2], "header": unprotected});
    let mut flat = signature.clone();
    flat["payload"] = jwt[1].into();
    [flat.to_string(), json!({"payload": jwt[1], "signatures": [signature, {"protected": "e30", "signature": "AA"}]}).to_string()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_subset_is_revealed_exactly(
        claims in any_claims(),
        concealing in proptest::collection::vec(any::<Index>(), 0..10),
        showing in proptest::collection::vec(any::<Index>(), 0..6),
        decoying in proptest::collection::vec((any::<Index>(), 0usize..4), 0..3),
        algorithm in prop_oneof![Just(HashAlgorithm::Sha256), Just(HashAlgorithm::Sha384), Just(HashAlgorithm::Sha512)],
    ) {
        let whole = Value::Object(claims.clone());
        let mut all = Vec::new();
        places(&whole, &[], &mut all);
        let concealed = pick(&all, &concealing);
        let mut decoys = vec![Decoys::top(1)];
        if !all.is_empty() {
            decoys.extend(decoying.iter().map(|(index, count)| Decoys::at(Path::try_from(index.get(&all).clone()).unwrap(), *count)));
        }
        let concealment = Concealment { paths: paths(&concealed), decoys, algorithm };
        let issued = prepare_with(claims.clone(), &concealment, &SystemRandom).unwrap().sign(&header(), &KEYS.issuer).unwrap();
        prop_assert_eq!(issued.disclosed_claims(), &claims);
        prop_assert_eq!(issued.disclosures().len(), concealed.len());

        // The chosen ones, and what they stand in.
        let hidden: Vec<Vec<Segment>> = concealed.iter().cloned().collect();
        let chosen = pick(&hidden, &showing);
        let above = |place: &Vec<Segment>| chosen.iter().any(|c| c.starts_with(place));
        let shown: HashSet<Vec<Segment>> = concealed.iter().filter(|place| above(place)).cloned().collect();
        let part = issued.reveal_only(|d| chosen.contains(d.path().segments())).unwrap();
        let text = part.bind(&KEYS.holder, "aud", "n", NOW).unwrap();
        let read = SdJwt::parse(&text).unwrap();
        prop_assert!(verifies(&read));
        prop_assert_eq!(read.disclosures().len(), shown.len());
        let expected = seen(&whole, &[], &concealed, &shown);
        prop_assert_eq!(Value::Object(read.disclosed_claims().clone()), expected);

        for json in serialised(&text) {
            let same = SdJwt::parse_json(&json).unwrap();
            prop_assert!(verifies(&same));
            prop_assert_eq!(same.disclosed_claims(), read.disclosed_claims());
            prop_assert_eq!(same.to_string(), text.as_str());
        }

        // Choosing by paths shows all that is under them too.
        let below = |place: &Vec<Segment>| above(place) || chosen.iter().any(|c| place.starts_with(c));
        let shown: HashSet<Vec<Segment>> = concealed.iter().filter(|place| below(place)).cloned().collect();
        let part = issued.reveal(&paths(&chosen)).unwrap();
        prop_assert_eq!(Value::Object(part.disclosed_claims().clone()), seen(&whole, &[], &concealed, &shown));
    }

    #[test]
    fn copies_share_nothing_but_what_is_public(claims in any_claims(), concealing in proptest::collection::vec(any::<Index>(), 0..10)) {
        let mut all = Vec::new();
        places(&Value::Object(claims.clone()), &[], &mut all);
        let paths = paths(&pick(&all, &concealing));
        let copy = || {
            let concealment = Concealment { paths: paths.clone(), decoys: vec![Decoys::top(3)], ..Concealment::default() };
            let issued = prepare_with(claims.clone(), &concealment, &SystemRandom).unwrap().sign(&header(), &KEYS.issuer).unwrap();
            let mut drawn: HashSet<String> = HashSet::new();
            for disclosure in issued.disclosures() {
                for text in [disclosure.as_str(), disclosure.digest(), disclosure.salt()] {
                    assert!(drawn.insert(text.to_owned()), "twice in one copy");
                }
            }
            digests(issued.jwt().payload_unverified(), &mut drawn);
            drawn.insert(issued.jwt().as_str().rsplit('.').next().unwrap().to_owned());
            drawn
        };
        let (one, other) = (copy(), copy());
        prop_assert!(one.is_disjoint(&other));
        prop_assert_eq!(one.len(), other.len());
        prop_assert!(one.len() >= 4);
    }
}

fn digests(value: &Value, out: &mut HashSet<String>) {
    match value {
        Value::Object(map) => {
            let own = map.get("_sd").and_then(Value::as_array).into_iter().flatten().chain(map.get("..."));
            out.extend(own.filter_map(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| digests(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| digests(value, out)),
        _ => {}
    }
}

fn presentation() -> String {
    let claims = object(json!({"vct": "x", "name": "Samira", "list": ["NL", "BE"], "result": {"value": "8", "passed": true}}));
    let paths = vec![Path::key("name"), Path::key("list").child(1), Path::key("result"), Path::from(["result", "value"])];
    let concealment = Concealment { paths, decoys: vec![Decoys::top(2)], ..Concealment::default() };
    let issued = prepare_with(claims, &concealment, &SystemRandom).unwrap().sign(&header(), &KEYS.issuer).unwrap();
    issued.bind(&KEYS.holder, "aud", "n", NOW).unwrap()
}

/// At every place of both forms, another character, one less and one more.
#[test]
fn no_changed_byte_verifies() {
    let compact = presentation();
    let [flat, _] = serialised(&compact);
    let compact_verifies = |text: &str| SdJwt::parse(text).is_ok_and(|read| verifies(&read));
    let flat_verifies = |text: &str| SdJwt::parse_json(text).is_ok_and(|read| verifies(&read));
    assert!(compact_verifies(&compact) && flat_verifies(&flat));
    for (text, verifies) in [(&compact, &compact_verifies as &dyn Fn(&str) -> bool), (&flat, &flat_verifies)] {
        for at in 0..text.len() {
            let own = &text[at..=at];
            let other = ["A", "B", "~", "."].into_iter().find(|c| *c != own && (at % 4 != 0 || *c != "A")).unwrap();
            let (front, rest) = (&text[..at], &text[at + 1..]);
            for changed in [format!("{front}{other}{rest}"), format!("{front}{rest}"), format!("{front}{own}{other}{rest}")] {
                assert!(!verifies(&changed), "place {at}: {own} became {other}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_bit_never_verifies(place in any::<Index>(), bit in 0..8u8) {
        static TEXT: LazyLock<String> = LazyLock::new(presentation);
        let mut bytes = TEXT.clone().into_bytes();
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(!SdJwt::parse(&text).is_ok_and(|read| verifies(&read)));
        }
    }

    #[test]
    fn nothing_panics(text in "[A-Za-z0-9_.~{}\":,\\[\\]-]{0,200}", any in "\\PC{0,100}") {
        for text in [text, any] {
            let _ = (SdJwt::parse(&text), SdJwt::parse_json(&text), vc::type_metadata::parse(text.as_bytes()));
            let _ = vc::issuer_metadata::parse(text.as_bytes(), "https://a.example", false);
        }
    }
}
