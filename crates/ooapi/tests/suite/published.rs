//! What the published v5 document accepts: our example payloads per concrete type, and why never by `oneOf`.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

fn schema(name: &str) -> Validator {
    let document: Value = serde_json::from_str(include_str!("../published/ooapi-v5.json")).unwrap();
    let root = json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "components": document["components"]});
    jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true).build(&root).unwrap()
}

fn assert_valid(name: &str, value: &Value) {
    let errors: Vec<String> = schema(name).iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

fn expanded() -> Value {
    serde_json::from_str(include_str!("../examples/v5-get-association-expanded-passed.json")).unwrap()
}

#[test]
fn examples_are_valid_per_concrete_type() {
    let association = expanded();
    assert_valid("CourseOfferingAssociation", &association);
    assert_valid("Person", &association["person"]);
    assert_valid("CourseOffering", &association["offering"]);
    assert_valid("Course", &association["offering"]["course"]);
    assert_valid("Organization", &association["offering"]["organization"]);
    assert_valid("CourseResult", &association["result"]);
    let page: Value = serde_json::from_str(include_str!("../examples/v5-get-offering-associations-page.json")).unwrap();
    assert_valid("Pagination", &page);
    page["items"].as_array().unwrap().iter().for_each(|item| assert_valid("CourseOfferingAssociation", item));
}

#[test]
fn one_of_refuses_what_every_reader_must_take() {
    // Several variants accept the same object, so "exactly one" never holds: we dispatch on `associationType` instead.
    let association = expanded();
    assert!(schema("ProgramOfferingAssociation").is_valid(&association));
    assert!(!schema("AssociationFull").is_valid(&association));
    assert!(ooapi::read::association(association).is_ok());
}

#[test]
fn a_problem_as_we_write_it_is_a_problem() {
    let problem = ooapi::problem::Problem { status: 404, title: "Not Found".to_owned(), detail: Some("No such resource".to_owned()) };
    assert_valid("Problem", &problem.v5());
}
