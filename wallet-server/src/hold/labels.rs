//! Claims of a foreign type under the names that its type metadata or its issuer gave them.

use http::claims;
use model::held::{ClaimLabel, Summary};
use serde_json::Value as Json;
use vc::Map;
use vc::sd_jwt::{Path, Segment};
use web::{Fact, Value};

use super::display;

/// One claim with its value, called as its type calls it.
pub(crate) fn fact(summary: &Summary, vct: &str, path: &Path, claims: &Map) -> Option<Fact> {
    let fact = claims::fact(vct, path, claims)?;
    Some(if summary.labels.is_empty() { fact } else { named(fact, &summary.labels, vct, path) })
}

fn named(fact: Fact, labels: &[ClaimLabel], vct: &str, path: &Path) -> Fact {
    let found = labels.iter().find(|label| fits(&label.path, path));
    let name = found.map_or(fact.label, |label| display::text(&label.label));
    Fact::new(name, inner(fact.value, labels, vct, path))
}

/// The members of nested claims, found by the name that they have without a label.
fn inner(value: Value, labels: &[ClaimLabel], vct: &str, path: &Path) -> Value {
    match value {
        Value::Group(facts) => {
            let deeper = labels.iter().filter_map(|label| match label.path.get(path.segments().len()) {
                Some(Json::String(name)) => Some(path.child(name.as_str())),
                _ => None,
            });
            let paths: Vec<Path> = deeper.collect();
            let renamed = facts.into_iter().map(|fact| match paths.iter().find(|path| claims::label(vct, path) == fact.label) {
                Some(path) => named(fact, labels, vct, path),
                None => fact,
            });
            Value::Group(renamed.collect())
        }
        Value::List(values) => {
            let path = path.child(Segment::All);
            Value::List(values.into_iter().map(|value| inner(value, labels, vct, &path)).collect())
        }
        plain => plain,
    }
}

/// Whether a label is for this place; `null` stands for every element.
fn fits(label: &[Json], path: &Path) -> bool {
    let same = |(step, segment): (&Json, &Segment)| match (step, segment) {
        (Json::String(name), Segment::Key(key)) => name == key,
        (Json::Null, Segment::All | Segment::Index(_)) => true,
        (Json::Number(number), Segment::Index(at)) => number.as_u64() == u64::try_from(*at).ok(),
        _ => false,
    };
    label.len() == path.segments().len() && label.iter().zip(path.segments()).all(same)
}

#[cfg(test)]
mod tests {
    use model::LocalText;
    use serde_json::json;
    use web::Lang;

    use super::*;

    #[test]
    fn a_foreign_type_speaks_its_own_words() {
        let claims = json!({"graad": {"naam": "Propedeuse"}, "vakken": [{"titel": "Wiskunde"}]}).as_object().cloned().unwrap();
        let label = |path: Json, text: &str| ClaimLabel { path: path.as_array().cloned().unwrap(), label: LocalText::same(text) };
        let labels = [
            label(json!(["graad"]), "Behaalde graad"),
            label(json!(["graad", "naam"]), "Naam van de graad"),
            label(json!(["vakken", null, "titel"]), "Naam van het vak"),
        ];
        let read = |name: &str| named(claims::fact("x", &Path::key(name), &claims).unwrap(), &labels, "x", &Path::key(name));
        let degree = read("graad");
        assert_eq!((degree.label.nl.as_str(), degree.value.plain(Lang::Nl).as_str()), ("Behaalde graad", "Naam van de graad: Propedeuse"));
        assert_eq!(read("vakken").value.plain(Lang::Nl), "Naam van het vak: Wiskunde");
    }
}
