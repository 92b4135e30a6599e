//! OpenID4VCI 1.0: offers, issuer metadata, nonces, key proofs, credential requests and answers, notifications.

pub mod claims;
pub mod credential;
pub mod deferred;
pub mod di_vp;
pub mod encryption;
pub mod issuer_metadata;
pub mod key_attestation;
pub mod nonce;
pub mod notification;
pub mod offer;
pub mod older;
pub mod proof;
