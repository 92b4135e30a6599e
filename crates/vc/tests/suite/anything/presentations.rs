//! Presentations, as JSON with a proof and as JWT.

use super::*;

#[test]
fn presentations_with_a_proof() {
    let (school, holder, thief) = (School::new(), Holder::new(), Holder::new());
    let badge = Value::Object(school.sign(&holder.badge(&school)));
    let shown = |holder: &Holder, domain: &str, challenge: &str| holder.shows(badge.clone(), domain, challenge);
    let right = shown(&holder, ASKED.audience, ASKED.nonce);
    assert_eq!(bound(&school, &right, Some(ASKED)), (Valid, "Passed ok".into()));
    assert_eq!(bound(&school, &right, None), (Attention, "NotChecked binding_unasked".into()));
    assert_eq!(bound(&school, &shown(&holder, "abc", ASKED.nonce), Some(ASKED)), (Invalid, "Failed binding_audience".into()));
    assert_eq!(bound(&school, &shown(&holder, ASKED.audience, "n-2"), Some(ASKED)), (Invalid, "Failed binding_nonce".into()));
    assert_eq!(bound(&school, &shown(&thief, ASKED.audience, ASKED.nonce), Some(ASKED)), (Invalid, "Failed holder_mismatch".into()));
    assert_eq!(bound(&school, &badge.to_string(), Some(ASKED)), (Invalid, "Failed binding_missing".into()));
    let unsigned = Value::Object(holder.presentation(badge.clone())).to_string();
    assert_eq!(bound(&school, &unsigned, Some(ASKED)), (Invalid, "Failed binding_missing".into()));
    assert_eq!(bound(&school, &unsigned, None), (Attention, "NotChecked binding_missing".into()));
    let altered = right.replacen(&holder.did, &thief.did, 1);
    assert_eq!(bound(&school, &altered, Some(ASKED)).0, Invalid);
    let seen = verify::shown(&right);
    assert!(seen.len() == 1 && seen[0].bound && seen[0].format == "ldp_vc" && seen[0].claims["name"] == "Teamwork Badge");
}

#[test]
fn presentations_as_jwt() {
    let (school, holder, thief) = (School::new(), Holder::new(), Holder::new());
    let header = object(json!({"kid": format!("{}#k1", school.did)}));
    let credential = sign_credential(&holder.badge(&school), Dialect::VcJwt, &header, &school.key).unwrap();
    let enveloped = Value::Object(Enveloped { media_type: MediaType::Jwt, text: credential }.to_map());
    let shown = |holder: &Holder, audience: &str, nonce: &str, issued_at: i64| {
        let header = object(json!({"kid": format!("{}#0", holder.did)}));
        let to = jwt::Binding { nonce, audience, issued_at };
        sign_presentation(&holder.presentation(enveloped.clone()), Dialect::VcJwt, &to, &header, &holder.key).unwrap()
    };
    for (text, expected) in [
        (shown(&holder, ASKED.audience, ASKED.nonce, NOW), (Valid, "Passed ok")),
        (shown(&holder, "abc", ASKED.nonce, NOW), (Invalid, "Failed binding_audience")),
        (shown(&holder, ASKED.audience, "n-2", NOW), (Invalid, "Failed binding_nonce")),
        (shown(&holder, ASKED.audience, ASKED.nonce, NOW - 600), (Invalid, "Failed binding_stale")),
        (shown(&thief, ASKED.audience, ASKED.nonce, NOW), (Invalid, "Failed holder_mismatch")),
    ] {
        assert_eq!(bound(&school, &text, Some(ASKED)), (expected.0, expected.1.to_owned()));
    }
    let seen = verify::shown(&shown(&holder, "a", "n", NOW));
    assert!(seen.len() == 1 && seen[0].bound && seen[0].format == "vc+jwt");
    // Without `holder` it is from whose key signed it.
    let unnamed = |holder: &Holder| {
        let mut presentation = holder.presentation(enveloped.clone());
        presentation.remove("holder");
        let header = object(json!({"kid": format!("{}#0", holder.did)}));
        let to = jwt::Binding { nonce: ASKED.nonce, audience: ASKED.audience, issued_at: NOW };
        sign_presentation(&presentation, Dialect::VcJwt, &to, &header, &holder.key).unwrap()
    };
    assert_eq!(bound(&school, &unnamed(&holder), Some(ASKED)), (Valid, "Passed ok".into()));
    assert_eq!(bound(&school, &unnamed(&thief), Some(ASKED)), (Invalid, "Failed holder_mismatch".into()));
}

/// Each poisoned document is refused by counting, and so are many of them together: what is left of the work is theirs to share.
#[test]
fn many_poisoned_documents_cost_no_more_than_a_few() {
    let school = School::new();
    let good = Value::Object(school.sign(&school.badge()));
    let mut poisoned = good.clone();
    let alignments = vec![json!({"type": ["Alignment"], "targetName": "same"}); 60];
    let achievement = json!({"type": ["Achievement"], "alignment": alignments});
    poisoned["credentialSubject"]["achievement"] = json!([achievement, achievement]);
    let codes = |list: Vec<&Value>| {
        let report = school.report(json!(list).to_string().as_bytes());
        report.credentials.iter().map(|one| one.check(CheckName::Signature).unwrap().code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes(vec![&good; 24]), vec!["ok"; 24]);
    let one = codes(vec![&poisoned, &good]);
    assert_eq!(one, ["document_too_complex", "ok"]);
    assert_eq!(codes([vec![&poisoned; 6], vec![&good]].concat()), vec!["document_too_complex"; 7]);
}
