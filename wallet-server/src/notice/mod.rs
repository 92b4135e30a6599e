//! What is told where, and mail: off until the operator names a server, plain text, without a word on what it is about.

pub(crate) mod job;
pub(crate) mod mailer;
pub(crate) mod settings;
#[cfg(test)]
mod tests;
