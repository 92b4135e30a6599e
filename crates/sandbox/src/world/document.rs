//! The OOAPI v5 documents of an institution, built from what it teaches.

use std::collections::BTreeMap;

use ooapi::Date;
use serde_json::{Value, json};

use super::catalogue::{Both, CourseAbout, InstitutionAbout, ProgrammeAbout};
use super::{DAY, uuid};

/// Everything of an institution but its associations, by id.
pub(crate) struct Catalogue {
    pub(crate) about: &'static InstitutionAbout,
    pub(crate) seed: [u8; 32],
    pub(crate) organisations: BTreeMap<String, Value>,
    pub(crate) courses: BTreeMap<String, Value>,
    pub(crate) programs: BTreeMap<String, Value>,
    pub(crate) sessions: BTreeMap<String, Value>,
    pub(crate) offerings: BTreeMap<String, Value>,
    pub(crate) persons: BTreeMap<String, Value>,
}

/// A student as the institution's own system knows them.
pub(crate) struct Student {
    pub(crate) key: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) surname_prefix: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) birth_date: &'static str,
    pub(crate) number: &'static str,
    pub(crate) eduid: Option<String>,
    /// First years (2026 for 2026-2027) in which the student is enrolled in the institution's programme.
    pub(crate) years: Vec<i32>,
}

impl Catalogue {
    pub(crate) fn new(about: &'static InstitutionAbout, seed: &[u8; 32]) -> Self {
        let mut catalogue = Self {
            about,
            seed: *seed,
            organisations: BTreeMap::new(),
            courses: BTreeMap::new(),
            programs: BTreeMap::new(),
            sessions: BTreeMap::new(),
            offerings: BTreeMap::new(),
            persons: BTreeMap::new(),
        };
        let root = catalogue.id(&["organization"]);
        catalogue.organisations.insert(root.clone(), organisation(about, &root));
        for course in about.courses {
            let id = catalogue.id(&["course", course.code]);
            catalogue.courses.insert(id.clone(), course_document(course, &id, &root));
        }
        let id = catalogue.id(&["program"]);
        catalogue.programs.insert(id.clone(), programme_document(&about.programme, about.sector, &id, &root));
        catalogue
    }

    pub(crate) fn id(&self, parts: &[&str]) -> String {
        let mut all = vec![self.about.slug];
        all.extend_from_slice(parts);
        uuid(&self.seed, &all)
    }

    /// An offering of a course between two moments; the same course can run more than once.
    pub(crate) fn offer_course(&mut self, code: &str, run: &str, starts: i64, ends: i64) -> Option<(String, &'static CourseAbout)> {
        let course = self.about.courses.iter().find(|course| course.code == code)?;
        let id = self.id(&["offering", code, run]);
        let document = json!({
            "offeringId": id,
            "primaryCode": {"codeType": "offeringCode", "code": format!("{}-{run}", course.abbreviation)},
            "offeringType": "course",
            "name": both(course.name),
            "abbreviation": course.abbreviation,
            "description": both(course.description),
            "teachingLanguage": "nld",
            "modeOfDelivery": [course.mode],
            "resultExpected": true,
            "resultValueType": course.scale,
            "startDate": day(starts),
            "endDate": day(ends),
            "course": self.id(&["course", code]),
            "organization": self.id(&["organization"]),
        });
        self.offerings.insert(id.clone(), document);
        Some((id, course))
    }

    /// The offering of the programme in the academic year that starts in `year`.
    pub(crate) fn offer_programme(&mut self, year: i32) -> String {
        let id = self.id(&["offering", "program", &year.to_string()]);
        let session = self.academic_year(year);
        let programme = &self.about.programme;
        let next = year.saturating_add(1);
        let (starts, ends) = academic_year(year);
        let name: Vec<Value> = [("nl-NL", programme.name.0), ("en-GB", programme.name.1)]
            .iter()
            .map(|(language, name)| json!({"language": language, "value": format!("{name} {year}-{next}")}))
            .collect();
        let document = json!({
            "offeringId": id,
            "primaryCode": {"codeType": "offeringCode", "code": format!("{}-{year}", programme.code)},
            "offeringType": "program",
            "academicSession": session,
            "name": name,
            "description": both(programme.description),
            "teachingLanguage": "nld",
            "resultExpected": false,
            "startDate": starts,
            "endDate": ends,
            "program": self.id(&["program"]),
            "organization": self.id(&["organization"]),
        });
        self.offerings.insert(id.clone(), document);
        id
    }

    fn academic_year(&mut self, year: i32) -> String {
        let id = self.id(&["academic-session", &year.to_string()]);
        let next = year.saturating_add(1);
        let (starts, ends) = academic_year(year);
        let document = json!({
            "academicSessionId": id,
            "academicSessionType": "academic year",
            "primaryCode": {"codeType": "identifier", "code": format!("{year}-{next}")},
            "name": [{"language": "nl-NL", "value": format!("Studiejaar {year}-{next}")}, {"language": "en-GB", "value": format!("Academic year {year}-{next}")}],
            "startDate": starts,
            "endDate": ends,
        });
        self.sessions.insert(id.clone(), document);
        id
    }

    pub(crate) fn admit(&mut self, student: &Student) -> String {
        let id = self.id(&["person", student.key]);
        self.persons.insert(id.clone(), person_document(self.about, student, &id));
        id
    }

