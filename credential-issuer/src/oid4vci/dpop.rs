//! DPoP proofs at our endpoints (RFC 9449): one header, a nonce of ours, and a `jti` that the database has not seen.

use axum::http::HeaderMap;
use http::Ctx;
use model::Timestamp;
use openid4vc::dpop::{self, DpopProof, ExpectedDpop};
use storage::{IssuerTx, StorageError, hash_token};

use super::nonce::{Use, is_ours};
use crate::Issuer;
use crate::institution::Institution;

/// What clocks may differ beyond a proof's life, in seconds.
const TOLERANCE: i64 = 60;

/// A proof that fits its request. Whether it came before is decided when it is spent.
pub(crate) struct Shown {
    proof: DpopProof,
}

/// Why a proof is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// Two headers, or a proof for something else.
    Invalid,
    /// It fits, and needs a nonce of ours.
    Nonce,
}

/// The proof that comes with a request; none when the header is missing (row T9).
///
/// # Errors
/// [`NotTaken`]: what is wrong with the proof itself is said before what is wrong with its nonce.
pub(crate) fn shown(
    issuer: &Issuer,
    institution: &Institution,
    ctx: &Ctx,
    headers: &HeaderMap,
    expected: (&'static str, &str, Option<&str>),
) -> Result<Option<Shown>, NotTaken> {
    let mut all = headers.get_all(dpop::HEADER).iter();
    let jwt = match (all.next(), all.next()) {
        (None, _) => return Ok(None),
        (Some(jwt), None) => jwt.to_str().map_err(|_| NotTaken::Invalid)?,
        (Some(_), Some(_)) => return Err(NotTaken::Invalid),
    };
    let (method, path, access_token) = expected;
    let expected = ExpectedDpop { method, uri: &institution.at(path), now: ctx.now().seconds(), access_token };
    let proof = dpop::verify(jwt, &expected).map_err(|error| {
        tracing::debug!(cause = %error, "a DPoP proof was refused");
        NotTaken::Invalid
    })?;
    let ours = |nonce: &String| is_ours(&issuer.store, Use::Dpop, institution.slug(), (nonce, ctx.now()));
    if proof.nonce.as_ref().is_some_and(ours) { Ok(Some(Shown { proof })) } else { Err(NotTaken::Nonce) }
}

impl Shown {
    /// The thumbprint of the key that it proves.
    pub(crate) fn key(&self) -> &str {
        &self.proof.jkt
    }

    /// What was proven.
    pub(crate) const fn proof(&self) -> &DpopProof {
        &self.proof
    }

    /// Uses the proof up. False when it came before: the row decides, on every server.
    pub(crate) async fn spend(&self, tx: &mut IssuerTx) -> Result<bool, StorageError> {
        let expires_at = Timestamp::from_seconds(self.proof.iat.saturating_add(dpop::LIFETIME + TOLERANCE));
        tx.spend("dpop", &hash_token(&format!("{} {}", self.proof.jkt, self.proof.jti)), expires_at).await
    }
}
