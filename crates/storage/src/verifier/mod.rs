//! What the verifier keeps.

/// Every statement of the verifier with its name.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    Vec::new()
}
