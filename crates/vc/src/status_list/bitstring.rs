//! Bitstring Status List 1.0: a bit, or a few, per credential; gzip in multibase `u`, and the credential that carries it.

use super::compress::{Deflater, MAX_COMPRESSED, Wrapping, inflate};
use super::pieces::{Filling, PIECE, Pieces};
use super::{Status, StatusList, StatusListError};
use crate::Map;
use crate::encoding::{b64url, b64url_decode};
use crate::report::rfc3339;
use serde_json::{Value, json};

/// Fewest entries of a list (section 5.1), so that an index hides in a crowd.
pub const MIN_ENTRIES: usize = 131_072;
/// Most bits of an entry that are read.
pub const MAX_SIZE: u8 = 32;

/// `statusPurpose` (section 2.1): what a bit that is set says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Withdrawn, for good.
    Revocation,
    /// Withdrawn for the time being.
    Suspension,
    /// A newer credential is to be had.
    Refresh,
    /// A message, by its value.
    Message,
}

impl Purpose {
    /// The value of `statusPurpose`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
            Self::Refresh => "refresh",
            Self::Message => "message",
        }
    }

    /// The purpose with this value; others are left to their inventors.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Revocation, Self::Suspension, Self::Refresh, Self::Message].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// A bitstring, uncompressed. Index 0 is the most significant bit of the first byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitstring {
    bytes: Pieces,
}

impl Bitstring {
    /// `len` bits, none set; rounded up to whole bytes and to the fewest that are allowed.
    pub fn new(len: usize) -> Self {
        Self { bytes: Pieces::zeros(len.max(MIN_ENTRIES).div_ceil(8)) }
    }

    /// A bitstring from its uncompressed bytes; too short a one is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatusListError> {
        Self::from_pieces(Pieces::of(bytes))
    }

    fn from_pieces(bytes: Pieces) -> Result<Self, StatusListError> {
        if bytes.len() < MIN_ENTRIES / 8 { Err(StatusListError::Length) } else { Ok(Self { bytes }) }
    }

    /// The entries of a Token Status List that have this status, one bit each.
    pub fn of(list: &StatusList, status: Status) -> Self {
        if list.bits() == 2 && status != Status::Valid {
            return Self { bytes: from_pairs(list.pieces(), status.value()) };
        }
        let mut bits = Self::new(list.len());
        for index in (0..list.len()).filter(|index| list.status(*index) == Some(status)) {
            // Every index of the list is one of these bits.
            let _ = bits.set(index, true);
        }
        bits
    }

    /// Sets or clears the bit at `index`.
    pub fn set(&mut self, index: usize, on: bool) -> Result<(), StatusListError> {
        let byte = self.bytes.byte(index / 8).ok_or(StatusListError::Index)?;
        let mask = 0x80 >> (index % 8);
        self.bytes.put(index / 8, if on { byte | mask } else { byte & !mask }).ok_or(StatusListError::Index)
    }

    /// Its uncompressed bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    /// The bytes that are kept of it: none for parts in which nothing is set.
    pub fn memory(&self) -> usize {
        self.bytes.memory()
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.bytes.len() * 8
    }

    /// Whether it has no bit; never so.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == 0
    }

    /// The value of entry `index` when entries are `size` bits wide, its first bit the most significant (section 3.2).
    pub fn value(&self, index: u64, size: u8) -> Result<u32, StatusListError> {
        if size == 0 || size > MAX_SIZE {
            return Err(StatusListError::Entry);
        }
        if self.len() / usize::from(size) < MIN_ENTRIES {
            return Err(StatusListError::Length);
        }
        let first = usize::try_from(index).ok().and_then(|index| index.checked_mul(usize::from(size))).ok_or(StatusListError::Index)?;
        (0..usize::from(size)).try_fold(0u32, |value, at| {
            let bit = first.checked_add(at).ok_or(StatusListError::Index)?;
            let byte = self.bytes.byte(bit / 8).ok_or(StatusListError::Index)?;
            Ok(value << 1 | u32::from(byte >> (7 - bit % 8) & 1))
        })
    }

    /// Member `encodedList`: `u` and base64url of gzip.
    pub fn encode(&self) -> Result<String, StatusListError> {
        self.encode_with(&mut Deflater::default())
    }

    /// The same for a list that was encoded before, at the cost of what changed.
    pub fn encode_with(&self, deflater: &mut Deflater) -> Result<String, StatusListError> {
        Ok(format!("u{}", b64url(deflater.deflate(&self.bytes, Wrapping::Gzip)?)))
    }

    /// Reads `encodedList`. Sizes are known to be within the limits before anything big is allocated.
    pub fn decode(text: &str) -> Result<Self, StatusListError> {
        Self::decode_base64url(text.strip_prefix('u').ok_or(StatusListError::Encoding)?)
    }

    /// The same without multibase, as StatusList2021 had it.
    pub(super) fn decode_base64url(text: &str) -> Result<Self, StatusListError> {
        if text.len() > MAX_COMPRESSED / 3 * 4 {
            return Err(StatusListError::Limit);
        }
        Self::from_pieces(inflate(&b64url_decode(text)?, Wrapping::Gzip)?)
    }
}

