//! Signatures that were seen to hold, so that one document need not be canonicalised twice, nor one certificate checked twice.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Remembers what holds under which keys, by hash; the oldest is forgotten first.
///
/// Only that is remembered: purpose, dates, domain, challenge, what a certificate may, and the keys themselves are looked at each time.
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
    /// A cache of at most `capacity` documents and certificates, of about 100 bytes each.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::default() }
    }

    pub(crate) fn contains(&self, name: &[u8; 32]) -> bool {
        self.lock().names.contains(name)
    }

    pub(crate) fn insert(&self, name: [u8; 32]) {
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
