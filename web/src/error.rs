//! What went wrong, in words: what happened, whether anything was shared, what to do, and a reference.

use crate::view::{template, words};
use crate::{ErrorMark, Lang, Moment, PageView};

/// Whether anything left the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// Nothing was shared.
    Nothing,
    /// It is not certain whether the other side received it.
    Uncertain,
    /// Sharing was not at stake.
    NotAtStake,
}

/// A page for any failure, with a code of the catalogue (`security.md` section 3).
#[derive(Clone, Debug)]
pub struct ErrorPage {
    /// Stable code: `offer_uri_scheme`, `request_used` …; on the page as `data-error`.
    pub code: String,
    /// HTTP status, for the words of codes that we have no own words for.
    pub status: u16,
    /// The reference under which the cause was logged; on the page as `data-reference`.
    pub reference: String,
    /// When.
    pub at: Moment,
    /// Whether anything was shared.
    pub shared: Shared,
    /// Where to try again.
    pub retry: Option<String>,
    /// The start of this role.
    pub home: String,
}

/// 401: the session has ended. Says so, and has a link to log in; never redirects (`interfaces.md` section 3).
#[derive(Clone, Debug)]
pub struct SessionEndedPage {
    /// The reference, on the page as `data-reference`.
    pub reference: String,
    /// Link that starts a login.
    pub login: String,
}
