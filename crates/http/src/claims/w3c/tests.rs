//! Badges, records and other W3C credentials in the words of our types.

use super::*;

fn read(document: Json) -> View {
    view(document.as_object().unwrap())
}

fn sample() -> Json {
    json!({
        "type": ["VerifiableCredential", "OpenBadgeCredential"], "awardedDate": "2026-02-01T00:00:00Z",
        "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Hogeschool Voorbeeld", "address": {"addressCountryCode": "NL"}},
        "credentialSubject": {
            "type": ["AchievementSubject"], "id": "did:jwk:x",
            "result": [{"resultDescription": "urn:r", "value": "8", "status": "Completed"}],
            "achievement": {
                "type": ["Achievement", "EducredentialAchievement"], "name": "Data-analyse basis", "ECTS": 5, "assessmentType": "testing",
                "resultDescription": [{"id": "urn:r", "resultType": "ScaledScore", "valueMax": "10"}],
                "criteria": {"narrative": "Een toets"},
                "alignment": [
                    {"targetType": "ext:NLQF", "targetCode": "6", "targetName": "NLQF 6"},
                    {"targetType": "ext:QualityAssurance", "targetName": "Kader", "targetUrl": "https://kader.example"},
                    {"targetType": "ext:LearningOutcome", "targetName": "Tellen"},
                ],
            },
        },
    })
}

#[test]
fn a_badge_reads_like_its_microcredential() {
    let View { vct, claims } = read(sample());
    assert_eq!(vct, MICROCREDENTIAL_VCT);
    assert_eq!(
        Json::Object(claims),
        json!({
            "title": "Data-analyse basis", "awarded_date": "2026-02-01", "awarding_body": {"name": "Hogeschool Voorbeeld", "country": "NL"},
            "workload": {"unit": "ects", "value": 5}, "level": {"framework": "NLQF", "value": "6", "verified": false},
            "result": {"value": "8", "passed": true, "type": "ScaledScore", "max": "10"}, "assessment_type": "testing",
            "criteria": "Een toets", "quality_assurance": {"name": "Kader", "url": "https://kader.example"},
            "learning_outcomes": [{"title": "Tellen"}],
        })
    );
    let mut foreign = sample();
    foreign["credentialSubject"]["achievement"]["type"] = json!(["Achievement"]);
    assert_eq!(read(foreign).vct, OPEN_BADGE);
}

#[test]
fn an_enrolment_has_our_names_and_anything_else_its_own() {
    let enrolment = read(json!({"type": ["VerifiableCredential", "AcademicEnrollmentCredential"],
        "credentialSubject": {"id": "did:jwk:x", "phase": "bachelor"}}));
    assert_eq!((enrolment.vct.as_str(), Json::Object(enrolment.claims)), (ENROLMENT_VCT, json!({"phase": "bachelor"})));
    let other = read(json!({"type": ["VerifiableCredential", "Library"], "name": [{"@value": "Pas", "@language": "nl"},
        {"@value": "Card", "@language": "en"}], "credentialSubject": {"number": "12"}}));
    assert_eq!(other.vct, "Library");
    assert_eq!(Json::Object(other.claims), json!({"number": "12", "title": "Pas", "title_by_language": {"nl": "Pas", "en": "Card"}}));
    assert!(read(json!({})).claims.is_empty());
}

#[test]
fn a_record_is_described_and_its_credentials_stand_on_their_own() {
    let record = read(json!({"type": ["VerifiableCredential", "ClrCredential"], "name": "Overzicht", "description": "Alles van Samira",
        "credentialSubject": {"id": "did:jwk:x", "verifiableCredential": [sample()], "achievement": [{"name": "Iets"}]}}));
    assert_eq!(
        (record.vct.as_str(), Json::Object(record.claims)),
        ("ClrCredential", json!({"title": "Overzicht", "description": "Alles van Samira"}))
    );
}

#[test]
fn several_results_keep_their_scales() {
    let mut document = sample();
    document["credentialSubject"]["result"] = json!([{"resultDescription": "urn:r", "value": "8"}, {"status": "InProgress"}, {}]);
    let claims = read(document).claims;
    assert_eq!(claims["result"], json!({"value": "8", "type": "ScaledScore", "max": "10"}));
    assert_eq!(claims["results"], json!([{"value": "8", "type": "ScaledScore", "max": "10"}, {"status": "InProgress"}]));
}
