//! Putting a question, and telling what became of it: what the API, the pages, the wallet's endpoints and the worker share.

use http::{Ctx, Failed, Kind};
use model::Timestamp;
use model::verification::{Question, State, Verification, VerificationId};
use openid4vc::Prefix;
use serde_json::json;
use storage::audit::{Actor, Event};
use storage::outbox::Job;
use storage::verifier::verification::{End, NewVerification};
use storage::{Owner, StorageError, VerifierTx};
use vc::key::{AgreementKey, Jwk};
use vc::random::Random;

use crate::error::{database, ours};
use crate::links::{self, LinkValues, Way};
use crate::state::AppState;

/// Topic of webhook deliveries.
pub(crate) const WEBHOOK: &str = "verifier.webhook";
/// Letters and digits that are not mistaken for each other.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A question that was put, with its links.
pub(crate) struct Asked {
    pub(crate) id: VerificationId,
    pub(crate) question: Question,
    pub(crate) app_link: String,
    pub(crate) wallet_link: String,
    pub(crate) cross_device_link: Option<String>,
    pub(crate) page: String,
    pub(crate) expires_at: Timestamp,
}

/// Keeps a question and the links that are shown at once.
pub(crate) async fn ask(
    ctx: &Ctx,
    state: &AppState,
    id: VerificationId,
    mut question: Question,
    expires_at: Timestamp,
    asker_key: Option<&str>,
) -> Result<Asked, Failed> {
    question.short_code = short_code(ctx.random());
    let key = AgreementKey::generate().map_err(|error| ours(&error))?;
    let (private, public) = (key.to_pkcs8().map_err(|error| ours(&error))?, key.public_jwk().map_err(|error| ours(&error))?);
    let ways = [Way::App, Way::Wallet, Way::Qr];
    let values = ways.map(|way| LinkValues::shown(&state.store, &id, way));
    let mut tx = state.store.write().await.map_err(database)?;
    let new = NewVerification { id: &id, question: &question, encryption_key: &private, asker_key, expires_at };
    tx.ask(&new, ctx.now()).await.map_err(database)?;
    for (way, values) in ways.iter().zip(&values) {
        links::keep(&mut tx, values, (&id, &question), *way, ctx.now()).await.map_err(database)?;
    }
    tx.audit(&event(&id, actor(&question), "verification.asked", "done"), ctx.now()).await.map_err(database)?;
    tx.commit().await.map_err(database)?;
    let [app, wallet, qr] = values;
    let about = (&id, &question);
    let query = |values: &LinkValues, way| links::query(ctx.urls(), about, values, links::kind(&question, way), &public);
    let asked = Asked {
        app_link: links::for_app(&query(&app, Way::App)),
        wallet_link: links::for_wallet(ctx.urls(), &query(&wallet, Way::Wallet)),
        cross_device_link: cross_device(ctx, about, &qr, &public),
        page: links::page(ctx.urls(), &id),
        expires_at,
        question: question.clone(),
        id: id.clone(),
    };
    Ok(asked)
}

/// What the QR holds: a link to the wallet that we know; for unsigned clients the address of the page, because all parameters
/// would not fit. Requests that return to the asker's own address have none.
pub(crate) fn cross_device(ctx: &Ctx, (id, question): (&VerificationId, &Question), values: &LinkValues, key: &Jwk) -> Option<String> {
    if question.redirect_uri.is_some() {
        return None;
    }
    if links::prefix(question) == Prefix::RedirectUri {
        return Some(links::page(ctx.urls(), id));
    }
    let query = links::query(ctx.urls(), (id, question), values, links::kind(question, Way::Qr), key);
    Some(links::for_wallet(ctx.urls(), &query))
}

/// Eight letters for people to type.
fn short_code(random: &dyn Random) -> String {
    let noise: [u8; 8] = vc::random::bytes(random);
    noise.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect()
}

/// How a short code is shown: `4KT9 W2MZ`.
pub(crate) fn spaced(code: &str) -> String {
    code.split_at_checked(4).map_or_else(|| code.to_owned(), |(front, back)| format!("{front} {back}"))
}

/// Who acts on a question at the asker's side.
pub(crate) fn actor(question: &Question) -> Actor {
    match &question.asker {
        model::verification::Asker::Organisation(slug) => Actor::Key(slug.clone()),
        model::verification::Asker::Anybody { .. } => Actor::Client(String::new()),
    }
}

/// One deed about a question.
pub(crate) fn event(id: &VerificationId, actor: Actor, action: &'static str, outcome: &'static str) -> Event {
    Event { actor, action, object_kind: "verification", object: id.as_str().to_owned(), outcome, amount: 1 }
}

/// When an answer that arrives now is erased.
pub(crate) fn purge_at(question: &Question, now: Timestamp) -> Timestamp {
    now.plus_days(i64::from(question.retention_days))
}

/// Withdraws a question, once. 409 when it has ended already.
pub(crate) async fn withdraw(ctx: &Ctx, state: &AppState, found: &Verification) -> Result<(), Failed> {
    let mut tx = state.store.write().await.map_err(database)?;
    let end = End { state: State::Withdrawn, failure: None, answer_hash: None, purge_at: purge_at(&found.question, ctx.now()) };
    let open = found.state(ctx.now()).is_open() && tx.end_verification(&found.id, end, ctx.now()).await.map_err(database)?;
    if !open {
        return Err(Failed::new(Kind::Conflict, "request_ended"));
    }
    tx.audit(&event(&found.id, actor(&found.question), "verification.withdrawn", "done"), ctx.now()).await.map_err(database)?;
    tell(&mut tx, found, State::Withdrawn, ctx.now()).await.map_err(database)?;
    tx.commit().await.map_err(database)
}

/// Tells the asker's webhook of a change, in the transaction that makes it.
pub(crate) async fn tell(tx: &mut VerifierTx, found: &Verification, state: State, now: Timestamp) -> Result<(), StorageError> {
    let Some(webhook) = &found.question.webhook else { return Ok(()) };
    let dedup = format!("{}.{}", found.id.as_str(), state.as_str());
    let body = json!({
        "id": dedup,
        "request": found.id.as_str(),
        "reference": found.question.reference,
        "state": state.as_str(),
        "at": now.rfc3339(),
    });
    let payload = json!({"url": webhook.url, "secret": webhook.secret, "body": body.to_string()}).to_string();
    let owner = Owner::organisation(found.organisation());
    let job = Job {
        topic: WEBHOOK,
        ordering_key: found.id.as_str(),
        dedup_id: &dedup,
        owner: &owner,
        payload: payload.as_bytes(),
        expires_at: now.plus_days(1),
    };
    tx.later(&job, now).await.map(drop)
}

/// Keeps a fresh `response_code` and gives the address that carries it. `browser`: the one that opened the page's button.
pub(crate) async fn return_address(
    tx: &mut VerifierTx,
    ctx: &Ctx,
    found: &Verification,
    browser: Option<Vec<u8>>,
) -> Result<Option<String>, StorageError> {
    let base = match (&found.question.redirect_uri, &browser) {
        (Some(uri), _) => uri.clone(),
        (None, Some(_)) => links::page(ctx.urls(), &found.id),
        (None, None) => return Ok(None),
    };
    let code = model::id::public_id(ctx.random());
    let until = ctx.now().plus_seconds(model::verification::RESPONSE_CODE_SECONDS);
    let bound = if found.question.redirect_uri.is_some() { None } else { browser };
    tx.keep_response_code(&found.id, &code, until, bound).await?;
    let sign = if base.contains('?') { '&' } else { '?' };
    Ok(Some(format!("{base}{sign}response_code={code}")))
}
