//! An offer on its way into a wallet: offered, redeeming, then kept, refused or failed.

use serde::{Deserialize, Serialize};

use crate::connection::ConnectionId;
use crate::id::LearnerId;
use crate::{LocalText, Timestamp, id};

id! {
    /// An offer that a wallet took in: 128 random bits in base62, as in `/wallet/offers/{id}`.
    ReceiptId
}

/// How long an offer that nobody answered is kept, in days.
pub const OFFER_DAYS: i64 = 30;

/// Where a receipt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptState {
    /// The learner sees it and has not answered.
    Offered,
    /// Accepted, or delivered by an institution that the learner connected: the wallet is fetching it.
    Redeeming,
    /// The credentials are in the wallet: all of them, or those that came.
    Kept,
    /// The learner did not want it.
    Refused,
    /// The institution did not give it, or gave something that the wallet does not keep.
    Failed,
}

impl ReceiptState {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Redeeming => "redeeming",
            Self::Kept => "kept",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Offered, Self::Redeeming, Self::Kept, Self::Refused, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing more will happen to it by itself. A refused or failed one can be opened again with the same link.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Kept | Self::Refused | Self::Failed)
    }
}

/// Where the offer can be read, or the offer itself when it came by value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferSource {
    /// `credential_offer_uri`: each fetch gives a fresh code.
    Uri(String),
    /// `credential_offer`: the offer came by value and cannot be fetched again.
    Value,
}

/// What an offer says, as the learner sees it before accepting. Sealed in the receipt; holds a code, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferContent {
    /// Where it came from.
    pub source: OfferSource,
    /// The offer's JSON as it was read.
    pub text: String,
    /// When it was read, in milliseconds. A code lives for minutes; an older offer is fetched again where it can be.
    pub read_at: i64,
    /// What is offered, by credential configuration.
    pub offered: Vec<OfferedCredential>,
    /// The transaction code that is needed, if one is.
    pub tx_code: Option<TxCode>,
    /// The issuer's name by its own metadata, when the register does not know it.
    pub issuer_name: Option<LocalText>,
}

/// One credential configuration of an offer, in the words of the issuer's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedCredential {
    /// Credential configuration id.
    pub configuration: String,
    /// Its format, such as `dc+sd-jwt`.
    pub format: String,
    /// The type (`vct`), for formats that have one.
    pub vct: Option<String>,
    /// The types of a W3C credential.
    #[serde(default)]
    pub types: Vec<String>,
    /// Its name.
    pub name: LocalText,
    /// What the issuer says about it.
    pub description: Option<LocalText>,
    /// Labels of the claims that it can hold, in the issuer's order.
    pub claims: Vec<LocalText>,
}

/// What the issuer says about the transaction code (OpenID4VCI 4.1.1). Its presence alone means that a code is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxCode {
    /// Digits only, as by default.
    pub numeric: bool,
    /// How many characters, when the issuer says so.
    pub length: Option<u32>,
    /// What the issuer says about where the code is found; at most 300 characters.
    pub description: Option<String>,
}

/// An offer in a wallet.
#[derive(Clone)]
pub struct Receipt {
    /// As in its page's address.
    pub id: ReceiptId,
    /// Whose wallet.
    pub learner: LearnerId,
    /// The connection that it was delivered through, if it was.
    pub connection: Option<ConnectionId>,
    /// Credential Issuer Identifier.
    pub issuer: String,
    /// Where it stands.
    pub state: ReceiptState,
    /// What was offered.
    pub content: OfferContent,
    /// The code of the last failure.
    pub failure: Option<String>,
    /// The card that came of it.
    pub card: Option<String>,
    /// When it came in.
    pub created_at: Timestamp,
    /// When an unanswered offer is dropped.
    pub expires_at: Timestamp,
}

/// What a redemption has in hand between its calls, sealed in the receipt, so that a restart goes on where it stopped.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The access token.
    pub access_token: Option<String>,
    /// When the access token ends, in milliseconds.
    pub token_until: i64,
    /// What to tell the issuer about, when all of it came or will not come.
    #[serde(default)]
    pub notification_ids: Vec<String>,
}
