//! Claims descriptions (OpenID4VCI appendix B): paths that repeat or contradict each other end the processing.

use serde_json::Value;
use vc::sd_jwt::{Path, Segment};

/// Most descriptions that are compared with each other.
const MOST: usize = 1024;

/// A path that is none, one claim twice, or one claim as two kinds of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("contradictory claims descriptions")]
pub struct Contradiction;

/// Checks the paths of one list of claims descriptions (appendix B.3).
///
/// # Errors
/// [`Contradiction`].
pub fn check<'a>(paths: impl IntoIterator<Item = &'a [Value]>) -> Result<(), Contradiction> {
    let mut seen: Vec<Path> = Vec::new();
    for path in paths {
        let path: Path = serde_json::from_value(Value::Array(path.to_vec())).map_err(|_| Contradiction)?;
        if seen.len() >= MOST || seen.iter().any(|earlier| contradict(earlier.segments(), path.segments())) {
            return Err(Contradiction);
        }
        seen.push(path);
    }
    Ok(())
}

/// Whether two descriptions cannot both stand: the same claim, an array by index and by all its elements, or a claim that is an
/// array here and an object there.
fn contradict(one: &[Segment], other: &[Segment]) -> bool {
    let differs = one.iter().zip(other).find(|(a, b)| a != b);
    match differs {
        None => one.len() == other.len(),
        Some((Segment::Key(_), Segment::Key(_)) | (Segment::Index(_), Segment::Index(_))) => false,
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(paths: Value) -> Result<(), Contradiction> {
        check(paths.as_array().unwrap().iter().map(|path| path.as_array().unwrap().as_slice()))
    }

    #[test]
    fn vci_b_2_a_path_is_a_claims_path_pointer() {
        for bad in [json!([[]]), json!([["a", -1]]), json!([["a", 1.5]]), json!([["a", true]]), json!([["a", {}]])] {
            assert_eq!(outcome(bad.clone()), Err(Contradiction), "{bad}");
        }
    }

    #[test]
    fn vci_b_3_one_claim_is_described_once() {
        assert_eq!(outcome(json!([["a"], ["b"], ["a"]])), Err(Contradiction));
        assert_eq!(outcome(json!([["a", null, "b"], ["a", null, "b"]])), Err(Contradiction));
        assert_eq!(outcome(json!([["a"], ["a", "b"], ["a", "c"], ["b"]])), Ok(()));
    }

    #[test]
    fn vci_b_3_an_array_is_described_by_all_or_by_place() {
        assert_eq!(outcome(json!([["a", null], ["a", 0]])), Err(Contradiction));
        assert_eq!(outcome(json!([["a", null, "x"], ["a", 0, "y"]])), Err(Contradiction));
        assert_eq!(outcome(json!([["a", 0], ["a", 1]])), Ok(()));
        assert_eq!(outcome(json!([["a", null, "x"], ["a", null, "y"]])), Ok(()));
    }

    #[test]
    fn vci_b_3_a_claim_is_an_array_or_an_object() {
        assert_eq!(outcome(json!([["a", null], ["a", "b"]])), Err(Contradiction));
        assert_eq!(outcome(json!([["a", 0, "x"], ["a", "b", "x"]])), Err(Contradiction));
        assert_eq!(outcome(json!([["a", null], ["b", "c"]])), Ok(()));
    }

    #[test]
    fn there_is_an_end() {
        let many: Vec<Value> = (0..=MOST).map(|at| json!([format!("c{at}")])).collect();
        assert_eq!(outcome(json!(many)), Err(Contradiction));
    }
}
