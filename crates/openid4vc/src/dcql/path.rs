//! Claims path pointers as DCQL reads them (OpenID4VP section 7): a step into the wrong kind of value ends it all, and selecting
//! nothing is an error. Type metadata reads them more gently, see [`vc::sd_jwt::Path::select`].

use serde_json::{Map, Value};
use vc::sd_jwt::{Path, Segment};

/// How many elements one path may select.
const MOST_SELECTED: usize = 256;

/// A path selects nothing, or meets a value of another kind than it expects, or selects too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path selects nothing")]
pub struct PathError;

/// What a path selects.
///
/// # Errors
/// [`PathError`].
pub fn select<'a>(path: &Path, claims: &'a Map<String, Value>) -> Result<Vec<&'a Value>, PathError> {
    let Some((Segment::Key(first), rest)) = path.segments().split_first() else { return Err(PathError) };
    let mut selected: Vec<&Value> = claims.get(first).into_iter().collect();
    for segment in rest {
        selected = step(&selected, segment)?;
    }
    (!selected.is_empty() && selected.len() <= MOST_SELECTED).then_some(selected).ok_or(PathError)
}

/// One step from every selected value; a missing member drops that branch.
fn step<'a>(selected: &[&'a Value], segment: &Segment) -> Result<Vec<&'a Value>, PathError> {
    let mut next = Vec::new();
    for value in selected {
        match (segment, value) {
            (Segment::Key(key), Value::Object(members)) => next.extend(members.get(key)),
            (Segment::Index(index), Value::Array(list)) => next.extend(list.get(*index)),
            (Segment::All, Value::Array(list)) => next.extend(list),
            _ => return Err(PathError),
        }
        if next.len() > MOST_SELECTED {
            return Err(PathError);
        }
    }
    Ok(next)
}

/// Reads a JSON array of strings, non-negative integers and nulls (row Q6). `None` when it is none or empty.
pub(super) fn read(value: &Value) -> Option<Path> {
    serde_json::from_value(value.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/dcql/own-claims-path.json")).unwrap();
        let document = vectors["document"].as_object().unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let path = read(&case["path"]).unwrap();
            let selected = select(&path, document).map(|values| values.into_iter().cloned().collect::<Vec<_>>());
            match case["expect"].as_array() {
                Some(expected) => assert_eq!(selected.as_ref(), Ok(expected), "{path}"),
                None => assert_eq!(selected, Err(PathError), "{path}"),
            }
            assert_eq!(serde_json::to_value(&path).unwrap(), case["path"]);
        }
    }

    #[test]
    fn row_q6() {
        for path in ["[]", "[-1]", "[1.5]", r#"[{"a":1}]"#, r#""a""#, "[true]"] {
            assert_eq!(read(&serde_json::from_str(path).unwrap()), None, "{path}");
        }
    }

    #[test]
    fn a_path_selects_at_most_256() {
        let claims = serde_json::json!({"a": vec![0; 257], "b": vec![0; 256]});
        let claims = claims.as_object().unwrap();
        let all = |key| Path::key(key).child(Segment::All);
        assert_eq!(select(&all("a"), claims), Err(PathError));
        assert_eq!(select(&all("b"), claims).map(|values| values.len()), Ok(256));
    }
}
