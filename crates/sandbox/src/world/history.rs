//! Who studied what, and when: the past and the present of the demo.
//!
//! Days count from the start of the history; day [`super::HISTORY_DAYS`] is the present. What must be old by now (expired, revoked,
//! suspended) is there on day 0 already.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ooapi::Date;
use serde_json::{Value, json};
use vc::encoding::b64url;

use super::catalogue::{CourseAbout, InstitutionAbout};
use super::document::{Catalogue, Student, day};
use super::record::Record;
use super::{DAY, HISTORY_DAYS, Institution, Persona, PersonaKind, derive, eduid};

/// Everybody with a button on the sandbox eduID's page.
pub(super) fn personas() -> Vec<Persona> {
    let person =
        |id, given_name, surname_prefix, surname, birth_date, kind| Persona { id, given_name, surname_prefix, surname, birth_date, kind };
    let staff = |institution, approver| PersonaKind::Staff { institution, approver };
    vec![
        person("samira", "Samira", "de", "Vries", "2004-05-17", PersonaKind::Learner(&["hogeschool-voorbeeld", "roc-voorbeeld"])),
        person("barry", "Barry", "", "Jansen", "1984-03-02", PersonaKind::Learner(&["roc-voorbeeld"])),
        person("admin-hogeschool", "Maaike", "", "Bakker", "1979-10-21", staff("hogeschool-voorbeeld", false)),
        person("approver-hogeschool", "Rachid", "", "Amrani", "1971-01-30", staff("hogeschool-voorbeeld", true)),
        person("admin-roc", "Ingrid", "van", "Leeuwen", "1983-06-11", staff("roc-voorbeeld", false)),
    ]
}

/// What a result looks like from some day on.
enum Standing {
    InProgress,
    Postponed,
    Queued,
    /// Completed, and made final by the examination board on the same day.
    Final(&'static str, Option<&'static str>),
    /// Completed, but the board has not decided.
    Provisional(&'static str, Option<&'static str>),
}

/// One student in one run of a course: from which days which standing.
struct Study {
    student: &'static str,
    course: &'static str,
    standings: &'static [(i64, Standing)],
}

use Standing::{Final, InProgress, Postponed, Provisional, Queued};

const HOGESCHOOL: &[Study] = &[
    // Old by now: withdrawn after the board's correction, and under review.
    Study {
        student: "samira",
        course: "duurzaam-ondernemen",
        standings: &[(-12, Final("passed", Some("7"))), (395, Final("failed", Some("4")))],
    },
    Study { student: "samira", course: "interviewen", standings: &[(-6, Final("passed", Some("8"))), (392, Postponed)] },
    // Valid.
    Study { student: "samira", course: "data-analyse-basis", standings: &[(30, InProgress), (105, Final("passed", Some("8")))] },
    Study { student: "samira", course: "projectmatig-werken", standings: &[(120, InProgress), (180, Final("passed", Some("8.5")))] },
    Study { student: "samira", course: "datavisualisatie", standings: &[(200, InProgress), (252, Final("passed", Some("7.5")))] },
    Study { student: "samira", course: "toegankelijk-ontwerpen", standings: &[(330, InProgress), (399, Final("passed", None))] },
    // No credential: parked, or not there yet, or failed.
    Study { student: "samira", course: "ai-in-de-praktijk", standings: &[(340, InProgress), (390, Provisional("passed", Some("7")))] },
    Study { student: "samira", course: "onderzoeksvaardigheden", standings: &[(300, InProgress), (380, Final("unknown", Some("6")))] },
    Study { student: "samira", course: "schrijven-voor-het-web", standings: &[(370, InProgress)] },
    Study { student: "samira", course: "statistiek", standings: &[(140, InProgress), (200, Final("failed", Some("4.5")))] },
    Study { student: "samira", course: "presenteren", standings: &[(350, InProgress), (388, Postponed)] },
    Study { student: "samira", course: "ethiek-en-technologie", standings: &[(396, Queued)] },
    // Fellow students without a wallet in this demo: one provisional, one whom eduID does not know yet.
    Study { student: "noor", course: "data-analyse-basis", standings: &[(398, Provisional("passed", Some("7.5")))] },
    Study { student: "jens", course: "data-analyse-basis", standings: &[(398, Final("passed", Some("8")))] },
];

