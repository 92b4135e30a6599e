//! From reports to what is shown: names from the register, claims in their places, and nothing of what nobody signed.

use serde_json::json;
use vc::bundled;
use web::Lang;
use web::verdict::{Endorses, Scale};

use super::*;

fn report(signature: report::Check) -> Report {
    let claims = json!({
        "vct": bundled::MICROCREDENTIAL_VCT, "iss": "https://i.example/hv", "title": "Data-analyse basis",
        "title_by_language": {"nl": "Data-analyse basis", "en": "Data analysis basics"}, "given_name": "Samira", "family_name": "de Vries",
        "workload": {"unit": "ects", "value": 5}, "level": {"framework": "NLQF", "value": "6"}, "language": "nl",
        "learning_outcomes": [{"title": "Opschonen"}], "holder_identity": {"name_source": "eduid", "checked_on": "2026-01-12"}
    });
    let mut one = CredentialReport {
        verdict: Verdict::Valid,
        checks: Vec::new(),
        format: "dc+sd-jwt".into(),
        kind: "microcredential".into(),
        issuer: report::IssuerReport { id: "https://i.example/hv".into(), ..Default::default() },
        claims: claims.as_object().cloned(),
        endorsements: Vec::new(),
    };
    one.set(signature);
    Report::of(vec![one], 1_795_352_580, "test")
}

fn register() -> Register {
    let file = json!({"name": {"nl": "Register"}, "keeper": {"name": {"nl": "Voorbeeld Onderwijs"}}, "parties": [
        {"slug": "hv", "name": {"nl": "Hogeschool Voorbeeld"}, "issues": {"credential_issuer": "https://i.example/hv", "types": ["microcredential"]}}]});
    Register::parse(file.to_string().as_bytes()).unwrap()
}

#[test]
fn names_come_from_the_register_and_claims_are_placed() {
    let report = report(report::Check::passed(report::CheckName::Signature));
    let shown = credentials(&report, &register(), HolderKey::ThisServer).remove(0);
    assert_eq!(shown.issuer.unwrap().name.nl, "Hogeschool Voorbeeld");
    let content = shown.content.unwrap();
    assert_eq!(content.holder.as_deref(), Some("Samira de Vries"));
    assert_eq!(content.title.unwrap().en.as_deref(), Some("Data analysis basics"));
    assert!(!content.level.unwrap().verified && content.outcomes.len() == 1 && content.name_source.is_some());
    assert_eq!(content.other.len(), 1);
}

#[test]
fn what_nobody_could_check_is_not_called_genuine() {
    let report = report(report::Check::not_checked(report::CheckName::Signature, "key_not_fetched"));
    assert_eq!(report.verdict, Verdict::Attention);
    let shown = credentials(&report, &register(), HolderKey::ThisServer).remove(0);
    assert_eq!((shown.face, face(&report), shown.content.is_none()), (Face::Unavailable, Face::Unavailable, true));
}

#[test]
fn what_fails_its_signature_has_no_content() {
    let report = report(report::Check::failed(report::CheckName::Signature, "bad_signature"));
    let shown = credentials(&report, &register(), HolderKey::ThisServer).remove(0);
    assert!(shown.content.is_none() && shown.issuer.is_none());
    assert_eq!(shown.face, Face::Invalid);
}

/// A report on a badge, with its claims and what others say of it.
fn badge(claims: Json, endorsements: Vec<CredentialReport>) -> Report {
    let mut one = CredentialReport {
        verdict: Verdict::Valid,
        checks: Vec::new(),
        format: "ldp_vc".into(),
        kind: "OpenBadgeCredential".into(),
        issuer: report::IssuerReport { id: "https://i.example/hv".into(), ..Default::default() },
        claims: claims.as_object().cloned(),
        endorsements,
    };
    one.set(report::Check::passed(report::CheckName::Signature));
    Report::of(vec![one], 1_795_352_580, "test")
}

fn endorsement(about: &str, signature: report::Check) -> CredentialReport {
    let claims = json!({"type": ["VerifiableCredential", "EndorsementCredential"],
        "credentialSubject": {"id": about, "type": ["EndorsementSubject"], "endorsementComment": "Een goede badge."}});
    let mut one = badge(claims, Vec::new()).credentials.remove(0);
    one.kind = "EndorsementCredential".into();
    one.set(signature);
    one
}

