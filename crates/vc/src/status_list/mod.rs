//! Token Status List (draft-ietf-oauth-status-list): two bits per credential, published as a signed, compressed list.

mod token;

pub use token::{StatusListToken, TokenClaims, TokenKeys, issue_token, read_token, token_payload};

use crate::encoding::{EncodingError, b64url, b64url_decode};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use std::io::{Read, Write};

/// Bits per entry of our own lists: valid, invalid, suspended.
pub const BITS: u8 = 2;
/// Entries of our own lists: 2^20, so that an index hides in a crowd.
pub const ENTRIES: usize = 1 << 20;
/// Most compressed bytes that are read.
pub const MAX_COMPRESSED: usize = 4 << 20;
/// Most inflated bytes that are kept.
pub const MAX_INFLATED: usize = 16 << 20;
/// DEFLATE cannot inflate to more than this many times its input.
const MAX_RATIO: usize = 1032;

/// Status of one credential (section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// `0x00`.
    Valid,
    /// `0x01`: revoked, for good.
    Invalid,
    /// `0x02`: for the time being.
    Suspended,
    /// Anything else; what it means is up to the application.
    Other(u8),
}

impl Status {
    /// The value in the list.
    pub fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Other(value) => value,
        }
    }

    /// The status with this value.
    pub fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

/// Why a list or its token was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// `bits` is not 1, 2, 4 or 8.
    #[error("unsupported number of bits")]
    Bits,
    /// No entry with this index.
    #[error("index outside the list")]
    Index,
    /// The value needs more bits than the list has.
    #[error("status does not fit the list")]
    Value,
    /// Compressed or inflated over the limit.
    #[error("status list over its limit")]
    Limit,
    /// Not base64url of one whole zlib stream.
    #[error("not a zlib stream")]
    Encoding,
    /// A claim of the token is missing or of the wrong type, or it is no JWT.
    #[error("malformed status list token")]
    Malformed,
    /// `typ` is not `statuslist+jwt`.
    #[error("wrong typ")]
    Type,
    /// `sub` is not the address at which the list was fetched.
    #[error("list of another address")]
    Subject,
    /// `exp` has passed, or `iat` lies ahead.
    #[error("status list token outside its dates")]
    Dates,
    /// Signature, chain or anchor.
    #[error("status list token is not signed by a known issuer")]
    Signature,
}

impl From<EncodingError> for StatusListError {
    fn from(_: EncodingError) -> Self {
        Self::Encoding
    }
}

/// A list of statuses, uncompressed. Index 0 is in the least significant bits of the first byte.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list of `len` entries, all valid; `bits` is 1, 2, 4 or 8.
    pub fn new(bits: u8, len: usize) -> Result<Self, StatusListError> {
        Self::from_bytes(bits, vec![0; len.div_ceil(per_byte(bits)?)])
    }

    /// A list from its uncompressed bytes.
    pub fn from_bytes(bits: u8, bytes: Vec<u8>) -> Result<Self, StatusListError> {
        per_byte(bits)?;
        Ok(Self { bits, bytes })
    }

    /// Its uncompressed bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.bytes.len() * 8 / usize::from(self.bits)
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Byte and shift of an entry.
    fn place(&self, index: usize) -> (usize, u8) {
        let per_byte = 8 / usize::from(self.bits);
        (index / per_byte, u8::try_from(index % per_byte).unwrap_or_default() * self.bits)
    }

    /// Mask of one entry, not shifted.
    fn mask(&self) -> u8 {
        u8::MAX >> (8 - self.bits)
    }

    /// Status at `index`; `None` outside the list.
    pub fn status(&self, index: usize) -> Option<Status> {
        let (at, shift) = self.place(index);
        self.bytes.get(at).map(|byte| Status::from_value((byte >> shift) & self.mask()))
    }

    /// Sets the status at `index`.
    pub fn set(&mut self, index: usize, status: Status) -> Result<(), StatusListError> {
        let (at, shift) = self.place(index);
        let mask = self.mask();
        if status.value() > mask {
            return Err(StatusListError::Value);
        }
        let byte = self.bytes.get_mut(at).ok_or(StatusListError::Index)?;
        *byte = (*byte & !(mask << shift)) | (status.value() << shift);
        Ok(())
    }

    /// Claim `status_list`: `bits` and `lst`, base64url of zlib at its best compression.
    pub fn encode(&self) -> Result<Value, StatusListError> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&self.bytes).map_err(|_| StatusListError::Encoding)?;
        let compressed = encoder.finish().map_err(|_| StatusListError::Encoding)?;
        Ok(json!({"bits": self.bits, "lst": b64url(compressed)}))
    }

    /// Reads claim `status_list`. Sizes are known to be within the limits before anything big is allocated.
    pub fn decode(claim: &Value) -> Result<Self, StatusListError> {
        let bits = claim.get("bits").and_then(Value::as_u64).and_then(|b| u8::try_from(b).ok()).ok_or(StatusListError::Malformed)?;
        per_byte(bits)?;
        let text = claim.get("lst").and_then(Value::as_str).ok_or(StatusListError::Malformed)?;
        if text.len() > MAX_COMPRESSED / 3 * 4 {
            return Err(StatusListError::Limit);
        }
        Self::from_bytes(bits, inflate(&b64url_decode(text)?)?)
    }
}

fn per_byte(bits: u8) -> Result<usize, StatusListError> {
    match bits {
        1 | 2 | 4 | 8 => Ok(8 / usize::from(bits)),
        _ => Err(StatusListError::Bits),
    }
}

fn inflate(compressed: &[u8]) -> Result<Vec<u8>, StatusListError> {
    // Measured in constant memory first, unless the input is too short to be a bomb.
    if compressed.len() > MAX_INFLATED / MAX_RATIO {
        let mut counted = ZlibDecoder::new(compressed).take(MAX_INFLATED as u64 + 1);
        let size = std::io::copy(&mut counted, &mut std::io::sink()).map_err(|_| StatusListError::Encoding)?;
        if size > MAX_INFLATED as u64 {
            return Err(StatusListError::Limit);
        }
    }
    let mut decoder = ZlibDecoder::new(compressed);
    let mut out = Vec::new();
    decoder.read_to_end(&mut out).map_err(|_| StatusListError::Encoding)?;
    if decoder.total_in() != compressed.len() as u64 {
        return Err(StatusListError::Encoding);
    }
    Ok(out)
}
