//! The table of our own vectors, and answers checked against queries.

use serde_json::{Map, Value, json};

use super::*;
use vc::sd_jwt::Path;

struct Held {
    id: String,
    format: Format,
    vct: Option<String>,
    types: Vec<String>,
    bound: bool,
    keys: Vec<String>,
    claims: Map<String, Value>,
}

fn wallet() -> Vec<Held> {
    let wallet: Value = serde_json::from_str(include_str!("../../tests/vectors/dcql/own-wallet.json")).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let read = |credential: &Value| Held {
        id: text(&credential["id"]).unwrap(),
        format: match credential["format"].as_str().unwrap() {
            "dc+sd-jwt" => Format::SdJwtVc,
            "ldp_vc" => Format::LdpVc,
            _ => Format::JwtVcJson,
        },
        vct: text(&credential["vct"]),
        types: credential["type"].as_array().into_iter().flatten().filter_map(text).collect(),
        bound: credential["holder_bound"].as_bool().unwrap(),
        keys: text(&credential["aki"]).into_iter().collect(),
        claims: credential["claims"].as_object().unwrap().clone(),
    };
    wallet["credentials"].as_array().unwrap().iter().map(read).collect()
}

fn candidate(held: &Held) -> Candidate<'_> {
    Candidate {
        id: &held.id,
        format: held.format.clone(),
        vct: held.vct.as_deref(),
        types: &held.types,
        holder_bound: held.bound,
        authority_keys: &held.keys,
        claims: &held.claims,
    }
}

fn evaluate(query: &Value) -> Result<Match, QueryError> {
    let wallet = wallet();
    let held: Vec<_> = wallet.iter().map(candidate).collect();
    Query::parse(query).map(|query| match_credentials(&query, &held))
}

#[test]
fn vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/dcql/own-dcql-cases.json")).unwrap();
    for case in vectors["cases"].as_array().unwrap() {
        let (name, expect) = (case["name"].as_str().unwrap(), &case["expect"]);
        match evaluate(&case["query"]) {
            Err(error) => assert_eq!(expect["error"].as_str(), Some(error.code()), "{name}"),
            Ok(found) if !found.satisfiable() => assert_eq!(expect["error"], "access_denied", "{name}"),
            Ok(found) => assert_presentations(name, &found, &expect["presentations"]),
        }
    }
}

fn assert_presentations(name: &str, found: &Match, expect: &Value) {
    let expect = expect.as_object().unwrap_or_else(|| panic!("{name}: should not be satisfiable"));
    let ids = found.preferred(true);
    assert_eq!(ids.len(), expect.len(), "{name}");
    for id in ids {
        let (query, expect) = (found.query(id).unwrap(), &expect[id]);
        let names: Vec<_> = query.candidates.iter().map(|candidate| candidate.id.as_str()).collect();
        assert_eq!(json!(names), expect["candidates"], "{name}");
        let most = if query.multiple { names.len() } else { 1 };
        assert_eq!(json!(most), expect["max"], "{name}");
        for candidate in &query.candidates {
            match &candidate.disclose {
                Disclosure::Whole => assert_eq!(expect["disclose"], "whole credential", "{name}"),
                Disclosure::Claims(paths) => {
                    let paths: Vec<_> = paths.iter().map(|path| json!(path)).collect();
                    assert_eq!(json!(paths), expect["disclose"], "{name}");
                }
            }
        }
    }
}

