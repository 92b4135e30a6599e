//! `/verify`: checks anything that is pasted or uploaded, keeps nothing. The result is a [`crate::verdict::VerdictPage`].

use crate::view::{template, words};
use crate::{Lang, PageView};

/// Why the form is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyProblem {
    /// Nothing was given.
    Empty,
    /// More than fits.
    TooLarge,
    /// A picture or file of which we cannot read the content.
    Unreadable,
}

/// The form: field `credential` (text) or `file` (upload), posted as multipart to `/verify`.
#[derive(Clone, Debug)]
pub struct VerifyPage {
    /// Why it is shown again.
    pub problem: Option<VerifyProblem>,
}
