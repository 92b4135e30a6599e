//! The mapping table of a type: each element with its place in every form and its source, as data that lint and tests read.

use crate::sd_jwt::{Path, Segment};
use serde::Deserialize;

/// A type's elements.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mapping {
    /// In order of their number.
    pub elements: Vec<Element>,
}

/// What a credential of a type consists of, such as "workload" (`domain.md` 3.3 for the microcredential).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Element {
    /// Its number in the table, from 1.
    #[serde(rename = "element")]
    pub number: u32,
    /// Its name in files, such as `workload`.
    pub key: String,
    /// Its name for people.
    pub name: ElementName,
    /// `1`, `0..1`, `0..n`, `1..n`, `1..n`.
    pub cardinality: String,
    /// Where it stands in the SD-JWT VC.
    pub claims: Vec<Path>,
    /// Where it stands in the W3C form.
    pub w3c: Vec<Path>,
    /// Where OOAPI has it; empty when only the issuing template does.
    pub ooapi: Vec<String>,
    /// Where it goes in the European Learning Model.
    pub elm: Vec<String>,
}

/// The name of an element.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ElementName {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

impl Mapping {
    /// The element of a claim: the one with the longest path on the way to it.
    pub fn of_claim(&self, path: &Path) -> Option<&Element> {
        self.closest(path, |element| &element.claims)
    }

    /// The element of a place in the W3C form. Places that several elements share (alignments) belong to none by themselves.
    pub fn of_w3c(&self, path: &Path) -> Option<&Element> {
        let found = self.closest(path, |element| &element.w3c)?;
        let shared = |element: &&Element| element.w3c.iter().any(|place| is_alignment(place) && place.touches(path));
        if is_alignment(path) && self.elements.iter().filter(shared).count() > 1 { None } else { Some(found) }
    }

    /// The element with this key.
    pub fn by_key(&self, key: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.key == key)
    }

    fn closest(&self, path: &Path, places: impl Fn(&Element) -> &Vec<Path>) -> Option<&Element> {
        let depth = |element: &Element| {
            let on_the_way = places(element).iter().filter(|place| place.covers(path) || path.covers(place));
            on_the_way.map(|place| place.segments().len()).max()
        };
        self.elements
            .iter()
            .filter_map(|element| Some((depth(element)?, element)))
            .max_by_key(|(depth, element)| (*depth, u32::MAX - element.number))
            .map(|(_, element)| element)
    }
}

fn is_alignment(path: &Path) -> bool {
    path.segments().iter().any(|segment| *segment == Segment::from("alignment"))
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use std::collections::BTreeSet;

    fn leaves(kind: &CredentialType) -> impl Iterator<Item = &Element> {
        kind.mapping.elements.iter()
    }

    /// The table cannot go stale: every claim and every member of the schemas belongs to an element, and every place that it names
    /// is in the schemas.
    #[test]
    fn the_table_covers_the_schemas_and_names_nothing_else() {
        for kind in types() {
            let numbers: Vec<u32> = leaves(kind).map(|element| element.number).collect();
            assert_eq!(numbers, (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
            let keys: BTreeSet<&str> = leaves(kind).map(|element| element.key.as_str()).collect();
            assert_eq!(keys.len(), numbers.len());
            for name in kind.schema().property_names().filter(|name| *name != "vct") {
                assert!(kind.mapping.of_claim(&Path::key(name)).is_some(), "{name} belongs to no element");
            }
            for element in leaves(kind) {
                for path in &element.claims {
                    assert!(kind.schema().knows(path), "{} names the unknown claim {path}", element.key);
                }
                for path in &element.w3c {
                    assert!(kind.w3c.schema().knows(path), "{} names the unknown member {path}", element.key);
                }
            }
        }
        assert_eq!(leaves(by_short_name("microcredential").unwrap()).count(), 28);
    }

    #[test]
    fn places_find_their_element() {
        let kind = by_short_name("microcredential").unwrap();
        let claim = |path: Path| kind.mapping.of_claim(&path).map(|element| element.number);
        assert_eq!(claim(Path::from(["awarding_body", "country"])), Some(3));
        assert_eq!(claim(Path::from(["awarding_body", "brin"])), Some(4));
        assert_eq!(claim(Path::from(["result", "value"])), Some(19));
        assert_eq!(claim(Path::from(["result", "min"])), Some(18));
        assert_eq!(claim(Path::key("learning_outcomes").child(2).child("title")), Some(6));
        let w3c = |path: Path| kind.mapping.of_w3c(&path).map(|element| element.number);
        assert_eq!(w3c(Path::from(["credentialSubject", "achievement", "ECTS"])), Some(7));
        assert_eq!(w3c(Path::from(["issuer", "address", "addressCountryCode"])), Some(3));
        assert_eq!(w3c(Path::from(["credentialSubject", "achievement", "alignment"]).child(0)), None);
    }
}
