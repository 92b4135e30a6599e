//! Wallets as OAuth clients: those of the configuration, with keys from it or from their client metadata, and `demo-wallet`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Ctx;
use model::Timestamp;
use openid4vc::client_assertion::{self, ClientAssertion};
use serde_json::Value;
use storage::{IssuerStore, StorageError, hash_token};
use vc::key::Jwk;

use crate::config::WalletClient;

/// The public client that every issuer knows in the demo and with `dev.allow_localhost`.
pub(crate) const DEMO_WALLET: &str = "demo-wallet";
/// How long a wallet's metadata is believed, in seconds.
const KEEP_SECONDS: i64 = 300;

/// The wallets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Wallets(Arc<Inner>);

struct Inner {
    known: Vec<WalletClient>,
    demo: bool,
    read: Mutex<HashMap<String, (Timestamp, Arc<Metadata>)>>,
}

/// What a wallet's client metadata says: public, so it may be remembered for a while.
#[derive(Default)]
struct Metadata {
    keys: Vec<Jwk>,
    redirect_uris: Vec<String>,
}

/// Why a client is not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// Unknown, or it did not authenticate.
    #[error("invalid_client")]
    Invalid,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Wallets {
    pub(crate) fn new(known: Vec<WalletClient>, demo: bool) -> Self {
        Self(Arc::new(Inner { known, demo, read: Mutex::default() }))
    }

    fn find(&self, client_id: &str) -> Option<&WalletClient> {
        self.0.known.iter().find(|wallet| wallet.client_id == client_id)
    }

    /// The name of a client on the page that says who gets what, and whether the configuration names it.
    pub(crate) fn name(&self, client_id: &str) -> (String, bool) {
        self.find(client_id).map_or_else(|| (client_id.to_owned(), false), |wallet| (wallet.name.clone(), true))
    }

    /// Whether a client may be sent back to this address: exactly one of its own, or any loopback address of `demo-wallet`.
    pub(crate) async fn may_return_to(&self, ctx: &Ctx, client_id: &str, redirect_uri: &str) -> bool {
        if client_id == DEMO_WALLET {
            return self.0.demo && is_loopback(redirect_uri);
        }
        let Some(wallet) = self.find(client_id) else { return false };
        match &wallet.redirect_uris {
            Some(uris) => uris.iter().any(|uri| uri == redirect_uri),
            None => self.metadata(ctx, wallet).await.redirect_uris.iter().any(|uri| uri == redirect_uri),
        }
    }

    /// Whether a client needs no authentication.
    pub(crate) fn is_public(&self, client_id: &str) -> bool {
        self.0.demo && client_id == DEMO_WALLET
    }

    /// Checks an assertion: of a known wallet, with its key, for this authorization server, never seen before.
    pub(crate) async fn authenticate(
        &self,
        ctx: &Ctx,
        store: &IssuerStore,
        assertion: &str,
        audience: &str,
    ) -> Result<ClientAssertion, ClientError> {
        let claimed = client_assertion::claimed_client(assertion).ok_or(ClientError::Invalid)?;
        let wallet = self.find(&claimed).ok_or(ClientError::Invalid)?;
        let now = ctx.now();
        let checked = match &wallet.keys {
            Some(keys) => client_assertion::verify(assertion, &claimed, keys, audience, now.seconds()),
            None => {
                let metadata = self.metadata(ctx, wallet).await;
                client_assertion::verify(assertion, &claimed, &metadata.keys, audience, now.seconds())
            }
        };
        let checked = checked.map_err(|_| ClientError::Invalid)?;
        let mut tx = store.write().await?;
        let first =
            tx.spend("assertion", &hash_token(&format!("{claimed} {}", checked.jti)), Timestamp::from_seconds(checked.exp + 60)).await?;
        tx.commit().await?;
        if first { Ok(checked) } else { Err(ClientError::Invalid) }
    }

    /// The wallet's client metadata, read at most every five minutes; what cannot be read says nothing.
    async fn metadata(&self, ctx: &Ctx, wallet: &WalletClient) -> Arc<Metadata> {
        let fresh = |at: Timestamp| at <= ctx.now() && ctx.now() < at.plus_seconds(KEEP_SECONDS);
        if let Some((at, metadata)) = self.0.read.lock().unwrap_or_else(PoisonError::into_inner).get(&wallet.client_id)
            && fresh(*at)
        {
            return Arc::clone(metadata);
        }
        let metadata = match fetch(ctx, &wallet.client_id).await {
            Some(document) => Arc::new(read(ctx, &document).await),
            None => return Arc::default(),
        };
        let mut read = self.0.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(wallet.client_id.clone(), (ctx.now(), Arc::clone(&metadata)));
        metadata
    }
}

async fn read(ctx: &Ctx, document: &Value) -> Metadata {
    let listed = |name: &str| document.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let redirect_uris = listed("redirect_uris").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let set = match (document.get("jwks"), document.get("jwks_uri").and_then(Value::as_str)) {
        (Some(set), _) => Some(set.clone()),
        (None, Some(uri)) => fetch(ctx, uri).await,
        (None, None) => None,
    };
    let keys = set.and_then(|set| set.get("keys").and_then(Value::as_array).cloned()).unwrap_or_default();
    // One key that we cannot read hides no other.
    Metadata { keys: keys.iter().filter_map(|key| Jwk::from_value(key).ok()).collect(), redirect_uris }
}

async fn fetch(ctx: &Ctx, url: &str) -> Option<Value> {
    match ctx.egress().get(url).await {
        Ok(answer) if answer.status == 200 => answer.json().ok(),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(cause = http::failure::chain(&error), "a wallet's client metadata could not be read");
            None
        }
    }
}

/// `http://127.0.0.1:*` or `http://localhost:*`; never fetched.
pub(crate) fn is_loopback(redirect_uri: &str) -> bool {
    url::Url::parse(redirect_uri).is_ok_and(|url| {
        let host = url.host_str();
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        url.scheme() == "http" && matches!(host, Some("127.0.0.1" | "localhost")) && plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_any() {
        for good in ["http://127.0.0.1:4000/cb", "http://localhost:9/cb?x=1", "http://localhost/cb"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in ["https://localhost/cb", "http://localhost.evil.example/cb", "http://user@localhost/cb", "http://127.0.0.2/cb", "cb"] {
            assert!(!is_loopback(bad), "{bad}");
        }
    }
}
