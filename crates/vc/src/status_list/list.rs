//! The list of a Token Status List: packed entries, uncompressed and in claim `status_list` (sections 4 and 5.1).

use super::compress::{Deflater, MAX_COMPRESSED, Wrapping, inflate};
use super::pieces::Pieces;
use super::{Status, StatusListError};
use crate::encoding::{b64url, b64url_decode};
use serde_json::{Value, json};

/// A list of statuses, uncompressed. Index 0 is in the least significant bits of the first byte.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    bytes: Pieces,
}

impl StatusList {
    /// A list of `len` entries, all valid; `bits` is 1, 2, 4 or 8.
    pub fn new(bits: u8, len: usize) -> Result<Self, StatusListError> {
        Ok(Self { bits, bytes: Pieces::zeros(len.div_ceil(per_byte(bits)?)) })
    }

    /// A list from its uncompressed bytes.
    pub fn from_bytes(bits: u8, bytes: &[u8]) -> Result<Self, StatusListError> {
        per_byte(bits)?;
        Ok(Self { bits, bytes: Pieces::of(bytes) })
    }

    /// Its uncompressed bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    pub(super) fn pieces(&self) -> &Pieces {
        &self.bytes
    }

    /// The bytes that are kept of it: none for parts in which nothing is set.
    pub fn memory(&self) -> usize {
        self.bytes.memory()
    }

    /// Bits of each entry: 1, 2, 4 or 8.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.bytes.len() * 8 / usize::from(self.bits)
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == 0
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
        self.bytes.byte(at).map(|byte| Status::from_value((byte >> shift) & self.mask()))
    }

    /// Sets the status at `index`.
    pub fn set(&mut self, index: usize, status: Status) -> Result<(), StatusListError> {
        let (at, shift) = self.place(index);
        let mask = self.mask();
        if status.value() > mask {
            return Err(StatusListError::Value);
        }
        let byte = self.bytes.byte(at).ok_or(StatusListError::Index)?;
        self.bytes.put(at, (byte & !(mask << shift)) | (status.value() << shift)).ok_or(StatusListError::Index)
    }

    /// Claim `status_list`: `bits` and `lst`, base64url of zlib.
    pub fn encode(&self) -> Result<Value, StatusListError> {
        self.encode_with(&mut Deflater::default())
    }

    /// The same for a list that was encoded before, at the cost of what changed.
    pub fn encode_with(&self, deflater: &mut Deflater) -> Result<Value, StatusListError> {
        let compressed = deflater.deflate(&self.bytes, Wrapping::Zlib)?;
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
        Ok(Self { bits, bytes: inflate(&b64url_decode(text)?, Wrapping::Zlib)? })
    }
}

fn per_byte(bits: u8) -> Result<usize, StatusListError> {
    match bits {
        1 | 2 | 4 | 8 => Ok(8 / usize::from(bits)),
        _ => Err(StatusListError::Bits),
    }
}
