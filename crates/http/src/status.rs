//! Status lists of issuers, fetched whole and kept for a while: public things, so a process may remember them.
//!
//! Neighbours' lists are asked for again at each verification, at most every 2 s; foreign ones live 60 s to 24 h as they say
//! (decision 12). A list that cannot be fetched counts as it was last seen, until its own end; one that its issuer made earlier
//! than one seen before never replaces it (rows S3, S9).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use model::Timestamp;
use vc::status_list::{CheckedList, ListText, StatusListError, TokenKeys, read_token, recognise};
use vc::trust::Trust;
use vc::verify::FetchedStatusList;

use crate::egress::{Answer, Egress, Outgoing, STATUS_LIST_LIMIT};

/// Between two questions to a neighbour, in seconds.
const NEAR_SECONDS: i64 = 2;
/// Between two questions to anybody else, in seconds.
const FAR_SECONDS: i64 = 60;
/// Lists that are kept at most.
const KEPT: usize = 128;
/// What they may hold together, in bytes: one of ours has up to 256 KiB, a hostile one up to 24 MiB.
const KEPT_BYTES: usize = 64 << 20;
/// For how long a list that names no end of its own counts after it was last served, in seconds.
const ENDLESS_SECONDS: i64 = 86_400;
/// Redirects that are followed, each checked as the first address was.
const REDIRECTS: u8 = 3;
/// Any kind of list: what it is shows in the text.
const LISTS: &str = "application/statuslist+jwt, application/vc, application/vc+jwt, application/ld+json;q=0.8, application/json;q=0.7";

/// Verifies what was served, by whatever the caller trusts.
pub type Read<'a> = dyn Fn(&[u8]) -> Result<CheckedList, StatusListError> + Sync + 'a;

/// What is to be had of a list.
#[derive(Clone, Default)]
pub struct Seen {
    /// The newest one that was read; its own end may have passed since.
    pub checked: Option<CheckedList>,
    /// What was served last and could not be read. With the keys that it names, once they are fetched, another call may read it;
    /// only such a call, because it refuses what is older than `checked`.
    pub unread: Option<Bytes>,
}

/// What is known of one list.
#[derive(Default)]
struct Known {
    asked_at: Option<Timestamp>,
    fresh_until: i64,
    etag: Option<String>,
    /// What was served last, and when by our clock.
    served: Bytes,
    served_at: i64,
    /// What became of it.
    outcome: Outcome,
    /// What `checked` was read from: the newest good one, and when it was last served.
    good: Bytes,
    good_at: i64,
    checked: Option<CheckedList>,
    /// Read on this basis: another register reads again.
    basis: [u8; 32],
}

/// What became of a text that was served.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Outcome {
    /// It is still to be read, or may be readable later.
    #[default]
    Open,
    /// It is the good one.
    Good,
    /// Its issuer made it before the good one, or it is no list.
    Refused,
}

/// The lists of a process. Cheap to clone; roles in one process may share it.
#[derive(Clone)]
pub struct StatusLists {
    egress: Egress,
    known: Arc<std::sync::Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>>,
}

impl StatusLists {
    /// Nothing known yet.
    pub fn new(egress: Egress) -> Self {
        Self { egress, known: Arc::default() }
    }

    /// One list of the kind that carries its issuer's certificate, asked for again when it is time to.
    pub async fn list(&self, uri: &str, trust: &Trust, now: Timestamp) -> Option<FetchedStatusList> {
        let read = |bytes: &[u8]| read_certified(bytes, uri, trust, now);
        let seen = self.seen(uri, trust.basis(), now, &read).await;
        match (seen.checked, seen.unread) {
            (Some(CheckedList::Token(token)), _) => Some(FetchedStatusList::Read(token)),
            (_, Some(bytes)) => Some(FetchedStatusList::Text(std::str::from_utf8(&bytes).ok()?.to_owned())),
            _ => None,
        }
    }

    /// One list of any kind, asked for again when it is time to. `basis` stands for everything that `read` trusts: what was read on
    /// another one is read again. Called again at once, it asks nobody, but reads again what could not be read.
    pub async fn seen(&self, uri: &str, basis: [u8; 32], now: Timestamp, read: &Read<'_>) -> Seen {
        let near = self.egress.is_near(uri);
        let entry = self.entry(uri);
        let mut known = entry.lock().await;
        if known.basis != basis {
            known.start_over(basis);
        }
        if known.is_due(near, now) {
            known.asked_at = Some(now);
            self.ask(&mut known, uri, now).await;
        }
        known.read(read);
        Seen { checked: known.standing(now), unread: known.is_unread().then(|| known.served.clone()) }
    }

