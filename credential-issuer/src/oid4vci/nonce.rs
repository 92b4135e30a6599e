//! `POST /{institution}/nonce` and `…/challenge`: values that need no row until they are used, if ever: for key proofs (OpenID4VCI
//! section 7), for DPoP proofs (RFC 9449 section 8) and for proofs of client attestations.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed};
use model::Timestamp;
use openid4vc::NonceResponse;
use openid4vc::client_attestation::ChallengeResponse;
use storage::{IssuerStore, StorageError};
use vc::encoding::{b64url, b64url_decode};
use vc::random::{Random, bytes};

use crate::institution::At;

/// How long a nonce can be used, in seconds.
pub(super) const LIFE_SECONDS: i64 = 300;
/// Time, randomness, MAC.
const TIME: usize = 8;
const NOISE: usize = 16;
const MAC: usize = 16;

/// What a value is for. One of one kind is worth nothing as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// The `nonce` of key proofs; used once.
    KeyProof,
    /// The `nonce` of DPoP proofs; their `jti` is used once.
    Dpop,
    /// The `challenge` of proofs of client attestations; their `jti` is used once.
    Attestation,
}

impl Use {
    fn domain(self, institution: &str) -> String {
        let kind = match self {
            Self::KeyProof => "nonce",
            Self::Dpop => "dpop-nonce",
            Self::Attestation => "attestation-challenge",
        };
        format!("{kind}/{institution}")
    }
}

pub(crate) async fn nonce(At(institution): At, ctx: Ctx, State(store): State<IssuerStore>, _body: Bytes) -> Result<Response, Failed> {
    ctx.limit("nonce")?;
    let c_nonce = make(&store, institution.slug(), ctx.now(), ctx.random());
    let dpop = dpop_header(&store, institution.slug(), &ctx);
    Ok(([(CACHE_CONTROL, HeaderValue::from_static("no-store")), dpop], Json(NonceResponse { c_nonce })).into_response())
}

/// A challenge for the proof of a client attestation.
pub(crate) async fn challenge(At(institution): At, ctx: Ctx, State(store): State<IssuerStore>, _body: Bytes) -> Result<Response, Failed> {
    ctx.limit("nonce")?;
    let attestation_challenge = fresh(&store, Use::Attestation, institution.slug(), &ctx);
    Ok(([(CACHE_CONTROL, "no-store")], Json(ChallengeResponse { attestation_challenge })).into_response())
}

/// A fresh nonce for the client's next DPoP proof, as answers carry it.
pub(crate) fn dpop_header(store: &IssuerStore, institution: &str, ctx: &Ctx) -> (HeaderName, HeaderValue) {
    header(openid4vc::dpop::NONCE_HEADER, &fresh(store, Use::Dpop, institution, ctx))
}

/// A header of a fixed name with a value of ours.
pub(crate) fn header(name: &'static str, value: &str) -> (HeaderName, HeaderValue) {
    let name = HeaderName::try_from(name).unwrap_or(CACHE_CONTROL);
    (name, HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("")))
}

/// A nonce for a key proof.
pub(super) fn make(store: &IssuerStore, institution: &str, now: Timestamp, random: &dyn Random) -> String {
    made(store, Use::KeyProof, institution, (now, random))
}

/// A fresh value for a use.
pub(crate) fn fresh(store: &IssuerStore, to: Use, institution: &str, ctx: &Ctx) -> String {
    made(store, to, institution, (ctx.now(), ctx.random()))
}

/// A value of an institution: server time and randomness under a MAC.
fn made(store: &IssuerStore, to: Use, institution: &str, (now, random): (Timestamp, &dyn Random)) -> String {
    let mut nonce = now.millis().to_be_bytes().to_vec();
    nonce.extend_from_slice(&bytes::<NOISE>(random));
    let mac = store.mac(&to.domain(institution), &nonce);
    nonce.extend(mac.iter().take(MAC));
    b64url(&nonce)
}

/// Whether a value was made here for this use and is not too old.
pub(crate) fn is_ours(store: &IssuerStore, to: Use, institution: &str, (text, now): (&str, Timestamp)) -> bool {
    ends_at(store, to, institution, (text, now)).is_some()
}

/// When a value of ours ends; nothing when it is none, or has ended.
fn ends_at(store: &IssuerStore, to: Use, institution: &str, (text, now): (&str, Timestamp)) -> Option<Timestamp> {
    let decoded = b64url_decode(text).ok()?;
    let (content, mac) = decoded.split_at_checked(TIME + NOISE)?;
    let expected = store.mac(&to.domain(institution), content);
    let expected = expected.get(..MAC)?;
    // All bytes are compared, whatever the first difference.
    let differs = mac.len() != MAC || mac.iter().zip(expected).fold(0u8, |differs, (a, b)| differs | (a ^ b)) != 0;
    let made_at = Timestamp::from_millis(i64::from_be_bytes(content.get(..TIME)?.try_into().ok()?));
    let ends_at = made_at.plus_seconds(LIFE_SECONDS);
    (!differs && now < ends_at && made_at <= now.plus_seconds(60)).then_some(ends_at)
}

/// A nonce that was made here and is not too old; whether it was used is decided when it is consumed.
pub(crate) struct Nonce {
    text: String,
    expires_at: Timestamp,
}

impl Nonce {
    /// Checks a nonce without touching the database.
    pub(crate) fn check(store: &IssuerStore, institution: &str, text: &str, now: Timestamp) -> Option<Self> {
        let expires_at = ends_at(store, Use::KeyProof, institution, (text, now))?;
        Some(Self { text: text.to_owned(), expires_at })
    }

    /// Its use, as one of the changes of what it is used for.
    pub(crate) fn consumed(&self) -> storage::Change<storage::role::Issuer> {
        storage::Change::spend("nonce", &storage::hash_token(&self.text), self.expires_at.plus_seconds(60))
    }

    /// Uses the nonce up. False when it was used before: the row decides, on every server.
    pub(crate) async fn consume(&self, tx: &mut storage::IssuerTx) -> Result<bool, StorageError> {
        tx.spend("nonce", &storage::hash_token(&self.text), self.expires_at.plus_seconds(60)).await
    }
}
