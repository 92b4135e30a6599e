//! SD-JWT (RFC 9901): preparing and signing, reading, revealing a part, and key binding.

mod binding;
mod conceal;
mod digest;
mod issuer_key;
mod json;
mod path;
mod prepare;
mod process;
mod vc;

pub use binding::{BindingError, Expected, IatWindow};
pub use conceal::{Concealment, Decoys};
pub use digest::HashAlgorithm;
pub(crate) use issuer_key::verification_method;
pub use issuer_key::{IssuerKey, IssuerKeyError, issuer_keys};
pub use path::{Path, Segment};
pub use prepare::{PrepareError, Prepared, SignError, prepare, prepare_with};
pub use process::Disclosure;
pub use vc::{Content, ContentError, NEVER_HIDDEN, OLD_TYP, TYP, content, numeric_date};

use crate::Map;
use crate::jws::{Jws, JwsError};
use std::fmt;

/// Largest SD-JWT that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// Most disclosures.
pub const MAX_DISCLOSURES: usize = 256;
/// Most digests, decoys included.
pub const MAX_DIGESTS: usize = 2048;
/// `typ` of a key binding JWT.
pub const KEY_BINDING_TYP: &str = "kb+jwt";

/// Why an SD-JWT was refused; `code()` is what reports carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdJwtError {
    /// Over 256 KiB, 256 disclosures, 2,048 digests or 16 levels.
    #[error("over a limit")]
    Limit,
    /// Not `<JWT>~…~` or `<JWT>~…~<KB-JWT>`.
    #[error("not an SD-JWT")]
    Malformed,
    /// The issuer-signed JWT is no JWS with an object as payload.
    #[error("issuer-signed JWT: {0}")]
    Jwt(JwsError),
    /// A disclosure is not base64url of a JSON array with salt, name and value.
    #[error("malformed disclosure")]
    Disclosure,
    /// `_sd_alg` is no text, or none of `sha-256`, `sha-384` and `sha-512`.
    #[error("unknown digest algorithm")]
    Algorithm,
    /// `_sd` or `...` is not what section 4.2.4 makes of it, or `_sd_alg` stands below the top.
    #[error("malformed digest")]
    Digest,
    /// A digest occurs twice, or a disclosure was sent twice.
    #[error("digest or disclosure occurs twice")]
    Duplicate,
    /// A disclosure for an array element in an object's place, or the other way round.
    #[error("disclosure of the wrong kind")]
    Kind,
    /// A disclosure names `_sd`, `_sd_alg` or `...`, or a claim that is already there.
    #[error("disclosed name clashes")]
    Name,
    /// A disclosure that no digest refers to.
    #[error("unreferenced disclosure")]
    Unreferenced,
}

impl SdJwtError {
    /// Stable code of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Malformed => "malformed",
            Self::Jwt(_) => "malformed_jwt",
            Self::Disclosure => "malformed_disclosure",
            Self::Algorithm => "unknown_sd_alg",
            Self::Digest => "malformed_digest",
            Self::Duplicate => "duplicate_digest",
            Self::Kind => "disclosure_kind",
            Self::Name => "disclosure_name",
            Self::Unreferenced => "unreferenced_disclosure",
        }
    }
}

/// An SD-JWT whose disclosures all fit their digests. Not verified: see `crate::verify`.
#[derive(Clone)]
pub struct SdJwt {
    jwt: Jws,
    disclosures: Vec<Disclosure>,
    key_binding: Option<Jws>,
    claims: Map,
    algorithm: HashAlgorithm,
    /// `kid` of the unprotected header, which only the JSON serialisation has.
    kid: Option<String>,
}

