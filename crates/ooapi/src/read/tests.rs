//! The reader against whole documents of both versions, and against what must not pass.

use serde_json::{Value, json};

use super::{QuarantineReason, association};
use crate::association::Association;
use crate::words::{Kind, LoadUnit, PassState, RemoteState, ResultState, Role, State, ValueType};

fn v5() -> Value {
    serde_json::from_str(include_str!("../../tests/examples/v5-get-association-expanded-passed.json")).unwrap()
}

fn v6() -> Value {
    serde_json::from_str(include_str!("../../tests/examples/v6-get-course-offering-association-expanded-passed.json")).unwrap()
}

fn read(value: Value) -> Association {
    association(value).unwrap_or_else(|quarantine| panic!("{quarantine}"))
}

#[test]
fn an_expanded_v5_association_is_read_whole() {
    let read = read(v5());
    assert!(read.kind == Kind::Course && read.role == Role::Student && read.state == State::Associated);
    let result = read.result.as_ref().unwrap();
    assert!(result.state == ResultState::Completed && result.pass == Some(PassState::Passed));
    assert_eq!(result.score.as_deref(), Some("8"));
    assert_eq!(result.value_type, Some(ValueType::Grade0To10), "taken from the offering");
    assert_eq!(result.is_final, None, "plain v5 has no finality");
    assert_eq!(result.result_date.as_ref().map(ToString::to_string).as_deref(), Some("2026-11-20"));
    let person = read.person.as_ref().unwrap();
    assert_eq!(person.eduid.as_deref(), Some("79d014e6-ca3c-4c42-adf2-acae0e3f2b4b"));
    assert_eq!(person.code("student_number"), Some("1234567"));
    assert_eq!(person.institution_code.as_deref(), Some("99ZZ"));
    assert_eq!(person.enrolments.first().and_then(|it| it.programme_code.as_deref()), Some("34401"));
    let offering = read.offering.as_ref().unwrap();
    let course = offering.course.as_ref().unwrap();
    assert_eq!(course.name.exactly("en"), Some("Data security in practice"));
    assert_eq!(course.framework_level(), Some(6));
    assert_eq!(course.study_load.first().map(|load| (load.unit, load.value.as_str())), Some((LoadUnit::Ects, "3")));
    assert_eq!(course.learning_outcomes.first().and_then(|text| text.exactly("nl")), Some("De deelnemer kan een risicoanalyse uitvoeren."));
    assert_eq!((course.language.as_deref(), course.microcredential.as_deref()), (Some("nl"), Some("standalone")));
    let organisation = offering.organisation.as_ref().unwrap();
    assert!(organisation.is_root);
    assert_eq!(organisation.schac_home.as_deref(), Some("uvh.example"));
    assert_eq!((organisation.institution_code.as_deref(), organisation.country.as_deref()), (Some("99ZZ"), Some("NL")));
}

#[test]
fn v6_says_the_same_in_its_own_words() {
    let (old, new) = (read(v5()), read(v6()));
    assert!(new.kind == Kind::Course && new.state == State::Finished && new.remote_state == Some(RemoteState::Associated));
    let (old_result, new_result) = (old.result.as_ref().unwrap(), new.result.as_ref().unwrap());
    assert_eq!(new_result.is_final, Some(true));
    assert!(new_result.result_moment.is_some());
    assert_eq!(old_result.result_date, new_result.result_date);
    assert_eq!(old_result.value_type, new_result.value_type);
    let (old_offering, new_offering) = (old.offering.unwrap(), new.offering.unwrap());
    assert_eq!(new_offering.course.as_ref().map(|course| course.study_load.len()), Some(2));
    assert_eq!(old_offering.organisation.unwrap().institution_code, new_offering.organisation.unwrap().institution_code);
    assert_eq!(
        old_offering.course.unwrap().learning_outcomes.first().and_then(|text| text.exactly("nl").map(str::to_owned)),
        new_offering.course.unwrap().learning_outcomes.first().and_then(|text| text.exactly("nl").map(str::to_owned)),
    );
}