fn one(more: Value) -> Value {
    let mut credential = json!({"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["https://types.example/microcredential/1"]}});
    for (name, value) in more.as_object().unwrap() {
        credential[name] = value.clone();
    }
    json!({"credentials": [credential]})
}

#[test]
fn rows_q1_to_q8() {
    let format = |format: &str, meta: Value| json!({"credentials": [{"id": "a", "format": format, "meta": meta}]});
    let refused = [
        (json!({"credentials": []}), QueryError::Invalid),
        (one(json!({"id": ""})), QueryError::Invalid),
        (one(json!({"id": "a b"})), QueryError::Invalid),
        (one(json!({"claim_sets": [["x"]]})), QueryError::Invalid),
        (one(json!({"claims": [{"id": "y", "path": ["tags"]}], "claim_sets": [["x"]]})), QueryError::Invalid),
        (one(json!({"claims": [{"path": [-1]}]})), QueryError::Invalid),
        (one(json!({"claims": [{"path": ["tags"], "values": [1.5]}]})), QueryError::Invalid),
        (format("mso_mdoc", json!({"doctype_value": "x"})), QueryError::Formats),
        (format("dc+sd-jwt", json!({})), QueryError::Invalid),
        (format("ldp_vc", json!({"type_values": ["x"]})), QueryError::Invalid),
        (one(json!({"claims": vec![json!({"path": ["tags"]}); 65]})), QueryError::Invalid),
    ];
    for (query, error) in refused {
        assert_eq!(Query::parse(&query).err(), Some(error), "{query}");
    }
}

#[test]
fn rows_q9_and_q10() {
    let text = evaluate(&one(json!({"claims": [{"path": ["achievement", "ects"], "values": ["5"]}]}))).unwrap();
    assert!(!text.satisfiable());
    let twice = Query::parse(&one(json!({"claims": [{"path": ["tags"]}, {"path": ["tags"]}]}))).unwrap();
    assert_eq!(twice.credentials[0].claims.len(), 1);
}

#[test]
fn what_a_smaller_wish_leaves_out_is_optional() {
    let query = one(json!({
        "claims": [{"id": "n", "path": ["achievement", "name"]}, {"id": "e", "path": ["achievement", "ects"]}, {"id": "t", "path": ["tags"]}],
        "claim_sets": [["n", "e", "t"], ["n", "t"], ["n"]],
    }));
    let found = evaluate(&query).unwrap();
    let candidate = &found.query("a").unwrap().candidates[0];
    assert_eq!(candidate.required, Disclosure::Claims(vec![Path::from(["achievement", "name"])]));
    assert_eq!(candidate.optional(), [&Path::from(["achievement", "ects"]), &Path::key("tags")]);
}

#[test]
fn what_is_read_is_written() {
    let query = one(json!({"claims": [{"path": ["tags", null, 0]}], "require_cryptographic_holder_binding": true}));
    assert_eq!(Query::parse(&query).unwrap().to_json(), query);
}

#[test]
fn rows_v19_and_v20() {
    let wallet = wallet();
    let query = Query::parse(&one(json!({"claims": [{"path": ["achievement", "ects"]}]}))).unwrap();
    let checked = |presented: &[(&'static str, &[usize])]| {
        let presented = presented.iter().map(|(id, which)| (*id, which.iter().map(|at| candidate(&wallet[*at])).collect())).collect();
        check_answer(&query, &presented)
    };
    assert_eq!(checked(&[("a", &[0])]), Ok(()));
    for refused in [vec![], vec![("b", &[0][..])], vec![("a", &[0, 1][..])], vec![("a", &[][..])], vec![("a", &[2][..])]] {
        assert_eq!(checked(&refused), Err(Unsatisfied));
    }
    let mut bare = wallet;
    bare[0].claims.remove("achievement");
    let presented = [("a", vec![candidate(&bare[0])])].into_iter().collect();
    assert_eq!(check_answer(&query, &presented), Err(Unsatisfied));
}

#[test]
fn specification_examples() {
    for (example, outcome) in [
        (include_str!("../../tests/vectors/openid4vp/spec-examples/query_lang/simple.json"), None),
        (include_str!("../../tests/vectors/openid4vp/spec-examples/query_lang/claims_alternatives.json"), None),
        (include_str!("../../tests/vectors/openid4vp/spec-examples/query_lang/value_matching_simple.json"), None),
        (include_str!("../../tests/vectors/openid4vp/spec-examples/query_lang/multi_credentials.json"), None),
        (include_str!("../../tests/vectors/openid4vp/spec-examples/request/dcql_jwt_vc.json"), None),
        (include_str!("../../tests/vectors/openid4vp/spec-examples/query_lang/simple_mdoc.json"), Some(QueryError::Formats)),
    ] {
        assert_eq!(Query::parse(&serde_json::from_str(example).unwrap()).err(), outcome);
    }
}

#[test]
fn the_specifications_w3c_query_finds_its_credential() {
    let text = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let query = Query::parse(&text(include_str!("../../tests/vectors/openid4vp/spec-examples/request/dcql_jwt_vc.json"))).unwrap();
    let payload = text(include_str!("../../tests/vectors/openid4vp/spec-examples/credentials/jwt_vc.json"));
    let claims = payload["vc"].as_object().unwrap().clone();
    let types = types(&claims, |_| None);
    let found = |format: Format, claims: &Map<String, Value>| {
        let held = Candidate { id: "x", format, vct: None, types: &types, holder_bound: true, authority_keys: &[], claims };
        match_credentials(&query, &[held])
    };
    let matched = found(Format::JwtVcJson, &claims);
    assert_eq!(matched.query("example_jwt_vc").unwrap().candidates[0].disclose, Disclosure::Whole);
    assert!(!found(Format::LdpVc, &claims).satisfiable(), "another format");
    let mut bare = claims;
    bare["credentialSubject"].as_object_mut().unwrap().remove("family_name");
    assert!(!found(Format::JwtVcJson, &bare).satisfiable(), "paths start at the root of the credential");
}

#[test]
fn the_older_name_of_an_sd_jwt_vc_and_its_other_meaning() {
    let claims = Map::new();
    let types = ["OpenBadgeCredential".to_owned()];
    let held = |format: Format, vct: Option<&'static str>| Candidate {
        id: "x",
        format,
        vct,
        types: if vct.is_none() { &types } else { &[] },
        holder_bound: true,
        authority_keys: &[],
        claims: &claims,
    };
    let query = |format: &str, meta: Value| Query::parse(&json!({"credentials": [{"id": "a", "format": format, "meta": meta}]})).unwrap();
    let by_vct = |format: &str| query(format, json!({"vct_values": ["t"]}));
    for (wanted, has) in [("vc+sd-jwt", Format::SdJwtVc), ("dc+sd-jwt", Format::VcSdJwt), ("vc+sd-jwt", Format::VcSdJwt)] {
        let found = match_credentials(&by_vct(wanted), &[held(has, Some("t"))]);
        assert_eq!(found.credentials[0].candidates[0].disclose, Disclosure::Claims(vec![]), "{wanted}");
    }
    let by_type = query("vc+sd-jwt", json!({"type_values": [["OpenBadgeCredential"]]}));
    assert!(match_credentials(&by_type, &[held(Format::VcSdJwt, None)]).satisfiable());
    assert!(!match_credentials(&by_type, &[held(Format::SdJwtVc, Some("t"))]).satisfiable());
    assert!(!match_credentials(&by_vct("dc+sd-jwt"), &[held(Format::VcSdJwt, None)]).satisfiable());
}
