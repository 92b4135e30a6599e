//! What a document says it is, and what stands inside it.

use super::*;

/// Contexts are in no RDF: whoever holds a badge may add ours to it under the same signature. It is no microcredential for that.
#[test]
fn our_context_alone_makes_no_type_of_ours() {
    let school = School::new();
    let signed = school.sign(&school.badge());
    assert_eq!(school.outcome(&signed), (Valid, "ok".into()));
    let mut dressed = signed;
    dressed["@context"].as_array_mut().unwrap().push(json!(vc::bundled::MICROCREDENTIAL_CONTEXT));
    let report = school.report(Value::Object(dressed).to_string().as_bytes());
    assert_eq!((report.verdict, worst(&report).as_str()), (Invalid, "Schema schema"));
}

/// A badge may pin the schema that it names: with other bytes than ours it means another one.
#[test]
fn a_schema_that_is_pinned() {
    let school = School::new();
    let kind = vc::bundled::by_short_name("microcredential").unwrap();
    let code_of = |id: &str, digest: String| {
        let mut badge = school.badge();
        badge.insert("credentialSchema".into(), json!({"id": id, "type": "JsonSchema", "digestSRI": digest}));
        let report = school.report(Value::Object(school.sign(&badge)).to_string().as_bytes());
        report.check(CheckName::Schema).unwrap().code.clone()
    };
    let code = |digest: String| code_of(kind.w3c.schema_id, digest);
    let theirs = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";
    assert_eq!(code_of(theirs, vc::encoding::integrity(b"any")), "related_resource_unread", "their model is checked, their bytes are not");
    assert_eq!(code(vc::encoding::integrity(b"another")), "related_resource");
    assert_eq!(code(vc::encoding::integrity(kind.w3c.schema_text.as_bytes())), "schema", "it is no microcredential");
}

/// An endorsement is reported beside what it is about, with its own verdict; one of something else is none of this badge.
#[test]
fn endorsements_have_their_own_verdict() {
    let school = School::new();
    let about = |id: &str| {
        let mut endorsement: Value = serde_json::from_slice(&vector("ob30/endorsement-valid.json")).unwrap();
        endorsement["issuer"] = json!({"id": school.did, "type": ["Profile"]});
        endorsement["credentialSubject"]["id"] = json!(id);
        endorsement.as_object_mut().unwrap().remove("proof");
        Value::Object(school.sign(&object(endorsement)))
    };
    let outcome = |endorsement: Value| {
        let mut badge = school.badge();
        badge.insert("endorsement".into(), json!([endorsement]));
        let report = school.report(Value::Object(school.sign(&badge)).to_string().as_bytes());
        let said = &report.credentials[0].endorsements;
        (report.verdict, said.iter().map(|one| (one.verdict, one.claims.is_some())).collect::<Vec<_>>())
    };
    let badge = school.badge();
    for id in [badge["id"].as_str().unwrap(), &school.did, badge["credentialSubject"]["achievement"]["id"].as_str().unwrap()] {
        assert_eq!(outcome(about(id)), (Valid, vec![(Valid, true)]), "{id}");
    }
    assert_eq!(outcome(about("https://elsewhere.example/badge")), (Valid, vec![]));
    let mut forged = about(&school.did);
    forged["credentialSubject"]["endorsementComment"] = json!("The best of all");
    assert_eq!(outcome(forged), (Valid, vec![(Invalid, false)]));
}

/// What looks into an object takes it for what it is verified as. Otherwise a forged credential could ride along with a genuine one.
#[test]
fn an_object_is_one_thing_only() {
    let (school, holder) = (School::new(), Holder::new());
    let genuine = Value::Object(school.sign(&holder.badge(&school)));
    let mut forged = genuine.clone();
    forged["credentialSubject"]["achievement"]["name"] = json!("Forged");
    let base = json!({"@context": [vc::vcdm::BASE_V2], "verifiableCredential": [forged], "credentialSubject": forged["credentialSubject"]});
    let with = |more: Value| {
        let mut object = object(base.clone());
        object.extend(more.as_object().unwrap().clone());
        Value::Object(object).to_string()
    };
    let header = object(json!({"kid": format!("{}#k1", school.did)}));
    let jwt = sign_credential(&holder.badge(&school), Dialect::VcJwt, &header, &school.key).unwrap();
    let enveloped = with(json!({"type": "EnvelopedVerifiableCredential", "id": format!("data:application/vc+jwt,{jwt}")}));
    assert_eq!(school.report(enveloped.as_bytes()).verdict, Valid);
    let seen = verify::shown(&enveloped);
    assert_eq!((seen.len(), &seen[0].claims["credentialSubject"]["achievement"]["name"]), (1, &json!("Teamwork")));
    let [header, payload, signature] = jwt.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let flattened = with(json!({"type": ["VerifiablePresentation"], "protected": header, "payload": payload, "signature": signature}));
    assert!(verify::shown(&flattened).is_empty());
    for other in [json!({"credential": genuine}), json!({"verifiableCredential": [genuine]})] {
        assert!(verify::shown(&other.to_string()).is_empty(), "{other}");
    }
}
