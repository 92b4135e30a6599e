//! Help, privacy, accessibility, and whose software this is.

use crate::view::{template, words};
use crate::{Lang, PageView};

/// The role that shows the page; the privacy page differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The wallet.
    Wallet,
    /// The issuer.
    Issuer,
    /// The verifier.
    Verifier,
}

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// `/help`
    Help,
    /// `/privacy`
    Privacy,
    /// `/accessibility`
    Accessibility,
    /// `/licence`
    Licence,
}

/// One of the pages behind the footer's links.
#[derive(Clone, Debug)]
pub struct LegalPage {
    /// Which page.
    pub topic: Topic,
    /// In which role.
    pub role: Role,
    /// Who runs this server.
    pub operator: String,
    /// Mail address for questions, when the operator gave one.
    pub contact: Option<String>,
    /// Version of the software.
    pub version: String,
}
