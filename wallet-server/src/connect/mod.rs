//! Connecting an institution, so that what it awards comes by itself (`interfaces.md` section 5), and ending that again.

mod attempt;
pub(crate) mod callback;
pub(crate) mod disconnect;
pub(crate) mod list;
pub(crate) mod page;
mod register;
#[cfg(test)]
mod tests;
