//! What the verifier keeps: questions, their links, and answers for as long as was promised.

pub mod link;
pub mod verification;

/// Every statement of the verifier with its name.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [link::STATEMENTS, verification::STATEMENTS].concat()
}
