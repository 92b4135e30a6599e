//! Status lists of issuers, fetched whole and kept for a while: public things, so a process may remember them.
//!
//! Neighbours' lists are asked for again at each verification, at most every 2 s; foreign ones live 60 s to 24 h as they say
//! (decision 12). A list that cannot be fetched counts as it was last seen, until its own `exp`; an older one than was seen
//! before never replaces it (rows S3, S9).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use model::Timestamp;
use vc::encoding::sha256;
use vc::status_list::{StatusListToken, TokenKeys, read_token};
use vc::trust::Trust;
use vc::verify::FetchedStatusList;

use crate::egress::{Egress, Outgoing, STATUS_LIST_LIMIT};

/// Between two questions to a neighbour, in seconds.
const NEAR_SECONDS: i64 = 2;
/// Between two questions to anybody else, in seconds.
const FAR_SECONDS: i64 = 60;
/// Lists that are kept at most: an inflated one may hold 256 KiB and more.
const KEPT: usize = 128;
/// Redirects that are followed, each checked as the first address was.
const REDIRECTS: u8 = 3;

/// What is known of one list.
#[derive(Default)]
struct Known {
    asked_at: Option<Timestamp>,
    fresh_until: i64,
    etag: Option<String>,
    text: String,
    /// Verified under these anchors: another register verifies again.
    anchors: [u8; 32],
    token: Option<Arc<StatusListToken>>,
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

    /// One list, asked for again when it is time to.
    pub async fn list(&self, uri: &str, trust: &Trust, now: Timestamp) -> Option<FetchedStatusList> {
        let near = self.egress.is_near(uri);
        let entry = self.entry(uri);
        let mut known = entry.lock().await;
        known.trust(uri, trust, now);
        if known.is_due(near, now) {
            known.asked_at = Some(now);
            self.ask(&mut known, uri, trust, now).await;
        }
        match &known.token {
            Some(token) => Some(FetchedStatusList::Read(token.clone())),
            None => (!known.text.is_empty()).then(|| FetchedStatusList::Text(known.text.clone())),
        }
    }

    fn entry(&self, uri: &str) -> Arc<tokio::sync::Mutex<Known>> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT && !all.contains_key(uri) {
            // Keep what is in use and what was asked lately; the rest is fetched again when needed.
            let mut ages: Vec<(Timestamp, String)> = all
                .iter()
                .filter_map(|(uri, entry)| Some((entry.try_lock().ok()?.asked_at.unwrap_or(Timestamp::from_seconds(0)), uri.clone())))
                .collect();
            ages.sort();
            for (_, oldest) in ages.into_iter().take(KEPT / 4) {
                all.remove(&oldest);
            }
        }
        all.entry(uri.to_owned()).or_default().clone()
    }

    async fn ask(&self, known: &mut Known, uri: &str, trust: &Trust, now: Timestamp) {
        let mut request = Outgoing::get(uri).accept("application/statuslist+jwt").limit(STATUS_LIST_LIMIT).follow(REDIRECTS);
        if let Some(etag) = known.etag.as_ref().filter(|_| known.token.is_some()) {
            request = request.header("if-none-match", etag.clone());
        }
        match self.egress.send(request).await {
            Ok(answer) if answer.status == 304 => known.keep(now),
            Ok(answer) if answer.status == 200 && answer.media_type() == "application/statuslist+jwt" => {
                let Some(text) = answer.text() else { return };
                let etag = answer.headers.get("etag").and_then(|value| value.to_str().ok()).map(str::to_owned);
                known.take(uri, text, etag, trust, now);
            }
            Ok(answer) => tracing::warn!(status = answer.status, "a status list was not served"),
            Err(error) => tracing::warn!(cause = crate::failure::chain(&error), "a status list could not be fetched"),
        }
    }
}

impl Known {
    fn is_due(&self, near: bool, now: Timestamp) -> bool {
        let Some(asked) = self.asked_at else { return true };
        let pause = if near { NEAR_SECONDS } else { FAR_SECONDS };
        let rested = now < asked || now >= asked.plus_seconds(pause);
        rested && (near || self.token.is_none() || now.seconds() >= self.fresh_until)
    }

    /// Verifies again when the register's anchors are others than before.
    fn trust(&mut self, uri: &str, trust: &Trust, now: Timestamp) {
        let anchors = sha256(&trust.anchors.concat());
        if self.anchors != anchors {
            self.anchors = anchors;
            self.token = read_token(&self.text, TokenKeys::Trust(trust), uri, now.seconds()).ok().map(Arc::new);
        }
    }

    fn keep(&mut self, now: Timestamp) {
        if let Some(token) = &self.token {
            self.fresh_until = token.fresh_until(now.seconds());
        }
    }

    fn take(&mut self, uri: &str, text: &str, etag: Option<String>, trust: &Trust, now: Timestamp) {
        if text == self.text && self.token.is_some() {
            return self.keep(now);
        }
        match read_token(text, TokenKeys::Trust(trust), uri, now.seconds()) {
            Ok(token) if self.token.as_ref().is_none_or(|last| token.iat >= last.iat) => {
                self.fresh_until = token.fresh_until(now.seconds());
                self.token = Some(Arc::new(token));
                self.text = text.to_owned();
                self.etag = etag;
            }
            Ok(_) => tracing::warn!("a status list is older than one seen before"),
            Err(error) => {
                tracing::warn!(cause = %error, "a status list is not accepted");
                if self.token.is_none() {
                    self.text = text.to_owned();
                }
            }
        }
    }
}