#[test]
fn rows_of_a_list_are_read_unexpanded() {
    let page: Value = serde_json::from_str(include_str!("../../tests/examples/v5-get-offering-associations-page.json")).unwrap();
    let rows: Vec<Association> = page["items"].as_array().unwrap().iter().cloned().map(read).collect();
    let states: Vec<_> = rows.iter().map(|row| row.result.as_ref().map(|result| (result.state, result.pass)).unwrap()).collect();
    assert_eq!(
        states,
        [
            (ResultState::InProgress, None),
            (ResultState::Completed, Some(PassState::Failed)),
            (ResultState::Completed, Some(PassState::Unknown))
        ]
    );
    assert!(rows.iter().all(|row| row.person.is_none() && row.offering.is_none() && !row.person_id.is_empty()));
    let mut shallow = page["items"][0].clone();
    shallow["person"] = json!({"personId": "5f1d3a2e-6c0b-4d0e-9a53-0d5a6a6b1c04"});
    assert!(read(shallow).person.is_none(), "an id in an object is no expansion");
}

#[test]
fn finality_comes_from_okes_consumer_and_never_from_ext() {
    let with = |change: fn(&mut Value)| {
        let mut value = v5();
        change(&mut value);
        read(value).result.unwrap()
    };
    let on_result = with(|value| {
        value["result"]["consumers"] = json!([{"consumerKey": "nl-test-admin", "final": true, "irregularities": "late"}]);
        value["result"]["ext"] = json!({"finalDate": "2026-11-22", "finalBy": "examination board"});
    });
    assert_eq!(on_result.is_final, Some(true));
    assert_eq!(on_result.final_on.map(String::from).as_deref(), Some("2026-11-22"));
    assert_eq!(on_result.final_by.as_deref(), Some("examination board"));
    let on_association = with(|value| value["consumers"] = json!([{"consumerKey": "NL-TEST-ADMIN", "final": false}]));
    assert_eq!(on_association.is_final, Some(false));
    let other = with(|value| {
        value["result"]["consumers"] = json!([{"consumerKey": "rio", "final": true}]);
        value["result"]["ext"] = json!({"final": true});
    });
    assert_eq!(other.is_final, None);
    let text = with(|value| value["result"]["consumers"] = json!([{"consumerKey": "nl-test-admin", "final": "true"}]));
    assert_eq!(text.is_final, None, "a word is no decision");
}

#[test]
fn older_and_looser_shapes_are_read() {
    let read = read(json!({
        "associationId": "a", "type": "courseOffering", "role": "student", "state": "canceled", "remoteState": "completed",
        "person": {"personId": "p", "givenName": "Noor", "surname": "Willems", "otherCodes": [{"codeType": "x-eduid", "code": "e"}]},
        "offering": {"offeringId": "o", "name": "Groep 1", "course": {"courseId": "c", "name": "Databeveiliging", "ects": "2,5"}},
        "result": {"state": "in progress", "resultDate": "2026-11-14", "ects": 5}
    }));
    assert!(read.state == State::Cancelled && read.remote_state == Some(RemoteState::Other("completed".to_owned())));
    assert_eq!(read.result.unwrap().study_load.first().map(|load| load.value.clone()).as_deref(), Some("5"));
    let course = read.offering.unwrap().course.unwrap();
    assert_eq!(course.name.best("nl"), Some("Databeveiliging"));
    assert_eq!(course.study_load.first().map(|load| load.value.as_str()), Some("2.5"));
}

