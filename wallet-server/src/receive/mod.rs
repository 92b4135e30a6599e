//! Receiving: an offer comes by delivery, by link or by pasting; its issuer is read, the learner answers, the wallet redeems.

mod accept;
mod ask;
mod authorize;
pub(crate) mod check;
pub(crate) mod collected;
pub(crate) mod deferred;
pub(crate) mod deliveries;
pub(crate) mod error;
#[cfg(test)]
mod forms_tests;
pub(crate) mod issuer;
pub(crate) mod job;
mod keep;
pub(crate) mod link;
mod look;
pub(crate) mod notify;
pub(crate) mod offer;
pub(crate) mod page;
pub(crate) mod redeem;
pub(crate) mod renew;
pub(crate) mod scan;
mod session;
#[cfg(test)]
mod tests;
mod type_labels;
