//! What an institution publishes of itself beside its metadata: its keys in three forms, and the bundled types.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use http::{Failed, Kind};
use serde_json::{Value, json};
use storage::{IssuerStore, StorageError};
use vc::bundled;
use vc::key::Jwk;

use super::storage_failed;
use crate::institution::{At, Institution};
use crate::published::Published;

/// Public, for five minutes.
const PUBLIC: &str = "public, max-age=300";

fn document(value: &impl serde::Serialize) -> Result<Published, Failed> {
    let body = serde_json::to_vec(value).map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    Ok(Published::new("application/json", PUBLIC, body))
}

/// The answer of a document that is written once.
pub(super) fn once<T: serde::Serialize>(
    kept: &OnceLock<Published>,
    write: impl FnOnce() -> T,
    headers: &HeaderMap,
) -> Result<Response, Failed> {
    if let Some(published) = kept.get() {
        return Ok(published.answer(headers));
    }
    let published = document(&write())?.with_gzip();
    Ok(kept.get_or_init(|| published).answer(headers))
}

/// `/.well-known/jwt-vc-issuer/{institution}`: the same keys, for verifiers that know no certificates.
pub(crate) async fn jwt_vc_issuer(At(institution): At, State(store): State<IssuerStore>, headers: HeaderMap) -> Result<Response, Failed> {
    let keys = keys(&store, &institution).await.map_err(|error| storage_failed(&error))?;
    Ok(document(&json!({"issuer": institution.identifier, "jwks": {"keys": set(&keys)}}))?.answer(&headers))
}

/// `/{institution}/jwks`.
pub(crate) async fn jwks(At(institution): At, State(store): State<IssuerStore>, headers: HeaderMap) -> Result<Response, Failed> {
    let keys = keys(&store, &institution).await.map_err(|error| storage_failed(&error))?;
    Ok(document(&json!({"keys": set(&keys)}))?.answer(&headers))
}

/// `/{institution}/did.json`.
pub(crate) async fn did(At(institution): At, State(store): State<IssuerStore>, headers: HeaderMap) -> Result<Response, Failed> {
    let keys = keys(&store, &institution).await.map_err(|error| storage_failed(&error))?;
    let named: Vec<_> = keys.into_iter().map(|jwk| (jwk.thumbprint(), jwk)).collect();
    let built = vc::did::web_did(&institution.identifier).and_then(|did| vc::did::build_document(&did, &named));
    let built = built.map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    Ok(document(&built)?.answer(&headers))
}

async fn keys(store: &IssuerStore, institution: &Institution) -> Result<Vec<Jwk>, StorageError> {
    let published = store.read().await?.published_keys(institution.slug()).await?;
    let read = |text: &str| serde_json::from_str::<Value>(text).ok().and_then(|value| Jwk::from_value(&value).ok());
    Ok(published.iter().filter_map(|key| read(&key.jwk)).collect())
}

fn set(keys: &[Jwk]) -> Vec<Value> {
    keys.iter().map(|jwk| jwk.clone().with_kid(jwk.thumbprint()).with_alg(jwk.algorithm().name()).with_use("sig").to_value()).collect()
}

/// `/vct/…`, `/contexts/…` and `/schemas/…`: what has a name in the world, byte for byte as every build bundles it.
pub(crate) async fn named_document(uri: Uri, headers: HeaderMap) -> Result<Response, Failed> {
    let found = bundled::documents().find(|document| document.name.strip_prefix(bundled::NAMES) == Some(uri.path()));
    let found = found.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    Ok(Published::new(found.media_type, PUBLIC, found.text.as_bytes().to_vec()).with_gzip().answer(&headers))
}
