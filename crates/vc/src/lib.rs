//! Credential formats, keys, DIDs, status lists and verification, without IO.
//!
//! Times are Unix seconds (`i64`), JSON is [`serde_json::Value`]; clock and randomness are handed in.
#![warn(missing_docs)]

pub mod bundled;
pub mod data_integrity;
pub mod did;
pub mod encoding;
pub mod issuer_metadata;
pub mod jcs;
pub mod json_ld;
pub mod json_schema;
pub mod jwe;
pub mod jws;
pub mod key;
pub mod open_badge;
pub mod random;
pub mod report;
pub mod sd_jwt;
mod signature_cache;
pub mod status_list;
pub mod strict_json;
pub mod trust;
pub mod type_metadata;
pub mod vcdm;
pub mod verify;
pub mod x509;

pub use signature_cache::SignatureCache;

/// A JSON object, as used for headers and claims.
pub type Map = serde_json::Map<String, serde_json::Value>;
