//! Verifying with what lies elsewhere: status lists, documents with keys and shared credentials, fetched through the guarded
//! client and kept for a while, because they are public.
//!
//! Nothing is fetched for what a verification does not need: a credential of which the format or signature is broken costs no
//! connection beyond its issuer's key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, StreamExt};
use model::Timestamp;
use vc::SignatureCache;
use vc::report::Report;
use vc::verify::{Fetched, FetchedStatusList, Inputs, Need, attempt};

use crate::egress::{DEFAULT_LIMIT, Egress, Outgoing};
use crate::site::MESSAGE_LIMIT;
use crate::status::StatusLists;

/// How often a verification may turn out to need more.
const ROUNDS: usize = 4;
/// What one verification may have fetched.
const MOST_NEEDS: usize = 32;
/// How much of it is fetched at a time.
const AT_ONCE: usize = 8;
/// What the status lists of one verification may hold together, in bytes: two hostile ones, or a hundred of ours. A list may inflate a
/// thousandfold, and one message may name many.
const LIST_BYTES: usize = 32 << 20;
/// Documents with keys that one list may take.
const MOST_KEYS: usize = 4;
/// How long a neighbour's document counts, in seconds.
const NEAR_SECONDS: i64 = 2;
/// How long anybody else's counts, in seconds.
const FAR_SECONDS: i64 = 300;
/// How long one that could not be had is not asked for again, in seconds.
const FAILED_SECONDS: i64 = 30;
/// Documents that are kept at most.
const KEPT: usize = 128;
/// Documents and certificates of which it is remembered that they hold under keys.
const SEEN: usize = 4096;
/// Redirects that are followed, each checked as the first address was.
const REDIRECTS: u8 = 3;
/// What documents with keys are.
const DOCUMENTS: &str = "application/did+json, application/did+ld+json, application/json, application/ld+json, */*;q=0.1";
/// What a shared credential may be.
const CREDENTIALS: &str = "application/dc+sd-jwt, application/vc+jwt, application/vc, application/json;q=0.5, */*;q=0.1";

/// A document as it was last asked for; `None` when it could not be had.
#[derive(Clone)]
struct Known {
    asked_at: Timestamp,
    bytes: Option<Arc<[u8]>>,
}

/// Verifies, and fetches what that takes. Cheap to clone; roles in one process may share it.
#[derive(Clone)]
pub struct Gather {
    egress: Egress,
    lists: StatusLists,
    documents: Arc<Mutex<HashMap<String, Known>>>,
    signatures: Arc<SignatureCache>,
}

impl Gather {
    /// Over the client for foreign addresses and the lists of this process.
    pub fn new(egress: Egress, lists: StatusLists) -> Self {
        Self { egress, lists, documents: Arc::default(), signatures: Arc::new(SignatureCache::new(SEEN)) }
    }

    /// The report on whatever these bytes are. `inputs` may bring along what was fetched already; with `offline` nothing more is.
    pub async fn report(&self, bytes: &[u8], inputs: &Inputs<'_>) -> Report {
        let localhost = inputs.allow_localhost || self.egress.allows_localhost();
        let inputs = inputs.with_localhost(localhost).with_signatures(&self.signatures);
        let mut fetched = inputs.fetched.clone();
        let (mut left, mut room) = (MOST_NEEDS, Room(LIST_BYTES));
        for _ in 0..ROUNDS {
            let (report, mut needs) = attempt(bytes, &inputs.with_fetched(&fetched));
            needs.truncate(left);
            if needs.is_empty() || inputs.offline {
                return report;
            }
            left -= needs.len();
            self.fetch(needs, &inputs, (&mut fetched, &mut room)).await;
        }
        attempt(bytes, &inputs.with_fetched(&fetched)).0
    }

    /// Meets each need, or notes that it cannot be met.
    async fn fetch(&self, needs: Vec<Need>, inputs: &Inputs<'_>, (fetched, room): (&mut Fetched, &mut Room)) {
        let now = Timestamp::from_seconds(inputs.now);
        let basis = inputs.trust.basis();
        let asked = needs.into_iter().map(async |need| {
            let had = match &need {
                Need::StatusList(uri) => self.list(uri, inputs, basis, now).await.map(Had::List),
                Need::Document(url) => self.document(url, now).await.map(Had::Bytes),
                Need::Credential(url) => self.credential(url).await.map(Had::Bytes),
            };
            (need, had)
        });
        let mut answers = stream::iter(asked).buffer_unordered(AT_ONCE);
        while let Some((need, had)) = answers.next().await {
            match had {
                Some(Had::List(list)) if room.takes(&list) => fetched.insert_list(need.url(), list),
                Some(Had::List(_)) => {
                    tracing::warn!("the status lists of one verification are too large together");
                    fetched.fail(need);
                }
                Some(Had::Bytes(bytes)) => fetched.insert(need, bytes),
                None => fetched.fail(need),
            }
        }
    }

