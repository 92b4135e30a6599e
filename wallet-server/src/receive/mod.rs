//! Receiving: an offer comes by delivery, by link or by pasting; its issuer is read, the learner answers, the wallet redeems.

pub(crate) mod check;
pub(crate) mod deliveries;
pub(crate) mod error;
#[cfg(test)]
mod forms_tests;
pub(crate) mod issuer;
pub(crate) mod job;
mod keep;
pub(crate) mod link;
pub(crate) mod notify;
pub(crate) mod offer;
pub(crate) mod page;
pub(crate) mod redeem;
pub(crate) mod scan;
#[cfg(test)]
mod tests;
