//! Intake: reading a source, seeing what changed, and handing it to the rules. Payloads live sealed and only until decided.

pub(crate) mod decide;
pub(crate) mod poll;
pub(crate) mod push;
pub(crate) mod source;
