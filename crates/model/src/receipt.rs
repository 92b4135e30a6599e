//! An offer on its way into a wallet: offered, redeeming, arrived, then kept, refused or failed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::connection::ConnectionId;
use crate::held::ClaimLabel;
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
    /// Everything that will come came, and waits for the learner to look at it.
    Arrived,
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
            Self::Arrived => "arrived",
            Self::Kept => "kept",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Offered, Self::Redeeming, Self::Arrived, Self::Kept, Self::Refused, Self::Failed];
        all.into_iter().find(|state| state.as_str() == text)
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
    /// How it is fetched.
    #[serde(default)]
    pub grant: OfferGrant,
    /// How the learner gave it to the wallet.
    #[serde(default)]
    pub came: Came,
}

/// How an offer reached the wallet, when the learner brought it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// By its own link, which a browser or a phone's camera opened.
    #[default]
    Link,
    /// By a link or text that was pasted.
    Pasted,
    /// By a photo of its code.
    Photo,
    /// By the camera of the scan page.
    Camera,
}

/// How what is offered is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferGrant {
    /// With a code that is in the offer, and perhaps a transaction code.
    #[default]
    PreAuthorizedCode,
    /// After the learner logged in at the issuer.
    AuthorizationCode,
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
    /// The same labels with the place of their claims, for showing what came.
    #[serde(default)]
    pub labels: Vec<ClaimLabel>,
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
    /// Whether the learner said to go on with an issuer that is in no register.
    pub acknowledged: bool,
    /// Whether what comes is kept without being looked at first: it was delivered, or the learner has looked.
    pub accepted: bool,
    /// Since when the issuer says that it is still preparing it, while it does.
    pub deferred_at: Option<Timestamp>,
}

/// What a redemption has in hand between its calls, sealed in the receipt, so that a restart goes on where it stopped. Holds
/// tokens, so it has no `Debug`.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The access token.
    pub access_token: Option<String>,
    /// When the access token ends, in milliseconds.
    pub token_until: i64,
    /// What to tell the issuer about, when all of it came or will not come.
    #[serde(default)]
    pub notification_ids: Vec<String>,
    /// What the issuer gave that this wallet cannot use.
    #[serde(default)]
    pub unusable_ids: Vec<String>,
    /// Whether the access token is bound to the wallet's DPoP key for this issuer.
    #[serde(default)]
    pub dpop: bool,
    /// For the next access token.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// The last DPoP nonce of the authorization server.
    #[serde(default)]
    pub server_nonce: Option<String>,
    /// The last DPoP nonce of the issuer.
    #[serde(default)]
    pub issuer_nonce: Option<String>,
    /// A `c_nonce` that came with an answer, as drafts up to 13 give it.
    #[serde(default)]
    pub c_nonce: Option<String>,
    /// The answer of a login at the issuer, until it is exchanged.
    #[serde(default)]
    pub code: Option<AuthorizationCode>,
    /// `credential_identifiers` by credential configuration, where the token names them.
    #[serde(default)]
    pub identifiers: BTreeMap<String, Vec<String>>,
    /// What the issuer gives later.
    #[serde(default)]
    pub deferred: Vec<Deferred>,
    /// Whether the authorization server knows the wallet by its `client_id`: key proofs then name it.
    #[serde(default)]
    pub identified: bool,
}

/// An authorization code with what belongs to it.
#[derive(Clone, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The code.
    pub code: String,
    /// PKCE.
    pub verifier: String,
    /// Where the browser came back to.
    pub redirect_uri: String,
    /// The authorization server that was asked.
    pub server: String,
}

/// Something that the issuer gives later (OpenID4VCI section 9).
#[derive(Clone, Serialize, Deserialize)]
pub struct Deferred {
    /// The credential configuration.
    pub configuration: String,
    /// What the issuer knows it by.
    pub transaction_id: String,
    /// Seconds that the issuer wants between two questions.
    pub interval: u64,
    /// Since when, in milliseconds.
    pub since: i64,
}