fn interview() -> Json {
    json!({
        "id": "urn:award", "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "Interviewen",
        "evidence": [{"id": "https://portfolio.example/1", "type": ["Evidence"], "name": "Verslag", "genre": "Tekst", "narrative": "Drie gesprekken."},
            {"id": "https://portfolio.example/2", "type": ["Evidence"]}],
        "credentialSubject": {"type": ["AchievementSubject"],
            "result": [{"type": ["Result"], "resultDescription": "urn:r1", "value": "8", "status": "Completed"},
                {"type": ["Result"], "resultDescription": "urn:r2", "achievedLevel": "urn:l2"},
                {"type": ["Result"], "status": "OnHold"}],
            "achievement": {"id": "https://i.example/hv/achievements/1", "type": ["Achievement"], "name": "Interviewen",
                "resultDescription": [
                    {"id": "urn:r1", "name": "Gesprek", "resultType": "RawScore", "valueMin": "1", "valueMax": "10", "requiredValue": "5.5"},
                    {"id": "urn:r2", "name": "Houding", "resultType": "RubricCriterionLevel", "allowedValue": ["laag", "hoog"],
                        "rubricCriterionLevel": [{"id": "urn:l1", "name": "laag"}, {"id": "urn:l2", "name": "hoog"}]}],
                "alignment": [
                    {"type": ["Alignment"], "targetType": "ext:ESCO", "targetName": "gesprekken voeren", "targetUrl": "https://esco.example/1",
                        "targetCode": "S1.4"},
                    {"type": ["Alignment"], "targetType": "CFItem", "targetName": "Doorvragen", "targetUrl": "https://lijst.example/2"},
                    {"type": ["Alignment"], "targetType": "CFItem", "targetFramework": "Lijst", "targetName": "Luisteren", "targetUrl": "https://lijst.example/3"}]}}
    })
}

#[test]
fn results_alignments_and_evidence_have_their_places() {
    let content = credentials(&badge(interview(), Vec::new()), &register(), HolderKey::NotShown).remove(0).content.unwrap();
    let [talk, attitude, third] = &content.results[..] else { panic!("three results") };
    assert_eq!((talk.name.as_ref().unwrap().nl.as_str(), talk.value.as_ref().unwrap().nl.as_str()), ("Gesprek", "8"));
    assert_eq!((talk.scale.clone(), talk.required.as_deref()), (Some(Scale::Range("1".into(), "10".into())), Some("5.5")));
    assert_eq!(talk.status.as_ref().unwrap().nl, "behaald");
    assert_eq!(
        (attitude.value.as_ref().unwrap().nl.as_str(), attitude.scale.clone()),
        ("hoog", Some(Scale::Values(vec!["laag".into(), "hoog".into()])))
    );
    assert_eq!((third.value.is_none(), third.status.as_ref().unwrap().get(Lang::En)), (true, "on hold"));
    assert_eq!(content.result.unwrap().nl, "8");

    let places: Vec<_> =
        content.alignments.iter().map(|one| (one.name.nl.as_str(), one.framework.as_deref(), one.code.as_deref())).collect();
    assert_eq!(places, [("gesprekken voeren", Some("ESCO"), Some("S1.4")), ("Luisteren", Some("Lijst"), None)]);
    assert_eq!(content.outcomes.len(), 1, "what stands in nobody's framework is what somebody can");
    let pieces: Vec<_> = content.evidence.iter().map(|one| (one.name.nl.as_str(), one.genre.as_deref(), one.url.as_deref())).collect();
    let (first, second) = ("https://portfolio.example/1", "https://portfolio.example/2");
    assert_eq!(pieces, [("Verslag", Some("Tekst"), Some(first)), (second, None, Some(second))]);
    assert!(content.other.is_empty(), "{:?}", content.other);
}

