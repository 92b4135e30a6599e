//! `POST /{institution}/nonce`: nonces that need no row until they are used (OpenID4VCI section 7).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed};
use model::Timestamp;
use openid4vc::NonceResponse;
use storage::{IssuerStore, StorageError};
use vc::encoding::{b64url, b64url_decode};
use vc::random::{Random, bytes};

use crate::institution::At;

/// How long a nonce can be used, in seconds.
const LIFE_SECONDS: i64 = 300;
/// Time, randomness, MAC.
const TIME: usize = 8;
const NOISE: usize = 16;
const MAC: usize = 16;

pub(crate) async fn nonce(At(institution): At, ctx: Ctx, State(store): State<IssuerStore>, _body: Bytes) -> Result<Response, Failed> {
    ctx.limit("nonce")?;
    let c_nonce = make(&store, institution.slug(), ctx.now(), ctx.random());
    Ok(([(CACHE_CONTROL, "no-store")], Json(NonceResponse { c_nonce })).into_response())
}

/// A nonce of an institution: server time and randomness under a MAC.
pub(super) fn make(store: &IssuerStore, institution: &str, now: Timestamp, random: &dyn Random) -> String {
    let mut nonce = now.millis().to_be_bytes().to_vec();
    nonce.extend_from_slice(&bytes::<NOISE>(random));
    let mac = store.mac(&domain(institution), &nonce);
    nonce.extend(mac.iter().take(MAC));
    b64url(&nonce)
}

fn domain(institution: &str) -> String {
    format!("nonce/{institution}")
}

/// A nonce that was made here and is not too old; whether it was used is decided when it is consumed.
pub(crate) struct Nonce {
    text: String,
    expires_at: Timestamp,
}

impl Nonce {
    /// Checks a nonce without touching the database.
    pub(crate) fn check(store: &IssuerStore, institution: &str, text: &str, now: Timestamp) -> Option<Self> {
        let decoded = b64url_decode(text).ok()?;
        let (content, mac) = decoded.split_at_checked(TIME + NOISE)?;
        let expected = store.mac(&domain(institution), content);
        let expected = expected.get(..MAC)?;
        // All bytes are compared, whatever the first difference.
        let differs = mac.len() != MAC || mac.iter().zip(expected).fold(0u8, |differs, (a, b)| differs | (a ^ b)) != 0;
        let made_at = Timestamp::from_millis(i64::from_be_bytes(content.get(..TIME)?.try_into().ok()?));
        let expires_at = made_at.plus_seconds(LIFE_SECONDS);
        (!differs && now < expires_at && made_at <= now.plus_seconds(60)).then(|| Self { text: text.to_owned(), expires_at })
    }

    /// Uses the nonce up. False when it was used before: the row decides, on every server.
    pub(crate) async fn consume(&self, tx: &mut storage::IssuerTx) -> Result<bool, StorageError> {
        tx.spend("nonce", &storage::hash_token(&self.text), self.expires_at.plus_seconds(60)).await
    }
}
