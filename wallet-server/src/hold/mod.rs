//! What a learner holds: the overview, one credential, its picture, its status, and deleting it.

pub(crate) mod badge;
pub(crate) mod credential;
pub(crate) mod delete;
pub(crate) mod display;
pub(crate) mod file;
pub(crate) mod filter;
pub(crate) mod form;
pub(crate) mod labels;
pub(crate) mod overview;
pub(crate) mod summary;
pub(crate) mod view;
pub(crate) mod watch;
