//! The feed: what a learner is told in the wallet, and by mail where the operator has it.

pub(crate) mod page;
pub(crate) mod tell;
#[cfg(test)]
mod tests;

pub(crate) use tell::tell;
