//! What an OpenID Provider says of itself: its metadata and its keys, both public and kept for a while.

use std::sync::Arc;

use model::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use vc::jws::Jws;
use vc::key::Jwk;

use super::EduidError;
use super::id_token::{self, Expected, TokenFault};
use crate::ctx::Ctx;
use crate::failure::chain;

/// How long metadata and keys are believed.
const KEEP_SECONDS: i64 = 600;
/// How often an unknown key makes us ask again.
const REFETCH_SECONDS: i64 = 60;

/// OpenID Connect Discovery 1.0, the parts that we use; RFC 9207 for `iss`.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    /// The issuer identifier.
    pub issuer: String,
    /// Where the browser goes.
    pub authorization_endpoint: String,
    /// Where the code goes.
    pub token_endpoint: String,
    /// Where the claims come from.
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Whether the answer carries `iss`; then one without is refused.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    keys: Vec<Jwk>,
    keys_at: Option<Timestamp>,
}

/// An OpenID Provider, found by its discovery document. Cheap to clone; clients of one provider share it.
#[derive(Clone)]
pub struct Provider {
    discovery: Arc<str>,
    known: Arc<Mutex<Known>>,
}

impl Provider {
    /// A provider by the address of its discovery document (`…/.well-known/openid-configuration`).
    pub fn new(discovery: &str) -> Self {
        Self { discovery: discovery.into(), known: Arc::default() }
    }

    /// Its metadata, fetched at most every ten minutes.
    ///
    /// # Errors
    /// [`EduidError::Unavailable`].
    pub async fn metadata(&self, ctx: &Ctx) -> Result<Arc<Metadata>, EduidError> {
        let mut known = self.known.lock().await;
        if let Some((metadata, at)) = &known.metadata
            && is_fresh(*at, ctx.now(), KEEP_SECONDS)
        {
            return Ok(metadata.clone());
        }
        match self.discover(ctx).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((metadata.clone(), ctx.now()));
                Ok(metadata)
            }
            // What was true ten minutes ago is better than no sign-in at all.
            Err(error) => known.metadata.as_ref().map(|(metadata, _)| metadata.clone()).ok_or(error),
        }
    }

    async fn discover(&self, ctx: &Ctx) -> Result<Metadata, EduidError> {
        let document = fetch(ctx, &self.discovery).await?;
        let metadata: Metadata =
            serde_json::from_value(document).map_err(|_| EduidError::Unavailable("discovery document lacks endpoints".to_owned()))?;
        // The document may stand below another path than the issuer's (SURFconext's does), but never on another origin.
        let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
        if origin(&metadata.issuer).is_none_or(|issuer| Some(issuer) != origin(&self.discovery)) {
            return Err(EduidError::Unavailable("discovery document names another issuer".to_owned()));
        }
        Ok(metadata)
    }

    /// Verifies an ID token; an unknown `kid` fetches the keys again, at most once a minute.
    pub(super) async fn verify(
        &self,
        ctx: &Ctx,
        metadata: &Metadata,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<Map<String, Value>, EduidError> {
        let jws = Jws::parse(token).map_err(|_| TokenFault::Malformed)?;
        id_token::algorithm(&jws)?;
        let mut known = self.known.lock().await;
        let stale = known.keys_at.is_none_or(|at| !is_fresh(at, ctx.now(), KEEP_SECONDS));
        let missing = id_token::choose(&jws, &known.keys).is_none();
        let may_ask = known.keys_at.is_none_or(|at| !is_fresh(at, ctx.now(), REFETCH_SECONDS));
        if stale || (missing && may_ask) {
            known.keys = read_keys(&fetch(ctx, &metadata.jwks_uri).await?);
            known.keys_at = Some(ctx.now());
        }
        let key = id_token::choose(&jws, &known.keys).ok_or(TokenFault::Key)?;
        Ok(id_token::verify(&jws, key, expected)?)
    }
}

/// Also false when the clock went back, which the demo's may.
fn is_fresh(at: Timestamp, now: Timestamp, seconds: i64) -> bool {
    at <= now && now < at.plus_seconds(seconds)
}

async fn fetch(ctx: &Ctx, url: &str) -> Result<Value, EduidError> {
    let answer = ctx.egress().get(url).await.map_err(|error| EduidError::Unavailable(chain(&error)))?;
    match answer.json() {
        Ok(document) if answer.status == 200 => Ok(document),
        _ => Err(EduidError::Unavailable(format!("status {} or no JSON", answer.status))),
    }
}

/// The signing keys that we can use; one that we cannot read hides no other.
fn read_keys(set: &Value) -> Vec<Jwk> {
    let all = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|key| Jwk::from_value(key).ok()).filter(|key| key.usage().is_none_or(|usage| usage == "sig")).collect()
}
