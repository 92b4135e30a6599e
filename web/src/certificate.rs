//! The printable certificate: one A4, black on white, that says itself that it is not the proof.

use crate::head::Kind;
use crate::verdict::{Content, Face};
use crate::view::{template, words};
use crate::{Lang, Moment, PageView, Text};

/// The link that stands on the paper.
#[derive(Clone, Debug)]
pub struct PaperLink {
    /// The whole address, also in the QR.
    pub url: String,
    /// The end of the link; nothing means until the holder stops it.
    pub until: Option<Moment>,
    /// A short code to type, with the address where to type it.
    pub short_code: Option<(String, String)>,
}

/// A certificate to print.
#[derive(Clone, Debug)]
pub struct CertificatePage {
    /// The state at the moment of printing. Only a genuine credential has a certificate.
    pub face: Face,
    /// What kind of credential.
    pub kind: Kind,
    /// Name of the issuer, from the register.
    pub issuer: Text,
    /// What it says.
    pub content: Content,
    /// The link on the paper; nothing when it was opened from the wallet without a link.
    pub link: Option<PaperLink>,
    /// Where "back" leads.
    pub back: String,
    /// When it was checked.
    pub checked_at: Moment,
}
