//! The institutions' rows: keys, persons, what came in, awards, offers, credentials and their status.

pub mod achievement;
pub mod authorization;
pub mod award;
pub mod board;
pub mod compromise;
pub mod connection;
pub mod credential;
pub mod deferred;
pub mod encryption_key;
pub mod idempotency;
pub mod intake;
pub mod key;
pub mod offer;
pub mod person;
pub mod status_list;
pub mod token;

/// The statements of the institutions' side, by name.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        achievement::STATEMENTS,
        authorization::STATEMENTS,
        award::STATEMENTS,
        board::STATEMENTS,
        compromise::STATEMENTS,
        connection::STATEMENTS,
        credential::STATEMENTS,
        deferred::STATEMENTS,
        encryption_key::STATEMENTS,
        idempotency::STATEMENTS,
        intake::STATEMENTS,
        key::STATEMENTS,
        offer::STATEMENTS,
        person::STATEMENTS,
        status_list::STATEMENTS,
        token::STATEMENTS,
    ]
    .concat()
}

/// Turns JSON that we wrote ourselves back into its type.
fn decode<T: serde::de::DeserializeOwned>(table: &'static str, column: &'static str, bytes: &[u8]) -> crate::Result<T> {
    serde_json::from_slice(bytes).map_err(|_| crate::StorageError::Row { table, column })
}

/// Writes a type of ours as JSON, to be sealed or kept.
fn encode<T: serde::Serialize>(table: &'static str, column: &'static str, value: &T) -> crate::Result<zeroize::Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value).map(zeroize::Zeroizing::new).map_err(|_| crate::StorageError::Row { table, column })
}

/// Writes a list of codes as JSON text.
fn codes<T: serde::Serialize>(table: &'static str, column: &'static str, value: &T) -> crate::Result<String> {
    serde_json::to_string(value).map_err(|_| crate::StorageError::Row { table, column })
}
