//! The wallet's own rows: learners, connections, receipts, credentials and what happened to them.

pub mod activity;
pub mod arrived;
pub mod badge_grant;
pub mod badge_platform;
pub mod badge_token;
pub mod client_key;
pub mod connection;
pub mod consent;
pub mod copy;
pub mod credential;
pub mod device;
pub mod feed;
pub mod holder_key;
pub mod import;
pub mod learner;
pub mod notice;
pub mod permission;
pub mod receipt;
pub mod renewal;
pub mod share;
pub mod wish;

/// The statements of the learner's side, by name.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        activity::STATEMENTS,
        arrived::STATEMENTS,
        badge_grant::STATEMENTS,
        badge_platform::STATEMENTS,
        badge_token::STATEMENTS,
        client_key::STATEMENTS,
        connection::STATEMENTS,
        consent::STATEMENTS,
        copy::STATEMENTS,
        credential::STATEMENTS,
        device::STATEMENTS,
        feed::STATEMENTS,
        holder_key::STATEMENTS,
        import::STATEMENTS,
        learner::STATEMENTS,
        notice::STATEMENTS,
        permission::STATEMENTS,
        receipt::STATEMENTS,
        renewal::STATEMENTS,
        share::STATEMENTS,
        wish::STATEMENTS,
    ]
    .concat()
}

/// Turns JSON that we wrote ourselves back into its type.
pub(crate) fn decode<T: serde::de::DeserializeOwned>(table: &'static str, column: &'static str, bytes: &[u8]) -> crate::Result<T> {
    serde_json::from_slice(bytes).map_err(|_| crate::StorageError::Row { table, column })
}

/// Writes a type of ours as JSON, to be sealed.
pub(crate) fn encode<T: serde::Serialize>(
    table: &'static str,
    column: &'static str,
    value: &T,
) -> crate::Result<zeroize::Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value).map(zeroize::Zeroizing::new).map_err(|_| crate::StorageError::Row { table, column })
}