    /// A status list of any kind, read with the keys that it names. What is older than what was seen before never replaces it.
    async fn list(&self, uri: &str, inputs: &Inputs<'_>, basis: [u8; 32], now: Timestamp) -> Option<FetchedStatusList> {
        let mut keys = inputs.fetched.clone();
        for _ in 0..ROUNDS {
            let missing = Mutex::new(Vec::new());
            let read = |served: &[u8]| {
                let (list, needs) = vc::verify::status_list(served, uri, &inputs.with_fetched(&keys));
                missing.lock().unwrap_or_else(PoisonError::into_inner).extend(needs);
                list
            };
            let seen = self.lists.seen(uri, basis, now, &read).await;
            let mut missing = missing.into_inner().unwrap_or_else(PoisonError::into_inner);
            missing.truncate(MOST_KEYS);
            if missing.is_empty() {
                let unread = || seen.unread.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()).map(FetchedStatusList::Text);
                return seen.checked.map(FetchedStatusList::Checked).or_else(unread);
            }
            for need in missing {
                match self.document(need.url(), now).await {
                    Some(bytes) => keys.insert(need, bytes),
                    None => keys.fail(need),
                }
            }
        }
        None
    }

    /// A document with keys, from memory while it is fresh.
    async fn document(&self, url: &str, now: Timestamp) -> Option<Arc<[u8]>> {
        let known = self.documents.lock().unwrap_or_else(PoisonError::into_inner).get(url).cloned();
        if let Some(known) = known.filter(|known| known.is_fresh(self.egress.is_near(url), now)) {
            return known.bytes;
        }
        let bytes = self.ask(Outgoing::get(url).accept(DOCUMENTS).limit(DEFAULT_LIMIT).follow(REDIRECTS)).await;
        let mut all = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT && !all.contains_key(url) {
            let mut ages: Vec<(Timestamp, String)> = all.iter().map(|(url, known)| (known.asked_at, url.clone())).collect();
            ages.sort();
            for (_, oldest) in ages.into_iter().take(KEPT / 4) {
                all.remove(&oldest);
            }
        }
        all.insert(url.to_owned(), Known { asked_at: now, bytes: bytes.clone() });
        bytes
    }

    /// What a shared link shows: never kept, it is somebody's.
    async fn credential(&self, url: &str) -> Option<Arc<[u8]>> {
        self.ask(Outgoing::get(url).accept(CREDENTIALS).limit(MESSAGE_LIMIT)).await
    }

    async fn ask(&self, request: Outgoing) -> Option<Arc<[u8]>> {
        match self.egress.send(request).await {
            Ok(answer) if answer.status == 200 => Some(Arc::from(answer.body.as_ref())),
            Ok(answer) => {
                tracing::info!(status = answer.status, "something that a verification needs was not served");
                None
            }
            Err(error) => {
                tracing::info!(cause = crate::failure::chain(&error), "something that a verification needs could not be fetched");
                None
            }
        }
    }
}

/// How much the status lists of a verification may still hold.
struct Room(usize);

impl Room {
    fn takes(&mut self, list: &FetchedStatusList) -> bool {
        let size = match list {
            FetchedStatusList::Text(text) => text.len(),
            FetchedStatusList::Read(token) => token.list.memory(),
            FetchedStatusList::Checked(list) => list.size(),
        };
        let left = self.0.checked_sub(size);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

enum Had {
    List(FetchedStatusList),
    Bytes(Arc<[u8]>),
}

impl Known {
    fn is_fresh(&self, near: bool, now: Timestamp) -> bool {
        let counts = match (near, &self.bytes) {
            (true, _) => NEAR_SECONDS,
            (false, Some(_)) => FAR_SECONDS,
            (false, None) => FAILED_SECONDS,
        };
        now >= self.asked_at && now < self.asked_at.plus_seconds(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vc::status_list::{MAX_INFLATED, StatusList, StatusListToken};

    #[test]
    fn lists_have_room_together() {
        let list = |bytes: usize| {
            let list = StatusList::from_bytes(8, &vec![1; bytes]).unwrap();
            let token = StatusListToken { uri: String::new(), issuers: Vec::new(), iat: 0, exp: None, ttl: None, list };
            FetchedStatusList::from(Arc::new(token))
        };
        let mut room = Room(LIST_BYTES);
        let (ours, hostile) = (list(256 << 10), list(MAX_INFLATED - 1));
        assert!((0..64).all(|_| room.takes(&ours)), "64 of ours are 16 MiB");
        assert!(room.takes(&hostile) && !room.takes(&hostile), "and one of the largest fits beside them");
        assert!(!room.takes(&FetchedStatusList::from("x".repeat(2))) && room.takes(&FetchedStatusList::from("x".to_owned())));
    }
}