    fn entry(&self, uri: &str) -> Arc<tokio::sync::Mutex<Known>> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(uri) {
            make_room(&mut all);
        }
        all.entry(uri.to_owned()).or_default().clone()
    }

    async fn ask(&self, known: &mut Known, uri: &str, now: Timestamp) {
        let mut request = Outgoing::get(uri).accept(LISTS).limit(STATUS_LIST_LIMIT).follow(REDIRECTS);
        if let Some(etag) = known.etag.as_ref().filter(|_| !known.served.is_empty()) {
            request = request.header("if-none-match", etag.clone());
        }
        match self.egress.send(request).await {
            Ok(answer) if answer.status == 304 => known.keep(now),
            Ok(answer) if answer.status == 200 => known.take(answer, now),
            Ok(answer) => tracing::warn!(status = answer.status, "a status list was not served"),
            Err(error) => tracing::warn!(cause = crate::failure::chain(&error), "a status list could not be fetched"),
        }
    }
}

/// Keeps what is in use and what was asked for lately; the rest is fetched again when needed.
fn make_room(all: &mut HashMap<String, Arc<tokio::sync::Mutex<Known>>>) {
    let mut idle: Vec<(Timestamp, usize, String)> = all
        .iter()
        .filter_map(|(uri, entry)| {
            let known = entry.try_lock().ok()?;
            Some((known.asked_at.unwrap_or(Timestamp::from_seconds(0)), known.size(), uri.clone()))
        })
        .collect();
    let mut bytes: usize = idle.iter().map(|(_, size, _)| size).sum();
    idle.sort();
    for (_, size, uri) in idle {
        if all.len() < KEPT && bytes < KEPT_BYTES {
            break;
        }
        all.remove(&uri);
        bytes = bytes.saturating_sub(size);
    }
}

/// Reads a Token Status List by the anchors of a register.
fn read_certified(bytes: &[u8], uri: &str, trust: &Trust, now: Timestamp) -> Result<CheckedList, StatusListError> {
    match recognise(bytes, uri)? {
        ListText::Token => {
            let text = std::str::from_utf8(bytes).map_err(|_| StatusListError::Malformed)?;
            read_token(text, TokenKeys::Trust(trust), uri, now.seconds()).map(CheckedList::from)
        }
        _ => Err(StatusListError::Type),
    }
}

impl Known {
    fn is_due(&self, near: bool, now: Timestamp) -> bool {
        let Some(asked) = self.asked_at else { return true };
        let pause = if near { NEAR_SECONDS } else { FAR_SECONDS };
        let rested = now < asked || now >= asked.plus_seconds(pause);
        rested && (near || self.checked.is_none() || now.seconds() >= self.fresh_until)
    }

    /// The bytes that it holds, roughly.
    fn size(&self) -> usize {
        let list = self.checked.as_ref().map(CheckedList::size).filter(|size| *size > 0).unwrap_or(self.good.len());
        self.served.len().saturating_add(self.good.len()).saturating_add(list)
    }

    /// The newest good list, as long as it counts. One with an end of its own counts until then, which its reader sees to; one
    /// without would count for ever when its address is kept from answering.
    fn standing(&self, now: Timestamp) -> Option<CheckedList> {
        let list = self.checked.as_ref()?;
        let counts = list.ends_at().is_some() || now.seconds() < self.good_at.saturating_add(ENDLESS_SECONDS);
        counts.then(|| list.clone())
    }

    /// Whether nothing good came of what was served last, but might.
    fn is_unread(&self) -> bool {
        !self.served.is_empty() && (self.outcome == Outcome::Open || self.checked.is_none())
    }

    /// Everything is to be read again, on another basis.
    fn start_over(&mut self, basis: [u8; 32]) {
        self.basis = basis;
        self.checked = None;
        self.outcome = Outcome::Open;
    }

    /// The same as before was served.
    fn keep(&mut self, now: Timestamp) {
        self.served_at = now.seconds();
        if let Some(checked) = self.checked.as_ref().filter(|_| self.outcome == Outcome::Good) {
            self.fresh_until = checked.fresh_until(self.served_at);
            self.good_at = self.served_at;
        }
    }

    fn take(&mut self, answer: Answer, now: Timestamp) {
        self.etag = answer.headers.get("etag").and_then(|value| value.to_str().ok()).map(str::to_owned);
        if answer.body != self.served {
            self.served = answer.body;
            self.outcome = Outcome::Open;
        }
        self.keep(now);
    }