#[test]
fn broken_rows_name_the_place_and_not_the_value() {
    use QuarantineReason::{Schema, UnknownWord};
    let cases: [(&str, Value, &str, QuarantineReason); 12] = [
        ("/result/score", json!(9), "result.score", Schema),
        ("/result/state", json!("afgerond"), "result.state", UnknownWord),
        ("/result/pass", json!("yes"), "result.pass", UnknownWord),
        ("/result/resultDate", json!("20-11-2026"), "result.resultDate", Schema),
        ("/result/studyLoad", json!({"studyLoadUnit": "ects", "value": "veel"}), "result.studyLoad.value", Schema),
        ("/result/studyLoad", json!({"studyLoadUnit": "weken", "value": 3}), "result.studyLoad.studyLoadUnit", UnknownWord),
        ("/state", json!("afgerond"), "state", UnknownWord),
        ("/state", json!(1), "state", Schema),
        ("/associationType", json!("minorAssociation"), "associationType", UnknownWord),
        ("/person/dateOfBirth", json!("2001-02-31"), "person.dateOfBirth", Schema),
        ("/person", json!(null), "person", Schema),
        ("/offering/startDate", json!(2026), "offering.startDate", Schema),
    ];
    for (pointer, wrong, path, reason) in cases {
        let mut value = v5();
        *value.pointer_mut(pointer).unwrap() = wrong;
        let Err(quarantine) = association(value) else { panic!("{pointer} passed") };
        assert_eq!((quarantine.path.as_str(), quarantine.reason), (path, reason), "{pointer}");
        assert_eq!(quarantine.association_id.as_deref(), Some("5f1d3a2e-6c0b-4d0e-9a53-0d5a6a6b1c05"));
    }
    assert!(association(json!([])).is_err());
    let mut nameless = v5();
    nameless.as_object_mut().unwrap().remove("associationId");
    assert_eq!(association(nameless).err().map(|quarantine| quarantine.path).as_deref(), Some("associationId"));
}

#[test]
fn a_score_is_kept_word_for_word() {
    let mut value = v5();
    value["result"]["score"] = json!("9,5");
    assert_eq!(read(value).result.unwrap().score.as_deref(), Some("9,5"));
}

#[test]
fn equal_meaning_gives_an_equal_digest() {
    let plain = read(v5());
    let mut same = v5();
    same["person"]["otherCodes"].as_array_mut().unwrap().push(json!({"codeType": "nationalIdentityNumber", "code": "111222333"}));
    same["person"]["nationality"] = json!("NLD");
    same["requiredPersonalNeeds"] = json!(["extra_time"]);
    same["result"]["studyLoad"]["value"] = json!("3.0");
    same["associationType"] = json!("course_offering_association");
    let same = read(same);
    assert!(plain.digest().unwrap() == same.digest().unwrap(), "what is dropped or only spelt otherwise is no change");
    assert!(!serde_json::to_string(&same).unwrap().contains("111222333"));
}

#[test]
fn changes_show_in_the_digest_that_they_touch() {
    let plain = read(v5());
    let changed = |pointer: &str, to: Value| {
        let mut value = v5();
        *value.pointer_mut(pointer).unwrap() = to;
        let changed = read(value);
        let differs =
            |digest: fn(&Association) -> Result<[u8; 32], serde_json::Error>| digest(&changed).unwrap() != digest(&plain).unwrap();
        (differs(Association::digest), differs(Association::result_digest))
    };
    assert_eq!(changed("/result/score", json!("9")), (true, true));
    assert_eq!(changed("/result/pass", json!("failed")), (true, true));
    assert_eq!(changed("/state", json!("canceled")), (true, true));
    assert_eq!(changed("/person/surname", json!("de Vries")), (true, false));
    assert_eq!(changed("/offering/course/level", json!("master")), (true, false));
}

#[test]
fn what_is_kept_for_later_comes_back_the_same() {
    for value in [v5(), v6()] {
        let mut association = read(value);
        association.remote_state = Some(RemoteState::Other("completed".to_owned()));
        let kept = serde_json::to_vec(&association).unwrap();
        let back: Association = serde_json::from_slice(&kept).unwrap();
        assert!(back == association && back.digest().unwrap() == association.digest().unwrap());
    }
    for scale in
        ["pass-or-fail", "US letter", "UK letter", "0-100", "1-10", "grade_0_10_one_decimal", "reference_level_europass", "own scale"]
    {
        let scale = ValueType::from(scale.to_owned());
        assert_eq!(ValueType::from(scale.word().to_owned()), scale);
    }
}
