//! Deciding: what a result or an enrolment leads to, by the rules of `model::award`, and writing the decision with all that follows.

pub(crate) mod apply;
pub(crate) mod board;
pub(crate) mod body;
pub(crate) mod content;
pub(crate) mod endpoint;
pub(crate) mod template;