    /// Reads what was served, unless that was settled. The newest one stays.
    fn read(&mut self, read: &Read<'_>) {
        if self.checked.is_none() && !self.good.is_empty() && self.good != self.served {
            self.checked = read(&self.good).ok();
        }
        if self.outcome != Outcome::Open || self.served.is_empty() {
            return;
        }
        match read(&self.served) {
            Ok(list) if self.checked.as_ref().is_none_or(|last| list.may_replace(last)) => {
                self.fresh_until = list.fresh_until(self.served_at);
                self.checked = Some(list);
                self.good = self.served.clone();
                self.good_at = self.served_at;
                self.outcome = Outcome::Good;
            }
            Ok(_) => {
                tracing::warn!("a status list is older than one seen before");
                self.outcome = Outcome::Refused;
            }
            // With other keys, or at another time, it may be good.
            Err(StatusListError::Signature | StatusListError::Dates) => {}
            Err(error) => {
                tracing::warn!(cause = %error, "a status list is not accepted");
                self.outcome = Outcome::Refused;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vc::status_list::{StatusList, StatusListToken};

    const NOW: i64 = 1_795_352_580;

    fn known(ttl: i64, exp: i64) -> Known {
        let list = StatusList::new(2, 64).unwrap();
        let token = StatusListToken { uri: "x".into(), issuers: Vec::new(), iat: NOW, exp: Some(exp), ttl: Some(ttl), list };
        let mut known = Known { asked_at: Some(Timestamp::from_seconds(NOW)), served: "x".into(), served_at: NOW, ..Known::default() };
        known.read(&|_| Ok(token.clone().into()));
        known
    }

    /// S9: whatever a foreign list says, it is asked for again between once a minute and once a day, and at its end.
    #[test]
    fn a_foreign_list_is_asked_for_between_once_a_minute_and_once_a_day() {
        let due = |known: &Known, seconds: i64| known.is_due(false, Timestamp::from_seconds(NOW + seconds));
        for ttl in [0, -1, i64::MIN] {
            let known = known(ttl, NOW + 1_000_000);
            assert!(!due(&known, 59) && due(&known, 60), "{ttl}");
        }
        for ttl in [1_000_000_000_000, i64::MAX] {
            let known = known(ttl, i64::MAX);
            assert!(!due(&known, 86_399) && due(&known, 86_400), "{ttl}");
        }
        assert!(due(&known(86_400, NOW + 120), 120));
        // One that gives nothing is not asked more than once a minute either.
        let nothing = Known { asked_at: Some(Timestamp::from_seconds(NOW)), ..Known::default() };
        assert!(!due(&nothing, 59) && due(&nothing, 60));
    }

    /// S9: whoever keeps a list's address from answering must not keep a withdrawn credential valid with it.
    #[test]
    fn a_list_without_an_end_counts_for_a_day() {
        let list = StatusList::new(2, 64).unwrap();
        let read = |exp: Option<i64>| {
            let token = StatusListToken { uri: "x".into(), issuers: Vec::new(), iat: NOW, exp, ttl: None, list: list.clone() };
            let mut known = Known { served: "x".into(), served_at: NOW, ..Known::default() };
            known.read(&|_| Ok(token.clone().into()));
            known
        };
        let counts = |known: &Known, seconds: i64| known.standing(Timestamp::from_seconds(NOW + seconds)).is_some();
        let mut endless = read(None);
        assert!(counts(&endless, 86_399) && !counts(&endless, 86_400));
        endless.keep(Timestamp::from_seconds(NOW + 86_400));
        assert!(counts(&endless, 86_400));
        assert!(counts(&read(Some(NOW + 1_000_000)), 999_999));
    }

    /// A list that a key signed which the register does not believe any more is read again, and refused.
    #[test]
    fn another_basis_for_every_revoked_key() {
        let jwk = vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap().public_jwk().unwrap();
        let trust = |revoked_at| Trust {
            issuers: vec![vc::trust::TrustedIssuer {
                keys: vec![vc::trust::ArchivedKey { jwk: jwk.clone(), valid_from: None, valid_until: None, revoked_at }],
                ..Default::default()
            }],
            ..Trust::default()
        };
        assert_ne!(trust(Some(NOW)).basis(), trust(None).basis());
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let entry = |size: usize, asked: i64| {
            let known = Known { asked_at: Some(Timestamp::from_seconds(asked)), served: vec![0; size].into(), ..Known::default() };
            Arc::new(tokio::sync::Mutex::new(known))
        };
        let mut all: HashMap<_, _> = (0..10).map(|n| (n.to_string(), entry(10 << 20, NOW + n))).collect();
        make_room(&mut all);
        let mut left: Vec<_> = all.keys().map(String::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["4", "5", "6", "7", "8", "9"]);
        let mut all: HashMap<_, _> = (0..128).map(|n| (n.to_string(), entry(1, NOW + n))).collect();
        let used = all["0"].clone();
        let _in_use = used.try_lock().unwrap();
        make_room(&mut all);
        assert!(all.len() == 127 && all.contains_key("0") && !all.contains_key("1"));
    }
}
