//! Decentralized identifiers: `did:key`, `did:jwk`, `did:web` and `did:webvh`, resolved without IO.
//!
//! [`documents`] says what has to be fetched for a DID, [`resolve`] makes its document of what came. `did:key` and `did:jwk` need
//! nothing; [`key_of_url`] gives their key at once.

mod document;
mod jwk;
mod key;
mod web;
pub mod webvh;

pub use document::{Document, Method, Relationship, build_document};
pub use jwk::jwk_did;
pub use key::{key_did, multikey};
pub use web::{web_did, web_url};

use url::Url;

use crate::key::{Jwk, KeyError};

/// Why a DID or its document was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Not a DID of a method that is supported.
    #[error("unsupported DID method")]
    Method,
    /// The method-specific part, or the fragment, is not what the method makes of it.
    #[error("malformed DID")]
    Malformed,
    /// The DID names a host that is no domain name: an IP address in any notation, or `localhost` where that is not allowed.
    #[error("DID of a host that is not allowed")]
    Host,
    /// The DID names a path with `..`, a slash in a segment, or an empty segment.
    #[error("DID with a path that is not allowed")]
    Path,
    /// A key that is not P-256, P-384 or Ed25519, or not for signatures.
    #[error("unsupported key in DID")]
    Key,
    /// The document is not that of the DID, or not a DID document.
    #[error("malformed DID document")]
    Document,
    /// The document was not there.
    #[error("DID document not found")]
    NotFound,
    /// Its controller ended the DID.
    #[error("deactivated DID")]
    Deactivated,
    /// The log of a `did:webvh` does not hold.
    #[error("DID log refused: {0}")]
    Log(webvh::LogError),
}

impl From<KeyError> for DidError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unsupported => Self::Key,
            _ => Self::Malformed,
        }
    }
}

/// A DID URL in its parts (DID Core 1.0 section 3.2): the DID, the query, the fragment. A path is refused: nothing here has one.
fn split(did_url: &str) -> Result<(&str, Option<&str>, Option<&str>), DidError> {
    let (rest, fragment) = did_url.split_once('#').map_or((did_url, None), |(rest, fragment)| (rest, Some(fragment)));
    let (did, query) = rest.split_once('?').map_or((rest, None), |(did, query)| (did, Some(query)));
    if did.contains('/') { Err(DidError::Malformed) } else { Ok((did, query, fragment)) }
}

/// The key of a `did:jwk` or `did:key`, with or without the fragment of its one verification method.
///
/// # Errors
/// [`DidError::Method`] for other methods, [`DidError::Key`] for keys that verify nothing here, [`DidError::Malformed`].
pub fn key_of_url(did_url: &str) -> Result<Jwk, DidError> {
    let (did, query, fragment) = split(did_url)?;
    let (method, jwk) = of_name(did)?;
    let plain = query.is_none() && fragment.is_none_or(|fragment| fragment == method);
    // `use` decides the relationships of a did:jwk: a key for encryption signs nothing.
    match jwk.usage() {
        _ if !plain => Err(DidError::Malformed),
        Some("enc") => Err(DidError::Key),
        _ => Ok(jwk),
    }
}

/// The key that is in a name, and the fragment of its verification method.
fn of_name(did: &str) -> Result<(&str, Jwk), DidError> {
    if let Some(encoded) = did.strip_prefix("did:jwk:") {
        return Ok(("0", jwk::read(encoded)?));
    }
    let name = did.strip_prefix("did:key:").ok_or(DidError::Method)?;
    Ok((name, key::read(name)?))
}

/// What has to be fetched to resolve a DID, or the DID of a DID URL: nothing for `did:key` and `did:jwk`, the document of a
/// `did:web`, the log of a `did:webvh` and after it the file of its witnesses, which may be missing.
///
/// # Errors
/// When it is not a DID of these methods, or one that names no host on the internet.
pub fn documents(did_url: &str, allow_localhost: bool) -> Result<Vec<Url>, DidError> {
    let (did, _, _) = split(did_url)?;
    if did.starts_with("did:web:") {
        return Ok(vec![web_url(did, allow_localhost)?]);
    }
    if did.starts_with("did:webvh:") {
        return webvh::addresses(did, allow_localhost).map(Vec::from);
    }
    of_name(did).map(|_| Vec::new())
}

/// The document of a DID, or of the DID of a DID URL, from what was fetched for [`documents`].
///
/// Of a `did:webvh` the version that the URL's query names, else the newest; after a move its document names the new DID.
///
/// # Errors
/// Whatever keeps it from being believed: [`DidError`].
pub fn resolve(did_url: &str, fetched: &dyn Fn(&Url) -> Option<Vec<u8>>, now: i64, allow_localhost: bool) -> Result<Document, DidError> {
    let (did, query, _) = split(did_url)?;
    if did.starts_with("did:webvh:") {
        return Ok(webvh::document(did, query, fetched, (now, allow_localhost))?.at(now));
    }
    if query.is_some() {
        return Err(DidError::Malformed);
    }
    if did.starts_with("did:web:") {
        let bytes = fetched(&web_url(did, allow_localhost)?).ok_or(DidError::NotFound)?;
        return Ok(Document::parse(&bytes, did)?.at(now));
    }
    let (fragment, jwk) = of_name(did)?;
    Ok(Document::of_key(did, fragment, jwk))
}
