//! The types of a W3C credential as a query names them: after its contexts were applied (OpenID4VP appendix B.1.1).

use serde_json::{Map, Value};

/// Contexts that one credential may name.
const MOST_CONTEXTS: usize = 16;

/// The types of a credential: as they stand in it, and as its contexts expand them. `context` gives the text of a known context;
/// what no known context defines stays as it is, which is all that a verifier can ask for then.
pub fn types<'c>(credential: &Map<String, Value>, context: impl Fn(&str) -> Option<&'c str>) -> Vec<String> {
    let plain: Vec<String> = list(credential.get("type")).filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let definitions: Vec<Map<String, Value>> =
        list(credential.get("@context")).take(MOST_CONTEXTS).flat_map(|named| read(named, &context)).collect();
    let expanded: Vec<String> = plain.iter().filter_map(|name| expand(name, &definitions)).filter(|iri| !plain.contains(iri)).collect();
    plain.into_iter().chain(expanded).collect()
}

/// A value that may be one or a list.
fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let items = match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    items.iter()
}

/// The definitions of one context, which stands there itself or is named by its address.
fn read<'c>(named: &Value, context: impl Fn(&str) -> Option<&'c str>) -> Vec<Map<String, Value>> {
    let document = match named {
        Value::String(url) => context(url).and_then(|text| serde_json::from_str::<Value>(text).ok()),
        own => Some(Value::Object(Map::from_iter([("@context".to_owned(), own.clone())]))),
    };
    let inner = document.as_ref().and_then(|document| document.get("@context"));
    list(inner).filter_map(|definitions| definitions.as_object().cloned()).collect()
}

/// The IRI of a term; the last context that defines it counts.
fn expand(name: &str, definitions: &[Map<String, Value>]) -> Option<String> {
    let defined = definitions.iter().rev().find_map(|context| identifier(context.get(name)?));
    let vocabulary = || definitions.iter().rev().find_map(|context| context.get("@vocab")?.as_str());
    match defined {
        Some(iri) => Some(whole(iri, definitions)),
        None if name.contains(':') => Some(whole(name, definitions)),
        None => vocabulary().map(|vocabulary| format!("{vocabulary}{name}")),
    }
}

fn identifier(definition: &Value) -> Option<&str> {
    definition.as_str().or_else(|| definition.get("@id")?.as_str())
}

/// A compact IRI with its prefix written out.
fn whole(iri: &str, definitions: &[Map<String, Value>]) -> String {
    let prefixed = iri.split_once(':').filter(|(_, rest)| !rest.starts_with("//"));
    let written = prefixed.and_then(|(prefix, rest)| {
        let base = definitions.iter().rev().find_map(|context| identifier(context.get(prefix)?))?;
        Some(format!("{base}{rest}"))
    });
    written.unwrap_or_else(|| iri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const V1: &str = r#"{"@context": {"VerifiableCredential": {"@id": "https://www.w3.org/2018/credentials#VerifiableCredential"}}}"#;
    const EXAMPLES: &str = r#"{"@context": [{"ex": "https://example.org/examples#"}, {"AlumniCredential": "ex:AlumniCredential",
        "BachelorDegree": "https://example.org/examples#BachelorDegree"}]}"#;

    fn of(credential: Value) -> Vec<String> {
        let known = |url: &str| match url {
            "https://www.w3.org/2018/credentials/v1" => Some(V1),
            "https://www.w3.org/2018/credentials/examples/v1" => Some(EXAMPLES),
            _ => None,
        };
        types(credential.as_object().unwrap(), known)
    }

    #[test]
    fn the_examples_of_the_specification() {
        let found = of(json!({
            "@context": ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/2018/credentials/examples/v1"],
            "type": ["VerifiableCredential", "BachelorDegree", "AlumniCredential"],
        }));
        for iri in [
            "https://www.w3.org/2018/credentials#VerifiableCredential",
            "https://example.org/examples#AlumniCredential",
            "https://example.org/examples#BachelorDegree",
        ] {
            assert!(found.contains(&iri.to_owned()), "{iri} in {found:?}");
        }
        let undefined =
            of(json!({"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential", "IdentityCredential"]}));
        assert_eq!(undefined, ["VerifiableCredential", "IdentityCredential", "https://www.w3.org/2018/credentials#VerifiableCredential"]);
    }

    #[test]
    fn own_contexts_vocabularies_and_nothing_at_all() {
        assert_eq!(of(json!({"@context": {"@vocab": "https://v.example/"}, "type": "A"})), ["A", "https://v.example/A"]);
        assert_eq!(of(json!({"@context": "https://unknown.example/", "type": ["https://v.example/A"]})), ["https://v.example/A"]);
        assert!(of(json!({"type": 5})).is_empty());
    }
}
