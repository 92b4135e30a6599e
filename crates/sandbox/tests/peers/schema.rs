//! Every document that the institutions serve, at every moment of their history, against the published v5 document per concrete type.

use std::collections::BTreeSet;
use std::collections::HashMap;

use super::support::{At, PRESENT, START, Time, institutions, world};
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

struct Published {
    document: Value,
    validators: HashMap<String, Validator>,
}

impl Published {
    fn new() -> Self {
        let document = serde_json::from_str(include_str!("../../../ooapi/tests/published/ooapi-v5.json")).unwrap();
        Self { document, validators: HashMap::new() }
    }

    fn check(&mut self, name: &str, value: &Value) {
        let document = &self.document;
        let validator = self.validators.entry(name.to_owned()).or_insert_with(|| {
            let root = json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "components": document["components"]});
            jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true).build(&root).unwrap()
        });
        let errors: Vec<String> = validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?} in {value}");
    }

    fn association(&mut self, value: &Value, list: bool) {
        let course = value["associationType"] == "courseOfferingAssociation";
        let name = if course { "CourseOfferingAssociation" } else { "ProgramOfferingAssociation" };
        self.check(&if list { format!("{name}Expandable") } else { name.to_owned() }, value);
        if value["offering"].is_object() {
            self.offering(&value["offering"]);
        }
        if value.get("person").is_some_and(|person| person.get("givenName").is_some()) {
            self.check("Person", &value["person"]);
        }
    }

    fn offering(&mut self, value: &Value) {
        self.check(if value["offeringType"] == "course" { "CourseOffering" } else { "ProgramOffering" }, value);
    }
}

#[tokio::test]
async fn everything_served_is_valid_at_every_moment() {
    let (world, time, mut published) = (world(), Time::at(START), Published::new());
    let server = institutions(&world, &time).await;
    let moments: BTreeSet<i64> =
        [START, START + 200 * 86_400, PRESENT].into_iter().chain(world.milestones().into_iter().step_by(7)).collect();
    let mut seen = 0;
    for slug in ["hogeschool-voorbeeld", "roc-voorbeeld"] {
        let at = At::new(&world, &server, slug);
        published.check("Service", &at.get("/").await.1);
        for moment in &moments {
            time.set(*moment);
            seen += crawl(&at, &mut published).await;
        }
    }
    assert!(seen > 100, "{seen}");
}

async fn crawl(at: &At, published: &mut Published) -> usize {
    let mut seen = 0;
    for (path, name, id) in [
        ("/organizations", "Organization", "organizationId"),
        ("/courses", "CourseExpanded", "courseId"),
        ("/programs", "ProgramExpanded", "programId"),
        ("/academic-sessions", "AcademicSession", "academicSessionId"),
        ("/persons", "Person", "personId"),
    ] {
        published.check("Pagination", &at.get(path).await.1);
        for item in at.all(path).await {
            let (status, one) = at.get(&format!("{path}/{}", item[id].as_str().unwrap())).await;
            assert!(status == 200 && one == item, "{path}");
            published.check(name, &item);
        }
    }
    for offering in at.all("/offerings").await {
        let id = offering["offeringId"].as_str().unwrap();
        published.offering(&offering);
        published.offering(&at.get(&format!("/offerings/{id}?expand=course,program,organization,academicSession")).await.1);
        for association in at.all(&format!("/offerings/{id}/associations")).await {
            published.association(&association, true);
            let path = format!("/associations/{}", association["associationId"].as_str().unwrap());
            published.association(&at.get(&path).await.1, false);
            published.association(&at.get(&format!("{path}?expand=person,offering")).await.1, false);
            seen += 1;
        }
    }
    for person in at.all("/persons").await {
        for association in at.all(&format!("/persons/{}/associations", person["personId"].as_str().unwrap())).await {
            assert!(association["offering"].is_object(), "a person's associations always include the offering");
            published.association(&association, true);
        }
    }
    seen
}

#[tokio::test]
async fn persons_have_valid_eduxchange_consumers() {
    let (world, time) = (world(), Time::at(PRESENT));
    let server = institutions(&world, &time).await;
    for slug in ["hogeschool-voorbeeld", "roc-voorbeeld"] {
        for person in At::new(&world, &server, slug).all("/persons").await {
            let consumer = &person["consumers"][0];
            assert_eq!(consumer["consumerKey"], "eduxchange");
            let brin = consumer["institutionBRINCode"].as_str().unwrap();
            assert!(brin.len() == 4 && brin[..2].bytes().all(|b| b.is_ascii_digit()) && brin[2..].bytes().all(|b| b.is_ascii_uppercase()));
            for enrolment in consumer["enrollments"].as_array().unwrap() {
                assert_eq!(enrolment["crohoCreboCode"].as_str().unwrap().len(), 5);
                assert!(["full-time", "part-time", "dual training", "self-paced"].contains(&enrolment["modeOfStudy"].as_str().unwrap()));
                assert!(enrolment.get("phase").is_none_or(|phase| phase == "bachelor" || phase == "master"));
            }
        }
    }
}