/// Four entries of two bits become four bits, by a table: this runs at every change of a list. `value` is not zero.
fn from_pairs(packed: &Pieces, value: u8) -> Pieces {
    let four = |byte: u8| (0..4u8).filter(|at| (byte >> (2 * at)) & 3 == value).fold(0u8, |bits, at| bits | (8 >> at));
    let mut table = [0u8; 256];
    for (byte, bits) in (0..=u8::MAX).zip(&mut table) {
        *bits = four(byte);
    }
    let bits_of = |byte: Option<&u8>| byte.and_then(|byte| table.get(usize::from(*byte))).copied().unwrap_or_default();
    let (mut filling, mut bits) = (Filling::default(), [0u8; PIECE / 2]);
    for (piece, bytes) in packed.iter() {
        let half = bits.get_mut(..bytes.len().div_ceil(2)).unwrap_or_default();
        match piece {
            Some(_) => {
                half.iter_mut().zip(bytes.chunks(2)).for_each(|(bits, pair)| *bits = bits_of(pair.first()) << 4 | bits_of(pair.get(1)))
            }
            None => half.fill(0),
        }
        filling.push(half);
    }
    filling.finish_at_least(MIN_ENTRIES / 8)
}

/// Member `encodedList` of a list.
pub fn encode(bits: &Bitstring) -> Result<String, StatusListError> {
    bits.encode()
}

/// The list of a member `encodedList`.
pub fn decode(text: &str) -> Result<Bitstring, StatusListError> {
    Bitstring::decode(text)
}

/// What a list credential says beside its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFacts<'a> {
    /// `id`: the address at which the list is served, equal to `statusListCredential` of the credentials.
    pub uri: &'a str,
    /// `issuer`, the same as of the credentials.
    pub issuer: &'a str,
    /// `statusPurpose`.
    pub purpose: Purpose,
    /// `validFrom`, Unix seconds; readers refuse to go back to an older one.
    pub valid_from: i64,
    /// `validUntil`, Unix seconds.
    pub valid_until: i64,
    /// For how many seconds a copy may be used; written in milliseconds as `ttl`.
    pub ttl: i64,
}

/// The unsigned `BitstringStatusListCredential` of a list of single bits (section 2.2).
pub fn credential(list: &Bitstring, facts: &ListFacts<'_>) -> Result<Map, StatusListError> {
    credential_with(list, facts, &mut Deflater::default())
}

/// The same for a list that was published before, at the cost of what changed.
pub fn credential_with(list: &Bitstring, facts: &ListFacts<'_>, deflater: &mut Deflater) -> Result<Map, StatusListError> {
    let date = |seconds| rfc3339(seconds).ok_or(StatusListError::Dates);
    let document = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": facts.uri,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": facts.issuer,
        "validFrom": date(facts.valid_from)?,
        "validUntil": date(facts.valid_until)?,
        "credentialSubject": {
            "id": format!("{}#list", facts.uri),
            "type": "BitstringStatusList",
            "statusPurpose": facts.purpose.as_str(),
            "ttl": facts.ttl.saturating_mul(1000),
            "encodedList": list.encode_with(deflater)?,
        },
    });
    match document {
        Value::Object(map) => Ok(map),
        _ => Err(StatusListError::Malformed),
    }
}
