//! Signatures that were seen to hold, so that the same document need not be canonicalised twice.

use super::verify::verify_with;
use super::{DataIntegrityError, ExpectedProof, Keys, ResolvedKey, VerifiedProof};
use crate::Map;
use crate::encoding::sha256;
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Remembers which document holds under which keys, by hash; the oldest is forgotten first.
///
/// Only that is remembered: purpose, dates, domain, challenge and the keys themselves are looked at each time.
pub struct SignatureCache {
    capacity: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    names: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl SignatureCache {
    /// A cache of at most `capacity` documents, of about 100 bytes each.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::default() }
    }

    /// [`super::verify`], at the cost of a hash when exactly this document was verified before under the same keys.
    pub fn verify(&self, document: &Map, keys: &dyn Keys, expected: &ExpectedProof<'_>) -> Result<Vec<VerifiedProof>, DataIntegrityError> {
        verify_with(document, keys, expected, Some(self))
    }

    /// What a document is remembered by: its text and the keys under which its proofs hold.
    pub(super) fn name(document: &Map, keys: &[ResolvedKey]) -> [u8; 32] {
        // A map always has a text; members stand in one order, so that equal texts are equal documents.
        let mut text = serde_json::to_vec(document).unwrap_or_default();
        for key in keys {
            text.push(0);
            text.extend_from_slice(key.jwk.thumbprint().as_bytes());
        }
        sha256(&text)
    }

    pub(super) fn contains(&self, name: &[u8; 32]) -> bool {
        self.lock().names.contains(name)
    }

    pub(super) fn insert(&self, name: [u8; 32]) {
        let mut seen = self.lock();
        if self.capacity == 0 || !seen.names.insert(name) {
            return;
        }
        seen.order.push_back(name);
        if seen.order.len() > self.capacity
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.names.remove(&oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        // A thread that panicked left whole entries behind.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
