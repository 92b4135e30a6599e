//! `POST /badges/register`: a platform registers itself (RFC 7591), without an initial access token. It says nothing about the platform:
//! what it calls itself is shown as its own word, beside its host.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use http::failure::{Failed, Kind};
use http::{Ctx, Json as Strict};
use serde_json::{Value, json};
use storage::wallet::badge_platform::Platform as Row;
use vc::random::token128;

use super::platform::{Metadata, Unusable};
use crate::error::WalletError;
use crate::state::AppState;

/// How long a platform stays that no learner connects, in days.
const UNUSED_DAYS: i64 = 30;

pub(super) async fn register(ctx: Ctx, State(state): State<AppState>, Strict(body): Strict<Value>) -> Result<impl IntoResponse, Failed> {
    ctx.limit("register")?;
    let metadata: Metadata = serde_json::from_value(body).map_err(|_| unusable("a member that must be there is missing or mistyped"))?;
    let metadata = metadata.checked(ctx.egress().allows_localhost()).map_err(|why| match why {
        Unusable::RedirectUri => Failed::new(Kind::Invalid, "invalid_redirect_uri"),
        Unusable::Metadata(what) => unusable(what),
    })?;
    let (id, secret) = (token128(ctx.random()), [token128(ctx.random()), token128(ctx.random())].concat());
    let kept = serde_json::to_value(Metadata { contacts: Vec::new(), ..metadata.clone() }).map_err(|_| unusable("malformed"))?;
    let row = Row { id: id.clone(), metadata: kept, created_at: ctx.now() };
    let stored = async {
        let mut tx = state.store.write().await?;
        tx.insert_platform(&row, &secret, ctx.now().plus_days(UNUSED_DAYS)).await?;
        tx.commit().await
    };
    stored.await.map_err(|error| Failed::of(&WalletError::Storage(error)))?;
    let mut answer = serde_json::to_value(&metadata).map_err(|_| unusable("malformed"))?;
    if let Some(members) = answer.as_object_mut() {
        members.insert("client_id".to_owned(), id.into());
        members.insert("client_secret".to_owned(), secret.into());
        members.insert("client_id_issued_at".to_owned(), json!(ctx.now().seconds()));
        // It does not expire; the platform goes when no learner connects it.
        members.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(answer)))
}

fn unusable(what: &'static str) -> Failed {
    Failed::new(Kind::Invalid, "invalid_client_metadata").with_detail(what)
}