#[test]
fn our_own_type_has_the_same_places() {
    let mut report = report(report::Check::passed(report::CheckName::Signature));
    let more = json!({
        "family_name_prefix": "de", "result": {"passed": true, "value": 8, "min": 1, "max": 10, "required": "5.5"},
        "alignments": [{"framework": "ESCO", "name": "data opschonen", "url": "https://esco.example/2", "code": "S5"}],
        "evidence": [{"name": "Verslag", "description": "Met dashboard", "url": "https://portfolio.example/3", "digest": "zQm"}]
    });
    report.credentials[0].claims.as_mut().unwrap().extend(more.as_object().unwrap().clone());
    let content = credentials(&report, &register(), HolderKey::ThisServer).remove(0).content.unwrap();
    assert_eq!((content.results.len(), content.alignments.len(), content.evidence.len()), (1, 1, 1));
    assert_eq!(content.results[0].value.as_ref().unwrap().nl, "8");
    assert_eq!(content.holder.as_deref(), Some("Samira de Vries"), "the prefix is in the family name");
    let labels: Vec<_> = content.other.iter().map(|fact| fact.label.nl.as_str()).collect();
    assert_eq!(labels, ["Voertaal"]);
    // A bare grade is told once, in the card.
    report.credentials[0].claims.as_mut().unwrap().insert("result".into(), json!({"passed": true}));
    let content = credentials(&report, &register(), HolderKey::ThisServer).remove(0).content.unwrap();
    assert_eq!((content.results.len(), content.result.unwrap().nl.as_str()), (0, "behaald"));
}

#[test]
fn endorsements_have_their_own_verdicts_and_say_nothing_when_unproven() {
    let passed = || report::Check::passed(report::CheckName::Signature);
    let about = ["urn:award", "https://i.example/hv/achievements/1", "did:web:i.example:hv", "https://elsewhere.example"];
    let mut endorsements: Vec<_> = about.map(|id| endorsement(id, passed())).into();
    endorsements.push(endorsement("urn:award", report::Check::failed(report::CheckName::Signature, "proof_invalid")));
    let one = credentials(&badge(interview(), endorsements), &register(), HolderKey::NotShown).remove(0);
    let told: Vec<_> = one.endorsements.iter().map(|one| (one.endorses, one.comment.is_some(), one.issuer.is_some(), one.face)).collect();
    let said = |endorses| (endorses, true, true, Face::Valid);
    assert_eq!(told[..4], [Endorses::Credential, Endorses::Achievement, Endorses::Issuer, Endorses::Other].map(said));
    assert_eq!(told[4], (Endorses::Other, false, false, Face::Invalid));
    assert_eq!(one.face, Face::Valid, "what others say changes nothing about the badge");
    // And of a broken badge nothing that others say is told either.
    let mut broken = badge(interview(), vec![endorsement("urn:award", passed())]);
    broken.credentials[0].set(report::Check::failed(report::CheckName::Signature, "proof_invalid"));
    let one = credentials(&broken, &register(), HolderKey::NotShown).remove(0);
    assert!(one.content.is_none() && one.issuer.is_none() && one.endorsements.is_empty());
}

#[test]
fn what_the_register_remembers_is_told_in_both_languages() {
    let file = json!({"name": {"nl": "Register"}, "keeper": {"name": {"nl": "Voorbeeld Onderwijs"}}, "parties": [
        {"slug": "uv", "name": {"nl": "Universiteit Voorbeeld", "en": "Example University"}},
        {"slug": "hv", "name": {"nl": "Hogeschool Voorbeeld"}, "state": "merged", "left": {"on": "2026-09-01", "successor": "uv"},
            "former_names": [{"name": {"nl": "De Brug", "en": "The Bridge"}, "until": "2026-02-01"}],
            "issues": {"credential_issuer": "https://i.example/hv", "types": ["microcredential"]}}]});
    let register = Register::parse(file.to_string().as_bytes()).unwrap();
    let mut report = report(report::Check::passed(report::CheckName::Signature));
    let check = report::Check::passed(report::CheckName::Issuer).with("name_then", "De Brug");
    let check = check.with("left_at", "2026-09-01T00:00:00Z").with("successor", "Universiteit Voorbeeld");
    report.credentials[0].set(check.clone());
    let shown = credentials(&report, &register, HolderKey::ThisServer).remove(0);
    let past = shown.issuer.unwrap().past;
    assert_eq!(past.then.as_ref().unwrap().get(Lang::En), "The Bridge");
    assert_eq!(past.left.as_ref().unwrap().successor.as_ref().unwrap().get(Lang::En), "Example University");
    let said = |language| remembered(&check, Some(&register), language).join(" ");
    assert!(
        said("nl_NL").contains("De Brug") && said("nl").contains("1\u{a0}september\u{a0}2026 verder gegaan als Universiteit Voorbeeld"),
        "{}",
        said("nl")
    );
    assert!(said("en").contains("The Bridge") && said("C").contains("Example University"), "{}", said("en"));
    assert!(shown.checks.iter().all(|check| check.technical.is_empty()), "told in words, not as technical detail");
}
