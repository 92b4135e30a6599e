//! `GET` and `POST /request/{link}`: the signed request object of one link, made afresh at each fetch until the question has ended.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Kind, OAuthForm};
use model::verification::{Asker, State as Became, Verification};
use storage::verifier::link::Link;
use vc::key::AgreementKey;

use crate::error::{database, not_found, ours};
use crate::links::{self, LinkValues};
use crate::outcome::{event, tell};
use crate::state::AppState;

/// Longest nonce of a wallet that we repeat.
const LONGEST_NONCE: usize = 512;

pub(crate) async fn get(ctx: Ctx, State(state): State<AppState>, Path(link): Path<String>) -> Result<Response, Failed> {
    object(&ctx, &state, &link, None).await
}

pub(crate) async fn post(ctx: Ctx, State(state): State<AppState>, Path(link): Path<String>, form: OAuthForm) -> Result<Response, Failed> {
    let nonce = form.get("wallet_nonce");
    if nonce.is_some_and(|nonce| nonce.len() > LONGEST_NONCE || !nonce.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(Failed::new(Kind::Invalid, "invalid_request"));
    }
    object(&ctx, &state, &link, nonce).await
}

async fn object(ctx: &Ctx, state: &AppState, link: &str, wallet_nonce: Option<&str>) -> Result<Response, Failed> {
    let (found, kept, private) = open(ctx, state, link).await?;
    let Asker::Organisation(slug) = &found.question.asker else { return Err(not_found()) };
    let organisation = state.organisations.by_slug(slug).ok_or_else(not_found)?;
    let prefix = links::prefix(&found.question);
    if !prefix.is_signed() {
        return Err(not_found());
    }
    let key = AgreementKey::from_pkcs8(&private).and_then(|key| key.public_jwk()).map_err(|error| ours(&error))?;
    let values = LinkValues::opened(&state.store, link);
    let parameters = links::parameters(ctx.urls(), (&found.id, &found.question), &values, kept.kind, &key);
    let (iat, exp) = (ctx.now().seconds(), found.object_ends(ctx.now()).seconds());
    let signed = organisation.with_signed_by(prefix, |by| parameters.sign(organisation.key(), by, iat, exp, wallet_nonce));
    let signed = signed.map_err(|error| ours(&error))?;
    let headers = [(CONTENT_TYPE, "application/oauth-authz-req+jwt"), (CACHE_CONTROL, "no-store")];
    Ok((headers, signed).into_response())
}

/// The question behind a link; the first fetch opens it. After an answer, a withdrawal or its end: 410.
async fn open(ctx: &Ctx, state: &AppState, link: &str) -> Result<(Verification, Link, zeroize::Zeroizing<Vec<u8>>), Failed> {
    let gone = || Failed::new(Kind::Gone, "request_ended");
    let mut tx = state.store.read().await.map_err(database)?;
    let kept = tx.link(link).await.map_err(database)?.ok_or_else(not_found)?;
    let found = tx.verification(&kept.verification).await.map_err(database)?.ok_or_else(not_found)?;
    let private = tx.encryption_key(&found.id).await.map_err(database)?;
    drop(tx);
    let became = found.state(ctx.now());
    let private = private.filter(|_| became.is_open()).ok_or_else(gone)?;
    if became == Became::Waiting {
        let mut tx = state.store.write().await.map_err(database)?;
        if tx.mark_opened(&found.id, ctx.now()).await.map_err(database)? {
            let deed = event(&found.id, storage::audit::Actor::Client(String::new()), "verification.opened", "done");
            tx.audit(&deed, ctx.now()).await.map_err(database)?;
            tell(&mut tx, &found, Became::Opened, ctx.now()).await.map_err(database)?;
        }
        tx.commit().await.map_err(database)?;
    }
    Ok((found, kept, private))
}
