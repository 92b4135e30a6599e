//! The printable certificate: one A4, black on white, that says itself that it is not the proof.

use askama::Template;

use crate::verdict::{Content, Face, Kind};
use crate::{Frame, Lang, PageView};

/// The link that stands on the paper.
#[derive(Clone, Debug)]
pub struct PaperLink {
    /// The whole address, also in the QR.
    pub url: String,
    /// The end of the link, Unix seconds; nothing means until the holder stops it.
    pub until: Option<i64>,
    /// A short code to type, with the address where to type it.
    pub short_code: Option<(String, String)>,
}

/// A certificate to print.
#[derive(Clone, Debug)]
pub struct CertificatePage {
    /// The frame around it.
    pub frame: Frame,
    /// The state at the moment of printing. Only a genuine credential has a certificate.
    pub face: Face,
    /// What kind of credential.
    pub kind: Kind,
    /// Name of the issuer, from the register.
    pub issuer: String,
    /// What it says.
    pub content: Content,
    /// The link on the paper; nothing when it was opened from the wallet without a link.
    pub link: Option<PaperLink>,
    /// Where "back" leads.
    pub back: String,
    /// When it was checked, Unix seconds.
    pub checked_at: i64,
}
