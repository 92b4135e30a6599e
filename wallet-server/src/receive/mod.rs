//! Receiving: an offer comes by delivery, by link or by pasting; its issuer is read, the learner answers, the wallet redeems.

mod accept;
#[cfg(test)]
mod any_tests;
mod ask;
mod attest;
#[cfg(test)]
mod attest_tests;
mod authorize;
pub(crate) mod check;
pub(crate) mod collected;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod copies_tests;
pub(crate) mod deferred;
#[cfg(test)]
mod deferred_tests;
pub(crate) mod deliveries;
pub(crate) mod error;
#[cfg(test)]
mod forms_tests;
pub(crate) mod issuer;
pub(crate) mod job;
mod keep;
pub(crate) mod link;
#[cfg(test)]
mod login_tests;
pub(crate) mod look;
#[cfg(test)]
mod musts;
pub(crate) mod notify;
pub(crate) mod offer;
pub(crate) mod page;
pub(crate) mod photo;
#[cfg(test)]
mod photo_tests;
pub(crate) mod redeem;
pub(crate) mod renew;
#[cfg(test)]
mod rows_tests;
pub(crate) mod scan;
#[cfg(test)]
mod servers_tests;
mod session;
#[cfg(test)]
mod ssrf_tests;
#[cfg(test)]
mod tests;
mod type_labels;

pub(crate) use look::name_differs;