    /// A person as of `now`: enrolments are listed from a month before they begin.
    pub(crate) fn person(&self, id: &str, now: i64) -> Option<Value> {
        let mut person = self.persons.get(id)?.clone();
        let horizon = now.saturating_add(30 * DAY);
        let begun = |enrolment: &Value| {
            let start = enrolment.get("startDate").and_then(Value::as_str).and_then(Date::parse);
            start.is_some_and(|start| start.unix() <= horizon)
        };
        if let Some(Value::Array(enrolments)) = person.pointer_mut("/consumers/0/enrollments") {
            enrolments.retain(begun);
        }
        Some(person)
    }
}

fn organisation(about: &InstitutionAbout, id: &str) -> Value {
    json!({
        "organizationId": id,
        "primaryCode": {"codeType": "schacHome", "code": about.schac_home},
        "organizationType": "root",
        "name": both(about.name),
        "shortName": about.short_name,
        "otherCodes": [{"codeType": "brin", "code": about.brin}],
        "addresses": [{"addressType": "visit", "city": about.city, "countryCode": "NL"}],
        "link": format!("https://www.{}/", about.schac_home),
    })
}

fn course_document(course: &CourseAbout, id: &str, root: &str) -> Value {
    let outcomes: Vec<Value> = course.outcomes.iter().map(|outcome| both(*outcome)).collect();
    json!({
        "courseId": id,
        "primaryCode": {"codeType": "identifier", "code": course.code},
        "name": both(course.name),
        "abbreviation": course.abbreviation,
        "description": both(course.description),
        "studyLoad": {"studyLoadUnit": course.load.0, "value": course.load.1},
        "level": course.level,
        "teachingLanguage": "nld",
        "modeOfDelivery": [course.mode],
        "fieldsOfStudy": course.isced,
        "learningOutcomes": outcomes,
        "assessment": both(course.assessment),
        "admissionRequirements": both(("Geen bijzondere eisen.", "No special requirements.")),
        "qualificationRequirements": both(("Een voldoende voor de toets.", "A pass for the assessment.")),
        "organization": root,
    })
}

fn programme_document(programme: &ProgrammeAbout, sector: &str, id: &str, root: &str) -> Value {
    json!({
        "programId": id,
        "primaryCode": {"codeType": "crohoCreboCode", "code": programme.code},
        "programType": "program",
        "name": both(programme.name),
        "abbreviation": programme.code,
        "description": both(programme.description),
        "teachingLanguage": "nld",
        "studyLoad": {"studyLoadUnit": programme.load.0, "value": programme.load.1},
        "qualificationAwarded": programme.awarded.unwrap_or("None"),
        "modeOfStudy": programme.mode,
        "levelOfQualification": programme.qualification,
        "level": programme.level,
        "sector": sector,
        "fieldsOfStudy": programme.isced,
        "otherCodes": [{"codeType": "crohoCreboCode", "code": programme.code}],
        "organization": root,
    })
}

fn person_document(about: &InstitutionAbout, student: &Student, id: &str) -> Value {
    let mut codes =
        vec![json!({"codeType": "esi", "code": format!("urn:schac:personalUniqueCode:int:esi:{}:{}", about.schac_home, student.number)})];
    codes.extend(student.eduid.iter().map(|eduid| json!({"codeType": "x-eduid", "code": eduid})));
    let parts = [student.given_name, student.surname_prefix, student.surname];
    let display_name: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut person = json!({
        "personId": id,
        "primaryCode": {"codeType": "studentNumber", "code": student.number},
        "givenName": student.given_name,
        "surname": student.surname,
        "displayName": display_name.join(" "),
        "activeEnrollment": !student.years.is_empty(),
        "affiliations": [if student.years.is_empty() { "guest" } else { "student" }],
        "mail": format!("{}@student.{}", student.number, about.schac_home),
        "dateOfBirth": student.birth_date,
        "otherCodes": codes,
        "consumers": [{
            "consumerKey": "eduxchange",
            "institutionBRINCode": about.brin,
            "enrollments": student.years.iter().map(|year| enrolment(&about.programme, *year)).collect::<Vec<_>>(),
        }],
    });
    if let (false, Value::Object(members)) = (student.surname_prefix.is_empty(), &mut person) {
        members.insert("surnamePrefix".to_owned(), json!(student.surname_prefix));
    }
    person
}

fn enrolment(programme: &ProgrammeAbout, year: i32) -> Value {
    let (starts, ends) = academic_year(year);
    let mut enrolment = json!({
        "crohoCreboCode": programme.code, "name": programme.name.0, "modeOfStudy": programme.mode, "startDate": starts, "endDate": ends,
    });
    if let (Some(phase), Value::Object(members)) = (programme.phase, &mut enrolment) {
        members.insert("phase".to_owned(), json!(phase));
    }
    enrolment
}

/// First and last day of the academic year that starts in `year`.
pub(crate) fn academic_year(year: i32) -> (String, String) {
    (format!("{year}-09-01"), format!("{}-08-31", year.saturating_add(1)))
}

/// The full-date of a moment.
pub(crate) fn day(moment: i64) -> String {
    Date::of_unix(moment).map(String::from).unwrap_or_default()
}

fn both(text: Both) -> Value {
    json!([{"language": "nl-NL", "value": text.0}, {"language": "en-GB", "value": text.1}])
}
