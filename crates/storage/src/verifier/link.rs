//! The links by which a question travels. A link and its `state` are found by hash; both are made anew from a key when shown.

use model::Timestamp;
use model::verification::VerificationId;

use crate::{Result, Row, StorageError, VerifierTx, args, hash_token, statements};

statements! {
    INSERT_LINK = "INSERT INTO verification_link (link_hash, state_hash, verification, kind, browser, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (link_hash) DO NOTHING";
    FIND_LINK = "SELECT verification, kind, browser FROM verification_link WHERE link_hash = $1";
    FIND_LINK_BY_STATE = "SELECT verification, kind, browser FROM verification_link WHERE state_hash = $1 AND verification = $2";
}

/// What kind of link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Opened on the device whose browser asked; returns to the asker's `redirect_uri`.
    SameDevice,
    /// Scanned or sent.
    CrossDevice,
    /// The button on the request's own page; returns to that page.
    Page,
}

impl LinkKind {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameDevice => "same_device",
            Self::CrossDevice => "cross_device",
            Self::Page => "page",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::SameDevice, Self::CrossDevice, Self::Page].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A link to be kept.
pub struct NewLink<'a> {
    /// The link's own secret, the last part of its `request_uri`.
    pub link: &'a str,
    /// Its `state`.
    pub state: &'a str,
    /// The question.
    pub verification: &'a VerificationId,
    /// Its kind.
    pub kind: LinkKind,
    /// Hash of the browser to which an answer returns; for the page's button.
    pub browser: Option<Vec<u8>>,
}

/// A link as found.
pub struct Link {
    /// The question.
    pub verification: VerificationId,
    /// Its kind.
    pub kind: LinkKind,
    /// Hash of the browser to which an answer returns.
    pub browser: Option<Vec<u8>>,
}

fn read(row: &Row) -> Result<Link> {
    let kind = LinkKind::parse(&row.text("kind")?).ok_or(StorageError::Row { table: "verification_link", column: "kind" })?;
    Ok(Link { verification: VerificationId::new(row.text("verification")?), kind, browser: row.opt_blob("browser")? })
}

impl VerifierTx {
    /// Keeps a link, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_link(&mut self, link: &NewLink<'_>, now: Timestamp) -> Result<()> {
        let (id, kind, browser) = (link.verification.as_str(), link.kind.as_str(), link.browser.clone());
        self.execute(INSERT_LINK, args![hash_token(link.link), hash_token(link.state), id, kind, browser, now]).await?;
        Ok(())
    }

    /// The link with this secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&mut self, link: &str) -> Result<Option<Link>> {
        self.optional(FIND_LINK, args![hash_token(link)]).await?.as_ref().map(read).transpose()
    }

    /// The link of a question with this `state`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_by_state(&mut self, verification: &VerificationId, state: &str) -> Result<Option<Link>> {
        self.optional(FIND_LINK_BY_STATE, args![hash_token(state), verification.as_str()]).await?.as_ref().map(read).transpose()
    }
}