const ROC: &[Study] = &[
    Study { student: "samira", course: "zorgtechnologie", standings: &[(-3, Final("passed", Some("7")))] },
    Study { student: "samira", course: "digitale-vaardigheden", standings: &[(10, InProgress), (60, Final("passed", Some("9")))] },
    Study { student: "barry", course: "zorgtechnologie", standings: &[(-30, InProgress), (40, Final("passed", Some("8")))] },
    Study { student: "barry", course: "medicatieveiligheid", standings: &[(60, InProgress), (120, Final("passed", Some("7")))] },
    Study { student: "barry", course: "zorg-op-afstand", standings: &[(150, InProgress), (210, Final("passed", Some("8")))] },
    Study { student: "barry", course: "werkbegeleiding", standings: &[(230, InProgress), (300, Final("passed", None))] },
    Study { student: "barry", course: "communicatie-in-de-zorg", standings: &[(260, InProgress), (330, Final("passed", Some("9")))] },
    Study { student: "barry", course: "rekenen-in-de-zorg", standings: &[(320, InProgress), (385, Final("unknown", Some("7")))] },
    Study { student: "barry", course: "bhv", standings: &[(397, Queued)] },
    Study { student: "barry", course: "dementie", standings: &[(394, InProgress)] },
];

pub(super) fn institution(about: &'static InstitutionAbout, start: i64, seed: &[u8; 32]) -> Institution {
    let present = start.saturating_add(HISTORY_DAYS * DAY);
    let mut catalogue = Catalogue::new(about, seed);
    let mut records = BTreeMap::new();
    let years = [academic_year_of(start), academic_year_of(present)];
    for student in students(about.slug, seed, years) {
        let person = catalogue.admit(&student);
        for year in student.years.clone() {
            let (id, record) = enrolment(&mut catalogue, &student, &person, year, start);
            records.insert(id, record);
        }
    }
    for study in if about.slug == "hogeschool-voorbeeld" { HOGESCHOOL } else { ROC } {
        records.extend(course_result(&mut catalogue, study, start));
    }
    let secret = |what: &str| b64url(derive(seed, &[about.slug, what])).chars().take(24).collect::<String>();
    Institution {
        slug: about.slug,
        name_nl: about.name.0,
        name_en: about.name.1,
        sector: about.sector,
        brin: about.brin,
        schac_home: about.schac_home,
        city: about.city,
        user: format!("eduwallet-{}", about.slug),
        password: secret("ooapi password"),
        catalogue,
        records: Mutex::new(records),
    }
}

fn students(slug: &str, seed: &[u8; 32], years: [i32; 2]) -> Vec<Student> {
    let mut students = Vec::new();
    for persona in personas() {
        let PersonaKind::Learner(at) = persona.kind else { continue };
        if !at.contains(&slug) {
            continue;
        }
        // Samira is a guest at the ROC: courses, no programme.
        let enrolled = slug == "hogeschool-voorbeeld" || persona.id == "barry";
        students.push(Student {
            key: persona.id,
            given_name: persona.given_name,
            surname_prefix: persona.surname_prefix,
            surname: persona.surname,
            birth_date: persona.birth_date,
            number: if persona.id == "samira" { "1740052" } else { "2203917" },
            eduid: Some(eduid(seed, persona.id, slug)),
            years: if enrolled { years.to_vec() } else { Vec::new() },
        });
    }
    if slug == "hogeschool-voorbeeld" {
        let other = |key, given_name, surname, number, eduid| Student {
            key,
            given_name,
            surname_prefix: "",
            surname,
            birth_date: "2003-11-08",
            number,
            eduid,
            years: Vec::new(),
        };
        students.push(other("noor", "Noor", "Willems", "1740311", Some(eduid(seed, "noor", slug))));
        students.push(other("jens", "Jens", "Aydın", "1740298", None));
    }
    students
}

