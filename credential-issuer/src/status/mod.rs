//! Whether a credential still holds: changing it, and publishing it to everybody at once.

pub(crate) mod change;
pub(crate) mod lists;
pub(crate) mod places;
pub(crate) mod publish;
