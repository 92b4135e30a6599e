//! What a client says of itself at the address that is its identifier: read at most every five minutes, and not tried again for a
//! while when it cannot be read. Public, so a process may remember it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Ctx;
use http::egress::Outgoing;
use model::Timestamp;
use openid4vc::oauth::client_metadata::{self, ClientMetadata};
use vc::key::Jwk;

/// How long a document is believed, in seconds.
const KEEP_SECONDS: i64 = 300;
/// How long one that cannot be read is not asked for again, in seconds.
const PAUSE_SECONDS: i64 = 10;
/// So many are remembered.
const KEPT: usize = 1_000;

/// The documents that were read lately.
#[derive(Default)]
pub(super) struct Documents(Mutex<HashMap<String, Kept>>);

/// Until when it is believed, and what it says; nothing when it could not be read.
type Kept = (Timestamp, Option<Arc<Document>>);

/// A client, by its own document.
pub(super) struct Document {
    pub(super) keys: Vec<Jwk>,
    pub(super) redirect_uris: Vec<String>,
    /// It authenticates by nothing.
    pub(super) public: bool,
}

impl Documents {
    /// The document of a client; none when the identifier is no address of one, or it cannot be read.
    pub(super) async fn read(&self, ctx: &Ctx, client_id: &str) -> Option<Arc<Document>> {
        client_metadata::document_url(client_id, ctx.egress().allows_localhost()).ok()?;
        if let Some(kept) = self.kept(ctx, client_id) {
            return kept;
        }
        let read = document(ctx, client_id).await.map(Arc::new);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.retain(|_, (until, _)| ctx.now() < *until);
        }
        if all.len() < KEPT {
            let seconds = if read.is_some() { KEEP_SECONDS } else { PAUSE_SECONDS };
            all.insert(client_id.to_owned(), (ctx.now().plus_seconds(seconds), read.clone()));
        }
        read
    }

    fn kept(&self, ctx: &Ctx, client_id: &str) -> Option<Option<Arc<Document>>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, kept) = all.get(client_id)?;
        let fresh = ctx.now() < *until && *until <= ctx.now().plus_seconds(KEEP_SECONDS);
        fresh.then(|| kept.clone())
    }
}

async fn document(ctx: &Ctx, client_id: &str) -> Option<Document> {
    let metadata = ClientMetadata::parse(&fetch(ctx, client_id).await?, client_id);
    let metadata = metadata.inspect_err(|error| tracing::warn!(cause = %error, "a wallet's client metadata was refused")).ok()?;
    let mut keys = metadata.keys();
    if let Some(uri) = &metadata.jwks_uri {
        let set = vc::strict_json::parse(&fetch(ctx, uri).await?).ok()?;
        keys = client_metadata::keys_of_set(&set);
    }
    let public = metadata.auth_method() == "none" && keys.is_empty();
    Some(Document { keys, redirect_uris: metadata.redirect_uris, public })
}

async fn fetch(ctx: &Ctx, url: &str) -> Option<Vec<u8>> {
    match ctx.egress().send(Outgoing::get(url).accept("application/json").limit(client_metadata::LIMIT)).await {
        Ok(answer) if answer.status == 200 => Some(answer.body.to_vec()),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(cause = http::failure::chain(&error), "a wallet's client metadata could not be read");
            None
        }
    }
}