impl SdJwt {
    /// Reads an SD-JWT or SD-JWT+KB in compact form and processes its disclosures (section 7.1, without the signature).
    /// [`SdJwt::parse_json`] reads the JSON form.
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_BYTES {
            return Err(SdJwtError::Limit);
        }
        let (front, key_binding) = text.rsplit_once('~').ok_or(SdJwtError::Malformed)?;
        let mut parts = front.split('~');
        let jwt = Jws::parse(parts.next().unwrap_or_default()).map_err(SdJwtError::Jwt)?;
        let disclosures: Vec<&str> = parts.collect();
        let key_binding = match key_binding {
            "" => None,
            text => Some(Jws::parse(text).map_err(|_| SdJwtError::Malformed)?),
        };
        Self::assemble(jwt, &disclosures, key_binding)
    }

    fn assemble(jwt: Jws, disclosures: &[&str], key_binding: Option<Jws>) -> Result<Self, SdJwtError> {
        let payload = jwt.payload_unverified().as_object().ok_or(SdJwtError::Malformed)?;
        let algorithm = HashAlgorithm::of(payload)?;
        let (claims, disclosures) = process::process(payload, disclosures, algorithm)?;
        Ok(Self { jwt, disclosures, key_binding, claims, algorithm, kid: None })
    }

    /// The issuer-signed JWT.
    pub fn jwt(&self) -> &Jws {
        &self.jwt
    }

    /// The disclosures, in the order in which they stand, each with the path of its claim.
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// The key binding JWT, when this is a presentation.
    pub fn key_binding(&self) -> Option<&Jws> {
        self.key_binding.as_ref()
    }

    /// The payload with everything disclosed put in its place, unverified; without `_sd` and `_sd_alg`.
    pub fn disclosed_claims(&self) -> &Map {
        &self.claims
    }

    /// What its digests were made with.
    pub fn hash_algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// `kid` of the issuer-signed JWT: of the protected header, else of the unprotected one. A hint, never proof.
    pub fn kid(&self) -> Option<&str> {
        self.jwt.kid().or(self.kid.as_deref())
    }

    /// `iss` of the issuer-signed JWT, unverified.
    pub fn issuer(&self) -> Option<&str> {
        self.claims.get("iss").and_then(serde_json::Value::as_str)
    }

    /// `vct`, unverified.
    pub fn vct(&self) -> Option<&str> {
        self.claims.get("vct").and_then(serde_json::Value::as_str)
    }

    /// Without its key binding JWT.
    #[must_use]
    pub fn without_key_binding(mut self) -> Self {
        self.key_binding = None;
        self
    }

    /// Only what `paths` select stays disclosed: a selected claim with everything under it, and what it stands in.
    /// Claims that were never concealed stay; a key binding JWT is dropped, because it no longer fits.
    pub fn reveal(&self, paths: &[Path]) -> Result<Self, SdJwtError> {
        self.keep(|disclosure| paths.iter().any(|path| path.touches(disclosure.path())))
    }

    /// Only the disclosures that are `wanted` stay, and those that they stand in (section 7.2), nothing under them.
    /// A key binding JWT is dropped.
    pub fn reveal_only(&self, wanted: impl Fn(&Disclosure) -> bool) -> Result<Self, SdJwtError> {
        let wanted: Vec<&Path> = self.disclosures.iter().filter(|d| wanted(d)).map(Disclosure::path).collect();
        self.keep(|disclosure| wanted.iter().any(|path| disclosure.path().covers(path)))
    }

    fn keep(&self, kept: impl Fn(&Disclosure) -> bool) -> Result<Self, SdJwtError> {
        let kept: Vec<&str> = self.disclosures.iter().filter(|d| kept(d)).map(Disclosure::as_str).collect();
        let mut part = Self::assemble(self.jwt.clone(), &kept, None)?;
        part.kid.clone_from(&self.kid);
        Ok(part)
    }

    /// Everything up to and including the last `~`: what `sd_hash` covers.
    fn unbound(&self) -> String {
        let disclosures: usize = self.disclosures.iter().map(|d| d.as_str().len() + 1).sum();
        let mut out = String::with_capacity(self.jwt.as_str().len() + disclosures + 1);
        out.push_str(self.jwt.as_str());
        for disclosure in &self.disclosures {
            out.push('~');
            out.push_str(disclosure.as_str());
        }
        out.push('~');
        out
    }
}

/// The compact form, byte for byte as read or built.
impl fmt::Display for SdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unbound())?;
        f.write_str(self.key_binding.as_ref().map_or("", Jws::as_str))
    }
}
