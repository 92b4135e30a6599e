//! The mapping tables of the credentials name sources in OOAPI: every one of them is a member that OOAPI has.

use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn tables() -> [Value; 2] {
    [
        json(include_str!("../../../../schemas/mapping/nl-microcredential-1.json")),
        json(include_str!("../../../../schemas/mapping/nl-enrolment-1.json")),
    ]
}

/// The v5 document, our example in its words, and the names of v6.
struct Published {
    v5: Value,
    example: Value,
    v6: Value,
}

impl Published {
    fn read() -> Self {
        Self {
            v5: json(include_str!("../published/ooapi-v5.json")),
            example: json(include_str!("../examples/v5-get-association-expanded-passed.json")),
            v6: json(include_str!("../published/ooapi-v6-words.json")),
        }
    }

    /// Whether a path such as `Course.name` is one. `v6:` before it means that only v6 has it.
    fn has(&self, path: &str) -> bool {
        if let Some(path) = path.strip_prefix("v6: ") {
            let (object, member) = path.split_once('.').unwrap();
            return self.v6[object].as_array().is_some_and(|names| names.iter().any(|name| name == member));
        }
        let (object, members) = path.split_once('.').unwrap();
        // What a consumer adds is in no document of OOAPI itself: our example was made after the consumer's own schema.
        if let Some(inside) = members.strip_prefix("consumers[eduxchange].") {
            let object = match object {
                "Person" => &self.example["person"],
                "Course" => &self.example["offering"]["course"],
                other => panic!("{other}"),
            };
            let consumer = object["consumers"].as_array().into_iter().flatten().find(|consumer| consumer["consumerKey"] == "eduxchange");
            return consumer.is_some_and(|consumer| inside.split("[].").try_fold(consumer, step).is_some());
        }
        let variants = match object {
            "Offering" => ["CourseOffering", "ProgramOffering"].as_slice(),
            "Association" => &["CourseOfferingAssociation", "ProgramOfferingAssociation"],
            "Result" => &["CourseResult", "ProgramResult"],
            other => &[other],
        };
        variants.iter().all(|name| self.walk(&self.v5["components"]["schemas"][*name], members))
    }

    fn walk(&self, schema: &Value, members: &str) -> bool {
        let (member, rest) = members.split_once('.').map_or((members, None), |(member, rest)| (member, Some(rest)));
        let (name, filter) = member.split_once('[').map_or((member, ""), |(name, filter)| (name, filter.trim_end_matches(']')));
        let found = self.members(schema).into_iter().find(|(known, _)| *known == name).map(|(_, schema)| schema);
        let Some(found) = found else { return false };
        // A list of codes by their type, which the document knows as well.
        let known = filter.is_empty() || self.v5.to_string().contains(&format!("\"{filter}\""));
        known && rest.is_none_or(|rest| self.walk(found.get("items").unwrap_or(found), rest))
    }

    fn members<'a>(&'a self, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        if let Some(name) = schema["$ref"].as_str().and_then(|address| address.rsplit('/').next()) {
            return self.members(&self.v5["components"]["schemas"][name]);
        }
        let own = schema["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema));
        let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|word| schema[word].as_array()).flatten();
        own.chain(parts.flat_map(|part| self.members(part))).collect()
    }
}

/// The member of an object, or of the first in a list.
fn step<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_array().map_or(Some(value), |items| items.first())?.get(name)
}

#[test]
fn every_source_is_a_member_of_ooapi() {
    let published = Published::read();
    let mut seen = 0;
    for table in tables() {
        for element in table["elements"].as_array().unwrap() {
            for path in element["ooapi"].as_array().unwrap() {
                let path = path.as_str().unwrap();
                assert!(published.has(path), "{} of {}: {path}", element["key"], table["type"]);
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
    for wrong in
        ["Course.title", "Person.enrollments", "Organization.otherCodes[bsn-of-somebody]", "Course.level.name", "v6: Course.crohoCode"]
    {
        assert!(!published.has(wrong), "{wrong}");
    }
    assert!(!published.has("Person.consumers[eduxchange].enrollments[].level"));
}
