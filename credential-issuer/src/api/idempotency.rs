//! `Idempotency-Key`: the same key and body get the same answer for 24 hours; the answer is kept in the transaction of the work.

use axum::http::{HeaderMap, StatusCode};
use http::{Failed, Kind};
use model::Timestamp;
use serde_json::Value;
use storage::IssuerTx;
use storage::issuer::idempotency::Once;

use super::{Answer, storage_failed};

/// A call that may be repeated.
pub(crate) struct Call<'a> {
    pub(crate) institution: &'a str,
    pub(crate) key: String,
    /// Over method, path and body.
    digest: [u8; 32],
}

impl<'a> Call<'a> {
    /// The call of a request, when it carries a key.
    pub(crate) fn of(institution: &'a str, endpoint: &str, headers: &HeaderMap, body: &Value) -> Result<Option<Self>, Failed> {
        let mut keys = headers.get_all("idempotency-key").iter();
        let key = match (keys.next(), keys.next()) {
            (None, _) => return Ok(None),
            (Some(key), None) => key.to_str().ok().filter(|key| (1..=255).contains(&key.len())),
            (Some(_), Some(_)) => None,
        };
        let key = key.ok_or(Failed::new(Kind::Invalid, "idempotency_key"))?.to_owned();
        Ok(Some(Self { institution, key, digest: ooapi::canonical::digest_of(&serde_json::json!([endpoint, body])) }))
    }

    /// What was answered before; nothing means that the work is to be done now, in this transaction.
    pub(crate) async fn before(&self, tx: &mut IssuerTx, now: Timestamp) -> Result<Option<Answer>, Failed> {
        match tx.begin_once(self.institution, &self.key, &self.digest, now).await.map_err(|error| storage_failed(&error))? {
            Once::First => Ok(None),
            Once::Mismatch => Err(Failed::new(Kind::Unprocessable, "idempotency_mismatch")),
            Once::InFlight => Err(Failed::new(Kind::Conflict, "idempotency_in_flight")),
            Once::Answered { status, answer } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let body = serde_json::from_slice(&answer).map_err(|_| Failed::new(Kind::Ours, "internal"))?;
                Ok(Some(Answer { status, body }))
            }
        }
    }

    /// Keeps the answer.
    pub(crate) async fn after(&self, tx: &mut IssuerTx, answer: &Answer) -> Result<(), Failed> {
        let body = answer.body.to_string();
        tx.finish_once(self.institution, &self.key, answer.status.as_u16(), body.as_bytes()).await.map_err(|error| storage_failed(&error))
    }
}