/// An enrolment is there two weeks before its year begins; the running one from the beginning of the history.
fn enrolment(catalogue: &mut Catalogue, student: &Student, person: &str, year: i32, start: i64) -> (String, Record) {
    let offering = catalogue.offer_programme(year);
    let id = catalogue.id(&["association", "program", student.key, &year.to_string()]);
    let begins = Date::parse(&format!("{year}-09-01")).map_or(start, |date| date.unix());
    let document = json!({
        "associationId": id, "associationType": "programOfferingAssociation", "role": "student", "state": "associated",
        "person": person, "offering": offering,
    });
    (id, Record::new(persona_id(student.key), catalogue.about.programme.code, vec![(begins.saturating_sub(14 * DAY), document)]))
}

fn course_result(catalogue: &mut Catalogue, study: &Study, start: i64) -> Option<(String, Record)> {
    let at = |days: i64| start.saturating_add(days.saturating_mul(DAY));
    let first = study.standings.first().map_or(0, |(day, _)| *day);
    let begun = first.saturating_sub(14);
    let ended = study
        .standings
        .iter()
        .find(|(_, standing)| matches!(standing, Final(..) | Provisional(..)))
        .map_or(first.saturating_add(70), |(day, _)| *day);
    let (offering, course) = catalogue.offer_course(study.course, study.student, at(begun), at(ended))?;
    let id = catalogue.id(&["association", study.course, study.student]);
    let person = catalogue.id(&["person", study.student]);
    let timeline = study.standings.iter().map(|(days, standing)| {
        let document = json!({
            "associationId": id, "associationType": "courseOfferingAssociation", "role": "student", "state": "associated",
            "person": person, "offering": offering, "result": result(standing, at(*days), course),
        });
        (at(*days), document)
    });
    Some((id.clone(), Record::new(persona_id(study.student), study.course, timeline.collect())))
}

/// v5 has no member for finality: it stands in OKE's consumer `nl-test-admin`, day and body in `ext`.
fn result(standing: &Standing, moment: i64, course: &CourseAbout) -> Value {
    let (state, pass, score, is_final) = match standing {
        InProgress => ("in progress", None, None, None),
        Postponed => ("postponed", None, None, None),
        Queued => ("queued", None, None, None),
        Final(pass, score) => ("completed", Some(*pass), *score, Some(true)),
        Provisional(pass, score) => ("completed", Some(*pass), *score, Some(false)),
    };
    let mut result = json!({
        "state": state, "resultDate": day(moment), "studyLoad": {"studyLoadUnit": course.load.0, "value": course.load.1},
    });
    if let Value::Object(members) = &mut result {
        members.extend(pass.map(|pass| ("pass".to_owned(), json!(pass))));
        members.extend(score.map(|score| ("score".to_owned(), json!(score))));
        members.extend(is_final.map(|is_final| {
            ("consumers".to_owned(), json!([{"consumerKey": "nl-test-admin", "attendance": "present", "final": is_final}]))
        }));
        if is_final == Some(true) {
            members.insert("ext".to_owned(), json!({"finalDate": day(moment), "finalBy": "examination board"}));
        }
    }
    result
}

fn persona_id(key: &str) -> Option<&'static str> {
    personas().iter().find(|persona| persona.id == key).map(|persona| persona.id)
}

/// The year in which the academic year of a moment began.
fn academic_year_of(moment: i64) -> i32 {
    let (year, month) = Date::of_unix(moment).map_or((1970, 1), |date| date.year_and_month());
    if month >= 9 { year } else { year.saturating_sub(1) }
}
