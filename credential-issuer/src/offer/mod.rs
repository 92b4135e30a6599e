//! Offering: holding an award out to one learner, by link and code, or by delivery into a connected wallet.

pub(crate) mod by_hand;
pub(crate) mod deliver;
pub(crate) mod endpoint;
pub(crate) mod fetch;
pub(crate) mod make;
