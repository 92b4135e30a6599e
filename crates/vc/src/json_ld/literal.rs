//! RDF literals of JSON values (JSON-LD 1.1 API section 8.2.2).

use super::JsonLdError;
use crate::jcs;
use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode, NamedNodeRef};
use serde_json::Value;

/// Numbers from here on are written as doubles, as ECMAScript does.
const LARGE: f64 = 1e21;
/// `rdf:JSON`.
const JSON: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON");

/// A string, number or flag under the datatype of its term, if that has one.
pub(super) fn scalar(value: &Value, datatype: Option<&NamedNode>) -> Result<Literal, JsonLdError> {
    let (text, native) = match value {
        Value::String(text) => (text.clone(), xsd::STRING),
        Value::Bool(flag) => (flag.to_string(), xsd::BOOLEAN),
        Value::Number(number) => {
            // A number that no double equals would be signed as another one.
            let number = jcs::double(number).map_err(|_| JsonLdError::Form)?;
            let is_double = datatype.is_some_and(|datatype| *datatype == xsd::DOUBLE);
            match number.fract() != 0.0 || number.abs() >= LARGE || is_double {
                true => (canonical_double(number), xsd::DOUBLE),
                // Minus zero is zero.
                false => (format!("{:.0}", number + 0.0), xsd::INTEGER),
            }
        }
        _ => return Err(JsonLdError::Form),
    };
    Ok(Literal::new_typed_literal(text, datatype.cloned().unwrap_or_else(|| native.into_owned())))
}

/// A text in a language.
pub(super) fn in_language(text: &str, language: &str) -> Result<Literal, JsonLdError> {
    Literal::new_language_tagged_literal(text, language).map_err(|_| JsonLdError::Undefined)
}

/// Any JSON as one literal (`@json`).
pub(super) fn json(value: &Value) -> Result<Literal, JsonLdError> {
    let text = jcs::canonical(value).map_err(|_| JsonLdError::Form)?;
    Ok(Literal::new_typed_literal(text, JSON.into_owned()))
}

/// The canonical form that JSON-LD prescribes: `%1.15E`, trailing zeros of the mantissa left out but one.
fn canonical_double(number: f64) -> String {
    let text = format!("{number:.15E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let mantissa = mantissa.trim_end_matches('0');
    let zero = if mantissa.ends_with('.') { "0" } else { "" };
    format!("{mantissa}{zero}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers() {
        let double = xsd::DOUBLE.into_owned();
        for (value, datatype, expected) in [
            (json!(5), None, r#""5"^^<http://www.w3.org/2001/XMLSchema#integer>"#),
            (json!(5.0), None, r#""5"^^<http://www.w3.org/2001/XMLSchema#integer>"#),
            (json!(-0.0), None, r#""0"^^<http://www.w3.org/2001/XMLSchema#integer>"#),
            (json!(-7), None, r#""-7"^^<http://www.w3.org/2001/XMLSchema#integer>"#),
            (json!(5), Some(&double), r#""5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>"#),
            (json!(2.5), None, r#""2.5E0"^^<http://www.w3.org/2001/XMLSchema#double>"#),
            (json!(0.1), None, r#""1.0E-1"^^<http://www.w3.org/2001/XMLSchema#double>"#),
            (json!(1e21), None, r#""1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>"#),
            (json!(1e20), None, r#""100000000000000000000"^^<http://www.w3.org/2001/XMLSchema#integer>"#),
            (json!(-1234.5678), None, r#""-1.2345678E3"^^<http://www.w3.org/2001/XMLSchema#double>"#),
            (json!(true), None, r#""true"^^<http://www.w3.org/2001/XMLSchema#boolean>"#),
        ] {
            assert_eq!(scalar(&value, datatype).unwrap().to_string(), expected, "{value}");
        }
        assert_eq!(scalar(&json!(9_007_199_254_740_993_i64), None), Err(JsonLdError::Form));
        assert_eq!(json(&json!({"b": 1, "a": [null]})).unwrap().value(), r#"{"a":[null],"b":1}"#);
    }
}
