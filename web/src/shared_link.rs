//! Around a shared link: the PIN page, and the one page for every link that does not work.

use crate::view::{template, words};
use crate::{Lang, PageView};

/// Asks for the PIN of a shared link. The form posts `pin` back to the link.
#[derive(Clone, Debug)]
pub struct PinPage {
    /// Where the form goes: the link itself.
    pub action: String,
    /// The last try was wrong.
    pub wrong: bool,
}

/// One page for a link that never existed, has ended or was stopped: they cannot be told apart (`README.md`, decision 21).
#[derive(Clone, Debug)]
pub struct EndedPage {
    /// Address of the page that checks a file.
    pub verify_url: String,
}
