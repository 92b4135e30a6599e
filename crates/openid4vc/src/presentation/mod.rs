//! OpenID4VP 1.0: authorization requests by value, as request object and by reference; who asks and how that is proven; answers.

pub mod client_id;
pub mod client_metadata;
pub mod object;
pub mod request;
pub mod response;
pub mod source;
mod verifier_attestation;
pub mod verifier_info;
pub mod vp_formats;
pub mod vp_token;
pub mod w3c;

use url::Url;

use crate::dcql::QueryError;

/// Why an authorization request is refused. [`RequestError::code`] is the code of the catalogue of bad inputs (rows R and Q).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Malformed, or a parameter that we need is missing (row R8 and others).
    #[error("invalid_request")]
    Invalid,
    /// The request object's `typ` (row R1).
    #[error("request_typ")]
    Typ,
    /// `client_id` outside and inside differ (row R2).
    #[error("client_mismatch")]
    ClientMismatch,
    /// A reserved, unknown or unsupported prefix, or one that does not go with this kind of request (rows R3, R4).
    #[error("client_prefix")]
    ClientPrefix,
    /// A client of a federation, which nobody configured here.
    #[error("client_federation")]
    Federation,
    /// The client is not who its identifier says (rows R5, R6).
    #[error("client_auth")]
    ClientAuth,
    /// A `request_uri_method` other than `get` and `post` (row R9).
    #[error("invalid_request_uri_method")]
    RequestUriMethod,
    /// A `request_uri` scheme that is not fetched.
    #[error("request_uri_scheme")]
    RequestUriScheme,
    /// A `request_uri` with an address literal.
    #[error("request_uri_address")]
    RequestUriAddress,
    /// The object does not repeat the wallet's nonce (row R10).
    #[error("wallet_nonce")]
    WalletNonce,
    /// `transaction_data`, which we do not support (row R12).
    #[error("invalid_transaction_data")]
    TransactionData,
    /// No format that we speak (row Q7).
    #[error("vp_formats_not_supported")]
    Formats,
    /// The request object has ended.
    #[error("request_expired")]
    Expired,
}

impl RequestError {
    /// The code for pages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_request",
            Self::Typ => "request_typ",
            Self::ClientMismatch => "client_mismatch",
            Self::ClientPrefix => "client_prefix",
            Self::Federation => "client_federation",
            Self::ClientAuth => "client_auth",
            Self::RequestUriMethod => "invalid_request_uri_method",
            Self::RequestUriScheme => "request_uri_scheme",
            Self::RequestUriAddress => "request_uri_address",
            Self::WalletNonce => "wallet_nonce",
            Self::TransactionData => "invalid_transaction_data",
            Self::Formats => "vp_formats_not_supported",
            Self::Expired => "request_expired",
        }
    }
}

impl From<QueryError> for RequestError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Invalid => Self::Invalid,
            QueryError::Formats => Self::Formats,
        }
    }
}

/// A refused request: what the learner's page says, and the error that is posted to a client that authenticated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// Why.
    pub error: RequestError,
    /// Where to post the error, and with which `state`; `None`: nowhere.
    pub answer: Option<(Url, Option<String>)>,
}

impl From<RequestError> for Refusal {
    fn from(error: RequestError) -> Self {
        Self { error, answer: None }
    }
}
